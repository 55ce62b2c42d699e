// Events through the node in n8n's engine, beside a bare pool that sends the same: `npm run bench`.
import axios from 'axios';

import type * as buildEventModule from '../nodes/BluecoreEvents/buildEvent';
import type * as catalogueModule from '../nodes/BluecoreEvents/catalogue';
import type * as eventInputModule from '../nodes/BluecoreEvents/eventInput';
import type { Account } from '../nodes/shared/account/account';
import type { Parameter } from '../nodes/shared/input/item';
import type * as reportModule from '../nodes/shared/values/report';
import { table, whole } from '../scripts/markdown';
import { built } from './built';
import type { Measured, Way } from './measure';
import { PARAMETERS, row } from './pool';
import { measure, median, startServer, type Server } from './servers';
import { isWhole, rounds, sized } from './size';

const { buildEvent } = built('BluecoreEvents/buildEvent') as typeof buildEventModule;
const { EVENTS } = built('BluecoreEvents/catalogue') as typeof catalogueModule;
const { itemInput } = built('BluecoreEvents/eventInput') as typeof eventInputModule;
const { Report } = built('shared/values/report') as typeof reportModule;

interface Case {
	readonly way: Way;
	readonly count: number;
	readonly delayMs: number;
	readonly rounds: number;
}

const ACCOUNT: Account = {
	namespace: 'bluestore',
	apiKey: '',
	baseUrl: 'https://api.bluecore.app',
	urlLabel: 'Events URL',
	credential: {},
};
const ROUNDS = rounds(3);
const ALL: readonly Case[] = [
	{ way: 'node', count: sized(1000), delayMs: 0, rounds: ROUNDS },
	{ way: 'pool', count: sized(1000), delayMs: 0, rounds: ROUNDS },
	{ way: 'node', count: sized(20_000), delayMs: 0, rounds: ROUNDS },
	{ way: 'pool', count: sized(20_000), delayMs: 0, rounds: ROUNDS },
	{ way: 'node', count: sized(1000), delayMs: 50, rounds: ROUNDS },
	{ way: 'pool', count: sized(1000), delayMs: 50, rounds: ROUNDS },
	{ way: 'node', count: sized(20_000), delayMs: 50, rounds: ROUNDS },
	{ way: 'pool', count: sized(20_000), delayMs: 50, rounds: ROUNDS },
	{ way: 'node', count: sized(100_000), delayMs: 0, rounds: 1 },
];
/** One of each way is enough to show that it runs. */
const CASES = isWhole ? ALL : ALL.slice(0, 2);
const RATE = { perSecond: 200, seconds: sized(20) };

/** All cases, one round after another, so that what is compared is measured side by side. */
async function measureAll(servers: ReadonlyMap<number, Server>): Promise<Map<Case, Measured[]>> {
	const results = new Map<Case, Measured[]>(CASES.map((each) => [each, []]));
	for (let round = 1; round <= ROUNDS; round++) {
		for (const [each, measured] of results) {
			if (round > each.rounds) continue;
			const server = servers.get(each.delayMs);
			if (!server) throw new Error(`There is no server with ${each.delayMs} ms`);
			const result = await measure(each.way, each.count, server);
			measured.push(result);
			console.log(
				`round ${round}: ${each.way}, ${each.count} events, ${each.delayMs} ms: ${result.error ?? `${result.seconds.toFixed(2)} s`}`,
			);
		}
	}
	return results;
}

/** Microseconds for checks and payload of one event, without reading parameters and without sending. */
function costOfChecks(): number {
	const items = Array.from({ length: 1000 }, (_, n) => {
		const { email, order_id: orderId, total, products } = row(n);
		return { ...PARAMETERS, email, orderId, total, productsJson: products };
	});
	const options = {
		attributeNames: 'fix' as const,
		convertBooleans: false,
		sendEmptyValues: false,
		attributesToSend: [],
		includePayload: false,
		ifAlreadySent: 'return' as const,
		ifNotFound: 'fail' as const,
		linkIdentity: true,
		maxAgeHours: 24,
		nestedTraits: 'leaveOut' as const,
		traitsToSend: [],
		orderAttributes: true,
		currency: [],
		moneyFrom: 'shop' as const,
		unpaidOrders: 'record' as const,
		useDraft: false,
		validateOnly: false,
	};
	const once = (values: Record<string, unknown>) => {
		const report = new Report();
		const field = ({ name, displayName: label }: Parameter) => ({
			value: values[name] ?? '',
			label,
			report,
		});
		const item = {
			index: 0,
			json: {},
			account: ACCOUNT,
			options,
			report,
			field,
			fieldsOf: () => [],
		};
		buildEvent('purchase', EVENTS.purchase, itemInput(item));
		if (report.problems.length > 0) throw new Error(report.problems[0].message);
	};
	const rounds = Array.from({ length: 50 }, () => {
		const began = performance.now();
		for (const item of items) once(item);
		return ((performance.now() - began) * 1000) / items.length;
	});
	return median(rounds.slice(10));
}

/** The share of the allowed rate that is used, and the most that came in any second. */
async function rate(server: Server) {
	await axios.get(server.url);
	const { perSecond, seconds } = RATE;
	await measure('node', perSecond * seconds, server, { requestsPerSecond: perSecond });
	const { data: all } = await axios.get<number[]>(server.url);
	const arrivals = all.slice(-perSecond * seconds);
	let worst = 0;
	let first = 0;
	arrivals.forEach((at, n) => {
		while (arrivals[first] <= at - 1000) first++;
		worst = Math.max(worst, n - first + 1);
	});
	const used = arrivals.length / ((arrivals[arrivals.length - 1] - arrivals[0]) / 1000) / perSecond;
	return { used, worst };
}

const average = (measured: readonly Measured[], pick: (each: Measured) => number) =>
	median(measured.map(pick));

async function main(): Promise<void> {
	const servers = new Map([
		[0, await startServer('bare', 0)],
		[50, await startServer('bare', 50)],
	]);
	const results = await measureAll(servers);
	const rows = [...results].map(([{ way, count, delayMs }, measured]) => {
		const failed = measured.find(({ error }) => error !== undefined)?.error;
		const node = [...results].find(
			([each]) => each.way === 'node' && each.count === count && each.delayMs === delayMs,
		)?.[1];
		const seconds = average(measured, (each) => each.seconds);
		const [perSecond, cpu, speed] = [
			count / seconds,
			(average(measured, (each) => each.cpuSeconds) * 1e6) / count,
			node && seconds / average(node, (each) => each.seconds),
		];
		return [
			way,
			whole(count),
			`${delayMs} ms`,
			failed ?? seconds.toFixed(2),
			failed ? '–' : whole(perSecond),
			failed ? '–' : whole(cpu),
			whole(average(measured, (each) => each.peakMb)),
			failed || speed === undefined ? '–' : speed.toFixed(2),
		];
	});
	const head = ['way', 'events', 'delay', 'seconds', 'events/s', 'CPU µs/event', 'peak MB'];
	console.log(table([...head, 'node is … × as fast'], rows));
	const checks = costOfChecks();
	console.log(`Checks and payload of one purchase: ${checks.toFixed(1)} µs`);
	const [immediate] = servers.values();
	const held = await rate(immediate);
	console.log(
		`At ${RATE.perSecond} a second for ${RATE.seconds} s: ${(held.used * 100).toFixed(1)} % of the rate used, at most ${held.worst} calls in any second`,
	);
	for (const { child } of servers.values()) child.kill();
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
