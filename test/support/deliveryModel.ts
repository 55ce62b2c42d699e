import fc from 'fast-check';

import type { Call, Delivery } from '../../nodes/shared/delivery/call';
import { deliver, type DeliverySettings } from '../../nodes/shared/delivery/deliver';
import type { OpenCircuit } from '../../nodes/shared/delivery/circuitBreaker';
import type { Response } from '../../nodes/shared/delivery/outcome';
import { retryAfterOf } from '../../nodes/shared/delivery/retry';
import { Throttle } from '../../nodes/shared/delivery/throttle';
import { fakeClock, type FakeClock } from './fakeClock';

/** What a try meets: an answer after a while, or a connection that breaks before or after the service took the call. */
type Fate =
	| { readonly kind: 'answer'; readonly status: number; readonly retryAfter?: number }
	| { readonly kind: 'not sent' }
	| { readonly kind: 'lost before' }
	| { readonly kind: 'lost after' }
	| { readonly kind: 'silence' };

interface Scenario {
	/** The customer of each item; undefined for an item without order. */
	readonly customers: ReadonlyArray<number | undefined>;
	/** The fates of the first tries, in order of their start. */
	readonly fates: readonly Fate[];
	/** The fate of every later try. */
	readonly lastFate: Fate;
	readonly latencies: readonly number[];
	readonly settings: DeliverySettings;
	readonly cancelAt?: number;
}

const ACCEPTED: Fate = { kind: 'answer', status: 202 };

const fate: fc.Arbitrary<Fate> = fc.oneof(
	{ weight: 5, arbitrary: fc.constant(ACCEPTED) },
	{
		weight: 3,
		arbitrary: fc.record({
			kind: fc.constant('answer' as const),
			status: fc.constantFrom(400, 401, 404, 422, 500, 502, 503, 504),
		}),
	},
	{
		weight: 1,
		arbitrary: fc.record({
			kind: fc.constant('answer' as const),
			status: fc.constant(429),
			retryAfter: fc.constantFrom(1, 3, 20),
		}),
	},
	{
		weight: 3,
		arbitrary: fc
			.constantFrom(
				'not sent' as const,
				'lost before' as const,
				'lost after' as const,
				'silence' as const,
			)
			.map((kind) => ({ kind })),
	},
);

/** Mostly a service that accepts everything; else one that accepts nothing any more. */
const lastFate: fc.Arbitrary<Fate> = fc.oneof(
	{ weight: 4, arbitrary: fc.constant(ACCEPTED) },
	{
		weight: 1,
		arbitrary: fc.constantFrom<Fate>(
			{ kind: 'answer', status: 429 },
			{ kind: 'answer', status: 429, retryAfter: 20 },
			{ kind: 'answer', status: 429, retryAfter: 601 },
			{ kind: 'answer', status: 503 },
			{ kind: 'not sent' },
			{ kind: 'lost before' },
			{ kind: 'silence' },
		),
	},
);
/** A run in which nothing is accepted any more ends within this time. */
const GIVEN_UP_AFTER_MS = 20 * 60_000;

export const scenario: fc.Arbitrary<Scenario> = fc.record(
	{
		customers: fc.array(fc.option(fc.nat(6), { nil: undefined, freq: 4 }), { maxLength: 40 }),
		fates: fc.array(fate, { maxLength: 60 }),
		lastFate,
		// Odd, so that no answer comes in the very moment of a time-out.
		latencies: fc.array(
			fc.nat(1500).map((half) => 2 * half + 1),
			{ minLength: 1, maxLength: 10 },
		),
		settings: fc.record({
			// 0: automatic.
			maxConcurrency: fc.integer({ min: 0, max: 12 }),
			requestsPerSecond: fc.constantFrom(0, 0, 0.5, 1, 3, 10, 50),
			timeoutMs: fc.constantFrom(2000, 30_000),
			maxRetries: fc.nat(4),
			retryBaseMs: fc.constantFrom(10, 1000),
			retryMaxMs: fc.constantFrom(50, 30_000),
			retryUnknownOutcome: fc.boolean(),
			stopOnFailure: fc.boolean(),
		}),
		cancelAt: fc.nat(20_000),
	},
	{ requiredKeys: ['customers', 'fates', 'lastFate', 'latencies', 'settings'] },
);

