import type { INodeProperties } from 'n8n-workflow';

import type { DeliverySettings } from '../delivery/deliver';
import { isBlank, toBoolean, toNumber } from '../values/coerce';
import { fieldIn, refuseEmptyExpression, type Field } from '../values/field';
import { readChoice, readNames, type Choices } from '../values/readField';
import { quoted } from '../values/text';
import {
	ATTRIBUTE_NAMES,
	booleanOptions,
	CURRENCY,
	IF_ALREADY_SENT,
	IF_NOT_FOUND,
	MONEY_FROM,
	NESTED_TRAITS,
	numberOptions,
	TRAITS_TO_SEND,
	UNPAID_ORDERS,
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
	/** Codes of currencies; empty: all. */
	readonly currency: readonly string[];
	readonly moneyFrom: 'customer' | 'shop';
	readonly unpaidOrders: 'holdBack' | 'record';
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

	const optionIn = (collection: Field, name: string, displayName: string) =>
		fieldIn(collection, { name, displayName: `The option ${displayName}` });

	function number(collection: Field, name: NumberName): number {
		const { displayName, default: fallback, min, max, integer } = numbers[name];
		const option = optionIn(collection, name, displayName);
		if (isBlank(option.value)) {
			refuseEmptyExpression(option, `, so it would be ${fallback}`);
			return fallback;
		}
		const value = toNumber(option.value);
		if (value !== undefined && value >= min && value <= max && !(integer && value % 1))
			return value;
		collection.report.problem(
			`The option ${displayName} must be ${integer ? 'a whole number' : 'a number'} from ${min} to ${max}, but is ${quoted(option.value)}`,
			`Set ${displayName} to such a number, or remove the option to use the default, ${fallback}.`,
		);
		return fallback;
	}

	function boolean(collection: Field, name: BooleanName): boolean {
		const { displayName, default: fallback } = booleans[name];
		const option = optionIn(collection, name, displayName);
		if (isBlank(option.value)) {
			refuseEmptyExpression(option, `, so it would be ${fallback}`);
			return fallback;
		}
		const value = toBoolean(option.value);
		if (value !== undefined) return value;
		collection.report.problem(
			`The option ${displayName} must be true or false, but is ${quoted(option.value)}`,
			`Set ${displayName} to true or false, or remove the option to use the default, ${fallback}.`,
		);
		return fallback;
	}

	const choice = <Value extends string>(
		collection: Field,
		option: Choices<Value> & Pick<INodeProperties, 'name' | 'displayName'>,
	): Value => readChoice(optionIn(collection, option.name, option.displayName), option);

	const parameter = optionsParameter(numbers, booleans, offered);

	return {
		parameter,
		readRun(collection) {
			return {
				maxConcurrency: number(collection, 'maxConcurrency'),
				requestsPerSecond: number(collection, 'requestsPerSecond'),
				maxRetries: number(collection, 'maxRetries'),
				retryBaseMs: number(collection, 'retryBaseSeconds') * 1000,
				retryMaxMs: number(collection, 'retryMaxSeconds') * 1000,
				retryUnknownOutcome: boolean(collection, 'retryUnknownOutcome'),
				timeoutMs: number(collection, 'timeoutSeconds') * 1000,
				waitUntilFinal: boolean(collection, 'waitUntilFinal'),
				pollMs: number(collection, 'pollSeconds') * 1000,
				maxWaitMs: number(collection, 'maxWaitMinutes') * 60_000,
			};
		},
		readItem(collection) {
			return {
				attributeNames: choice(collection, ATTRIBUTE_NAMES),
				ifAlreadySent: choice(collection, IF_ALREADY_SENT),
				ifNotFound: choice(collection, IF_NOT_FOUND),
				nestedTraits: choice(collection, NESTED_TRAITS),
				traitsToSend: readNames(
					optionIn(collection, TRAITS_TO_SEND.name, TRAITS_TO_SEND.displayName),
					', so all traits would be sent',
				),
				currency: readNames(
					optionIn(collection, CURRENCY.name, CURRENCY.displayName),
					', so orders in all currencies would be sent',
				),
				moneyFrom: choice(collection, MONEY_FROM),
				unpaidOrders: choice(collection, UNPAID_ORDERS),
				convertBooleans: boolean(collection, 'convertBooleans'),
				sendEmptyValues: boolean(collection, 'sendEmptyValues'),
				includePayload: boolean(collection, 'includePayload'),
				linkIdentity: boolean(collection, 'linkIdentity'),
				maxAgeHours: number(collection, 'maxAgeHours'),
				orderAttributes: boolean(collection, 'orderAttributes'),
				useDraft: boolean(collection, 'useDraft'),
				validateOnly: boolean(collection, 'validateOnly'),
			};
		},
	};
}

function optionsParameter(
	numbers: Readonly<Record<string, NumberOption>>,
	booleans: Readonly<Record<string, BooleanOption>>,
	offered: Readonly<Record<string, 'all' | readonly string[]>>,
): INodeProperties {
	const all: INodeProperties[] = [
		ATTRIBUTE_NAMES,
		CURRENCY,
		IF_ALREADY_SENT,
		IF_NOT_FOUND,
		MONEY_FROM,
		NESTED_TRAITS,
		TRAITS_TO_SEND,
		UNPAID_ORDERS,
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
