import type { Call as AccountCall } from '../../../../nodes/shared/delivery/call';
import {
	deliver as deliverCalls,
	type DeliveryContext,
	type DeliverySettings,
} from '../../../../nodes/shared/delivery/deliver';
import type { Fate, Response } from '../../../../nodes/shared/delivery/outcome';
import { Throttle } from '../../../../nodes/shared/delivery/throttle';
import { fakeClock, type FakeClock } from '../../../support/fakeClock';

const response = (statusCode: number, body: unknown = {}, headers = {}): Response => ({
	statusCode,
	headers,
	body,
});

const SETTINGS: DeliverySettings = {
	maxConcurrency: 10,
	requestsPerSecond: 0,
	timeoutMs: 30_000,
	maxRetries: 3,
	retryBaseMs: 1000,
	retryMaxMs: 30_000,
	retryUnknownOutcome: true,
	stopOnFailure: false,
};

/** A call; all calls of these tests are for one account. */
type Call = Omit<AccountCall, 'throttle'>;
type Context = DeliveryContext & { readonly throttle: Throttle };

const deliver = async (calls: readonly Call[], settings: DeliverySettings, context: Context) =>
	await deliverCalls(
		calls.map((call) => ({ ...call, throttle: context.throttle })),
		settings,
		context,
	);

/** Surroundings in which time and chance are held. */
function surroundings(signal?: AbortSignal) {
	const clock = fakeClock();
	const context: Context = {
		...clock,
		throttle: new Throttle(clock),
		signal,
	};
	return { clock, context };
}

/** A server that answers each call by a script of statuses, codes or functions; the last one repeats. */
function scriptedServer(context: DeliveryContext) {
	const log: Array<{ name: string; at: number }> = [];
	let inFlight = 0;
	const stats = { log, most: 0 };
	type Step = number | string | Response;
	const call = (name: string, steps: Step[] = [202], orderKey?: string, ms = 0): Call => {
		let tries = 0;
		return {
			orderKey,
			async send() {
				log.push({ name, at: context.now() });
				stats.most = Math.max(stats.most, ++inFlight);
				const step = steps[Math.min(tries++, steps.length - 1)];
				if (ms > 0) await context.sleep(ms);
				else await Promise.resolve();
				inFlight--;
				if (typeof step === 'string') throw Object.assign(new Error(step), { code: step });
				return typeof step === 'number' ? response(step) : step;
			},
		};
	};
	return { call, stats, names: () => log.map(({ name }) => name) };
}

type ServerCall = ReturnType<typeof scriptedServer>['call'];

