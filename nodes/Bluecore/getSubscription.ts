import type { IDataObject } from 'n8n-workflow';

import type { Response } from '../shared/delivery/outcome';
import type { OutgoingRequest } from '../shared/run/itemRequest';
import { isObject } from '../shared/values/coerce';
import { isNothing, NOT_FOUND_FIX, readRequest, summaryOf } from './customers';
import { dataOf, explainFor, validateData } from './developerApi';
import { EMAIL, PHONE, readIdentifiers } from './identifiers';
import type { OperationDefinition } from './operationDefinition';

/** The type of messages that counts where none is given. */
export const MARKETING = 'MARKETING';

/** The states of the subscription in an answer. */
export function statesOf(response: Response): IDataObject[] {
	const subscription = dataOf(response)?.subscription;
	const states = isObject(subscription) ? subscription.states : undefined;
	return Array.isArray(states)
		? (states as unknown[]).filter(isObject).map((state) => state as IDataObject)
		: [];
}

const hasStates = (data: Record<string, unknown>) =>
	Object.keys(data).length === 0 ||
	(isObject(data.subscription) && Array.isArray(data.subscription.states));

export const validateSubscription = (isChange: boolean) =>
	validateData('subscription', isChange, hasStates);

export function subscriptionOutput(
	{ summary, payload }: OutgoingRequest,
	response: Response,
): IDataObject {
	if (isNothing(response)) return { found: false, ...summary, attempts: undefined };
	const states = statesOf(response);
	// The type that was changed; who only asks gets what counts for marketing.
	const type = isObject(payload?.state) ? payload.state.message_type : MARKETING;
	const isSubscribed = states.some(
		(state) => state.message_type === type && state.status === 'SUBSCRIBED',
	);
	return { found: true, ...summary, is_subscribed: isSubscribed, states };
}

export const getSubscription: OperationDefinition = {
	label: 'Get',
	action: 'Get subscription',
	description:
		'Find out whether a customer is subscribed to marketing and transactional messages. Changes nothing.',
	parameters: [EMAIL, PHONE],
	create: ({ api }) => ({
		endpoint: 'read',
		explain: explainFor('eligibility:read', (status) =>
			status === 404
				? { message: 'Bluecore has no subscription of this customer', fix: NOT_FOUND_FIX }
				: undefined,
		),
		validateResponse: validateSubscription(false),
		output: subscriptionOutput,
		plan(item) {
			const identifiers = readIdentifiers(item).slice(0, 1);
			return readRequest(item, identifiers, {
				summary: summaryOf(identifiers),
				send: async (query) =>
					await api(item.account, { method: 'GET', path: ['eligibility'], query }),
			});
		},
	}),
};
