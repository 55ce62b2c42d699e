import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { EVENTS_PATH, requestOptions, type Account } from '../shared/account/account';
import type { InvalidResponse, Response } from '../shared/delivery/outcome';
import type { Item } from '../shared/input/item';
import {
	apiResponse,
	isPage,
	notTheApi,
	readApiMessage,
	redact,
	type ApiResponse,
} from '../shared/messages/answers';
import { SameCustomer } from '../shared/run/acrossItems';
import type {
	Operation,
	OperationDefinition,
	OutgoingRequest,
	Plan,
} from '../shared/run/operation';
import { ALREADY_ACCEPTED } from '../shared/run/outputItems';
import { Report } from '../shared/values/report';
import { quoted } from '../shared/values/text';
import { isGiven, isObject, textOf, type Fields } from '../shared/values/value';
import type { BluecoreEvent } from './buildEvent';
import { definitionOf, type EventOperation } from './catalogue';

/** What the operations of one run use. */
interface EventsContext {
	readonly api: ReturnType<typeof eventsApi>;
	readonly execution: IExecuteFunctions;
}

/** The definition of an operation that is no event of the catalogue. */
export type EventsOperation = OperationDefinition<EventsContext>;

/** What is known of an event besides its data. */
interface EventFacts {
	/** Of all its checks; the first request has it. */
	readonly report: Report;
	readonly summary?: IDataObject;
	/** What it is called in messages, where its item or message has several events. */
	readonly name?: string;
	/** Where the fields of an error item can be: they say which events of the same data were accepted when it was sent before. */
	readonly sources: ReadonlyArray<Fields>;
}

export function eventsApi(context: IExecuteFunctions, timeoutMs: number) {
	const customers = new SameCustomer();

	/** What all operations that send events have in common. */
	const operation: Omit<Operation, 'plan'> = {
		endpoint: 'event',
		validateResponse,
		harmful: { what: 'events', isHarmful: ({ summary }) => !NOT_COUNTED.has(summary.event) },
		repeatableOf: repeatableOrder,
		attributesOf: ({ payload }) => isObject(payload?.properties) && payload.properties.customer,
		orderKey: (customer) => customers.keyOf(customer),
		output: ({ summary }, { statusCode }) => ({
			...summary,
			accepted: true,
			status_code: statusCode,
		}),
	};

	/** The request that sends an event; `summary` goes into the output, besides the event and the distinct ID. */
	const request = (
		account: Account,
		{ event, properties }: BluecoreEvent,
		summary?: IDataObject,
	): OutgoingRequest => ({
		account,
		customer: customers.join(account, [...emailIn(properties), properties.distinct_id]),
		summary: { event, distinct_id: properties.distinct_id, ...summary },
		payload: { event, properties } as IDataObject,
		async send(signal) {
			const body = { event, properties: { token: account.namespace, ...properties } };
			const url = `${account.baseUrl}${EVENTS_PATH}`;
			const options = requestOptions({ url, body }, timeoutMs, signal);
			const response = (await context.helpers.httpRequest(options)) as Response;
			return {
				...apiResponse(response, url, account.urlLabel),
				refusal: refusalIn(response, account),
			};
		},
	});

	/** Plans an event: one request, or one for each product if Bluecore takes one an event. What was accepted before is left out. */
	function plan(
		account: Account,
		whole: BluecoreEvent,
		{ report, summary, name, sources }: EventFacts,
	): Plan[] {
		if (report.problems.length > 0) return [{ report, state: { kind: 'bad' } }];
		const isNew = notAccepted(sources);
		return partsOf(whole, name).flatMap(({ part, ...place }, index): Plan[] => {
			if (!isNew(part, place.product)) return [];
			const state = { kind: 'ready' as const, request: request(account, part, summary) };
			return [{ report: index === 0 ? report : new Report(), ...place, state }];
		});
	}

	/** Plans the only event of an item. */
	function planItem({ account, report, json }: Item, event: BluecoreEvent): Plan[] {
		const planned = plan(account, event, { report, sources: [json] });
		if (planned.length > 0) return planned;
		const reason = 'Already accepted: all events of this item have been sent';
		return [heldBack(report, event.event, event.properties.distinct_id, reason)];
	}

	return { customers, operation, request, plan, planItem };
}

