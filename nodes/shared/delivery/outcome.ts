import type { Problem } from '../values/report';

/** An HTTP response, as n8n's helper returns it with `returnFullResponse`. */
export interface Response {
	readonly statusCode: number;
	readonly headers: Readonly<Record<string, unknown>>;
	readonly body: unknown;
}

/** Why an answer of 2xx is not one of the API, and whether the request may have arrived all the same. */
export type InvalidResponse = Problem & { readonly mayHaveArrived: boolean };

/** What is wrong with an answer of 2xx. */
export type ValidateResponse = (response: Response) => InvalidResponse | undefined;

/**
 * How one attempt ended.
 * - `accepted`: answered with 2xx.
 * - `invalid`: answered with 2xx, but not as the API does.
 * - `temporary`: answered with a status that may change.
 * - `refused`: answered with any other status; another attempt would get the same.
 * - `notSent`: no connection was made; `retryable` says whether another attempt may help.
 * - `unknown`: there was no answer, or another server gave one in its place, whose status is then the code; the request may have arrived.
 * - `cancelled`: the execution was cancelled meanwhile.
 * - `circuitOpen`: the next attempt was not made, because nothing is sent to the account until a time, in milliseconds of the clock;
 *   `cause` is the last failure before.
 */
export type Outcome =
	| { readonly kind: 'accepted' | 'temporary' | 'refused'; readonly response: Response }
	| { readonly kind: 'invalid'; readonly response: Response; readonly problem: InvalidResponse }
	| {
			readonly kind: 'notSent';
			readonly code: string;
			readonly retryable: boolean;
			/** What happened instead, where it is not the connection. */
			readonly problem?: Problem;
			/** The `Retry-After` header of the answer that was given instead. */
			readonly retryAfter?: unknown;
	  }
	| { readonly kind: 'unknown'; readonly code: string }
	| { readonly kind: 'cancelled' }
	| { readonly kind: 'circuitOpen'; readonly until: number; readonly cause: Outcome };

/** What is known of a request in the end. */
export type Fate = 'accepted' | 'refused' | 'unknown' | 'notSent';

const TEMPORARY_STATUSES: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);
/** From this status on, a server on the way, such as Cloudflare, says that it got no answer that it could pass on. */
const LEAST_OF_OTHER_SERVER = 520;

/** Codes of Node.js that occur only while a connection is made. */
const WHILE_CONNECTING: ReadonlySet<string> = new Set([
	'ENOTFOUND',
	'EAI_AGAIN',
	'ECONNREFUSED',
	'EADDRNOTAVAIL',
	'EMFILE',
	'ENFILE',
	'ERR_SOCKET_CONNECTION_TIMEOUT',
]);

/** Codes for certificates that Node.js does not accept, which it checks before it sends anything, and for unusable URLs. */
const WILL_NOT_CONNECT =
	/^(ERR_TLS_CERT|CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|ERR_INVALID_URL)/;

/**
 * What an outcome shows of the service: it works, it wants fewer requests, or it does not work. Any answer but 429 and 5xx shows that
 * it works. Undefined where the outcome shows nothing, such as a certificate that is not accepted.
 */
export function serviceHealth(outcome: Outcome): 'up' | 'overloaded' | 'down' | undefined {
	if ('response' in outcome) {
		const { statusCode } = outcome.response;
		if (statusCode === 429) return 'overloaded';
		return statusCode < 500 ? 'up' : 'down';
	}
	if (outcome.kind === 'notSent') return outcome.retryable ? 'down' : undefined;
	return outcome.kind === 'unknown' ? 'down' : undefined;
}

/** What a call throws that has failed before its request was sent. */
export class NotSentError extends Error {
	constructor(
		readonly problem: Problem,
		/** Whether another attempt may help. */
		readonly retryable: boolean,
		/** The `Retry-After` header of the answer that says so. */
		readonly retryAfter?: unknown,
	) {
		super(`${problem.message}. ${problem.fix}`);
	}
}

/** Classifies a response; `validate` says what is wrong with one of 2xx. */
export function classifyResponse(response: Response, validate?: ValidateResponse): Outcome {
	const { statusCode } = response;
	if (statusCode >= 200 && statusCode < 300) {
		const problem = validate?.(response);
		return problem ? { kind: 'invalid', response, problem } : { kind: 'accepted', response };
	}
	if (statusCode >= LEAST_OF_OTHER_SERVER) return { kind: 'unknown', code: String(statusCode) };
	return { kind: TEMPORARY_STATUSES.has(statusCode) ? 'temporary' : 'refused', response };
}

/**
 * Classifies what n8n's request helper throws: an error of axios, which n8n may have wrapped. Only what cannot happen once the
 * connection is made proves that nothing was sent: a code such as EHOSTUNREACH or EPROTO also ends connections in use.
 */
export function classifyFailure(thrown: unknown): Outcome {
	if (thrown instanceof NotSentError) {
		const { problem, retryable, retryAfter } = thrown;
		return { kind: 'notSent', code: '', retryable, problem, retryAfter };
	}
	const { code, syscall, message, isBlocked } = networkFailure(thrown);
	if (code === 'ERR_CANCELED') return { kind: 'cancelled' };
	if (
		WHILE_CONNECTING.has(code) ||
		syscall === 'connect' ||
		syscall === 'getaddrinfo' ||
		message.includes('before secure TLS connection')
	) {
		return { kind: 'notSent', code, retryable: true };
	}
	// The agent for proxies: the connection ended before the proxy had made it.
	if (message.includes('CONNECT response'))
		return { kind: 'notSent', code: 'PROXY', retryable: true };
	// n8n does not let workflows reach this address.
	if (isBlocked) return { kind: 'notSent', code: 'SSRF', retryable: false };
	if (WILL_NOT_CONNECT.test(code)) return { kind: 'notSent', code, retryable: false };
	return { kind: 'unknown', code };
}

/** An error and its causes, at most five: n8n wraps the error of axios, which wraps that of Node.js. */
function causesOf(thrown: unknown): Array<Record<string, unknown>> {
	const causes: Array<Record<string, unknown>> = [];
	for (let error = thrown; causes.length < 5 && typeof error === 'object' && error !== null;) {
		const cause = error as Record<string, unknown>;
		causes.push(cause);
		// Several addresses of one host may have been tried.
		error = cause.cause ?? (Array.isArray(cause.errors) ? cause.errors.at(-1) : undefined);
	}
	return causes;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** n8n has the status as the code where an answer began and broke off. */
const isCode = (value: unknown): value is string => isText(value) && !/^\d+$/.test(value);

/**
 * The code and the system call of a network failure. n8n 1.x keeps no cause: there the code is in `httpCode`, and the system call in
 * the texts of `messages`.
 */
function networkFailure(thrown: unknown) {
	const causes = causesOf(thrown);
	const message = causes
		.flatMap((cause) => [cause.message, cause.messages].flat())
		.filter(isText)
		.join(' ');
	return {
		message,
		code: causes.map(({ httpCode, code = httpCode }) => code).find(isCode) ?? 'no answer',
		syscall:
			causes.map(({ syscall }) => syscall).find(isText) ??
			/(?:^| )(connect|getaddrinfo) E[A-Z]/.exec(message)?.[1],
		isBlocked: causes.some(({ name }) => isText(name) && name.startsWith('Ssrf')),
	};
}
