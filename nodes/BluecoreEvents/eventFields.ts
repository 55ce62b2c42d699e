import type { INodeProperties } from 'n8n-workflow';

import type { ItemSource } from '../shared/input/item';
import type { JsonValue } from '../shared/values/plainJson';
import type { Report } from '../shared/values/report';
import { AT_LEAST_ZERO, readNumber, readText, type Need } from '../shared/values/values';
import { PRODUCT_PARAMETERS, readProducts } from './products';

/** The part of an event that its fields fill. */
export interface EventParts {
	/** The name of the event; an operation with a name of its own has it from the start. */
	event: string;
	readonly properties: Record<string, JsonValue>;
}

/** A field that events are made of: the parameters it is entered in, its checks, and its place among the event's properties. */
export interface EventField {
	readonly label: string;
	readonly parameters: readonly INodeProperties[];
	/** The event property that it fills, if it fills one. */
	readonly property?: string;
	/** Reads and checks the field for one item and fills it in. */
	fill(parts: EventParts, source: ItemSource, need: Need, report: Report): void;
}

const MAX_EVENT_NAME_LENGTH = 100;

const SEARCH_TERM: INodeProperties = {
	displayName: 'Search Term',
	name: 'searchTerm',
	type: 'string',
	default: '',
	placeholder: 'e.g. rain jacket',
	description: 'What the customer searched for, or the category that was browsed',
};
const ORDER_ID: INodeProperties = {
	displayName: 'Order ID',
	name: 'orderId',
	type: 'string',
	default: '',
	placeholder: 'e.g. ORD-1001',
	description:
		'Your own unique ID of the order. Without it Bluecore makes one up, and an order that is sent again counts twice.',
};
const TOTAL: INodeProperties = {
	displayName: 'Total',
	name: 'total',
	type: 'number',
	typeOptions: { minValue: 0, numberPrecision: 2 },
	default: '',
	placeholder: 'e.g. 49.90',
	description:
		'The sum of the order. Include tax and shipping always or never, as in your other purchase data.',
};
const EVENT_NAME: INodeProperties = {
	displayName: 'Event Name',
	name: 'eventName',
	type: 'string',
	default: '',
	placeholder: 'e.g. sweepstakes_signup',
	hint: 'Agree the name with Bluecore first: events it does not know are dropped without a word',
	description: 'The name of the custom event',
};

export const searchTerm = textField(SEARCH_TERM, 'search_term');
export const orderId = textField(ORDER_ID, 'order_id');

export const total: EventField = {
	label: TOTAL.displayName,
	parameters: [TOTAL],
	property: 'total',
	fill({ properties }, source, _need, report) {
		const value = readNumber(source, TOTAL, report, AT_LEAST_ZERO);
		if (value !== undefined) properties.total = value;
	},
};

export const products: EventField = {
	label: 'Products',
	parameters: PRODUCT_PARAMETERS,
	property: 'products',
	fill({ properties }, source, need, report) {
		const given = readProducts(source, need, report);
		if (given.length > 0) properties.products = given;
	},
};

/** The name of a custom event; `standardNames` are those that have an operation of their own. */
export const eventName = (standardNames: () => readonly string[]): EventField => ({
	label: EVENT_NAME.displayName,
	parameters: [EVENT_NAME],
	fill(parts, source, need, report) {
		const name = readText(source, EVENT_NAME, report, need);
		if (name.length > MAX_EVENT_NAME_LENGTH) {
			report.problem(
				`Event Name has ${name.length} characters, but may have at most ${MAX_EVENT_NAME_LENGTH}`,
				'Use the name that was agreed with Bluecore.',
			);
		} else if (standardNames().includes(name)) {
			report.problem(
				`Event Name ${name} is one of Bluecore's own events`,
				'Choose the operation of this name: it checks what the event needs.',
			);
		} else if (name !== '' && !/^[a-z0-9_]+$/.test(name)) {
			report.warn(
				`Event Name "${name}" has more than lowercase letters, digits and underscores; check that it is the name agreed with Bluecore`,
			);
		}
		parts.event = name;
	},
});

function textField(parameter: INodeProperties, property: string): EventField {
	return {
		label: parameter.displayName,
		parameters: [parameter],
		property,
		fill({ properties }, source, need, report) {
			const text = readText(source, parameter, report, need);
			if (text !== '') properties[property] = text;
		},
	};
}
