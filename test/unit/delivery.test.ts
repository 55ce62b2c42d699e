import fc from 'fast-check';

import {
	deliver,
	type Call,
	type DeliveryContext,
	type DeliverySettings,
} from '../../nodes/shared/delivery/deliver';
import { OrderedQueue } from '../../nodes/shared/delivery/orderedQueue';
import {
	classifyFailure,
	classifyResponse,
	type Response,
} from '../../nodes/shared/delivery/outcome';
import { parseRetryAfter, retryDelay } from '../../nodes/shared/delivery/retryDelay';
import { Pace } from '../../nodes/shared/delivery/pace';
import { Schedule } from '../../nodes/shared/delivery/schedule';
import { Throttle, throttleFor } from '../../nodes/shared/delivery/throttle';
import { describeProgress, ranges } from '../../nodes/shared/progress';
import { heldClock } from '../support/heldTime';

const response = (statusCode: number, body: unknown = {}, headers = {}): Response => ({
	statusCode,
	headers,
	body,
});

describe('the outcome of a try', () => {
	test.each([
		[199, 'refused'],
		[200, 'accepted'],
		[202, 'accepted'],
		[204, 'accepted'],
		[300, 'refused'],
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

	test('is that of the outermost code, and found however the failure is wrapped', () => {
		const outer = { code: 'ECONNREFUSED', cause: { code: 'ECONNRESET', syscall: 'read' } };
		expect(classifyFailure(outer)).toMatchObject({ kind: 'not sent' });
		const inner = { syscall: 'read', cause: { code: 'ECONNRESET', syscall: 'connect' } };
		expect(classifyFailure(inner)).toMatchObject({ kind: 'unknown' });
		const circle: { cause?: unknown } = {};
		circle.cause = circle;
		expect(classifyFailure(circle)).toEqual({ kind: 'unknown', code: 'no answer' });
		const named = { name: 'Error', cause: { name: 'AxiosError', code: 'ECONNRESET' } };
		expect(classifyFailure(named)).toMatchObject({ kind: 'unknown' });
	});

	test('of an address that n8n does not let workflows reach is not sent, and not tried again', () => {
		const blocked = Object.assign(new Error('blocked'), { name: 'SsrfBlockedIpError' });
		for (const thrown of [blocked, Object.assign(new Error('n8n'), { cause: blocked })]) {
			expect(classifyFailure(thrown)).toEqual({ kind: 'not sent', code: 'SSRF', retryable: false });
		}
	});

	test.each([undefined, null, 'text', new Error('odd')])('of %p is unknown', (thrown) => {
		expect(classifyFailure(thrown)).toEqual({ kind: 'unknown', code: 'no answer' });
	});
});

describe('the wait before a retry', () => {
	const delay = (attempt: number, random: number, retryAfterMs?: number) =>
		retryDelay({ attempt, retryBaseMs: 1000, retryMaxMs: 30_000, random, retryAfterMs });

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
		[0, 0],
		['  ', undefined],
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

/** The times at which so many starts may happen, each as early as it may. */
function startsOf(pace: Pace, limit: number, count: number, from = 0): number[] {
	let now = from;
	return Array.from({ length: count }, () => {
		now = pace.slot(now, limit);
		pace.start(now, limit);
		return now;
	});
}

/** The most starts in any second. */
const densest = (starts: readonly number[]) =>
	Math.max(...starts.map((from) => starts.filter((at) => at >= from && at < from + 1000).length));

describe('the pace', () => {
	test.each([1, 2, 3, 10, 200, 1000])('is at most %d in any second, and hardly less', (limit) => {
		const starts = startsOf(new Pace(), limit, limit * 20);
		expect(densest(starts)).toBeLessThanOrEqual(limit);
		expect(starts.length / (Math.max(...starts) + 1000 / limit)).toBeGreaterThan(
			(limit / 1000) * 0.97,
		);
	});

	test('is even: there is no burst at the beginning of each second', () => {
		const starts = startsOf(new Pace(), 100, 500);
		const tenths = Array.from(
			{ length: 40 },
			(_, tenth) => starts.filter((at) => at >= tenth * 100 && at < (tenth + 1) * 100).length,
		);
		expect(Math.max(...tenths.slice(1))).toBeLessThanOrEqual(11);
		expect(Math.min(...tenths)).toBeGreaterThanOrEqual(8);
	});

	test('makes up for starts that come late, but never beyond the limit', () => {
		const pace = new Pace();
		const starts: number[] = [];
		for (let now = 0; starts.length < 2000;) {
			// Whoever waits is woken up to 30 ms late, and then starts all that are due.
			now = pace.slot(now, 100) + ((starts.length * 7) % 31);
			while (pace.slot(now, 100) <= now) {
				pace.start(now, 100);
				starts.push(now);
			}
		}
		expect(densest(starts)).toBeLessThanOrEqual(100);
		expect(starts.length / (Math.max(...starts) + 10)).toBeGreaterThan(0.095);
	});

	test('without a limit holds nothing back, but counts for those who have one', () => {
		const pace = new Pace();
		expect(startsOf(pace, 0, 5)).toEqual([0, 0, 0, 0, 0]);
		expect(pace.slot(0, 5)).toBe(1020);
	});

	test('spaces single starts for less than one a second, however long ago the last was', () => {
		const pace = new Pace();
		expect(startsOf(pace, 0.5, 3)).toEqual([0, 2040, 4080]);
		expect(pace.slot(5000, 0.1)).toBe(4080 + 10_200);
	});

	test('stands still in a pause, and the longest one counts', () => {
		const pace = new Pace();
		pace.pause(0, 3000);
		pace.pause(0, 2000);
		expect([pace.slot(100, 0), pace.slot(3000, 0)]).toEqual([3000, 3000]);
	});

	const countIn = (starts: readonly number[], from: number, to: number) =>
		starts.filter((at) => at >= from && at < to).length;

	test('takes half of what came in the last second, not of what came before', () => {
		const pace = new Pace();
		startsOf(pace, 0, 500, 0);
		startsOf(pace, 0, 700, 2000);
		overload(pace, 2500, 3000);
		const recovering = countIn(startsOf(pace, 0, 800, 2500), 3000, 3100);
		expect(recovering).toBeGreaterThan(30);
		expect(recovering).toBeLessThan(40);
	});

	const overload = (pace: Pace, now: number, until: number) =>
		[1, 2, 3].map(() => pace.pause(now, until));

	test('after one refusal is free again at the end of the pause', () => {
		const pace = new Pace();
		startsOf(pace, 0, 100, 0);
		expect([pace.pause(500, 1000), pace.pause(600, 900)]).toEqual([true, false]);
		expect(startsOf(pace, 0, 100, 600)).toEqual(Array(100).fill(1000));
	});

	test('after several at once starts at half the rate, doubling every two seconds', () => {
		const pace = new Pace();
		startsOf(pace, 0, 100, 0);
		expect(overload(pace, 500, 1000)).toEqual([true, false, false]);
		const starts = startsOf(pace, 0, 2000, 500);
		expect(countIn(starts, 0, 1000)).toBe(0);
		expect(countIn(starts, 1000, 2000)).toBeGreaterThan(50);
		expect(countIn(starts, 1000, 2000)).toBeLessThan(70);
		const growth = countIn(starts, 3000, 4000) / countIn(starts, 1000, 2000);
		expect(growth).toBeGreaterThan(1.7);
		expect(growth).toBeLessThan(2.3);
		expect(startsOf(pace, 0, 100, 11_000)).toEqual(Array(100).fill(11_000));
	});

	test('goes on at the same rate after a single refusal on its way up, and at half of it after several', () => {
		const recovering = () => {
			const pace = new Pace();
			startsOf(pace, 0, 100, 0);
			overload(pace, 500, 1000);
			startsOf(pace, 0, 60, 500);
			return pace;
		};
		const after = (pace: Pace) => countIn(startsOf(pace, 0, 200, 2000), 3000, 4000);
		const once = recovering();
		once.pause(2000, 3000);
		expect(after(once)).toBeGreaterThan(70);
		expect(after(once)).toBeLessThan(100);
		const often = recovering();
		overload(often, 2000, 3000);
		expect(after(often)).toBeGreaterThan(28);
		expect(after(often)).toBeLessThan(45);
	});

	test('never stops altogether, and never goes beyond the limit', () => {
		const slow = new Pace();
		overload(slow, 0, 1000);
		const few = startsOf(slow, 0, 20, 0);
		expect(countIn(few, 1000, 2000)).toBeGreaterThanOrEqual(5);
		const pace = new Pace();
		startsOf(pace, 50, 50);
		overload(pace, 1000, 2000);
		const starts = startsOf(pace, 50, 500, 1000);
		expect(densest(starts)).toBeLessThanOrEqual(50);
		expect(countIn(starts, 2000, 3000)).toBeLessThan(35);
	});

	test('is the same after 100,000 starts: nothing is kept but the last second', () => {
		const pace = new Pace();
		startsOf(pace, 0, 100_000);
		startsOf(pace, 0, 10, 10_000);
		expect(JSON.stringify(pace).length).toBeLessThan(1000);
	});
});

describe('the throttle', () => {
	const throttled = () => {
		const clock = heldClock();
		return { clock, throttle: new Throttle(clock) };
	};
	/** When so many are admitted that all come at once. */
	const admitted = async (
		{ clock, throttle }: ReturnType<typeof throttled>,
		count: number,
		isPointless = () => false,
	) =>
		await clock.passUntil(
			Promise.all(
				Array.from({ length: count }, async () =>
					(await throttle.admit(isPointless)) ? clock.now() : -1,
				),
			),
		);

	test('admits in the order in which they come', async () => {
		const both = throttled();
		both.throttle.join(2);
		expect(await admitted(both, 5)).toEqual([0, 510, 1020, 1530, 2040]);
	});

	test('holds all runs to the lowest limit of those that are under way', async () => {
		const both = throttled();
		for (const limit of [0, 100, 1]) both.throttle.join(limit);
		expect(await admitted(both, 2)).toEqual([0, 1020]);
		both.throttle.leave(1);
		expect(Math.max(...(await admitted(both, 50)))).toBeLessThan(2600);
		both.throttle.leave(100);
		const now = both.clock.now();
		expect(await admitted(both, 50)).toEqual(Array(50).fill(now));
	});

	test('lets one go out alone after a pause, and one more for each that is accepted', async () => {
		const both = throttled();
		await admitted(both, 10);
		both.throttle.pause(1000);
		for (let n = 0; n < 10; n++) both.throttle.finish(false);
		let inFlight = 0;
		const waves: number[] = [];
		const all = Promise.all(
			Array.from({ length: 31 }, async () => {
				await both.throttle.admit(() => false);
				waves[Math.floor(both.clock.now() / 1000) - 1] = ++inFlight;
				await both.clock.sleep(1000);
				inFlight--;
				both.throttle.finish(true);
			}),
		);
		await both.clock.passUntil(all);
		expect(waves).toEqual([1, 2, 4, 8, 16]);
	});

	test('lets nobody overtake those who wait', async () => {
		const both = throttled();
		both.throttle.join(10);
		const order: string[] = [];
		const come = async (name: string) => {
			await both.throttle.admit(() => false);
			order.push(name);
		};
		const waiting = Promise.all(['a', 'b', 'c'].map(come));
		await both.clock.passUntil(both.clock.sleep(110));
		await both.clock.passUntil(Promise.all([waiting, come('d')]));
		expect(order).toEqual(['a', 'b', 'c', 'd']);
	});

	test('sends away soon those for whom waiting has become pointless, wherever they stand', async () => {
		const both = throttled();
		both.throttle.pause(60_000);
		const patient = both.throttle.admit(() => false);
		expect(await admitted(both, 3, () => both.clock.now() >= 100)).toEqual([-1, -1, -1]);
		expect(both.clock.now()).toBeLessThanOrEqual(500);
		expect(await both.clock.passUntil(patient)).toBe(true);
		expect(both.clock.now()).toBe(60_000);
	});

	test('is one for each host and namespace', () => {
		const clock = heldClock();
		expect(throttleFor('a', 'x', clock)).toBe(throttleFor('a', 'x', clock));
		expect(throttleFor('a', 'x', clock)).not.toBe(throttleFor('b', 'x', clock));
		expect(throttleFor('a', 'x', clock)).not.toBe(throttleFor('a', 'y', clock));
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
	timeoutMs: 30_000,
	maxRetries: 3,
	retryBaseMs: 1000,
	retryMaxMs: 30_000,
	retryUnknownOutcome: true,
	stopOnFailure: false,
};

/** Surroundings in which time and chance are held. */
function surroundings(signal?: AbortSignal) {
	const clock = heldClock();
	const context: DeliveryContext = {
		...clock,
		throttle: new Throttle(clock),
		signal,
		random: () => 0,
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

test('what waits comes back by its time, and in order where the time is the same', () => {
	const waiting = new Schedule();
	expect([waiting.nextTime(), waiting.takeDue(9)]).toEqual([undefined, undefined]);
	waiting.add(1, 30);
	waiting.add(2, 10);
	waiting.add(3, 30);
	waiting.add(4, 20);
	expect([waiting.nextTime(), waiting.takeDue(9)]).toEqual([10, undefined]);
	expect([30, 30, 30, 30, 30].map((now) => waiting.takeDue(now))).toEqual([2, 4, 1, 3, undefined]);
});

test('however many wait, in whatever order they came', () => {
	fc.assert(
		fc.property(fc.array(fc.nat(50), { maxLength: 200 }), (times) => {
			const waiting = new Schedule();
			times.forEach((time, index) => waiting.add(index, time));
			const taken = times.map(() => waiting.takeDue(50));
			const expected = [...times.keys()].sort((a, b) => times[a] - times[b] || a - b);
			expect(taken).toEqual(expected);
		}),
	);
});

describe('delivery', () => {
	const run = async (
		build: (call: ServerCall) => Call[],
		settings: Partial<DeliverySettings> = {},
		signal?: AbortSignal,
	) => {
		const { clock, context } = surroundings(signal);
		const { call, stats, names } = scriptedServer(context);
		const deliveries = await clock.passUntil(
			deliver(build(call), { ...SETTINGS, ...settings }, context),
		);
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

	test('starts nothing new after a hundred failures in a row, until a retry is accepted', async () => {
		const { stats } = await run((call) =>
			Array.from({ length: 150 }, (_, i) => call(`${i}`, [503, 202])),
		);
		const atOnce = stats.log.filter(({ at }) => at === 0).length;
		expect(atOnce).toBeGreaterThanOrEqual(100);
		expect(atOnce).toBeLessThanOrEqual(100 + SETTINGS.maxConcurrency);
		expect(stats.log).toHaveLength(300);
	});

	test('goes on with the others when all that failed were given up', async () => {
		const { outcomes } = await run(
			(call) => Array.from({ length: 250 }, (_, i) => call(`${i}`, [503])),
			{ maxRetries: 1 },
		);
		expect(outcomes).toEqual(Array(250).fill(['temporary', 2]));
	});

	test('says what was settled when the run ended, and what may have arrived', async () => {
		const abort = new AbortController();
		const { clock, context } = surroundings(abort.signal);
		const { call } = scriptedServer(context);
		const calls = [call('a'), call('b', [503]), call('c', [202], undefined, 60_000), call('d')];
		const running = deliver(calls, { ...SETTINGS, maxConcurrency: 3 }, context);
		void context.sleep(100).then(() => abort.abort());
		const deliveries = await clock.passUntil(running);
		expect(clock.now()).toBeLessThan(1200);
		expect(
			deliveries.map(({ outcome, isSettled, mayHaveArrived }) => [
				outcome?.kind,
				isSettled,
				mayHaveArrived,
			]),
		).toEqual([
			['accepted', true, false],
			['temporary', false, false],
			['cancelled', true, true],
			['accepted', true, false],
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
		const [delivery] = await clock.passUntil(
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
			mayHaveArrived: true,
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
		const [{ outcome, attempts }] = await clock.passUntil(
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

	test('goes on gradually after a pause: one more at a time for each that is accepted', async () => {
		const limited = response(429, {}, { 'retry-after': '1' });
		const { stats } = await run(
			(call) => [
				...['a', 'b'].map((name) => call(name, [limited, 202], undefined, 100)),
				...['c', 'd', 'e'].map((name) => call(name, [202], undefined, 100)),
			],
			{ maxConcurrency: 2 },
		);
		expect(stats.log.map(({ at }) => at)).toEqual([0, 0, 1100, 1200, 1200, 1300, 1300]);
	});

	test.each([
		[['ECONNRESET', 400], true],
		[['ECONNRESET', 'ECONNREFUSED', 400], true],
		[['ECONNRESET', 202], false],
		[[503, 400], false],
		[['ECONNREFUSED', 400], false],
	])('of one that was tried with %p may have arrived: %p', async (steps, expected) => {
		const { clock, context } = surroundings();
		const { call } = scriptedServer(context);
		const [{ mayHaveArrived }] = await clock.passUntil(
			deliver([call('a', steps)], SETTINGS, context),
		);
		expect(mayHaveArrived).toBe(expected);
	});

	test('counts what is thrown at once like what is thrown later', async () => {
		const { clock, context } = surroundings();
		const send = () => {
			throw Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
		};
		const [{ outcome, attempts }] = await clock.passUntil(deliver([{ send }], SETTINGS, context));
		expect([outcome?.kind, attempts]).toEqual(['not sent', 4]);
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
		expect(Math.max(...starts)).toBeCloseTo(49 * 51, 0);
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
		const deliveries = await clock.passUntil(
			deliver(build(call), { ...SETTINGS, ...others, poll }, context),
		);
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

test('progress names the items in ranges', () => {
	expect(ranges([0, 1, 2, 4, 7, 8])).toBe('0–2, 4, 7–8');
	const places = (items: number[]) => items.map((itemIndex) => ({ itemIndex }));
	const groups = {
		accepted: places([0, 1]),
		refused: places([2]),
		unknown: places([4]),
		notSent: places([3, 5]),
	};
	expect(describeProgress(groups, 'items')).toEqual({
		summary: '2 of 6 items were accepted',
		details:
			'Accepted: items 0–1. Not accepted: item 2. May have arrived (look before you send again): item 4. Not sent: items 3, 5.',
	});
});

test('progress says of which items only a part came so far, and which', () => {
	const of = 5;
	const messages = (itemIndex: number, ...numbers: number[]) =>
		numbers.map((number) => ({ itemIndex, message: { number, of } }));
	const groups = {
		accepted: [{ itemIndex: 0 }, ...messages(1, 1, 2, 3, 4, 5), ...messages(2, 1, 2, 3)],
		refused: messages(2, 4),
		unknown: [{ itemIndex: 0 }],
		notSent: [...messages(2, 5), { itemIndex: 3 }],
	};
	expect(describeProgress(groups, 'requests')).toEqual({
		summary: '9 of 13 requests were accepted',
		details: [
			'Accepted: items 1, 0 (in part), 2 (messages 1–3).',
			'Not accepted: item 2 (message 4).',
			'May have arrived (look before you send again): item 0 (in part).',
			'Not sent: items 3, 2 (message 5).',
		].join(' '),
	});
});
