import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { CREDENTIAL_NAME, NO_API_KEY, readAccount } from '../account/account';
import { parameterReader } from '../input/item';
import { nothingSentError, setupError } from '../messages/errors';
import type { NodeOptions } from '../options/nodeOptions';
import { UNREADABLE } from '../values/field';
import { Report } from '../values/report';
import type { NodeKind } from './operation';
import { errorItem, outputItems } from './outputItems';
import { planRequests } from './planRequests';
import { sendRequests } from './sendRequests';

/**
 * Checks all input items, then sends them. When the node stops on errors, nothing is sent if an item is bad, and the first
 * request that cannot be delivered ends the run.
 */
export async function runItems(
	context: IExecuteFunctions,
	kind: NodeKind,
): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const node = context.getNode();
	const { account, run, problems } = await readSetup(context, kind);
	if (problems.length > 0) {
		const error = setupError(node, problems);
		if (!context.continueOnFail()) throw error;
		return [items.map((item, itemIndex) => errorItem(item, error, itemIndex))];
	}
	const operation = kind.createOperation(context, account, run);

	const planned = await planRequests(context, kind.options, operation);
	const bad = planned.filter(({ state }) => state.kind === 'bad');
	if (bad.length > 0 && !context.continueOnFail()) {
		throw nothingSentError(node, bad, items.length, bad.length < planned.length);
	}
	const requests = await sendRequests(context, account, operation, run, planned);
	return [outputItems(context, operation, requests)];
}

/** The credential, read once for all items, and the options of the run, with what keeps any item from being sent. */
async function readSetup(context: IExecuteFunctions, { options, needsApiKey }: NodeKind) {
	const { account, problems } = readAccount(
		await context.getCredentials(CREDENTIAL_NAME),
		needsApiKey ? 'email' : 'events',
	);
	if (needsApiKey && account.apiKey === '') problems.push(NO_API_KEY);
	const { run, report } = readRunOptions(context, options);
	return { account, run, problems: [...problems, ...report.problems] };
}

/** The run's options, from the first item whose options can be read; where they cannot, the item itself reports that. */
function readRunOptions(context: IExecuteFunctions, { parameter, readRun }: NodeOptions) {
	const readerOf = parameterReader(context);
	const collectionOf = (index: number) => readerOf(index, new Report())(parameter);
	const readable = context
		.getInputData()
		.findIndex((_item, index) => collectionOf(index).value !== UNREADABLE);
	const report = new Report();
	return { report, run: readRun({ ...collectionOf(Math.max(readable, 0)), report }) };
}
