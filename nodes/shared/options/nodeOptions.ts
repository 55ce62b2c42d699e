import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { DeliverySettings } from '../delivery/deliver';
import { isBlank, isObject, toBoolean, toNumber, toText } from '../values/coerce';
import { isExpression, type Field } from '../values/field';
import type { Report } from '../values/report';
import { readChoice, type Choices } from '../values/readField';
import { describeValue, quoted, splitNames } from '../values/text';
import {
	ATTRIBUTE_NAMES,
	booleanOptions,
	IF_ALREADY_SENT,
	IF_NOT_FOUND,
	NESTED_TRAITS,
	numberOptions,
	TRAITS_TO_SEND,
	type BooleanName,
	type BooleanOption,
	type NumberName,
	type NumberOption,
	type OptionDefaults,
} from './optionDefinitions';

/** The options of a whole run, read from the first item. Times are in milliseconds. */
export interface RunOptions extends Omit<
	DeliverySettings,
	'stopOnFailure' | 'validateResponse' | 'poll' | 'readQuota'
> {
	readonly waitUntilFinal: boolean;
	readonly pollMs: number;
	readonly maxWaitMs: number;
}

/** What happens to names that Bluecore ignores: they are fixed or refused. */
export type AttributeNames = 'fix' | 'reject';

/** What happens to traits that are objects or lists. */
export type NestedTraits = 'leaveOut' | 'send';

/** The options of one item. */
export interface ItemOptions {
	readonly attributeNames: AttributeNames;
	readonly convertBooleans: boolean;
	readonly sendEmptyValues: boolean;
	readonly includePayload: boolean;
	readonly ifAlreadySent: 'fail' | 'return';
	readonly ifNotFound: 'fail' | 'return';
	readonly linkIdentity: boolean;
	/** 0: no limit. */
	readonly maxAgeHours: number;
	readonly nestedTraits: NestedTraits;
	/** Names of traits; empty: all. */
	readonly traitsToSend: readonly string[];
	readonly orderAttributes: boolean;
	readonly useDraft: boolean;
	readonly validateOnly: boolean;
}

/** The options of one node: the collection that it shows, and how its values are read. */
export interface NodeOptions {
	readonly parameter: INodeProperties;
	/** Reads the collection. Problems are reported; an option that is not given has its default. */
	readRun(collection: Field): RunOptions;
	readItem(collection: Field): ItemOptions;
}

/** Builds a node's options from their names; `offered` says which operations have each of them. */
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
			`The option ${displayName} must be ${integer ? 'a whole number' : 'a number'} from ${min} to ${max}, but is ${quoted(raw[name])}`,
			`Set ${displayName} to such a number, or remove the option to use the default, ${fallback}.`,
		);
		return fallback;
	}

	function boolean(raw: IDataObject, name: BooleanName, report: Report): boolean {
		const { displayName, default: fallback } = booleans[name];
		if (isBlank(raw[name])) return fallback;
		const value = toBoolean(raw[name]);
		if (value !== undefined) return value;
		report.problem(
			`The option ${displayName} must be true or false, but is ${quoted(raw[name])}`,
			`Set ${displayName} to true or false, or remove the option to use the default, ${fallback}.`,
		);
		return fallback;
	}

	const parameter = optionsParameter(numbers, booleans, offered);
	const valuesOf = ({ value }: Field): IDataObject =>
		isObject(value) ? (value as IDataObject) : {};

	return {
		parameter,
		readRun(collection) {
			const raw = valuesOf(collection);
			const { report } = collection;
			return {
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
		readItem(collection) {
			const raw = valuesOf(collection);
			const { report } = collection;
			refuseEmptyValidateOnly(raw, collection);
			return {
				attributeNames: choice(raw, collection, ATTRIBUTE_NAMES),
				ifAlreadySent: choice(raw, collection, IF_ALREADY_SENT),
				ifNotFound: choice(raw, collection, IF_NOT_FOUND),
				nestedTraits: choice(raw, collection, NESTED_TRAITS),
				traitsToSend: readTraitsToSend(raw, collection),
				convertBooleans: boolean(raw, 'convertBooleans', report),
				sendEmptyValues: boolean(raw, 'sendEmptyValues', report),
				includePayload: boolean(raw, 'includePayload', report),
				linkIdentity: boolean(raw, 'linkIdentity', report),
				maxAgeHours: number(raw, 'maxAgeHours', report),
				orderAttributes: boolean(raw, 'orderAttributes', report),
				useDraft: boolean(raw, 'useDraft', report),
				validateOnly: boolean(raw, 'validateOnly', report),
			};
		},
	};
}

/** An empty result would mean the default, which is to send; someone who maps this option does not expect that. */
function refuseEmptyValidateOnly({ validateOnly }: IDataObject, { entered, report }: Field): void {
	if (!isObject(entered) || !isExpression(entered.validateOnly) || !isBlank(validateOnly)) return;
	report.problem(
		'The option Validate Only is an expression whose result is empty',
		'Make the expression return true or false for every item, or remove the option to send everything.',
	);
}

/** The value of an option that is a dropdown. */
const choice = <Value extends string>(
	raw: IDataObject,
	{ entered, report }: Field,
	option: Choices<Value> & Pick<INodeProperties, 'name' | 'displayName'>,
): Value =>
	readChoice(
		{
			value: raw[option.name],
			entered: isObject(entered) ? entered[option.name] : undefined,
			label: `The option ${option.displayName}`,
			report,
		},
		option,
	);

/** An empty result of an expression would mean all traits; someone who maps this option does not expect that. */
function readTraitsToSend(raw: IDataObject, { entered, report }: Field): string[] {
	const { name, displayName } = TRAITS_TO_SEND;
	const given = raw[name];
	const text = Array.isArray(given) ? given.join(',') : toText(given);
	const names = splitNames(text ?? '');
	if (text === undefined) {
		report.problem(
			`The option ${displayName} must be text, but is ${describeValue(given)}`,
			'Enter the names of the traits, separated by commas.',
		);
	} else if (names.length === 0 && isObject(entered) && isExpression(entered[name])) {
		report.problem(
			`The option ${displayName} is an expression whose result is empty, so all traits would be sent`,
			'Make the expression return names separated by commas, or remove the option to send all traits.',
		);
	}
	return names;
}

function optionsParameter(
	numbers: Readonly<Record<string, NumberOption>>,
	booleans: Readonly<Record<string, BooleanOption>>,
	offered: Readonly<Record<string, 'all' | readonly string[]>>,
): INodeProperties {
	const all: INodeProperties[] = [
		ATTRIBUTE_NAMES,
		IF_ALREADY_SENT,
		IF_NOT_FOUND,
		NESTED_TRAITS,
		TRAITS_TO_SEND,
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
