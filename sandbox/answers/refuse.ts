import type { Decision } from '../state/calls';

export const NOT_AUTHORIZED = 'Not authenticated or authorized.';
export const UNKNOWN_MEDIA_TYPE = 'Requested media type is not supported.';
export const TOO_LARGE = 'The total size of the payload must be less than 900 KB.';

/** Refuses a call with Bluecore's message; `reasons` says more where that message says too little. */
export const refuse = (
	status: number,
	message: string,
	reasons: readonly string[] = [message],
): Decision => ({ status, answer: { message }, verdict: 'refused', reasons, remarks: [] });

export const unknownNamespace = (namespace: unknown, where = '') =>
	`The namespace ${JSON.stringify(namespace)}${where} is not one of those configured in the sandbox.`;
