import type { Decision } from '../state/calls';

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
