import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import type { Problem } from '../values/report';
import { joinList, messageOf } from '../values/text';
import { groupBy } from '../values/value';
import type { ApiFailure } from './failures';
import { describeProgress, numbered, type Place } from './progress';

type RunProgress = ReturnType<typeof describeProgress>;

/** An item, or a part of one, that is not sent because it has problems. */
interface BadItem extends Place {
	readonly report: { readonly problems: readonly Problem[] };
}

const MAX_ITEMS = 20;

/** A message that ends with the number of its item. */
const locate = ({ itemIndex, message: place, name }: Place, message: string) =>
	[
		...(place ? [`Message ${place.number} of ${place.of}: `] : []),
		...(name === undefined ? [] : [`${name}: `]),
		`${message} [item ${itemIndex}]`,
	].join('');

const joinMessages = (problems: readonly Problem[]) =>
	joinList(
		problems.map(({ message }) => message),
		'; ',
	);

const joinFixes = (problems: readonly Problem[]) =>
	joinList([...new Set(problems.map(({ fix }) => fix))], '\n');

/** The error of an item; without a place, what is wrong keeps every item from being sent, such as a credential. */
export function checkError(
	node: INode,
	problems: readonly Problem[],
	place?: Place,
): NodeOperationError {
	const text = joinMessages(problems);
	const message = place ? locate(place, text) : text;
	return operationError(node, message, joinFixes(problems), place?.itemIndex);
}

/** The problems of each item. If they are many or the same, each problem is there once, with all its items. */
function describeBadItems(bad: readonly BadItem[]): string {
	const areSame =
		bad.length > 2 && new Set(bad.map(({ report }) => joinMessages(report.problems))).size === 1;
	if ((bad.length <= MAX_ITEMS && !areSame) || bad.some(({ message, name }) => message ?? name)) {
		const texts = bad.map((each) => locate(each, joinMessages(each.report.problems)));
		return joinList(texts, ' · ', MAX_ITEMS);
	}
	const found = bad.flatMap(({ itemIndex, report }) =>
		report.problems.map(({ message }) => ({ itemIndex, message })),
	);
	const texts = groupBy(found, ({ message }) => message).map((same) => {
		const items = same.map(({ itemIndex }) => itemIndex);
		return `${same[0].message} [${numbered('item', items)}]`;
	});
	return joinList(texts, ' · ', MAX_ITEMS);
}

/** The error of a run that sends nothing because of bad items; `hasGood` says whether other items could be sent. */
export function nothingSentError(
	node: INode,
	bad: readonly BadItem[],
	total: number,
	hasGood: boolean,
): NodeOperationError {
	const problems = bad.flatMap(({ report }) => report.problems);
	if (total === 1 && bad.length === 1 && !hasGood) return checkError(node, problems, bad[0]);
	const badItems = new Set(bad.map(({ itemIndex }) => itemIndex)).size;
	const messages = bad.some(({ message }) => message)
		? `${bad.length} ${bad.length === 1 ? 'message' : 'messages'} in `
		: '';
	return operationError(
		node,
		`${messages}${badItems} of ${total} items cannot be sent, so nothing was sent: ${describeBadItems(bad)}`,
		hasGood
			? `${joinFixes(problems)}\nTo send the others anyway, set On Error to Continue (using error output) in the node's settings.`
			: joinFixes(problems),
		bad[0].itemIndex,
	);
}

/** Turns anything that was thrown into an error of a node that says what to do. */
export function asNodeError(node: INode, thrown: unknown): NodeApiError | NodeOperationError {
	const isNodeError = thrown instanceof NodeApiError || thrown instanceof NodeOperationError;
	if (isNodeError && thrown.description) return thrown;
	return operationError(
		node,
		messageOf(thrown),
		"Check this node's credential and its parameters, and run it again.",
	);
}

/** What is said of an item where the code that describes it has thrown something. */
export function describeDefect(thrown: unknown): Problem {
	return {
		message: `The result could not be described: ${messageOf(thrown)}`,
		fix: 'This is a defect of this node: please report it with the versions of the node and of n8n.',
	};
}

/** The error of a run that was cancelled. n8n knows by the word “canceled” that the run has not failed. */
export function cancelledError(node: INode, progress: RunProgress): NodeOperationError {
	const message = `The execution was canceled; ${progress.summary}`;
	const error = operationError(node, message, progress.details);
	error.context.data = { ...progress.lists };
	return error;
}

interface FailedRequest extends Place {
	readonly state: { readonly failure: ApiFailure; readonly attempts: number };
}

/**
 * The error of a request that was not accepted; with the progress of the run, if it ends the run. It contains no data of the
 * request, because that has secrets in it.
 */
export function deliveryError(
	node: INode,
	failed: FailedRequest,
	progress?: RunProgress,
): NodeApiError {
	const { message, fix, httpCode, apiMessage, requestId } = failed.state.failure;
	const description = progress ? `${fix}\n${progress.details}` : fix;
	const error = new NodeApiError(
		node,
		{ message, description },
		{ message, description, itemIndex: failed.itemIndex, ...(httpCode !== null && { httpCode }) },
	);
	error.context.data = {
		attempts: failed.state.attempts,
		...progress?.lists,
		...(apiMessage && { api_message: apiMessage }),
		...(requestId && { request_id: requestId }),
	};
	return withMessage(
		error,
		locate(failed, progress ? `${message.replace(/\.$/, '')}; ${progress.summary}` : message),
	);
}

/** The error of a message of which some requests were not accepted; `accepted` names those that were. */
export function messageError(
	node: INode,
	failed: readonly FailedRequest[],
	accepted: readonly string[],
): NodeApiError {
	const [{ itemIndex, message: place, state: first }] = failed;
	const texts = failed.map(({ name = '', state }) => `${name}: ${state.failure.message}`);
	const fixes = failed.map(({ state }) => state.failure.fix);
	if (accepted.length > 0) {
		texts.push(`accepted: ${joinList(accepted)}`);
		fixes.push('Send this item again as it is: what was accepted is not sent again.');
	}
	const said = { message: texts.join('; '), fix: [...new Set(fixes)].join('\n') };
	const state = { ...first, failure: { ...first.failure, ...said } };
	return deliveryError(node, { itemIndex, message: place, state });
}

function operationError(
	node: INode,
	message: string,
	description: string,
	itemIndex?: number,
): NodeOperationError {
	return withMessage(new NodeOperationError(node, message, { description, itemIndex }), message);
}

/** Sets the message again, because n8n replaces a message that contains a code such as ENOENT. */
function withMessage<E extends NodeApiError | NodeOperationError>(error: E, message: string): E {
	error.message = message;
	return error;
}
