export type OptionDefinition = { readonly displayName: string; readonly description: string } & (
	| { readonly type: 'boolean'; readonly default: boolean }
	| {
			readonly type: 'number';
			readonly default: number;
			/** Both limits are allowed values. Without a precision, only whole numbers are. */
			readonly typeOptions: {
				readonly minValue: number;
				readonly maxValue: number;
				readonly numberPrecision?: number;
			};
	  }
	| {
			readonly type: 'options';
			readonly default: string;
			readonly options: ReadonlyArray<{
				readonly name: string;
				readonly value: string;
				readonly description: string;
			}>;
	  }
	/** Names, separated by commas; if it is hidden, it is read, but no longer offered. */
	| {
			readonly type: 'string' | 'hidden';
			readonly default: '';
			readonly placeholder: string;
			/** What the result of an expression would mean if it were empty. */
			readonly ifEmpty: string;
	  }
);

export const OPTIONS = {
	attributeNames: {
		displayName: 'Attribute Names',
		type: 'options',
		default: 'fix',
		description:
			'What to do with attribute names that Bluecore silently ignores: names with capital letters, spaces, dashes or accents',
		options: [
			{
				name: 'Fix',
				value: 'fix',
				description:
					'Change them to lowercase with underscores: First-Name and firstName become first_name, Straße becomes strasse',
			},
			{
				name: 'Reject',
				value: 'reject',
				description: 'Refuse the item, and say which name is not allowed',
			},
		],
	},
	attributesToSend: {
		displayName: 'Attributes to Send',
		type: 'string',
		default: '',
		placeholder: 'e.g. first_name, last_name, loyalty_tier',
		description:
			'The names of the customer attributes that are sent, separated by commas. What is not listed never becomes a column in your Bluecore account; a warning names what was left out. If empty, all are sent.',
		ifEmpty: 'so all attributes would be sent',
	},
	currency: {
		displayName: 'Currency',
		type: 'string',
		default: '',
		placeholder: 'e.g. USD',
		description:
			'The primary currency of your Bluecore account, as three letters. Orders in another currency are held back: Bluecore adds amounts up without looking at the currency. If empty, all are sent.',
		ifEmpty: 'so orders in all currencies would be sent',
	},
	moneyFrom: {
		displayName: 'Money From',
		type: 'options',
		default: 'shop',
		description:
			'Which amounts are sent, of orders that have them in two currencies: those of Shopify and Magento',
		options: [
			{
				name: 'Customer',
				value: 'customer',
				description: 'The currency in which the customer paid',
			},
			{ name: 'Shop', value: 'shop', description: "The shop's own currency" },
		],
	},
	unpaidOrders: {
		displayName: 'Unpaid Orders',
		type: 'options',
		default: 'record',
		description:
			'What to do with orders that are placed but not paid yet: pending, authorized, on hold, awaiting payment',
		options: [
			{
				name: 'Hold Back',
				value: 'holdBack',
				description: 'Do not send them. Send them when they are paid, by a webhook for that.',
			},
			{ name: 'Record', value: 'record', description: 'Record them as purchases' },
		],
	},
	ifAlreadySent: {
		displayName: 'If Already Sent',
		type: 'options',
		default: 'return',
		description: 'What to do if Bluecore has a message with this Message ID from before',
		options: [
			{ name: 'Fail', value: 'fail', description: 'Refuse the item' },
			{
				name: 'Return Message',
				value: 'return',
				description: 'Output what became of that message, with already_sent: true',
			},
		],
	},
	ifNotFound: {
		displayName: 'If Not Found',
		type: 'options',
		default: 'fail',
		description: 'What to do if Bluecore does not know the customer',
		options: [
			{ name: 'Fail', value: 'fail', description: 'Refuse the item' },
			{ name: 'Return Empty', value: 'return', description: 'Output an item with found: false' },
		],
	},
	nestedTraits: {
		displayName: 'Nested Traits',
		type: 'options',
		default: 'leaveOut',
		description:
			'What to do with traits that are objects or lists. The city, state, zip and country of an address are always sent.',
		options: [
			{
				name: 'Leave Out',
				value: 'leaveOut',
				description: 'Do not send them. A warning names them.',
			},
			{
				name: 'Send',
				value: 'send',
				description: 'Send each as an attribute, which becomes a permanent column in Bluecore',
			},
		],
	},
	traitsToSend: {
		displayName: 'Traits to Send',
		type: 'hidden',
		default: '',
		placeholder: 'e.g. first_name, last_name, loyalty_tier',
		description:
			'The names of the traits that are sent as attributes, separated by commas. If empty, all traits are sent. A new name becomes a permanent column in your Bluecore account.',
		ifEmpty: 'so all traits would be sent',
	},
	maxAgeHours: {
		type: 'number',
		displayName: 'Max Age (Hours)',
		default: 24,
		description:
			'Messages other than opt-outs, and orders, are held back if they are older than this by their own time. Bluecore uses the time at which an event arrives, and wants no events older than a day. 0 means no limit.',
		typeOptions: { minValue: 0, maxValue: 100_000, numberPrecision: 3 },
	},
	maxConcurrency: {
		type: 'number',
		displayName: 'Max Concurrency',
		default: 0,
		description:
			'How many requests are sent at the same time, at most. 0 means automatic: more while Bluecore answers quickly, fewer when its answers get slower or it refuses requests, and at most 512 for the account.',
		typeOptions: { minValue: 0, maxValue: 1000 },
	},
	maxRetries: {
		type: 'number',
		displayName: 'Max Retries',
		default: 3,
		description:
			'How many times a request is sent again if Bluecore is busy or cannot be reached. Use this instead of the node setting Retry On Fail, which sends everything again.',
		typeOptions: { minValue: 0, maxValue: 100 },
	},
	maxWaitMinutes: {
		type: 'number',
		displayName: 'Max Wait (Minutes)',
		default: 5,
		description:
			'How long to wait for a final status. After that, the output has the last known status.',
		typeOptions: { minValue: 0, maxValue: 24 * 60, numberPrecision: 3 },
	},
	pollSeconds: {
		type: 'number',
		displayName: 'Poll Interval (Seconds)',
		default: 10,
		description: 'How long to wait before asking for the status again',
		typeOptions: { minValue: 0.01, maxValue: 3600, numberPrecision: 3 },
	},
	requestsPerSecond: {
		type: 'number',
		displayName: 'Requests per Second',
		default: 0,
		description:
			'How many requests start per second, at most. All nodes and executions of this n8n process that use the same account share this limit. 0 means no limit.',
		typeOptions: { minValue: 0, maxValue: 100_000, numberPrecision: 3 },
	},
	retryBaseSeconds: {
		type: 'number',
		displayName: 'Retry Wait (Seconds)',
		default: 1,
		description:
			'How long to wait before the first retry. The wait doubles with each further retry.',
		typeOptions: { minValue: 0, maxValue: 3600, numberPrecision: 3 },
	},
	retryMaxSeconds: {
		type: 'number',
		displayName: 'Retry Wait Limit (Seconds)',
		default: 30,
		description: 'The longest wait between two attempts, unless Bluecore asks for a longer one',
		typeOptions: { minValue: 0, maxValue: 3600, numberPrecision: 3 },
	},
	timeoutSeconds: {
		type: 'number',
		displayName: 'Timeout (Seconds)',
		default: 30,
		description: 'How long one attempt may take',
		typeOptions: { minValue: 0.01, maxValue: 3600, numberPrecision: 3 },
	},
	convertBooleans: {
		type: 'boolean',
		displayName: 'Convert Booleans',
		default: false,
		description:
			'Whether to convert the texts "true" and "false" in customer attributes to booleans. Otherwise Bluecore stores them as texts.',
	},
	includePayload: {
		type: 'boolean',
		displayName: 'Include Payload',
		default: false,
		description: 'Whether to add what was sent to the output, without the namespace',
	},
	linkIdentity: {
		type: 'boolean',
		displayName: 'Link Identity',
		default: true,
		description:
			'Whether to send an identify event before the first message that has both an email and an anonymous or user ID. The event links the two, and is sent once.',
	},
	orderAttributes: {
		type: 'boolean',
		displayName: 'Customer Attributes From Order',
		default: true,
		description:
			'Whether to send what the order says about the customer as customer attributes: first name, last name, phone, city, state, ZIP and country. Attributes that you enter take precedence.',
	},
	retryUnknownOutcome: {
		type: 'boolean',
		displayName: 'Retry on Unknown Outcome',
		default: true,
		description:
			'Whether to send a request again if the connection broke and it is unknown whether the request arrived. If it did arrive, Bluecore gets it twice.',
	},
	sendEmptyValues: {
		type: 'boolean',
		displayName: 'Send Empty Values',
		default: false,
		description:
			'Whether to send customer attributes that are empty or null. They erase the values that Bluecore has. Otherwise they are left out.',
	},
	useDraft: {
		type: 'boolean',
		displayName: 'Use Draft',
		default: false,
		description: 'Whether to send the draft version of the campaign, for tests',
	},
	validateOnly: {
		type: 'boolean',
		displayName: 'Validate Only',
		default: false,
		description:
			'Whether to build and check everything, but send nothing. What only Bluecore knows is not checked: whether a campaign or a product exists, and which variables a template needs.',
	},
	waitUntilFinal: {
		type: 'boolean',
		displayName: 'Wait Until Final',
		default: false,
		description: 'Whether to ask for the status again until it is final: delivered or failed',
	},
} as const satisfies Record<string, OptionDefinition>;