/** A service that logs what it takes, and the network in front of it. */
function world(
	{ customers, fates, lastFate: rest, latencies, cancelAt }: Scenario,
	clock: FakeClock,
) {
	const abort = new AbortController();
	const arrivals: number[] = [];
	const starts: Array<{ index: number; at: number }> = [];
	/** Per item: its tries under way, and whether the outcome of one is unknown. */
	const underWay = new Set<number>();
	const isUnknown = new Set<number>();
	/** When the last try of an item ended. */
	const endedAt = new Map<number, number>();
	/** Items whose last try was answered with a status that another try cannot change. */
	const refused = new Set<number>();
	/** How often an item was refused with 429: that is about the account, and hardly counts as an attempt. */
	const refusedForRate = new Map<number, number>();
	const sentAgain: number[] = [];
	const overlaps: number[] = [];
	const pauses: Array<{ from: number; until: number }> = [];
	let most = 0;
	let tries = 0;

	const throttle = new Throttle(clock);
	const calls = customers.map((customer, index): Call => ({
		throttle,
		orderKey: customer === undefined ? undefined : `c${customer}`,
		async send(signal) {
			const current = fates[tries] ?? rest;
			const latency = latencies[tries % latencies.length];
			tries++;
			starts.push({ index, at: clock.now() });
			if (refused.has(index)) sentAgain.push(index);
			if ([...underWay].some((other) => customer !== undefined && customers[other] === customer)) {
				overlaps.push(index);
			}
			underWay.add(index);
			most = Math.max(most, underWay.size);
			const over = () => {
				underWay.delete(index);
				endedAt.set(index, clock.now());
			};
			signal.addEventListener('abort', () => {
				over();
				isUnknown.add(index);
			});
			const fail = (code: string) => Object.assign(new Error(code), { code });
			if (current.kind === 'not sent') {
				over();
				throw fail('ECONNREFUSED');
			}
			if (current.kind === 'lost after') arrivals.push(index);
			if (current.kind === 'silence') await new Promise(() => undefined);
			await clock.sleep(latency);
			if (signal.aborted) throw fail('ERR_CANCELED');
			over();
			if (current.kind !== 'answer') {
				isUnknown.add(index);
				throw fail('ECONNRESET');
			}
			if (current.status === 429) {
				refusedForRate.set(index, (refusedForRate.get(index) ?? 0) + 1);
			}
			if (current.status < 300) arrivals.push(index);
			else if (current.status < 500 && current.status !== 429) refused.add(index);
			if (current.retryAfter !== undefined) {
				pauses.push({ from: clock.now(), until: clock.now() + current.retryAfter * 1000 });
			}
			const headers: Response['headers'] =
				current.retryAfter === undefined ? {} : { 'retry-after': `${current.retryAfter}` };
			return { statusCode: current.status, headers, body: {} };
		},
	}));
	if (cancelAt !== undefined) void clock.sleep(cancelAt).then(() => abort.abort());
	return {
		calls,
		throttle,
		abort,
		arrivals,
		starts,
		overlaps,
		pauses,
		isUnknown,
		endedAt,
		sentAgain,
		refusedForRate,
		most: () => most,
	};
}

async function play(given: Scenario) {
	const clock = fakeClock(0, () => 0.5);
	const { calls, throttle, abort, ...seen } = world(given, clock);
	const deliveries = await clock.runUntil(
		deliver(calls, given.settings, {
			...clock,
			signal: abort.signal,
		}),
	);
	const ended = clock.now();
	const circuit = throttle.rejection();
	if (circuit) await checkOpenCircuit(circuit, given, throttle, clock);
	return { ...seen, deliveries, ended };
}

/** While the circuit is open, another run ends at once and sends nothing. Then one request goes first, and all are accepted. */
async function checkOpenCircuit(
	circuit: OpenCircuit,
	{ customers, settings }: Scenario,
	throttle: Throttle,
	clock: FakeClock,
): Promise<void> {
	const opened = clock.now();
	const starts: number[] = [];
	const calls = customers.map(() => ({
		throttle,
		async send() {
			starts.push(clock.now());
			await clock.sleep(100);
			return { statusCode: 202, headers: {}, body: {} };
		},
	}));
	const run = async () =>
		await clock.runUntil(deliver(calls, { ...settings, stopOnFailure: false }, clock));
	expect(await run()).toEqual(
		customers.map(() => ({ fate: 'notSent', outcome: circuit, attempts: 0, isSettled: true })),
	);
	expect([starts, clock.now()]).toEqual([[], opened]);
	await clock.runUntil(clock.sleep(circuit.until - opened));
	expect((await run()).every(isAccepted)).toBe(true);
	const [probe, next = Infinity] = starts;
	expect(next).toBeGreaterThanOrEqual(probe + 100);
}

