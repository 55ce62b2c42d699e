import { faultMessage } from '../faults/faultEffect';
import type { Decision, IncomingCall } from '../state/calls';

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

/** A body as Bluecore's Developer API answers it: google.rpc.Status. */
export const rpcStatus = (status: number, message: string) => ({
	code: CODES[status] ?? INTERNAL,
	message,
	details: [],
});

/** Refuses a call of the Developer API; `reasons` says more where the message says too little. */
export const refuseCall = (
	status: number,
	message: string,
	reasons: readonly string[] = [message],
): Decision => ({
	status,
	answer: rpcStatus(status, message),
	verdict: 'refused',
	reasons,
	remarks: [],
});

/** Refuses a body or a query that breaks rules: with 422 if something required is missing, otherwise with 400. */
export const refuseInvalid = ({
	isIncomplete,
	problems,
}: {
	readonly isIncomplete: boolean;
	readonly problems: readonly string[];
}): Decision => refuseCall(isIncomplete ? 422 : 400, problems.join(' '), problems);

/** Bluecore answers 400 to a message, and then the answer has no body. */
export const isAnsweredWithoutBody = (
	{ api, method }: Pick<IncomingCall, 'api' | 'method'>,
	status: number,
) => api === 'messages' && method === 'POST' && status === 400;

const TOKEN_ERRORS: Readonly<Record<number, string>> = {
	400: 'invalid_request',
	401: 'access_denied',
	403: 'access_denied',
	429: 'too_many_requests',
	503: 'temporarily_unavailable',
};

/** The body that a fault answers to a call, if it has none of its own. */
export function faultBodyOf(
	call: Pick<IncomingCall, 'api' | 'method'>,
	status: number,
	requestId: string,
) {
	const message = faultMessage(status);
	if (call.api === 'token') {
		return { error: TOKEN_ERRORS[status] ?? 'server_error', error_description: message };
	}
	if (isAnsweredWithoutBody(call, status)) return undefined;
	return { ...rpcStatus(status, message), ...(status >= 500 && { request_id: requestId }) };
}
