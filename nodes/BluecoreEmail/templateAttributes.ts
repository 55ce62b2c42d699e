import type { INodeProperties } from 'n8n-workflow';

import { assignedValue, assignments } from '../shared/attributes/assignments';
import { AUTO_MAP_EXCLUDE, excludedFields } from '../shared/attributes/attributeParameters';
import { saysNothing, warnOfLostDigits } from '../shared/attributes/doubtfulValues';
import type { Item } from '../shared/input/item';
import { showFor } from '../shared/input/showFor';
import { isBrokenLater, refuseBroken } from '../shared/values/brokenText';
import { isBlank } from '../shared/values/coerce';
import { UNREADABLE } from '../shared/values/field';
import { jsonBytes, plainJson, readJsonObject, type JsonValue } from '../shared/values/json';
import { joinList, quoted } from '../shared/values/text';

const TEMPLATE_INPUT: INodeProperties = {
	displayName: 'Template Attributes From',
	name: 'templateAttributesInput',
	type: 'options',
	noDataExpression: true,
	default: 'define',
	description: 'Where the data for the variables of the template comes from',
	options: [
		{ name: 'Fields Below', value: 'define', description: 'Fill in or map each variable' },
		{
			name: 'Input Item (Automatically)',
			value: 'auto',
			description: 'Use every field of the input item, including nested fields',
		},
		{ name: 'JSON', value: 'json', description: 'One JSON object of names and values' },
	],
};
const TEMPLATE_ATTRIBUTES: INodeProperties = {
	displayName: 'Template Attributes',
	name: 'templateAttributes',
	type: 'assignmentCollection',
	default: {},
	description: 'The data for the variables of the template. Drag fields in from the input.',
};
/** A notice, because n8n's editor shows neither the hint nor the description of an assignment collection. */
const TEMPLATE_NOTICE: INodeProperties = {
	displayName: 'Add every variable of the template. If one has no value, leave its value empty.',
	name: 'templateAttributesNotice',
	type: 'notice',
	default: '',
};
const TEMPLATE_JSON: INodeProperties = {
	displayName: 'Template Attributes (JSON)',
	name: 'templateAttributesJson',
	type: 'json',
	default: '',
	placeholder: 'e.g. { "order_number": "1001", "items": [{ "name": "Rain Jacket" }] }',
	hint: 'Add every variable of the template. If one has no value, use null.',
	description: 'The data for the variables of the template as one JSON object',
};

/** Their names are part of the public interface. */
export const TEMPLATE_PARAMETERS: readonly INodeProperties[] = [
	TEMPLATE_INPUT,
	...showFor({ templateAttributesInput: ['define'] }, [TEMPLATE_ATTRIBUTES, TEMPLATE_NOTICE]),
	...showFor({ templateAttributesInput: ['json'] }, [TEMPLATE_JSON]),
	// Customer attributes use the same list, and show it themselves.
	...showFor({ templateAttributesInput: ['auto'], customerAttributesInput: ['define', 'json'] }, [
		AUTO_MAP_EXCLUDE,
	]),
];

type TemplateAttributes = Record<string, JsonValue>;

/** Bluecore's limit for the template attributes, in bytes of JSON in UTF-8. */
export const MAX_TEMPLATE_BYTES = 819_200;

/** The data for the template's variables; names and values are not changed, and null is allowed. Problems are reported. */
export function readTemplateAttributes(item: Item) {
	const attributes = givenTemplateAttributes(item);
	warnOfLostDigits(attributes, item.report);
	for (const [name, value] of Object.entries(attributes)) {
		refuseBroken(value, `Template Attributes: ${quoted(name)}`, item.report);
	}
	const blank = Object.keys(attributes).filter((name) => isBlank(attributes[name]));
	if (blank.length > 0) {
		item.report.warn(
			`Template attributes are blank, so the email shows nothing there: ${joinList(blank)}`,
		);
	}
	const words = Object.keys(attributes).filter((name) => saysNothing(attributes[name]));
	const nulls = words.filter((name) => /^(null|undefined)$/i.test(String(attributes[name]).trim()));
	if (nulls.length > 0) {
		item.report.warn(
			`Template attributes are the word "null" or "undefined", and the email shows this word: ${joinList(nulls)}. To show nothing, leave the value empty`,
		);
	}
	const others = words.filter((name) => !nulls.includes(name));
	if (others.length > 0) {
		const shown = others.map((name) => `${name} ${quoted(attributes[name])}`);
		item.report.warn(
			`Template attributes say that there is no value, and the email shows this: ${joinList(shown)}. To show nothing, leave the value empty`,
		);
	}
	const broken = Object.keys(attributes).filter((name) => isBrokenLater(attributes[name]));
	if (broken.length > 0) {
		item.report.warn(
			`Letters in template attributes were broken when a file was read or converted: ${joinList(broken)}. Read the file as UTF-8, with the option Encoding where it is read`,
		);
	}
	const bytes = jsonBytes(attributes);
	const isTooLarge = bytes > MAX_TEMPLATE_BYTES;
	if (isTooLarge) {
		item.report.problem(
			`Template Attributes have ${bytes.toLocaleString('en-US')} bytes, but Bluecore accepts at most ${MAX_TEMPLATE_BYTES.toLocaleString('en-US')}`,
			`Send less data, especially in ${quoted(largestOf(attributes))}: link to images instead of embedding them, and shorten long HTML.`,
		);
	}
	return { attributes, isTooLarge };
}

const largestOf = (attributes: TemplateAttributes): string => {
	const [[name]] = Object.entries(attributes).sort(
		([, one], [, other]) => jsonBytes(other) - jsonBytes(one),
	);
	return name;
};

function givenTemplateAttributes(item: Item): TemplateAttributes {
	const { field, json, report } = item;
	switch (field(TEMPLATE_INPUT).value) {
		case UNREADABLE:
			return {};
		case 'json':
			return readJsonObject(field(TEMPLATE_JSON)) ?? {};
		case 'auto': {
			const excluded = excludedFields(item);
			const fields = Object.entries(json).filter(
				([name, value]) => value !== undefined && !excluded.has(name),
			);
			const value = Object.fromEntries(fields);
			return (plainJson({ value, label: 'Input item', report }) as TemplateAttributes) ?? {};
		}
		default:
			return definedAttributes(item);
	}
}

function definedAttributes({ field, report }: Item): TemplateAttributes {
	const collection = field(TEMPLATE_ATTRIBUTES);
	const { label } = collection;
	const attributes = new Map<string, JsonValue>();
	for (const row of assignments(collection)) {
		if (row.name === '' || row.name === '__proto__') {
			report.problem(
				`${label}: the name ${quoted(row.name)} cannot be used`,
				'Use the name of the variable in the template.',
			);
		} else if (attributes.has(row.name)) {
			report.problem(`${label}: ${quoted(row.name)} is given twice`, 'Remove one of the two.');
		}
		const value = assignedValue(row, collection);
		if (value !== undefined) attributes.set(row.name, value);
	}
	return Object.fromEntries(attributes);
}
