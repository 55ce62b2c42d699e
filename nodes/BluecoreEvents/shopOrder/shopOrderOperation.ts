import type { Item } from '../../shared/input/item';
import type { ItemRequest, PlannedRequest, PlannedState } from '../../shared/run/itemRequest';
import type { Operation } from '../../shared/run/operation';
import { isObject } from '../../shared/values/coerce';
import { joinList } from '../../shared/values/text';
import type { EventsApi } from '../eventsApi';
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

/** Warns of the orders of a run that are not in the currency that most of the same account's are in. */
export function warnOfCurrencies(planned: ReadonlyArray<ItemRequest<PlannedState>>): void {
	const accounts = new Map<string, Map<string, Array<ItemRequest<PlannedState>>>>();
	for (const request of planned) {
		const { state } = request;
		if (state.kind !== 'ready' || !isObject(state.request.payload?.properties)) continue;
		const { currency } = state.request.payload.properties;
		if (typeof currency !== 'string') continue;
		const { baseUrl, namespace } = state.request.account;
		const key = JSON.stringify([baseUrl, namespace]);
		const currencies = accounts.get(key) ?? new Map<string, Array<ItemRequest<PlannedState>>>();
		accounts.set(key, currencies);
		const requests = currencies.get(currency);
		if (requests) requests.push(request);
		else currencies.set(currency, [request]);
	}
	for (const currencies of accounts.values()) {
		const [, ...others] = [...currencies].sort(([, a], [, b]) => b.length - a.length);
		if (others.length === 0) continue;
		const counts = [...currencies].map(([code, { length }]) => `${code} (${length})`);
		const text = `The orders of this run are in several currencies: ${joinList(counts)}. Bluecore adds amounts up without looking at the currency; the option Currency holds back the orders in others`;
		for (const { report } of others.flatMap(([, requests]) => requests)) report.warn(text);
	}
}
