import type { INodeProperties } from 'n8n-workflow';

import { EVENTS, STANDARD_EVENTS, type EventOperation } from '../catalogue';
import { VIEWED_PAGE } from './eventMapping';

/** The operation's internal name. */
export const FORWARD = 'forward';
export const FORWARD_OPERATION = {
	name: 'Forward Tracking Event',
	value: FORWARD,
	action: 'Forward tracking event',
	description:
		'Convert a message from Segment, RudderStack, Datafly or GA4 to the corresponding Bluecore events, and send them. What is sent cannot be taken back.',
};

export const MESSAGE: INodeProperties = {
	displayName: 'Message',
	name: 'message',
	type: 'json',
	default: '={{ $json }}',
	hint: 'After a Webhook node, use {{ $json.body }}',
	description:
		'A tracking message, an array of messages, or a whole request from Segment, RudderStack or the GA4 Measurement Protocol',
};
export const EVENT_MAP: INodeProperties = {
	displayName: 'Event Map',
	name: 'eventMap',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add Event',
	default: {},
	description:
		'Which Bluecore events to send for your own tracking events. A row replaces the default mapping of its event. Several rows for one tracking event send several Bluecore events, in this order.',
	options: [
		{
			displayName: 'Mapping',
			name: 'mapping',
			values: [
				{
					displayName: 'From',
					name: 'from',
					type: 'string',
					default: '',
					placeholder: 'e.g. Product Quick Viewed',
					description:
						'The name of the tracking event, or the type of the message. Capital and small letters make no difference.',
				},
				{
					displayName: 'To',
					name: 'to',
					type: 'options',
					default: 'viewed_product',
					description:
						'The Bluecore event to send. For a custom event that you have agreed on with Bluecore, enter its name as an expression.',
					options: [
						...STANDARD_EVENTS.map((value) => ({
							name: EVENTS[value as EventOperation].label,
							value,
						})),
						{ name: 'Page View', value: VIEWED_PAGE },
					].sort((a, b) => a.name.localeCompare(b.name)),
				},
			],
		},
	],
};
export const UNMAPPED_EVENTS = {
	displayName: 'Unmapped Events',
	name: 'unmappedEvents',
	type: 'options',
	default: 'drop',
	description: 'What to do with messages that no Bluecore event is mapped to',
	options: [
		{
			name: 'Drop',
			value: 'drop',
			description: 'Do not send them. The output says that they were held back.',
		},
		{
			name: 'Fail',
			value: 'fail',
			description: 'Refuse the item. The node setting On Error decides what happens then.',
		},
		{
			name: 'Send as Custom Event',
			value: 'send',
			description:
				'Send a track message under its own event name. Messages of other types are refused.',
		},
	],
} as const satisfies INodeProperties;
export const CONSENT_PATH: INodeProperties = {
	displayName: 'Consent Path',
	name: 'consentPath',
	type: 'string',
	default: '',
	placeholder: 'e.g. context.consent.marketing',
	description:
		'The path in the message where it says whether the customer has agreed to marketing. Events are sent only if the value there is true or "granted". Opt-outs are sent without consent. If empty, consent is not checked.',
};

export const FORWARD_PARAMETERS: readonly INodeProperties[] = [
	MESSAGE,
	EVENT_MAP,
	UNMAPPED_EVENTS,
	CONSENT_PATH,
];
