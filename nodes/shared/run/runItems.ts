import {
	sleep,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

import { CREDENTIAL_NAME, NO_API_KEY, readAccount, type Account } from '../account/account';
import { checkItems, type Checked, type Ready } from './planRequests';
import { deliver } from '../delivery/deliver';
import type { Delivery } from '../delivery/job';
import { throttleFor } from '../delivery/throttle';
import { errorItem } from './errorItem';
import { checkError, nothingSentError, setupError, type BadItem } from '../messages/errors';
import { itemSources, UNREADABLE, type ItemSource } from '../input/item';
import type { NodeKind, Operation, Part, Prepared } from './operation';
import type { NodeOptions, RunOptions } from '../options/nodeOptions';
import { Report } from '../values/report';
import { settle, type Result } from './results';

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

	const checked = await checkItems(context, kind.options, operation);
	const bad = checked.filter(({ report }) => report.problems.length > 0).map(badItem);
	if (bad.length > 0 && !context.continueOnFail()) {
		throw nothingSentError(context.getNode(), bad, items.length, bad.length < checked.length);
	}
	const toSend = checked.filter(
		(part): part is Ready =>
			isGood(part) && part.prepared !== undefined && !part.options.validateOnly,
	);
	const deliveries = await sendAll(
		context,
		account,
		operation,
		run,
		toSend.map(({ prepared }) => prepared),
	);
	operation.afterSending?.(
		toSend
			.filter((_part, position) => deliveries[position].fate === 'accepted')
			.map(({ prepared }) => prepared),
	);
	const isSplit = checked.length !== items.length;
	const results = settle(context, { account, operation, run, toSend, deliveries, isSplit });

	return [
		checked.map((part): INodeExecutionData => {
			const { itemIndex, report, ownFields } = part;
			const result = results.get(part) ?? resultWithoutSending(context, part);
			if (result instanceof Error) return errorItem(items[itemIndex], result, itemIndex, ownFields);
			const { warnings } = report;
			return {
				json: warnings.length > 0 ? { ...result, warnings } : result,
				pairedItem: { item: itemIndex },
			};
		}),
	];
}

const isGood = ({ report }: Part) => report.problems.length === 0;

const badItem = ({ itemIndex, message, name, report }: Checked): BadItem => ({
	itemIndex,
	message,
	name,
	problems: report.problems,
});

function resultWithoutSending(context: IExecuteFunctions, part: Checked): Result {
	if (!isGood(part)) return checkError(context.getNode(), badItem(part));
	return part.heldBack ?? validOutput((part as Ready).prepared);
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
	const sourceOf = itemSources(context);
	const readable = context
		.getInputData()
		.findIndex((_item, index) => sourceOf(index, {}, new Report()).read(parameter) !== UNREADABLE);
	return sourceOf(Math.max(readable, 0), {}, new Report());
}

const validOutput = ({ summary, payload }: Prepared): IDataObject => ({
	...summary,
	valid: true,
	...(payload && { payload }),
});

async function sendAll(
	context: IExecuteFunctions,
	{ namespace }: Account,
	{ baseUrl, isPending, isReadOnly, validateResponse }: Operation,
	run: RunOptions,
	calls: readonly Prepared[],
): Promise<Delivery[]> {
	const settings = {
		...run,
		retryUnknownOutcome: isReadOnly === true || run.retryUnknownOutcome,
		stopOnFailure: !context.continueOnFail(),
		validateResponse,
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
