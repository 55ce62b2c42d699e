import type { Decision } from './calls';

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
