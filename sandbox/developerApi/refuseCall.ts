import type { Decision } from '../state/calls';
import { refuseWith, type ErrorForm } from '../state/decisions';

/** The google.rpc.Code that belongs to an HTTP status. */
const CODES: Readonly<Record<number, number>> = {
	400: 3,
	401: 16,
	403: 7,
	404: 5,
	406: 3,
	409: 6,
	422: 3,
	429: 8,
	503: 14,
	504: 4,
};
const INTERNAL = 13;

/** How the Developer API refuses a call: google.rpc.Status. */
export const RPC_ERRORS: ErrorForm = {
	tooLarge: [400, 'The body is too large.'],
	requestIdHeader: 'x-bluecore-id',
	body: (status, message, requestId) => ({
		code: CODES[status] ?? INTERNAL,
		message,
		details: [],
		...(status >= 500 && requestId !== undefined && { request_id: requestId }),
	}),
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

/** How a call for a token is refused: in the form of OAuth 2.0. */
export const TOKEN_ERRORS: ErrorForm = {
	...RPC_ERRORS,
	body: (status, message) => ({
		error: OAUTH_ERRORS[status] ?? 'server_error',
		error_description: message,
	}),
};

/** Refuses a call of the Developer API. */
export const refuseCall = refuseWith(RPC_ERRORS);

/** Refuses a body or a query that breaks rules: with 422 if something required is missing, otherwise with 400. */
export const refuseInvalid = ({
	isIncomplete,
	problems,
}: {
	readonly isIncomplete: boolean;
	readonly problems: readonly string[];
}): Decision => refuseCall(isIncomplete ? 422 : 400, problems.join(' '), problems);
