import { accept, refuseCall } from '../answers/decisions';
import { isEmail, isPhone, textOfIdentifier, toIdentifier } from '../state/identifiers';
import type { Profile } from '../state/profile';
import type { Answer } from './developerApi';

/** Reads a customer by email address or phone number. */
export const answerGetCustomer: Answer = ({ namespace, who }, { state }) => {
	const profile = state.profiles.find(namespace, who);
	return profile
		? accept(200, toJson(profile))
		: refuseCall(404, `we could not find a customer matching: ${who}`);
};

/** Creates or updates a customer. */
export const answerPostCustomer: Answer = ({ namespace, body }, { state }) => {
	const id = textOfIdentifier((body as { id: unknown }).id);
	return accept(200, undefined, { answerAfter: () => toJson(state.profiles.find(namespace, id)) });
};

function toJson(profile: Profile | undefined) {
	if (!profile) return undefined;
	const { namespace, email, distinct_ids: ids, attributes, updated } = profile;
	const all = [...(email === null ? [] : [email]), ...ids].map((id) =>
		isEmail(id) ? id.toLowerCase() : id,
	);
	const shown = [...new Set(all)];
	return {
		data: {
			namespace,
			ids: [...shown.filter(isEmail), ...shown.filter(isPhone)].map(toIdentifier),
			...(Object.keys(attributes).length > 0 && { attributes }),
			updated: new Date(updated).toISOString(),
		},
	};
}
