import type { Outcome } from './outcome';
import { MAX_RETRY_AFTER_MS } from './retryDelay';

export interface RetryPolicy {
	/** 0: a request is sent once. */
	readonly maxRetries: number;
	/** Whether to send again when it is unknown whether the first attempt arrived. */
	readonly retryUnknownOutcome: boolean;
}

/** Whether a request is sent again after so many attempts, of which the last one had this outcome. */
export function shouldRetry(
	outcome: Outcome,
	attempts: number,
	retryAfterMs: number | undefined,
	{ maxRetries, retryUnknownOutcome }: RetryPolicy,
): boolean {
	if (attempts > maxRetries) return false;
	switch (outcome.kind) {
		case 'temporary':
			return (retryAfterMs ?? 0) <= MAX_RETRY_AFTER_MS;
		case 'notSent':
			return outcome.retryable;
		case 'unknown':
			return retryUnknownOutcome;
		default:
			return false;
	}
}
