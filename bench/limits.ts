// What the nodes make of accounts with a limit: `npm run bench:limits`.
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { Command, Option } from 'commander';

import { limitsTable, type LimitRow } from '../scripts/measuredTables';
import type { Way } from './measure';
import { COUNTINGS, type Counting, type Limit } from './rateLimit';
import { startRunner, startServer, type Runner } from './servers';

const FILE = path.join(__dirname, 'limits.json');
/** How long the calls of a cell take at the limit, unless the command says otherwise. */
const SECONDS = 12;

interface Cell extends Limit {
	readonly api: Way;
	readonly latencyMs: number;
	readonly processes: number;
	readonly startsWithinMs: number;
	/** At the limit, beside `SECONDS`. */
	readonly times: number;
}

const cell = (
	api: Way,
	perSecond: number,
	counting: Counting,
	others: Partial<Cell> = {},
): Cell => ({
	...{ api, perSecond, counting, retryAfter: false },
	...{ latencyMs: 30, processes: 1, startsWithinMs: 0, times: 1 },
	...others,
});

const APIS = ['events', 'emails'] as const;
const RATES = { events: [5, 50, 100, 300, 1000], emails: [5, 50, 100, 200] };
const CELLS = {
	limits: APIS.flatMap((api) => [
		...RATES[api].flatMap((perSecond) =>
			COUNTINGS.flatMap((counting) =>
				[false, true].map((retryAfter) => cell(api, perSecond, counting, { retryAfter })),
			),
		),
		...[5, 100, 500].flatMap((latencyMs) =>
			(['sliding second', 'token bucket 0.1 s'] as const).map((counting) =>
				cell(api, 100, counting, { latencyMs }),
			),
		),
	]),
	processes: APIS.flatMap((api) =>
		[2, 4, 8].flatMap((processes) =>
			[0, 1000].map((startsWithinMs) =>
				cell(api, 200, 'sliding second', { processes, startsWithinMs, times: 2.5 }),
			),
		),
	),
};

/** Of all cells, one for each way to count, and four processes. */
const isQuick = ({ api, perSecond, counting, retryAfter, latencyMs, ...cell }: Cell) =>
	cell.processes === 1
		? perSecond === 100 && latencyMs === 30 && retryAfter === (counting === 'fixed seconds')
		: cell.processes === 4 && cell.startsWithinMs === 0 && api === 'emails';

/** Processes that are loaded and have sent some items. */
const started: Runner[] = [];

async function runners(count: number): Promise<readonly Runner[]> {
	while (started.length < count) {
		const runner = await startRunner();
		const { url, stop } = await startServer({ delayMs: 5 });
		// Until the code is compiled, everything is slow.
		for (const way of APIS) await runner.run({ way, count: 1000, url });
		stop();
		started.push(runner);
	}
	return started.slice(0, count);
}

/** Sends the calls of a cell to a server of its own; each process has its share. */
async function measureCell({ times, ...cell }: Cell, seconds: number): Promise<LimitRow> {
	const { api, perSecond, latencyMs, processes, startsWithinMs } = cell;
	const senders = await runners(processes);
	const server = await startServer({ delayMs: latencyMs, limit: cell });
	const count = Math.ceil((perSecond * seconds * times) / processes);
	const began = performance.now();
	const ends = await Promise.all(
		senders.map(async (runner, n) => {
			await pause((n * startsWithinMs) / processes);
			await runner.run({ way: api, count, url: server.url });
			return (performance.now() - began) / 1000;
		}),
	);
	const { acceptedAt, refused, most } = await server.seen();
	server.stop();
	const accepted = acceptedAt.length;
	return {
		...cell,
		...{ calls: count * processes, accepted, most },
		ends: [Math.min(...ends), Math.max(...ends)],
		used: (accepted * 1000) / (perSecond * (acceptedAt[accepted - 1] - acceptedAt[0])),
		refused: refused / (accepted + refused),
	};
}

async function measureCells(cells: readonly Cell[], seconds: number): Promise<LimitRow[]> {
	const rows: LimitRow[] = [];
	for (const each of cells) {
		const row = await measureCell(each, seconds);
		console.log(limitsTable([row]).split('\n').at(-1));
		rows.push(row);
	}
	console.log(`\n${limitsTable(rows)}\n`);
	return rows;
}

const GROUPS = ['limits', 'processes'] as const;
type Group = (typeof GROUPS)[number];

async function main(): Promise<void> {
	const command = new Command('bench:limits')
		.option('--quick', 'few of the limits and processes, in about three minutes')
		.addOption(new Option('--only <group>', 'one group').choices(GROUPS))
		.option('--seconds <number>', 'how long the calls of a cell take at the limit', Number, SECONDS)
		.parse();
	const { quick, only, seconds } = command.opts<{ quick?: true; only?: Group; seconds: number }>();
	// A group that is not measured keeps its figures.
	const figures = JSON.parse(readFileSync(FILE, 'utf8')) as Record<Group, LimitRow[]>;
	for (const group of only ? [only] : GROUPS) {
		const cells = quick ? CELLS[group].filter(isQuick) : CELLS[group];
		figures[group] = await measureCells(cells, seconds);
	}
	for (const runner of started) runner.stop();
	if (quick || seconds !== SECONDS) return;
	const date = new Date().toISOString().slice(0, 10);
	const machine = `${availableParallelism()} cores, server in the same machine`;
	const environment = { date, machine };
	writeFileSync(FILE, `${JSON.stringify({ ...figures, environment }, null, '\t')}\n`);
}

void main();
