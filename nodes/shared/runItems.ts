import {
	sleep,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type NodeApiError,
	type NodeOperationError,
} from 'n8n-workflow';

import { CREDENTIAL_NAME, NO_API_KEY, readAccount, type Account } from './account';
import { describeFailure, type ApiFailure, type Endpoint } from './delivery/apiMessages';
import { deliver, type Delivery } from './delivery/deliver';
import type { Response } from './delivery/outcome';
import { throttleFor } from './delivery/throttle';
import { errorItem } from './errorItem';
import {
	cancelledError,
	checkError,
	deliveryError,
	nothingSentError,
	setupError,
	type BadItem,
	type MessagePlace,
	type Place,
} from './errors';
import { itemSource, UNREADABLE, type ItemSource } from './itemSource';
import type { ItemOptions, NodeOptions, RunOptions } from './options';
import { describeProgress, type Fate } from './progress';
import { Report, type Problem } from './report';

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
	/** What is wrong with an answer of 2xx that cannot be understood. */
	problemOf?(response: Response): Problem | undefined;
	/** The output of an accepted item, besides the attempts. */
	output(prepared: Prepared, response: Response): IDataObject;
	/** Whether to ask again later, for an answer that is not final yet. */
	isPending?(response: Response): boolean;
	/** Takes note of what was accepted, also when the run then ends with an error. */
	afterSending?(accepted: readonly Prepared[]): void;
}

/** A part of an item, mostly the only one, after its check. */
interface Checked extends Part {
	readonly itemIndex: number;
	readonly options: ItemOptions;
}

/** One that was checked and is good. */
type Ready = Checked & { readonly prepared: Prepared };

type Result = IDataObject | NodeApiError | NodeOperationError;

/** What a node says of itself so that its items can be run. */
export interface NodeKind {
	readonly options: NodeOptions;
	readonly needsApiKey: boolean;
	createOperation(context: IExecuteFunctions, account: Account, run: RunOptions): Operation;
}

/**
 * Checks all input items, then sends them: the one place that knows n8n's items, their pairing and its ways to go on after
 * an error. Without Continue on Fail nothing is sent when an item is bad, and the first one that cannot be delivered ends the run.
 */
export async function runItems(
	context: IExecuteFunctions,
	kind: NodeKind,
): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const { account, run, problems } = await readSetup(context, kind);
	if (problems.length > 0) {
		const error = setupError(context.getNode(), problems);
		if (!context.continueOnFail()) throw error;
		return [items.map((item, itemIndex) => errorItem(item, error, itemIndex))];
	}
	const operation = kind.createOperation(context, account, run);

	const checked = items.flatMap(({ json }, itemIndex) =>
		checkItem(context, kind.options, operation, json, itemIndex),
	);
	const bad = checked.filter(({ report }) => report.problems.length > 0).map(badItem);
	if (bad.length > 0 && !context.continueOnFail()) {
		throw nothingSentError(context.getNode(), bad, items.length, bad.length < checked.length);
	}
	const toSend = checked.filter(
		(part): part is Ready =>
			isGood(part) && part.prepared !== undefined && !part.options.validateOnly,
	);
	const deliveries = await sendAll(
		context,
		account,
		operation,
		run,
		toSend.map(({ prepared }) => prepared),
	);
	operation.afterSending?.(
		toSend
			.filter((_part, position) => deliveries[position].outcome?.kind === 'accepted')
			.map(({ prepared }) => prepared),
	);
	const isSplit = checked.length !== items.length;
	const results = settle(context, { account, operation, run, toSend, deliveries, isSplit });

	return [
		checked.map((part): INodeExecutionData => {
			const { itemIndex, report, ownFields } = part;
			const result = results.get(part) ?? resultWithoutSending(context, part);
			if (result instanceof Error) return errorItem(items[itemIndex], result, itemIndex, ownFields);
			const { warnings } = report;
			return {
				json: warnings.length > 0 ? { ...result, warnings } : result,
				pairedItem: { item: itemIndex },
			};
		}),
	];
}

const isGood = ({ report }: Part) => report.problems.length === 0;

const badItem = ({ itemIndex, message, name, report }: Checked): BadItem => ({
	itemIndex,
	message,
	name,
	problems: report.problems,
});

function resultWithoutSending(context: IExecuteFunctions, part: Checked): Result {
	if (!isGood(part)) return checkError(context.getNode(), badItem(part));
	return part.heldBack ?? validOutput((part as Ready).prepared);
}

/** The credential, read once for all items, and the options of the run, with what keeps any item from being sent. */
async function readSetup(context: IExecuteFunctions, { options, needsApiKey }: NodeKind) {
	const report = new Report();
	const { account, problems } = readAccount(
		await context.getCredentials(CREDENTIAL_NAME),
		needsApiKey ? 'email' : 'events',
	);
	if (needsApiKey && account.apiKey === '') problems.push(NO_API_KEY);
	const run = options.readRun(firstWithOptions(context, options), report);
	return { account, run, problems: [...problems, ...report.problems] };
}

/** The first item whose options can be read; with those of the others, that is each item's own matter. */
function firstWithOptions(context: IExecuteFunctions, { parameter }: NodeOptions): ItemSource {
	const { length } = context.getInputData();
	const sourceOf = (index: number) => itemSource(context, index, {}, new Report());
	for (let index = 0; index < length; index++) {
		if (sourceOf(index).read(parameter) !== UNREADABLE) return sourceOf(index);
	}
	return sourceOf(0);
}

