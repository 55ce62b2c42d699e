import {
	deliver,
	type Call,
	type DeliveryContext,
	type DeliverySettings,
} from '../../nodes/shared/delivery/deliver';
import { deliverUntilFinal } from '../../nodes/shared/delivery/deliverUntilFinal';
import { OrderedQueue } from '../../nodes/shared/delivery/orderedQueue';
import {
	classifyFailure,
	classifyResponse,
	type Response,
} from '../../nodes/shared/delivery/outcome';
import { RetryList } from '../../nodes/shared/delivery/retryList';
import { parseRetryAfter, retryDelay } from '../../nodes/shared/delivery/retryDelay';
import { Throttle, throttleFor } from '../../nodes/shared/delivery/throttle';
import { describeProgress, ranges } from '../../nodes/shared/progress';

const response = (statusCode: number, body: unknown = {}, headers = {}): Response => ({
	statusCode,
	headers,
	body,
});

describe('the outcome of a try', () => {
	test.each([
		[200, 'accepted'],
		[202, 'accepted'],
		[204, 'accepted'],
		[301, 'refused'],
		[400, 'refused'],
		[401, 'refused'],
		[404, 'refused'],
		[408, 'refused'],
		[422, 'refused'],
		[429, 'temporary'],
		[500, 'temporary'],
		[501, 'refused'],
		[502, 'temporary'],
		[503, 'temporary'],
		[504, 'temporary'],
	])('of status %d is %s', (status, kind) =>
		expect(classifyResponse(response(status)).kind).toBe(kind),
	);

	const wrapped = (code: string, more: object = {}) =>
		Object.assign(new Error('n8n'), {
			cause: Object.assign(new Error('axios'), { code, ...more }),
		});

	test.each([
		['ENOTFOUND', { kind: 'not sent', retryable: true }],
		['EAI_AGAIN', { kind: 'not sent', retryable: true }],
		['ECONNREFUSED', { kind: 'not sent', retryable: true }],
		['EHOSTUNREACH', { kind: 'not sent', retryable: true }],
		['EMFILE', { kind: 'not sent', retryable: true }],
		['DEPTH_ZERO_SELF_SIGNED_CERT', { kind: 'not sent', retryable: false }],
		['ERR_TLS_CERT_ALTNAME_INVALID', { kind: 'not sent', retryable: false }],
		['UNABLE_TO_VERIFY_LEAF_SIGNATURE', { kind: 'not sent', retryable: false }],
		['ERR_INVALID_URL', { kind: 'not sent', retryable: false }],
		['ECONNRESET', { kind: 'unknown' }],
		['ECONNABORTED', { kind: 'unknown' }],
		['ETIMEDOUT', { kind: 'unknown' }],
		['EPIPE', { kind: 'unknown' }],
		['ERR_BAD_RESPONSE', { kind: 'unknown' }],
		['ERR_CANCELED', { kind: 'cancelled' }],
	])('of %s is known, wrapped by n8n or not', (code, outcome) => {
		expect(classifyFailure(wrapped(code))).toMatchObject(outcome);
		expect(classifyFailure({ code })).toMatchObject(outcome);
	});

	test('of a time-out while connecting is not sent', () => {
		expect(classifyFailure(wrapped('ETIMEDOUT', { syscall: 'connect' }))).toMatchObject({
			kind: 'not sent',
		});
		const early = Object.assign(
			new Error('Client network socket disconnected before secure TLS connection was established'),
			{
				code: 'ECONNRESET',
			},
		);
		expect(classifyFailure(early)).toMatchObject({ kind: 'not sent', retryable: true });
	});

	test.each([
		['ECONNREFUSED', ['connect ECONNREFUSED 127.0.0.1:9'], { kind: 'not sent', retryable: true }],
		['ENOTFOUND', [], { kind: 'not sent' }],
		['ETIMEDOUT', ['connect ETIMEDOUT 192.0.2.1:443'], { kind: 'not sent' }],
		['ECONNRESET', ['socket hang up'], { kind: 'unknown', code: 'ECONNRESET' }],
		['ERR_CANCELED', ['canceled'], { kind: 'cancelled' }],
	])('of %s is known as n8n 1.x wraps it, without a cause', (httpCode, messages, outcome) => {
		expect(classifyFailure({ message: 'The service …', httpCode, messages })).toMatchObject(
			outcome,
		);
	});

	test.each([undefined, null, 'text', new Error('odd')])('of %p is unknown', (thrown) => {
		expect(classifyFailure(thrown)).toEqual({ kind: 'unknown', code: 'no answer' });
	});
});

