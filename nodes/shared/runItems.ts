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

/** An operation of a node: how an item is checked and built, and what the answer to it means. */
export interface Operation {
	readonly endpoint: Endpoint;
	/** Base URL of the API, for its name in messages and its throttle. */
	readonly baseUrl: string;
	/** Builds the request of one item. What is wrong goes into the report; then the result is not used. */
	prepare(source: ItemSource, report: Report, options: ItemOptions): Prepared;
	/** What is wrong with an answer of 2xx that cannot be understood. */
	problemOf?(response: Response): Problem | undefined;
	/** The output of an accepted item, besides the attempts. */
	output(prepared: Prepared, response: Response): IDataObject;
	/** Whether to ask again later, for an answer that is not final yet. */
	isPending?(response: Response): boolean;
}

interface Checked {
	readonly report: Report;
	readonly options: ItemOptions;
	/** Missing only where the report has a problem. */
	readonly prepared?: Prepared;
}

/** An item that was checked and is good. */
type Ready = Required<Checked>;

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

	const checked = items.map(({ json }, itemIndex) =>
		checkItem(context, kind.options, operation, json, itemIndex),
	);
	const isGood = (itemIndex: number) => checked[itemIndex].report.problems.length === 0;
	const good = [...items.keys()].filter(isGood);
	const bad = [...items.keys()]
		.filter((itemIndex) => !isGood(itemIndex))
		.map((itemIndex): BadItem => ({ itemIndex, problems: checked[itemIndex].report.problems }));
	if (bad.length > 0 && !context.continueOnFail()) {
		throw nothingSentError(context.getNode(), bad, items.length);
	}

	const results = new Map<number, Result>();
	for (const item of bad) results.set(item.itemIndex, checkError(context.getNode(), item));
	const toSend: number[] = [];
	for (const index of good) {
		const { options, prepared } = checked[index] as Ready;
		if (options.validateOnly) results.set(index, validOutput(prepared));
		else toSend.push(index);
	}
	const calls = toSend.map((index) => (checked[index] as Ready).prepared);
	const deliveries = await sendAll(context, account, operation, run, calls);
	settle(context, { account, operation, run, checked, good: toSend, deliveries, results });

	return [
		items.map((item, itemIndex): INodeExecutionData => {
			const result = results.get(itemIndex) as Result;
			if (result instanceof Error) return errorItem(item, result, itemIndex);
			const { warnings } = checked[itemIndex].report;
			return {
				json: warnings.length > 0 ? { ...result, warnings } : result,
				pairedItem: { item: itemIndex },
			};
		}),
	];
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
): Checked {
	const report = new Report();
	const source = itemSource(context, itemIndex, json, report);
	const options = nodeOptions.readItem(source, report);
	try {
		return { report, options, prepared: operation.prepare(source, report, options) };
	} catch (error) {
		// Values may be anything, even such as cannot be looked at: that is this item's matter, not the others'.
		report.problem(
			`The item cannot be checked: ${error instanceof Error ? error.message : String(error)}`,
			'Look for a field with an unusual value, and pass only the fields that are needed.',
		);
		return { report, options };
	}
}

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
	readonly checked: readonly Checked[];
	/** Indices of the items that were to be sent, in the order of `deliveries`. */
	readonly good: readonly number[];
	readonly deliveries: readonly Delivery[];
	readonly results: Map<number, Result>;
}

/** Turns deliveries into results by item, or throws what ends the run. */
function settle(context: IExecuteFunctions, sent: Sent): void {
	const { good, deliveries, results } = sent;
	const node = context.getNode();
	const groups: Record<Fate, number[]> = { accepted: [], refused: [], unknown: [], notSent: [] };
	const failures: Array<{ itemIndex: number; failure: ApiFailure; delivery: Delivery }> = [];
	good.forEach((itemIndex, position) => {
		const delivery = deliveries[position];
		const result = resultOf(sent, itemIndex, delivery);
		groups[fateOf(delivery)].push(itemIndex);
		if (result === undefined) return;
		if ('fix' in result) failures.push({ itemIndex, failure: result as ApiFailure, delivery });
		else results.set(itemIndex, result);
	});

	const progress = () => describeProgress(good.length, groups);
	if (context.getExecutionCancelSignal()?.aborted) throw cancelledError(node, progress());
	if (failures.length > 0 && !context.continueOnFail()) {
		// Others may have been interrupted by the one that was given up.
		const cause = failures.find(({ delivery }) => delivery.isSettled) ?? failures[0];
		const { itemIndex, failure, delivery } = cause;
		throw deliveryError(
			node,
			failure,
			itemIndex,
			delivery.attempts,
			good.length > 1 ? progress() : undefined,
		);
	}
	for (const { itemIndex, failure, delivery } of failures) {
		results.set(itemIndex, deliveryError(node, failure, itemIndex, delivery.attempts));
	}
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
	{ account, operation, run, checked }: Sent,
	itemIndex: number,
	{ outcome, attempts, mayHaveArrived }: Delivery,
): IDataObject | ApiFailure | undefined {
	if (outcome === undefined) return undefined;
	const { options, prepared } = checked[itemIndex] as Ready;
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
