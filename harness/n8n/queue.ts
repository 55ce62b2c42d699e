import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import type { IDataObject } from 'n8n-workflow';

import { freePort, Program } from './program';
import { scratchFolder } from '../scratchFolder';

const run = promisify(execFile);

/** Redis and PostgreSQL on ports of their own, and what n8n has to be told to use them. */
export interface QueueServices {
	readonly env: Readonly<Record<string, string>>;
	/** What n8n's credential for this database has. */
	readonly credential: IDataObject;
	/** Asks the database; gives the rows, each as its columns' texts. */
	query(sql: string): string[][];
	/** Kills Redis, and starts an empty one in its place. */
	restartRedis(): Promise<void>;
}

const USER = 'n8n';
/** It is there from the start. */
const DATABASE = 'postgres';
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

async function startRedis(folder: string, port: number): Promise<Program> {
	const redis = new Program(
		'Redis',
		['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
		path.join(folder, 'redis.log'),
		process.env,
	);
	await redis.untilReady(async () => await run('redis-cli', ['-p', String(port), 'ping']), 20);
	return redis;
}

async function startPostgres(folder: string, port: number): Promise<void> {
	const data = path.join(folder, 'postgres');
	mkdirSync(data);
	if (process.getuid?.() === 0) execFileSync('chown', ['postgres', data]);
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
	const args = ['-h', '127.0.0.1', '-p', String(port), '-U', USER];
	await postgres.untilReady(async () => await run(path.join(bin, 'pg_isready'), args), 30);
}

export async function startQueueServices(): Promise<QueueServices> {
	const folder = scratchFolder();
	const [redisPort, postgresPort] = [await freePort(), await freePort()];
	let redis = await startRedis(folder, redisPort);
	await startPostgres(folder, postgresPort);
	return {
		env: {
			EXECUTIONS_MODE: 'queue',
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(redisPort),
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(postgresPort),
			DB_POSTGRESDB_DATABASE: DATABASE,
			DB_POSTGRESDB_USER: USER,
			DB_POSTGRESDB_PASSWORD: USER,
		},
		credential: {
			host: '127.0.0.1',
			port: postgresPort,
			database: DATABASE,
			user: USER,
			password: USER,
			ssl: 'disable',
		},
		restartRedis: async () => {
			await redis.stop('SIGKILL');
			redis = await startRedis(folder, redisPort);
		},
		query: (sql) => {
			const args = ['-h', '127.0.0.1', '-p', String(postgresPort), '-U', USER, '-d', DATABASE];
			const psql = path.join(postgresPrograms(), 'psql');
			const text = execFileSync(psql, [...args, '-At', '-F', '\t', '-c', sql], {
				encoding: 'utf8',
				env: { ...process.env, PGOPTIONS: '-c client_min_messages=warning' },
			});
			return text
				.split('\n')
				.filter((line) => line !== '')
				.map((line) => line.split('\t'));
		},
	};
}
