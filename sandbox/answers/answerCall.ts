import { findCampaign } from '../account/campaigns';
import type { SandboxConfig } from '../account/config';
import { describeEffect, type FaultEffect } from '../faults/faultEffect';
import { isRecord } from '../schemas/jsonValues';
import type { Api, Decision, IncomingCall } from '../state/calls';
import type { SandboxState } from '../state/sandboxState';
import { nameOfDeveloperCall } from '../developerApi/endpoints';
import { answerSend, answerStatus } from './answerEmails';
import { answerEvent } from './answerEvents';
import { refuse, TOO_LARGE, UNKNOWN_MEDIA_TYPE } from './refuse';

/** Bluecore's answer to a call that no fault prevents from being processed. */
export function answerCall(
	call: IncomingCall,
	config: SandboxConfig,
	state: SandboxState,
	now: number,
): Decision {
	switch (call.api) {
		case 'events':
			return answerEvent(call, config);
		case 'send':
			return answerSend(call, config, state);
		case 'status':
			return answerStatus(call, config, state, now);
		default:
			// The nodes recognise "There is no GET …", as servers commonly say it, and then tell the user that a URL is wrong.
			return refuse(404, `There is no ${call.method} ${call.path} here.`, [
				"Bluecore has no such address. Compare the URL in n8n's credential with the one at the bottom of this page.",
			]);
	}
}

/** The answer of a fault, with `defaultBody` if the fault has no body; undefined if the call is processed all the same. */
export function answerWithFault(
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

/** How Bluecore refuses a body that the HTTP server does not read: too large (413), or of an invalid media type (415). */
export function answerUnreadable(api: Api, serverStatus: 413 | 415, detail: string): Decision {
	const isSend = api === 'send';
	return serverStatus === 415
		? refuse(isSend ? 406 : 400, UNKNOWN_MEDIA_TYPE, [UNKNOWN_MEDIA_TYPE, detail])
		: refuse(isSend ? 422 : 400, TOO_LARGE, [TOO_LARGE, detail]);
}

/** The name of a call for people: the name of the event or of the campaign, or what was requested. */
export function nameOfCall(
	{ api, method, event, body }: IncomingCall,
	config: SandboxConfig,
): string {
	if (api === 'events') return event;
	if (api === 'status') return 'Get status';
	if (api === 'unknown') return 'Unknown address';
	if (api !== 'send') return nameOfDeveloperCall(api, method);
	const id = isRecord(body) ? body.campaign_id : undefined;
	return (
		findCampaign(id, config)?.name ?? `Campaign ${id === undefined ? '(none)' : JSON.stringify(id)}`
	);
}
