import { CircuitBreaker } from '../../../../nodes/shared/delivery/circuitBreaker';
import { attemptAt, outcomeOf } from '../../../support/attempts';

/** A breaker after attempts that end at times; the waits after failures are 1, 2, 4, 8 … seconds. */
function after(
	ends: ReadonlyArray<readonly [time: number, end: number | string, retryAfterMs?: number]>,
) {
	const breaker = new CircuitBreaker();
	for (const [time, end, retryAfterMs = 0] of ends) {
		breaker.record(attemptAt(time, outcomeOf(end), { retryAfterMs }));
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
	breaker.record(attemptAt(1000, outcomeOf(404)));
	expect(breaker.nextStart(1)).toBe(-Infinity);
});

test('a 429 does not open it, as long as the account accepts something', () => {
	expect(pauseOf(after([[0, 429]]))).toBe(-Infinity);
	expect(
		pauseOf(after([[0, 202], ...[1, 2, 3, 4, 5].map((second) => [second * 1000, 429] as const)])),
	).toBe(-Infinity);
	// Five seconds after the first refusal nothing was accepted.
	const refused = [2000, 2600, 3200, 7000].map((time) => [time, 429] as const);
	expect(pauseOf(after([[0, 202], ...refused]))).toBe(-Infinity);
	expect(pauseOf(after([[0, 202], ...refused, [7501, 429]]))).toBe(9501);
	expect(pauseOf(after([...refused, [7501, 429]]))).toBe(9501);
	expect(after([[0, 202]]).hasWorked(5000)).toBe(true);
	expect(after([[0, 202]]).hasWorked(5001)).toBe(false);
	expect(after([[0, 429]]).hasWorked(5000)).toBe(true);
});

test('after six rounds it rejects all calls for a minute', () => {
	// The waits are 2, 4, 8 and 16 seconds, after five seconds in which nothing was accepted.
	const rounds = [0, 6000, 8000, 12_000, 20_000].map((time) => [time, 429] as const);
	expect(after(rounds).rejectionAt(20_001)).toBeUndefined();
	const open = { kind: 'circuitOpen', until: 96_000, cause: outcomeOf(429) };
	const breaker = after([...rounds, [36_000, 429]]);
	expect(breaker.rejectionAt(36_001)).toEqual(open);
	expect(breaker.rejectionAt(96_000)).toBeUndefined();
	expect([breaker.nextStart(0), breaker.nextStart(1)]).toEqual([96_000, Infinity]);
	const few = [0, 1000, 3000, 7000, 15_000, 31_000].map((time) => [time, 503] as const);
	expect(after(few).rejectionAt(31_001)).toBeUndefined();
});

test('refusals in the first five seconds are no rounds: the circuit stays closed until then, however many there are', () => {
	const refused = Array.from({ length: 50 }, (_, n) => [n * 100, 429] as const);
	expect(after(refused).rejectionAt(4901)).toBeUndefined();
	expect(pauseOf(after([...refused, [5000, 429]]))).toBe(-Infinity);
	const breaker = after([...refused, [6000, 429]]);
	expect([pauseOf(breaker), breaker.rejectionAt(6001)]).toEqual([8000, undefined]);
});

test('a round is at least half a second, so that short waits do not reject all calls at once', () => {
	const rejection = (ms: number) => {
		const breaker = new CircuitBreaker();
		for (const time of [0, ...Array.from({ length: 5 }, (_, n) => 6000 + n * ms)]) {
			breaker.record(attemptAt(time, outcomeOf(429), { retryDelay: () => 10 }));
		}
		return breaker.rejectionAt(10_000);
	};
	expect(rejection(499)).toBeUndefined();
	expect(rejection(500)).toBeDefined();
});

test('it opens when pauses have taken more than an hour, although a few calls were accepted', () => {
	// Each pause is 100 seconds, and an accepted call makes up for ten of them.
	const rejectionAfter = (pauses: number) => {
		const ends = Array.from({ length: pauses }, (_, n) => [
			[n * 100_001, 429, 100_000] as const,
			[n * 100_001 + 100_000, 202] as const,
		]);
		return after(ends.flat().slice(0, -1)).rejectionAt((pauses - 1) * 100_001 + 1);
	};
	expect(rejectionAfter(39)).toBeUndefined();
	expect(rejectionAfter(40)).toBeDefined();
});

test('an hour without an attempt ends a series of failures', () => {
	const rounds = [0, 6000, 8000, 12_000, 20_000].map((time) => [time, 429] as const);
	const rejection = (time: number) => after([...rounds, [time, 429]]).rejectionAt(time + 1);
	expect(rejection(36_000 + 3_600_000)).toBeDefined();
	expect(rejection(36_000 + 3_600_001)).toBeUndefined();
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
