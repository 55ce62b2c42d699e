import type { Field } from '../../shared/values/field';
import { parseJson, readJsonUnchecked } from '../../shared/values/json';
import { describeType, joinList } from '../../shared/values/text';
import { isObject, type Fields } from '../../shared/values/value';
import { hasMarks, type Shop } from './shop';

import { SHOPS } from './shops';
import { UNUSABLE_ORDERS } from './shops/unusable';

/** Fields in which orders come: of a Webhook node, of the shops' APIs, of their GraphQL answers and events. */
const ENVELOPES = [
	...['body', 'detail', 'order', 'orders', 'Orders', 'draft_order', 'draft_orders', 'charge'],
	...['checkout', 'checkouts', 'cart', 'draftOrder', 'draftOrders', 'abandonedCheckouts'],
	...['data', 'payload', 'event', 'value', 'object', 'result', 'results', 'elements', 'hits'],
	...['list', 'edges', 'nodes', 'node', 'createdEvent', 'updatedEvent', 'actionEvent'],
	...['entity', 'entityAsJson', 'currentEntity', 'currentEntityAsJson', 'bodyAsJson'],
	...['orderByIdentifier', 'orderCreate', 'orderUpdate', 'draftOrderComplete'],
	...['placeOrder', 'orderV2', 'guestOrder', 'guestOrderByToken'],
];
/** Fields that a list of orders has next to its `items`. */
const LISTS = ['search_criteria', 'total_count', 'count'];
const MAX_ENVELOPES = 8;
const JSON_TEXT = /^\s*[[{]/;
const MAP_ORDER = 'Map the whole order of the shop, such as {{ $json }}.';

/** Something that a shop sends and that is no order. */
type Other = Shop['notOrders'][number];

/** An order, or something else that a shop sends. */
type FoundOrder =
	| { readonly order: Fields; readonly shop: Shop; readonly other?: undefined }
	/** `shop`: whose orders have their values in the same places. */
	| { readonly order: Fields; readonly shop?: Shop; readonly other: Other };

interface Search {
	readonly field: Field;
	/** The chosen shop system; undefined: whichever it is. */
	readonly chosen: Shop | undefined;
	readonly path: readonly string[];
	/** What messages name: the value that was given, without what only wraps it. */
	readonly read?: { readonly fields: Fields; readonly path: readonly string[] };
	/** The customer that the order was found in. */
	readonly customer?: Fields;
}

/**
 * Finds the order in the parameter, also in the output of a Webhook node or in an answer of a shop's API; undefined, and reported, if
 * there is none.
 */
export function findOrder(field: Field, platform: string): FoundOrder | undefined {
	const given = readJsonUnchecked(field, MAP_ORDER);
	if (given === undefined) return undefined;
	const chosen = SHOPS.find(({ name }) => name === platform);
	const found = search(given, { field, chosen, path: [] });
	if (!found || found.other || !chosen || found.shop === chosen) return found;
	return field.report.problem(
		`Shop System is ${chosen.label}, but the order is one of ${found.shop.label}`,
		`Set Shop System to ${found.shop.label}, or to Detect Automatically.`,
	);
}

function search(value: unknown, at: Search): FoundOrder | undefined {
	const { field, customer, path } = at;
	const { label, report } = field;
	if (typeof value === 'string' && JSON_TEXT.test(value)) {
		const parsed = parseJson(value, field);
		return parsed === undefined ? undefined : search(parsed, at);
	}
	if (Array.isArray(value)) return searchList(value, at);
	if (isObject(value)) {
		const isBelow = customer && path.at(-1) !== 'customer' && !('customer' in value);
		return searchFields(isBelow ? { ...value, customer } : value, at);
	}
	return report.problem(`${label} must be an order, but is ${describeType(value)}`, MAP_ORDER);
}

function searchFields(fields: Fields, at: Search): FoundOrder | undefined {
	const { field, chosen, path } = at;
	const found = recognize(fields, chosen);
	if (found) return found;
	const read = at.read ?? { fields, path };
	const envelope = path.length < MAX_ENVELOPES ? fieldWithOrder(fields, path) : undefined;
	if (envelope === undefined) {
		return chosen ? { order: fields, shop: chosen } : refuseUnknown(field, read);
	}
	const isWrapper =
		Object.keys(fields).length === 1 || (envelope === 'body' && 'headers' in fields);
	return search(fields[envelope], {
		...at,
		path: [...path, envelope],
		...(envelope === 'customer' && { customer: personIn(fields.customer as Fields) }),
		read: isWrapper && at.read === undefined ? undefined : read,
	});
}

/** Who a customer is, without the orders. */
const personIn = ({ email, firstname, lastname }: Fields) => ({ email, firstname, lastname });

function searchList(list: readonly unknown[], at: Search): FoundOrder | undefined {
	const { field, chosen, path, read } = at;
	const [first] = list;
	if (list.length === 1) return search(first, at);
	const isOfOrders = isObject(first) && (shopOf(first, chosen) ?? otherIn(first, OTHERS));
	if (read && !isOfOrders) return refuseUnknown(field, read);
	return field.report.problem(
		list.length === 0
			? `${field.label} has an empty list of orders`
			: `${field.label} has ${list.length} orders, but must be one`,
		path.length === 0
			? 'Make an item of each order before this node.'
			: `Put a Split Out node before this one, and set its Fields To Split Out to ${path.join('.')}: then each order is an item.`,
	);
}

function refuseUnknown(
	{ label, report }: Field,
	{ fields, path }: NonNullable<Search['read']>,
): undefined {
	const place = path.length === 0 ? label : `${label} (${path.join('.')})`;
	const names = Object.keys(fields);
	const has = names.length === 0 ? 'no fields' : `the fields ${joinList(names, ', ', 10)}`;
	return report.problem(
		`${place} is not an order of a known shop system; it has ${has}`,
		`Map the whole order as the shop sends it: ${joinList(SHOPS.map((shop) => shop.label))}. For another shop, use the operation Purchase, and map each field.`,
	);
}

/** The field that can contain the order. */
function fieldWithOrder(value: Fields, path: readonly string[]): string | undefined {
	const { customer } = value;
	// Magento has the orders of a customer in the customer, who has the email.
	if (isObject(customer) && 'orders' in customer) return 'customer';
	const isList = path.at(-1) === 'orders' || LISTS.some((name) => name in value);
	const names = isList ? [...ENVELOPES, 'items'] : ENVELOPES;
	return names.find((name) => {
		const inside = Object.hasOwn(value, name) ? (value[name] ?? '') : '';
		return typeof inside === 'string' ? JSON_TEXT.test(inside) : typeof inside === 'object';
	});
}

/** The shop system whose fields a value has; the chosen one, if it has those of several. */
const shopOf = (value: Fields, chosen: Shop | undefined): Shop | undefined =>
	(chosen ? [chosen, ...SHOPS] : SHOPS).find(
		({ recognizedBy, form }) =>
			recognizedBy.some((has) => hasMarks(value, { has })) || (form && hasMarks(value, { form })),
	);

function recognize(value: Fields, chosen: Shop | undefined): FoundOrder | undefined {
	const shop = shopOf(value, chosen);
	const other = otherIn(value, shop ? shop.notOrders : OTHERS);
	if (!other) return shop && { order: value, shop };
	const owner = shop ?? SHOPS.find(({ notOrders }) => notOrders.includes(other));
	return { order: value, other, shop: owner };
}

const otherIn = (value: Fields, others: readonly Other[]): Other | undefined =>
	others.find((other) => hasMarks(value, other));

/** What is no order, where nothing else says of which shop it is. */
const OTHERS = [...SHOPS.flatMap(({ notOrders }) => notOrders), ...UNUSABLE_ORDERS];
