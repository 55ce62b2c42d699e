import {
	concurrencyAtStart,
	INITIAL_CONCURRENCY,
	nextConcurrency,
	type ConcurrencyLimit,
} from '../../../../nodes/shared/delivery/concurrencyLimit';
import { outcomeOf, attemptAt } from '../../../support/attempts';

/** Sends so many requests, as many at once as the limit allows, to a server whose answers take a time that depends on how many there are. */
function play(
	durationAt: (inFlight: number, n: number) => number,
	count: number,
	{ inFlight = Infinity, end }: { inFlight?: number; end?: (n: number) => number | string } = {},
) {
	let state: ConcurrencyLimit = INITIAL_CONCURRENCY;
	let now = 0;
	let most = 0;
	let started = 0;
	const limits: number[] = [];
	const running: Array<{ startedAt: number; endsAt: number; n: number }> = [];
	for (let n = 0; n < count; n++) {
		while (running.length < Math.min(state.limit, inFlight)) {
			const duration = durationAt(running.length + 1, started++);
			running.push({ startedAt: now, endsAt: now + duration, n });
			most = Math.max(most, running.length);
		}
		running.sort((a, b) => a.endsAt - b.endsAt);
		const [first] = running;
		now = Math.max(now, first.endsAt);
		const attempt = attemptAt(now, outcomeOf(end?.(n) ?? 202), { startedAt: first.startedAt });
		state = nextConcurrency(state, attempt, running.length);
		running.shift();
		limits.push(state.limit);
	}
	return { state, limits, most, seconds: now / 1000 };
}

const quick = () => 50;
/** Answers in 50 ms, but more slowly with more than 40 requests at once. */
const slowing = (inFlight: number) => 50 * Math.max(1, inFlight / 40);

describe('the automatic limit of concurrency', () => {
	test('begins with 50 and is multiplied while answers stay as quick, up to 256', () => {
		const { limits } = play(quick, 2000);
		expect(limits[0]).toBe(50);
		expect([...new Set(limits)].slice(0, 5)).toEqual([50, 80, 128, 205, 256]);
		expect(Math.max(...limits)).toBe(256);
	});

	test('stays near the number at which answers slow down', () => {
		const { limits, most } = play(slowing, 20_000);
		expect(most).toBeLessThanOrEqual(140);
		const later = limits.slice(1000);
		expect(Math.max(...later)).toBeLessThanOrEqual(140);
		// A probe takes half of it for a moment.
		expect(Math.min(...later)).toBeGreaterThanOrEqual(20);
		const mean = later.reduce((sum, limit) => sum + limit, 0) / later.length;
		expect(mean).toBeGreaterThan(40);
	});

	test('does not take the first answers, which wait for their connections, for the usual time', () => {
		const { most } = play((inFlight, n) => slowing(inFlight) + (n < 50 ? 100 : 0), 5000);
		expect(most).toBeLessThanOrEqual(120);
	});

	test('falls when answers slow down later, and rises again when they are quick again', () => {
		const { limits } = play((_inFlight, n) => (n > 3000 && n < 4000 ? 200 : 50), 9000);
		expect(limits[2900]).toBeGreaterThan(200);
		expect(Math.min(...limits.slice(3000, 4500))).toBeLessThan(100);
		expect(Math.max(...limits.slice(7000))).toBeGreaterThan(200);
	});

	test('rises further while answers take not even twice as long', () => {
		const { limits } = play((inFlight) => (inFlight > 100 ? 90 : 50), 9000);
		expect(Math.max(...limits)).toBe(256);
	});

	test('takes answers that take longer for good as the new measure', () => {
		const { limits } = play((_inFlight, n) => (n > 3000 ? 120 : 50), 30_000);
		expect(Math.max(...limits.slice(25_000))).toBeGreaterThan(200);
	});

	test('does not sink when all answers slow down again and again, whatever the limit', () => {
		const { limits } = play((_inFlight, n) => (n > 3000 && n % 2000 < 1000 ? 200 : 50), 20_000);
		expect(Math.min(...limits.slice(3000))).toBeGreaterThan(40);
	});

	test('is not changed by answers that take very different times', () => {
		const { limits } = play(
			(_inFlight, n) => [20, 40, 50, 60, 150][((n * 7919) % 101) % 5],
			20_000,
		);
		expect(Math.max(...limits.slice(2000))).toBeGreaterThan(120);
		expect(Math.min(...limits.slice(500))).toBeGreaterThanOrEqual(50);
	});

	test('does not rise while fewer than half of it are in flight', () => {
		expect(play(quick, 5000, { inFlight: 20 }).state.limit).toBe(50);
	});

	test('halves after a 429, once for all that were in flight together', () => {
		const { state } = play(quick, 2000);
		const at = (time: number, startedAt: number, end: number) =>
			attemptAt(time, outcomeOf(end), { startedAt });
		let limited = nextConcurrency(state, at(10_000, 9000, 429), 200);
		expect(limited.limit).toBe(128);
		limited = nextConcurrency(limited, at(10_001, 9000, 429), 200);
		expect(limited.limit).toBe(128);
		limited = nextConcurrency(limited, at(10_050, 10_001, 429), 1);
		expect(limited.limit).toBe(64);
		for (let n = 1; n < 20; n++) {
			limited = nextConcurrency(limited, at(20_000 * n, 20_000 * n, 429), 1);
		}
		expect(limited.limit).toBe(10);
	});

	test.each([503, 'ECONNREFUSED', 'ETIMEDOUT'])('halves after five %p in a row', (end) => {
		const ends = (row: number) => (n: number) => (n < row ? end : 202);
		expect(play(quick, 4, { end: ends(4) }).state.limit).toBe(50);
		expect(play(quick, 5, { end: ends(5) }).state.limit).toBe(25);
		const alternating = (n: number) => (n % 5 === 4 ? 202 : end);
		expect(Math.min(...play(quick, 500, { end: alternating }).limits)).toBe(50);
	});

	test('forgets after five minutes what it has measured', () => {
		const { state, seconds } = play(quick, 2000);
		const now = seconds * 1000;
		expect(concurrencyAtStart(state, now + 290_000)).toBe(state);
		expect(concurrencyAtStart(state, now + 300_000)).toBe(INITIAL_CONCURRENCY);
	});

	test('takes no notice of what shows nothing', () => {
		const cancelled = attemptAt(0, outcomeOf('ERR_CANCELED'));
		expect(nextConcurrency(INITIAL_CONCURRENCY, cancelled, 1)).toBe(INITIAL_CONCURRENCY);
	});
});

