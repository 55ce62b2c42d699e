import type { INodeProperties } from 'n8n-workflow';

import { givenAttributes } from '../shared/attributes/attributeParameters';
import type { GivenAttribute } from '../shared/attributes/customerAttributes';
import type { Item } from '../shared/input/item';
import { additionalFields } from '../shared/input/showFor';
import type { ItemOptions } from '../shared/options/nodeOptions';
import {
	butInput,
	fieldIn,
	NUMBER_RULES,
	readId,
	readNumber,
	readText,
	refuseBroken,
	type Field,
	type Need,
} from '../shared/values/field';
import { readJsonObject, type JsonValue } from '../shared/values/json';
import type { Report } from '../shared/values/report';
import { isBrokenLater, quoted, saysNothing, UNFILLED } from '../shared/values/text';
import { checkProduct, givenProducts, PRODUCT_PARAMETERS } from './products';

export const VALUE_PARAMETERS = {
	email: {
		displayName: 'Email',
		name: 'email',
		type: 'string',
		default: '',
		placeholder: 'e.g. jane@example.com',
		description: 'The email address of the customer. It is sent unhashed, as Bluecore requires.',
	},
	distinctId: {
		displayName: 'Distinct ID',
		name: 'distinctId',
		type: 'string',
		default: '',
		placeholder: 'e.g. 1424532133a16a-07943fba1',
		hint: 'Leave this empty if you have the email. An ID of your own must be linked to an email once, by Identify.',
		description:
			'Your ID for the customer: a customer, device or visitor ID. If empty, the email is used. Events of an ID that is not linked reach no customer.',
	},
	searchTerm: {
		displayName: 'Search Term',
		name: 'searchTerm',
		type: 'string',
		default: '',
		placeholder: 'e.g. rain jacket',
		description: 'What the customer searched for, or the category that the customer browsed',
	},
	orderId: {
		displayName: 'Order ID',
		name: 'orderId',
		type: 'string',
		default: '',
		placeholder: 'e.g. ORD-1001',
		description:
			'Your own unique ID of the order. Without it, Bluecore generates one, and an order that is sent twice counts twice.',
	},
	total: {
		displayName: 'Total',
		name: 'total',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 2 },
		default: '',
		placeholder: 'e.g. 49.90',
		description:
			'The total amount of the order. Include tax and shipping if your other purchase data includes them.',
	},
	eventName: {
		displayName: 'Event Name',
		name: 'eventName',
		type: 'string',
		default: '',
		placeholder: 'e.g. sweepstakes_signup',
		hint: 'Agree on the name with Bluecore first: Bluecore silently drops events that it does not know',
		description: 'The name of the custom event',
	},
	client: {
		displayName: 'Client',
		name: 'client',
		type: 'string',
		default: '',
		placeholder: 'e.g. 4.0',
		description: 'The version of your app, or any label by which audiences can select events',
	},
	device: {
		displayName: 'Device',
		name: 'device',
		type: 'string',
		default: '',
		placeholder: 'e.g. iPadOS 15.0 iPad11,6',
		description: 'The device of the customer',
	},
} as const satisfies Record<string, INodeProperties>;

export type ValueName = keyof typeof VALUE_PARAMETERS;

/** Values in the collection Additional Fields. Each has the name of its event property. */
export const ADDITIONAL_VALUES = ['client', 'device'] as const satisfies readonly ValueName[];

const PROPERTIES: INodeProperties = {
	displayName: 'Properties (JSON)',
	name: 'properties',
	type: 'json',
	default: '',
	placeholder: 'e.g. { "store": "Portland" }',
	description: 'Other properties of the event, as one JSON object',
};

export const ADDITIONAL_FIELDS = additionalFields([
	...ADDITIONAL_VALUES.map((name) => VALUE_PARAMETERS[name]),
	PROPERTIES,
]);

