import { limiter } from '../../../../bench/rateLimit';
import { EMAILS, EVENTS } from '../../../support/deliverySettings';
import { randomFrom, runLimited, type LimitedRun } from '../../../support/limitedAccount';

const PLAIN = { counting: 'sliding second', retryAfter: false } as const;

/** Runs with the default options for so many seconds at the limit; nothing is given up. */
async function run(perSecond: number, seconds: number, more: Partial<LimitedRun> = {}) {
	const { processes = 1 } = more;
	const given = { ...PLAIN, perSecond, latencyMs: 30, settings: EVENTS, seed: 1 };
	const calls = Math.round((perSecond * seconds) / processes) * processes;
	const ended = await runLimited({ ...given, calls, ...more });
	expect(ended.lost).toBe(0);
	return { ...ended, used: calls / (perSecond * ended.seconds) };
}

describe.each(['sliding second', 'fixed seconds', 'token bucket 1 s'] as const)(
	'of an account whose limit is counted by %s',
	(counting) => {
		test.each([
			[5, 30, false],
			[5, 30, true],
			[50, 5, false],
			[50, 30, true],
			[300, 30, false],
			[300, 30, true],
			[1000, 30, false],
		])(
			'events use 85 %% of %d a second or more (answers after %d ms, Retry-After: %p)',
			async (limit, latencyMs, retryAfter) => {
				const more = { counting, latencyMs, retryAfter };
				const { used, refused, refusedShare } = await run(limit, 12, more);
				expect(used).toBeGreaterThanOrEqual(0.85);
				expect(refused <= 60 || refusedShare < 0.04).toBe(true);
			},
		);

		test.each([
			[5, false],
			[10, false],
			[50, true],
		])('a run of ten minutes keeps to %d a second (Retry-After: %p)', async (limit, retryAfter) => {
			const { used, refusedShare } = await run(limit, 600, { counting, retryAfter });
			expect(used).toBeGreaterThanOrEqual(0.85);
			expect(refusedShare).toBeLessThan(0.04);
		});

		test.each([false, true])('emails do, too (Retry-After: %p)', async (retryAfter) => {
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
		])('a change from %d to %d a second is found within 20 seconds', async (before, after) => {
			const changedAt = 25_000;
			const [old, present] = [before, after].map((perSecond) =>
				limiter({ ...PLAIN, counting, perSecond }),
			);
			const accepts = (now: number) => (now < changedAt ? old : present)(now);
			const { accepted } = await run(100, 120, { accepts });
			const found = accepted.filter((at) => at >= changedAt + 18_000 && at < changedAt + 22_000);
			expect(found.length / 4).toBeGreaterThanOrEqual(0.85 * after);
		});
	},
);

test.each([
	[10, 30, false, 0.6],
	[20, 30, false, 0.7],
	[50, 30, false, 0.85],
	[50, 100, false, 0.95],
	[300, 30, false, 0.95],
	[100, 100, true, 0.83],
	[300, 30, true, 0.83],
])(
	'of %d a second of an account that takes hardly more at once, events (answers after %d ms, Retry-After: %p) use at least %d',
	async (limit, latencyMs, retryAfter, least) => {
		const more = { counting: 'token bucket 0.1 s', latencyMs, retryAfter } as const;
		const { used, refused, refusedShare } = await run(limit, 12, more);
		expect(used).toBeGreaterThanOrEqual(least);
		expect(refused <= 60 && refusedShare < 0.15).toBe(true);
	},
);

test('where an account takes many at once, and answers late, it is soon not refused more', async () => {
	const more = { counting: 'token bucket 1 s', latencyMs: 250, retryAfter: true } as const;
	const { used, refusedShare } = await run(100, 12, more);
	expect(used).toBeGreaterThanOrEqual(0.9);
	expect(refusedShare).toBeLessThan(0.09);
});

test.each([
	[1000, 150, 0.85],
	[300, 500, 0.7],
])(
	'of %d a second, counted by fixed seconds, hardly more is refused where answers come after %d ms',
	async (limit, latencyMs, least) => {
		const more = { counting: 'fixed seconds', latencyMs, retryAfter: true } as const;
		const { used, refusedShare } = await run(limit, 12, more);
		expect(used).toBeGreaterThanOrEqual(least);
		expect(refusedShare).toBeLessThan(0.04);
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
		const isWithin = limiter({ ...PLAIN, perSecond: 100 });
		const isRefusing = (now: number) => now >= from * 1000 && now < (from + seconds) * 1000;
		const accepts = (now: number) => !isRefusing(now) && isWithin(now);
		// `run` expects that all are accepted.
		const { refused } = await run(100, 15, { accepts, settings });
		expect(refused).toBeLessThan(150);
	},
);

