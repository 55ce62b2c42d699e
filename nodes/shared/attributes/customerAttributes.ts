import type { INodeProperties } from 'n8n-workflow';

import { assignedValue, assignments } from './assignments';
import { AttributeSet, fixName, type AttributeNames } from './attributeNames';
import { UNREADABLE, type ItemSource } from '../input/item';
import { plainJson, type JsonValue } from '../values/plainJson';
import { showFor, splitNames } from '../input/showFor';
import { list, quote, type Report } from '../values/report';
import { isBlank, isObject, readJsonObject, readText, toText } from '../values/values';

export type CustomerAttributes = Record<string, JsonValue>;

/** The attributes that Bluecore accounts usually have (its integrations' default fields), as label and placeholder. */
const USUAL_ATTRIBUTES = {
	birthday: { displayName: 'Birthday', placeholder: 'e.g. 1990-05-17' },
	city: { displayName: 'City', placeholder: 'e.g. Portland' },
	country: { displayName: 'Country', placeholder: 'e.g. US' },
	first_name: { displayName: 'First Name', placeholder: 'e.g. Jane' },
	gender: { displayName: 'Gender', placeholder: 'e.g. female' },
	last_name: { displayName: 'Last Name', placeholder: 'e.g. Doe' },
	phone: { displayName: 'Phone', placeholder: 'e.g. +1 503 555 0100' },
	state: { displayName: 'State', placeholder: 'e.g. OR' },
	zip: { displayName: 'ZIP', placeholder: 'e.g. 97201' },
} as const;

/** Fields of an input item that say who the customer is; automatic mapping takes no attributes from them. */
const IDENTITY_FIELDS: ReadonlySet<string> = new Set(['email', 'distinct_id']);

const INPUT: INodeProperties = {
	displayName: 'Customer Attributes From',
	name: 'customerAttributesInput',
	type: 'options',
	noDataExpression: true,
	default: 'define',
	description: 'Where the attributes of the customer come from',
	options: [
		{ name: 'Fields Below', value: 'define', description: 'Fill in or map each attribute' },
		{
			name: 'Input Item (Automatically)',
			value: 'auto',
			description: 'Every text, number and boolean field of the input item is an attribute',
		},
		{ name: 'JSON', value: 'json', description: 'One JSON object of names and values' },
	],
};
const USUAL: INodeProperties = {
	displayName: 'Customer Attributes',
	name: 'customerAttributes',
	type: 'collection',
	placeholder: 'Add Attribute',
	default: {},
	options: Object.entries(USUAL_ATTRIBUTES).map(([name, texts]) => ({
		...texts,
		name,
		type: 'string',
		default: '',
	})),
};
const CUSTOM: INodeProperties = {
	displayName: 'Custom Attributes',
	name: 'customAttributes',
	type: 'assignmentCollection',
	default: {},
	hint: 'A new name becomes a permanent column in your Bluecore account',
	description: 'Any other attributes of the customer. Drag fields in from the input.',
};
export const AUTO_MAP_EXCLUDE: INodeProperties = {
	displayName: 'Fields to Leave Out',
	name: 'autoMapExclude',
	type: 'string',
	default: '',
	placeholder: 'e.g. row_number, internal_notes',
	description: 'Names of input fields, separated by commas, that are not sent',
};
const JSON_OBJECT: INodeProperties = {
	displayName: 'Customer Attributes (JSON)',
	name: 'customerAttributesJson',
	type: 'json',
	default: '',
	placeholder: 'e.g. { "loyalty_tier": "gold", "vip": true }',
	hint: 'A new name becomes a permanent column in your Bluecore account',
	description: 'The attributes of the customer as one JSON object',
};

/** The parameters by which customer attributes are given. Names are part of the public interface. */
export const CUSTOMER_ATTRIBUTE_PARAMETERS: readonly INodeProperties[] = [
	INPUT,
	...showFor({ customerAttributesInput: ['define'] }, [USUAL, CUSTOM]),
	...showFor({ customerAttributesInput: ['auto'] }, [
		{
			...AUTO_MAP_EXCLUDE,
			hint: 'New names of customer attributes become permanent columns in your Bluecore account',
		},
	]),
	...showFor({ customerAttributesInput: ['json'] }, [JSON_OBJECT]),
];

export interface AttributeRules {
	readonly attributeNames: AttributeNames;
	/** Make the texts true and false booleans. */
	readonly convertBooleans: boolean;
	/** Send empty text and null, which erase what Bluecore has. */
	readonly sendEmptyValues: boolean;
	/** Names that Bluecore takes from nobody. */
	readonly protectedNames?: ReadonlySet<string>;
}