describe('delivery', () => {
	const run = async (
		build: (call: ServerCall) => Call[],
		settings: Partial<DeliverySettings> = {},
		signal?: AbortSignal,
	) => {
		const { clock, context } = surroundings(signal);
		const { call, stats, names } = scriptedServer(context);
		const deliveries = await clock.runUntil(
			deliver(build(call), { ...SETTINGS, ...settings }, context),
		);
		const outcomes = deliveries.map(({ outcome, attempts }) => [outcome?.kind, attempts]);
		return { outcomes, names: names(), stats, now: context.now() };
	};

	test('of nothing is nothing', async () => expect((await run(() => [])).outcomes).toEqual([]));

	test('keeps the order of the calls in its result, and the bound in flight', async () => {
		const { outcomes, stats } = await run(
			(call) => Array.from({ length: 100 }, (_, i) => call(`${i}`, [202], undefined, 10)),
			{
				maxConcurrency: 7,
			},
		);
		expect(outcomes).toEqual(Array(100).fill(['accepted', 1]));
		expect(stats.most).toBe(7);
	});

	test('sends calls of one key one after another, a retry included, and others meanwhile', async () => {
		const { names } = await run((call) => [
			call('a1', [503, 202], 'a'),
			call('a2', [202], 'a'),
			call('b1', [202], 'b'),
			call('b2', [202], 'b'),
		]);
		expect(names).toEqual(['a1', 'b1', 'b2', 'a1', 'a2']);
	});

	test.each([
		[[429, 202], [['accepted', 2]]],
		[[500, 502, 503, 202], [['accepted', 4]]],
		[[504], [['temporary', 4]]],
		[['ECONNREFUSED', 202], [['accepted', 2]]],
		[['ECONNRESET', 202], [['accepted', 2]]],
		[['DEPTH_ZERO_SELF_SIGNED_CERT'], [['notSent', 1]]],
		[[400], [['refused', 1]]],
		[[401], [['refused', 1]]],
		[[422], [['refused', 1]]],
		[['ERR_CANCELED'], [['cancelled', 1]]],
	])('answers %p end as %p', async (steps, expected) => {
		expect((await run((call) => [call('a', steps)])).outcomes).toEqual(expected);
	});

	test('does not send again when the outcome is unknown and that is not wanted', async () => {
		const { outcomes } = await run((call) => [call('a', ['ECONNRESET', 202])], {
			retryUnknownOutcome: false,
		});
		expect(outcomes).toEqual([['unknown', 1]]);
	});

	test('waits as the server asks, and makes the whole account wait after a 429', async () => {
		const limited = response(429, {}, { 'retry-after': '7' });
		const { stats } = await run(
			(call) => [call('a', [limited, 202]), call('b', [202]), call('c', [202])],
			{
				maxConcurrency: 1,
			},
		);
		expect(stats.log).toEqual([
			{ name: 'a', at: 0 },
			{ name: 'a', at: 7000 },
			{ name: 'b', at: 7000 },
			{ name: 'c', at: 7000 },
		]);
		const many = await run((call) => [
			call('a', [limited, 202]),
			call('b1', [202], 'b', 100),
			call('b2', [202], 'b'),
		]);
		// Nothing was accepted before, so the account goes on at ten a second.
		expect(many.stats.log.map(({ at }) => at)).toEqual([0, 0, 7000, 7070]);
	});

	test('lets nobody else wait for a retry, not even where one call may be under way at a time', async () => {
		const { stats, outcomes } = await run(
			(call) => [call('a1', [503, 503, 202], 'a'), call('a2', [202], 'a'), call('b'), call('c')],
			{ maxConcurrency: 1 },
		);
		expect(stats.log).toEqual([
			{ name: 'a1', at: 0 },
			{ name: 'b', at: 0 },
			{ name: 'c', at: 0 },
			{ name: 'a1', at: 500 },
			{ name: 'a1', at: 1500 },
			{ name: 'a2', at: 1500 },
		]);
		expect(stats.most).toBe(1);
		expect(outcomes).toEqual([
			['accepted', 3],
			['accepted', 1],
			['accepted', 1],
			['accepted', 1],
		]);
	});

	test('sends one request at a time after twenty failures in a row, until one is accepted', async () => {
		const { stats } = await run((call) =>
			Array.from({ length: 150 }, (_, i) => call(`${i}`, [503, 202], undefined, 10)),
		);
		const first = stats.log.filter(({ at }) => at < 500).length;
		expect(first).toBeGreaterThanOrEqual(20);
		expect(first).toBeLessThanOrEqual(20 + SETTINGS.maxConcurrency);
		expect(stats.log).toHaveLength(300);
	});

	test('says what was settled when the run ended, and what may have arrived', async () => {
		const abort = new AbortController();
		const { clock, context } = surroundings(abort.signal);
		const { call } = scriptedServer(context);
		const calls = [call('a'), call('b', [503]), call('c', [202], undefined, 60_000), call('d')];
		const running = deliver(calls, { ...SETTINGS, maxConcurrency: 3 }, context);
		void context.sleep(100).then(() => abort.abort());
		const deliveries = await clock.runUntil(running);
		expect(clock.now()).toBeLessThan(1200);
		expect(
			deliveries.map(({ outcome, isSettled, fate }) => [outcome?.kind, isSettled, fate]),
		).toEqual([
			['accepted', true, 'accepted'],
			['temporary', false, 'notSent'],
			['cancelled', true, 'unknown'],
			['accepted', true, 'accepted'],
		]);
	});

	test('does not wait for a server that asks for more than ten minutes', async () => {
		const { outcomes, now } = await run((call) => [
			call('a', [response(429, {}, { 'retry-after': '601' })]),
		]);
		expect(outcomes).toEqual([['temporary', 1]]);
		expect(now).toBe(0);
	});

	test('makes the account wait after a 429 that is not retried, too', async () => {
		const limited = response(429, {}, { 'retry-after': '2' });
		const { stats } = await run((call) => [call('a', [limited]), call('b'), call('c')], {
			maxRetries: 0,
			maxConcurrency: 1,
		});
		expect(stats.log.map(({ at }) => at)).toEqual([0, 2000, 2000]);
	});

	test('gives up after an hour of waits, whatever retries are left', async () => {
		const { outcomes, now } = await run((call) => [call('a', [503])], {
			maxRetries: 1000,
			retryBaseMs: 600_000,
			retryMaxMs: 600_000,
		});
		// Waits of five minutes each: without chance, half of the ten.
		expect(outcomes).toEqual([['temporary', 13]]);
		expect(now).toBe(3_600_000);
	});

	test('ends a try whose answer drips in for longer than the time-out, and its request', async () => {
		const { clock, context } = surroundings();
		let signal: AbortSignal | undefined;
		const [delivery] = await clock.runUntil(
			deliver(
				[
					{
						async send(given) {
							signal = given;
							await context.sleep(120_000);
							return response(202);
						},
					},
				],
				{ ...SETTINGS, retryUnknownOutcome: false },
				context,
			),
		);
		expect(delivery).toEqual({
			outcome: { kind: 'unknown', code: 'ETIMEDOUT' },
			attempts: 1,
			isSettled: true,
			fate: 'unknown',
		});
		expect(signal?.aborted).toBe(true);
		expect(clock.now()).toBeLessThanOrEqual(31_000);
	});

	test('gives each try its own time', async () => {
		const { outcomes, now } = await run(
			(call) => [
				call('hangs', [202], undefined, 60_000),
				call('is slow twice', [503, 202], undefined, 25_000),
			],
			{ retryUnknownOutcome: false },
		);
		expect(outcomes).toEqual([
			['unknown', 1],
			['accepted', 2],
		]);
		expect(now).toBeLessThanOrEqual(60_000);
	});

	test('looks after tries again after a while in which none was under way', async () => {
		const { clock, context } = surroundings();
		const { call } = scriptedServer(context);
		const [first, later] = [call('a', [503]), call('a', [202], undefined, 120_000)];
		let tries = 0;
		const [{ outcome, attempts }] = await clock.runUntil(
			deliver(
				[{ send: async (signal) => await (tries++ === 0 ? first : later).send(signal) }],
				{ ...SETTINGS, retryBaseMs: 10_000, retryUnknownOutcome: false },
				context,
			),
		);
		expect([outcome?.kind, attempts]).toEqual(['unknown', 2]);
		expect(clock.now()).toBeLessThanOrEqual(5000 + 31_000);
	});

	test('tries again as soon as the wait is over, however short it is', async () => {
		const { stats } = await run((call) => [call('a', [503, 202])], { retryBaseMs: 100 });
		expect(stats.log.map(({ at }) => at)).toEqual([0, 50]);
	});

	test.each<[Array<number | string>, Fate]>([
		[[202], 'accepted'],
		[[503, 202], 'accepted'],
		[['ECONNRESET', 202], 'accepted'],
		[[400], 'refused'],
		[[503, 400], 'refused'],
		[[503], 'refused'],
		[[429], 'refused'],
		[['ECONNREFUSED', 400], 'refused'],
		[['ECONNRESET'], 'unknown'],
		[['ECONNRESET', 400], 'unknown'],
		[['ECONNRESET', 503], 'unknown'],
		[['ECONNRESET', 'ECONNREFUSED', 400], 'unknown'],
		[['ERR_CANCELED'], 'unknown'],
		[['ECONNREFUSED'], 'notSent'],
		[[503, 'ECONNREFUSED'], 'notSent'],
		[['DEPTH_ZERO_SELF_SIGNED_CERT'], 'notSent'],
	])('the fate of one that was tried with %p is %s', async (steps, expected) => {
		const { clock, context } = surroundings();
		const { call } = scriptedServer(context);
		const [{ fate }] = await clock.runUntil(deliver([call('a', steps)], SETTINGS, context));
		expect(fate).toBe(expected);
	});

	const invalid = (mayHaveArrived: boolean) => ({
		message: 'Not the API',
		fix: 'Check the URL.',
		mayHaveArrived,
	});

	test.each<[boolean, Array<number | string>, Fate]>([
		[true, [200], 'unknown'],
		[false, [200], 'refused'],
		[false, ['ECONNRESET', 200], 'unknown'],
	])(
		'an invalid answer that may mean an arrival (%p), after %p, is final and has the fate %s',
		async (mayHaveArrived, steps, expected) => {
			const { clock, context } = surroundings();
			const { call } = scriptedServer(context);
			const settings = { ...SETTINGS, validateResponse: () => invalid(mayHaveArrived) };
			const [delivery] = await clock.runUntil(deliver([call('a', steps)], settings, context));
			expect(delivery).toEqual({
				fate: expected,
				outcome: {
					kind: 'invalid',
					response: response(200),
					problem: invalid(mayHaveArrived),
				},
				attempts: steps.length,
				isSettled: true,
			});
		},
	);

	test('validates answers of 2xx only', async () => {
		const validateResponse = ({ body }: Response) => (body === 'ok' ? undefined : invalid(true));
		const { outcomes } = await run(
			(call) => [call('a', [503, response(200, 'ok')]), call('b', [400]), call('c', [200])],
			{ validateResponse },
		);
		expect(outcomes).toEqual([
			['accepted', 2],
			['refused', 1],
			['invalid', 1],
		]);
	});

	test('counts what is thrown at once like what is thrown later', async () => {
		const { clock, context } = surroundings();
		const send = () => {
			throw Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
		};
		const [{ outcome, attempts }] = await clock.runUntil(deliver([{ send }], SETTINGS, context));
		expect([outcome?.kind, attempts]).toEqual(['notSent', 4]);
	});

	test('a pause of one account does not delay the calls of another', async () => {
		const { clock, context } = surroundings();
		const { call, stats } = scriptedServer(context);
		const [paused, other] = [new Throttle(clock), new Throttle(clock)];
		const limited = response(429, {}, { 'retry-after': '60' });
		await clock.runUntil(
			deliverCalls(
				[
					{ ...call('a', [limited, 202]), throttle: paused },
					{ ...call('b1', [202], 'b', 100), throttle: other },
					{ ...call('b2', [202], 'b'), throttle: other },
				],
				SETTINGS,
				context,
			),
		);
		const startOf = (name: string) => stats.log.findLast((entry) => entry.name === name)?.at ?? NaN;
		expect(startOf('b2') - startOf('b1')).toBeLessThan(1000);
		expect(startOf('a') - startOf('b2')).toBeGreaterThan(50_000);
	});

	test('Max Concurrency is for the whole run, also where its calls are for several accounts', async () => {
		const { clock, context } = surroundings();
		const { call, stats } = scriptedServer(context);
		const calls = Array.from({ length: 60 }, (_, n) => call(`${n}`, [202], undefined, 100));
		const throttles = [new Throttle(clock), new Throttle(clock), new Throttle(clock)];
		const deliveries = await clock.runUntil(
			deliverCalls(
				calls.map((each, n) => ({ ...each, throttle: throttles[n % 3] })),
				{ ...SETTINGS, maxConcurrency: 4 },
				context,
			),
		);
		expect(deliveries.every(({ fate }) => fate === 'accepted')).toBe(true);
		expect([stats.most, clock.now()]).toEqual([4, 1500]);
	});

	test('stops at an invalid answer, if so wanted', async () => {
		const validateResponse = () => invalid(false);
		const settings = { stopOnFailure: true, maxConcurrency: 1, validateResponse };
		expect((await run((call) => [call('a'), call('b')], settings)).names).toEqual(['a']);
	});

	test('keeps to the rate', async () => {
		const { stats } = await run((call) => Array.from({ length: 50 }, (_, i) => call(`${i}`)), {
			requestsPerSecond: 20,
		});
		const starts = stats.log.map(({ at }) => at);
		for (const start of starts) {
			expect(starts.filter((at) => at >= start && at < start + 1000).length).toBeLessThanOrEqual(
				20,
			);
		}
		expect(Math.max(...starts)).toBeLessThanOrEqual((49 * 1000) / (0.95 * 20));
	});

	test('starts nothing new once a call was given up, if so wanted; those in flight finish', async () => {
		const { outcomes, names } = await run(
			(call) => [
				call('a', [202], undefined, 500),
				call('b', [400], undefined, 100),
				call('c'),
				call('d'),
			],
			{ stopOnFailure: true, maxConcurrency: 2 },
		);
		expect(outcomes).toEqual([
			['accepted', 1],
			['refused', 1],
			[undefined, 0],
			[undefined, 0],
		]);
		expect(names).toEqual(['a', 'b']);
	});

	test('does not retry once a call was given up', async () => {
		const { outcomes, now } = await run(
			(call) => [call('a', [503]), call('b', [400], undefined, 100)],
			{ stopOnFailure: true, retryBaseMs: 30_000 },
		);
		expect(outcomes).toEqual([
			['temporary', 1],
			['refused', 1],
		]);
		expect(now).toBeLessThan(1000);
	});

	test('ends within a second of a cancellation, while it waits and while it is paused', async () => {
		const abort = new AbortController();
		const limited = response(429, {}, { 'retry-after': '60' });
		const { outcomes, now } = await run(
			(call) => [
				{
					send: async () => {
						setImmediate(() => abort.abort());
						return limited;
					},
				},
				call('b'),
			],
			{ maxConcurrency: 1 },
			abort.signal,
		);
		expect(outcomes).toEqual([
			['temporary', 1],
			[undefined, 0],
		]);
		expect(now).toBeLessThan(1000);
	});
});

