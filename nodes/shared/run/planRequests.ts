import { sleep, type IExecuteFunctions } from 'n8n-workflow';

import type { Accounts } from '../account/accounts';
import { itemReader, type Item } from '../input/item';
import { cancelledError } from '../messages/errors';
import { describeProgress } from '../messages/progress';
import type { NodeOptions } from '../options/nodeOptions';
import { checkAcrossItems } from './acrossItems';
import type { Operation, Plan, PlannedRequest } from './operation';

/** Yields to the event loop this often while items are checked, so that n8n stays responsive and a cancel is noticed. */
const YIELD_EVERY_MS = 50;

/** Checks all input items and builds their requests. Throws when the execution is cancelled. */
export async function planRequests(
	context: IExecuteFunctions,
	accounts: Accounts,
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
