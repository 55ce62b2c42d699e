import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';

import { freePort, Program } from '../../../harness/n8n/program';
import { scratchFolder } from '../../../harness/scratchFolder';

/** Redis and PostgreSQL on ports of their own, and what n8n has to be told to use them. */
export interface QueueServices {
	readonly env: Readonly<Record<string, string>>;
	/** Asks the database; gives the rows, each as its columns' texts. */
	query(sql: string): string[][];
	stop(): Promise<void>;
}

const USER = 'n8n';
const DEBIAN = '/usr/lib/postgresql';

/** PostgreSQL does not run as root. */
const asPostgres = (...command: string[]): string[] =>
	process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--', ...command] : command;

function postgresPrograms(): string {
	const newest = readdirSync(DEBIAN)
		.sort((a, b) => Number(b) - Number(a))
		.at(0);
	if (newest === undefined) throw new Error(`There is no PostgreSQL in ${DEBIAN}`);
	return path.join(DEBIAN, newest, 'bin');
}

const listens = (port: number) => async (): Promise<boolean> =>
	await new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1');
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
		socket.once('error', () => resolve(false));
	});

async function startRedis(folder: string, port: number): Promise<Program> {
	const redis = new Program(
		'Redis',
		['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
		path.join(folder, 'redis.log'),
		process.env,
	);
	await redis.untilReady(listens(port), 20);
	return redis;
}

async function startPostgres(folder: string, port: number): Promise<Program> {
	const data = path.join(folder, 'postgres');
	mkdirSync(data);
	if (process.getuid?.() === 0) {
		const idOf = (flag: string) =>
			Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
		chownSync(data, idOf('-u'), idOf('-g'));
	}
	const bin = postgresPrograms();
	const [initdb, ...initdbArgs] = asPostgres(
		...[path.join(bin, 'initdb'), '-D', data, '-U', USER, '--auth=trust', '--no-sync'],
	);
	execFileSync(initdb, initdbArgs, { stdio: 'ignore', cwd: '/' });
	const postgres = new Program(
		'PostgreSQL',
		asPostgres(
			...[path.join(bin, 'postgres'), '-D', data, '-p', String(port), '-k', data],
			...['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off', '-c', 'max_connections=200'],
		),
		path.join(folder, 'postgres.log'),
		process.env,
	);
	await postgres.untilReady(listens(port), 30);
	const args = ['-h', '127.0.0.1', '-p', String(port), '-U', USER, USER];
	for (let tries = 0; ; tries++) {
		try {
			execFileSync(path.join(bin, 'createdb'), args, { stdio: 'pipe' });
			return postgres;
		} catch (error) {
			// It listens a little before it takes work.
			if (tries === 50) throw error;
			await new Promise((resolve) => setTimeout(resolve, 200));
		}
	}
}

export async function startQueueServices(): Promise<QueueServices> {
	const folder = scratchFolder();
	const [redisPort, postgresPort] = [await freePort(), await freePort()];
	const programs = [await startRedis(folder, redisPort), await startPostgres(folder, postgresPort)];
	return {
		env: {
			EXECUTIONS_MODE: 'queue',
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(redisPort),
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(postgresPort),
			DB_POSTGRESDB_DATABASE: USER,
			DB_POSTGRESDB_USER: USER,
			DB_POSTGRESDB_PASSWORD: USER,
		},
		query: (sql) => {
			const args = ['-h', '127.0.0.1', '-p', String(postgresPort), '-U', USER, '-d', USER];
			const psql = path.join(postgresPrograms(), 'psql');
			const text = execFileSync(psql, [...args, '-At', '-F', '\t', '-c', sql], {
				encoding: 'utf8',
			});
			return text
				.split('\n')
				.filter((line) => line !== '')
				.map((line) => line.split('\t'));
		},
		stop: async () => {
			await Promise.all(programs.map(async (program) => await program.stop('SIGINT', 10)));
		},
	};
}
