import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import type { Measured, Way } from './measure';

export interface Server {
	readonly url: string;
	readonly child: ChildProcess;
}

/** Starts one of the servers of `server.ts` in a process of its own. */
export async function startServer(
	kind: 'sandbox' | 'bare' | 'slowing' | 'limited',
	delayMs = 0,
): Promise<Server> {
	const child = fork(path.join(__dirname, 'server.ts'), [kind, String(delayMs)], {
		execArgv: [...process.execArgv, '--expose-gc'],
	});
	const [{ url }] = (await once(child, 'message')) as [{ url: string }];
	return { url, child };
}

/** Measures one way of sending in a process of its own. */
export async function measure(
	way: Way,
	count: number,
	{ url }: Server,
	options: Record<string, number> = {},
): Promise<Measured> {
	const child = fork(
		path.join(__dirname, 'measure.ts'),
		[way, String(count), url, JSON.stringify(options)],
		{ execArgv: [...process.execArgv, '--expose-gc'] },
	);
	const [measured] = (await Promise.race([
		once(child, 'message'),
		once(child, 'exit').then(([code]) => {
			throw new Error(`A measurement of ${way} ended with ${String(code)}`);
		}),
	])) as [Measured];
	return measured;
}

export function median(values: readonly number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