/** The values that one event is built from, of the node's parameters, a tracking message or an order: `buildEvent` reads all in the same way. */
export interface EventInput {
	readonly options: ItemOptions;
	readonly report: Report;
	/** A single value; `''` if it is not given. */
	value(name: ValueName): Field;
	/** The products, one by one, and what to do when there are none; without `advice`, the advice for the node's parameters. */
	products(
		need: Need,
	): Pick<Field, 'label' | 'advice' | 'explain'> & { readonly entries: readonly Field[] };
	attributes(): GivenAttribute[];
	/** Other properties of the event, in plain JSON. */
	properties(): Record<string, JsonValue>;
}

export function itemInput(item: Item): EventInput {
	const { options, report } = item;
	let collection: Field | undefined;
	/** The collection's expressions are evaluated together, so it is read once. */
	const additional = (parameter: INodeProperties) =>
		fieldIn((collection ??= item.field(ADDITIONAL_FIELDS)), parameter);
	return {
		options,
		report,
		value(name) {
			const parameter = VALUE_PARAMETERS[name];
			const isAdditional = ADDITIONAL_VALUES.some((other) => other === name);
			return isAdditional ? additional(parameter) : item.field(parameter);
		},
		products: () => ({ label: 'Products', ...givenProducts(item) }),
		attributes: () => givenAttributes(item),
		properties: () => readJsonObject(additional(PROPERTIES)) ?? {},
	};
}

/** A field that events can have: its parameters, its checks, and the event property that it fills. */
interface EventField {
	readonly label: string;
	readonly parameters: readonly INodeProperties[];
	/** The event property that it fills; without one, it is the name of the event. */
	readonly property?: string;
	/** Checks the field. Problems are reported; undefined if it has no value that can be used. */
	read(input: EventInput, need: Need): JsonValue | undefined;
}

const MAX_EVENT_NAME_LENGTH = 100;

const valueField = (
	name: ValueName,
	property: string | undefined,
	read: (field: Field, need: Need) => JsonValue | undefined,
): EventField => ({
	label: VALUE_PARAMETERS[name].displayName,
	parameters: [VALUE_PARAMETERS[name]],
	property,
	read: (input, need) => read(input.value(name), need),
});

/** Reads text. One that was broken when it was read is reported; one that hardly says what was meant gets a warning. */
function readWords(field: Field, need: Need): string {
	const { label, report } = field;
	const text = readText(field, need);
	const isDoubtful = saysNothing(text) || isBrokenLater(text) || UNFILLED.test(text);
	if (!refuseBroken(text, label, report) && isDoubtful) {
		report.warn(
			`${label} is ${quoted(text)}, which hardly says what was meant. Check where it comes from`,
		);
	}
	return text;
}

const searchTerm = valueField('searchTerm', 'search_term', readWords);
const orderId = valueField('orderId', 'order_id', readId);

const total = valueField('total', 'total', (field, need) =>
	readNumber(field, need, NUMBER_RULES.atLeastZero),
);

const products: EventField = {
	label: 'Products',
	parameters: PRODUCT_PARAMETERS,
	property: 'products',
	read(input, need) {
		const { report } = input;
		const problemsBefore = report.problems.length;
		const { entries, ...field } = input.products(need);
		const given = entries.map(checkProduct);
		if (given.length > 0) return given;
		if (need === 'required' && report.problems.length === problemsBefore) {
			report.problem(
				`${field.label} must contain at least one product${butInput(field)}`,
				field.advice ??
					'Add a product with its ID. If the input has a list of products, set Products From to A List From the Input, and map the list.',
			);
		}
		return undefined;
	},
};

const eventName = valueField('eventName', undefined, (field, need) => {
	const name = readWords(field, need);
	if (name.length > MAX_EVENT_NAME_LENGTH) {
		field.report.problem(
			`Event Name has ${name.length} characters, but may have at most ${MAX_EVENT_NAME_LENGTH}`,
			'Use the name that you agreed on with Bluecore.',
		);
	} else if (name !== '' && !/^[a-z0-9_]+$/.test(name)) {
		field.report.warn(
			`Event Name "${name}" contains characters other than lowercase letters, digits and underscores; check that it is the name that you agreed on with Bluecore`,
		);
	}
	return name;
});

/** All fields that events can have besides who the customer is. */
export const FIELDS = { searchTerm, orderId, total, products, eventName } as const;
