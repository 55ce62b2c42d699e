// What the nodes make of accounts with a limit, and without one: `npm run bench:limits`.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import axios from 'axios';
import { Command, Option } from 'commander';

import { fixed, percent } from '../scripts/markdown';
import { limitsTable, type LimitRow } from '../scripts/measuredTables';
import { median, rounds } from './figures';
import { COUNTINGS, type Counting, type Limit } from './rateLimit';
import type { Seen } from './server';
import { startRunner, startServer, type Runner, type Server } from './servers';

const FILE = path.join(__dirname, 'limits.json');
const WAYS = { events: 'customer', emails: 'email' } as const;
/** How long the calls of a cell take at the limit, unless the command says otherwise. */
const SECONDS = 12;
const AUTOMATIC = 0;
/** A changed limit is found when so much of it is used over this time. */
const FOUND = { used: 0.85, seconds: 2 };

interface Cell {
	readonly api: keyof typeof WAYS;
	readonly limit: Limit;
	readonly latencyMs: number;
	/** At the limit, beside `SECONDS`. */
	readonly times: number;
	readonly processes: number;
	readonly startsWithinMs: number;
}

const cell = (
	api: Cell['api'],
	perSecond: number,
	counting: Counting,
	{ retryAfter = false, change, ...others }: Partial<Cell & Limit> = {},
): Cell => ({
	api,
	limit: { perSecond, counting, retryAfter, change },
	...{ latencyMs: 30, times: 1, processes: 1, startsWithinMs: 0 },
	...others,
});

const QUICK = [
	cell('events', 300, 'sliding second'),
	cell('events', 300, 'sliding second', { retryAfter: true }),
	cell('events', 50, 'sliding second', { times: 2.5 }),
	cell('events', 100, 'token bucket 1 s'),
	cell('events', 100, 'fixed seconds', { retryAfter: true }),
	cell('emails', 100, 'sliding second'),
	cell('emails', 100, 'fixed seconds', { retryAfter: true }),
	cell('emails', 50, 'token bucket 1 s'),
];
const QUICK_PROCESSES = [cell('emails', 200, 'sliding second', { processes: 4, times: 2.5 })];

const APIS = ['events', 'emails'] as const;
const RATES = { events: [5, 50, 100, 300, 1000], emails: [5, 50, 100, 200] };
const LIMITS = APIS.flatMap((api) => [
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
]);
const PROCESSES = APIS.flatMap((api) =>
	[2, 4, 8].flatMap((processes) =>
		[0, 1000].map((startsWithinMs) =>
			cell(api, 200, 'sliding second', { processes, startsWithinMs, times: 2.5 }),
		),
	),
);
/** 15 seconds at 80 calls a second, then 45 at half or double of it. */
const CHANGES = APIS.flatMap((api) =>
	[0.5, 2].flatMap((factor) =>
		[false, true].map((retryAfter) => {
			const change = { afterSeconds: 1.25 * SECONDS, factor };
			const times = 1.25 + 3.75 * factor;
			return { ...cell(api, 80, 'sliding second', { retryAfter, times, change }), change };
		}),
	),
);

/** Processes that are loaded and have sent some items. */
const started: Runner[] = [];

async function runners(count: number): Promise<readonly Runner[]> {
	while (started.length < count) {
		const runner = await startRunner();
		const { url, child } = await startServer({ kind: 'bare', delayMs: 5 });
		// Until the code is compiled, everything is slow.
		for (const way of Object.values(WAYS)) await runner.run({ way, count: 1000, url });
		child.kill();
		started.push(runner);
	}
	return started.slice(0, count);
}

const seenBy = async ({ url }: Server) => (await axios.get<Seen>(`${url}/seen`)).data;

interface Result {
	readonly row: LimitRow;
	/** In seconds after the first accepted call. */
	readonly acceptedAt: readonly number[];
}

/** Sends the calls of a cell to a server of its own; each process has its share. */
async function measureCell(from: Cell, seconds: number): Promise<Result> {
	const { api, latencyMs, processes, startsWithinMs, limit } = from;
	const senders = await runners(processes);
	const server = await startServer({ kind: 'bare', delayMs: latencyMs, limit });
	const count = Math.ceil((limit.perSecond * seconds * from.times) / processes);
	const began = performance.now();
	const ends = await Promise.all(
		senders.map(async (runner, n) => {
			await pause((n * startsWithinMs) / processes);
			const { error } = await runner.run({ way: WAYS[api], count, url: server.url });
			if (error !== undefined) console.log(`\tended with: ${error}`);
			return (performance.now() - began) / 1000;
		}),
	);
	const seen = await seenBy(server);
	server.child.kill();
	const acceptedAt = seen.acceptedAt.map((time) => (time - seen.acceptedAt[0]) / 1000);
	const accepted = acceptedAt.length;
	const { perSecond, counting, retryAfter } = limit;
	const row = {
		...{ api, perSecond, counting, retryAfter, latencyMs, processes, startsWithinMs },
		...{ calls: count * processes, accepted, most: seen.most },
		ends: [Math.min(...ends), Math.max(...ends)],
		used: accepted / (perSecond * acceptedAt[accepted - 1]),
		refused: seen.refused / (accepted + seen.refused),
	};
	return { row, acceptedAt };
}

async function measureCells(cells: readonly Cell[], seconds: number): Promise<LimitRow[]> {
	const rows: LimitRow[] = [];
	for (const each of cells) {
		const { row } = await measureCell(each, seconds);
		console.log(limitsTable([row]).split('\n').at(-1));
		rows.push(row);
	}
	console.log(`\n${limitsTable(rows)}\n`);
	return rows;
}

