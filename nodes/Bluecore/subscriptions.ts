import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { Confirmation } from '../shared/delivery/call';
import type { Response } from '../shared/delivery/outcome';
import type { Item } from '../shared/input/item';
import { additionalFields } from '../shared/input/showFor';
import { dataOf, isNotFound } from '../shared/messages/answers';
import type { OutgoingRequest } from '../shared/run/operation';
import {
	fieldIn,
	isExpression,
	readChoice,
	readId,
	refuseEmptyExpression,
} from '../shared/values/field';
import { quoted } from '../shared/values/text';
import { readTime } from '../shared/values/times';
import { isBlank, isObject, rowsIn } from '../shared/values/value';
import { createReading } from './customers';
import { explainFor, leavesOpen, validateData, type DeveloperOperation } from './developerApi';
import {
	IDENTIFIER_PARAMETERS,
	identifierKey,
	readIdentifiers,
	type Identifier,
} from './identifiers';

/** The type of messages that counts where none is given. */
const MARKETING = 'MARKETING';

const statesOf = (response: Response) =>
	rowsIn(dataOf(response)?.subscription, 'states') as IDataObject[];

const validateSubscription = (isChange: boolean) =>
	validateData(
		'subscription',
		isChange,
		(data) =>
			Object.keys(data).length === 0 ||
			(isObject(data.subscription) && Array.isArray(data.subscription.states)),
	);

function subscriptionOutput(
	{ summary, payload }: OutgoingRequest,
	response: Response,
): IDataObject {
	const states = statesOf(response);
	// The type that was changed; who only asks gets what counts for marketing.
	const type = isObject(payload?.state) ? payload.state.message_type : MARKETING;
	const isSubscribed = states.some(
		(state) => state.message_type === type && state.status === 'SUBSCRIBED',
	);
	return { found: true, ...summary, is_subscribed: isSubscribed, states };
}

const getSubscription: DeveloperOperation = {
	label: 'Get',
	action: 'Get subscription',
	description:
		'Find out whether a customer is subscribed to marketing and transactional messages. Changes nothing.',
	parameters: IDENTIFIER_PARAMETERS,
	create: createReading({
		path: 'eligibility',
		scope: 'eligibility:read',
		isOfOne: true,
		missing: 'Bluecore has no subscription of this customer',
		validateResponse: validateSubscription(false),
		output: subscriptionOutput,
		notFound: (summary) => summary,
	}),
};

/** Nobody is to be opted in by a default. */
const NOT_CHOSEN = '';
/** Begins the double opt-in of a phone number. */
const SIGN_UP = 'SIGNUP';

const CHANGE = {
	displayName: 'Change',
	name: 'change',
	type: 'options',
	required: true,
	default: NOT_CHOSEN,
	description: 'What the customer has decided',
	options: [
		{
			name: 'Opt In',
			value: 'OPTIN',
			description: 'The customer wants these messages (single opt-in)',
		},
		{
			name: 'Sign Up (Double Opt-In for SMS)',
			value: SIGN_UP,
			description:
				'Bluecore sends a text message that the customer confirms. Needs a phone number.',
		},
		{
			name: 'Unsubscribe',
			value: 'UNSUBSCRIBE',
			description: 'The customer no longer wants these messages',
		},
	],
} as const satisfies INodeProperties;
const MESSAGE_TYPE = {
	displayName: 'Message Type',
	name: 'messageType',
	type: 'options',
	default: MARKETING,
	description: 'Which messages the change is about',
	options: [
		{ name: 'Marketing', value: MARKETING },
		{ name: 'Transactional', value: 'TRANSACTIONAL' },
	],
} as const satisfies INodeProperties;
const CONSENTED_AT: INodeProperties = {
	displayName: 'Consented At',
	name: 'consentedAt',
	type: 'dateTime',
	default: '',
	description:
		'When the customer decided so, such as for consents from another system. Without it: now. A time without a zone is one of the zone of the workflow.',
};
const CHANNEL_IDENTIFIER: INodeProperties = {
	displayName: 'Channel Identifier',
	name: 'channelIdentifier',
	type: 'string',
	default: '',
	placeholder: 'e.g. 55555',
	description: 'The SMS code that messages are sent from. Only for a phone number.',
};
const CHANGE_FIELDS = additionalFields([CHANNEL_IDENTIFIER, CONSENTED_AT]);

const isPhone = (identifier: Identifier) => 'phone_number' in identifier;

