import { writeFileSync } from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { ROOT } from '../../harness/paths';
import type { FaultRule } from '../../sandbox/faults/faultEffect';
import { fuzz } from '../support/hostileItems';
import { runNode, type NodeRun } from '../support/nodes';
import { check, scenario } from '../support/processModel';
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
jest.setTimeout(900_000);

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

/** Runs a node under all faults, and notes how long that took. */
async function play(run: Omit<NodeRun, 'onError'>) {
	FAULTS.forEach((fault, n) =>
		sandbox.faults.add({ ...fault, share: SHARE / FAULTS.length, seed: SEED + n }),
	);
	const began = Date.now();
	const { main, errors } = await runNode({ ...run, onError: 'continueErrorOutput' });
	const seconds = Math.round((Date.now() - began) / 1000);
	expect(main.length + errors.length).toBe(run.items?.length);
	return { main, errors, seconds };
}
const customers = (length: number) =>
	Array.from({ length }, (_, n) => ({ n, email: `c${n}@example.com` }));
const failed = () => sandbox.state.calls.filter(({ fault }) => fault !== undefined).length;

test('events: none lost, none out of order, those that are doubled only where the outcome was unknown', async () => {
	const idOf = (n: number) => `c${(n * 7919) % CUSTOMERS}@example.com`;
	const items = Array.from({ length: EVENTS }, (_, n) => ({ n, id: idOf(n) }));
	const { main, errors, seconds } = await play({
		node: 'bluecoreEvents',
		credential: sandbox.credential(NAMESPACE, API_KEY),
		items,
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
	const times = new Map<number, number>();
	for (const { n } of arrived) times.set(n, (times.get(n) ?? 0) + 1);
	const accepted = main.map(({ pairedItem }) => (pairedItem as { item: number }).item);
	const lost = accepted.filter((n) => !times.has(n));
	const doubled = [...times].filter(([, count]) => count > 1).map(([n]) => n);
	const unknown = new Set(
		sandbox.state.calls
			.filter(({ fault, verdict }) => fault !== undefined && verdict === 'accepted')
			.map(({ body }) => (body as { properties: { n: number } }).properties.n),
	);
	const orderBroken = new Set<string>();
	const last = new Map<string, number>();
	for (const { n, distinct_id: id } of arrived) {
		if (n < (last.get(id) ?? -1)) orderBroken.add(id);
		last.set(id, n);
	}
	const unexplained = doubled.filter((n) => !unknown.has(n));
	record('events', {
		given: items.length,
		calls: sandbox.state.totals.calls,
		faults: failed(),
		accepted: main.length,
		reportedFailed: errors.length,
		lost: lost.length,
		doubled: doubled.length,
		doubledWithoutReason: unexplained.length,
		customersOutOfOrder: orderBroken.size,
		seconds,
	});
	expect(lost).toEqual([]);
	expect(unexplained).toEqual([]);
	expect([...orderBroken]).toEqual([]);
	expect(failed() / sandbox.state.totals.calls).toBeGreaterThan(SHARE * 0.85);
});

test('emails: none lost, none doubled, and every one is accounted for', async () => {
	const items = customers(EMAILS);
	const { main, errors, seconds } = await play({
		node: 'bluecoreEmail',
		credential: sandbox.credential(NAMESPACE, API_KEY),
		items,
		parameters: {
			operation: 'send',
			campaignId: '34545238546',
			email: '={{ $json.email }}',
			options: { ...OPTIONS, requestsPerSecond: 0 },
		},
	});
	const sent = new Map<string, number>();
	for (const { email } of sandbox.state.emails.values())
		sent.set(email, (sent.get(email) ?? 0) + 1);
	const lost = main.filter(({ json }) => !sandbox.state.emails.has(json.conversation_id as string));
	const doubled = [...sent.values()].filter((count) => count > 1).length;
	const says = ({ json }: { json: IDataObject }, text: RegExp) => text.test(json.error as string);
	const unknown = errors.filter((each) => says(each, /unknown whether the email arrived/));
	const failures = errors.filter((each) => !unknown.includes(each));
	const wrongly = failures.filter(({ json }) => sent.has(json.email as string));
	const unknownThatWentOut = unknown.filter(({ json }) => sent.has(json.email as string)).length;
	record('emails', {
		given: items.length,
		calls: sandbox.state.totals.calls,
		faults: failed(),
		accepted: main.length,
		reportedUnknown: unknown.length,
		unknownThatWentOut,
		reportedFailed: failures.length,
		failedThatWentOut: wrongly.length,
		lost: lost.length,
		doubled,
		seconds,
	});
	expect(lost).toEqual([]);
	expect(doubled).toBe(0);
	expect(wrongly).toEqual([]);
	expect(sent.size).toBe(main.length + unknownThatWentOut);
});

test('messages: each is sent once, none is left unknown, and none is reported wrongly', async () => {
	const items = customers(MESSAGES);
	const { main, errors, seconds } = await play({
		node: 'bluecore',
		credential: sandbox.oAuth2Credential(NAMESPACE),
		items,
		parameters: {
			resource: 'message',
			operation: 'send',
			campaignIds: '34545238546',
			email: '={{ $json.email }}',
			messageId: '=order-{{ $json.n }}',
			options: OPTIONS,
		},
	});
	const { messages } = sandbox.state;
	const stored = new Set([...messages.values()].map(({ id }) => id));
	const unknown = errors.filter(({ json }) =>
		(json.error as string).includes('is unknown whether'),
	);
	const lost = main.filter(({ json }) => !stored.has(json.message_id as string));
	const wrongly = errors.filter(
		(each) => !unknown.includes(each) && stored.has(`order-${each.json.n as number}`),
	);
	const calledSentBefore = main.filter(({ json }) => json.already_sent !== false);
	record('messages', {
		given: items.length,
		calls: sandbox.state.totals.calls,
		faults: failed(),
		accepted: main.length,
		stored: messages.size,
		storedTwice: sandbox.state.totals.messages - messages.size,
		reportedUnknown: unknown.length,
		reportedFailed: errors.length - unknown.length,
		failedThatWereStored: wrongly.length,
		lost: lost.length,
		calledSentBefore: calledSentBefore.length,
		seconds,
	});
	expect(messages.size).toBe(MESSAGES);
	expect(sandbox.state.totals.messages).toBe(MESSAGES);
	expect(unknown).toEqual([]);
	expect([...lost, ...wrongly, ...calledSentBefore]).toEqual([]);
	expect(errors).toEqual([]);
	expect(failed() / sandbox.state.totals.calls).toBeGreaterThan(SHARE * 0.85);
});

test('hostile items come out as valid payloads or with a clear error', async () => {
	const { valid, refused } = await fuzz(
		HOSTILE_ITEMS,
		SEED,
		sandbox.credential(NAMESPACE, API_KEY),
	);
	const sent = sandbox.state.totals.calls;
	record('hostileItems', { given: valid + refused, valid, refused, sent });
	expect(sent).toBe(0);
});

test('random runs of two processes that end at any step, in simulated time, keep every promise', async () => {
	const property = fc.asyncProperty(scenario, async (given) => await check(given));
	const began = Date.now();
	const settings = { numRuns: PROCESS_RUNS, seed: SEED, includeErrorInReport: true };
	const result = await fc.check(property, settings);
	const seconds = Math.round((Date.now() - began) / 1000);
	record('processRuns', { given: result.numRuns, failed: Number(result.failed), seconds });
	expect(fc.defaultReportMessage(result)).toBeUndefined();
});
