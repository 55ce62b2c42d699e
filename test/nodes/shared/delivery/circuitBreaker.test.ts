import {
	CLOSED_CIRCUIT,
	nextCircuit,
	openCircuit,
	type Attempt,
	type Circuit,
} from '../../../../nodes/shared/delivery/circuitBreaker';
import { attemptAt, outcomeOf } from '../../../support/attempts';

const HOUR = 3_600_000;
const after = (attempts: readonly Attempt[], from: Circuit = CLOSED_CIRCUIT): Circuit =>
	attempts.reduce(nextCircuit, from);
/** Attempts that end in one way, at these times. */
const at = (times: readonly number[], end: number | string = 429, more: Partial<Attempt> = {}) =>
	times.map((time) => attemptAt(time, outcomeOf(end), more));
/** One failure in each round: a pause of 1 s, then of 2, 4, 8 and 16. */
const ROUNDS = [0, 1000, 3000, 7000, 15_000, 31_000];

describe('the circuit', () => {
	test('opens at the sixth round of refusals, for a minute', () => {
		expect(after(at(ROUNDS.slice(0, 5)))).toMatchObject({ kind: 'circuitClosed', round: 5 });
		expect(after(at(ROUNDS))).toEqual({
			kind: 'circuitOpen',
			until: 91_000,
			cause: outcomeOf(429),
		});
	});

	test('counts the failures of requests that were in flight together as one round, however many and late', () => {
		const together = Array.from({ length: 200 }, (_, n) =>
			attemptAt(n * 1000, outcomeOf(n % 2 ? 429 : 503), { startedAt: 0 }),
		);
		expect(after(together)).toMatchObject({ kind: 'circuitClosed', round: 1, failures: 200 });
	});

	test.each([202, 200, 400, 404, 422, 301])('counts anew after an answer of %d', (status) => {
		const attempts = [...at(ROUNDS.slice(0, 5)), ...at([30_000], status), ...at([31_000])];
		expect(after(attempts)).toMatchObject({ kind: 'circuitClosed', round: 1, failures: 1 });
	});

	test.each(['ERR_CANCELED', 'CERT_HAS_EXPIRED'])('takes no notice of %s', (code) => {
		expect(after(at(Array<number>(50).fill(0), code))).toBe(CLOSED_CIRCUIT);
		const circuit = openCircuit(0, outcomeOf(429));
		expect(after(at([HOUR], code), circuit)).toBe(circuit);
	});

	test.each([503, 501, 'ECONNREFUSED', 'ETIMEDOUT'])(
		'opens after %p only if there are many failures: the retries of one item do not open it',
		(end) => {
			const times = Array.from({ length: 19 }, (_, n) => 600_000 * n);
			expect(after(at(times, end))).toMatchObject({ kind: 'circuitClosed', round: 19 });
			expect(after(at([...times, 600_000 * 19], end))).toMatchObject({
				kind: 'circuitOpen',
				cause: outcomeOf(end),
			});
			// The many must also be in several rounds.
			const atOnce = Array<number>(500).fill(0);
			expect(after(at(atOnce, end))).toMatchObject({ kind: 'circuitClosed', round: 1 });
		},
	);

	test('does not count what is more than an hour apart as in a row', () => {
		expect(after(at([...ROUNDS.slice(0, 5), 31_000 + HOUR]))).toMatchObject({
			kind: 'circuitOpen',
		});
		expect(after(at([...ROUNDS.slice(0, 5), 31_001 + HOUR]))).toMatchObject({
			kind: 'circuitClosed',
			round: 1,
		});
	});

	test('has rounds of at least half a second and at most ten minutes, so that it opens neither at once nor after hours', () => {
		const quick = { retryDelay: () => 0 };
		const every = (ms: number) => Array.from({ length: 100 }, (_, n) => n * ms);
		const opensAt = (times: readonly number[], more: Partial<Attempt>) =>
			times.findIndex((_, n) => after(at(times.slice(0, n + 1), 429, more)).kind === 'circuitOpen');
		expect(opensAt(every(50), quick) * 50).toBe(2500);
		const slow = { retryDelay: () => HOUR };
		expect(opensAt(every(60_000), slow) * 60_000).toBe(5 * 600_000);
	});

	test.each([
		[600_000, undefined],
		[600_001, 600_001],
		[86_400_000, 86_400_000],
		[1e12, 86_400_000],
	])('after a Retry-After of %d ms is open until %p', (retryAfterMs, until) => {
		const circuit = after(at([0], 429, { retryAfterMs }));
		expect('until' in circuit ? circuit.until : undefined).toBe(until);
	});

	describe('that is open', () => {
		const open = openCircuit(0, outcomeOf(429));

		test.each([202, 429, 503, 'ETIMEDOUT'])(
			'does not change by the end of a request that was in flight (%p)',
			(end) => {
				expect(after(at([70_000], end, { startedAt: -1 }), open)).toBe(open);
			},
		);

		test('stays open for the longest time that is asked for', () => {
			const attempts = [30_000, 20_000, 50_000].flatMap((retryAfterMs) =>
				at([20_000], 429, { startedAt: -1, retryAfterMs }),
			);
			expect(after(attempts, open)).toMatchObject({ kind: 'circuitOpen', until: 80_000 });
		});

		test('is closed by a probe that is answered, and opened again by one that fails', () => {
			expect(after(at([60_000], 202), open)).toBe(CLOSED_CIRCUIT);
			expect(after(at([60_000], 404), open)).toBe(CLOSED_CIRCUIT);
			for (const end of [429, 503, 'ECONNREFUSED']) {
				expect(after(at([60_000], end), open)).toEqual(openCircuit(60_000, outcomeOf(end)));
			}
		});
	});
});
