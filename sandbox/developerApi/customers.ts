import { findDeveloperApiProblems } from '../schemas/schemaChecks';
import { accept } from '../state/decisions';
import { isEmail, isPhone, textOfIdentifier, toIdentifier } from '../state/identifiers';
import type { Profile } from '../state/profile';
import type { Answer } from './developerApi';
import { queryOf } from './readCall';
import { refuseCall, refuseInvalid } from './refuseCall';

/** Reads a customer by email address or phone number. */
export const answerGetCustomer: Answer = (call, { state }) => {
	const invalid = findDeveloperApiProblems('query', queryOf(call));
	if (invalid) return refuseInvalid(invalid);
	const profile = state.profiles.find(call.namespace, call.who);
	if (!profile) return refuseCall(404, `we could not find a customer matching: ${call.who}`);
	return accept(200, toJson(profile));
};

/** Creates or updates a customer. */
export const answerPostCustomer: Answer = ({ namespace, body, bytes }, { state }) => {
	const invalid = findDeveloperApiProblems('customer', body, bytes);
	if (invalid) return refuseInvalid(invalid);
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
