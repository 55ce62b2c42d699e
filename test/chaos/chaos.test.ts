import { writeFileSync } from 'node:fs';
import path from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import { ROOT } from '../../harness/paths';
import { groupBy } from '../../nodes/shared/values/value';
import type { FaultRule } from '../../sandbox/faults/faultEffect';
import { fuzz } from '../support/hostileItems';
import { runNode, type NodeRun } from '../support/nodes';
import { counterexample } from '../support/processModel';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';

const SEED = Number(process.env.CHAOS_SEED ?? 1);
/** Less than 1 only shows that all of it runs. */
const SCALE = Number(process.env.CHAOS_SCALE ?? 1);
const EVENTS = 10_000 * SCALE;
const CUSTOMERS = 1000 * SCALE;
const EMAILS = 2000 * SCALE;
const MESSAGES = 2000 * SCALE;
const HOSTILE_ITEMS = 100_000 * SCALE;
const PROCESS_RUNS = 10_000 * SCALE;
const TIMEOUT_SECONDS = 1;
// Also where other programs use the machine.
jest.setTimeout(4 * 3_600_000);

/** Every way to fail that the sandbox knows; together a fifth of all calls. */
const FAULTS: readonly FaultRule[] = [
	{ status: 500 },
	{ status: 502 },
	{ status: 503, delayMs: 20 },
	{ status: 504 },
	{ status: 429, retryAfterSeconds: 0.05 },
	{ status: 503, truncate: true },
	{ truncate: true },
	{ drop: 'before' },
	{ drop: 'after' },
	{ delayMs: TIMEOUT_SECONDS * 1000 + 500 },
];
const SHARE = 0.2;

const sandbox = useSandbox({ keep: Infinity });

/** What the tables of the documentation show. */
const figures: Record<string, Record<string, number>> = {};
function record(name: string, counted: Record<string, number>): void {
	figures[name] = counted;
	const list = Object.entries(counted).map(([what, count]) => `${what} ${count}`);
	process.stdout.write(`${name}: ${list.join(', ')}\n`);
}
afterAll(() => {
	if (SCALE !== 1 || Object.keys(figures).length < 5) return;
	const environment = { date: new Date().toISOString().slice(0, 10), seed: SEED };
	const file = path.join(ROOT, 'bench', 'chaos.json');
	writeFileSync(file, `${JSON.stringify({ environment, ...figures }, null, '\t')}\n`);
});

const OPTIONS = {
	retryBaseSeconds: 0.05,
	retryMaxSeconds: 1,
	timeoutSeconds: TIMEOUT_SECONDS,
	maxRetries: 6,
};

/** Runs a node under all faults, and counts what came of it. */
async function play(run: Omit<NodeRun, 'onError'> & { readonly items: IDataObject[] }) {
	FAULTS.forEach((fault, n) =>
		sandbox.faults.add({ ...fault, share: SHARE / FAULTS.length, seed: SEED + n }),
	);
	const began = Date.now();
	const { main, errors } = await runNode({ ...run, onError: 'continueErrorOutput' });
	const seconds = Math.round((Date.now() - began) / 1000);
	const given = run.items.length;
	expect(main.length + errors.length).toBe(given);
	const { calls } = sandbox.state.totals;
	const faults = sandbox.state.calls.filter(({ fault }) => fault !== undefined).length;
	const unknown = errors.filter(({ json }) =>
		(json.error as string).includes('is unknown whether'),
	);
	const failed = errors.filter((each) => !unknown.includes(each));
	const counts = {
		given,
		calls,
		faults,
		accepted: main.length,
		reportedUnknown: unknown.length,
		seconds,
	};
	return { main, unknown, failed, counts };
}
const customers = (length: number) =>
	Array.from({ length }, (_, n) => ({ n, email: `c${n}@example.com` }));

/** How often each value occurs. */
function countsOf<T>(values: Iterable<T>): Map<T, number> {
	const counts = new Map<T, number>();
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
	return counts;
}
const twice = <T>(counts: Map<T, number>) =>
	[...counts].filter(([, count]) => count > 1).map(([value]) => value);

