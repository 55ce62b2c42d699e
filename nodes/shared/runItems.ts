import {
	sleep,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type NodeApiError,
	type NodeOperationError,
} from 'n8n-workflow';

import type { Account } from './account';
import { describeFailure, type ApiFailure, type Endpoint } from './delivery/apiMessages';
import { deliver, waitUntil, type Delivery, type DeliveryContext } from './delivery/deliver';
import type { Response } from './delivery/outcome';
import { throttleFor } from './delivery/throttle';
import { checkError, deliveryError, nothingSentError, setupError, type BadItem } from './errors';
import { itemSource, type ItemSource } from './itemSource';
import type { ItemOptions, NodeOptions, RunOptions } from './options';
import { list, Report, type Problem } from './report';

/** One item, checked and ready to be sent. */
export interface Prepared {
	/** Items with the same key are sent one after another, in input order. */
	readonly orderKey?: string;
	/** What the output says of the item whatever becomes of it, such as the event and the distinct ID. */
	readonly summary: IDataObject;
	/** The body without secrets, for Validate Only and Include Payload. */
	readonly payload?: IDataObject;
	send(): Promise<Response>;
}

/** An operation of a node: how an item is checked and built, and what the answer to it means. */
export interface Operation {
	readonly endpoint: Endpoint;
	/** Base URL of the API, for its name in messages and its throttle. */
	readonly baseUrl: string;
	/** Builds the request of one item. What is wrong goes into the report; then the result is not used. */
	prepare(source: ItemSource, report: Report, options: ItemOptions): Prepared;
	/** The output of an accepted item, besides the attempts; a problem where the answer cannot be understood. */
	output(prepared: Prepared, response: Response): IDataObject | Problem;
	/** Whether to ask again later, for an answer that is not final yet. */
	isPending?(response: Response): boolean;
}

interface Checked {
	readonly report: Report;
	readonly options: ItemOptions;
	readonly prepared: Prepared;
}

type Failed = NodeApiError | NodeOperationError;

/**
 * Checks all input items, then sends them: the one place that knows n8n's items, their pairing and its ways to go on after
 * an error. Without Continue on Fail nothing is sent when an item is bad, and the first one that cannot be delivered ends the run.
 */
export async function runItems(
	context: IExecuteFunctions,
	account: Account,
	nodeOptions: NodeOptions,
	createOperation: (run: RunOptions) => Operation,
): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const node = context.getNode();
	const run = readRunOptions(context, nodeOptions);
	const operation = createOperation(run);

	const checked = items.map(({ json }, itemIndex): Checked => {
		const report = new Report();
		const raw = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
		const options = nodeOptions.readItem(raw, report);
		const source = itemSource(context, itemIndex, json, report);
		return { report, options, prepared: operation.prepare(source, report, options) };
	});
	const bad = checked.flatMap(({ report: { problems } }, itemIndex): BadItem[] =>
		problems.length > 0 ? [{ itemIndex, problems }] : [],
	);
	if (bad.length > 0 && !context.continueOnFail()) throw nothingSentError(node, bad, items.length);

	const results: Array<IDataObject | Failed> = new Array<IDataObject | Failed>(items.length);
	for (const item of bad) results[item.itemIndex] = checkError(node, item);

	const good = checked.flatMap(({ report }, itemIndex) => (report.problems.length > 0 ? [] : [itemIndex]));
	if (run.validateOnly) {
		for (const index of good) {
			const { prepared } = checked[index];
			results[index] = {
				...prepared.summary,
				valid: true,
				...(prepared.payload && { payload: prepared.payload }),
			};
		}
	} else {
		const deliveries = await sendAll(context, account, operation, run, good.map((index) => checked[index].prepared));
		reportDeliveries(context, { account, operation, run, checked, good, deliveries, results });
	}

	return [
		results.map((result, itemIndex): INodeExecutionData => {
			const pairedItem = { item: itemIndex };
			if (result instanceof Error) {
				const json = { ...items[itemIndex].json, error: result.message };
				return { json, error: result, pairedItem };
			}
			const { warnings } = checked[itemIndex].report;
			return { json: warnings.length > 0 ? { ...result, warnings } : result, pairedItem };
		}),
	];
}

function readRunOptions(context: IExecuteFunctions, nodeOptions: NodeOptions): RunOptions {
	const report = new Report();
	const run = nodeOptions.readRun(context.getNodeParameter('options', 0, {}) as IDataObject, report);
	if (report.problems.length > 0) throw setupError(context.getNode(), report.problems);
	return run;
}

