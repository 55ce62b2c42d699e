import { assignedValue, assignments } from '../shared/attributes/assignments';
import { excludedFields } from '../shared/attributes/attributeParameters';
import type { Item } from '../shared/input/item';
import { saysNothing } from '../shared/attributes/doubtfulValues';
import { isBrokenLater, refuseBroken } from '../shared/values/brokenText';
import { isBlank } from '../shared/values/coerce';
import { UNREADABLE } from '../shared/values/field';
import { jsonBytes, plainJson, type JsonValue } from '../shared/values/plainJson';
import { readJsonObject } from '../shared/values/readField';
import { warnOfLostDigits } from '../shared/values/readId';
import { joinList, quoted } from '../shared/values/text';
import { TEMPLATE_ATTRIBUTES, TEMPLATE_INPUT, TEMPLATE_JSON } from './emailProperties';

type TemplateAttributes = Record<string, JsonValue>;

/** Bluecore's limit for the template attributes, in bytes of JSON in UTF-8. */
export const MAX_TEMPLATE_BYTES = 819_200;

/** The data for the template's variables; names and values are not changed, and null is allowed. Problems are reported. */
export function readTemplateAttributes(item: Item): TemplateAttributes {
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
	if (bytes > MAX_TEMPLATE_BYTES) {
		item.report.problem(
			`Template Attributes have ${bytes.toLocaleString('en-US')} bytes, but Bluecore accepts at most ${MAX_TEMPLATE_BYTES.toLocaleString('en-US')}`,
			`Send less data, especially in ${quoted(largestOf(attributes))}: link to images instead of embedding them, and shorten long HTML.`,
		);
	}
	return attributes;
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
