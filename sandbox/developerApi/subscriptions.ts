import { findDeveloperApiProblems } from '../schemas/schemaChecks';
import { accept } from '../state/decisions';
import { textOfIdentifier, toIdentifier } from '../state/identifiers';
import type { SandboxState } from '../state/sandboxState';
import type { Answer } from './developerApi';
import { queryOf } from './readCall';
import { refuseCall, refuseInvalid } from './refuseCall';

/** Reads the subscriptions of an email address or a phone number. */
export const answerGetSubscription: Answer = (call, { state }) => {
	const { namespace, who } = call;
	const invalid = findDeveloperApiProblems('query', queryOf(call));
	if (invalid) return refuseInvalid(invalid);
	if (!state.profiles.find(namespace, who)) {
		return refuseCall(404, `we could not find a customer matching: ${who}`);
	}
	return accept(200, toJson(namespace, who, state));
};

/** Changes a subscription. */
export const answerPostSubscription: Answer = ({ namespace, body, bytes }, { state }) => {
	const invalid = findDeveloperApiProblems('consent', body, bytes);
	if (invalid) return refuseInvalid(invalid);
	const id = textOfIdentifier((body as { id: unknown }).id);
	return accept(200, undefined, { answerAfter: () => toJson(namespace, id, state) });
};

function toJson(namespace: string, id: string, state: SandboxState) {
	const subscriptions = state.profiles.find(namespace, id)?.subscriptions ?? [];
	return {
		data: {
			namespace,
			subscription: {
				id: toIdentifier(id),
				states: subscriptions
					.filter((each) => each.id === id)
					.map(({ status, message_type, consented_at, source, channel_identifier }) => ({
						status,
						message_type,
						consented_at,
						source,
						...(channel_identifier !== undefined && { channel_identifier }),
					})),
			},
		},
	};
}
