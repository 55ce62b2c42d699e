import type { Outcome } from '../../../../nodes/shared/delivery/outcome';
import {
	parseRetryAfter,
	retryAfterOf,
	retryDelay,
	shouldRetry,
} from '../../../../nodes/shared/delivery/retry';

const SETTINGS = {
	maxRetries: 2,
	retryBaseMs: 1000,
	retryMaxMs: 30_000,
	retryUnknownOutcome: false,
};
const response = { statusCode: 503, headers: {}, body: '' };
const REFUSED = { kind: 'notSent', code: 'ECONNREFUSED', retryable: true } as const;
const problem = { message: 'm', fix: 'f', mayHaveArrived: true };

test.each([
	[1, 0, 500],
	[1, 1, 1000],
	[2, 1, 2000],
	[3, 0.5, 3000],
	[5, 1, 16_000],
	[6, 1, 30_000],
	[60, 0, 15_000],
])('the wait after %d attempts with chance %d is %d ms', (attempts, random, ms) => {
	expect(retryDelay(SETTINGS, attempts, 0, random)).toBe(ms);
});

test('the wait is never shorter than what the server asks for', () => {
	expect(retryDelay(SETTINGS, 1, 5000, 1)).toBe(5000);
	expect(retryDelay(SETTINGS, 4, 5000, 1)).toBe(8000);
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
	[['2'], undefined],
	// Times of day, in milliseconds and in seconds, and a year that cannot be meant.
	['1795987608000000', undefined],
	[1_795_987_608, undefined],
	['Fri, 01 Jan 2100 00:00:00 GMT', undefined],
	['86400', 86_400_000],
	[String(366 * 86_400), 366 * 86_400_000],
	[String(366 * 86_400 + 1), undefined],
])('Retry-After %p asks for %p ms', (header, ms) => {
	expect(parseRetryAfter(header, 5000)).toBe(ms);
});

test.each<[Outcome, boolean, boolean]>([
	[{ kind: 'accepted', response }, false, false],
	[{ kind: 'invalid', response, problem }, false, false],
	[{ kind: 'refused', response }, false, false],
	[{ kind: 'temporary', response }, true, true],
	[REFUSED, true, true],
	[{ kind: 'notSent', code: 'SSRF', retryable: false }, false, false],
	[{ kind: 'unknown', code: 'ECONNRESET' }, false, true],
	[{ kind: 'cancelled' }, false, false],
])(
	'after %j there is a retry: %p, with Retry on Unknown Outcome: %p',
	(outcome, always, ifWanted) => {
		const retries = (retryUnknownOutcome: boolean) =>
			[1, 2, 3].map((attempts) =>
				shouldRetry(outcome, attempts, 0, { ...SETTINGS, retryUnknownOutcome }),
			);
		expect(retries(false)).toEqual([always, always, false]);
		expect(retries(true)).toEqual([ifWanted, ifWanted, false]);
	},
);

test.each([
	[0, true],
	[600_000, true],
	[600_001, false],
])('where the server asks for %d ms there is a retry: %p', (retryAfterMs, expected) => {
	for (const outcome of [{ kind: 'temporary', response }, REFUSED] as const) {
		expect(shouldRetry(outcome, 1, retryAfterMs, SETTINGS)).toBe(expected);
	}
});

test.each<[Outcome, number]>([
	[{ kind: 'temporary', response: { ...response, headers: { 'retry-after': '2' } } }, 2000],
	[{ kind: 'temporary', response }, 0],
	[{ ...REFUSED, retryAfter: '3' }, 3000],
	[REFUSED, 0],
	[{ kind: 'unknown', code: 'ECONNRESET' }, 0],
])('%j asks for a wait of %d ms', (outcome, ms) => {
	expect(retryAfterOf(outcome, 0)).toBe(ms);
});
