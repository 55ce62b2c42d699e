import type { Item } from '../../shared/input/item';
import type { Plan } from '../../shared/run/operation';
import { isObject } from '../../shared/values/coerce';
import type { EventsApi, EventsOperation } from '../eventsApi';
import { readOrder } from './readOrder';
import { SHOP_ORDER_PARAMETERS } from './shopOrderParameters';
import { SHOPS } from './shops';

/** Sends a purchase for each item that is an order of a shop system, and if that was chosen, the products of a cart. */
export const recordShopOrder: EventsOperation = {
	label: 'Record Shop Order',
	action: 'Record shop order',
	description: `Record the purchase of an order of a shop system: ${SHOPS.map(({ label }) => label).join(', ')}. It counts as revenue and cannot be taken back.`,
	parameters: SHOP_ORDER_PARAMETERS,
	create: ({ api }) => ({
		...api.operation,
		plan: (item) => planOrder(item, api),
		currencyOf({ payload }) {
			const { currency } = isObject(payload?.properties) ? payload.properties : {};
			return typeof currency === 'string' ? currency : undefined;
		},
	}),
};

function planOrder(item: Item, api: EventsApi): Plan[] {
	const { report, options } = item;
	const read = readOrder(item, options.maxAgeHours);
	if (read === undefined) return [{ report, state: { kind: 'bad' } }];
	if ('reason' in read) {
		const { event, email, reason } = read;
		const output = { event, distinct_id: email, accepted: false, reason };
		return [{ report, state: { kind: 'heldBack', output } }];
	}
	return api.planItem(item, read.event);
}
