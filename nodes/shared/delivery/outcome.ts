import type { Problem } from '../values/report';

export type Fate = 'accepted' | 'refused' | 'unknown' | 'notSent';
export type InvalidResponse = Problem & { readonly mayHaveArrived: boolean };

/** An HTTP answer, as n8n's helper gives it with `returnFullResponse`. */
export interface Response {
	readonly statusCode: number;
	readonly headers: Readonly<Record<string, unknown>>;
	readonly body: unknown;
}

/**
 * What became of one try.
 * - `accepted`: answered with 2xx.
 * - `temporary`: answered with a status that another try may change.
 * - `refused`: answered with any other status; another try would get the same.
 * - `not sent`: the connection was never made; whether another try may help stands in `retryable`.
 * - `unknown`: no answer came after the request had, perhaps, been taken.
 * - `cancelled`: the execution was stopped meanwhile.
 */
export type Outcome =
	| { readonly kind: 'accepted' | 'temporary' | 'refused'; readonly response: Response }
	| { readonly kind: 'not sent'; readonly code: string; readonly retryable: boolean }
	| { readonly kind: 'unknown'; readonly code: string }
	| { readonly kind: 'invalid'; readonly response: Response; readonly problem: InvalidResponse }
	| { readonly kind: 'cancelled' };

const TEMPORARY_STATUSES: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** Codes of Node.js that say that no connection was made. */
const NO_CONNECTION: ReadonlySet<string> = new Set([
	'ENOTFOUND',
	'EAI_AGAIN',
	'ECONNREFUSED',
	'EHOSTUNREACH',
	'EHOSTDOWN',
	'ENETUNREACH',
	'ENETDOWN',
	'EADDRNOTAVAIL',
	'EMFILE',
	'ENFILE',
]);

/** Codes of Node.js and OpenSSL that say that the other side's certificate was not accepted, and of unusable addresses. */
const WILL_NOT_CONNECT = /CERT|SELF_SIGNED|ERR_TLS|ERR_SSL|ERR_INVALID_URL|EPROTO|UNABLE_TO_/;

export function classifyResponse(response: Response): Outcome {
	const { statusCode } = response;
	if (statusCode >= 200 && statusCode < 300) return { kind: 'accepted', response };
	return { kind: TEMPORARY_STATUSES.has(statusCode) ? 'temporary' : 'refused', response };
}

/** Classifies what n8n's request helper threw: axios's own failure, or n8n's wrapping of it. */
export function classifyFailure(thrown: unknown): Outcome {
	const { code, syscall, message, name } = networkFailure(thrown);
	if (code === 'ERR_CANCELED') return { kind: 'cancelled' };
	if (
		NO_CONNECTION.has(code) ||
		syscall === 'connect' ||
		message.includes('before secure TLS connection')
	) {
		return { kind: 'not sent', code, retryable: true };
	}
	// An address that n8n itself does not let workflows reach.
	if (name !== '') return { kind: 'not sent', code: 'SSRF', retryable: false };
	if (WILL_NOT_CONNECT.test(code)) return { kind: 'not sent', code, retryable: false };
	return { kind: 'unknown', code };
}

/**
 * Finds the network's code in a failure, following causes: n8n wraps axios's failure, axios wraps Node's. n8n 1.x keeps no
 * cause: there the code is in `httpCode` and the text in `messages`.
 */
function networkFailure(thrown: unknown) {
	let failure: unknown = thrown;
	const found = { code: '', syscall: '', message: '', name: '' };
	for (let depth = 0; depth < 5 && typeof failure === 'object' && failure !== null; depth++) {
		const {
			httpCode,
			code = httpCode,
			syscall,
			message,
			messages,
			name,
			cause,
		} = failure as Record<string, unknown>;
		if (found.code === '' && typeof code === 'string') found.code = code;
		if (found.syscall === '' && typeof syscall === 'string') found.syscall = syscall;
		if (typeof name === 'string' && name.startsWith('Ssrf')) found.name = name;
		for (const text of [message, messages].flat()) {
			if (typeof text === 'string') found.message += ` ${text}`;
		}
		failure = cause;
	}
	if (found.syscall === '' && / connect E/.test(found.message)) found.syscall = 'connect';
	return found.code === '' ? { ...found, code: 'no answer' } : found;
}
