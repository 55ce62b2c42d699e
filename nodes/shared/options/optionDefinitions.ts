import type { INodeProperties } from 'n8n-workflow';

/** Where a node's defaults differ; the others are the same for both. */
export interface OptionDefaults {
	readonly requestsPerSecond: number;
	readonly maxRetries: number;
	readonly retryBaseSeconds: number;
	readonly retryMaxSeconds: number;
	readonly retryUnknownOutcome: boolean;
}

/** A number with its limits, both included. */
export interface NumberOption {
	readonly displayName: string;
	readonly default: number;
	readonly description: string;
	readonly min: number;
	readonly max: number;
	readonly integer?: true;
}

export interface BooleanOption {
	readonly displayName: string;
	readonly default: boolean;
	readonly description: string;
}

export const numberOptions = (defaults: OptionDefaults) =>
	({
		maxAgeHours: {
			displayName: 'Max Age (Hours)',
			default: 24,
			description:
				'Messages that are older by their own timestamp are held back: Bluecore counts an event as of its arrival and wants none older than a day. 0 for no limit.',
			min: 0,
			max: 100_000,
		},
		maxConcurrency: {
			displayName: 'Max Concurrency',
			default: 50,
			description: 'How many requests may be under way at once',
			min: 1,
			max: 1000,
			integer: true,
		},
		maxRetries: {
			displayName: 'Max Retries',
			default: defaults.maxRetries,
			description:
				'How often a request is sent again when Bluecore is busy or not reachable. Replaces the node setting Retry On Fail, which would send everything again.',
			min: 0,
			max: 100,
			integer: true,
		},
		maxWaitMinutes: {
			displayName: 'Max Wait (Minutes)',
			default: 5,
			description:
				'How long to wait for a final status; after that the last known status is the result',
			min: 0,
			max: 24 * 60,
		},
		pollSeconds: {
			displayName: 'Poll Interval (Seconds)',
			default: 10,
			description: 'How long to wait before asking for the status again',
			min: 0.01,
			max: 3600,
		},
		requestsPerSecond: {
			displayName: 'Requests per Second',
			default: defaults.requestsPerSecond,
			description:
				'How many requests may start in any second, over all nodes and executions of this n8n process that use the same account. 0 for no limit.',
			min: 0,
			max: 100_000,
		},
		retryBaseSeconds: {
			displayName: 'Retry Wait (Seconds)',
			default: defaults.retryBaseSeconds,
			description:
				'How long to wait before the first retry; the wait doubles with each further one',
			min: 0,
			max: 3600,
		},
		retryMaxSeconds: {
			displayName: 'Retry Wait Limit (Seconds)',
			default: defaults.retryMaxSeconds,
			description: 'The longest wait between two tries, unless Bluecore asks for more',
			min: 0,
			max: 3600,
		},
		timeoutSeconds: {
			displayName: 'Timeout (Seconds)',
			default: 30,
			description: 'How long one try may take',
			min: 0.01,
			max: 3600,
		},
	}) satisfies Record<string, NumberOption>;

export const booleanOptions = (defaults: OptionDefaults) =>
	({
		convertBooleans: {
			displayName: 'Convert Booleans',
			default: false,
			description:
				'Whether the texts "true" and "false" in customer attributes become booleans. Bluecore keeps texts as texts.',
		},
		includePayload: {
			displayName: 'Include Payload',
			default: false,
			description: 'Whether the output shows what was sent, without the namespace',
		},
		linkIdentity: {
			displayName: 'Link Identity',
			default: true,
			description:
				'Whether to send the identify event that links an anonymous or user ID to the email, once, before the first message that carries both',
		},
		retryUnknownOutcome: {
			displayName: 'Retry on Unknown Outcome',
			default: defaults.retryUnknownOutcome,
			description:
				'Whether to send again when the connection broke and it is unknown if the first try arrived. What arrived then arrives twice.',
		},
		sendEmptyValues: {
			displayName: 'Send Empty Values',
			default: false,
			description:
				'Whether customer attributes that are empty or null are sent, which erases what Bluecore has. They are left out otherwise.',
		},
		useDraft: {
			displayName: 'Use Draft',
			default: false,
			description: 'Whether to send the draft version of the campaign, for tests',
		},
		validateOnly: {
			displayName: 'Validate Only',
			default: false,
			description: 'Whether to build and check everything and send nothing',
		},
		waitUntilFinal: {
			displayName: 'Wait Until Final',
			default: false,
			description: 'Whether to ask again until the email is delivered or has failed',
		},
	}) satisfies Record<string, BooleanOption>;

export type NumberName = keyof ReturnType<typeof numberOptions>;
export type BooleanName = keyof ReturnType<typeof booleanOptions>;

export const ATTRIBUTE_NAMES: INodeProperties = {
	displayName: 'Attribute Names',
	name: 'attributeNames',
	type: 'options',
	default: 'fix',
	description:
		'What to do with attribute names that Bluecore would ignore in silence: those with capital letters, spaces or dashes',
	options: [
		{
			name: 'Fix',
			value: 'fix',
			description: 'Make them lowercase with underscores: First-Name becomes first_name',
		},
		{ name: 'Reject', value: 'reject', description: 'Refuse the item and say which name it is' },
	],
};
