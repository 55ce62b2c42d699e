import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { Item } from '../input/item';
import { pathIn } from '../input/missingValue';
import { showFor } from '../input/showFor';
import { isEmail, readText, UNREADABLE, type Field } from '../values/field';
import { parseJson, plainJson, readJsonObject, readNames, type JsonValue } from '../values/json';
import {
	describeType,
	describeValue,
	fixName,
	lettersOf,
	quoted,
	saysNothing,
} from '../values/text';
import { hasToJson, isBlank, isObject, rowsIn, toBoolean, toNumber, toText } from '../values/value';
import { isSecret, type GivenAttribute } from './customerAttributes';
import { withoutApostrophe } from './doubtfulValues';

/** The attributes that Bluecore accounts usually have (its integrations' default fields), as label and placeholder. */
const USUAL_ATTRIBUTES: Readonly<
	Record<string, Pick<INodeProperties, 'displayName' | 'placeholder' | 'description'>>
> = {
	birthday: {
		displayName: 'Birthday',
		placeholder: 'e.g. 1990-05-17',
		description:
			"Only if your account has a column birthday. Bluecore's own attributes are birthday_day (1 to 31) and birthday_month (1 to 12): add them to Custom Attributes.",
	},
	city: { displayName: 'City', placeholder: 'e.g. Portland' },
	country: { displayName: 'Country', placeholder: 'e.g. US' },
	first_name: { displayName: 'First Name', placeholder: 'e.g. Jane' },
	gender: { displayName: 'Gender', placeholder: 'e.g. female' },
	last_name: { displayName: 'Last Name', placeholder: 'e.g. Doe' },
	phone: { displayName: 'Phone', placeholder: 'e.g. +1 503 555 0100' },
	state: { displayName: 'State', placeholder: 'e.g. OR' },
	zip: { displayName: 'ZIP', placeholder: 'e.g. 97201' },
};

/** The columns that Bluecore accounts usually have. Tracking messages have the gender as sex, too. */
export const USUAL_COLUMNS: ReadonlySet<string> = new Set([
	...['email', 'sex'],
	...Object.keys(USUAL_ATTRIBUTES),
]);

/** Fields of an input item that identify the customer and are no attributes, in whatever spelling: `E-Mail` too. */
const IDENTITY_FIELDS: ReadonlySet<string> = new Set(['email', 'distinctid']);

/** Parameters that identify the customer: a field that one of them takes as it is, such as `E-Mail-Adresse`, is no attribute. */
const IDENTITY_PARAMETERS = ['email', 'distinctId', 'phone'];
/** Fields that the Chat Trigger and AI agents put into an item; one of the first two shows that it is theirs. */
const CHAT_FIELDS = ['chatInput', 'toolCallId', 'sessionId', 'action'] as const;
/** Fields of the Schedule Trigger; the first shows that they are its own. */
const SCHEDULE_FIELDS = [
	...['Readable date', 'Readable time', 'Day of week', 'Day of month', 'timestamp', 'Timezone'],
	...['Year', 'Month', 'Hour', 'Minute', 'Second'],
];
/** Fields that n8n's Webhook, Form Trigger, Form, Google Sheets and Evaluation Trigger add to what they received, and no data has. */
const N8N_FIELDS = [
	...['row_number', '_rowsLeft', 'webhookUrl', 'executionMode', 'resumeUrl', 'resumeFormUrl'],
	...['formMode', 'formQueryParameters', 'submittedAt', 'instanceId'],
];
/** What n8n calls a column of an Excel file that has no name. */
const NAMELESS = /^__EMPTY(?:_\d+)?$/;
/** Fields of an error item that an earlier run of a node has output. */
const FAILURE_FIELDS = ['error', 'advice'] as const;

/** The choice where attributes come from; `define` and `auto` describe its first two options. */
export const attributesFrom = (
	texts: Pick<INodeProperties, 'displayName' | 'name' | 'description'>,
	define: string,
	auto: string,
): INodeProperties => ({
	...texts,
	type: 'options',
	noDataExpression: true,
	default: 'define',
	options: [
		{ name: 'Fields Below', value: 'define', description: define },
		{ name: 'Input Item (Automatically)', value: 'auto', description: auto },
		{ name: 'JSON', value: 'json', description: 'One JSON object of names and values' },
	],
});

