import type {
	IDataObject,
	IExecuteFunctions,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';

import type { Account } from '../account/account';
import type { Checked, Ready } from './planRequests';
import { describeFailure, type ApiFailure } from '../messages/failures';
import type { Delivery } from '../delivery/job';
import type { Fate } from '../delivery/outcome';
import { cancelledError, deliveryError, type Place } from '../messages/errors';
import type { Operation } from './operation';
import type { RunOptions } from '../options/nodeOptions';
import { describeProgress } from '../messages/progress';

/** The output of an item, or the error in its place. */
export type Result = IDataObject | NodeApiError | NodeOperationError;

export interface Sent {
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
export function settle(context: IExecuteFunctions, sent: Sent): ReadonlyMap<Checked, Result> {
	const { toSend, deliveries, isSplit } = sent;
	const node = context.getNode();
	const results = new Map<Checked, Result>();
	const groups: Record<Fate, Place[]> = { accepted: [], refused: [], unknown: [], notSent: [] };
	const failures: Array<{ part: Ready; failure: ApiFailure; delivery: Delivery }> = [];
	toSend.forEach((part, position) => {
		const delivery = deliveries[position];
		const result = resultOf(sent, part, delivery);
		groups[delivery.fate].push(part);
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

/** The output of an item, or why it has none; undefined for one that was never sent. */
function resultOf(
	{ account, operation, run }: Sent,
	{ options, prepared, report }: Ready,
	{ outcome, attempts, fate, pollFailure }: Delivery,
): IDataObject | ApiFailure | undefined {
	if (outcome === undefined) return undefined;
	const facts = {
		endpoint: operation.endpoint,
		host: new URL(operation.baseUrl).host,
		attempts,
		mayHaveArrived: fate === 'unknown',
		timeoutMs: run.timeoutMs,
		secrets: account,
	};
	if (outcome.kind !== 'accepted') return describeFailure(outcome, facts);
	if (pollFailure) {
		const { message } = describeFailure(pollFailure, { ...facts, attempts: 1 });
		report.warn(`This is the last status that Bluecore told. Later: ${message}`);
	}
	const { payload } = prepared;
	const output = operation.output(prepared, outcome.response);
	return { ...output, attempts, ...(options.includePayload && payload && { payload }) };
}
