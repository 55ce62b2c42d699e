import {
	NodeOperationError,
	sleep,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

import { readAccounts, type Account } from '../account/account';
import type { Delivery } from '../delivery/call';
import { deliver } from '../delivery/deliver';
import type { Outcome } from '../delivery/outcome';
import { throttleFor } from '../delivery/throttle';
import { itemReader, type Item } from '../input/item';
import {
	asNodeError,
	cancelledError,
	checkError,
	deliveryError,
	describeDefect,
	nothingSentError,
} from '../messages/errors';
import { describeFailure, type ApiFailure } from '../messages/failures';
import { describeProgress } from '../messages/progress';
import type { NodeOptions } from '../options/nodeOptions';
import { UNREADABLE } from '../values/field';
import { Report } from '../values/report';
import { messageOf } from '../values/text';
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
		description: `Choose ${lists}. An expression is not evaluated there.`,
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
		return [
			context.getInputData().map((_item, itemIndex) => errorItem(context, { itemIndex }, error)),
		];
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
	const { accounts, items, run } = await readSetup(context, kind);
	const operation = kind.createOperation(context, run.timeoutSeconds * 1000);

	const planned = await planRequests(context, accounts, items, operation);
	const bad = planned.filter(({ state }) => state.kind === 'bad');
	if (bad.length > 0 && !context.continueOnFail()) {
		const { length } = context.getInputData();
		throw nothingSentError(context.getNode(), bad, length, bad.length < planned.length);
	}
	const requests = await sendRequests(context, operation, run, planned);
	addHints(context, operation, requests);
	return outputItems(context, operation, requests);
}

/** The accounts, and the options of the run from the first item that has readable ones. Throws if no item can be sent. */
async function readSetup(context: IExecuteFunctions, { options, api }: NodeKind) {
	const accounts = await readAccounts(context, api);
	const items = itemReader(context, options);
	let collection = items.readField(options.parameter, 0, new Report());
	for (let index = 1; index < context.getInputData().length; index++) {
		if (collection.value !== UNREADABLE) break;
		collection = items.readField(options.parameter, index, new Report());
	}
	const report = new Report([...(accounts.common?.problems ?? [])]);
	const run = options.readRun({ ...collection, report });
	if (report.problems.length > 0) throw checkError(context.getNode(), report.problems);
	return { accounts, items, run };
}

/** Yields to the event loop this often while items are checked, so that n8n stays responsive and a cancel is noticed. */
const YIELD_EVERY_MS = 50;

/** Checks all input items and builds their requests. Throws when the execution is cancelled. */
export async function planRequests(
	context: IExecuteFunctions,
	accounts: Awaited<ReturnType<typeof readAccounts>>,
	items: ReturnType<typeof itemReader>,
	operation: Operation,
): Promise<PlannedRequest[]> {
	const indexes = [...context.getInputData().keys()];
	const requests: PlannedRequest[] = [];
	let lastYield = performance.now();
	for (const itemIndex of indexes) {
		const item = items.read(itemIndex, accounts.common ?? (await accounts.of(itemIndex)));
		for (const planned of planItem(operation, item)) {
			requests.push({ ...planned, itemIndex, options: item.options });
			if (performance.now() - lastYield <= YIELD_EVERY_MS) continue;
			await sleep(0);
			lastYield = performance.now();
			if (context.getExecutionCancelSignal()?.aborted) {
				const state = { kind: 'notSent' } as const;
				const notSent = indexes.map((index) => ({ itemIndex: index, state }));
				throw cancelledError(context.getNode(), describeProgress(notSent, 'items'));
			}
		}
	}
	checkAcrossItems(context.getNode(), requests, operation);
	return requests.map((request) =>
		request.state.kind !== 'heldBack' && request.report.problems.length > 0
			? { ...request, state: { kind: 'bad' } }
			: request,
	);
}

function* planItem(operation: Operation, item: Item): Iterable<Plan> {
	try {
		yield* operation.plan(item);
	} catch (thrown) {
		// The input may have values that throw when they are read. Only this item is then refused.
		item.report.problem(
			`The item cannot be checked: ${messageOf(thrown)}`,
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
	const toSend = planned.filter(
		(request): request is ItemRequest<Ready> =>
			request.state.kind === 'ready' && !request.options.validateOnly,
	);
	const deliveries = await deliverAll(context, operation, run, toSend);
	const sent = toSend.map((request, position): ItemRequest<SentState> => ({
		...request,
		state: stateOf(request, deliveries[position], operation, run),
	}));
	const accepted = sent.flatMap(({ state, report }) =>
		state.kind === 'accepted' ? { request: state.request, report } : [],
	);
	try {
		operation.afterSending?.(accepted.map(({ request }) => request));
	} catch (thrown) {
		for (const { report } of accepted)
			report.warn(`It was sent. ${describeDefect(thrown).message}`);
	}
	endRun(context, sent, deliveries, planned.length === context.getInputData().length);

	let next = 0;
	return planned.map((request) => (request === toSend[next] ? sent[next++] : request));
}

async function deliverAll(
	context: IExecuteFunctions,
	{ isPending, isReadOnly, validateResponse, orderKey, readQuota }: Operation,
	run: RunSettings,
	toSend: ReadonlyArray<ItemRequest<Ready>>,
): Promise<Delivery[]> {
	const clock = { now: () => performance.now(), date: Date.now, sleep, random: Math.random };
	const throttles = new Map<Account, ReturnType<typeof throttleFor>>();
	const calls = toSend.map(({ state: { request } }) => {
		const { account, customer, send, confirmation } = request;
		const { baseUrl, namespace } = account;
		const throttle =
			throttles.get(account) ??
			throttleFor(new URL(baseUrl).host, namespace, clock, readQuota !== undefined);
		throttles.set(account, throttle);
		return {
			orderKey: customer === undefined ? undefined : (orderKey?.(customer) ?? customer),
			throttle,
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
					until: clock.now() + run.maxWaitMinutes * 60_000,
				},
			}),
	};
	return await deliver(calls, settings, { ...clock, signal: context.getExecutionCancelSignal() });
}

function stateOf(
	{ state: { request }, report }: ItemRequest<Ready>,
	{ fate, outcome, attempts, pollFailure }: Delivery,
	{ endpoint, explain }: Operation,
	{ timeoutSeconds }: RunSettings,
): SentState {
	/** If it cannot be described, that is said of this request, and no other one loses its result. */
	function describe(failed: Outcome | undefined, failedAttempts: number): ApiFailure {
		try {
			return describeFailure(failed, {
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
		} catch (thrown) {
			return { httpCode: null, ...describeDefect(thrown) };
		}
	}
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

/** Throws if the execution was cancelled, or if the node stops on errors and a request was not accepted. */
function endRun(
	context: IExecuteFunctions,
	sent: ReadonlyArray<ItemRequest<SentState>>,
	deliveries: readonly Delivery[],
	isOneEach: boolean,
): void {
	const progress = () => describeProgress(sent, isOneEach ? 'items' : 'requests');
	const node = context.getNode();
	if (context.getExecutionCancelSignal()?.aborted) throw cancelledError(node, progress());
	if (context.continueOnFail()) return;
	const failed = sent.flatMap((request, index) => {
		const { state } = request;
		const { isSettled } = deliveries[index];
		return state.kind === 'accepted' ? [] : { isSettled, request: { ...request, state } };
	});
	if (failed.length === 0) return;
	// The error is about the request that was given up; it interrupted the others.
	const { request } = failed.find(({ isSettled }) => isSettled) ?? failed[0];
	throw deliveryError(node, request, sent.length > 1 ? progress() : undefined);
}
