import type { INodeProperties } from 'n8n-workflow';

import type { Item } from '../../shared/input/item';
import type { ItemOptions } from '../../shared/options/nodeOptions';
import type { CheckedData } from '../../shared/run/operation';
import { readChoice } from '../../shared/values/field';
import { plainJson } from '../../shared/values/json';
import type { Report } from '../../shared/values/report';
import { joinList, quoted } from '../../shared/values/text';
import { firstValue, isObject, textOf, valueAt, type Fields } from '../../shared/values/value';
import { buildEvent, type BluecoreEvent } from '../buildEvent';
import { EVENTS } from '../catalogue';
import { heldBack, type EventsOperation } from '../eventsApi';
import { timeIn, tooOld } from '../forward/messageAge';
import { findOrder } from './findOrder';
import { orderInput } from './orderInput';
import { readLines } from './orderLines';
import { moneyOf } from './orderMoney';
import { fits, type Shop } from './shop';
import { SHOPS } from './shops';

const ORDER: INodeProperties = {
	displayName: 'Order',
	name: 'order',
	type: 'json',
	default: '={{ $json }}',
	hint: 'The whole order as the shop sends it. The output of a Webhook node can stay as it is.',
	description:
		'One order of a shop. Email, products, total and all else are found in it. Test orders, cancelled and old orders, and orders without an email are not sent; the output says why.',
};
const PLATFORM = {
	displayName: 'Shop System',
	name: 'platform',
	type: 'options',
	default: 'auto',
	description: 'The shop system that the order comes from',
	options: [
		{
			name: 'Detect Automatically',
			value: 'auto',
			description: 'The fields of the order tell which system it is',
		},
		...SHOPS.map(({ label, name }) => ({ name: label, value: name })),
	],
} as const satisfies INodeProperties;
const PRODUCT_ID_FROM = {
	displayName: 'Product ID From',
	name: 'productIdFrom',
	type: 'options',
	default: 'sku',
	hint: 'Choose the IDs that your Bluecore catalog has. Bluecore does not find products by other IDs.',
	description: 'Which ID of a product is sent',
	options: [
		{ name: 'Product ID', value: 'product', description: "The shop's ID of the product" },
		{ name: 'SKU', value: 'sku', description: 'The article number' },
		{
			name: 'Variant ID',
			value: 'variant',
			description: "The shop's ID of the variant, such as a size",
		},
	],
} as const satisfies INodeProperties;
const PRODUCTS_WITHOUT_ID = {
	displayName: 'Products Without ID',
	name: 'productsWithoutId',
	type: 'options',
	default: 'leaveOut',
	description: 'What to do if a product of the order does not have this ID',
	options: [
		{
			name: 'Leave Out',
			value: 'leaveOut',
			description: 'Send the other products. A warning in the output names those left out.',
		},
		{
			name: 'Refuse',
			value: 'refuse',
			description: 'Refuse the order. The node setting On Error decides what happens then.',
		},
	],
} as const satisfies INodeProperties;

const ORDER_ID_FROM = {
	displayName: 'Order ID From',
	name: 'orderIdFrom',
	type: 'options',
	default: 'number',
	hint: "Choose the form that Bluecore's website integration sends: an order in two forms counts twice",
	description: 'Which ID of the order is sent',
	options: [
		{ name: 'ID', value: 'id', description: "The shop's own ID of the order" },
		{
			name: 'Number',
			value: 'number',
			description: 'The number that the customer sees, without a # before it',
		},
	],
} as const satisfies INodeProperties;
const UNFINISHED_ORDERS = {
	displayName: 'Unfinished Orders',
	name: 'unfinishedOrders',
	type: 'options',
	default: 'holdBack',
	description: 'What to do with carts, and with checkouts that are not completed',
	options: [
		{
			name: 'Add to Cart',
			value: 'addToCart',
			description: 'Record an add_to_cart for each product, if there is an email',
		},
		{
			name: 'Hold Back',
			value: 'holdBack',
			description: 'Do not send them. The output says what they are.',
		},
	],
} as const satisfies INodeProperties;

