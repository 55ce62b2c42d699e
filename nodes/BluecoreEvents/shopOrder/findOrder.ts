import { isObject } from '../../shared/values/coerce';
import type { Field } from '../../shared/values/field';
import { parseJson, readJsonUnchecked } from '../../shared/values/readField';
import { describeType, joinList } from '../../shared/values/text';
import { hasAll, isThis, type Fields } from './orderPaths';
import type { NotAnOrder, Shop } from './shop';
import { SHOPS } from './shops';
import { UNUSABLE_ORDERS } from './shops/unusable';

/** Fields in which orders come: of a Webhook node, of the shops' APIs, of their GraphQL answers and events. */
const ENVELOPES = [
	...[
		'body',
		'order',
		'orders',
		'draft_order',
		'checkout',
		'data',
		'payload',
		'event',
		'value',
		'object',
	],
	...['edges', 'nodes', 'node', 'hits', 'results', 'elements'],
];
const MAX_DEPTH = 8;
const JSON_TEXT = /^\s*[[{]/;

/** What *Order* has: an order, something else that a shop sends, or nothing that can be used, which is reported. */
export type Found =
	| { readonly kind: 'order'; readonly order: Fields; readonly shop: Shop }
	| { readonly kind: 'other'; readonly order: Fields; readonly other: NotAnOrder }
	| { readonly kind: 'bad' };

/** Finds the order in the parameter, also in the output of a Webhook node or in an answer of a shop's API. */
export function findOrder(field: Field, platform: string): Found {
	const { label, report } = field;
	const given = readJsonUnchecked(field);
	if (given === undefined) {
		if (report.problems.length === 0) {
			report.problem(
				`${label} is required`,
				'Map the whole order of the shop, such as {{ $json }}.',
			);
		}
		return { kind: 'bad' };
	}
	return unwrap(given, field, platform, []);
}

function unwrap(value: unknown, field: Field, platform: string, path: readonly string[]): Found {
	const { label, report } = field;
	const bad = { kind: 'bad' } as const;
	if (typeof value === 'string' && JSON_TEXT.test(value)) {
		const parsed = parseJson(value, field);
		return parsed === undefined ? bad : unwrap(parsed, field, platform, path);
	}
	if (Array.isArray(value)) {
		if (value.length === 1) return unwrap(value[0], field, platform, path);
		report.problem(
			value.length === 0
				? `${label} has an empty list of orders`
				: `${label} has ${value.length} orders, but must be one`,
			path.length === 0
				? 'Make an item of each order before this node.'
				: `Put a Split Out node before this one, and set its Fields To Split Out to ${path.join('.')}: then each order is an item.`,
		);
		return bad;
	}
	if (!isObject(value)) {
		report.problem(
			`${label} must be an order, but is ${describeType(value)}`,
			'Map the whole order of the shop, such as {{ $json }}.',
		);
		return bad;
	}
	const found = recognize(value, platform, report);
	if (found) return found;
	const envelope = path.length < MAX_DEPTH ? envelopeIn(value) : undefined;
	if (envelope !== undefined) return unwrap(value[envelope], field, platform, [...path, envelope]);
	const chosen = SHOPS.find(({ name }) => name === platform);
	if (chosen) return { kind: 'order', order: value, shop: chosen };
	report.problem(
		`${label} is not an order of a known shop system; it has ${fieldsOf(value)}`,
		`Map the whole order as the shop sends it: ${joinList(SHOPS.map((shop) => shop.label))}. For another shop, use the operation Purchase, and map each field.`,
	);
	return bad;
}

/** The field that can contain the order. */
const envelopeIn = (value: Fields): string | undefined =>
	// Magento's list of orders, whose orders have items too.
	[...ENVELOPES, ...('search_criteria' in value ? ['items'] : [])].find((name) => {
		const inside = Object.hasOwn(value, name) ? value[name] : undefined;
		return typeof inside === 'string' ? JSON_TEXT.test(inside) : typeof (inside ?? '') === 'object';
	});

function recognize(value: Fields, platform: string, report: Field['report']): Found | undefined {
	const others = [...SHOPS.flatMap(({ notOrders }) => notOrders), ...UNUSABLE_ORDERS];
	const other = others.find((each) => isThis(value, each));
	if (other) return { kind: 'other', order: value, other };
	const shop = SHOPS.find(({ recognizedBy }) => recognizedBy.some((paths) => hasAll(value, paths)));
	if (!shop) return undefined;
	if (platform === 'auto' || platform === shop.name) return { kind: 'order', order: value, shop };
	const chosen = SHOPS.find(({ name }) => name === platform);
	report.problem(
		`Shop System is ${chosen?.label}, but the order is one of ${shop.label}`,
		`Set Shop System to ${shop.label}, or to Detect Automatically.`,
	);
	return { kind: 'bad' };
}

function fieldsOf(value: Fields): string {
	const names = Object.keys(value);
	return names.length === 0 ? 'no fields' : `the fields ${joinList(names, ', ', 10)}`;
}
