import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import axios from 'axios';

import type { Task } from './measure';
import type { Limit } from './rateLimit';

export interface ServerOptions {
	readonly delayMs?: number;
	/** The calls beyond it are refused. */
	readonly limit?: Limit;
}

/** What a server has seen since it was asked last; times in milliseconds. */
export interface Seen {
	readonly acceptedAt: number[];
	refused: number;
	/** The most calls at once. */
	most: number;
	/** The most connections at once. */
	connections: number;
}

/** Starts a program of this folder in a process of its own; `next` waits for a message of it. */
function start(file: string, ...args: string[]) {
	const child = fork(path.join(__dirname, file), args);
	const exit = once(child, 'exit').then(([code]): never => {
		throw new Error(`${file} ended with ${String(code)}`);
	});
	const next = async <T>() => ((await Promise.race([once(child, 'message'), exit])) as [T])[0];
	return { child, next, stop: () => void child.kill() };
}

export async function startServer(options: ServerOptions) {
	const { next, stop } = start('server.ts', JSON.stringify(options));
	const { url } = await next<{ url: string }>();
	/** What it has seen since it was asked last. */
	const seen = async () => (await axios.get<Seen>(`${url}/seen`)).data;
	return { url, seen, stop };
}
export type Server = Awaited<ReturnType<typeof startServer>>;

/** Starts a process that does one task after the other. */
export async function startRunner() {
	const { child, next, stop } = start('measure.ts');
	await next();
	const run = async (task: Task) => {
		child.send(task);
		await next();
	};
	return { run, stop };
}
export type Runner = Awaited<ReturnType<typeof startRunner>>;
