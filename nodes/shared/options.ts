import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { AttributeNames } from './attributeNames';
import type { ItemSource } from './itemSource';
import { quote, type Report } from './report';
import { isBlank, isObject, toBoolean, toNumber } from './values';

/** Where a node's defaults differ; the others are the same for both. */
export interface OptionDefaults {
	readonly requestsPerSecond: number;
	readonly maxRetries: number;
	readonly retryBaseSeconds: number;
	readonly retryMaxSeconds: number;
	readonly retryUnknownOutcome: boolean;
}

/** What the options say for a whole run; taken from the first item. Times in milliseconds. */
export interface RunOptions {
	readonly validateOnly: boolean;
	readonly maxConcurrency: number;
	readonly requestsPerSecond: number;
	readonly maxRetries: number;
	readonly retryBaseMs: number;
	readonly retryMaxMs: number;
	readonly retryUnknownOutcome: boolean;
	readonly timeoutMs: number;
	readonly waitUntilFinal: boolean;
	readonly pollMs: number;
	readonly maxWaitMs: number;
}

/** What the options say for one item. */
export interface ItemOptions {
	readonly attributeNames: AttributeNames;
	readonly convertBooleans: boolean;
	readonly sendEmptyValues: boolean;
	readonly includePayload: boolean;
	readonly useDraft: boolean;
}

interface NumberOption {
	readonly displayName: string;
	readonly default: number;
	readonly description: string;
	readonly min: number;
	readonly max: number;
	readonly integer?: true;
}

interface BooleanOption {
	readonly displayName: string;
	readonly default: boolean;
	readonly description: string;
}

const numberOptions = (defaults: OptionDefaults) =>
	({
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

const booleanOptions = (defaults: OptionDefaults) =>
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

type NumberName = keyof ReturnType<typeof numberOptions>;
type BooleanName = keyof ReturnType<typeof booleanOptions>;

const ATTRIBUTE_NAMES: INodeProperties = {
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

/** The options of one node: the collection that it shows, and how its values are read. */
export interface NodeOptions {
	readonly parameter: INodeProperties;
	/** What is wrong is reported; an option that is not given has its default. */
	readRun(source: ItemSource, report: Report): RunOptions;
	readItem(source: ItemSource, report: Report): ItemOptions;
}

/** Builds a node's options from their names and, for those that not all operations have, the operations. */
export function nodeOptions(
	defaults: OptionDefaults,
	offered: Readonly<Record<string, 'all' | readonly string[]>>,
): NodeOptions {
	const numbers: Record<NumberName, NumberOption> = numberOptions(defaults);
	const booleans: Record<BooleanName, BooleanOption> = booleanOptions(defaults);

	function number(raw: IDataObject, name: NumberName, report: Report): number {
		const { displayName, default: fallback, min, max, integer } = numbers[name];
		if (isBlank(raw[name])) return fallback;
		const value = toNumber(raw[name]);
		if (value !== undefined && value >= min && value <= max && !(integer && value % 1))
			return value;
		report.problem(
			`The option ${displayName} must be ${integer ? 'a whole number' : 'a number'} from ${min} to ${max}, but is ${quote(raw[name])}`,
			`Set ${displayName} to such a number, or remove the option to have ${fallback}.`,
		);
		return fallback;
	}

	function boolean(raw: IDataObject, name: BooleanName, report: Report): boolean {
		const { displayName, default: fallback } = booleans[name];
		if (isBlank(raw[name])) return fallback;
		const value = toBoolean(raw[name]);
		if (value !== undefined) return value;
		report.problem(
			`The option ${displayName} must be true or false, but is ${quote(raw[name])}`,
			`Set ${displayName} to true or false, or remove the option to have ${fallback}.`,
		);
		return fallback;
	}

	const parameter = optionsParameter(numbers, booleans, offered);
	const valuesOf = (source: ItemSource): IDataObject => {
		const raw = source.read(parameter);
		return isObject(raw) ? (raw as IDataObject) : {};
	};

	return {
		parameter,
		readRun(source, report) {
			const raw = valuesOf(source);
			return {
				validateOnly: boolean(raw, 'validateOnly', report),
				maxConcurrency: number(raw, 'maxConcurrency', report),
				requestsPerSecond: number(raw, 'requestsPerSecond', report),
				maxRetries: number(raw, 'maxRetries', report),
				retryBaseMs: number(raw, 'retryBaseSeconds', report) * 1000,
				retryMaxMs: number(raw, 'retryMaxSeconds', report) * 1000,
				retryUnknownOutcome: boolean(raw, 'retryUnknownOutcome', report),
				timeoutMs: number(raw, 'timeoutSeconds', report) * 1000,
				waitUntilFinal: boolean(raw, 'waitUntilFinal', report),
				pollMs: number(raw, 'pollSeconds', report) * 1000,
				maxWaitMs: number(raw, 'maxWaitMinutes', report) * 60_000,
			};
		},
		readItem(source, report) {
			const raw = valuesOf(source);
			return {
				attributeNames: readAttributeNames(raw, report),
				convertBooleans: boolean(raw, 'convertBooleans', report),
				sendEmptyValues: boolean(raw, 'sendEmptyValues', report),
				includePayload: boolean(raw, 'includePayload', report),
				useDraft: boolean(raw, 'useDraft', report),
			};
		},
	};
}

function readAttributeNames({ attributeNames }: IDataObject, report: Report): AttributeNames {
	if (attributeNames === 'reject') return 'reject';
	if (attributeNames !== 'fix' && !isBlank(attributeNames)) {
		report.problem(
			`The option Attribute Names must be fix or reject, but is ${quote(attributeNames)}`,
			'Choose one of the two.',
		);
	}
	return 'fix';
}

function optionsParameter(
	numbers: Readonly<Record<string, NumberOption>>,
	booleans: Readonly<Record<string, BooleanOption>>,
	offered: Readonly<Record<string, 'all' | readonly string[]>>,
): INodeProperties {
	const all: INodeProperties[] = [
		ATTRIBUTE_NAMES,
		...Object.entries(numbers).map(([name, { min, max, integer, ...texts }]): INodeProperties => ({
			...texts,
			name,
			type: 'number',
			typeOptions: { minValue: min, maxValue: max, ...(!integer && { numberPrecision: 3 }) },
		})),
		...Object.entries(booleans).map(([name, texts]): INodeProperties => ({
			...texts,
			name,
			type: 'boolean',
		})),
	];
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: all
			.filter(({ name }) => name in offered)
			.sort((a, b) => a.displayName.localeCompare(b.displayName))
			.map((option) => {
				const operations = offered[option.name];
				return operations === 'all'
					? option
					: { ...option, displayOptions: { show: { '/operation': [...operations] } } };
			}),
	};
}
