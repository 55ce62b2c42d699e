import type { INodeProperties } from 'n8n-workflow';

/** The parameters for single values of events, by parameter name. */
export const VALUE_PARAMETERS = {
	email: {
		displayName: 'Email',
		name: 'email',
		type: 'string',
		default: '',
		placeholder: 'e.g. jane@example.com',
		description: 'The email address of the customer. It is sent unhashed, as Bluecore requires.',
	},
	distinctId: {
		displayName: 'Distinct ID',
		name: 'distinctId',
		type: 'string',
		default: '',
		placeholder: 'e.g. 1424532133a16a-07943fba1',
		hint: 'Leave this empty if you have the email. An ID of your own must be linked to an email once, by Identify.',
		description:
			'Your ID for the customer: a customer, device or visitor ID. If empty, the email is used. Events of an ID that is not linked reach no customer.',
	},
	searchTerm: {
		displayName: 'Search Term',
		name: 'searchTerm',
		type: 'string',
		default: '',
		placeholder: 'e.g. rain jacket',
		description: 'What the customer searched for, or the category that the customer browsed',
	},
	orderId: {
		displayName: 'Order ID',
		name: 'orderId',
		type: 'string',
		default: '',
		placeholder: 'e.g. ORD-1001',
		description:
			'Your own unique ID of the order. Without it, Bluecore generates one, and an order that is sent twice counts twice.',
	},
	total: {
		displayName: 'Total',
		name: 'total',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 2 },
		default: '',
		placeholder: 'e.g. 49.90',
		description:
			'The total amount of the order. Include tax and shipping if your other purchase data includes them.',
	},
	eventName: {
		displayName: 'Event Name',
		name: 'eventName',
		type: 'string',
		default: '',
		placeholder: 'e.g. sweepstakes_signup',
		hint: 'Agree on the name with Bluecore first: Bluecore silently drops events that it does not know',
		description: 'The name of the custom event',
	},
	client: {
		displayName: 'Client',
		name: 'client',
		type: 'string',
		default: '',
		placeholder: 'e.g. 4.0',
		description: 'The version of your app, or any label by which audiences can select events',
	},
	device: {
		displayName: 'Device',
		name: 'device',
		type: 'string',
		default: '',
		placeholder: 'e.g. iPadOS 15.0 iPad11,6',
		description: 'The device of the customer',
	},
} as const satisfies Record<string, INodeProperties>;

export type ValueName = keyof typeof VALUE_PARAMETERS;

/** The values that fields of single events read. All events have the others. */
export type FieldValue = Exclude<ValueName, 'email' | 'distinctId' | AdditionalValue>;

/** Values in the collection Additional Fields. Each has the name of its event property. */
export const ADDITIONAL_VALUES = ['client', 'device'] as const satisfies readonly ValueName[];
type AdditionalValue = (typeof ADDITIONAL_VALUES)[number];

export const PROPERTIES: INodeProperties = {
	displayName: 'Properties (JSON)',
	name: 'properties',
	type: 'json',
	default: '',
	placeholder: 'e.g. { "store": "Portland" }',
	description: 'Other properties of the event, as one JSON object',
};

export const ADDITIONAL_FIELDS: INodeProperties = {
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options: [...ADDITIONAL_VALUES.map((name) => VALUE_PARAMETERS[name]), PROPERTIES],
};