const isAccepted = ({ fate }: Delivery) => fate === 'accepted';

/** Everything that must be true of a run, whatever the network does. */
export async function check(given: Scenario): Promise<void> {
	const { customers, fates, lastFate: rest, settings, cancelAt } = given;
	const {
		deliveries,
		arrivals,
		starts,
		overlaps,
		pauses,
		isUnknown,
		endedAt,
		sentAgain,
		refusedForRate,
		most,
		ended,
	} = await play(given);
	const arrivedTimes = (index: number) => arrivals.filter((each) => each === index).length;

	expect(deliveries).toHaveLength(customers.length);
	deliveries.forEach((delivery, index) => {
		const tries = starts.filter((start) => start.index === index).length;
		expect(delivery.attempts).toBe(tries);
		const forRate = settings.maxRetries > 0 ? (refusedForRate.get(index) ?? 0) : 0;
		expect(tries).toBeLessThanOrEqual(settings.maxRetries + 1 + forRate);
		// Nothing is lost: what is called accepted has arrived, and what has arrived is not called unsent.
		if (isAccepted(delivery)) expect(arrivedTimes(index)).toBeGreaterThanOrEqual(1);
		else if (arrivedTimes(index) > 0) expect(delivery.fate).toBe('unknown');
		// Nothing is doubled, unless it was unknown whether it had arrived, and then only where that is wanted.
		if (!isUnknown.has(index)) {
			expect(arrivedTimes(index)).toBeLessThanOrEqual(1);
			expect(delivery.fate).not.toBe('unknown');
		}
		if (!settings.retryUnknownOutcome) expect(arrivedTimes(index)).toBeLessThanOrEqual(1);
		// Nothing is given up in silence: what is settled has an outcome.
		if (delivery.isSettled) expect(delivery.outcome).toBeDefined();
	});
	const isWhole = !settings.stopOnFailure && (cancelAt === undefined || ended < cancelAt);
	if (isWhole) expect(deliveries.every(({ isSettled }) => isSettled)).toBe(true);

	// A run in which nothing is accepted any more ends soon, and nothing starts after its circuit opened.
	if (rest !== ACCEPTED && starts.length > fates.length) {
		expect(ended - starts[fates.length].at).toBeLessThanOrEqual(GIVEN_UP_AFTER_MS);
	}
	for (const { outcome } of deliveries) {
		if (outcome?.kind !== 'circuitOpen') continue;
		const openMs = Math.max(60_000, retryAfterOf(outcome.cause, 0));
		expect(starts.filter(({ at }) => at > outcome.until - openMs)).toEqual([]);
	}

	// In order per customer, one at a time, a retry included.
	expect(overlaps).toEqual([]);
	expect(sentAgain).toEqual([]);
	for (const customer of new Set(customers)) {
		if (customer === undefined) continue;
		const order = starts.map(({ index }) => index).filter((index) => customers[index] === customer);
		expect(order).toEqual([...order].sort((a, b) => a - b));
	}

	expect(most()).toBeLessThanOrEqual(settings.maxConcurrency || 512);

	// A 429 makes everybody wait as long as it asks for.
	for (const { from, until } of pauses) {
		expect(starts.filter(({ at }) => at > from && at < until)).toEqual([]);
	}

	const { requestsPerSecond: limit } = settings;
	if (limit > 0) {
		const span = limit < 1 ? 1000 / limit : 1000;
		for (const { at } of starts) {
			const within = starts.filter((start) => start.at >= at && start.at < at + span).length;
			expect(within).toBeLessThanOrEqual(Math.max(1, limit));
		}
	}

	if (cancelAt !== undefined) {
		expect(starts.filter(({ at }) => at > cancelAt)).toEqual([]);
		expect(ended).toBeLessThanOrEqual(cancelAt + 1000);
	}
	if (settings.stopOnFailure) {
		// Nothing starts after the first that was given up.
		const givenUp = deliveries.flatMap((delivery, index) =>
			delivery.isSettled && !isAccepted(delivery)
				? [delivery.outcome?.kind === 'circuitOpen' ? ended : (endedAt.get(index) ?? Infinity)]
				: [],
		);
		const firstGivenUp = Math.min(...givenUp);
		expect(starts.filter(({ at }) => at > firstGivenUp)).toEqual([]);
		if (firstGivenUp === Infinity && cancelAt === undefined) {
			expect(deliveries.every(({ isSettled }) => isSettled)).toBe(true);
		}
	}
}
