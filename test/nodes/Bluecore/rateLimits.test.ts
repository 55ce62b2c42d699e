import fc from 'fast-check';

import { readQuota } from '../../../nodes/Bluecore/developerApi';
import type { Call } from '../../../nodes/shared/delivery/call';
import { deliver, type DeliverySettings } from '../../../nodes/shared/delivery/deliver';
import { Throttle } from '../../../nodes/shared/delivery/throttle';
import { RateLimits } from '../../../sandbox/developerApi/rateLimits';
import { EVENTS } from '../../support/deliverySettings';
import { fakeClock } from '../../support/fakeClock';

describe('the rate-limit headers', () => {
	const read = (headers: object, statusCode = 200) =>
		readQuota({ statusCode, headers: { ...headers }, body: {} });
	const windows = [
		{ limit: 700, windowMs: 60_000 },
		{ limit: 75, windowMs: 1000 },
	];
	const current = { remaining: 12, resetMs: 34_000 };

	test.each([
		['700;w=60;burst=75;w=1', windows],
		['700, 700;w=60, 75;w=1', windows],
		['700 ; w=60 ; burst = 75 ; w=1', windows],
		['700', []],
		['', []],
		['many;w=60', []],
		['0;w=60, 5;w=0', []],
		['a-700;w=60', []],
		['700x;w=60', []],
		['700;policy;w=60', [windows[0]]],
		['w=60;75;w=1', [windows[1]]],
	])('the policy %j is read', (policy, expected) => {
		const headers = {
			...{ 'x-ratelimit-limit': policy, 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': '34' },
		};
		expect(read(headers)).toEqual({ windows: expected, current });
	});

	test('their names come without X- and in any case, their values as numbers', () => {
		const headers = { 'RATELIMIT-REMAINING': 12, 'ratelimit-reset': 34 };
		const policy = '700;w=60;burst=75;w=1';
		expect(read({ 'RateLimit-Limit': policy, ...headers }, 429)).toEqual({ windows, current });
	});

	test.each([
		['0', '0', { remaining: 0, resetMs: 0 }],
		['-3', '86400', { remaining: 0, resetMs: 86_400_000 }],
		['2.9', '0.5', { remaining: 2, resetMs: 500 }],
	])('%s more until %s seconds are read', (remaining, reset, expected) => {
		const headers = { 'x-ratelimit-remaining': remaining, 'x-ratelimit-reset': reset };
		expect(read(headers).current).toEqual(expected);
	});

	const LEFT = { 'x-ratelimit-remaining': '12' };
	test.each([
		{},
		LEFT,
		{ ...LEFT, 'x-ratelimit-reset': '1700000000' },
		{ ...LEFT, 'x-ratelimit-reset': '86401' },
		{ ...LEFT, 'x-ratelimit-reset': '-1' },
		{ 'x-ratelimit-remaining': 'x', 'x-ratelimit-reset': '34' },
	])('an answer with %j counts no window', (headers) =>
		expect(read(headers)).toEqual({ windows: [] }),
	);
});

const SETTINGS: DeliverySettings = {
	...{ ...EVENTS, maxConcurrency: 50, maxRetries: 5, retryMaxMs: 60_000, readQuota },
};

/** Requests in each window of a minute, and in each second. */
interface Limits {
	readonly steady: number;
	readonly burst: number;
}

interface Run extends Limits {
	readonly count: number;
	readonly latency?: (index: number) => number;
	/** Requests of another client per second, evenly. */
	readonly others?: number;
	/** How many runs of this process share the count. */
	readonly runs?: number;
	/** How long ago the first window began. */
	readonly beganMs?: number;
	/** Whether the seconds until the window ends are rounded down. */
	readonly isRoundedDown?: boolean;
	readonly settings?: Partial<DeliverySettings>;
}

const MINUTE_MS = 60_000;
/** The network is this slow. Where that differs by more, requests may arrive in another second than they were sent for. */
const ARRIVES_AFTER_MS = 10;

/** Delivers requests to a service with fixed windows, which tells them in its headers. */
async function play(run: Run) {
	const { count, steady, burst, latency = () => 50, others = 0, runs = 1, beganMs = 0 } = run;
	const clock = fakeClock(0, () => 0.5);
	const throttle = new Throttle(clock);
	const limits = new RateLimits({
		rateLimits: {
			...{ steady: { limit: steady, seconds: 60 }, burst: { limit: burst, seconds: 1 } },
			...{ headersDescribe: 'steady', headerPrefix: 'x-ratelimit-' },
		},
	});
	/** How many requests were taken in each minute. */
	const taken: number[] = [];
	let [refused, isOver] = [0, false];

	function take() {
		const now = clock.now() + beganMs;
		const { isWithin, headers } = limits.count('', now);
		const minute = Math.floor(now / MINUTE_MS);
		if (isWithin) taken[minute] = (taken[minute] ?? 0) + 1;
		const seconds = (MINUTE_MS - (now % MINUTE_MS)) / 1000;
		const rounded = run.isRoundedDown && { 'x-ratelimit-Reset': `${Math.floor(seconds)}` };
		return { statusCode: isWithin ? 200 : 429, headers: { ...headers, ...rounded }, body: {} };
	}
	async function otherClient() {
		while (!isOver) {
			take();
			await clock.sleep(1000 / others);
		}
	}
	/** A request that is counted when it arrives, and takes a while to be answered. */
	const callOf = (index: number): Call => ({
		throttle,
		async send() {
			await clock.sleep(ARRIVES_AFTER_MS);
			const response = take();
			if (response.statusCode === 429) refused++;
			await clock.sleep(latency(index));
			return response;
		},
	});
	if (others > 0) void otherClient();
	const all = Promise.all(
		Array.from({ length: runs }, async () => {
			const calls = Array.from({ length: count / runs }, (_, index) => callOf(index));
			return await deliver(calls, { ...SETTINGS, ...run.settings }, clock);
		}),
	);
	const deliveries = (await clock.runUntil(all)).flat();
	isOver = true;
	const accepted = deliveries.filter(({ fate }) => fate === 'accepted').length;
	return { taken, accepted, refused, seconds: clock.now() / 1000 };
}

/** The seconds in which limits allow a number of requests. */
const idealSeconds = (count: number, { steady, burst }: Limits) => {
	const windows = Math.ceil(count / steady) - 1;
	return windows * 60 + (count - windows * steady) / burst;
};

describe('in simulated time', () => {
	const DOCUMENTED = { steady: 1000, burst: 100 };
	const EXAMPLE = { steady: 700, burst: 75 };

	const LATE = { beganMs: 47_300, latency: (index: number) => (index % 7 === 0 ? 2500 : 80) };
	test.each<[what: string, run: Run, mostRefused: number, mostTimes?: number]>([
		// They end within 3 % of what the limits allow.
		['10,000 requests', { ...DOCUMENTED, count: 10_000 }, 0, 1.03],
		[
			'windows that began before the run, and slow answers',
			{ ...EXAMPLE, ...LATE, count: 2500 },
			0,
		],
		['several runs at once', { ...EXAMPLE, count: 3600, runs: 3 }, 0],
		// Two for each window.
		['seconds that are rounded down', { ...EXAMPLE, count: 3500, isRoundedDown: true }, 8],
		['a client that takes half', { ...EXAMPLE, count: 2800, others: 350 / 60 }, 0.03 * 2800],
	])('with %s, nothing is lost, and little or nothing is refused', async (...row) => {
		const [, run, mostRefused, mostTimes = Infinity] = row;
		const { accepted, refused, seconds } = await play(run);
		expect(accepted).toBe(run.count);
		expect(refused).toBeLessThanOrEqual(mostRefused);
		expect(seconds / idealSeconds(run.count, run)).toBeLessThan(mostTimes);
	});

	test.each([1, 10, 100])('%d requests take no longer than the burst allows', async (count) => {
		const { accepted, refused, seconds } = await play({ count, ...DOCUMENTED });
		expect({ accepted, refused }).toEqual({ accepted: count, refused: 0 });
		// The first one goes alone.
		expect(seconds).toBeLessThan(0.2 + (1.05 * count) / 100);
	});

	test('at least 95 % of each whole window is used, by several runs together', async () => {
		const { taken } = await play({ count: 3600, runs: 3, ...EXAMPLE });
		for (const minute of [0, 1, 2, 3, 4]) {
			expect(taken[minute]).toBeGreaterThanOrEqual(0.95 * 700);
		}
	});

	test('a run alone is never refused anything, whatever the limits and the answering times are', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.record({
					count: fc.integer({ min: 1, max: 300 }),
					steady: fc.integer({ min: 5, max: 200 }),
					burst: fc.integer({ min: 2, max: 100 }),
					beganMs: fc.integer({ min: 0, max: 60_000 }),
					latencies: fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 5 }),
					maxConcurrency: fc.integer({ min: 1, max: 100 }),
				}),
				async ({ latencies, maxConcurrency, ...limits }) => {
					const { accepted, refused } = await play({
						...limits,
						latency: (index) => latencies[index % latencies.length],
						settings: { maxConcurrency },
					});
					expect({ accepted, refused }).toEqual({ accepted: limits.count, refused: 0 });
				},
			),
			{
				numRuns: 50,
				// An answer that can count the last second of the minute as well as a second.
				examples: [
					[
						{
							...{ count: 6, steady: 5, burst: 2, beganMs: 46_046, maxConcurrency: 1 },
							latencies: [2692, 3609, 4000, 2603, 1],
						},
					],
				],
			},
		);
	});
});