test.each([
	[3, EVENTS],
	[4.5, EMAILS],
])('a last call is not given up if all is refused for %d seconds', async (seconds, settings) => {
	const isWithin = limiter({ ...PLAIN, perSecond: 100 });
	let [accepted, lastAt] = [0, Infinity];
	const accepts = (now: number) => {
		if (now > lastAt && now < lastAt + seconds * 1000) return false;
		if (!isWithin(now)) return false;
		if (++accepted === 399) lastAt = now;
		return true;
	};
	// `run` expects that all are accepted.
	const { refused } = await run(100, 4, { accepts, settings });
	expect(refused).toBeLessThan(40);
});

test.each([1000, 1500])(
	'one refusal after %d ms, when later calls are accepted, delays a run by little',
	async (at) => {
		let refusals = 0;
		const accepts = (now: number) => now < at || refusals++ > 0;
		const { seconds } = await run(200, 12, { accepts, retryAfter: true, settings: EMAILS });
		expect(seconds).toBeLessThan(18);
	},
);

test.each([5, 20])('%d a second are used with one request at a time, too', async (limit) => {
	const settings = { ...EVENTS, maxConcurrency: 1 };
	const { used, refusedShare } = await run(limit, 60, { settings });
	expect(used).toBeGreaterThanOrEqual(0.85);
	expect(refusedShare).toBeLessThan(0.08);
});

test.each([
	[10, 3],
	[100, 3],
	[100, 10],
])(
	'%d a second are used again soon after an account took nothing for %d seconds',
	async (limit, seconds) => {
		const isWithin = limiter({ ...PLAIN, perSecond: limit });
		const end = (20 + seconds) * 1000;
		const accepts = (now: number) => !(now >= 20_000 && now < end) && isWithin(now);
		const { accepted } = await run(limit, 50, { accepts });
		const soon = accepted.filter((at) => at >= end + 8000 && at < end + 12_000);
		expect(soon.length / 4).toBeGreaterThanOrEqual(0.85 * limit);
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

test.each([
	[0.02, 30],
	[0.05, 10],
])('a part of %d that is refused at random leaves at least %d a second', async (share, least) => {
	const random = randomFrom(7);
	const { seconds } = await run(10_000, 1, { accepts: () => random() >= share });
	expect(10_000 / seconds).toBeGreaterThanOrEqual(least);
});

test.each([
	[true, EVENTS],
	[true, EMAILS],
	[false, EVENTS],
	[false, EMAILS],
])(
	'all calls are accepted in the end by a server that refuses every other second (Retry-After: %p)',
	async (retryAfter, settings) => {
		const isWithin = limiter({ ...PLAIN, perSecond: 50 });
		const accepts = (now: number) => Math.floor(now / 1000) % 2 === 0 && isWithin(now);
		const { lost } = await run(50, 10, { accepts, settings, retryAfter });
		expect(lost).toBe(0);
	},
);

describe('of an account without a limit', () => {
	const unlimited = async (calls: number, more: Partial<LimitedRun> = {}) =>
		await run(calls, 1, { accepts: () => true, latencyMs: 50, ...more });

	test('a small run is not slowed down', async () => {
		for (const calls of [1, 10, 50, 100]) {
			const { seconds } = await unlimited(calls);
			expect(seconds).toBeLessThan(calls > 50 ? 0.12 : 0.06);
		}
	});

	test.each([
		[20_000, Infinity, 256, 512],
		[5000, 40, 40, 160],
	])(
		'%d events, where more than %d at once slow it down, are as quick as with the best fixed number in flight, %d',
		async (calls, capacity, best, most) => {
			const automatic = await unlimited(calls, { capacity });
			const fixed = await unlimited(calls, {
				capacity,
				settings: { ...EVENTS, maxConcurrency: best },
			});
			expect(automatic.seconds).toBeLessThanOrEqual(1.15 * fixed.seconds);
			expect(automatic.most).toBeLessThanOrEqual(most);
		},
	);
});