test('events: none lost, none out of order, those that are doubled only where the outcome was unknown', async () => {
	const idOf = (n: number) => `c${(n * 7919) % CUSTOMERS}@example.com`;
	const { main, failed, counts } = await play({
		node: 'bluecoreEvents',
		credential: sandbox.credential(NAMESPACE, API_KEY),
		items: Array.from({ length: EVENTS }, (_, n) => ({ n, id: idOf(n) })),
		parameters: {
			operation: 'custom',
			eventName: 'visit',
			distinctId: '={{ $json.id }}',
			additionalFields: { properties: '={{ { n: $json.n } }}' },
			options: OPTIONS,
		},
	});
	const arrived = sandbox.state.events.map(
		({ properties }) => properties as { n: number; distinct_id: string },
	);
	const times = countsOf(arrived.map(({ n }) => n));
	const accepted = main.map(({ pairedItem }) => (pairedItem as { item: number }).item);
	const lost = accepted.filter((n) => !times.has(n));
	const acceptedWithFault = new Set(
		sandbox.state.calls
			.filter(({ fault, verdict }) => fault !== undefined && verdict === 'accepted')
			.map(({ body }) => (body as { properties: { n: number } }).properties.n),
	);
	const unexplained = twice(times).filter((n) => !acceptedWithFault.has(n));
	const outOfOrder = groupBy(arrived, ({ distinct_id: id }) => id).filter((own) =>
		own.some(({ n }, at) => at > 0 && n < own[at - 1].n),
	);
	record('events', {
		...counts,
		reportedFailed: failed.length,
		lost: lost.length,
		doubled: twice(times).length,
		doubledWithoutReason: unexplained.length,
		customersOutOfOrder: outOfOrder.length,
	});
	expect([lost, unexplained, outOfOrder]).toEqual([[], [], []]);
	expect(counts.faults / counts.calls).toBeGreaterThan(SHARE * 0.85);
});

test('emails: none lost, none doubled, and every one is accounted for', async () => {
	const { main, unknown, failed, counts } = await play({
		node: 'bluecoreEmail',
		credential: sandbox.credential(NAMESPACE, API_KEY),
		items: customers(EMAILS),
		parameters: {
			operation: 'send',
			campaignId: '34545238546',
			email: '={{ $json.email }}',
			options: { ...OPTIONS, requestsPerSecond: 0 },
		},
	});
	const { emails } = sandbox.state;
	const sent = countsOf([...emails.values()].map(({ email }) => email));
	const isSent = ({ json }: { json: IDataObject }) => sent.has(json.email as string);
	const lost = main.filter(({ json }) => !emails.has(json.conversation_id as string));
	const wrongly = failed.filter(isSent);
	const unknownThatWentOut = unknown.filter(isSent).length;
	record('emails', {
		...counts,
		unknownThatWentOut,
		reportedFailed: failed.length,
		failedThatWentOut: wrongly.length,
		lost: lost.length,
		doubled: twice(sent).length,
	});
	expect([lost, twice(sent), wrongly]).toEqual([[], [], []]);
	expect(sent.size).toBe(main.length + unknownThatWentOut);
});

test('messages: each is sent once, none is left unknown, and none is reported wrongly', async () => {
	const { main, unknown, failed, counts } = await play({
		node: 'bluecore',
		credential: sandbox.oAuth2Credential(NAMESPACE),
		items: customers(MESSAGES),
		parameters: {
			resource: 'message',
			operation: 'send',
			campaignIds: '34545238546',
			email: '={{ $json.email }}',
			messageId: '=order-{{ $json.n }}',
			options: OPTIONS,
		},
	});
	const { messages, totals } = sandbox.state;
	const stored = new Set([...messages.values()].map(({ id }) => id));
	const lost = main.filter(({ json }) => !stored.has(json.message_id as string));
	const calledSentBefore = main.filter(({ json }) => json.already_sent !== false);
	record('messages', {
		...counts,
		reportedFailed: failed.length,
		stored: messages.size,
		storedTwice: totals.messages - messages.size,
		lost: lost.length,
		calledSentBefore: calledSentBefore.length,
	});
	expect([messages.size, totals.messages]).toEqual([MESSAGES, MESSAGES]);
	expect([unknown, failed, lost, calledSentBefore]).toEqual([[], [], [], []]);
	expect(counts.faults / counts.calls).toBeGreaterThan(SHARE * 0.85);
});

test('hostile items come out as valid payloads or with a clear error', async () => {
	const credential = sandbox.credential(NAMESPACE, API_KEY);
	const { valid, refused } = await fuzz(HOSTILE_ITEMS, SEED, credential);
	const sent = sandbox.state.totals.calls;
	record('hostileItems', { given: valid + refused, valid, refused, sent });
	expect(sent).toBe(0);
});

test('random runs of two processes that end at any step, in simulated time, keep every promise', async () => {
	const began = Date.now();
	const broken = await counterexample(PROCESS_RUNS, SEED);
	const seconds = Math.round((Date.now() - began) / 1000);
	record('processRuns', { given: PROCESS_RUNS, failed: broken === undefined ? 0 : 1, seconds });
	expect(broken).toBeUndefined();
});
