import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { eventsApi } from '../../nodes/BluecoreEvents/eventsApi';
import { forwardTrackingEvent } from '../../nodes/BluecoreEvents/forward/forwardOperation';
import type { OutgoingRequest, Plan } from '../../nodes/shared/run/operation';
import { Report } from '../../nodes/shared/values/report';
import { itemOf } from './items';

interface SentEvent {
	readonly event: string;
	readonly properties: Readonly<Record<string, unknown>> & { readonly distinct_id: string };
}

/** What came of forwarding: the events to send in order, what is held back, and what is wrong. */
export interface Forwarded {
	readonly events: SentEvent[];
	readonly orderKeys: Array<string | undefined>;
	readonly heldBack: IDataObject[];
	readonly problems: string[];
	readonly fixes: string[];
	readonly warnings: string[];
	readonly planned: readonly Plan[];
}

/** The request of what is ready to be sent. */
export const requestIn = ({ state }: Plan): OutgoingRequest | undefined =>
	state.kind === 'ready' ? state.request : undefined;

/** The operation, once for a whole run; nothing is sent. */
export function forwarder(staticData: IDataObject = {}) {
	const context = { getWorkflowStaticData: () => staticData } as unknown as IExecuteFunctions;
	const operation = forwardTrackingEvent.create({
		api: eventsApi(context, 1000),
		execution: context,
	});
	const orderKey = ({ customer = '' }: OutgoingRequest) => operation.orderKey?.(customer);
	return {
		/** Forwards what one item holds, with further parameters of the node. */
		item: (message: unknown, parameters: IDataObject = {}): Forwarded => {
			const report = new Report();
			const item = itemOf({ unmappedEvents: 'drop', ...parameters, message }, report);
			const planned = [...operation.plan(item)];
			const reports = [...new Set([report, ...planned.map((request) => request.report)])];
			const requests = planned.flatMap((request) => requestIn(request) ?? []);
			return {
				planned,
				events: requests.map(({ payload }) => payload as unknown as SentEvent),
				orderKeys: requests.map(orderKey),
				heldBack: planned.flatMap(({ state }) => (state.kind === 'heldBack' ? [state.output] : [])),
				problems: reports.flatMap(({ problems }) => problems.map(({ message: text }) => text)),
				fixes: reports.flatMap(({ problems }) => problems.map(({ fix }) => fix)),
				warnings: reports.flatMap(({ warnings }) => warnings),
			};
		},
		orderKey,
		accept: (requests: readonly OutgoingRequest[]) => operation.afterSending?.(requests),
	};
}

/** Forwards one item without linking IDs to emails. */
export const forward = (message: unknown, parameters: IDataObject = {}): Forwarded =>
	forwarder().item(message, { options: { linkIdentity: false }, ...parameters });

export const EMAIL = 'jane@example.com';
/** Where a message says who it is about. */
export const IDENTITY = { userId: 'u-1', anonymousId: 'a-1', traits: { email: EMAIL } };
export const PRODUCT = { product_id: 'SKU1', price: 39.9, quantity: 1 };
export const SENT_PRODUCT = { id: 'SKU1', price: 39.9, quantity: 1 };
/** What every event of such a message has. */
export const COMMON = { distinct_id: EMAIL, customer: { email: EMAIL } };

export const track = (event: string, properties: IDataObject = {}, more: IDataObject = {}) => ({
	type: 'track',
	event,
	...IDENTITY,
	properties,
	...more,
});

/** The one event that a message becomes. */
export function eventOf(message: unknown, parameters: IDataObject = {}): SentEvent {
	const { events, problems, heldBack } = forward(message, parameters);
	expect([problems, heldBack, events.length]).toEqual([[], [], 1]);
	return events[0];
}

/** The one output of a message of which nothing goes out, although nothing is wrong with it. */
export function heldBackOf(message: unknown, parameters: IDataObject = {}): IDataObject {
	const { events, problems, heldBack } = forward(message, parameters);
	expect([problems, heldBack.length, events]).toEqual([[], 1, []]);
	return heldBack[0];
}