describe('delivery until the answer is final', () => {
	const FINAL = { status: 'final' };
	const isPending = ({ body }: Response) => body !== FINAL;
	const run = async (
		build: (call: ServerCall) => Call[],
		settings: { pollMs?: number; maxWaitMs?: number; stopOnFailure?: boolean } = {},
		signal?: AbortSignal,
	) => {
		const { clock, context } = surroundings(signal);
		const { call, stats } = scriptedServer(context);
		const { pollMs = 10_000, maxWaitMs = 300_000, ...others } = settings;
		const poll = { isPending, everyMs: pollMs, forMs: maxWaitMs };
		const deliveries = await clock.runUntil(
			deliver(build(call), { ...SETTINGS, ...others, poll }, context),
		);
		return {
			attempts: deliveries.map(({ attempts }) => attempts),
			kinds: deliveries.map(({ outcome }) => outcome?.kind),
			failures: deliveries.map(({ pollFailure }) => pollFailure?.kind),
			bodies: deliveries.map(
				({ outcome }) => outcome?.kind === 'accepted' && outcome.response.body,
			),
			log: stats.log,
			now: context.now(),
		};
	};

	test('asks again only for those that are not final, at the interval', async () => {
		const { attempts, log } = await run((call) => [
			call('a', [response(200, FINAL)]),
			call('b', [response(200, {}), response(200, {}), response(200, FINAL)]),
		]);
		expect(attempts).toEqual([1, 3]);
		expect(log.map(({ at }) => at)).toEqual([0, 0, 10_000, 20_000]);
	});

	test('gives the last answer when the time is over', async () => {
		const { attempts, kinds, now } = await run((call) => [call('a', [response(200, {})])], {
			maxWaitMs: 25_000,
		});
		expect([attempts, kinds, now]).toEqual([[3], ['accepted'], 20_000]);
	});

	test('counts retries, and keeps the last answer when a later one fails', async () => {
		const { attempts, kinds, failures } = await run((call) => [
			call('a', [response(200, {}), 503, 404]),
			call('b', [404]),
		]);
		expect([attempts, kinds]).toEqual([
			[3, 1],
			['accepted', 'refused'],
		]);
		expect(failures).toEqual(['refused', undefined]);
	});

	test('lets the retries of one hold back nobody else', async () => {
		const { log } = await run((call) => [
			call('a', [503, 503, 503, response(200, FINAL)]),
			call('b', [response(200, {}), response(200, FINAL)]),
		]);
		expect(log.map(({ name, at }) => [name, at])).toEqual([
			['a', 0],
			['b', 0],
			['a', 500],
			['a', 1500],
			['a', 3500],
			['b', 10_000],
		]);
	});

	test('does not go on trying beyond the time', async () => {
		const { kinds, now } = await run((call) => [call('a', [503])], { maxWaitMs: 1200 });
		expect([kinds, now]).toEqual([['temporary'], 500]);
	});

	test('has its retries anew after each answer', async () => {
		const flaky = [503, 503, 503, response(200, {}), 503, 503, 503, response(200, FINAL)];
		const { attempts, kinds } = await run((call) => [call('a', flaky)]);
		expect([attempts, kinds]).toEqual([[8], ['accepted']]);
	});

	test('stops for all when one fails, if so wanted', async () => {
		const build = (call: ServerCall) => [call('a', [404]), call('b', [response(200, {})])];
		expect((await run(build, { stopOnFailure: true })).attempts).toEqual([1, 1]);
		expect((await run(build, { maxWaitMs: 10_000 })).attempts).toEqual([1, 2]);
	});

	test('ends soon after a cancellation', async () => {
		const abort = new AbortController();
		const { attempts, now } = await run(
			() => [
				{
					send: async () => {
						setImmediate(() => abort.abort());
						return response(200, {});
					},
				},
			],
			{},
			abort.signal,
		);
		expect(attempts).toEqual([1]);
		expect(now).toBeLessThan(1000);
	});
});

