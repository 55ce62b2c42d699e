import type { DeliverySettings } from '../../../../nodes/shared/delivery/deliver';
import { runLimited, type Counting, type LimitedRun } from '../../../support/limitedAccount';

const EVENTS: DeliverySettings = {
	maxConcurrency: 0,
	requestsPerSecond: 0,
	timeoutMs: 30_000,
	maxRetries: 3,
	retryBaseMs: 1000,
	retryMaxMs: 30_000,
	retryUnknownOutcome: true,
	stopOnFailure: false,
};
const EMAILS = {
	...EVENTS,
	requestsPerSecond: 200,
	maxRetries: 5,
	retryBaseMs: 30_000,
	retryMaxMs: 300_000,
	retryUnknownOutcome: false,
};
const COUNTINGS: readonly Counting[] = ['sliding', 'fixed', 'bucket'];

/** Runs with the default options for so many seconds at the limit. */
async function run(limit: number, seconds: number, more: Partial<LimitedRun> = {}) {
	const { processes = 1 } = more;
	const given = { counting: 'sliding' as const, latencyMs: 30, settings: EVENTS, seed: 1 };
	const calls = Math.round((limit * seconds) / processes) * processes;
	const ended = await runLimited({ ...given, limitAt: () => limit, calls, ...more });
	expect(ended.lost).toBe(0);
	return { ...ended, used: calls / (limit * ended.seconds) };
}

describe.each(COUNTINGS)(
	'of an account whose limit is counted by %s seconds or tokens',
	(counting) => {
		test.each([
			[5, 30, 0],
			[5, 30, 1],
			[50, 5, 0],
			[50, 30, 1],
			[300, 30, 0],
			[300, 30, 1],
			[1000, 30, 0],
		])(
			'events use 85 %% of %d a second or more (answers after %d ms, Retry-After %d)',
			async (limit, latencyMs, retryAfter) => {
				const { used, refused, refusedShare } = await run(limit, 12, {
					counting,
					latencyMs,
					retryAfter,
				});
				expect(used).toBeGreaterThanOrEqual(0.85);
				expect(refused <= 60 || refusedShare < 0.04).toBe(true);
			},
		);

		test.each([0, 1])('emails do, too (Retry-After %d)', async (retryAfter) => {
			const { used, refusedShare } = await run(100, 12, { counting, retryAfter, settings: EMAILS });
			expect(used).toBeGreaterThanOrEqual(0.85);
			expect(refusedShare).toBeLessThan(0.04);
		});

		test('four processes that share it use 85 % together, and end nearly at the same time', async () => {
			const more = { counting, processes: 4, settings: EMAILS };
			const { used, refusedShare, spread } = await run(200, 30, more);
			expect(used).toBeGreaterThanOrEqual(0.85);
			expect(refusedShare).toBeLessThan(0.05);
			expect(spread).toBeLessThanOrEqual(0.25);
		});

		test.each([
			[200, 100],
			[100, 200],
		])(
			'a limit that changes from %d to %d is found again within 20 seconds',
			async (before, after) => {
				const changedAt = 25_000;
				const { accepted } = await run(100, 120, {
					counting,
					limitAt: (now) => (now < changedAt ? before : after),
				});
				const since = (from: number, to: number) =>
					accepted.filter((at) => at >= changedAt + from && at < changedAt + to).length;
				expect(since(18_000, 22_000) / 4).toBeGreaterThanOrEqual(0.85 * after);
			},
		);
	},
);

test.each([
	[0, 8, EMAILS],
	[0, 60, EMAILS],
	[5, 8, EMAILS],
	[5, 60, EMAILS],
	[0, 20, EVENTS],
	[5, 20, EVENTS],
])(
	'nothing is given up where an account takes nothing from second %d on for %d seconds',
	async (from, seconds, settings) => {
		const isRefusing = (now: number) => now >= from * 1000 && now < (from + seconds) * 1000;
		const limitAt = (now: number) => (isRefusing(now) ? 0 : 100);
		// `run` expects that all are accepted.
		const { refused } = await run(100, 15, { limitAt, settings });
		expect(refused).toBeLessThan(150);
	},
);

test('eight processes of which most begin when the account is used up still use 75 % of it', async () => {
	const given = { processes: 8, staggerMs: 1000, settings: EMAILS };
	for (const seed of [1, 2, 3]) {
		const { used, refusedShare } = await run(200, 30, { ...given, seed });
		expect(used).toBeGreaterThanOrEqual(0.75);
		expect(refusedShare).toBeLessThan(0.05);
	}
});

test('a run of ten minutes keeps to the limit', async () => {
	const { used, refusedShare } = await run(50, 600, { retryAfter: 1 });
	expect(used).toBeGreaterThanOrEqual(0.85);
	expect(refusedShare).toBeLessThan(0.04);
});

test('a small run is not slowed down', async () => {
	for (const calls of [1, 10, 50, 100]) {
		const { seconds } = await run(10_000, calls / 10_000, { latencyMs: 50 });
		expect(seconds).toBeLessThan(calls > 50 ? 0.12 : 0.06);
	}
});
