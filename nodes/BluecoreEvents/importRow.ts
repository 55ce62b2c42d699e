import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { CUSTOMER_ATTRIBUTE_PARAMETERS } from '../shared/attributes/attributeParameters';
import type { Item } from '../shared/input/item';
import { showFor } from '../shared/input/showFor';
import type { Plan } from '../shared/run/operation';
import { isExpression, readChoice } from '../shared/values/field';
import type { JsonValue } from '../shared/values/json';
import type { Report } from '../shared/values/report';
import { describeType, joinList, quoted } from '../shared/values/text';
import { isTime, readTime } from '../shared/values/times';
import { isBlank, isObject } from '../shared/values/value';
import { buildEvent, type BluecoreEvent } from './buildEvent';
import { EVENTS, type EventDefinition } from './catalogue';
import { itemInput, VALUE_PARAMETERS } from './eventFields';
import type { EventsOperation } from './eventsApi';
import { PRODUCT_PARAMETERS } from './products';
import { currencyOf, FINISHED_ORDER_PARAMETERS, readOrder } from './shopOrder/shopOrderOperation';

const CONTENTS = {
	displayName: 'Contents',
	name: 'contents',
	type: 'options',
	noDataExpression: true,
	default: 'customers',
	hint: 'Collect the rows with Convert to File, and name the file such as store_purchasedata_2026-01-31.csv',
	description: 'What the rows of the file are. It decides the type in the name of the file.',
	options: [
		{
			name: 'Customers',
			value: 'customers',
			description: 'Customers with their attributes, for a file of the type customerdata',
		},
		{
			name: 'Opt-Ins',
			value: 'optins',
			description: 'Addresses that may get marketing emails, for a file of the type optins',
		},
		{
			name: 'Orders of a Shop System',
			value: 'shopOrders',
			description:
				'Whole orders as the shop sends them, of any age, for a file of the type purchasedata',
		},
		{
			name: 'Purchases',
			value: 'purchases',
			description: 'Past purchases, each field mapped, for a file of the type purchasedata',
		},
		{
			name: 'Unsubscribes',
			value: 'unsubscribes',
			description: 'Addresses that get no marketing emails, for a file of the type unsubscribes',
		},
	],
} as const satisfies INodeProperties;

const CREATED: INodeProperties = {
	displayName: 'Created',
	name: 'created',
	type: 'dateTime',
	default: '',
	required: true,
	description:
		'When the purchase was made. A time without a zone is one of the zone of the workflow. The row has it in UTC.',
};

const asRequired = (parameter: INodeProperties): INodeProperties => ({
	...parameter,
	required: true,
});

/** Outputs a row of an import file for each item. What is refused is an error item, so that no other columns get into the file. */
export const prepareImportRow: EventsOperation = {
	label: 'Prepare Import Row',
	action: 'Prepare import row',
	description:
		"Check an item, and output it as a row of Bluecore's import file. Nothing is sent. Files take what events cannot: past orders, and long lists.",
	parameters: [
		CONTENTS,
		...showFor({ contents: ['customers', 'purchases', 'optins', 'unsubscribes'] }, [
			asRequired(VALUE_PARAMETERS.email),
		]),
		...showFor({ contents: ['purchases'] }, [
			...PRODUCT_PARAMETERS,
			asRequired(VALUE_PARAMETERS.orderId),
			asRequired(VALUE_PARAMETERS.total),
			CREATED,
		]),
		...showFor({ contents: ['shopOrders'] }, FINISHED_ORDER_PARAMETERS),
		...showFor({ contents: ['customers'] }, CUSTOMER_ATTRIBUTE_PARAMETERS),
	],
	create: ({ api, execution }) => ({
		...api.operation,
		currencyOf,
		plan(item) {
			return [{ report: item.report, state: rowOf(item, execution.getTimezone()) }];
		},
	}),
};

