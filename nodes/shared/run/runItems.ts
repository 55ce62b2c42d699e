import {
	NodeOperationError,
	sleep,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

import { readAccounts } from '../account/account';
import type { Delivery } from '../delivery/call';
import { deliver } from '../delivery/deliver';
import type { Fate, Outcome } from '../delivery/outcome';
import { throttleFor } from '../delivery/throttle';
import { itemReader, parameterReader, type Item } from '../input/item';
import {
	asNodeError,
	cancelledError,
	deliveryError,
	describeDefect,
	nothingSentError,
	setupError,
} from '../messages/errors';
import { describeFailure, type ApiFailure, type FailureFacts } from '../messages/failures';
import { describeProgress, type Place } from '../messages/progress';
import type { NodeOptions } from '../options/nodeOptions';
import { UNREADABLE } from '../values/field';
import { Report } from '../values/report';
import { checkAcrossItems } from './acrossItems';
import type { ItemRequest, Operation, Plan, PlannedRequest, Ready, SentState } from './operation';
import { addHints, errorItem, outputItems } from './outputItems';

type RunSettings = ReturnType<NodeOptions['readRun']>;

/** What differs between the nodes when they run their items. */
interface NodeKind {
	readonly options: NodeOptions;
	readonly api: 'events' | 'email' | 'developer';
	createOperation(context: IExecuteFunctions, timeoutMs: number): Operation;
}

/** The one of these operations that a node is set to; `resource`: the one that has them. */
export function chosenOperation<Definition>(
	context: IExecuteFunctions,
	definitions: Readonly<Record<string, Definition>>,
	resource?: string,
): Definition {
	const operation = context.getNodeParameter('operation', 0) as string;
	if (Object.hasOwn(definitions, operation)) return definitions[operation];
	const [of, lists] =
		resource === undefined
			? ['', 'an operation from the list']
			: [` of "${resource}"`, 'a resource and an operation from the lists'];
	throw new NodeOperationError(context.getNode(), `Unknown operation "${operation}"${of}`, {
		description: `Choose ${lists}.`,
	});
}

/** Runs a node on its input items. If the node continues after errors, an error that ends the run becomes an error item for each item. */
export async function runItems(
	context: IExecuteFunctions,
	kind: NodeKind,
): Promise<INodeExecutionData[][]> {
	if (!context.continueOnFail()) return [await checkAndSend(context, kind)];
	try {
		return [await checkAndSend(context, kind)];
	} catch (thrown) {
		const error = asNodeError(context.getNode(), thrown);
		if (context.getExecutionCancelSignal()?.aborted) throw error;
		return [context.getInputData().map((item, itemIndex) => errorItem(item, error, itemIndex))];
	}
}

/**
 * Checks all input items, then sends them. When the node stops on errors, nothing is sent if an item is bad, and the first
 * request that cannot be delivered ends the run.
 */
async function checkAndSend(
	context: IExecuteFunctions,
	kind: NodeKind,
): Promise<INodeExecutionData[]> {
	const { accounts, run } = await readSetup(context, kind);
	const operation = kind.createOperation(context, run.timeoutSeconds * 1000);

	const planned = await planRequests(context, accounts, kind.options, operation);
	const bad = planned.filter(({ state }) => state.kind === 'bad');
	if (bad.length > 0 && !context.continueOnFail()) {
		const { length } = context.getInputData();
		throw nothingSentError(context.getNode(), bad, length, bad.length < planned.length);
	}
	const requests = await sendRequests(context, operation, run, planned);
	addHints(context, requests);
	return outputItems(context, operation, requests);
}

/** The accounts and the options of the run. Throws if no item can be sent. */
async function readSetup(context: IExecuteFunctions, { options, api }: NodeKind) {
	const accounts = await readAccounts(context, api);
	const { run, report } = readRunOptions(context, options);
	const problems = [...(accounts.common?.problems ?? []), ...report.problems];
	if (problems.length > 0) throw setupError(context.getNode(), problems);
	return { accounts, run };
}

/** The run's options, from the first item whose options can be read. Items whose options cannot be read report that themselves. */
function readRunOptions(context: IExecuteFunctions, { parameter, readRun }: NodeOptions) {
	const readerOf = parameterReader(context);
	const collectionOf = (index: number) => readerOf(index, new Report())(parameter);
	const readable = context
		.getInputData()
		.findIndex((_item, index) => collectionOf(index).value !== UNREADABLE);
	const report = new Report();
	return { report, run: readRun({ ...collectionOf(Math.max(readable, 0)), report }) };
}

/** Yields to the event loop this often while items are checked, so that n8n stays responsive and a cancel is noticed. */
const YIELD_EVERY_MS = 50;

/** Checks all input items and builds their requests. Throws when the execution is cancelled. */
export async function planRequests(
	context: IExecuteFunctions,
	accounts: Awaited<ReturnType<typeof readAccounts>>,
	options: NodeOptions,
	operation: Operation,
): Promise<PlannedRequest[]> {
	const items = context.getInputData();
	const readItem = itemReader(context, options);
	const requests: PlannedRequest[] = [];
	let lastYield = performance.now();
	for (const [itemIndex, { json }] of items.entries()) {
		const item = readItem(itemIndex, json, accounts.common ?? (await accounts.of(itemIndex)));
		for (const planned of planItem(operation, item)) {
			requests.push(checked({ ...planned, itemIndex, options: item.options }));
			if (performance.now() - lastYield <= YIELD_EVERY_MS) continue;
			await sleep(0);
			lastYield = performance.now();
			if (context.getExecutionCancelSignal()?.aborted) {
				const notSent = items.map((_item, index) => ({ itemIndex: index }));
				const progress = { accepted: [], refused: [], unknown: [], notSent };
				throw cancelledError(context.getNode(), describeProgress(progress, 'items'));
			}
		}
	}
	checkAcrossItems(context.getNode(), requests, operation);
	return requests.map(checked);
}

/** A request, which is bad if its report has a problem. */
const checked = (request: PlannedRequest): PlannedRequest =>
	request.state.kind !== 'heldBack' && request.report.problems.length > 0
		? { ...request, state: { kind: 'bad' } }
		: request;

function* planItem(operation: Operation, item: Item): Iterable<Plan> {
	try {
		yield* operation.plan(item);
	} catch (error) {
		// The input may have values that throw when they are read. Only this item is then refused.
		item.report.problem(
			`The item cannot be checked: ${error instanceof Error ? error.message : String(error)}`,
			'Look for a field with an unusual value, and pass only the fields that are needed.',
		);
		yield { report: item.report, state: { kind: 'bad' } };
	}
}

/** Sends the requests that are ready, and returns the state of each. Throws when the execution was cancelled or a failure ends it. */
async function sendRequests(
	context: IExecuteFunctions,
	operation: Operation,
	run: RunSettings,
	planned: readonly PlannedRequest[],
): Promise<ItemRequest[]> {
	const isToBeSent = (request: ItemRequest): request is ItemRequest<Ready> =>
		request.state.kind === 'ready' && !request.options.validateOnly;
	const toSend = planned.filter(isToBeSent);
	const deliveries = await deliverAll(context, operation, run, toSend);
	const sent = toSend.map((request, position): ItemRequest<SentState> => ({
		...request,
		state: stateOf(request, deliveries[position], operation, run),
	}));
	const accepted = sent.filter(({ state }) => state.kind === 'accepted');
	try {
		operation.afterSending?.(
			accepted.flatMap(({ state }) => (state.kind === 'accepted' ? [state.request] : [])),
		);
	} catch (thrown) {
		for (const { report } of accepted)
			report.warn(`It was sent. ${describeDefect(thrown).message}`);
	}
	endRun(context, sent, deliveries, planned.length === context.getInputData().length);

	const remaining = sent.values();
	return planned.map((request) =>
		isToBeSent(request) ? (remaining.next().value as ItemRequest) : request,
	);
}

async function deliverAll(
	context: IExecuteFunctions,
	{ isPending, isReadOnly, validateResponse, orderKey, readQuota }: Operation,
	run: RunSettings,
	toSend: ReadonlyArray<ItemRequest<Ready>>,
): Promise<Delivery[]> {
	const clock = { now: () => performance.now(), date: Date.now, sleep, random: Math.random };
	const hosts = new Map<string, string>();
	const hostOf = (url: string) => {
		const host = hosts.get(url) ?? new URL(url).host;
		hosts.set(url, host);
		return host;
	};
	const calls = toSend.map(({ state: { request } }) => {
		const { account, customer, send, confirmation } = request;
		const host = hostOf(account.baseUrl);
		return {
			orderKey: customer === undefined ? undefined : (orderKey?.(customer) ?? customer),
			throttle: throttleFor(host, account.namespace, clock, readQuota !== undefined),
			send,
			confirmation,
		};
	});
	const settings = {
		...run,
		timeoutMs: run.timeoutSeconds * 1000,
		retryBaseMs: run.retryBaseSeconds * 1000,
		retryMaxMs: run.retryMaxSeconds * 1000,
		retryUnknownOutcome: isReadOnly === true || run.retryUnknownOutcome,
		stopOnFailure: !context.continueOnFail(),
		validateResponse,
		readQuota,
		...(isPending &&
			run.waitUntilFinal && {
				poll: {
					isPending,
					everyMs: run.pollSeconds * 1000,
					forMs: run.maxWaitMinutes * 60_000,
				},
			}),
	};
	return await deliver(calls, settings, {
		...clock,
		signal: context.getExecutionCancelSignal(),
	});
}

function stateOf(
	{ state: { request }, report }: ItemRequest<Ready>,
	{ fate, outcome, attempts, pollFailure }: Delivery,
	{ endpoint, explain }: Operation,
	{ timeoutSeconds }: RunSettings,
): SentState {
	const describe = (failed: Outcome | undefined, failedAttempts: number) =>
		describeSafely(failed, {
			endpoint,
			host: new URL(request.account.baseUrl).host,
			attempts: failedAttempts,
			mayHaveArrived: fate === 'unknown',
			hasNotArrived: fate === 'notSent',
			timeoutMs: timeoutSeconds * 1000,
			explain,
			unknownFix: request.unknownFix,
			secrets: request.account,
		});
	if (outcome?.kind === 'accepted') {
		if (pollFailure) {
			const { message } = describe(pollFailure, 1);
			report.warn(`This is the last known status. Asking again gave none: ${message}`);
		}
		return { kind: 'accepted', request, response: outcome.response, attempts };
	}
	// Only an accepted answer has the fate `accepted`.
	const kind = fate === 'accepted' ? 'unknown' : fate;
	return { kind, attempts, failure: describe(outcome, attempts) };
}

/** A failure in words. If that fails, it is said of this request, and no other one loses its result. */
function describeSafely(outcome: Outcome | undefined, facts: FailureFacts): ApiFailure {
	try {
		return describeFailure(outcome, facts);
	} catch (thrown) {
		return { httpCode: null, ...describeDefect(thrown) };
	}
}

/** Throws if the execution was cancelled, or if the node stops on errors and a request was not accepted. */
function endRun(
	context: IExecuteFunctions,
	sent: ReadonlyArray<ItemRequest<SentState>>,
	deliveries: readonly Delivery[],
	isOneEach: boolean,
): void {
	const progress = () => {
		const groups: Record<Fate, Place[]> = { accepted: [], refused: [], unknown: [], notSent: [] };
		for (const request of sent) groups[request.state.kind].push(request);
		return describeProgress(groups, isOneEach ? 'items' : 'requests');
	};
	const node = context.getNode();
	if (context.getExecutionCancelSignal()?.aborted) throw cancelledError(node, progress());
	if (context.continueOnFail()) return;
	const failed = [...sent.keys()].filter((index) => sent[index].state.kind !== 'accepted');
	if (failed.length === 0) return;
	// The error is about the request that was given up; it interrupted the others.
	const cause = sent[failed.find((index) => deliveries[index].isSettled) ?? failed[0]];
	const { state } = cause;
	if (state.kind === 'accepted') return;
	throw deliveryError(
		node,
		state.failure,
		cause,
		state.attempts,
		sent.length > 1 ? progress() : undefined,
	);
}
