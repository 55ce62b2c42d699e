/** A wait that the server asks for beyond this is not waited out: an execution should end, and say so. */
export const MAX_RETRY_AFTER_MS = 10 * 60_000;

/** All waits for one call together: then it is given up, whatever retries are left. */
export const MAX_TOTAL_WAIT_MS = 60 * 60_000;

export interface RetrySettings {
	readonly retryBaseMs: number;
	readonly retryMaxMs: number;
}

export interface RetryTiming extends RetrySettings {
	/** Tries made so far, from 1. */
	readonly attempt: number;
	/** What the server asked for, if it did. */
	readonly retryAfterMs?: number;
	/** From 0 up to 1. */
	readonly random: number;
}

/**
 * Milliseconds to wait before the next try: exponential from `retryBaseMs` up to `retryMaxMs`, of which the upper half is left to
 * chance so that many clients do not come back at once; never sooner than the server asked for.
 */
export function retryDelay({
	attempt,
	retryBaseMs,
	retryMaxMs,
	retryAfterMs = 0,
	random,
}: RetryTiming): number {
	const step = Math.min(retryMaxMs, retryBaseMs * 2 ** (attempt - 1));
	return Math.max(retryAfterMs, step / 2 + (step / 2) * random);
}

/** Milliseconds that a `Retry-After` header asks for, as seconds or as a date (RFC 9110, 10.2.3); undefined without a usable one. */
export function parseRetryAfter(header: unknown, now: number): number | undefined {
	if (typeof header === 'number') return header >= 0 ? header * 1000 : undefined;
	if (typeof header !== 'string' || header.trim() === '') return undefined;
	const seconds = Number(header);
	if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1000 : undefined;
	const date = Date.parse(header);
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