describe('one change of the limit', () => {
	let now = 0;
	/** Answers that take so long, until the limit is set again; gives how many there were, too. */
	function change(state: ConcurrencyLimit, ms: number, inFlight = state.limit) {
		let next = state;
		let answers = 0;
		for (; next.windowStart === state.windowStart; answers++) {
			now++;
			next = nextConcurrency(
				next,
				attemptAt(now, outcomeOf(202), { startedAt: now - ms }),
				inFlight,
			);
		}
		return { ...next, answers };
	}
	const at = (limit: number, more: Partial<ConcurrencyLimit> = {}): ConcurrencyLimit => ({
		...INITIAL_CONCURRENCY,
		limit,
		baseMs: 100,
		isStarting: false,
		toSkip: 0,
		highest: limit,
		...more,
	});

	test('comes after as many answers as are in flight, and at least after 30', () => {
		expect(change(INITIAL_CONCURRENCY, 50)).toMatchObject({ answers: 100, limit: 80, baseMs: 50 });
		expect(change(at(40), 100).answers).toBe(40);
		expect(change(at(10), 100).answers).toBe(30);
		// Those that started before the change are not measured.
		expect(change(at(40, { toSkip: 7 }), 100).answers).toBe(47);
		expect(change(at(40), 100, 25).toSkip).toBe(24);
	});

	test.each([
		// As long as no answer has slowed down, the limit is multiplied by 1.6.
		[true, 100, 160],
		[true, 150, 160],
		[true, 151, 110],
		// Then its square root is added, and it is lowered if answers take more than twice as long as without load.
		[false, 100, 110],
		[false, 200, 110],
		[false, 250, 90],
		[false, 400, 60],
		[false, 4000, 60],
	])(
		'(starting: %s) to answers that take %d ms instead of 100 gives %d',
		(isStarting, ms, limit) => {
			expect(change(at(100, { isStarting }), ms).limit).toBe(limit);
		},
	);

	test('is none if fewer than half were in flight, but answers that are slow lower the limit', () => {
		expect(change(at(100), 100, 49).limit).toBe(100);
		expect(change(at(100), 100, 50).limit).toBe(110);
		expect(change(at(100), 400, 49).limit).toBe(50);
	});

	test('stays from 10 to 256', () => {
		expect(change(at(12), 400, 1).limit).toBe(10);
		expect(change(at(255), 100).limit).toBe(256);
	});

	test('keeps the shortest usual time of an answer, by the median', () => {
		expect(change(at(40), 60).baseMs).toBe(60);
		expect(change(at(40), 140).baseMs).toBe(100);
		let state = at(30);
		for (let n = 0; n < 29; n++) {
			const startedAt = 1000 - (n < 16 ? 50 : 9000);
			state = nextConcurrency(state, attemptAt(1000, outcomeOf(202), { startedAt }), 30);
		}
		expect(change(state, 9000).baseMs).toBe(50);
	});

	test('is a probe at half the limit after 40 changes; then the limit is back, with a new measure', () => {
		expect(change(at(100, { windows: 39 }), 100)).toMatchObject({ limit: 110, windows: 40 });
		const probe = change(at(100, { windows: 40 }), 150);
		expect(probe).toMatchObject({ limit: 50, limitBeforeProbe: 100 });
		expect(change(probe, 130)).toMatchObject({
			limit: 100,
			baseMs: 130,
			windows: 0,
			highest: 100,
			limitBeforeProbe: undefined,
		});
		// Changes while the limit was not needed do not count.
		expect(change(at(100, { windows: 40 }), 100, 10).limitBeforeProbe).toBeUndefined();
		expect(change(at(100, { windows: 5 }), 100, 10).windows).toBe(5);
	});

	test('is a probe, too, when the limit has fallen to half of the highest', () => {
		const fallen = change(at(80, { highest: 120 }), 300);
		expect(fallen).toMatchObject({ limit: 62, highest: 120, limitBeforeProbe: undefined });
		expect(change(fallen, 300)).toMatchObject({ limit: 49, limitBeforeProbe: 49 });
	});

	test('by failures halves the limit of before a probe', () => {
		const failed = nextConcurrency(
			at(50, { limitBeforeProbe: 100, windowStart: 0 }),
			attemptAt(5, outcomeOf(429)),
			10,
		);
		expect(failed).toMatchObject({ limit: 50, limitBeforeProbe: undefined, toSkip: 9 });
	});

	test('ends the multiplication', () => {
		const failed = nextConcurrency(
			at(100, { isStarting: true, windowStart: 0 }),
			attemptAt(5, outcomeOf(429)),
			1,
		);
		expect(failed).toMatchObject({ limit: 50, isStarting: false });
	});
});