export const FINISHED_ORDER_PARAMETERS: readonly INodeProperties[] = [
	ORDER,
	PLATFORM,
	PRODUCT_ID_FROM,
	PRODUCTS_WITHOUT_ID,
	ORDER_ID_FROM,
];

/** The parameters that say how orders are read. Problems are reported. */
const readOrderSettings = ({ field }: Item, canBeUnfinished: boolean) => ({
	platform: readChoice(field(PLATFORM), PLATFORM),
	idFrom: readChoice(field(PRODUCT_ID_FROM), PRODUCT_ID_FROM),
	withoutId: readChoice(field(PRODUCTS_WITHOUT_ID), PRODUCTS_WITHOUT_ID),
	orderIdFrom: readChoice(field(ORDER_ID_FROM), ORDER_ID_FROM),
	addsToCart:
		canBeUnfinished && readChoice(field(UNFINISHED_ORDERS), UNFINISHED_ORDERS) === 'addToCart',
});

/** Sends a purchase for each item that is an order of a shop system, and if that was chosen, the products of a cart. */
export const recordShopOrder: EventsOperation = {
	label: 'Record Shop Order',
	action: 'Record shop order',
	description: `Record the purchase of an order of a shop system: ${SHOPS.map(({ label }) => label).join(', ')}. It counts as revenue and cannot be taken back.`,
	parameters: [...FINISHED_ORDER_PARAMETERS, UNFINISHED_ORDERS],
	create: ({ api }) => ({
		...api.operation,
		plan(item) {
			const { report } = item;
			const read = readOrder(item, true);
			if (read === undefined) return [{ report, state: { kind: 'bad' } }];
			if ('reason' in read) return [heldBack(report, read.event, read.email, read.reason)];
			return api.planItem(item, read.event);
		},
		currencyOf,
	}),
};

/** The currency of an order, of the event that was made of it. */
export function currencyOf({ payload }: CheckedData): string | undefined {
	const { currency } = isObject(payload?.properties) ? payload.properties : {};
	return typeof currency === 'string' ? currency : undefined;
}

interface OrderHeldBack {
	readonly event: OrderEvent;
	readonly email: string | null;
	readonly reason: string;
}

type OrderEvent = 'purchase' | 'add_to_cart';

interface RecordedOrder {
	readonly event: BluecoreEvent;
	/** In milliseconds since the epoch; NaN: the order does not say it. */
	readonly created: number;
}

/** Reads the order of an item; undefined if it is bad, which is reported. */
export function readOrder(
	item: Item,
	canBeUnfinished: boolean,
): RecordedOrder | OrderHeldBack | undefined {
	const { report, options } = item;
	const settings = readOrderSettings(item, canBeUnfinished);
	const found = findOrder(item.field(ORDER), settings.platform);
	if (found === undefined || report.problems.length > 0) return undefined;
	const kept = keptAs(found, settings.addsToCart, report);
	if (kept === undefined || 'reason' in kept) return kept;

	const { shop, event } = kept;
	const order = plainJson({ value: found.order, label: ORDER.displayName, report }, 'left out');
	if (order === undefined || report.problems.length > 0) return undefined;
	const fields = order as Fields;
	const reason = whyNotSent(fields, shop, event, options, report);
	const notSent = (why: string) => ({ event, email: orderEmail(fields, shop), reason: why });
	if (reason !== undefined) return notSent(reason);

	const money = moneyOf(fields, shop, options.moneyFrom, report);
	const otherCurrency = inOtherCurrency(money.currency, options.currency, report);
	if (otherCurrency !== undefined) return notSent(otherCurrency);
	const lines = readLines(fields, shop, { ...settings, money }, report);
	if (lines.areNoProducts) return notSent(`No products: ${joinList(lines.notProducts)}`);
	const input = orderInput(item, fields, shop, lines, money, settings.orderIdFrom);
	const built = buildEvent(event, EVENTS[event], input);
	if (report.problems.length > 0) return undefined;
	return { event: built, created: timeIn(fields, shop.created)?.time ?? NaN };
}

