import type { Item } from '../../shared/input/item';
import type { ItemOptions } from '../../shared/options/nodeOptions';
import { toText } from '../../shared/values/coerce';
import { plainJson } from '../../shared/values/json';
import { firstValue, valueAt } from '../../shared/values/paths';
import type { Report } from '../../shared/values/report';
import { joinList, quoted } from '../../shared/values/text';
import { buildEvent, type BluecoreEvent } from '../buildEvent';
import { EVENTS } from '../catalogue';
import { timeIn, tooOld } from '../forward/holdBack';
import { findOrder } from './findOrder';
import { orderInput } from './orderInput';
import { readLines } from './orderLines';
import { moneyOf } from './orderMoney';
import { isOneOf, lacksAll, type OrderFields, type Shop } from './shop';
import { ORDER, readOrderSettings } from './shopOrderParameters';

/** The event of an order, and when the order was created, in milliseconds since the epoch; NaN: it does not say it. */
interface RecordedOrder {
	readonly event: BluecoreEvent;
	readonly created: number;
}

/** Why an order is not sent. */
interface OrderHeldBack {
	readonly event: OrderEvent;
	readonly email: string | null;
	readonly reason: string;
}

type OrderEvent = 'purchase' | 'add_to_cart';

/** Reads the order of an item; undefined if it is bad, which is reported. `maxAgeHours` 0: of any age. */
export function readOrder(
	item: Item,
	maxAgeHours: number,
): RecordedOrder | OrderHeldBack | undefined {
	const { report, options } = item;
	const settings = readOrderSettings(item);
	const found = findOrder(item.field(ORDER), settings.platform);
	if (found.kind === 'bad' || report.problems.length > 0) return undefined;
	const kept = keptAs(found, settings.addsToCart, report);
	if (kept === undefined || 'reason' in kept) return kept;

	const { shop, event } = kept;
	const order = plainJson({ value: found.order, label: ORDER.displayName, report }, 'left out');
	if (order === undefined || report.problems.length > 0) return undefined;
	const fields = order as OrderFields;
	const reason = whyNotSent(fields, shop, event, { ...options, maxAgeHours }, report);
	const heldBack = (why: string) => ({ event, email: orderEmail(fields, shop), reason: why });
	if (reason !== undefined) return heldBack(reason);

	const money = moneyOf(fields, shop, options.moneyFrom, report);
	const otherCurrency = inOtherCurrency(money.currency, options.currency, report);
	if (otherCurrency !== undefined) return heldBack(otherCurrency);
	const lines = readLines(fields, shop, { ...settings, money }, report);
	if (lines.areNoProducts) return heldBack(`No products: ${joinList(lines.notProducts)}`);
	const input = orderInput(item, fields, shop, lines, money, settings.orderIdFrom);
	const built = buildEvent(event, EVENTS[event], input);
	if (report.problems.length > 0) return undefined;
	return { event: built, created: timeIn(fields, shop.created)?.time ?? NaN };
}

/** As which event an order is recorded, or why it is none; undefined, and reported, if it must be something else. */
function keptAs(
	found: Exclude<ReturnType<typeof findOrder>, { kind: 'bad' }>,
	addsToCart: boolean,
	report: Report,
): { readonly shop: Shop; readonly event: OrderEvent } | OrderHeldBack | undefined {
	if (found.kind === 'order') {
		const { order, shop } = found;
		const state = paymentState(order, shop.notPurchases);
		if (!state) return { shop, event: 'purchase' };
		const cart = addsToCart && state.rule.isUnfinished ? cartIn(order, shop) : undefined;
		return cart ?? { event: 'purchase', email: orderEmail(order, shop), reason: state.text };
	}
	const { is, advice, isUnfinished } = found.other;
	const cart = addsToCart && isUnfinished ? cartIn(found.order, found.shop) : undefined;
	if (cart) return cart;
	if (advice === undefined) {
		return { event: 'purchase', email: null, reason: `Not an order: this is ${is}` };
	}
	report.problem(`This is ${is}`, advice);
	return undefined;
}

/** An unfinished order as a cart; undefined if it has become an order. */
const cartIn = (order: OrderFields, shop: Shop | undefined) =>
	shop && !shop.completed?.some((path) => isOneOf(order, path, 'any'))
		? ({ shop, event: 'add_to_cart' } as const)
		: undefined;

const orderEmail = (order: OrderFields, { email }: Shop): string | null =>
	toText(firstValue(order, email)?.value) || null;

/** Why an order, or a cart, is not sent, whatever its products are. */
function whyNotSent(
	order: OrderFields,
	shop: Shop,
	event: OrderEvent,
	{ unpaidOrders, maxAgeHours }: Pick<ItemOptions, 'unpaidOrders' | 'maxAgeHours'>,
	report: Report,
): string | undefined {
	const isHeldUntilPaid = event === 'purchase' && unpaidOrders === 'holdBack';
	const notPaid = isHeldUntilPaid ? paymentState(order, shop.notPaidYet)?.text : undefined;
	const reason = notPaid ?? noEmail(order, shop);
	if (reason !== undefined) return reason;
	const age = { times: shop.created, called: 'order' };
	const old = tooOld(order, maxAgeHours, Date.now(), report, age);
	return old === undefined || event !== 'purchase'
		? old
		: `${old}. The operation Prepare Import Row makes it a row of a file of past purchases`;
}

/** The first rule that an order's state fits, and the reason with the value. */
function paymentState(order: OrderFields, rules: Shop['notPurchases']) {
	const rule = rules.find(
		({ at, is, lacks = [] }) => isOneOf(order, at, is) && lacksAll(order, lacks),
	);
	if (rule === undefined) return undefined;
	return {
		rule,
		text: `${rule.reason}: ${rule.at} is ${toText(valueAt(order, rule.at)) ?? 'set'}`,
	};
}

/** Names the places that the order has, of those that can have an email. */
function noEmail(
	order: OrderFields,
	{ email: paths, emailAlias, label }: Shop,
): string | undefined {
	const found = firstValue(order, paths);
	if (found === undefined) {
		const places = paths.filter((path) => Object.hasOwn(order, path.split('.')[0]));
		return `No email: the order has none in ${(places.length > 0 ? places : paths).join(', ')}`;
	}
	return emailAlias?.test(toText(found.value) ?? '')
		? `No email: ${found.path} is an alias that ${label} made for this order, not the customer's own address`
		: undefined;
}

/** Why an order is held back for its currency. */
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