describe('delivery to an account that accepts nothing', () => {
	const EMAIL = {
		...SETTINGS,
		maxRetries: 5,
		retryBaseMs: 30_000,
		retryMaxMs: 300_000,
		retryUnknownOutcome: false,
	};
	const asking = (seconds: number) => response(429, {}, { 'retry-after': `${seconds}` });
	const [SECOND, MINUTE] = [1000, 60_000];

	test.each<[string, number, Partial<DeliverySettings>, number | string | Response, number]>([
		['200 emails at 429', 200, EMAIL, 429, 10 * MINUTE],
		['1,000 events at 429', 1000, {}, 429, 40 * SECOND],
		['1,000 events that are to wait ten minutes each time', 1000, {}, asking(600), 51 * MINUTE],
		['100 events that are to wait a day', 100, {}, asking(86_400), SECOND],
		['1,000 events that are to wait a day', 1000, {}, asking(86_400), SECOND],
		[
			'300 events at 429 with short waits',
			300,
			{ maxRetries: 2, retryBaseMs: 200, retryMaxMs: 400 },
			429,
			11 * SECOND,
		],
		['1,000 events at 503', 1000, {}, 503, 40 * SECOND],
		['20,000 emails at 503', 20_000, EMAIL, 503, 15 * MINUTE],
		['20,000 events without a connection', 20_000, {}, 'ECONNREFUSED', 40 * SECOND],
		['20,000 emails without a connection', 20_000, EMAIL, 'ECONNREFUSED', 15 * MINUTE],
	])('ends: %s', async (_what, count, settings, step, longestMs) => {
		const { clock, context } = surroundings();
		const { call, stats } = scriptedServer(context);
		const calls = Array.from({ length: count }, (_, i) => call(`${i}`, [step], undefined, 50));
		const deliveries = await clock.runUntil(
			deliver(calls, { ...SETTINGS, maxConcurrency: 50, ...settings }, context),
		);
		expect(clock.now()).toBeLessThanOrEqual(longestMs);
		expect(stats.log.length).toBeLessThan(1500);
		expect(deliveries.every(({ isSettled, fate }) => isSettled && fate !== 'accepted')).toBe(true);
		expect(deliveries.at(-1)).toMatchObject({
			fate: 'notSent',
			attempts: 0,
			outcome: { kind: 'circuitOpen' },
		});
	});

	test('ends for one event a minute that finds the account refusing: no more than those of ten minutes wait', async () => {
		const { clock, context } = surroundings();
		const { call } = scriptedServer(context);
		let [running, most] = [0, 0];
		const minutes = async () => {
			for (let n = 0; n < 170; n++) {
				most = Math.max(most, ++running);
				void deliver([call(`${n}`, [429], undefined, 50)], EMAIL, context).then(() => running--);
				await clock.sleep(MINUTE);
			}
		};
		await clock.runUntil(minutes());
		expect(running).toBe(0);
		expect(most).toBeLessThanOrEqual(12);
	});

	test('ends within about an hour if it accepts only a few: no call waits longer', async () => {
		const { clock, context } = surroundings();
		const { call } = scriptedServer(context);
		let isRefused = false;
		const send = async () => {
			isRefused = !isRefused;
			return isRefused ? asking(300) : response(202);
		};
		const calls = Array.from({ length: 500 }, () => ({ ...call('a'), send }));
		const deliveries = await clock.runUntil(deliver(calls, SETTINGS, context));
		expect(clock.now()).toBeLessThanOrEqual(61 * MINUTE);
		expect(deliveries.filter(({ fate }) => fate === 'accepted').length).toBeGreaterThan(10);
		expect(deliveries.at(-1)?.outcome?.kind).toBe('circuitOpen');
	});

	test('gives up at once all that wait for a retry or for the next status', async () => {
		const { clock, context } = surroundings();
		const { call } = scriptedServer(context);
		const pending = response(200, 'pending');
		const poll = {
			isPending: ({ body }: Response) => body === 'pending',
			everyMs: 300_000,
			forMs: 600_000,
		};
		const calls = [
			call('status', [pending]),
			call('unknown', ['ECONNRESET']),
			call('refused', [503]),
			call('asks', [asking(3600)], undefined, 100),
			call('behind', [202], 'same', 10),
			call('not started', [202], 'same'),
		];
		const settings = { ...EMAIL, retryUnknownOutcome: true, poll };
		const deliveries = await clock.runUntil(deliver(calls, settings, context));
		expect(clock.now()).toBeLessThan(SECOND);
		const until = 3_600_100;
		const open = { kind: 'circuitOpen', until };
		expect(deliveries).toMatchObject([
			{ fate: 'accepted', attempts: 1, outcome: { kind: 'accepted' }, pollFailure: open },
			{ fate: 'unknown', attempts: 1, outcome: open },
			{ fate: 'notSent', attempts: 1, outcome: open },
			{ fate: 'refused', attempts: 1, outcome: { kind: 'temporary' } },
			{ fate: 'accepted', attempts: 1 },
			{ fate: 'accepted', attempts: 1 },
		]);
	});

	test('fails at once what starts meanwhile, and sends again after one probe', async () => {
		const { clock, context } = surroundings();
		const { call, stats } = scriptedServer(context);
		const send = async (step: number | Response, count = 1) =>
			await clock.runUntil(
				deliver(
					Array.from({ length: count }, (_, i) => call(`${i}`, [step], undefined, 50)),
					SETTINGS,
					context,
				),
			);
		await send(asking(3600));
		const startedAt = clock.now();
		const meanwhile = await send(202, 3);
		expect(meanwhile.map(({ attempts, fate }) => [attempts, fate])).toEqual(
			Array(3).fill([0, 'notSent']),
		);
		expect(meanwhile[0].outcome).toMatchObject({ kind: 'circuitOpen', until: 3_600_050 });
		expect([clock.now(), stats.log.length]).toEqual([startedAt, 1]);
		await clock.runUntil(clock.sleep(3_600_000));
		const later = await send(202, 5);
		expect(later.map(({ fate }) => fate)).toEqual(Array(5).fill('accepted'));
		const [probe, next] = stats.log.slice(1);
		expect(next.at).toBe(probe.at + 50);
	});

	test('does not concern the calls of other accounts', async () => {
		const { clock, context } = surroundings();
		const { call, stats } = scriptedServer(context);
		const [dead, other] = [new Throttle(clock), new Throttle(clock)];
		const deliveries = await clock.runUntil(
			deliverCalls(
				[
					{ ...call('a', [asking(86_400)]), throttle: dead },
					{ ...call('b'), throttle: dead },
					{ ...call('c', [503, 202]), throttle: other },
				],
				{ ...SETTINGS, maxConcurrency: 1 },
				context,
			),
		);
		expect(deliveries.map(({ outcome }) => outcome?.kind)).toEqual([
			'temporary',
			'circuitOpen',
			'accepted',
		]);
		const [first, again] = stats.log.filter(({ name }) => name === 'c');
		expect(again.at - first.at).toBe(500);
	});

	test('stops the run at the first call that is given up for it, if so wanted', async () => {
		const { clock, context } = surroundings();
		const { call, stats } = scriptedServer(context);
		const calls = Array.from({ length: 100 }, (_, i) => call(`${i}`, [429], undefined, 50));
		const settings = { ...SETTINGS, maxRetries: 100, stopOnFailure: true };
		const deliveries = await clock.runUntil(deliver(calls, settings, context));
		const givenUp = deliveries.filter(({ isSettled }) => isSettled);
		expect(new Set(givenUp.map(({ outcome }) => outcome?.kind))).toEqual(new Set(['circuitOpen']));
		expect(deliveries.every(({ fate }) => fate === 'notSent')).toBe(true);
		expect(stats.log.length).toBeLessThan(50);
	});
});