/** As which event an order is recorded, or why it is none; undefined, and reported, if it must be something else. */
function keptAs(
	found: NonNullable<ReturnType<typeof findOrder>>,
	addsToCart: boolean,
	report: Report,
): { readonly shop: Shop; readonly event: OrderEvent } | OrderHeldBack | undefined {
	if (!found.other) {
		const { order, shop } = found;
		const rule = shop.notPurchases.find((each) => fits(order, each));
		if (!rule) return { shop, event: 'purchase' };
		const cart = addsToCart && rule.isUnfinished ? cartIn(order, shop) : undefined;
		const reason = stateText(order, rule.at, rule.reason);
		return cart ?? { event: 'purchase', email: orderEmail(order, shop), reason };
	}
	const { is, advice, isUnfinished } = found.other;
	const cart = addsToCart && isUnfinished ? cartIn(found.order, found.shop) : undefined;
	if (cart) return cart;
	if (advice === undefined) {
		return { event: 'purchase', email: null, reason: `Not an order: this is ${is}` };
	}
	return report.problem(`This is ${is}`, advice);
}

/** An unfinished order as a cart; undefined if it has become an order. */
const cartIn = (order: Fields, shop: Shop | undefined) =>
	shop && !shop.completed?.some((at) => fits(order, { at }))
		? ({ shop, event: 'add_to_cart' } as const)
		: undefined;

const orderEmail = (order: Fields, { email }: Shop): string | null =>
	textOf(firstValue(order, email)?.value) || null;

/** Why an order, or a cart, is not sent, whatever its products are. */
function whyNotSent(
	order: Fields,
	shop: Shop,
	event: OrderEvent,
	{ unpaidOrders, maxAgeHours }: Pick<ItemOptions, 'unpaidOrders' | 'maxAgeHours'>,
	report: Report,
): string | undefined {
	const notPaid = shop.notPaidYet.find((rule) => fits(order, rule));
	if (notPaid && event === 'purchase' && unpaidOrders === 'holdBack') {
		return stateText(order, notPaid.at, 'Not paid yet');
	}
	const reason = noEmail(order, shop);
	if (reason !== undefined) return reason;
	const old = tooOld('order', timeIn(order, shop.created), maxAgeHours, report);
	return old === undefined || event !== 'purchase'
		? old
		: `${old}. The operation Prepare Import Row makes it a row of a file of past purchases`;
}

const stateText = (order: Fields, path: string, reason: string): string =>
	`${reason}: ${path} is ${textOf(valueAt(order, path)) || 'set'}`;

/** Names the places that the order has, of those that can have an email. */
function noEmail(order: Fields, { email: paths, emailAlias, label }: Shop): string | undefined {
	const found = firstValue(order, paths);
	if (found === undefined) {
		const places = paths.filter((path) => Object.hasOwn(order, path.split('.')[0]));
		return `No email: the order has none in ${(places.length > 0 ? places : paths).join(', ')}`;
	}
	return emailAlias?.test(textOf(found.value))
		? `No email: ${found.path} is an alias that ${label} made for this order, not the customer's own address`
		: undefined;
}

function inOtherCurrency(
	currency: string,
	wanted: readonly string[],
	report: Report,
): string | undefined {
	if (wanted.length === 0) return undefined;
	const code = wanted.join(', ').toUpperCase();
	if (!/^[A-Z]{3}$/.test(code)) {
		report.problem(
			`The option Currency must be the three letters of a currency, but is ${quoted(wanted.join(', '))}`,
			'Enter the primary currency of your Bluecore account, such as USD.',
		);
	} else if (currency === '') {
		report.warn(`The order does not say its currency; it counts as ${code}`);
	} else if (currency !== code) {
		return `Another currency: the order is in ${currency}, and Currency is ${code}`;
	}
	return undefined;
}
