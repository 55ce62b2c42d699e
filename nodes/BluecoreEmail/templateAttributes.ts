import { assignedValue, assignments } from '../shared/attributes/assignments';
import { AUTO_MAP_EXCLUDE } from '../shared/attributes/customerAttributes';
import { UNREADABLE, type ItemSource } from '../shared/input/item';
import { jsonBytes, plainJson, type JsonValue } from '../shared/values/plainJson';
import { splitNames } from '../shared/input/showFor';
import { quote, type Report } from '../shared/values/report';
import { readJsonObject, readText } from '../shared/values/values';
import { TEMPLATE_ATTRIBUTES, TEMPLATE_INPUT, TEMPLATE_JSON } from './emailParameters';

export type TemplateAttributes = Record<string, JsonValue>;

/** Bluecore's limit for the template attributes, in bytes of JSON in UTF-8. */
export const MAX_TEMPLATE_BYTES = 819_200;

/** The data for the template's variables, under its own names and with its own values, null included. What cannot be sent is reported. */
export function readTemplateAttributes(source: ItemSource, report: Report): TemplateAttributes {
	const attributes = givenAttributes(source, report);
	const bytes = jsonBytes(attributes);
	if (bytes > MAX_TEMPLATE_BYTES) {
		report.problem(
			`Template Attributes have ${bytes.toLocaleString('en-US')} bytes, but Bluecore takes at most ${MAX_TEMPLATE_BYTES.toLocaleString('en-US')}`,
			`Pass less, above all in ${quote(largestOf(attributes))}: link to images rather than embedding them, and shorten long HTML.`,
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

function givenAttributes(source: ItemSource, report: Report): TemplateAttributes {
	const input = source.read(TEMPLATE_INPUT);
	switch (input) {
		case UNREADABLE:
			return {};
		case 'json':
			return (readJsonObject(source, TEMPLATE_JSON, report) ?? {}) as TemplateAttributes;
		case 'auto': {
			const excluded = new Set(splitNames(readText(source, AUTO_MAP_EXCLUDE, report, 'optional')));
			const fields = Object.entries(source.json).filter(
				([name, value]) => value !== undefined && !excluded.has(name),
			);
			return (
				(plainJson(Object.fromEntries(fields), 'Input item', report) as TemplateAttributes) ?? {}
			);
		}
		default:
			return definedAttributes(source, report);
	}
}

function definedAttributes(source: ItemSource, report: Report): TemplateAttributes {
	const label = TEMPLATE_ATTRIBUTES.displayName;
	const attributes = new Map<string, JsonValue>();
	for (const row of assignments(source.read(TEMPLATE_ATTRIBUTES))) {
		if (row.name === '' || row.name === '__proto__') {
			report.problem(
				`${label}: the name ${quote(row.name)} cannot be used`,
				'Give each attribute the name of its variable in the template.',
			);
		} else if (attributes.has(row.name)) {
			report.problem(`${label}: ${quote(row.name)} is given twice`, 'Leave out one of the two.');
		}
		const value = assignedValue(row, label, report);
		if (value !== undefined) attributes.set(row.name, value);
	}
	return Object.fromEntries(attributes);
}