/** The row of an item, unless it is bad, which is reported. */
function rowOf(item: Item, timeZone: string): Plan['state'] {
	const { field, report } = item;
	const contents = readChoice(field(CONTENTS), CONTENTS);
	const build = (name: keyof typeof EVENTS, changes: Partial<EventDefinition>) =>
		buildEvent(name, { ...EVENTS[name], ...changes }, itemInput(item));
	switch (contents) {
		case 'customers': {
			const event = build('customer_patch', { email: 'required' });
			return converted(item, event, customerRow(event, report));
		}
		case 'purchases': {
			const created = field(CREATED);
			const time = readTime(created, timeZone, '');
			if (isBlank(created.value) && !isExpression(created.entered)) {
				report.problem('Created is required', 'Map the field that has the date of the purchase.');
			}
			const event = build('purchase', { customerAttributes: 'none' });
			return converted(item, event, purchaseRow(event, Date.parse(time), report));
		}
		case 'shopOrders':
			return orderRow(item);
		default: {
			const name = contents === 'optins' ? 'optin' : 'unsubscribe';
			const event = build(name, { customerAttributes: 'none' });
			return converted(item, event, emailCell(event));
		}
	}
}

const BAD_ROW = { kind: 'bad' } as const;

/** A row of an event that is not sent. */
const converted = (
	{ account }: Item,
	{ event, properties }: BluecoreEvent,
	output: IDataObject,
): Plan['state'] => ({
	kind: 'converted',
	output,
	checked: { account, summary: {}, payload: { event, properties } as IDataObject },
});

const emailCell = ({ properties: { customer } }: BluecoreEvent) => ({
	email: isObject(customer) ? (customer.email as string) : '',
});

/** An order of any age. Its attributes are not looked at, and carts are none: a file of purchases has neither. */
function orderRow(item: Item): Plan['state'] {
	const { report } = item;
	const options = { ...item.options, orderAttributes: false, maxAgeHours: 0 };
	const read = readOrder({ ...item, options }, false);
	if (read === undefined) return BAD_ROW;
	if ('reason' in read) {
		report.problem(`The order is no past purchase. ${read.reason}`, 'Leave it out of the file.');
		return BAD_ROW;
	}
	if (Number.isNaN(read.created)) {
		report.problem(
			'The order does not say when it was created',
			'Map the whole order as the shop sends it, or choose the contents Purchases, and map Created.',
		);
		return BAD_ROW;
	}
	return converted(item, read.event, purchaseRow(read.event, read.created, report));
}

function purchaseRow(event: BluecoreEvent, created: number, report: Report): IDataObject {
	const { order_id, total, products = [] } = event.properties;
	const ids = (products as Array<{ readonly id: string }>).map(({ id }) => id);
	const divided = ids.filter((id) => id.includes('|'));
	if (divided.length > 0) {
		report.problem(
			`Product IDs must have no |, which separates them in the file: ${joinList(divided.map((id) => quoted(id)))}`,
			'Use the IDs that your Bluecore catalog has; if several products are in one field, map a list of them.',
		);
	}
	return {
		...emailCell(event),
		order_id,
		created: Number.isNaN(created) ? '' : timeCell(created),
		total: cellOf(total),
		products: ids.join('|'),
	} as IDataObject;
}

/** A name in a file has fewer characters. */
const MAX_COLUMN_NAME = 30;
/** n8n's Convert to File rounds longer numbers. */
const MAX_DIGITS = 10;

function customerRow(event: BluecoreEvent, report: Report): IDataObject {
	const { email = '', ...attributes } = (event.properties.customer ?? {}) as Record<
		string,
		JsonValue
	>;
	const names = Object.keys(attributes);
	const unusable = names.filter((name) => name.length >= MAX_COLUMN_NAME || /^\d/.test(name));
	if (unusable.length > 0) {
		report.problem(
			`Columns of an import file have fewer than ${MAX_COLUMN_NAME} characters and begin with no digit: ${joinList(unusable)}`,
			'Rename the attributes before this node.',
		);
	}
	for (const name of names) {
		const value = attributes[name];
		if (typeof value !== 'object' || value === null) continue;
		report.problem(
			`The attribute ${quoted(name)} must be one value, but is ${describeType(value)}`,
			'A cell of a file has one value: map one to an attribute of its own, or remove it.',
		);
	}
	const cells = names.map((name) => [name, cellOf(attributes[name])] as const);
	return { email, ...Object.fromEntries(cells) };
}

/** A time as files have it: in UTC, without a zone. */
const timeCell = (time: string | number): string => new Date(time).toISOString().slice(0, 19);

/** A value that Convert to File writes as it is: it would make TRUE of true, and 1.5E+11 of a long number. */
const cellOf = (value: JsonValue): JsonValue => {
	if (typeof value === 'string' && isTime(value)) return timeCell(value);
	return typeof value === 'boolean' ||
		(typeof value === 'number' && String(value).replace(/\D/g, '').length > MAX_DIGITS)
		? String(value)
		: (value ?? '');
};