const INPUT = attributesFrom(
	{
		displayName: 'Customer Attributes From',
		name: 'customerAttributesInput',
		description: 'Where the attributes of the customer come from',
	},
	'Fill in or map each attribute',
	'Use every text, number and boolean field of the input item as an attribute',
);
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
	description: 'Any other attributes of the customer. Drag fields in from the input.',
};
/** A notice, because n8n's editor shows neither the hint nor the description of an assignment collection. */
const CUSTOM_NOTICE: INodeProperties = {
	displayName:
		'A new name in Custom Attributes becomes a permanent column in your Bluecore account.',
	name: 'customAttributesNotice',
	type: 'notice',
	default: '',
};
export const AUTO_MAP_EXCLUDE: INodeProperties = {
	displayName: 'Fields to Leave Out',
	name: 'autoMapExclude',
	type: 'string',
	default: '',
	placeholder: 'e.g. row_number, internal_notes',
	description: 'Names of the input fields that are not sent, separated by commas',
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

/** The parameters for customer attributes. Their names are part of the public interface. */
export const CUSTOMER_ATTRIBUTE_PARAMETERS: readonly INodeProperties[] = [
	INPUT,
	...showFor({ customerAttributesInput: ['define'] }, [USUAL, CUSTOM, CUSTOM_NOTICE]),
	...showFor({ customerAttributesInput: ['auto'] }, [
		{
			...AUTO_MAP_EXCLUDE,
			hint: 'New names of customer attributes become permanent columns in your Bluecore account',
		},
	]),
	...showFor({ customerAttributesInput: ['json'] }, [JSON_OBJECT]),
];

/** The customer attributes from the node's parameters for an item. Problems are reported. */
export function givenAttributes(item: Item): GivenAttribute[] {
	switch (item.field(INPUT).value) {
		case UNREADABLE:
			return [];
		case 'json':
			return Object.entries(readJsonObject(item.field(JSON_OBJECT)) ?? {});
		case 'auto':
			return inputFields(item);
		default:
			return [...usualAttributes(item), ...assignments(item.field(CUSTOM)).map(customAttribute)];
	}
}

function usualAttributes({ field, report }: Item): GivenAttribute[] {
	const { value: collection } = field(USUAL);
	if (!isObject(collection)) return [];
	return Object.entries(collection).map(([name, value]) => {
		if (value === undefined || value === null) return [name, value];
		const label = Object.hasOwn(USUAL_ATTRIBUTES, name) ? USUAL_ATTRIBUTES[name].displayName : name;
		const text = readText({ value, label, report }, 'optional');
		return [name, text, label, typeof value === 'number'];
	});
}

/** A custom attribute with its value in its type. What says that there is no value has none of any type, and is left out later. */
function customAttribute({ name, field, read }: Assignment): GivenAttribute {
	const given = withoutApostrophe(fixName(name), field.value);
	const isNone = given === undefined || saysNothing(given);
	const value = isNone ? (given as string | undefined) : read(given);
	return [name, value, field.label, typeof field.value === 'number'];
}

/** Remembered per item, because an email leaves them out of both kinds of attributes and a problem must be reported once. */
const excludedOf = new WeakMap<Item, ReadonlySet<string>>();

/** The item's fields to leave out: `internal_notes` and `InternalNotes` also match `Internal Notes`. */
export function excludedFields(item: Item): ReadonlySet<string> {
	const known = excludedOf.get(item);
	if (known) return known;
	const names = readNames(item.field(AUTO_MAP_EXCLUDE), ', so every field would be sent');
	const spelled = new Set(names.map(lettersOf));
	const excluded = new Set(
		Object.keys(item.json).filter((name) => names.includes(name) || spelled.has(lettersOf(name))),
	);
	excludedOf.set(item, excluded);
	return excluded;
}

function inputFields(item: Item): GivenAttribute[] {
	const { json, report } = item;
	const excluded = excludedFields(item);
	const added = addedFields(json).filter(
		(name) => Object.hasOwn(json, name) && !excluded.has(name),
	);
	// A column whose name is an address is one of a file without headings, which is refused by the check of its name.
	const identity = item.fieldsOf(IDENTITY_PARAMETERS).filter((name) => !isEmail(name));
	const noAttributes = new Set([...excluded, ...added, ...identity]);
	const nested: string[] = [];
	const secret: string[] = [];
	const given: GivenAttribute[] = [];
	for (const [name, value] of Object.entries(json)) {
		if (noAttributes.has(name) || IDENTITY_FIELDS.has(lettersOf(name))) continue;
		if (isSecret(name, value)) {
			secret.push(name);
			continue;
		}
		// Databases give dates as objects that know their text.
		const own: unknown = hasToJson(value) ? value.toJSON() : value;
		if (typeof own === 'object' && own !== null) {
			nested.push(name);
			continue;
		}
		const label = `Input field ${quoted(name)}`;
		given.push([name, own === undefined ? own : plainJson({ value: own, label, report }), label]);
	}
	report.warnOfAttributes(
		'Fields that a trigger, a chat, an AI agent or an earlier run added to the item are not mapped automatically and were left out: ',
		added,
		'. Rename a field if it is an attribute of the customer',
	);
	report.warnOfAttributes(
		'Nested fields are not mapped automatically and were left out: ',
		nested,
		'. To send one of their values, put it into a field of its own before this node',
	);
	report.warnOfAttributes(
		'Fields that look like secrets are not mapped automatically and were left out: ',
		secret,
		'. Name them in Fields to Leave Out, or rename a field if it is an attribute of the customer',
	);
	return given;
}

/** Names of fields that n8n's nodes, a chat, an AI agent or an earlier run add to an item; they say nothing about the customer. */
function addedFields(json: IDataObject): string[] {
	const isOfChat = CHAT_FIELDS.slice(0, 2).some((name) => Object.hasOwn(json, name));
	const hasFailed = FAILURE_FIELDS.every((name) => typeof json[name] === 'string');
	return [
		...N8N_FIELDS,
		...Object.keys(json).filter((name) => NAMELESS.test(name)),
		...(Object.hasOwn(json, SCHEDULE_FIELDS[0]) ? SCHEDULE_FIELDS : []),
		...(isOfChat ? CHAT_FIELDS : []),
		...(hasFailed ? FAILURE_FIELDS : []),
	];
}

/** The rows of an assignment collection, as n8n stores them: `{ assignments: [{ id, name, type, value }] }`. */
export function assignments(collection: Field) {
	const enteredRows = rowsIn(collection.entered, 'assignments');
	return rowsIn(collection.value, 'assignments').map((row, index) => {
		const name = toText(row.name) ?? '';
		const field: Field = {
			...collection,
			value: row.value,
			entered: enteredRows.at(index)?.value,
			label: `${collection.label}: ${quoted(name)}`,
		};
		const { type } = row;
		/** Reads the value of the row, or another one, in its type. */
		const read = (value = row.value) => assignedValue({ ...field, value }, type);
		return { name, type, field, read };
	});
}

type Assignment = ReturnType<typeof assignments>[number];

/** The types of an assignment that are single values other than texts. */
const SINGLE_VALUES = {
	number: {
		read: toNumber,
		what: 'a number',
		fix: 'Write numbers with a decimal point and without thousands separators, such as 1250.50, or choose the type String.',
	},
	boolean: {
		read: toBoolean,
		what: 'true or false',
		fix: 'Use true or false, or choose the type String.',
	},
} as const;

/**
 * Reads the value of a row in its type, so that `"12.50"` from a CSV column becomes a number if the row says Number. Blank values
 * are not changed. Undefined, and reported, if the value does not fit.
 */
function assignedValue(field: Field, type: unknown): JsonValue | undefined {
	const { value, entered, label, report, explain } = field;
	if (value === undefined) {
		return report.problem(
			`${label} has no value: ${explain?.(entered) || 'its field does not exist in this item'}`,
			`If the value may be missing, write ${orNull(entered)} to send null. Otherwise drag the field in again.`,
		);
	}
	if (isBlank(value)) return value;
	if (type === 'array' || type === 'object') return structured(type, field);
	if (type === 'number' || type === 'boolean') return singleValue(type, field);
	const isWrittenOut = typeof value === 'number' || typeof value === 'boolean';
	return (isWrittenOut ? toText(value) : undefined) ?? plainJson(field);
}

function singleValue(type: keyof typeof SINGLE_VALUES, { value, label, report }: Field) {
	const { read, what, fix } = SINGLE_VALUES[type];
	const fitting = read(value);
	if (fitting === undefined) {
		report.problem(`${label} must be ${what}, but is ${describeValue(value)}`, fix);
	}
	return fitting;
}

/** An array or an object, also from JSON text. */
function structured(type: 'array' | 'object', field: Field): JsonValue | undefined {
	const { value, label, report } = field;
	const data = typeof value === 'string' ? parseJson(value, { label, report }) : value;
	if (data === undefined) return undefined;
	if (type === 'array' ? Array.isArray(data) : isObject(data)) {
		return plainJson({ value: data, label, report });
	}
	return report.problem(
		`${label} must be an ${type}, but is ${describeType(data)}`,
		`Use an ${type}, or choose another type.`,
	);
}

/** An expression that gives null where the field that it reads does not exist. */
function orNull(entered: unknown): string {
	const [first, ...rest] = pathIn(entered) ?? ['field'];
	const step = (name: string) =>
		/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
	const steps = rest.map((name) => `?.${step(name).replace(/^\./, '')}`).join('');
	return `{{ $json${step(first)}${steps} ?? null }}`;
}
