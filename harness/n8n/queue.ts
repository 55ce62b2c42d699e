import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { freePort, Program } from './program';
import { scratchFolder } from '../scratchFolder';

const run = promisify(execFile);

const HOST = '127.0.0.1';
const USER = 'n8n';
/** It is there from the start. */
const DATABASE = 'postgres';
const DEBIAN = '/usr/lib/postgresql';

/** PostgreSQL does not run as root. */
const asPostgres = (...command: string[]): string[] =>
	process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--', ...command] : command;

function postgresPrograms(): string {
	const [newest] = readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a));
	return path.join(DEBIAN, newest, 'bin');
}

async function startRedis(folder: string, port: number): Promise<Program> {
	const options = ['--port', String(port), '--bind', HOST, '--save', '', '--dir', folder];
	const log = path.join(folder, 'redis.log');
	const redis = new Program('Redis', ['redis-server', ...options], log, process.env);
	await redis.untilReady(async () => await run('redis-cli', ['-p', String(port), 'ping']), 20);
	return redis;
}

/** Starts a server with an empty database; gives the address of the database. */
async function startPostgres(folder: string, port: number): Promise<string> {
	const data = path.join(folder, 'postgres');
	mkdirSync(data);
	if (process.getuid?.() === 0) execFileSync('chown', ['postgres', data]);
	const bin = postgresPrograms();
	const [initdb, ...initdbArgs] = asPostgres(
		...[path.join(bin, 'initdb'), '-D', data, '-U', USER, '--auth=trust', '--no-sync'],
	);
	execFileSync(initdb, initdbArgs, { stdio: 'ignore', cwd: '/' });
	const command = asPostgres(
		...[path.join(bin, 'postgres'), '-D', data, '-p', String(port), '-k', data],
		...['-c', `listen_addresses=${HOST}`, '-c', 'fsync=off', '-c', 'max_connections=200'],
	);
	const log = path.join(folder, 'postgres.log');
	const postgres = new Program('PostgreSQL', command, log, process.env);
	const url = `postgresql://${USER}@${HOST}:${port}/${DATABASE}`;
	await postgres.untilReady(async () => await run(path.join(bin, 'pg_isready'), ['-d', url]), 30);
	return url;
}

/** Starts Redis and PostgreSQL on ports of their own; `env` is what n8n has to be told to use them. */
export async function startQueueServices() {
	const folder = scratchFolder();
	const [redisPort, port] = [await freePort(), await freePort()];
	let redis = await startRedis(folder, redisPort);
	const url = await startPostgres(folder, port);
	return {
		env: {
			EXECUTIONS_MODE: 'queue',
			QUEUE_BULL_REDIS_HOST: HOST,
			QUEUE_BULL_REDIS_PORT: String(redisPort),
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: HOST,
			DB_POSTGRESDB_PORT: String(port),
			DB_POSTGRESDB_DATABASE: DATABASE,
			DB_POSTGRESDB_USER: USER,
			DB_POSTGRESDB_PASSWORD: USER,
		},
		/** What n8n's credential for this database has. */
		credential: {
			host: HOST,
			port,
			database: DATABASE,
			user: USER,
			password: USER,
			ssl: 'disable',
		},
		/** Kills Redis, and starts an empty one in its place. */
		restartRedis: async () => {
			await redis.stop('SIGKILL');
			redis = await startRedis(folder, redisPort);
		},
		/** Asks the database; gives the rows, each as its columns' texts. */
		query: (sql: string): string[][] => {
			const psql = path.join(postgresPrograms(), 'psql');
			const text = execFileSync(psql, ['-d', url, '-At', '-F', '\t', '-c', sql], {
				encoding: 'utf8',
				env: { ...process.env, PGOPTIONS: '-c client_min_messages=warning' },
			});
			const lines = text.split('\n').filter((line) => line !== '');
			return lines.map((line) => line.split('\t'));
		},
	};
}
export type QueueServices = Awaited<ReturnType<typeof startQueueServices>>;
