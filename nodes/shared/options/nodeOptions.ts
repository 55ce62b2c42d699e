import type { INodeProperties } from 'n8n-workflow';

import { fieldIn, readChoice, refuseEmptyExpression, type Field } from '../values/field';
import { readNames } from '../values/json';
import { describeValue } from '../values/text';
import { isBlank, isObject, toBoolean, toNumber } from '../values/value';
import { OPTIONS, type OptionDefinition } from './optionDefinitions';

type OptionName = keyof typeof OPTIONS;

type ValueOf<Definition> = Definition extends { type: 'number' }
	? number
	: Definition extends { type: 'boolean' }
		? boolean
		: Definition extends { options: ReadonlyArray<{ readonly value: infer Value }> }
			? Value
			: readonly string[];

type OptionValues = { readonly [Name in OptionName]: ValueOf<(typeof OPTIONS)[Name]> };

/** The options that are the same for a whole run. */
const OF_RUN = [
	...(['maxConcurrency', 'requestsPerSecond', 'maxRetries', 'retryBaseSeconds'] as const),
	...(['retryMaxSeconds', 'retryUnknownOutcome', 'timeoutSeconds', 'waitUntilFinal'] as const),
	...(['pollSeconds', 'maxWaitMinutes'] as const),
];

/** The options of a whole run, read from the first item. */
type RunOptions = Pick<OptionValues, (typeof OF_RUN)[number]>;

export type ItemOptions = Omit<OptionValues, (typeof OF_RUN)[number]>;

/** The options that all operations of all nodes have. */
const EVERYWHERE: ReadonlySet<string> = new Set<OptionName>([
	...(['maxConcurrency', 'requestsPerSecond', 'timeoutSeconds', 'validateOnly'] as const),
	...(['maxRetries', 'retryBaseSeconds', 'retryMaxSeconds'] as const),
]);

/**
 * Builds a node's options from their names; `changes` says what differs from the other nodes, and `offered` which operations have
 * the options that not all have.
 */
export function nodeOptions(
	changes: Readonly<
		Partial<
			Record<OptionName, { readonly default?: number | boolean; readonly description?: string }>
		>
	>,
	offered: Readonly<Partial<Record<OptionName, 'all' | readonly string[]>>>,
) {
	const names = Object.keys(OPTIONS) as OptionName[];
	const definitions = Object.fromEntries(
		names.map((name) => [name, { ...OPTIONS[name], ...changes[name] }]),
	) as Record<OptionName, OptionDefinition>;
	const ofItem = names.filter((name) => !OF_RUN.some((other) => other === name));
	/** Reads some options of the collection. Problems are reported; an option that is not given has its default. */
	const reader =
		<Values>(wanted: readonly OptionName[]) =>
		(collection: Field): Values => {
			const values: Partial<Record<OptionName, unknown>> = {};
			const given = isObject(collection.value) ? collection.value : {};
			for (const name of wanted) {
				const definition = definitions[name];
				if (name in given) values[name] = readOption(collection, name, definition);
				else values[name] = 'ifEmpty' in definition ? [] : definition.default;
			}
			return values as Values;
		};
	return {
		parameter: optionsParameter(definitions, offered),
		readRun: reader<RunOptions>(OF_RUN),
		readItem: reader<ItemOptions>(ofItem),
	};
}

/** The options of one node: the collection that it shows, and how its values are read. */
export type NodeOptions = ReturnType<typeof nodeOptions>;

function readOption(collection: Field, name: string, definition: OptionDefinition) {
	const option = fieldIn(collection, { name, displayName: `The option ${definition.displayName}` });
	switch (definition.type) {
		case 'options':
			return readChoice(option, definition);
		case 'string':
		case 'hidden':
			return readNames(option, `, ${definition.ifEmpty}`);
		default:
			return readScalar(option, definition);
	}
}

function readScalar(
	option: Field,
	definition: Extract<OptionDefinition, { type: 'number' | 'boolean' }>,
): number | boolean {
	const { displayName, default: fallback } = definition;
	if (isBlank(option.value)) {
		refuseEmptyExpression(option, `, so it would be ${fallback}`);
		return fallback;
	}
	const isNumber = definition.type === 'number';
	const value = isNumber ? numberWithin(option.value, definition) : toBoolean(option.value);
	if (value !== undefined) return value;
	const what = isNumber
		? `${isWhole(definition) ? 'a whole number' : 'a number'} from ${definition.typeOptions.minValue} to ${definition.typeOptions.maxValue}`
		: 'true or false';
	option.report.problem(
		`${option.label} must be ${what}, but is ${describeValue(option.value)}`,
		`Set ${displayName} to ${isNumber ? 'such a number' : what}, or remove the option to use the default, ${fallback}.`,
	);
	return fallback;
}

type NumberOption = Extract<OptionDefinition, { type: 'number' }>;

const isWhole = ({ typeOptions }: NumberOption) => typeOptions.numberPrecision === undefined;

function numberWithin(given: unknown, option: NumberOption): number | undefined {
	const value = toNumber(given) ?? NaN;
	const { minValue, maxValue } = option.typeOptions;
	const isAllowed = Number.isInteger(value) || !isWhole(option);
	return isAllowed && value >= minValue && value <= maxValue ? value : undefined;
}

function optionsParameter(
	definitions: Readonly<Record<string, OptionDefinition>>,
	offered: Readonly<Partial<Record<string, 'all' | readonly string[]>>>,
): INodeProperties {
	const options = Object.entries(definitions).flatMap(([name, definition]): INodeProperties[] => {
		const operations = EVERYWHERE.has(name) ? 'all' : offered[name];
		if (!operations) return [];
		const show = operations === 'all' ? undefined : { '/operation': [...operations] };
		return [{ ...propertyOf(name, definition), ...(show && { displayOptions: { show } }) }];
	});
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: options.sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}

function propertyOf(name: string, definition: OptionDefinition): INodeProperties {
	if (definition.type === 'options') {
		return { ...definition, name, options: [...definition.options] };
	}
	if (!('ifEmpty' in definition)) return { ...definition, name };
	const { type, displayName, description, placeholder } = definition;
	return { type, displayName, description, placeholder, name, default: '' };
}
