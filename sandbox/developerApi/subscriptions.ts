import { accept, refuseCall } from '../answers/decisions';
import { textOfIdentifier, toIdentifier } from '../state/identifiers';
import type { SandboxState } from '../state/sandboxState';
import type { Answer } from './developerApi';

/** Reads the subscriptions of an email address or a phone number. */
export const answerGetSubscription: Answer = ({ namespace, who }, { state }) =>
	state.profiles.find(namespace, who)
		? accept(200, toJson(namespace, who, state))
		: refuseCall(404, `we could not find a customer matching: ${who}`);

/** Changes a subscription. */
export const answerPostSubscription: Answer = ({ namespace, body }, { state }) => {
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
