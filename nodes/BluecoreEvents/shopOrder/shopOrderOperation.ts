import type { Item } from '../../shared/input/item';
import type { PlannedRequest } from '../../shared/run/itemRequest';
import type { Operation } from '../../shared/run/operation';
import { Report } from '../../shared/values/report';
import type { BluecoreEvent } from '../buildEvent';
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
	const { account, report, options } = item;
	const read = readOrder(item, options.maxAgeHours);
	if (read === undefined) return [{ report, state: { kind: 'bad' } }];
	if ('reason' in read) {
		const { event, email, reason } = read;
		const output = { event, distinct_id: email, accepted: false, reason };
		return [{ report, state: { kind: 'heldBack', output } }];
	}
	return oneForEachProduct(read.event).map((event, index, { length }) => ({
		report: index === 0 ? report : new Report(),
		...(length > 1 && { name: event.event }),
		state: { kind: 'ready', request: api.request(account, event) },
	}));
}

/** Bluecore takes one product in each `add_to_cart`. */
function oneForEachProduct(event: BluecoreEvent): BluecoreEvent[] {
	const { products } = event.properties;
	if (event.event !== 'add_to_cart' || !Array.isArray(products)) return [event];
	return products.map((product) => ({
		...event,
		properties: { ...event.properties, products: [product] },
	}));
}