describe('delivery with automatic concurrency', () => {
	const AUTOMATIC = { ...SETTINGS, maxConcurrency: 0 };
	/** A server whose answers take 50 ms, or longer if more than `capacity` are in flight. */
	const server = (clock: FakeClock, throttle: Throttle, capacity: number) => {
		const stats = { inFlight: 0, most: 0 };
		const calls = (count: number): AccountCall[] =>
			Array.from({ length: count }, () => ({
				throttle,
				async send() {
					stats.most = Math.max(stats.most, ++stats.inFlight);
					await clock.sleep(50 * Math.max(1, stats.inFlight / capacity));
					stats.inFlight--;
					return response(202);
				},
			}));
		return { calls, stats };
	};
	const timeOf = async (count: number, maxConcurrency: number, capacity = Infinity) => {
		const { clock, context } = surroundings();
		const { calls, stats } = server(clock, context.throttle, capacity);
		const settings = { ...AUTOMATIC, maxConcurrency };
		await clock.runUntil(deliverCalls(calls(count), settings, context));
		return { ms: clock.now(), most: stats.most };
	};

	test('sends more and more at once while answers are as quick', async () => {
		const [automatic, best] = [await timeOf(20_000, 0), await timeOf(20_000, 256)];
		expect(automatic.most).toBeGreaterThan(256);
		expect(automatic.ms).toBeLessThanOrEqual(best.ms);
	});

	test.each([1, 10, 100])('sends %d calls as quickly as 50 at once', async (count) => {
		expect((await timeOf(count, 0)).ms).toBeLessThanOrEqual((await timeOf(count, 50)).ms);
	});

	test('sends fewer when answers slow down', async () => {
		const [automatic, best] = [await timeOf(5000, 0, 40), await timeOf(5000, 40, 40)];
		expect(automatic.most).toBeLessThanOrEqual(160);
		expect(automatic.ms).toBeLessThanOrEqual(1.15 * best.ms);
	});

	test('has never more than 512 in flight in all runs together, and the runs share them fairly', async () => {
		const { clock, context } = surroundings();
		const { calls, stats } = server(clock, context.throttle, Infinity);
		const run = async () => {
			await deliverCalls(calls(5000), AUTOMATIC, context);
			return clock.now();
		};
		const [first, second] = await clock.runUntil(Promise.all([run(), run()]));
		expect(stats.most).toBe(512);
		expect(Math.abs(first - second)).toBeLessThan(0.1 * second);
	});

	test('starts with 50 again when the account was not used for five minutes', async () => {
		const { clock, context } = surroundings();
		const { calls, stats } = server(clock, context.throttle, Infinity);
		const mostOf = async (count: number) => {
			stats.most = 0;
			await clock.runUntil(deliverCalls(calls(count), AUTOMATIC, context));
			return stats.most;
		};
		await mostOf(1000);
		expect(await mostOf(80)).toBe(80);
		await clock.runUntil(clock.sleep(300_000));
		expect(await mostOf(80)).toBe(50);
	});

	test('lets a run with a bound of its own send no more than that', async () => {
		expect((await timeOf(500, 7)).most).toBe(7);
		expect((await timeOf(2000, 500)).most).toBe(500);
	});

	test('keeps near the rate of an account that accepts 300 a second, with few refusals', async () => {
		const { clock, context } = surroundings();
		let [second, accepted, refused] = [-1, 0, 0];
		const calls = Array.from({ length: 9000 }, () => ({
			throttle: context.throttle,
			async send() {
				await clock.sleep(25);
				const now = Math.floor(clock.now() / 1000);
				if (now !== second) [second, accepted] = [now, 0];
				const isRefused = ++accepted > 300;
				await clock.sleep(25);
				if (isRefused) refused++;
				return isRefused ? response(429, {}, { 'retry-after': '1' }) : response(202);
			},
		}));
		const deliveries = await clock.runUntil(deliverCalls(calls, AUTOMATIC, context));
		expect(deliveries.every(({ fate }) => fate === 'accepted')).toBe(true);
		expect(refused).toBeLessThan(0.03 * 9000);
		// 85 % of the rate: the refusals of the first seconds take a tenth of this short run.
		expect(clock.now()).toBeLessThan(30_000 / 0.85);
	});
});

