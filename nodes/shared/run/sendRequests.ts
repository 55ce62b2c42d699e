import { sleep, type IExecuteFunctions } from 'n8n-workflow';

import type { Delivery } from '../delivery/call';
import { deliver } from '../delivery/deliver';
import type { Fate, Outcome } from '../delivery/outcome';
import { throttleFor } from '../delivery/throttle';
import { cancelledError, deliveryError, describeDefect } from '../messages/errors';
import { describeFailure, type ApiFailure, type FailureFacts } from '../messages/failures';
import { describeProgress, type Place } from '../messages/progress';
import type { RunOptions } from '../options/nodeOptions';
import type { ItemRequest, Operation, PlannedRequest, Ready, SentState } from './operation';

/** Sends the requests that are ready, and returns the state of each. Throws when the execution was cancelled or a failure ends it. */
export async function sendRequests(
	context: IExecuteFunctions,
	operation: Operation,
	run: RunOptions,
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
	run: RunOptions,
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
		const key = customer === undefined ? undefined : (orderKey?.(account, customer) ?? customer);
		return {
			orderKey: key === undefined ? undefined : `${host} ${account.namespace} ${key}`,
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
	{ timeoutSeconds }: RunOptions,
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