/**
 * The customer attributes of one item under names that Bluecore takes, without its identity. Values that cannot be sent and names
 * that Bluecore would ignore are reported.
 */
export function readCustomerAttributes(
	source: ItemSource,
	rules: AttributeRules,
	report: Report,
): CustomerAttributes {
	const names = new AttributeSet(
		rules.attributeNames,
		(name) => rules.protectedNames?.has(name) ?? false,
		report,
	);
	const attributes: CustomerAttributes = {};
	const textBooleans: string[] = [];
	const empty: string[] = [];
	const unusual: string[] = [];

	for (const [original, raw] of givenAttributes(source, report)) {
		// A column of a file that has neither a name nor a value is none.
		if (original.trim() === '' && isBlank(raw)) continue;
		const name = names.claim(original);
		if (name === undefined) continue;
		if (!/^[a-z0-9_]+$/.test(name)) unusual.push(name);
		if (isBlank(raw)) {
			if (!rules.sendEmptyValues || raw === undefined) continue;
			empty.push(name);
		}
		const isTextBoolean = typeof raw === 'string' && /^\s*(true|false)\s*$/i.test(raw);
		if (isTextBoolean && !rules.convertBooleans) textBooleans.push(name);
		attributes[name] =
			isTextBoolean && rules.convertBooleans ? raw.trim().toLowerCase() === 'true' : raw;
	}

	if (textBooleans.length > 0) {
		report.warn(
			`Bluecore stores the text "true" or "false" as text, not as a boolean: ${list(textBooleans)}. Turn on the option Convert Booleans if these are booleans`,
		);
	}
	if (unusual.length > 0) {
		report.warn(
			`Bluecore may ignore attribute names with other letters than a to z: ${list(unusual)}. Rename the fields`,
		);
	}
	if (empty.length > 0) {
		report.warn(`Empty values were given and erase what Bluecore has: ${list(empty)}`);
	}
	return attributes;
}

type Given = Array<[name: string, value: JsonValue | undefined]>;

function givenAttributes(source: ItemSource, report: Report): Given {
	const input = source.read(INPUT);
	switch (input) {
		case UNREADABLE:
			return [];
		case 'json':
			return Object.entries(readJsonObject(source, JSON_OBJECT, report) ?? {}) as Given;
		case 'auto':
			return inputFields(source, report);
		default:
			return [...usualAttributes(source, report), ...customAttributes(source, report)];
	}
}

function usualAttributes(source: ItemSource, report: Report): Given {
	const raw = source.read(USUAL);
	if (!isObject(raw)) return [];
	return Object.entries(raw).map(([name, value]) => {
		if (value === undefined || value === null) return [name, value];
		const text = typeof value === 'string' ? value : toText(value);
		if (text === undefined) {
			const label =
				name in USUAL_ATTRIBUTES
					? USUAL_ATTRIBUTES[name as keyof typeof USUAL_ATTRIBUTES].displayName
					: name;
			report.problem(`${label} must be text`, `Map a single value to ${label}.`);
		}
		return [name, text];
	});
}

function customAttributes(source: ItemSource, report: Report): Given {
	return assignments(source.read(CUSTOM)).map((row) => [
		row.name,
		row.value === undefined ? undefined : assignedValue(row, CUSTOM.displayName, report),
	]);
}

/**
 * The fields to leave out. A name that no field of the item has stands for the one that it would be once fixed:
 * `internal_notes` for `Internal Notes`.
 */
function excludedFields(source: ItemSource, report: Report): ReadonlySet<string> {
	const names = splitNames(readText(source, AUTO_MAP_EXCLUDE, report, 'optional'));
	const fields = Object.keys(source.json);
	return new Set(
		names.flatMap((name) =>
			Object.hasOwn(source.json, name)
				? [name]
				: fields.filter((field) => fixName(field) === fixName(name)),
		),
	);
}

function inputFields(source: ItemSource, report: Report): Given {
	const excluded = excludedFields(source, report);
	const nested: string[] = [];
	const given: Given = [];
	for (const [name, value] of Object.entries(source.json)) {
		if (excluded.has(name) || IDENTITY_FIELDS.has(fixName(name))) continue;
		if (typeof value === 'object' && value !== null) nested.push(name);
		else
			given.push([
				name,
				value === undefined ? value : plainJson(value, `Input field ${quote(name)}`, report),
			]);
	}
	if (nested.length > 0) {
		report.warn(
			`Nested fields are not mapped automatically and were left out: ${list(nested)}. Map what you need of them in a field of its own`,
		);
	}
	return given;
}
