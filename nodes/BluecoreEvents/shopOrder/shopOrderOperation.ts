import type { Item } from '../../shared/input/item';
import type { PlannedState } from '../../shared/run/itemRequest';
import type { Operation } from '../../shared/run/operation';
import { toText } from '../../shared/values/coerce';
import { plainJson } from '../../shared/values/plainJson';
import { readChoice } from '../../shared/values/readField';
import { joinList } from '../../shared/values/text';
import { buildEvent } from '../buildEvent';
import { EVENTS } from '../catalogue';
import type { EventsApi } from '../eventsApi';
import { decimalMarkOf, toAmount } from './amounts';
import { findOrder } from './findOrder';
import { orderInput } from './orderInput';
import { linesIn, readLines } from './orderLines';
import { firstValue, isOneOf, valueAt, type Fields } from './orderPaths';
import type { Shop } from './shop';
import { ORDER, PLATFORM, PRODUCT_ID_FROM, PRODUCTS_WITHOUT_ID } from './shopOrderParameters';

const EVENT = 'purchase';

/** Sends a purchase for each item that is an order of a shop system. */
export function shopOrderOperation(api: EventsApi): Operation {
	return {
		...api.operation,
		plan: (item) => [{ report: item.report, state: planOrder(item, api) }],
	};
}

function planOrder(item: Item, api: EventsApi): PlannedState {
	const { report } = item;
	const platform = readChoice(item.field(PLATFORM), PLATFORM);
	const idFrom = readChoice(item.field(PRODUCT_ID_FROM), PRODUCT_ID_FROM);
	const withoutId = readChoice(item.field(PRODUCTS_WITHOUT_ID), PRODUCTS_WITHOUT_ID);
	const found = findOrder(item.field(ORDER), platform);
	if (found.kind === 'bad' || report.problems.length > 0) return { kind: 'bad' };
	if (found.kind === 'other') {
		const { is, advice } = found.other;
		if (advice === undefined) return heldBack(null, `Not an order: this is ${is}`);
		report.problem(`This is ${is}`, advice);
		return { kind: 'bad' };
	}

	const { shop } = found;
	const order = plainJson({ value: found.order, label: ORDER.displayName, report }, 'left out');
	if (order === undefined || report.problems.length > 0) return { kind: 'bad' };
	const fields = order as Fields;
	const mark = decimalMarkOf(amountsIn(fields, shop));
	const amount = (value: unknown) => toAmount(value, mark);
	const lines = readLines(fields, shop, { idFrom, withoutId, amount }, report);

	const email = toText(firstValue(fields, shop.email)?.value) || null;
	const reason = notPurchase(fields, shop) ?? (email === null ? noEmail(fields, shop) : undefined);
	if (reason !== undefined) return heldBack(email, reason);
	if (lines.areNoProducts) {
		return heldBack(email, `No products: ${joinList(lines.notProducts)}`);
	}
	const input = orderInput(item, fields, shop, lines, amount);
	const event = buildEvent(EVENT, EVENTS[EVENT], input);
	return report.problems.length > 0
		? { kind: 'bad' }
		: { kind: 'ready', request: api.request(item.account, event) };
}

const heldBack = (email: string | null, reason: string): PlannedState => ({
	kind: 'heldBack',
	output: { event: EVENT, distinct_id: email, accepted: false, reason },
});

/** Names the places that the order has, of those that can have an email. */
function noEmail(order: Fields, { email }: Shop): string {
	const places = email.filter((path) => Object.hasOwn(order, path.split('.')[0]));
	return `No email: the order has none in ${(places.length > 0 ? places : email).join(', ')}`;
}

/** Why an order is not a purchase, by its state. */
function notPurchase(order: Fields, { notPurchases }: Shop): string | undefined {
	const rule = notPurchases.find(({ at, is }) => isOneOf(order, at, is));
	return rule && `${rule.reason}: ${rule.at} is ${toText(valueAt(order, rule.at)) ?? 'set'}`;
}

/** All amounts of an order, by which its decimal mark is known. */
function amountsIn(order: Fields, shop: Shop): unknown[] {
	const { price, quantity } = shop.lines;
	const lines = linesIn(order, shop)?.list ?? [];
	return [
		...[...shop.total, ...shop.discounts].map((path) => valueAt(order, path)),
		...lines.flatMap((line) =>
			[...price, ...quantity].map((path) => valueAt(line as Fields, path)),
		),
	];
}
