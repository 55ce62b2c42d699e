import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import type { Measured, Task, Way } from './measure';
import type { Limit } from './rateLimit';

const EXEC_ARGV = [...process.execArgv, '--expose-gc'];

export interface Server {
	readonly url: string;
	readonly child: ChildProcess;
}

/** Starts one of the servers of `server.ts` in a process of its own. */
export async function startServer(
	kind: 'sandbox' | 'bare' | 'slowing' | `forward ${string}` | `proxy ${string}`,
	delayMs = 0,
	limit?: Limit,
): Promise<Server> {
	const args = [kind, String(delayMs), ...(limit ? [JSON.stringify(limit)] : [])];
	const child = fork(path.join(__dirname, 'server.ts'), args, { execArgv: EXEC_ARGV });
	const [{ url }] = (await once(child, 'message')) as [{ url: string }];
	return { url, child };
}

/** A process that measures one task after the other. */
export interface Runner {
	readonly run: (task: Task) => Promise<Measured>;
	readonly stop: () => void;
}

export async function startRunner(): Promise<Runner> {
	const child = fork(path.join(__dirname, 'measure.ts'), { execArgv: EXEC_ARGV });
	const exit = once(child, 'exit').then(([code]): never => {
		throw new Error(`A process that measures ended with ${String(code)}`);
	});
	const answer = async () => (await Promise.race([once(child, 'message'), exit])) as unknown[];
	await answer();
	const run = async (task: Task) => {
		child.send(task);
		const [measured] = await answer();
		return measured as Measured;
	};
	return { run, stop: () => child.kill() };
}

/** Measures one way of sending in a process of its own, after 200 items. */
export async function measure(
	way: Way,
	count: number,
	{ url }: Server,
	options: Record<string, number> = {},
): Promise<Measured> {
	const runner = await startRunner();
	await runner.run({ way, count: 200, url, options });
	const measured = await runner.run({ way, count, url, options });
	runner.stop();
	return measured;
}

export function median(values: readonly number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