describe('the wait before a retry', () => {
	const delay = (attempt: number, random: number, retryAfterMs?: number) =>
		retryDelay({ attempt, baseMs: 1000, maxMs: 30_000, random, retryAfterMs });

	test.each([
		[1, 0, 500],
		[1, 1, 1000],
		[2, 1, 2000],
		[3, 0.5, 3000],
		[5, 1, 16_000],
		[6, 1, 30_000],
		[60, 0, 15_000],
	])('of attempt %d with chance %d is %d ms', (attempt, random, ms) =>
		expect(delay(attempt, random)).toBe(ms),
	);

	test('is never shorter than what the server asks for', () => {
		expect(delay(1, 1, 5000)).toBe(5000);
		expect(delay(4, 1, 5000)).toBe(8000);
	});

	test.each([
		['2', 2000],
		[' 0 ', 0],
		[3, 3000],
		['Thu, 01 Jan 1970 00:00:10 GMT', 5000],
		['Thu, 01 Jan 1970 00:00:01 GMT', 0],
		['-1', undefined],
		[-1, undefined],
		['soon', undefined],
		['', undefined],
		[undefined, undefined],
	])('Retry-After %p asks for %p ms', (header, ms) =>
		expect(parseRetryAfter(header, 5000)).toBe(ms),
	);
});

describe('the throttle', () => {
	test('starts at most so many in any second', () => {
		const throttle = new Throttle();
		const starts = Array.from({ length: 25 }, () => throttle.reserve(0, 10));
		expect(starts.slice(0, 10)).toEqual(Array(10).fill(0));
		expect(starts.slice(10, 20)).toEqual(Array(10).fill(1000));
		expect(starts[20]).toBe(2000);
		expect(throttle.reserve(1999, 10)).toBe(2000);
	});

	test('forgets what is more than a second ago', () => {
		const throttle = new Throttle();
		expect([throttle.reserve(0, 1), throttle.reserve(1000, 1), throttle.reserve(5000, 1)]).toEqual([
			0, 1000, 5000,
		]);
	});

	test('without a limit holds nothing back, but counts for those who have one', () => {
		const throttle = new Throttle();
		expect([throttle.reserve(0, 0), throttle.reserve(0, 0), throttle.reserve(0, 2)]).toEqual([
			0, 0, 1000,
		]);
	});

	test('spaces single starts for less than one a second', () => {
		const throttle = new Throttle();
		expect([throttle.reserve(0, 0.5), throttle.reserve(0, 0.5)]).toEqual([0, 2000]);
	});

	test('gives back what is not used', () => {
		const throttle = new Throttle();
		const starts = [0, 0, 0].map((now) => throttle.reserve(now, 1));
		starts.slice(1).forEach((start) => throttle.release(start));
		throttle.release(77);
		expect([starts, throttle.reserve(0, 1)]).toEqual([[0, 1000, 2000], 1000]);
	});

	test('pauses', () => {
		const throttle = new Throttle();
		throttle.pause(300);
		throttle.pause(200);
		expect(throttle.reserve(100, 0)).toBe(300);
		expect([throttle.isPaused(299), throttle.isPaused(300)]).toEqual([true, false]);
	});

	test('is one for each host and namespace', () => {
		expect(throttleFor('a', 'x')).toBe(throttleFor('a', 'x'));
		expect(throttleFor('a', 'x')).not.toBe(throttleFor('b', 'x'));
		expect(throttleFor('a', 'x')).not.toBe(throttleFor('a', 'y'));
	});
});

test('the queue holds back only those whose key is out, in order', () => {
	const queue = new OrderedQueue(['a', 'a', 'b', undefined, 'a', undefined]);
	expect([queue.take(), queue.take(), queue.take(), queue.take(), queue.take()]).toEqual([
		0,
		2,
		3,
		5,
		undefined,
	]);
	queue.settle(2);
	queue.settle(3);
	expect(queue.take()).toBeUndefined();
	queue.settle(0);
	expect([queue.take(), queue.take()]).toEqual([1, undefined]);
	queue.settle(1);
	expect([queue.take(), queue.take()]).toEqual([4, undefined]);
});

const SETTINGS: DeliverySettings = {
	maxConcurrency: 10,
	requestsPerSecond: 0,
	maxRetries: 3,
	retryBaseMs: 1000,
	retryMaxMs: 30_000,
	retryUnknownOutcome: true,
	stopOnFailure: false,
};

