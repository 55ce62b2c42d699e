import type { Decision } from '../state/calls';

/** The decision that accepts a call. `answerAfter` makes an answer that shows what the call has changed. */
export const accept = (
	status: number,
	answer: unknown,
	more: Partial<Pick<Decision, 'answerAfter' | 'answerHeaders' | 'remarks'>> = {},
): Decision => ({ status, answer, verdict: 'accepted', reasons: [], remarks: [], ...more });

/** How an endpoint refuses a call. */
export interface ErrorForm {
	/** The status and the message for a body that is larger than the HTTP server reads. */
	readonly tooLarge: readonly [status: number, message: string];
	/** The header of every answer that has the ID of its request. */
	readonly requestIdHeader?: string;
	/** The body of an answer with this status. */
	readonly body: (status: number, message: string, requestId?: string) => unknown;
	/** The name of that body in the OpenAPI description. */
	readonly schema: string;
}

/** Refuses a call in a form; `reasons` says more where the message says too little. */
export const refuseWith =
	({ body }: Pick<ErrorForm, 'body'>) =>
	(status: number, message: string, reasons: readonly string[] = [message]): Decision => ({
		status,
		answer: body(status, message),
		verdict: 'refused',
		reasons,
		remarks: [],
	});

export const UNKNOWN_MEDIA_TYPE = 'Requested media type is not supported.';
export const TOO_LARGE = 'The total size of the payload must be less than 900 KB.';

const requestIdOf = (status: number, requestId: string | undefined) =>
	status >= 500 && requestId !== undefined && { request_id: requestId };

/** The Events API: a message, and from 500 on a request ID. */
export const EVENTS_ERRORS: ErrorForm = {
	tooLarge: [400, TOO_LARGE],
	body: (status, message, requestId) => ({ message, ...requestIdOf(status, requestId) }),
	schema: 'Message',
};

/** The Transactional API, with statuses of its own. */
export const EMAIL_ERRORS: ErrorForm = { ...EVENTS_ERRORS, tooLarge: [422, TOO_LARGE] };

const INTERNAL = 13;
/** The google.rpc.Code that belongs to an HTTP status. */
const CODES: Readonly<Record<number, number>> = {
	...{ 400: 3, 401: 16, 403: 7, 404: 5, 406: 3, 409: 6, 422: 3, 429: 8, 503: 14, 504: 4 },
};

/** The Developer API: google.rpc.Status. */
export const RPC_ERRORS: ErrorForm = {
	tooLarge: [400, 'The body is too large.'],
	requestIdHeader: 'x-bluecore-id',
	body: (status, message, requestId) => ({
		...{ code: CODES[status] ?? INTERNAL, message, details: [] },
		...requestIdOf(status, requestId),
	}),
	schema: 'DeveloperApi/definitions/answers/refused',
};

/** Bluecore answers 400 to a message, and then the answer has no body. */
export const MESSAGE_ERRORS: ErrorForm = {
	...RPC_ERRORS,
	body: (status, ...rest) => (status === 400 ? undefined : RPC_ERRORS.body(status, ...rest)),
};

const OAUTH_ERRORS: Readonly<Record<number, string>> = {
	400: 'invalid_request',
	401: 'access_denied',
	403: 'access_denied',
	429: 'too_many_requests',
	503: 'temporarily_unavailable',
};

/** A call for a token: in the form of OAuth 2.0. */
export const TOKEN_ERRORS: ErrorForm = {
	...RPC_ERRORS,
	body: (status, message) => ({
		error: OAUTH_ERRORS[status] ?? 'server_error',
		error_description: message,
	}),
	schema: 'DeveloperApi/definitions/answers/tokenRefused',
};

/** Refuses a call of the Events API or the Transactional API. */
export const refuse = refuseWith(EVENTS_ERRORS);

/** Refuses a call of the Developer API. */
export const refuseCall = refuseWith(RPC_ERRORS);

/** Refuses a call whose key or namespace is not accepted. */
export const refuseUnauthorized = (reason: string) =>
	refuse(401, 'Not authenticated or authorized.', [reason]);

export const unknownNamespace = (namespace: unknown, where = '') =>
	`The namespace ${JSON.stringify(namespace)}${where} is not one of those configured in the sandbox.`;

/** Why the content-type header of a call is not that of JSON. */
export const notJson = (contentType = 'missing') =>
	`The content-type header is ${contentType}; it must be application/json.`;
