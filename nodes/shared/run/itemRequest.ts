import type { IDataObject } from 'n8n-workflow';

import type { Account } from '../account/account';
import type { Confirmation } from '../delivery/call';
import type { Response } from '../delivery/outcome';
import type { ApiFailure } from '../messages/failures';
import type { Place } from '../messages/place';
import type { ItemOptions } from '../options/nodeOptions';
import type { Report } from '../values/report';

/** A request that is checked and ready to be sent. */
export interface OutgoingRequest {
	readonly account: Account;
	/** Requests about the same customer are sent one after another, in input order. */
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

/** The state of a request before anything is sent. */
export type PlannedState =
	/** Its report has a problem. */
	| { readonly kind: 'bad' }
	/** It must not be sent; the output says why. */
	| { readonly kind: 'heldBack'; readonly output: IDataObject }
	/** Nothing is sent for it; it is the output. */
	| { readonly kind: 'converted'; readonly output: IDataObject }
	/** It can be sent; with Validate Only, it is not sent. */
	| { readonly kind: 'ready'; readonly request: OutgoingRequest };

/** The state of a request after sending. */
export type SentState = AcceptedState | FailedState;

interface AcceptedState {
	readonly kind: 'accepted';
	readonly request: OutgoingRequest;
	readonly response: Response;
	readonly attempts: number;
}

export interface FailedState {
	/** `unknown`: it may have arrived. */
	readonly kind: 'refused' | 'unknown' | 'notSent';
	readonly failure: ApiFailure;
	readonly attempts: number;
}

/** A request that an operation plans for an item. */
export interface PlannedRequest extends Omit<Place, 'itemIndex'> {
	/** What the checks found; a problem makes the request bad. */
	readonly report: Report;
	/** What an error item shows instead of the item's fields, so that this message alone can be sent again. */
	readonly ownFields?: IDataObject;
	/** Whether it has an output item or an error item of its own, whatever becomes of the item's other requests. */
	readonly isSeparate?: boolean;
	readonly state: PlannedState;
}

/** One request of an input item, from planning to output; most items have one. `outputItems` turns each into an output item. */
export interface ItemRequest<State = PlannedState | SentState> extends Place {
	readonly options: ItemOptions;
	readonly report: Report;
	readonly ownFields?: IDataObject;
	readonly isSeparate?: boolean;
	readonly state: State;
}
