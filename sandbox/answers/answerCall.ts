import type { Account } from '../developerApi/developerApi';
import { describeEffect, faultMessage, type FaultEffect } from '../faults/faultEffect';
import { TOO_DEEP } from '../schemas/jsonValues';
import type { Decision, IncomingCall } from '../state/calls';
import { refuseWith, UNKNOWN_MEDIA_TYPE } from '../state/decisions';
import type { Endpoint } from './endpoints';

/** The answer to a call, or the one of a fault. */
export function answerCall(
	call: IncomingCall,
	endpoint: Endpoint,
	account: Account,
	now: number,
	fault: FaultEffect | undefined,
): Decision {
	const { errors, answer } = endpoint;
	const requestId = `sandbox-${account.state.nextCall}`;
	const decision =
		answerWithFault(fault, (status) => errors.body(status, faultMessage(status), requestId)) ??
		(call.isTooDeep ? refuseWith(errors)(400, TOO_DEEP) : answer(call, account, now, fault));
	return {
		...decision,
		...(errors.requestIdHeader !== undefined && {
			answerHeaders: { ...decision.answerHeaders, [errors.requestIdHeader]: requestId },
		}),
	};
}

/** The answer of a fault, with `defaultBody` if the fault has no body; undefined if the call is processed all the same. */
function answerWithFault(
	effect: FaultEffect | undefined,
	defaultBody: (status: number) => unknown,
): Decision | undefined {
	if (effect?.status === undefined && effect?.drop !== 'before') return undefined;
	const { status = 0, body = defaultBody(status) } = effect;
	return {
		status,
		answer: status === 0 ? undefined : body,
		verdict: 'faulted',
		reasons: [`The sandbox applied a fault: ${describeEffect(effect)}.`],
		remarks: [],
	};
}

/** How a body is refused that the HTTP server does not read: too large (413), or of an invalid media type (415). */
export function refuseUnreadable(
	{ errors }: Endpoint,
	serverStatus: 413 | 415,
	detail: string,
): Decision {
	const [status, message] =
		serverStatus === 413 ? errors.tooLarge : [errors.mediaType, UNKNOWN_MEDIA_TYPE];
	return refuseWith(errors)(status, message, [message, detail]);
}
