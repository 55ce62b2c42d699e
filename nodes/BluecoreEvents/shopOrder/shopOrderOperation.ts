import type { Item } from '../../shared/input/item';
import type { PlannedRequest } from '../../shared/run/itemRequest';
import type { Operation } from '../../shared/run/operation';
import type { EventsApi } from '../eventsApi';
import { warnOfCurrencies } from './currencies';
import { readOrder } from './readOrder';

/** Sends a purchase for each item that is an order of a shop system, and if that was chosen, the products of a cart. */
export function shopOrderOperation(api: EventsApi): Operation {
	return {
		...api.operation,
		plan: (item) => planOrder(item, api),
		afterPlanning: warnOfCurrencies,
	};
}

function planOrder(item: Item, api: EventsApi): PlannedRequest[] {
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