/** Sends the calls, and asks again for those whose answer is not final yet. */
async function sendAll(
	context: IExecuteFunctions,
	account: Account,
	operation: Operation,
	run: RunOptions,
	calls: readonly Prepared[],
): Promise<Delivery[]> {
	const surroundings: DeliveryContext = {
		throttle: throttleFor(new URL(operation.baseUrl).host, account.namespace),
		signal: context.getExecutionCancelSignal(),
		now: Date.now,
		random: Math.random,
		sleep,
	};
	const settings = { ...run, stopOnFailure: !context.continueOnFail() };
	const deliveries = await deliver(calls, settings, surroundings);
	if (!operation.isPending || !run.waitUntilFinal) return deliveries;

	const deadline = surroundings.now() + run.maxWaitMs;
	const isCancelled = () => surroundings.signal?.aborted === true;
	const pendingOnes = () =>
		[...deliveries.keys()].filter((index) => {
			const { outcome } = deliveries[index];
			return outcome?.kind === 'accepted' && operation.isPending?.(outcome.response) === true;
		});
	for (let pending = pendingOnes(); pending.length > 0; pending = pendingOnes()) {
		const next = surroundings.now() + run.pollMs;
		if (next > deadline || isCancelled()) break;
		await waitUntil(next, isCancelled, surroundings);
		const again = await deliver(pending.map((index) => calls[index]), settings, surroundings);
		pending.forEach((index, position) => {
			const { outcome, attempts } = again[position];
			const before = deliveries[index];
			deliveries[index] = {
				outcome: outcome ?? before.outcome,
				attempts: before.attempts + attempts,
			};
		});
		const isGivenUp = again.some(({ outcome }) => outcome?.kind !== 'accepted');
		if (isGivenUp && settings.stopOnFailure) break;
	}
	return deliveries;
}

interface Run {
	readonly account: Account;
	readonly operation: Operation;
	readonly run: RunOptions;
	readonly checked: readonly Checked[];
	/** Item indices of what was to be sent, in the order of `deliveries`. */
	readonly good: readonly number[];
	readonly deliveries: readonly Delivery[];
	readonly results: Array<IDataObject | Failed>;
}

/** Turns deliveries into results by item, or throws what ends the run. */
function reportDeliveries(
	context: IExecuteFunctions,
	{ account, operation, run, checked, good, deliveries, results }: Run,
): void {
	const node = context.getNode();
	const failures: Array<{ itemIndex: number; failure: ApiFailure; attempts: number }> = [];
	const accepted: number[] = [];
	good.forEach((itemIndex, position) => {
		const { prepared, options } = checked[itemIndex];
		const { outcome, attempts } = deliveries[position];
		if (outcome === undefined) return;
		const result = outcome.kind === 'accepted' ? operation.output(prepared, outcome.response) : undefined;
		if (result !== undefined && !isProblem(result)) {
			accepted.push(itemIndex);
			results[itemIndex] = {
				...result,
				attempts,
				...(options.includePayload && prepared.payload && { payload: prepared.payload }),
			};
			return;
		}
		const failure: ApiFailure = result
			? { ...result, httpCode: null }
			: describeFailure(outcome, {
					endpoint: operation.endpoint,
					host: new URL(operation.baseUrl).host,
					attempts,
					timeoutMs: run.timeoutMs,
					secrets: account,
				});
		failures.push({ itemIndex, failure, attempts });
	});

	const isCancelled = context.getExecutionCancelSignal()?.aborted === true;
	if (isCancelled || (failures.length > 0 && !context.continueOnFail())) {
		const progress = describeProgress(good, accepted, failures.map(({ itemIndex }) => itemIndex));
		if (isCancelled || failures.length === 0) {
			throw setupError(node, [{ message: 'The execution was cancelled', fix: progress }]);
		}
		const [{ itemIndex, failure, attempts }] = failures;
		throw deliveryError(node, failure, itemIndex, attempts, progress);
	}
	for (const { itemIndex, failure, attempts } of failures) {
		results[itemIndex] = deliveryError(node, failure, itemIndex, attempts);
	}
}

const isProblem = (value: IDataObject | Problem): value is Problem =>
	typeof value.message === 'string' && typeof value.fix === 'string';

/** How far a run came, so that the user can go on from there. */
function describeProgress(all: readonly number[], accepted: readonly number[], failed: readonly number[]): string {
	const settled = new Set([...accepted, ...failed]);
	const untouched = all.filter((index) => !settled.has(index));
	const parts = [`${accepted.length} of ${all.length} items were accepted before the run stopped`];
	if (accepted.length > 0) parts.push(`accepted: ${ranges(accepted)}`);
	if (failed.length > 0) parts.push(`not accepted: ${ranges(failed)}`);
	if (untouched.length > 0) parts.push(`not sent: ${ranges(untouched)}`);
	return `${parts.join('; ')}.`;
}

/** Ascending numbers as ranges: `0–4, 7, 9–12`. */
function ranges(numbers: readonly number[]): string {
	const spans: Array<[first: number, last: number]> = [];
	for (const number of numbers) {
		const span = spans.at(-1);
		if (span && span[1] === number - 1) span[1] = number;
		else spans.push([number, number]);
	}
	return list(spans.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)));
}