/** Time that stands still but for those who sleep: whoever wakes first moves it on. */
function heldTime(signal?: AbortSignal) {
	let now = 0;
	const sleepers: Array<{ at: number; wake: () => void }> = [];
	const advance = () => {
		sleepers.sort((a, b) => a.at - b.at);
		const next = sleepers.shift();
		if (next) {
			now = Math.max(now, next.at);
			next.wake();
		}
	};
	const context: DeliveryContext = {
		throttle: new Throttle(),
		signal,
		now: () => now,
		random: () => 0,
		sleep: async (ms) =>
			await new Promise((resolve) => {
				sleepers.push({ at: now + ms, wake: resolve });
				setImmediate(advance);
			}),
	};
	return context;
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
				else await new Promise(setImmediate);
				inFlight--;
				if (typeof step === 'string') throw Object.assign(new Error(step), { code: step });
				return typeof step === 'number' ? response(step) : step;
			},
		};
	};
	return { call, stats, names: () => log.map(({ name }) => name) };
}

type ServerCall = ReturnType<typeof scriptedServer>['call'];

test('retries come back by their time', () => {
	const retries = new RetryList();
	expect([retries.nextTime(), retries.takeDue(9)]).toEqual([undefined, undefined]);
	retries.add(1, 30);
	retries.add(2, 10);
	retries.add(3, 30);
	retries.add(4, 20);
	expect([retries.nextTime(), retries.takeDue(9)]).toEqual([10, undefined]);
	expect([30, 30, 30, 30, 30].map((now) => retries.takeDue(now))).toEqual([2, 4, 1, 3, undefined]);
});

describe('delivery', () => {
	const run = async (
		build: (call: ServerCall) => Call[],
		settings: Partial<DeliverySettings> = {},
		signal?: AbortSignal,
	) => {
		const context = heldTime(signal);
		const { call, stats, names } = scriptedServer(context);
		const deliveries = await deliver(build(call), { ...SETTINGS, ...settings }, context);
		const outcomes = deliveries.map(({ outcome, attempts }) => [outcome?.kind, attempts]);
		return { outcomes, names: names(), stats, now: context.now() };
	};

	test('of nothing is nothing', async () => expect((await run(() => [])).outcomes).toEqual([]));

	test('keeps the order of the calls in its result, and the bound in flight', async () => {
		const { outcomes, stats } = await run(
			(call) => Array.from({ length: 100 }, (_, i) => call(`${i}`)),
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
		[['DEPTH_ZERO_SELF_SIGNED_CERT'], [['not sent', 1]]],
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
			{ name: 'b', at: 7000 },
			{ name: 'a', at: 7000 },
			{ name: 'c', at: 7000 },
		]);
		const many = await run((call) => [
			call('a', [limited, 202]),
			call('b1', [202], 'b', 100),
			call('b2', [202], 'b'),
		]);
		expect(many.stats.log.map(({ at }) => at)).toEqual([0, 0, 7000, 7000]);
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

	test('starts nothing new while a hundred calls wait for their retry', async () => {
		const { stats } = await run((call) =>
			Array.from({ length: 150 }, (_, i) => call(`${i}`, [503, 202])),
		);
		const atOnce = stats.log.filter(({ at }) => at === 0).length;
		expect(atOnce).toBeGreaterThanOrEqual(100);
		expect(atOnce).toBeLessThanOrEqual(100 + SETTINGS.maxConcurrency);
		expect(stats.log).toHaveLength(300);
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

	test('stops at an answer that cannot be understood, if so wanted', async () => {
		const settings = { stopOnFailure: true, maxConcurrency: 1, isUsable: () => false };
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
		expect(Math.max(...starts)).toBe(2000);
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
		const context = heldTime(signal);
		const { call, stats } = scriptedServer(context);
		const all = { ...SETTINGS, pollMs: 10_000, maxWaitMs: 300_000, ...settings };
		const deliveries = await deliverUntilFinal(build(call), isPending, all, context);
		return {
			attempts: deliveries.map(({ attempts }) => attempts),
			kinds: deliveries.map(({ outcome }) => outcome?.kind),
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

	test('counts retries, and keeps a failure', async () => {
		const { attempts, kinds } = await run((call) => [call('a', [response(200, {}), 503, 404])]);
		expect([attempts, kinds]).toEqual([[3], ['refused']]);
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

test('progress names the items in ranges', () => {
	expect(ranges([0, 1, 2, 4, 7, 8])).toBe('0–2, 4, 7–8');
	const groups = { accepted: [0, 1], refused: [2], unknown: [4], notSent: [3, 5] };
	expect(describeProgress(6, groups)).toEqual({
		summary: '2 of 6 items were accepted',
		details:
			'Accepted: items 0–1. Not accepted: item 2. May have arrived (look before you send again): item 4. Not sent: items 3, 5.',
	});
});
