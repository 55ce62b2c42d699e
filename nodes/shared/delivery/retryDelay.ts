import type { Outcome } from './outcome';

/** When the server asks for a longer wait, the request is given up: an execution should end, and say so. */
export const MAX_RETRY_AFTER_MS = 10 * 60_000;

/** The longest wait of one request in all; then it is given up, whatever retries are left. */
export const MAX_TOTAL_WAIT_MS = 60 * 60_000;

export interface RetrySettings {
	readonly retryBaseMs: number;
	readonly retryMaxMs: number;
}

export interface RetryTiming extends RetrySettings {
	/** Number of the attempt that failed, from 1. */
	readonly attempt: number;
	/** What the server asked for, if it did. */
	readonly retryAfterMs?: number;
	/** From 0 up to 1. */
	readonly random: number;
}

/**
 * Milliseconds to wait before the next attempt: exponential backoff from `retryBaseMs` up to `retryMaxMs`, with jitter over the
 * upper half, and never less than the server asked for.
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

/** Milliseconds that the answer of an outcome asks for; 0 if it does not. */
export const retryAfterOf = (outcome: Outcome, now: number): number =>
	('response' in outcome && parseRetryAfter(outcome.response.headers['retry-after'], now)) || 0;
