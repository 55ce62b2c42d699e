import { Throttle, throttleFor } from '../../../../nodes/shared/delivery/throttle';
import { attemptAt, outcomeOf } from '../../../support/attempts';
import { fakeClock } from '../../../support/fakeClock';

describe('the throttle', () => {
	const throttled = () => {
		const clock = fakeClock();
		const throttle = new Throttle(clock);
		/** Records that a request ends in a way; the account then pauses for so long after a 429. */
		const finish = (end: number | string, pauseMs = 1000, retryAfterMs = 0) =>
			throttle.finish(
				attemptAt(clock.now(), outcomeOf(end), { retryAfterMs, retryDelay: () => pauseMs }),
			);
		const admit = async (isCancelled = () => false, maxPausedMs = Infinity) =>
			await throttle.admit(isCancelled, maxPausedMs);
		return { clock, throttle, finish, admit };
	};
	/** When so many are admitted that all come at once. */
	const admitted = async (
		{ clock, admit }: ReturnType<typeof throttled>,
		count: number,
		isCancelled = () => false,
	) =>
		await clock.runUntil(
			Promise.all(
				Array.from({ length: count }, async () =>
					(await admit(isCancelled)) === 'admitted' ? clock.now() : -1,
				),
			),
		);

	test('admits in the order in which they come', async () => {
		const both = throttled();
		both.throttle.join({ requestsPerSecond: 2, maxConcurrency: 1 });
		expect(await admitted(both, 5)).toEqual([0, 510, 1020, 1530, 2040]);
	});

	test('holds all runs to the lowest limit of those that are under way', async () => {
		const both = throttled();
		for (const requestsPerSecond of [0, 100, 1])
			both.throttle.join({ requestsPerSecond, maxConcurrency: 1 });
		expect(await admitted(both, 2)).toEqual([0, 1020]);
		both.throttle.leave({ requestsPerSecond: 1, maxConcurrency: 1 });
		expect(Math.max(...(await admitted(both, 50)))).toBeLessThan(2600);
		both.throttle.leave({ requestsPerSecond: 100, maxConcurrency: 1 });
		const now = both.clock.now();
		expect(await admitted(both, 50)).toEqual(Array(50).fill(now));
	});

	test('lets one go out alone after a pause, and one more for each that is accepted', async () => {
		const both = throttled();
		await admitted(both, 10);
		both.finish(429, 1000);
		for (let n = 0; n < 9; n++) both.finish(503);
		let inFlight = 0;
		const waves: number[] = [];
		const all = Promise.all(
			Array.from({ length: 31 }, async () => {
				await both.admit();
				waves[Math.floor(both.clock.now() / 1000) - 1] = ++inFlight;
				await both.clock.sleep(1000);
				inFlight--;
				both.finish(202);
			}),
		);
		await both.clock.runUntil(all);
		expect(waves).toEqual([1, 2, 4, 8, 16]);
	});

	test('lets nobody overtake those who wait', async () => {
		const both = throttled();
		both.throttle.join({ requestsPerSecond: 10, maxConcurrency: 1 });
		const order: string[] = [];
		const come = async (name: string) => {
			await both.admit();
			order.push(name);
		};
		const waiting = Promise.all(['a', 'b', 'c'].map(come));
		await both.clock.runUntil(both.clock.sleep(110));
		await both.clock.runUntil(Promise.all([waiting, come('d')]));
		expect(order).toEqual(['a', 'b', 'c', 'd']);
	});

	test('sends away soon those for whom waiting has become pointless, wherever they stand', async () => {
		const both = throttled();
		await admitted(both, 1);
		both.finish(429, 60_000);
		const patient = both.admit();
		expect(await admitted(both, 3, () => both.clock.now() >= 100)).toEqual([-1, -1, -1]);
		expect(both.clock.now()).toBeLessThanOrEqual(500);
		expect(await both.clock.runUntil(patient)).toBe('admitted');
		expect(both.clock.now()).toBe(60_000);
	});

	test('rejects all that wait when the circuit opens, and all that come while it is open', async () => {
		const both = throttled();
		await admitted(both, 2);
		both.finish(429, 60_000);
		const waiting = Promise.all([both.admit(), both.admit()]);
		both.finish(429, 0, 3_600_000);
		const circuit = { kind: 'circuitOpen', until: 3_600_000, cause: outcomeOf(429) };
		expect(await waiting).toEqual([circuit, circuit]);
		expect(await both.admit()).toEqual(circuit);
		expect(both.clock.now()).toBe(0);
	});

	test.each([
		[202, 'admitted', 'admitted'],
		[422, 'admitted', 'admitted'],
		[429, 'circuitOpen', 'circuitOpen'],
		[503, 'circuitOpen', 'circuitOpen'],
		['ECONNREFUSED', 'circuitOpen', 'circuitOpen'],
	])(
		'then sends one request as a probe; when it ends with %p the others are %s',
		async (end, ...expected) => {
			const both = throttled();
			await admitted(both, 5);
			both.finish(429, 0, 3_600_000);
			for (let n = 0; n < 4; n++) both.finish(202);
			await both.clock.runUntil(both.clock.sleep(3_600_000));
			expect(await both.admit()).toBe('admitted');
			const others = Promise.all([both.admit(), both.admit()]);
			let isDecided = false;
			void others.then(() => (isDecided = true));
			await both.clock.runUntil(both.clock.sleep(1000));
			expect(isDecided).toBe(false);
			both.finish(end);
			const admissions = await both.clock.runUntil(others);
			expect(
				admissions.map((admission) => (typeof admission === 'string' ? admission : admission.kind)),
			).toEqual(expected);
		},
	);

	test('sends another probe if the first one shows nothing', async () => {
		const both = throttled();
		await admitted(both, 1);
		both.finish(429, 0, 3_600_000);
		await both.clock.runUntil(both.clock.sleep(3_600_000));
		await admitted(both, 1);
		const waiting = both.admit();
		both.finish('ERR_CANCELED');
		expect(await both.clock.runUntil(waiting)).toBe('admitted');
	});

	test('pauses for twice as long after each refusal in a row, whichever request is refused', async () => {
		const both = throttled();
		const times: number[] = [];
		for (let n = 0; n < 5; n++) {
			times.push(...(await admitted(both, 1)));
			both.throttle.finish(attemptAt(both.clock.now(), outcomeOf(429)));
		}
		expect(times).toEqual([0, 1000, 3000, 7000, 15_000]);
	});

	test('opens the circuit if a request waits for too long because of pauses, even if others are accepted', async () => {
		const both = throttled();
		await admitted(both, 1);
		both.finish(429, 600_000);
		const admissions = Array.from({ length: 20 }, async (_, n) => {
			const admission = await both.admit(() => false, 3_600_000);
			if (admission === 'admitted') both.finish(n % 2 ? 429 : 202, 600_000);
			return admission;
		});
		const results = await both.clock.runUntil(Promise.all(admissions));
		const until = both.clock.now() + 60_000;
		const rejected = results.filter((admission) => admission !== 'admitted');
		expect(rejected.length).toBeGreaterThan(5);
		expect(rejected.length).toBeLessThan(10);
		expect(results.slice(-rejected.length)).toEqual(
			rejected.map(() => ({ kind: 'circuitOpen', until, cause: outcomeOf(429) })),
		);
		expect(both.clock.now()).toBe(3_600_250);
	});

	test('does not count the time that the rate limit takes as waiting for too long', async () => {
		const both = throttled();
		both.throttle.join({ requestsPerSecond: 0.1, maxConcurrency: 1 });
		const times = Array.from({ length: 4 }, async () => {
			const admission = await both.admit(() => false, 1000);
			return admission === 'admitted' ? both.clock.now() : admission;
		});
		expect(await both.clock.runUntil(Promise.all(times))).toEqual([0, 10_200, 20_400, 30_600]);
	});

	test('holds to the automatic number in flight as long as a run uses it', async () => {
		const both = throttled();
		const automatic = { requestsPerSecond: 0, maxConcurrency: 0 };
		both.throttle.join(automatic);
		both.throttle.join({ requestsPerSecond: 0, maxConcurrency: 200 });
		let inFlight = 0;
		for (let n = 0; n < 70; n++) void both.admit().then(() => inFlight++);
		await both.clock.runUntil(both.clock.sleep(1000));
		expect(inFlight).toBe(50);
		both.throttle.leave({ requestsPerSecond: 0, maxConcurrency: 200 });
		both.finish(202);
		await both.clock.runUntil(both.clock.sleep(1000));
		expect(inFlight).toBe(51);
		both.throttle.leave(automatic);
		both.finish(202);
		await both.clock.runUntil(both.clock.sleep(1000));
		expect(inFlight).toBe(70);
	});

	test.each([
		[0, 0.97 * 75],
		[10, 10],
		[200, 0.97 * 75],
	])(
		'holds to the lower of %d a second and what the service tells: %d',
		async (requestsPerSecond, rate) => {
			const both = throttled();
			both.throttle.join({ requestsPerSecond, maxConcurrency: 200 }, true);
			await admitted(both, 1);
			both.throttle.finish(attemptAt(both.clock.now(), outcomeOf(202)), {
				windows: [{ limit: 75, windowMs: 1000 }],
			});
			const times = await admitted(both, 401);
			const seconds = (Math.max(...times) - Math.min(...times)) / 1000;
			// A part of the limit stays unused, because requests do not all take the same time to arrive.
			expect(400 / seconds / rate).toBeCloseTo(0.98, 1.7);
		},
	);

	test('is one for each host and namespace', () => {
		const clock = fakeClock();
		expect(throttleFor('a', 'x', clock)).toBe(throttleFor('a', 'x', clock));
		expect(throttleFor('a', 'x', clock)).not.toBe(throttleFor('b', 'x', clock));
		expect(throttleFor('a', 'x', clock)).not.toBe(throttleFor('a', 'y', clock));
		expect(throttleFor('a', 'x', clock)).not.toBe(throttleFor('a', 'x', clock, true));
	});

	test('of an API that tells its quota shares only the rate with the other APIs on its host', async () => {
		const { clock } = throttled();
		const [events, developer] = [false, true].map((tells) =>
			throttleFor('shared', 'x', clock, tells),
		);
		const limits = { requestsPerSecond: 0, maxConcurrency: 300 };
		events.join(limits);
		developer.join(limits, true);
		/** When so many may start that come at once. */
		const start = async (throttle: Throttle, count: number) =>
			await clock.runUntil(
				Promise.all(
					Array.from({ length: count }, async () => {
						await throttle.admit(() => false, Infinity);
						return clock.now();
					}),
				),
			);
		await start(developer, 1);
		developer.finish(attemptAt(clock.now(), outcomeOf(202)), {
			windows: [{ limit: 2, windowMs: 60_000 }],
			current: { remaining: 0, resetMs: 60_000 },
		});
		// Nothing more of the quota is left, but events do not count in it.
		expect(await start(events, 200)).toEqual(Array(200).fill(0));
		// Nor do they use up what it allows in a second.
		developer.finish(attemptAt(clock.now(), outcomeOf(202)), {
			windows: [{ limit: 75, windowMs: 1000 }],
			current: { remaining: 600, resetMs: 120_000 },
		});
		expect(await start(developer, 2)).toEqual([0, 1020 / (0.97 * 75)]);
		developer.join({ requestsPerSecond: 10, maxConcurrency: 300 }, true);
		const starts = await start(events, 11);
		expect(starts[10] - starts[0]).toBeGreaterThanOrEqual(1000);
	});
});
