import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Account } from '../account/account';
import type { Endpoint } from '../messages/failures';
import type { InvalidResponse, Response } from '../delivery/outcome';
import type { MessagePlace } from '../messages/errors';
import type { ItemSource } from '../input/item';
import type { ItemOptions, NodeOptions, RunOptions } from '../options/nodeOptions';
import type { Report } from '../values/report';

/** One item, checked and ready to be sent. */
export interface Prepared {
	/** Items with the same key are sent one after another, in input order. */
	readonly orderKey?: string;
	/** What the output says of the item whatever becomes of it, such as the event and the distinct ID. */
	readonly summary: IDataObject;
	/** The body without secrets, for Validate Only and Include Payload. */
	readonly payload?: IDataObject;
	send(signal: AbortSignal): Promise<Response>;
}

/** One of the several requests that an item can ask for: checked, sent and put out by itself. */
export interface Part {
	readonly report: Report;
	/** Not used where the report has a problem; missing where it is held back. */
	readonly prepared?: Prepared;
	/** The output of a part that is not to be sent. */
	readonly heldBack?: IDataObject;
	/** Which of the item's messages it comes of, counted from 1, where there are several. */
	readonly message?: MessagePlace;
	/** Its name among several of the same message. */
	readonly name?: string;
	/** What the output shows when it fails, in place of the item's fields, so that its message alone can be sent again. */
	readonly ownFields?: IDataObject;
}

/** An operation of a node: how an item is checked and built, and what the answer to it means. */
export interface Operation {
	readonly endpoint: Endpoint;
	/** Base URL of the API, for its name in messages and its throttle. */
	readonly baseUrl: string;
	/** Builds the request of one item, or several. What is wrong with the item goes into the report; then the result is not used. */
	prepare(source: ItemSource, report: Report, options: ItemOptions): Prepared | readonly Part[];
	/** Whether its requests change nothing, so that they may be sent again at any time. */
	readonly isReadOnly?: boolean;
	/** What is wrong with an answer of 2xx that is not one of the API. */
	validateResponse?(response: Response): InvalidResponse | undefined;
	/** The output of an accepted item, besides the attempts. */
	output(prepared: Prepared, response: Response): IDataObject;
	/** Whether to ask again later, for an answer that is not final yet. */
	isPending?(response: Response): boolean;
	/** Takes note of what was accepted, also when the run then ends with an error. */
	afterSending?(accepted: readonly Prepared[]): void;
}

/** What a node says of itself so that its items can be run. */
export interface NodeKind {
	readonly options: NodeOptions;
	readonly needsApiKey: boolean;
	createOperation(context: IExecuteFunctions, account: Account, run: RunOptions): Operation;
}