function checkItem(
	context: IExecuteFunctions,
	nodeOptions: NodeOptions,
	operation: Operation,
	json: IDataObject,
	itemIndex: number,
): Checked[] {
	const report = new Report();
	const source = itemSource(context, itemIndex, json, report);
	const options = nodeOptions.readItem(source, report);
	try {
		const prepared = operation.prepare(source, report, options);
		if (report.problems.length === 0 && isList(prepared)) {
			return prepared.map((part) => ({ ...part, itemIndex, options }));
		}
		return [{ itemIndex, report, options, ...(!isList(prepared) && { prepared }) }];
	} catch (error) {
		// Values may be anything, even such as cannot be looked at: that is this item's matter, not the others'.
		report.problem(
			`The item cannot be checked: ${error instanceof Error ? error.message : String(error)}`,
			'Look for a field with an unusual value, and pass only the fields that are needed.',
		);
		return [{ itemIndex, report, options }];
	}
}

const isList = (prepared: Prepared | readonly Part[]): prepared is readonly Part[] =>
	Array.isArray(prepared);

const validOutput = ({ summary, payload }: Prepared): IDataObject => ({
	...summary,
	valid: true,
	...(payload && { payload }),
});

async function sendAll(
	context: IExecuteFunctions,
	{ namespace }: Account,
	{ baseUrl, isPending, problemOf }: Operation,
	run: RunOptions,
	calls: readonly Prepared[],
): Promise<Delivery[]> {
	const settings = {
		...run,
		stopOnFailure: !context.continueOnFail(),
		isUsable: (response: Response) => problemOf?.(response) === undefined,
		...(isPending &&
			run.waitUntilFinal && { poll: { isPending, everyMs: run.pollMs, forMs: run.maxWaitMs } }),
	};
	const clock = { now: Date.now, sleep };
	return await deliver(calls, settings, {
		...clock,
		throttle: throttleFor(new URL(baseUrl).host, namespace, clock),
		signal: context.getExecutionCancelSignal(),
		random: Math.random,
	});
}

interface Sent {
	readonly account: Account;
	readonly operation: Operation;
	readonly run: RunOptions;
	readonly toSend: readonly Ready[];
	/** In the order of `toSend`. */
	readonly deliveries: readonly Delivery[];
	/** Whether there are items of several parts. */
	readonly isSplit: boolean;
}

/** Turns deliveries into results, or throws what ends the run. */
function settle(context: IExecuteFunctions, sent: Sent): ReadonlyMap<Checked, Result> {
	const { toSend, deliveries, isSplit } = sent;
	const node = context.getNode();
	const results = new Map<Checked, Result>();
	const groups: Record<Fate, Place[]> = { accepted: [], refused: [], unknown: [], notSent: [] };
	const failures: Array<{ part: Ready; failure: ApiFailure; delivery: Delivery }> = [];
	toSend.forEach((part, position) => {
		const delivery = deliveries[position];
		const result = resultOf(sent, part, delivery);
		groups[fateOf(delivery)].push(part);
		if (result === undefined) return;
		if ('fix' in result) failures.push({ part, failure: result as ApiFailure, delivery });
		else results.set(part, result);
	});

	const progress = () => describeProgress(groups, isSplit ? 'requests' : 'items');
	if (context.getExecutionCancelSignal()?.aborted) throw cancelledError(node, progress());
	if (failures.length > 0 && !context.continueOnFail()) {
		// Others may have been interrupted by the one that was given up.
		const cause = failures.find(({ delivery }) => delivery.isSettled) ?? failures[0];
		const { part, failure, delivery } = cause;
		throw deliveryError(
			node,
			failure,
			part,
			delivery.attempts,
			toSend.length > 1 ? progress() : undefined,
		);
	}
	for (const { part, failure, delivery } of failures) {
		results.set(part, deliveryError(node, failure, part, delivery.attempts));
	}
	return results;
}

/** What is known of an item once the run has ended. */
function fateOf({ outcome, isSettled, mayHaveArrived }: Delivery): Fate {
	if (mayHaveArrived) return 'unknown';
	switch (outcome?.kind) {
		case 'accepted':
			return 'accepted';
		case 'refused':
		case 'temporary':
			return isSettled ? 'refused' : 'notSent';
		default:
			return 'notSent';
	}
}

/** The output of an item, or why it has none; undefined for one that was never sent. */
function resultOf(
	{ account, operation, run }: Sent,
	{ options, prepared }: Ready,
	{ outcome, attempts, mayHaveArrived }: Delivery,
): IDataObject | ApiFailure | undefined {
	if (outcome === undefined) return undefined;
	if (outcome.kind !== 'accepted') {
		return describeFailure(outcome, {
			endpoint: operation.endpoint,
			host: new URL(operation.baseUrl).host,
			attempts,
			mayHaveArrived,
			timeoutMs: run.timeoutMs,
			secrets: account,
		});
	}
	const problem = operation.problemOf?.(outcome.response);
	if (problem) return { ...problem, httpCode: null };
	const { payload } = prepared;
	const output = operation.output(prepared, outcome.response);
	return { ...output, attempts, ...(options.includePayload && payload && { payload }) };
}