describe('delivery while somebody sets the clock', () => {
	const HOUR = 3_600_000;
	test.each([
		['back', -HOUR],
		['ahead', HOUR],
	])('by an hour %s goes on, and nothing in flight is lost', async (_where, ms) => {
		const { clock, context } = surroundings();
		clock.setDate(Date.parse('2026-11-29T12:00:00Z'));
		const { call, stats } = scriptedServer(context);
		const limited = response(429, {}, { 'retry-after': '2' });
		const running = deliver(
			[
				call('a', [503, 202], undefined, 100),
				call('b', [202], undefined, 500),
				call('c', [limited, 202]),
			],
			{ ...SETTINGS, retryUnknownOutcome: false, requestsPerSecond: 100 },
			context,
		);
		void context.sleep(200).then(() => clock.setDate(clock.date() + ms));
		const deliveries = await clock.runUntil(running);
		expect(deliveries.map(({ fate }) => fate)).toEqual(['accepted', 'accepted', 'accepted']);
		expect(stats.log.at(-1)?.at).toBeLessThan(3000);
	});

	test('a date in Retry-After is one of the time of day', async () => {
		const { clock, context } = surroundings();
		const noon = Date.parse('2026-11-29T12:00:00Z');
		clock.setDate(noon);
		const { call, stats } = scriptedServer(context);
		const limited = response(429, {}, { 'retry-after': new Date(noon + 5000).toUTCString() });
		await clock.runUntil(deliver([call('a', [limited, 202])], SETTINGS, context));
		expect(stats.log.map(({ at }) => at)).toEqual([0, 5000]);
	});

	test('the time until which nothing is sent is one of the time of day', async () => {
		const { clock, context } = surroundings();
		const noon = Date.parse('2026-11-29T12:00:00Z');
		clock.setDate(noon);
		const { call } = scriptedServer(context);
		const limited = response(429, {}, { 'retry-after': '3600' });
		await clock.runUntil(deliver([call('a', [limited])], SETTINGS, context));
		const [{ outcome }] = await clock.runUntil(deliver([call('b')], SETTINGS, context));
		expect(outcome).toMatchObject({ kind: 'circuitOpen', until: noon + HOUR });
	});
});

describe('code that throws while an answer is read', () => {
	const fail = () => {
		throw new Error('a defect');
	};
	test('costs no call its result, and ends the run', async () => {
		const { clock, context } = surroundings();
		const { call } = scriptedServer(context);
		const settings = { ...SETTINGS, poll: { isPending: fail, everyMs: 1000, forMs: 10_000 } };
		const deliveries = await clock.runUntil(
			deliver([call('a'), call('b', [400]), call('c')], settings, context),
		);
		expect(deliveries.map(({ fate, isSettled }) => [fate, isSettled])).toEqual([
			['accepted', true],
			['refused', true],
			['accepted', true],
		]);
	});

	test('of the quota: the request is no longer in flight, and what became of it is unknown', async () => {
		const { clock, context } = surroundings();
		const { call } = scriptedServer(context);
		const settings = { ...SETTINGS, maxConcurrency: 1, readQuota: fail };
		const deliveries = await clock.runUntil(deliver([call('a'), call('b')], settings, context));
		expect(deliveries.map(({ fate, outcome }) => [fate, outcome])).toEqual(
			Array(2).fill(['unknown', { kind: 'unknown', code: 'a defect' }]),
		);
	});
});
