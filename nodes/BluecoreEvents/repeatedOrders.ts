import type { ItemRequest, PlannedState } from '../shared/run/itemRequest';
import { isObject } from '../shared/values/coerce';
import { joinList, quoted } from '../shared/values/text';

/** How many of the others a warning names. */
const MAX_NAMED = 20;

interface Order {
	readonly id: string;
	readonly purchases: Array<ItemRequest<PlannedState>>;
	/** Its items, and in each the numbers of its messages. */
	readonly items: Map<number, number[]>;
}

/** Warns of purchases with the same Order ID in one account, because Bluecore counts them as one order. */
export function warnOfRepeatedOrders(planned: ReadonlyArray<ItemRequest<PlannedState>>): void {
	for (const { id, purchases, items } of ordersIn(planned)) {
		if (purchases.length === 1) continue;
		const itemIndexes = [...items.keys()].slice(0, MAX_NAMED + 1);
		for (const { itemIndex, message, report } of purchases) {
			const messages = (items.get(itemIndex) ?? []).slice(0, MAX_NAMED + 1);
			const others = [
				...messages.filter((number) => number !== message?.number).map((n) => `message ${n}`),
				...itemIndexes.filter((index) => index !== itemIndex).map((index) => `item ${index}`),
			];
			report.warn(
				`Order ID ${quoted(id)} is also that of ${joinList(others, ', ', MAX_NAMED)}; Bluecore counts a purchase with the same Order ID once`,
			);
		}
	}
}

function ordersIn(planned: ReadonlyArray<ItemRequest<PlannedState>>): Iterable<Order> {
	const orders = new Map<string, Order>();
	for (const purchase of planned) {
		if (purchase.state.kind !== 'ready') continue;
		const { account, baseUrl, payload } = purchase.state.request;
		if (payload?.event !== 'purchase' || !isObject(payload.properties)) continue;
		const id = String(payload.properties.order_id);
		const key = JSON.stringify([baseUrl, account.namespace, id]);
		const order = orders.get(key) ?? { id, purchases: [], items: new Map<number, number[]>() };
		orders.set(key, order);
		order.purchases.push(purchase);
		const { itemIndex, message } = purchase;
		const numbers = order.items.get(itemIndex) ?? [];
		order.items.set(itemIndex, numbers);
		if (message) numbers.push(message.number);
	}
	return orders.values();
}
