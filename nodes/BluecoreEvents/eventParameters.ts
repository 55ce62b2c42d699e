import type { INodeProperties } from 'n8n-workflow';

/** The parameters of the single values that events are made of, by parameter name. */
export const VALUE_PARAMETERS = {
	email: {
		displayName: 'Email',
		name: 'email',
		type: 'string',
		default: '',
		placeholder: 'e.g. jane@example.com',
		description: 'The email address of the customer. Sent in the clear, as Bluecore wants it.',
	},
	distinctId: {
		displayName: 'Distinct ID',
		name: 'distinctId',
		type: 'string',
		default: '',
		placeholder: 'e.g. 1424532133a16a-07943fba1',
		hint: 'An ID that is not an email reaches a profile only after Identify has linked it to an email, once',
		description:
			'The ID that you know the customer by: a customer, device or visitor ID. When empty, the email is used.',
	},
	searchTerm: {
		displayName: 'Search Term',
		name: 'searchTerm',
		type: 'string',
		default: '',
		placeholder: 'e.g. rain jacket',
		description: 'What the customer searched for, or the category that was browsed',
	},
	orderId: {
		displayName: 'Order ID',
		name: 'orderId',
		type: 'string',
		default: '',
		placeholder: 'e.g. ORD-1001',
		description:
			'Your own unique ID of the order. Without it Bluecore makes one up, and an order that is sent again counts twice.',
	},
	total: {
		displayName: 'Total',
		name: 'total',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 2 },
		default: '',
		placeholder: 'e.g. 49.90',
		description:
			'The sum of the order. Include tax and shipping always or never, as in your other purchase data.',
	},
	eventName: {
		displayName: 'Event Name',
		name: 'eventName',
		type: 'string',
		default: '',
		placeholder: 'e.g. sweepstakes_signup',
		hint: 'Agree the name with Bluecore first: Bluecore silently drops events that it does not know',
		description: 'The name of the custom event',
	},
	client: {
		displayName: 'Client',
		name: 'client',
		type: 'string',
		default: '',
		placeholder: 'e.g. 4.0',
		description: 'The version of your app, or any label to tell events apart by in audiences',
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

/** Values in the collection Additional Fields; each is named as its event property. */
export const ADDITIONAL_VALUES = ['client', 'device'] as const satisfies readonly ValueName[];

export const PROPERTIES: INodeProperties = {
	displayName: 'Properties (JSON)',
	name: 'properties',
	type: 'json',
	default: '',
	placeholder: 'e.g. { "store": "Portland" }',
	description: 'Further properties of the event, as one JSON object',
};

export const ADDITIONAL_FIELDS: INodeProperties = {
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options: [...ADDITIONAL_VALUES.map((name) => VALUE_PARAMETERS[name]), PROPERTIES],
};