/** The state that an item asks for, and for whom. Problems are reported. */
function readState(item: Item, timeZone: string) {
	const { report } = item;
	const all = readIdentifiers(item);
	const change = item.field(CHANGE);
	if (isBlank(change.value) && !isExpression(change.entered)) {
		report.problem(`${change.label} is required`, 'Choose what the customer has decided.');
	}
	const event = readChoice(change, { ...CHANGE, default: 'UNSUBSCRIBE' });
	const messageType = readChoice(item.field(MESSAGE_TYPE), MESSAGE_TYPE);
	const identifiers = event === SIGN_UP ? all.filter(isPhone) : all;
	const additional = item.field(CHANGE_FIELDS);
	const channelField = fieldIn(additional, CHANNEL_IDENTIFIER);
	refuseEmptyExpression(channelField, ', so Bluecore would choose the sender');
	const channel = readId(channelField, 'optional');
	const consentedAt = readTime(fieldIn(additional, CONSENTED_AT), timeZone);
	if (identifiers.length < all.length && identifiers.length > 0) {
		report.warn(
			'Sign Up is only for phone numbers, so the subscription of the email address was not changed',
		);
	}
	if (all.length > 0 && !all.some(isPhone)) {
		if (event === SIGN_UP) {
			report.problem(
				'Phone is required for Sign Up',
				'Map the phone number of the customer. For an email address, use the change Opt In.',
			);
		}
		if (channel !== '') {
			report.problem(
				'Channel Identifier is only for phone numbers',
				'Map the phone number of the customer, or remove Channel Identifier.',
			);
		}
	}
	const state = (identifier: Identifier): IDataObject => ({
		event,
		message_type: messageType,
		...(consentedAt !== '' && { consented_at: consentedAt }),
		...(channel !== '' && isPhone(identifier) && { channel_identifier: channel }),
	});
	return { identifiers, state };
}

const isSignUp = ({ state }: { readonly state: IDataObject }) => state.event === SIGN_UP;

/** What a subscription is after a sign-up, also if the customer has confirmed it meanwhile. */
const SIGNED_UP: ReadonlySet<unknown> = new Set(['PENDING_CONFIRMATION', 'SUBSCRIBED']);

/** A sign-up is not repeated without need, because the customer would get another message to confirm it; the subscription can be read. */
function signUpConfirmation(
	{ state: { message_type: type } }: { readonly state: IDataObject },
	ask: Confirmation['ask'],
): Confirmation {
	return {
		isNeeded: leavesOpen,
		ask,
		read(response) {
			if (isNotFound(response)) return 'notArrived';
			if (response.statusCode !== 200 || validateSubscription(true)(response)) return undefined;
			const isSignedUp = statesOf(response).some(
				({ message_type, status }) => message_type === type && SIGNED_UP.has(status),
			);
			return isSignedUp ? { kind: 'accepted', response } : 'notArrived';
		},
	};
}

const updateSubscription: DeveloperOperation = {
	label: 'Update',
	action: 'Update subscription',
	description:
		'Record that a customer has opted in, signed up or unsubscribed. Another update changes it back, which may need a new consent of the customer. Sign Up sends a text message.',
	parameters: [...IDENTIFIER_PARAMETERS, CHANGE, MESSAGE_TYPE, CHANGE_FIELDS],
	create: ({ api, customers, execution }) => ({
		endpoint: 'change',
		explain: explainFor('eligibility:write'),
		validateResponse: validateSubscription(true),
		output: subscriptionOutput,
		harmful: {
			what: 'sign-ups',
			isHarmful: ({ payload }) => isSignUp(payload as { state: IDataObject }),
		},
		/** A sign-up, for which the customer gets a text message each time. */
		repeatableOf({ payload, summary: { phone_number: phone } }) {
			const { state } = payload as { state: IDataObject };
			if (!isSignUp({ state })) return undefined;
			return {
				key: `${String(state.message_type)} ${String(phone)}`,
				warning: (others) =>
					`${quoted(phone)} is signed up more than once, and gets a text message each time: also by ${others}`,
			};
		},
		*plan(item) {
			const { account, report } = item;
			const { identifiers, state } = readState(item, execution.getTimezone());
			if (report.problems.length > 0) {
				yield { report, state: { kind: 'bad' } };
				return;
			}
			const customer = customers.join(account, identifiers.map(identifierKey));
			for (const identifier of identifiers) {
				const body = { id: identifier as IDataObject, state: state(identifier) };
				const request: OutgoingRequest = {
					account,
					customer,
					summary: identifier as IDataObject,
					payload: body,
					send: async (signal) =>
						await api(account, { path: ['eligibility_events'], body }, signal),
					...(isSignUp(body) && {
						unknownFix:
							'Before you run the item again, ask for the subscription with Get: if it is pending or subscribed, the sign-up has arrived, and another one would send a second text message.',
						confirmation: signUpConfirmation(body, async () => {
							const query = { ...identifier };
							return await api(account, { path: ['eligibility'], query });
						}),
					}),
				};
				yield {
					report,
					isSeparate: true,
					...(identifiers.length > 1 && { name: isPhone(identifier) ? 'Phone' : 'Email' }),
					state: { kind: 'ready', request },
				};
			}
		},
	}),
};

export const subscriptionOperations = { get: getSubscription, update: updateSubscription };
