import { readFileSync } from 'node:fs';

/** Less than 1 only shows that a benchmark runs: fewer items, one round, and nothing is written. */
const SCALE = Number(process.env.BENCH_SCALE ?? 1);

export const isWhole = SCALE === 1;

export const sized = (count: number) => Math.ceil(count * SCALE);

export const rounds = (count: number) => (isWhole ? Number(process.env.BENCH_ROUNDS ?? count) : 1);

export const median = (values: readonly number[]) =>
	[...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** The highest resident memory of a process so far, in MB; 0 when it has ended. */
export function peakMb(pid: number): number {
	try {
		const status = readFileSync(`/proc/${pid}/status`, 'utf8');
		return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
	} catch {
		return 0;
	}
}
