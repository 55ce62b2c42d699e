import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import type { Measured, Task } from './measure';
import type { Limit } from './rateLimit';

/** Which server of `server.ts`. */
export interface ServerOptions {
	readonly kind: 'sandbox' | 'forward' | 'proxy' | 'bare' | 'slowing';
	/** Where a `forward` or a `proxy` passes calls on to. */
	readonly target?: string;
	readonly delayMs?: number;
	/** The calls beyond it are refused. */
	readonly limit?: Limit;
}

export interface Server {
	readonly url: string;
	readonly child: ChildProcess;
}

/** Starts a program of this folder in a process of its own; `next` waits for a message of it, and the first one is there. */
async function start(file: string, ...args: string[]) {
	const execArgv = [...process.execArgv, '--expose-gc'];
	const child = fork(path.join(__dirname, file), args, { execArgv });
	const exit = once(child, 'exit').then(([code]): never => {
		throw new Error(`${file} ended with ${String(code)}`);
	});
	const next = async () => {
		const [message] = (await Promise.race([once(child, 'message'), exit])) as [unknown];
		return message;
	};
	return { child, first: await next(), next };
}

export async function startServer(options: ServerOptions): Promise<Server> {
	const { child, first } = await start('server.ts', JSON.stringify(options));
	return { child, ...(first as { url: string }) };
}

/** A process that measures one task after the other. */
export interface Runner {
	readonly run: (task: Task) => Promise<Measured>;
	readonly stop: () => void;
}

export async function startRunner(): Promise<Runner> {
	const { child, next } = await start('measure.ts');
	const run = async (task: Task) => {
		child.send(task);
		return (await next()) as Measured;
	};
	return { run, stop: () => child.kill() };
}
