import type { Outcome } from './outcome';

/** When the server asks for a longer wait, the request is given up: an execution should end, and say so. */
export const MAX_RETRY_AFTER_MS = 10 * 60_000;

/** The longest wait of one request in all; then it is given up, whatever retries are left. */
export const MAX_TOTAL_WAIT_MS = 60 * 60_000;

/** A server that names a later time means something else, such as milliseconds or a time of day. */
const MAX_USABLE_MS = 366 * 24 * 60 * 60_000;

export interface RetrySettings {
	/** 0: a request is sent once. */
	readonly maxRetries: number;
	readonly retryBaseMs: number;
	readonly retryMaxMs: number;
	/** Whether to send again when it is unknown whether the first attempt arrived. */
	readonly retryUnknownOutcome: boolean;
}

/** Whether a request is sent again after so many attempts, of which the last one had this outcome. */
export function shouldRetry(
	outcome: Outcome,
	attempts: number,
	retryAfterMs: number,
	{ maxRetries, retryUnknownOutcome }: RetrySettings,
): boolean {
	if (attempts > maxRetries) return false;
	switch (outcome.kind) {
		case 'temporary':
			return retryAfterMs <= MAX_RETRY_AFTER_MS;
		case 'notSent':
			return outcome.retryable && retryAfterMs <= MAX_RETRY_AFTER_MS;
		case 'unknown':
			return retryUnknownOutcome;
		default:
			return false;
	}
}

/**
 * Milliseconds to wait after so many failed attempts: exponential backoff from `retryBaseMs` up to `retryMaxMs`, with jitter over the
 * upper half, and never less than the server asked for. `random`: from 0 up to 1.
 */
export function retryDelay(
	{ retryBaseMs, retryMaxMs }: Pick<RetrySettings, 'retryBaseMs' | 'retryMaxMs'>,
	attempts: number,
	retryAfterMs: number,
	random: number,
): number {
	const step = Math.min(retryMaxMs, retryBaseMs * 2 ** (attempts - 1));
	return Math.max(retryAfterMs, step / 2 + (step / 2) * random);
}

/**
 * Milliseconds that a `Retry-After` header asks for, as seconds or as a date (RFC 9110, 10.2.3); undefined without a usable one.
 * `date`: milliseconds since the epoch.
 */
export function parseRetryAfter(header: unknown, date: number): number | undefined {
	const text = typeof header === 'string' ? header.trim() : header;
	if (text === '' || (typeof text !== 'string' && typeof text !== 'number')) return undefined;
	const seconds = Number(text);
	const ms = Number.isNaN(seconds) ? Math.max(0, Date.parse(String(text)) - date) : seconds * 1000;
	return ms >= 0 && ms <= MAX_USABLE_MS ? ms : undefined;
}

/** Milliseconds that the answer of an outcome asks for; 0 if it does not. */
export function retryAfterOf(outcome: Outcome, date: number): number {
	const own = 'retryAfter' in outcome ? outcome.retryAfter : undefined;
	const header = 'response' in outcome ? outcome.response.headers['retry-after'] : own;
	return parseRetryAfter(header, date) ?? 0;
}
