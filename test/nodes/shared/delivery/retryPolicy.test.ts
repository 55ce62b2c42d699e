import type { Outcome } from '../../../../nodes/shared/delivery/outcome';
import { shouldRetry } from '../../../../nodes/shared/delivery/retryPolicy';

const response = { statusCode: 503, headers: {}, body: '' };
const problem = { message: 'm', fix: 'f', mayHaveArrived: true };

test.each<[Outcome, boolean, boolean]>([
	[{ kind: 'accepted', response }, false, false],
	[{ kind: 'invalid', response, problem }, false, false],
	[{ kind: 'refused', response }, false, false],
	[{ kind: 'temporary', response }, true, true],
	[{ kind: 'notSent', code: 'ECONNREFUSED', retryable: true }, true, true],
	[{ kind: 'notSent', code: 'SSRF', retryable: false }, false, false],
	[{ kind: 'unknown', code: 'ECONNRESET' }, false, true],
	[{ kind: 'cancelled' }, false, false],
])(
	'after %j there is a retry: %p, with Retry on Unknown Outcome: %p',
	(outcome, always, ifWanted) => {
		const retries = (attempts: number, retryUnknownOutcome: boolean) =>
			shouldRetry(outcome, attempts, undefined, { maxRetries: 2, retryUnknownOutcome });
		expect([retries(1, false), retries(2, false), retries(3, false)]).toEqual([
			always,
			always,
			false,
		]);
		expect([retries(1, true), retries(2, true), retries(3, true)]).toEqual([
			ifWanted,
			ifWanted,
			false,
		]);
	},
);

test.each([
	[undefined, true],
	[600_000, true],
	[600_001, false],
])('where the server asks for %p ms there is a retry: %p', (retryAfterMs, expected) => {
	const outcome = { kind: 'temporary' as const, response };
	const policy = { maxRetries: 2, retryUnknownOutcome: false };
	expect(shouldRetry(outcome, 1, retryAfterMs, policy)).toBe(expected);
});
