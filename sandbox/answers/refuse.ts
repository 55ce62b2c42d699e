import { refuseWith, type ErrorForm } from '../state/decisions';

export const NOT_AUTHORIZED = 'Not authenticated or authorized.';
export const TOO_LARGE = 'The total size of the payload must be less than 900 KB.';

/** How the Events API refuses a call: a message, and from 500 on a request ID. */
export const EVENTS_ERRORS: ErrorForm = {
	tooLarge: [400, TOO_LARGE],
	body: (status, message, requestId) => ({
		message,
		...(status >= 500 && requestId !== undefined && { request_id: requestId }),
	}),
};

/** The Transactional API does it with statuses of its own. */
export const EMAIL_ERRORS: ErrorForm = {
	...EVENTS_ERRORS,
	tooLarge: [422, TOO_LARGE],
};

/** Refuses a call of one of the two APIs. */
export const refuse = refuseWith(EVENTS_ERRORS);

export const unknownNamespace = (namespace: unknown, where = '') =>
	`The namespace ${JSON.stringify(namespace)}${where} is not one of those configured in the sandbox.`;
