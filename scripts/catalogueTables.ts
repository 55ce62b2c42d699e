import { EVENT_OPERATIONS, EVENTS, STANDARD_EVENTS } from '../nodes/BluecoreEvents/catalogue';
import { TRACKING_EVENTS } from '../nodes/BluecoreEvents/forward/eventMapping';
import { forwardTrackingEvent } from '../nodes/BluecoreEvents/forward/forwardOperation';
import { prepareImportRow } from '../nodes/BluecoreEvents/importRow';
import type { Shop } from '../nodes/BluecoreEvents/shopOrder/shop';
import { recordShopOrder } from '../nodes/BluecoreEvents/shopOrder/shopOrderOperation';
import { SHOPS } from '../nodes/BluecoreEvents/shopOrder/shops';
import { UNUSABLE_ORDERS } from '../nodes/BluecoreEvents/shopOrder/shops/unusable';
import type { Need } from '../nodes/shared/values/field';
import { table } from './markdown';

/** The operations of Bluecore Events that are none of one event: what they send, need and can be given. */
const OTHER_OPERATIONS = [
	{
		...recordShopOrder,
		event: '`purchase`',
		needs: 'Order',
		optional:
			'Shop System, Product ID From, Products Without ID, Order ID From, Unfinished Orders, Customer Attributes',
	},
	{
		...forwardTrackingEvent,
		event: 'those that match the message',
		needs: 'Message',
		optional: 'Event Map, Consent Path',
	},
	{
		...prepareImportRow,
		event: 'none',
		needs: 'Contents, and what the operation of that name needs; purchases: Created',
		optional: '',
	},
];

/** The operations of Bluecore Events as a Markdown table, from the catalogue. */
export function operationsTable(): string {
	const rows = EVENT_OPERATIONS.map((operation) => {
		const { label, description, email, distinctId, fields, customerAttributes, isCustom } =
			EVENTS[operation];
		const identityIsFree = email === 'optional' && distinctId === 'optional';
		const fieldsWith = (need: Need) =>
			[
				...(!identityIsFree && email === need ? ['Email'] : []),
				...(!identityIsFree && distinctId === need ? ['Distinct ID'] : []),
				...(identityIsFree && need === 'required' ? ['Email or Distinct ID'] : []),
				...fields.filter((field) => field.need === need).map(({ field }) => field.label),
				...(customerAttributes === need ? ['Customer Attributes'] : []),
			].join(', ');
		const event = isCustom ? 'the name you enter' : `\`${operation}\``;
		const [needs, optional] = [fieldsWith('required'), fieldsWith('optional')];
		return { label, event, description, needs, optional };
	});
	return table([...rows, ...OTHER_OPERATIONS], {
		Operation: ({ label }) => label,
		Event: ({ event }) => event,
		'What it does': ({ description }) => description,
		Needs: ({ needs }) => needs,
		Optional: ({ optional }) => optional,
	});
}

const code = (paths: readonly string[]) => paths.map((path) => `\`${path}\``).join(', ');

/** Where the values of a purchase are in the orders of each shop, as a Markdown table. */
export const shopFieldsTable = () =>
	table(SHOPS, {
		'Shop system': ({ label }) => label,
		Email: ({ email }) => code(email),
		Number: ({ orderId }) => code(orderId.number),
		'Own ID': ({ orderId }) => code(orderId.id),
		Created: ({ created }) => code(created),
		Total: ({ money, customerMoney }) =>
			`${code(money.total)}${customerMoney ? `<br>paid in: ${code(customerMoney.total)}` : ''}`,
		SKU: ({ lines }) => code(lines.ids.sku),
		'Product ID': ({ lines }) => code(lines.ids.product),
		'Variant ID': ({ lines }) => code(lines.ids.variant),
	});

const states = (rules: Shop['notPurchases']) =>
	rules
		.map(({ at, is, reason }) => `${reason}: \`${at}\` is ${is ? is.join(', ') : 'any value'}`)
		.join('<br>');
const each = (texts: readonly string[]) => [...new Set(texts)].join('<br>');

/** What is held back of each shop, as a Markdown table. */
export const heldBackTable = () =>
	table(SHOPS, {
		'Shop system': ({ label }) => label,
		'Not purchases': ({ notPurchases }) => states(notPurchases),
		'Not paid yet': ({ notPaidYet }) =>
			states(notPaidYet.map((rule) => ({ ...rule, reason: 'Not paid yet' }))),
		'Not orders': ({ notOrders }) =>
			each(notOrders.filter(({ advice }) => advice === undefined).map(({ is }) => is)),
		'Lines that are not products': ({ lines: { notProducts = [] } }) =>
			each(notProducts.map(({ called }) => called)),
	});

/** What is recognized and refused, and what to do, as a Markdown table. */
export function refusedOrdersTable(): string {
	const all = [...SHOPS.flatMap(({ notOrders }) => notOrders), ...UNUSABLE_ORDERS];
	const advice = new Map(all.flatMap(({ is, advice: text }) => (text ? [[is, text]] : [])));
	return table([...advice], { 'What it is': ([is]) => is, 'What to do': ([, text]) => text });
}

/** The Bluecore event for each tracking event, as a Markdown table. */
export function trackingTable(): string {
	const standard = new Set<unknown>(STANDARD_EVENTS);
	const meaning = ({ to, description = '' }: (typeof TRACKING_EVENTS)[number]) =>
		typeof to === 'string' ? `\`${to}\`` : description;
	const rows = [
		...TRACKING_EVENTS.filter(({ from: [name], to }) => name !== to || !standard.has(to)).map(
			(row) => [`${row.areTypes ? 'messages of the type ' : ''}${code(row.from)}`, meaning(row)],
		),
		["Bluecore's own names, such as `wishlist`", 'the same'],
	];
	return table(rows, { 'Tracking event': ([from]) => from, 'Bluecore event': ([, to]) => to });
}
