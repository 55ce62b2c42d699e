import {
	NodeOperationError,
	sleep,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

import { readAccounts } from '../account/account';
import { itemReader, parameterReader, type Item } from '../input/item';
import { asNodeError, cancelledError, nothingSentError, setupError } from '../messages/errors';
import { describeProgress } from '../messages/progress';
import type { NodeOptions, RunOptions } from '../options/nodeOptions';
import { UNREADABLE } from '../values/field';
import { Report } from '../values/report';
import { checkAcrossItems } from './acrossItems';
import { addHints } from './executionHints';
import type { Operation, Plan, PlannedRequest } from './operation';
import { errorItem, outputItems } from './outputItems';
import { sendRequests } from './sendRequests';

/** What differs between the nodes when they run their items. */
interface NodeKind {
	readonly options: NodeOptions;
	readonly api: 'events' | 'email' | 'developer';
	createOperation(context: IExecuteFunctions, run: RunOptions): Operation;
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
	const operation = kind.createOperation(context, run);

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
