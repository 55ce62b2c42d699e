import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Account } from '../account/account';
import type { DeliverySettings } from '../delivery/deliver';
import type { Response, ValidateResponse } from '../delivery/outcome';
import type { Item } from '../input/item';
import type { Endpoint } from '../messages/endpoints';
import type { FailureFacts } from '../messages/failures';
import type { NodeOptions, RunOptions } from '../options/nodeOptions';
import type { ItemRequest, OutgoingRequest, PlannedRequest, PlannedState } from './itemRequest';

/** An operation of a node: how an item is checked, what is sent for it, and what the answer means. */
export interface Operation {
	readonly endpoint: Endpoint;
	/** Whether its requests change nothing, so that they are sent again whatever the option Retry on Unknown Outcome says. */
	readonly isReadOnly?: boolean;
	/**
	 * Checks an item and builds its request, or plans several, one by one. Problems go into the item's report; a single request is
	 * then not used.
	 */
	plan(item: Item): OutgoingRequest | Iterable<PlannedRequest>;
	/** Called once when all items are planned, to report what concerns several of them. */
	afterPlanning?(planned: ReadonlyArray<ItemRequest<PlannedState>>): void;
	/** Gives the same key for customers of an account whose requests must be kept in one order; called when all items are planned. */
	orderKey?(account: Account, customer: string): string;
	/** What is wrong with an answer of 2xx that is not the API's. */
	readonly validateResponse?: ValidateResponse;
	/** What an answer says of how many requests the account may send, for an API that tells it. */
	readonly readQuota?: DeliverySettings['readQuota'];
	/** What a status of the API means, where it is more than is said of it in general. */
	readonly explain?: FailureFacts['explain'];
	/** The output of an accepted request, besides the attempts; those are left out if it has a field for them. */
	output(request: OutgoingRequest, response: Response): IDataObject;
	/** Whether an answer is not final yet, so that the node asks again later. */
	isPending?(response: Response): boolean;
	/** Called once with what was accepted, also when the run then ends with an error. */
	afterSending?(accepted: readonly OutgoingRequest[]): void;
}

/** What differs between the nodes when they run their items. */
export interface NodeKind {
	readonly options: NodeOptions;
	readonly api: 'events' | 'email' | 'developer';
	createOperation(context: IExecuteFunctions, run: RunOptions): Operation;
}
