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
		'Turn a message of Segment, RudderStack, Datafly or GA4 into the Bluecore events that it means',
};

export const MESSAGE: INodeProperties = {
	displayName: 'Message',
	name: 'message',
	type: 'json',
	default: '={{ $json }}',
	hint: 'Behind a Webhook node: {{ $json.body }}',
	description:
		'The tracking message, an array of messages, or a whole delivery of Segment, RudderStack or the GA4 Measurement Protocol',
};
export const EVENT_MAP: INodeProperties = {
	displayName: 'Event Map',
	name: 'eventMap',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add Event',
	default: {},
	description:
		'What tracking events of yours mean, besides the usual ones. Replaces what the usual map says of an event; several rows for one send several events, in this order.',
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
						'The name of the tracking event, or the type of the message, in any letter case',
				},
				{
					displayName: 'To',
					name: 'to',
					type: 'options',
					default: 'viewed_product',
					description:
						'The Bluecore event that it means. For a custom event agreed with Bluecore, enter its name as an expression.',
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
export const UNMAPPED_EVENTS: INodeProperties = {
	displayName: 'Unmapped Events',
	name: 'unmappedEvents',
	type: 'options',
	default: 'drop',
	description: 'What to do with messages that mean no Bluecore event',
	options: [
		{ name: 'Drop', value: 'drop', description: 'Report them as held back, and go on' },
		{ name: 'Fail', value: 'fail', description: 'Refuse the item' },
		{
			name: 'Send as Custom Event',
			value: 'send',
			description: 'Send track messages under their own name; other types of message are refused',
		},
	],
};
export const CONSENT_PATH: INodeProperties = {
	displayName: 'Consent Path',
	name: 'consentPath',
	type: 'string',
	default: '',
	placeholder: 'e.g. context.consent.marketing',
	description:
		'Where the message says whether the customer has agreed to marketing: only true or "granted" there lets an event go out. Opt-outs go out without it. Empty: no such check.',
};

export const FORWARD_PARAMETERS: readonly INodeProperties[] = [
	MESSAGE,
	EVENT_MAP,
	UNMAPPED_EVENTS,
	CONSENT_PATH,
];
