import type { Api } from '../state/calls';

/** What happens to a call instead of Bluecore's answer, or in addition to it. */
export interface FaultEffect {
	/** Answers with this status; the call is not processed. */
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string>>;
	/** The body of that answer. */
	readonly body?: unknown;
	/** Milliseconds by which the answer is delayed; the call is processed at once. */
	readonly delayMs?: number;
	/** Closes the connection without an answer, before or after the call is processed. */
	readonly drop?: 'before' | 'after';
	/** Closes the connection in the middle of the answer. */
	readonly truncate?: true;
	/** Ends the token of the call, so that this call and later ones with the token are refused. */
	readonly expireToken?: true;
	/** The token does not have this scope: a call that needs it is refused, and a new token is given without it. */
	readonly missingScope?: string;
}

/** A fault, as a user sets it. Each property is described in schemas/fault.schema.json. */
export interface FaultRule extends Omit<FaultEffect, 'headers'> {
	readonly api?: Exclude<Api, 'imports' | 'unknown'>;
	readonly event?: string;
	readonly address?: string;
	readonly namespace?: string;
	readonly count?: number;
	readonly share?: number;
	readonly seed?: number;
	readonly perSecond?: number;
	readonly retryAfterSeconds?: number;
	readonly retryAfterAsDate?: boolean;
}

/** What a fault does to a call; `now` in milliseconds since the epoch, for a Retry-After that is a date. */
export function effectOf(rule: FaultRule, now: number): FaultEffect {
	const { perSecond, retryAfterSeconds, retryAfterAsDate, body } = rule;
	const { delayMs, drop, truncate, expireToken, missingScope } = rule;
	const others = { delayMs, drop, truncate, expireToken, missingScope };
	const isRateLimitOnly = perSecond !== undefined && !Object.values(others).some(Boolean);
	const status = rule.status ?? (isRateLimitOnly ? 429 : undefined);
	const retryAfter = retryAfterAsDate
		? new Date(now + (retryAfterSeconds ?? 0) * 1000).toUTCString()
		: String(retryAfterSeconds);
	return {
		...(status !== undefined && { status, body }),
		...(retryAfterSeconds !== undefined && { headers: { 'retry-after': retryAfter } }),
		...Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined)),
	};
}

const MESSAGES: Readonly<Record<number, string>> = {
	400: 'Bad request.',
	401: 'Not authenticated or authorized.',
	403: 'Not authenticated or authorized.',
	406: 'Requested media type is not supported.',
	429: 'too many requests',
	500: 'Unhandled exception.',
	502: 'Internal error.',
	503: 'Service unavailable.',
	504: 'Gateway timeout.',
};

export const faultMessage = (status: number) => MESSAGES[status] ?? `Status ${status}.`;

/** What was done to a call, such as `answered 503, Retry-After: 2`. */
export function describeEffect(effect: FaultEffect): string {
	const { status, headers, delayMs, drop, truncate, expireToken, missingScope } = effect;
	const retryAfter = headers?.['retry-after'];
	return [
		status !== undefined && `answered ${status}`,
		retryAfter !== undefined && `Retry-After: ${retryAfter}`,
		delayMs !== undefined && `answer delayed by ${delayMs} ms`,
		drop !== undefined && `connection closed ${drop} the call was processed`,
		truncate && 'answer cut off',
		expireToken && 'token ended',
		missingScope !== undefined && `token without the scope ${missingScope}`,
	]
		.filter(Boolean)
		.join(', ');
}
