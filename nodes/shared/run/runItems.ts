import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { readAccounts } from '../account/accounts';
import { parameterReader } from '../input/item';
import { asNodeError, nothingSentError, setupError } from '../messages/errors';
import type { NodeOptions } from '../options/nodeOptions';
import { UNREADABLE } from '../values/field';
import { Report } from '../values/report';
import { addHints } from './executionHints';
import type { NodeKind } from './operation';
import { errorItem, outputItems } from './outputItems';
import { planRequests } from './planRequests';
import { sendRequests } from './sendRequests';

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
