import {
	Throttle,
	throttleFor,
	type Admission,
	type Run,
} from '../../../../nodes/shared/delivery/throttle';
import { attemptAt, outcomeOf } from '../../../support/attempts';
import { fakeClock } from '../../../support/fakeClock';

const FIXED = { requestsPerSecond: 0, maxConcurrency: 300 };
const TELLS_QUOTA = { ...FIXED, readQuota: () => ({ windows: [] }) };
const MANY = 1000;

/** A run that has so many requests; `begun` is called for each. */
function runOf(count: number, begun: (admission: Admission) => void): Run {
	let left = count;
	return {
		take: () => (left-- > 0 ? begun : undefined),
		nextTime: () => (left > 0 ? -Infinity : Infinity),
		hasMore: () => left > 0,
	};
}

const NO_RUN = runOf(0, String);

function throttled() {
	const clock = fakeClock();
	const throttle = new Throttle(clock);
	/** Records how a request that started now has ended. */
	const finish = (end: number | string, retryAfterMs = 0) => {
		throttle.finish(attemptAt(clock.now(), outcomeOf(end), { retryAfterMs }));
		throttle.start();
	};
	/** What becomes of a request of a run that has only this one. */
	const admit = async (of = throttle) =>
		await new Promise<Admission>((resolve) => {
			of.join(runOf(1, resolve), FIXED, 1);
			of.start();
		});
	/** When so many are admitted, one after another; -1 for one that is not. */
	const admitted = async (count: number, of = throttle) => {
		const times: number[] = [];
		const all = async () => {
			while (times.length < count) {
				times.push((await admit(of)) === 'admitted' ? clock.now() : -1);
			}
		};
		await clock.runUntil(all());
		return times;
	};
	const wait = async (ms: number) => await clock.runUntil(clock.sleep(ms));
	return { clock, throttle, finish, admit, admitted, wait };
}

test('the lowest limit of the runs that are under way applies to all', async () => {
	const { throttle, admitted } = throttled();
	const [, hundred, one] = [0, 100, 1].map((requestsPerSecond) => {
		const limits = { requestsPerSecond, maxConcurrency: 1 };
		throttle.join(NO_RUN, limits, MANY);
		return () => throttle.leave(NO_RUN, limits);
	});
	const [first, second] = await admitted(2);
	expect(second - first).toBeGreaterThanOrEqual(1000);
	expect(second - first).toBeLessThanOrEqual(1000 / 0.95);
	one();
	// Nothing of the slow run is left.
	const times = await admitted(50);
	expect(times[0] - second).toBeLessThanOrEqual(11);
	expect(times[49] - times[0]).toBeLessThanOrEqual(49 * 11);
	hundred();
	expect(new Set(await admitted(50)).size).toBe(1);
});

test('runs take turns, however many requests one of them has', async () => {
	const { throttle, wait } = throttled();
	const order: string[] = [];
	for (const [name, count] of [
		['large', 20],
		['small', 2],
		['other', 3],
	] as const) {
		const run = runOf(count, () => order.push(name));
		throttle.join(run, { requestsPerSecond: 20, maxConcurrency: 1 }, MANY);
	}
	throttle.start();
	await wait(2000);
	expect(order.join(' ')).toMatch(/^large small other large small other large other large/);
});

test('a large run begins at 200 a second, also while a small one is in flight', async () => {
	const { throttle, admitted } = throttled();
	await admitted(1);
	throttle.join(NO_RUN, FIXED, MANY);
	const times = await admitted(11);
	expect(times[10] - times[0]).toBeGreaterThan(20);
});

test('all that wait are rejected when the circuit opens, and all that come while it is open', async () => {
	const { clock, finish, admit, admitted } = throttled();
	await admitted(2);
	finish(429, 60_000);
	const waiting = Promise.all([admit(), admit()]);
	finish(429, 3_600_000);
	const circuit = { kind: 'circuitOpen', until: 3_600_000, cause: outcomeOf(429) };
	expect(await waiting).toEqual([circuit, circuit]);
	expect(await admit()).toEqual(circuit);
	expect(clock.now()).toBe(0);
});

test.each([
	[202, 'admitted'],
	[503, 'circuitOpen'],
	// It shows nothing, so another request is the probe.
	['ERR_CANCELED', 'admitted'],
])(
	'then one request is sent as a probe; when it ends with %p the next is %s',
	async (end, next) => {
		const { clock, finish, admit, admitted, wait } = throttled();
		await admitted(5);
		finish(429, 3_600_000);
		for (let n = 0; n < 4; n++) finish(202);
		await wait(3_600_000);
		expect(await admit()).toBe('admitted');
		const other = admit();
		const isDecided = jest.fn();
		void other.then(isDecided);
		await wait(1000);
		expect(isDecided).not.toHaveBeenCalled();
		finish(end);
		const admission = await clock.runUntil(other);
		expect(typeof admission === 'string' ? admission : admission.kind).toBe(next);
	},
);

