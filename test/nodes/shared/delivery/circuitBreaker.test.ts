import { CircuitBreaker } from '../../../../nodes/shared/delivery/circuitBreaker';
import { attemptAt, outcomeOf } from '../../../support/attempts';

/** A breaker after attempts that end at times; the waits after failures are 1, 2, 4, 8 … seconds. */
function after(
	ends: ReadonlyArray<readonly [time: number, end: number | string, retryAfterMs?: number]>,
) {
	const breaker = new CircuitBreaker();
	for (const [time, end, retryAfterMs = 0] of ends) {
		breaker.record(attemptAt(time, outcomeOf(end), { retryAfterMs }), time);
	}
	return breaker;
}
const repeat = <T>(count: number, value: T): T[] => Array<T>(count).fill(value);
const pauseOf = (breaker: CircuitBreaker) => breaker.nextStart(0);

test('it is closed in the beginning, and stays so while requests are answered', () => {
	for (const end of [202, 400, 404, 301]) expect(pauseOf(after([[0, end]]))).toBe(-Infinity);
	expect(after([[0, 202]]).nextStart(1000)).toBe(-Infinity);
});

test('it opens after 20 failures in a row, each round for twice as long', () => {
	const round = (time: number) => repeat(20, [time, 503] as const);
	expect(pauseOf(after(round(0).slice(1)))).toBe(-Infinity);
	expect(pauseOf(after(round(0)))).toBe(1000);
	expect(pauseOf(after([...round(0), [1000, 503]]))).toBe(3000);
	expect(pauseOf(after([...round(0), [1000, 503], [3000, 'ECONNREFUSED']]))).toBe(7000);
	expect(pauseOf(after([...round(0), [500, 202]]))).toBe(-Infinity);
});

test('failures of requests that were in flight together are one round', () => {
	expect(
		pauseOf(after([...repeat(20, [0, 503] as const), ...repeat(50, [999, 503] as const)])),
	).toBe(1000);
});

test('while it is half-open, one request is sent at a time', () => {
	const breaker = after(repeat(20, [0, 503] as const));
	expect([breaker.nextStart(0), breaker.nextStart(1)]).toEqual([1000, Infinity]);
	breaker.record(attemptAt(1000, outcomeOf(404)), 1000);
	expect(breaker.nextStart(1)).toBe(-Infinity);
});

test('a 429 does not open it, as long as the account accepts something', () => {
	expect(pauseOf(after([[0, 429]]))).toBe(-Infinity);
	expect(
		pauseOf(after([[0, 202], ...[1, 2, 3, 4, 5].map((second) => [second * 1000, 429] as const)])),
	).toBe(-Infinity);
	// Five seconds later nothing was accepted.
	expect(
		pauseOf(
			after([
				[0, 202],
				[1, 429],
				[5001, 429],
			]),
		),
	).toBe(7001);
	expect(after([[0, 202]]).hasWorked(5000)).toBe(true);
	expect(after([[0, 202]]).hasWorked(5001)).toBe(false);
	expect(after([[0, 429]]).hasWorked(0)).toBe(false);
});

test('after six rounds it rejects all calls for a minute', () => {
	const rounds = [0, 1000, 3000, 7000, 15_000].map((time) => [time, 429] as const);
	expect(after(rounds).rejectionAt(15_001)).toBeUndefined();
	const open = { kind: 'circuitOpen', until: 91_000, cause: outcomeOf(429) };
	const breaker = after([...rounds, [31_000, 429]]);
	expect(breaker.rejectionAt(31_001)).toEqual(open);
	expect(breaker.rejectionAt(91_000)).toBeUndefined();
	expect([breaker.nextStart(0), breaker.nextStart(1)]).toEqual([91_000, Infinity]);
	const few = [0, 1000, 3000, 7000, 15_000, 31_000].map((time) => [time, 503] as const);
	expect(after(few).rejectionAt(31_001)).toBeUndefined();
});

test('a round is at least half a second, so that short waits do not reject all calls at once', () => {
	const rounds = (ms: number) => Array.from({ length: 6 }, (_, n) => [n * ms, 429] as const);
	const breaker = new CircuitBreaker();
	for (const [time] of rounds(499)) {
		breaker.record(attemptAt(time, outcomeOf(429), { retryDelay: () => 10 }), time);
	}
	expect(breaker.rejectionAt(2496)).toBeUndefined();
	const slower = new CircuitBreaker();
	for (const [time] of rounds(500)) {
		slower.record(attemptAt(time, outcomeOf(429), { retryDelay: () => 10 }), time);
	}
	expect(slower.rejectionAt(2501)).toBeDefined();
});

test('an hour without an attempt ends a series of failures', () => {
	const rounds = [0, 1000, 3000, 7000, 15_000].map((time) => [time, 429] as const);
	expect(
		after([...rounds, [15_000 + 16_000 + 3_600_000, 429]]).rejectionAt(3_631_001),
	).toBeDefined();
	expect(
		after([...rounds, [15_000 + 16_000 + 3_600_001, 429]]).rejectionAt(3_631_002),
	).toBeUndefined();
});

test.each([
	[600_000, undefined],
	[600_001, 600_001],
	[86_400_000, 86_400_000],
	// A day at most.
	[86_400_001, 86_400_000],
])('if the server asks to wait %d ms, calls are rejected until %p', (retryAfterMs, until) => {
	expect(after([[0, 429, retryAfterMs]]).rejectionAt(1)?.until).toBe(until);
	expect(after([[0, 503, retryAfterMs]]).rejectionAt(1)?.until).toBe(until);
});

test('while calls are rejected, only an answer that asks for longer changes that; then the probe decides', () => {
	const open: Array<[number, number, number?]> = [[0, 429, 3_600_000]];
	const untilAt = (ends: typeof open, now: number) =>
		after([...open, ...ends]).rejectionAt(now)?.until;
	expect(untilAt([[1000, 202]], 1001)).toBe(3_600_000);
	expect(untilAt([[1000, 429, 60_000]], 1001)).toBe(3_600_000);
	expect(untilAt([[1000, 429, 3_600_000]], 1001)).toBe(3_601_000);
	expect(untilAt([[3_600_000, 202]], 3_600_001)).toBeUndefined();
	expect(untilAt([[3_600_000, 503]], 3_600_001)).toBe(3_660_000);
});

test('an outcome that shows nothing of the service changes nothing', () => {
	const failures = repeat(19, [0, 503] as const);
	expect(pauseOf(after([...failures, [1, 'DEPTH_ZERO_SELF_SIGNED_CERT']]))).toBe(-Infinity);
	expect(pauseOf(after([...failures, [1, 'DEPTH_ZERO_SELF_SIGNED_CERT'], [2, 503]]))).toBe(1000);
});
