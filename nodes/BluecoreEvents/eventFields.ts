import type { INodeProperties } from 'n8n-workflow';

import type { JsonValue } from '../shared/values/plainJson';
import { butInput } from '../shared/values/field';
import { AT_LEAST_ZERO, readNumber, readText, type Need } from '../shared/values/readField';
import { readId } from '../shared/values/readId';
import type { EventInput } from './eventInput';
import { VALUE_PARAMETERS, type FieldValue } from './eventParameters';
import { PRODUCT_PARAMETERS } from './productParameters';
import { checkProduct } from './products';

/** The part of an event that its fields fill. */
export interface EventParts {
	/** The name of the event; only a custom event's comes from a field. */
	event: string;
	readonly properties: Record<string, JsonValue>;
}

/** A field that events can have: its parameters, its checks, and the event property that it fills. */
export interface EventField {
	readonly label: string;
	readonly parameters: readonly INodeProperties[];
	/** The single value that it reads, if it reads one. */
	readonly reads?: FieldValue;
	/** The event property that it fills, if it fills one. */
	readonly property?: string;
	/** Checks the field and fills it in. Problems are reported. */
	fill(parts: EventParts, input: EventInput, need: Need): void;
}

const MAX_EVENT_NAME_LENGTH = 100;

const valueField = (
	reads: FieldValue,
	property: string | undefined,
	fill: EventField['fill'],
): EventField => {
	const parameter = VALUE_PARAMETERS[reads];
	return { label: parameter.displayName, parameters: [parameter], reads, property, fill };
};

const textField = (reads: FieldValue, property: string, read: typeof readText): EventField =>
	valueField(reads, property, ({ properties }, input, need) => {
		const text = read(input.value(reads), need);
		if (text !== '') properties[property] = text;
	});

export const searchTerm = textField('searchTerm', 'search_term', readText);
export const orderId = textField('orderId', 'order_id', readId);

export const total = valueField('total', 'total', ({ properties }, input, need) => {
	const value = readNumber(input.value('total'), need, AT_LEAST_ZERO);
	if (value !== undefined) properties.total = value;
});

export const products: EventField = {
	label: 'Products',
	parameters: PRODUCT_PARAMETERS,
	property: 'products',
	fill({ properties }, input, need) {
		const { report } = input;
		const problemsBefore = report.problems.length;
		const { entries, ...field } = input.products();
		const given = entries.map(checkProduct);
		if (given.length > 0) {
			properties.products = given;
		} else if (need === 'required' && report.problems.length === problemsBefore) {
			report.problem(
				`${field.label} must contain at least one product${butInput(field)}`,
				field.advice ??
					'Add a product with its ID. If the input has a list of products, set Products From to A List From the Input, and map the list.',
			);
		}
	},
};

/** The name of a custom event. */
export const eventName = valueField('eventName', undefined, (parts, input, need) => {
	const name = readText(input.value('eventName'), need);
	if (name.length > MAX_EVENT_NAME_LENGTH) {
		input.report.problem(
			`Event Name has ${name.length} characters, but may have at most ${MAX_EVENT_NAME_LENGTH}`,
			'Use the name that you agreed on with Bluecore.',
		);
	} else if (name !== '' && !/^[a-z0-9_]+$/.test(name)) {
		input.report.warn(
			`Event Name "${name}" contains characters other than lowercase letters, digits and underscores; check that it is the name that you agreed on with Bluecore`,
		);
	}
	parts.event = name;
});