test('the automatic number in flight holds as long as a run uses it', async () => {
	const { throttle, finish, wait } = throttled();
	const automatic = { requestsPerSecond: 0, maxConcurrency: 0 };
	let inFlight = 0;
	const run = runOf(70, () => inFlight++);
	throttle.join(run, automatic, MANY);
	throttle.join(NO_RUN, FIXED, MANY);
	throttle.start();
	await wait(1000);
	expect(inFlight).toBe(50);
	finish(422);
	await wait(0);
	expect(inFlight).toBe(51);
	throttle.leave(run, automatic);
	throttle.join(run, FIXED, MANY);
	throttle.start();
	await wait(1000);
	expect(inFlight).toBe(70);
});

test.each([
	[0, 75],
	[10, 10],
	[200, 75],
])('of %d a second and 75 that the service tells, %d apply', async (requestsPerSecond, rate) => {
	const { clock, throttle, admitted } = throttled();
	throttle.join(NO_RUN, { ...TELLS_QUOTA, requestsPerSecond }, MANY);
	await admitted(1);
	throttle.finish(attemptAt(clock.now(), outcomeOf(202)), () => ({
		windows: [{ limit: 75, windowMs: 1000 }],
	}));
	const times = await admitted(201);
	const perSecond = (200 * 1000) / (Math.max(...times) - Math.min(...times));
	// A part of the limit stays unused, because requests do not all take the same time to arrive.
	expect(perSecond / rate).toBeCloseTo(0.95, 1.5);
});

test('a window of the quota that is used up for an hour ends the run, and says until when', async () => {
	const { clock, throttle, admit, admitted } = throttled();
	throttle.join(NO_RUN, TELLS_QUOTA, MANY);
	await admitted(1);
	const answer = outcomeOf(202);
	throttle.finish(attemptAt(0, answer), () => ({
		windows: [{ limit: 5000, windowMs: 3_600_000 }],
		current: { remaining: 0, resetMs: 3_600_000 },
	}));
	expect(await admit()).toEqual({ kind: 'circuitOpen', until: 3_600_100, cause: answer });
	expect(clock.now()).toBe(0);
});

test('no timer is longer than a quarter of a second, so that none is left when a run has ended', async () => {
	const { clock, finish, admitted } = throttled();
	await admitted(1);
	const sleep = jest.spyOn(clock, 'sleep');
	finish(429, 10_000);
	await admitted(1);
	expect(Math.max(...sleep.mock.calls.map(([ms]) => ms))).toBe(250);
});

test('there is one throttle for each host and namespace', () => {
	const clock = fakeClock();
	const first = throttleFor('a', 'x', clock);
	expect(throttleFor('a', 'x', clock)).toBe(first);
	expect(throttleFor('b', 'x', clock)).not.toBe(first);
	expect(throttleFor('a', 'y', clock)).not.toBe(first);
	expect(throttleFor('a', 'x', clock, true)).not.toBe(first);
});

test('an API that tells its quota shares only the rate with the other APIs on its host', async () => {
	const { clock, admitted } = throttled();
	const [events, developer] = [false, true].map((tells) =>
		throttleFor('shared', 'x', clock, tells),
	);
	events.join(NO_RUN, FIXED, 100);
	developer.join(NO_RUN, TELLS_QUOTA, 100);
	await admitted(1, developer);
	developer.finish(attemptAt(clock.now(), outcomeOf(202)), () => ({
		windows: [{ limit: 2, windowMs: 60_000 }],
		current: { remaining: 0, resetMs: 60_000 },
	}));
	// Nothing more of the quota is left, but events do not count in it.
	expect(await admitted(200, events)).toEqual(Array(200).fill(0));
	// Nor do they use up what it allows in a second.
	developer.finish(attemptAt(clock.now(), outcomeOf(202)), () => ({
		windows: [{ limit: 75, windowMs: 1000 }],
		current: { remaining: 600, resetMs: 120_000 },
	}));
	expect((await admitted(1, developer))[0]).toBe(0);
	developer.join(NO_RUN, { ...TELLS_QUOTA, requestsPerSecond: 10 }, MANY);
	const starts = await admitted(11, events);
	expect(starts[10] - starts[0]).toBeGreaterThanOrEqual(1000);
});