/** When the changed rate was used first, and from when on always, in seconds after the change; and the part `used` from `later` seconds on. */
function afterChange(
	acceptedAt: readonly number[],
	rate: number,
	changedAt: number,
	later: number,
) {
	const between = (from: number, to: number) =>
		acceptedAt.filter((time) => time >= from && time < to).length / (rate * (to - from));
	const windows: Array<{ at: number; isFound: boolean }> = [];
	const end = acceptedAt[acceptedAt.length - 1];
	for (let at = changedAt; at + FOUND.seconds < end; at += 0.1) {
		windows.push({
			at: at - changedAt,
			isFound: between(at, at + FOUND.seconds) >= FOUND.used,
		});
	}
	const last = windows.findLastIndex(({ isFound }) => !isFound);
	return {
		first: windows.find(({ isFound }) => isFound)?.at,
		always: windows.at(last + 1)?.at,
		used: between(changedAt + later, end),
	};
}

async function measureChanges(scale: number) {
	const rows = [];
	for (const { change, ...each } of CHANGES) {
		const afterSeconds = change.afterSeconds * scale;
		const limit = { ...each.limit, change: { ...change, afterSeconds } };
		const { row, acceptedAt } = await measureCell({ ...each, limit }, SECONDS * scale);
		const to = row.perSecond * change.factor;
		const later = 20 * scale;
		const found = afterChange(acceptedAt, to, afterSeconds, later);
		const time = (at: number | undefined) => (at === undefined ? 'never' : `${fixed(at)} s`);
		console.log(
			`${row.api}, ${row.perSecond} to ${to} a second${row.retryAfter ? ', Retry-After' : ''}: 85 % used after ${time(found.first)}, and always after ${time(found.always)}; from ${later.toFixed(0)} s on ${percent(found.used)} used; ${percent(row.refused)} refused`,
		);
		rows.push({ ...row, ...found, to });
	}
	return rows;
}

/** Events without a limit: the time with automatic concurrency over the best of the fixed bounds, one round after another. */
async function measureUnlimited(scale: number) {
	const [runner] = await runners(1);
	const [quick, slowing] = [
		await startServer({ kind: 'bare', delayMs: 50 }),
		await startServer({ kind: 'slowing', delayMs: 50 }),
	];
	let runs = 0;
	const rows = [];
	for (const [what, server, whole, bounds] of [
		['answers after 50 ms', quick, 5000, [50, 100, 150, 200, 256]],
		['slower beyond 40 at once', slowing, 3000, [20, 40, 80]],
		...[1, 10, 100].map((few) => ['answers after 50 ms', quick, few, [50]] as const),
	] as const) {
		const times = new Map([AUTOMATIC, ...bounds].map((bound) => [bound, [] as number[]]));
		const count = Math.ceil(whole * scale);
		let most = 0;
		for (let round = rounds(count < 1000 ? 5 : 3); round > 0; round--) {
			for (const [maxConcurrency, seconds] of times) {
				await seenBy(server);
				const task = { way: 'purchase', count, url: server.url } as const;
				const options = { maxConcurrency };
				const namespace = `account-${runs++}`;
				seconds.push((await runner.run({ ...task, options, namespace })).seconds);
				if (maxConcurrency === AUTOMATIC) most = Math.max(most, (await seenBy(server)).most);
			}
		}
		const medians = [...times].map(([bound, seconds]) => ({ bound, seconds: median(seconds) }));
		const [automatic, ...others] = medians;
		const best = others.reduce((a, b) => (b.seconds < a.seconds ? b : a));
		const ratio = automatic.seconds / best.seconds;
		console.log(
			`${what}, ${count} events: automatic ${automatic.seconds.toFixed(2)} s, ${ratio.toFixed(2)} × ${best.bound} at once; at most ${most} at once`,
		);
		rows.push({ what, count, medians, ratio, most });
	}
	for (const { child } of [quick, slowing]) child.kill();
	return rows;
}

const GROUPS = ['limits', 'processes', 'changes', 'unlimited'] as const;

async function main(): Promise<void> {
	const command = new Command('bench:limits')
		.option('--quick', 'few of the limits and processes, in about three minutes')
		.addOption(new Option('--only <group>', 'one group').choices(GROUPS))
		.option('--seconds <number>', 'how long the calls of a cell take at the limit', Number, SECONDS)
		.parse();
	interface Options {
		quick?: true;
		only?: (typeof GROUPS)[number];
		seconds: number;
	}
	const { quick, only, seconds } = command.opts<Options>();
	const isWanted = (group: (typeof GROUPS)[number], isQuick = false) =>
		only ? only === group : isQuick || !quick;
	const scale = seconds / SECONDS;
	const limits = quick ? QUICK : LIMITS;
	const processes = quick ? QUICK_PROCESSES : PROCESSES;
	const figures = {
		limits: isWanted('limits', true) && (await measureCells(limits, seconds)),
		changes: isWanted('changes') && (await measureChanges(scale)),
		unlimited: isWanted('unlimited') && (await measureUnlimited(scale)),
		processes: isWanted('processes', true) && (await measureCells(processes, seconds)),
	};
	for (const runner of started) runner.stop();
	if (quick || scale !== 1) return;
	// A group that was measured alone replaces only its own figures.
	const before = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as object) : {};
	const measured = Object.fromEntries(Object.entries(figures).filter(([, rows]) => rows !== false));
	const date = new Date().toISOString().slice(0, 10);
	const machine = `${availableParallelism()} cores, server in the same machine`;
	const after = { ...before, environment: { date, machine }, ...measured };
	writeFileSync(FILE, `${JSON.stringify(after, null, '\t')}\n`);
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
