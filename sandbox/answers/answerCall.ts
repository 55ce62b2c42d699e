import type { Account } from '../developerApi/developerApi';
import { describeEffect, faultMessage, type FaultEffect } from '../faults/faultEffect';
import { TOO_DEEP } from '../schemas/jsonValues';
import type { Decision, IncomingCall } from '../state/calls';
import { refuseWith } from './decisions';
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
		refuseTooDeep(call, endpoint) ??
		answer(call, account, now, fault);
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

/** How a body is refused that is too large to be read. */
export function refuseTooLarge({ errors }: Endpoint): Decision {
	const [status, message] = errors.tooLarge;
	return refuseWith(errors)(status, message);
}

/** How a body is refused that is nested too deeply; undefined if none is. */
export const refuseTooDeep = ({ isTooDeep }: IncomingCall, { errors }: Endpoint) =>
	isTooDeep ? refuseWith(errors)(400, TOO_DEEP) : undefined;