/** Events that change nothing when they are sent twice: they set a state, or have an Order ID. */
const NOT_COUNTED: ReadonlySet<unknown> = new Set<EventOperation>([
	...(['customer_patch', 'identify', 'optin', 'unsubscribe', 'purchase'] as const),
]);

/** The order of a purchase: Bluecore counts purchases with the same Order ID in one account as one order. */
const repeatableOrder: Operation['repeatableOf'] = ({ payload }) => {
	if (payload?.event !== 'purchase' || !isObject(payload.properties)) return undefined;
	const id = String(payload.properties.order_id);
	return {
		key: id,
		warning: (others) =>
			`Order ID ${quoted(id)} is also that of ${others}; Bluecore counts a purchase with the same Order ID once`,
	};
};

/** Plans that an event is not sent; `more` goes into the output, too. */
export const heldBack = (
	report: Report,
	event: string | null,
	distinctId: string | null,
	reason: string,
	more?: IDataObject,
): Plan => ({
	report,
	state: {
		kind: 'heldBack',
		output: { event, distinct_id: distinctId, accepted: false, reason, ...more },
	},
});

/** What an error item says of an accepted event, as one text. */
const keyOf = (accepted: unknown): string | undefined =>
	isObject(accepted)
		? JSON.stringify([accepted.event, accepted.distinct_id, accepted.product])
		: undefined;

/** Returns what says whether an event was not accepted before. One that was stands for one of several that are the same. */
function notAccepted(sources: EventFacts['sources']) {
	const accepted = sources.flatMap((source) => source[ALREADY_ACCEPTED]).map(keyOf);
	return ({ event, properties }: BluecoreEvent, product?: string): boolean => {
		const { distinct_id } = properties;
		const before = accepted.indexOf(keyOf({ event, distinct_id, product }));
		if (before >= 0) accepted.splice(before, 1);
		return before < 0;
	};
}

interface Part extends Pick<Plan, 'name' | 'product'> {
	readonly part: BluecoreEvent;
}

/** An event, or one for each product if Bluecore takes one an event. */
function partsOf(whole: BluecoreEvent, name?: string): Part[] {
	const { event, properties } = whole;
	const { products } = properties;
	if (definitionOf(event).takesProducts !== 'one' || !Array.isArray(products)) {
		return [{ part: whole, name }];
	}
	return products.map((product, index) => ({
		part: { event, properties: { ...properties, products: [product] } },
		product: textOf(isObject(product) ? product.id : product),
		name: products.length > 1 ? `${event} of product ${index + 1}` : name,
	}));
}

/** The email of the customer of an event, if it is known. */
export function emailIn({ customer }: Fields): string[] {
	const email = isObject(customer) ? customer.email : undefined;
	return typeof email === 'string' ? [email] : [];
}

/** An answer; `refusal` is what its JSON says, if that says that the event was not accepted. */
type EventResponse = ApiResponse & { readonly refusal?: string };

/** Whatever the status, a `success` that is false, an `error` or a `code` beside a message say so. */
function refusalIn({ body }: Response, account: Account): string | undefined {
	if (!isObject(body)) return undefined;
	const { error, errors, success, ok, status, code } = body;
	const isRefused =
		[success, ok].includes(false) ||
		[error, errors].some((said) => isGiven(said) && said !== false && said !== 0) ||
		/^(?:error|fail)/i.test(textOf(status)) ||
		Number(status ?? code) >= 400;
	return isRefused
		? redact(readApiMessage(body).apiMessage ?? 'it gives no reason', account)
		: undefined;
}

/** Bluecore answers 202, with any text or none. Of another 2xx only JSON may be Bluecore's: proxies answer 200 too. */
function validateResponse(response: EventResponse): InvalidResponse | undefined {
	if (isPage(response)) return { ...notTheApi(response), mayHaveArrived: false };
	if (response.refusal !== undefined) {
		return {
			message: `The answer has the status ${response.statusCode}, but says that the event was not accepted: ${response.refusal}`,
			fix: `Correct what the answer names. If Bluecore does not answer like this, check the ${response.urlLabel} in the Bluecore credential.`,
			mayHaveArrived: false,
		};
	}
	if (response.statusCode === 202 || isObject(response.body)) return undefined;
	// A proxy may have passed the event on.
	return { ...notTheApi(response), mayHaveArrived: true };
}
