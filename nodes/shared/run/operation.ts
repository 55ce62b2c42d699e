import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { Account } from '../account/account';
import type { Confirmation } from '../delivery/call';
import type { DeliverySettings } from '../delivery/deliver';
import type { Response, ValidateResponse } from '../delivery/outcome';
import type { Item } from '../input/item';
import type { OperationTexts } from '../input/showFor';
import type { ApiFailure, FailureFacts } from '../messages/failures';
import type { Place } from '../messages/progress';
import type { ItemOptions } from '../options/nodeOptions';
import type { Report } from '../values/report';

/** A request that is checked and ready to be sent. */
export interface OutgoingRequest {
	readonly account: Account;
	/** The key of its customer. Requests about the same customer are sent one after another, in input order. */
	readonly customer?: string;
	/** The part of the output that does not depend on the answer, such as the event and the distinct ID. */
	readonly summary: IDataObject;
	/** What to do when it is unknown whether it arrived, where that differs between requests. */
	readonly unknownFix?: string;
	/** The body without secrets, for Validate Only and Include Payload. */
	readonly payload?: IDataObject;
	send(signal: AbortSignal): Promise<Response>;
	readonly confirmation?: Confirmation;
}

/** What the checks of a whole run look at. */
export type CheckedData = Pick<OutgoingRequest, 'account' | 'summary' | 'payload'>;

/** The state of a request that can be sent; with Validate Only, it is not sent. */
export interface Ready {
	readonly kind: 'ready';
	readonly request: OutgoingRequest;
}

type PlannedState =
	/** Its report has a problem. */
	| { readonly kind: 'bad' }
	/** It must not be sent; the output says why. */
	| { readonly kind: 'heldBack'; readonly output: IDataObject }
	/** Nothing is sent, because the item becomes an output item in another form. `checked`: what that was made of. */
	| { readonly kind: 'converted'; readonly output: IDataObject; readonly checked: CheckedData }
	| Ready;

export type SentState = { readonly attempts: number } & (
	| { readonly kind: 'accepted'; readonly request: OutgoingRequest; readonly response: Response }
	/** `unknown`: it may have arrived. */
	| { readonly kind: 'refused' | 'unknown' | 'notSent'; readonly failure: ApiFailure }
);

/** One request of an input item, from planning to output; most items have one. `outputItems` turns each into an output item. */
export interface ItemRequest<State = PlannedState | SentState> extends Place {
	readonly options: ItemOptions;
	/** What the checks found; a problem makes the request bad, unless it is held back. */
	readonly report: Report;
	/** What an error item shows instead of the item's fields, so that this message alone can be sent again. */
	readonly ownFields?: IDataObject;
	/** Whether it has an output item or an error item of its own, whatever becomes of the item's other requests. */
	readonly isSeparate?: boolean;
	readonly state: State;
}

export type PlannedRequest = ItemRequest<PlannedState>;

export type Plan = Omit<PlannedRequest, 'itemIndex' | 'options'>;

/** The plan of an item that has one request. */
export const planOf = ({ report }: Item, request: OutgoingRequest): Plan => ({
	report,
	state: { kind: 'ready', request },
});

/** What a request may repeat. */
interface Repeatable {
	/** Of the same account; requests that repeat each other have the same key. */
	readonly key: string;
	/** They have the same data, too. It is compared only where the keys are the same, because it may be large. */
	readonly data?: unknown;
	/** The warning; `others` names the other requests, such as `item 3, item 7`. */
	warning(others: string): string;
	/** What to do, if a repeat is a problem and no warning. */
	readonly fix?: string;
}

/** An operation of a node: how an item is checked, what is sent for it, and what the answer means. */
export interface Operation {
	readonly endpoint: FailureFacts['endpoint'];
	/** Whether its requests only ask: they are sent again in spite of the option Retry on Unknown Outcome, and do not count as accepted. */
	readonly isReadOnly?: boolean;
	/** Checks an item and plans its requests, one by one. Problems go into the item's report. */
	plan(item: Item): Iterable<Plan>;
	repeatableOf?(data: CheckedData): Repeatable | undefined;
	/** Requests of which each one more does harm: what they are called, such as `emails`, and which they are. */
	readonly harmful?: { readonly what: string; isHarmful(data: CheckedData): boolean };
	attributesOf?(data: CheckedData): unknown;
	currencyOf?(data: CheckedData): string | undefined;
	/** Gives the same key for customers whose requests must be kept in one order; called when all items are planned. */
	orderKey?(customer: string): string;
	/** What is wrong with an answer of 2xx that is not the API's. */
	readonly validateResponse?: ValidateResponse;
	/** What an answer says of how many requests the account may send, for an API that tells it. */
	readonly readQuota?: DeliverySettings['readQuota'];
	/** What a status of the API means, where it is more than is said of it in general. */
	readonly explain?: FailureFacts['explain'];
	/** The output of an accepted request, besides the attempts; those are left out if it has a field for them. */
	output(request: OutgoingRequest, response: Response): IDataObject;
	/** Whether an accepted answer is about what an earlier run has sent, and nothing was sent now. */
	isFromBefore?(response: Response): boolean;
	/** Whether an answer is not final yet, so that the node asks again later. */
	isPending?(response: Response): boolean;
	/** Called once with what was accepted, also when the run then ends with an error. */
	afterSending?(accepted: readonly OutgoingRequest[]): void;
}

/** The definition of an operation: what the editor shows of it, and how its items are checked, sent and output. */
export interface OperationDefinition<Context> extends OperationTexts {
	/** Its parameters, in order; the same parameter can be that of several operations. */
	readonly parameters: readonly INodeProperties[];
	/** `context`: what it needs of the node that it runs in. */
	create(context: Context): Operation;
}
