import { EVENT_OPERATIONS, EVENTS, STANDARD_EVENTS } from '../nodes/BluecoreEvents/catalogue';
import { MESSAGE_TYPES, TRACK_EVENTS } from '../nodes/BluecoreEvents/forward/eventMapping';
import { forwardTrackingEvent } from '../nodes/BluecoreEvents/forward/forwardOperation';
import { prepareImportRow } from '../nodes/BluecoreEvents/importRow';
import type { Shop } from '../nodes/BluecoreEvents/shopOrder/shop';
import { recordShopOrder } from '../nodes/BluecoreEvents/shopOrder/shopOrderOperation';
import { SHOPS } from '../nodes/BluecoreEvents/shopOrder/shops';
import { UNUSABLE_ORDERS } from '../nodes/BluecoreEvents/shopOrder/shops/unusable';
import type { Need } from '../nodes/shared/values/field';
import { table } from './markdown';

/** The operations of Bluecore Events as a Markdown table, from the catalogue. */
export function operationsTable(): string {
	const rows = EVENT_OPERATIONS.map((operation) => {
		const { label, description, email, distinctId, fields, customerAttributes, isCustom } =
			EVENTS[operation];
		const identityIsFree = email === 'optional' && distinctId === 'optional';
		const fieldsWith = (need: Need) => [
			...(!identityIsFree && email === need ? ['Email'] : []),
			...(!identityIsFree && distinctId === need ? ['Distinct ID'] : []),
			...(identityIsFree && need === 'required' ? ['Email or Distinct ID'] : []),
			...fields.filter((field) => field.need === need).map(({ field }) => field.label),
			...(customerAttributes === need ? ['Customer Attributes'] : []),
		];
		const event = isCustom ? 'the name you enter' : `\`${operation}\``;
		return [label, event, description, fieldsWith('required'), fieldsWith('optional')].map(
			(cell) => (Array.isArray(cell) ? cell.join(', ') : cell),
		);
	});
	const forward = [
		forwardTrackingEvent.label,
		'those that match the message',
		forwardTrackingEvent.description,
		'Message',
		'Event Map, Consent Path',
	];
	const shopOrder = [
		recordShopOrder.label,
		'`purchase`',
		recordShopOrder.description,
		'Order',
		'Shop System, Product ID From, Products Without ID, Order ID From, Unfinished Orders, Customer Attributes',
	];
	const importRow = [
		prepareImportRow.label,
		'none',
		prepareImportRow.description,
		'Contents, and what the operation of that name needs; purchases: Created',
		'',
	];
	return table(
		['Operation', 'Event', 'What it does', 'Needs', 'Optional'],
		[...rows, shopOrder, forward, importRow],
	);
}

type StateRule = Shop['notPurchases'][number];

const code = (paths: readonly string[]) => paths.map((path) => `\`${path}\``).join(', ');

/** Where the values of a purchase are in the orders of each shop, as a Markdown table. */
export function shopFieldsTable(): string {
	return table(
		[
			...['Shop system', 'Email', 'Number', 'Own ID', 'Created', 'Total'],
			...['SKU', 'Product ID', 'Variant ID'],
		],
		SHOPS.map(({ label, email, orderId, created, money, customerMoney, lines: { ids } }) => [
			label,
			...[email, orderId.number, orderId.id, created].map(code),
			[code(money.total), ...(customerMoney ? [`paid in: ${code(customerMoney.total)}`] : [])].join(
				'<br>',
			),
			...[ids.sku, ids.product, ids.variant].map(code),
		]),
	);
}

/** What is held back of each shop, as a Markdown table. */
export function heldBackTable(): string {
	const words = (is: StateRule['is']) => (is === 'any' ? 'any value' : is.join(', '));
	const states = (rules: readonly StateRule[]) =>
		rules.map(({ at, is, reason }) => `${reason}: \`${at}\` is ${words(is)}`).join('<br>');
	return table(
		['Shop system', 'Not purchases', 'Not paid yet', 'Not orders', 'Lines that are not products'],
		SHOPS.map(({ label, notPurchases, notPaidYet, notOrders, lines: { notProducts = [] } }) => [
			label,
			states(notPurchases),
			states(notPaidYet),
			each(notOrders.filter(({ advice }) => advice === undefined).map(({ is }) => is)),
			each(notProducts.map(({ called }) => called)),
		]),
	);
}

/** What is recognized and refused, and what to do, as a Markdown table. */
export function refusedOrdersTable(): string {
	const all = [...SHOPS.flatMap(({ notOrders }) => notOrders), ...UNUSABLE_ORDERS];
	const advice = new Map(all.flatMap(({ is, advice: text }) => (text ? [[is, text]] : [])));
	return table(['What it is', 'What to do'], [...advice]);
}

const each = (texts: readonly string[]) => [...new Set(texts)].join('<br>');

/** The Bluecore event for each tracking event, as a Markdown table. */
export function trackingTable(): string {
	const names = (from: readonly string[]) => from.map((name) => `\`${name}\``).join(', ');
	const standard = new Set<unknown>(STANDARD_EVENTS);
	const isOfItsOwn = ({ from: [name], to }: (typeof TRACK_EVENTS)[number]) =>
		name === to && standard.has(to);
	return table(
		['Tracking event', 'Bluecore event'],
		[
			...TRACK_EVENTS.filter((row) => !isOfItsOwn(row)).map((row) => [
				names(row.from),
				meaning(row),
			]),
			...MESSAGE_TYPES.map((row) => [`messages of the type ${names(row.from)}`, meaning(row)]),
			["Bluecore's own names, such as `wishlist`", 'the same'],
		],
	);
}

const meaning = ({ to, description = '' }: (typeof TRACK_EVENTS)[number]) =>
	typeof to === 'string' ? `\`${to}\`` : description;
