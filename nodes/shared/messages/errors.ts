import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import type { ApiFailure } from './failures';
import { ranges, type Progress } from './progress';
import { list, type Problem } from '../values/report';

/** One of several messages that an item holds; `number` counts from 1. */
export interface MessagePlace {
	readonly number: number;
	readonly of: number;
}

/** An item, or a part of one. */
export interface Place {
	readonly itemIndex: number;
	readonly message?: MessagePlace;
	/** Which of several requests of an item or message it is. */
	readonly name?: string;
}

/** What was not sent because of what is wrong in it. */
export interface BadItem extends Place {
	readonly problems: readonly Problem[];
}

const MAX_ITEMS = 20;

/** A message with the place that it is about. */
const at = ({ itemIndex, message: place, name }: Place, message: string) =>
	[
		...(place ? [`Message ${place.number} of ${place.of}: `] : []),
		...(name === undefined ? [] : [`${name}: `]),
		`${message} [item ${itemIndex}]`,
	].join('');

const inWords = (bad: BadItem) =>
	at(
		bad,
		list(
			bad.problems.map(({ message }) => message),
			'; ',
		),
	);

const fixes = (problems: readonly Problem[]) =>
	list([...new Set(problems.map(({ fix }) => fix))], '\n');

/** What the checks found in one item. */
export function checkError(node: INode, bad: BadItem): NodeOperationError {
	return operationError(node, inWords(bad), fixes(bad.problems), bad.itemIndex);
}

/**
 * What is wrong with each item, and the item. Where they are many, what is the same in several is said once: otherwise one
 * column of a file would hide all else.
 */
function listed(bad: readonly BadItem[]): string {
	if (bad.length <= MAX_ITEMS || bad.some(({ message, name }) => message ?? name)) {
		return list(bad.map(inWords), ' · ', MAX_ITEMS);
	}
	const items = new Map<string, number[]>();
	for (const { itemIndex, problems } of bad) {
		const text = list(
			problems.map(({ message }) => message),
			'; ',
		);
		const same = items.get(text);
		if (same) same.push(itemIndex);
		else items.set(text, [itemIndex]);
	}
	return list(
		[...items].map(([text, indexes]) =>
			indexes.length === 1 ? `${text} [item ${indexes[0]}]` : `${text} [items ${ranges(indexes)}]`,
		),
		' · ',
		MAX_ITEMS,
	);
}

/** What the checks found in all items of a run that is therefore not begun; `hasGood` says whether anything could be sent. */
export function nothingSentError(
	node: INode,
	bad: readonly BadItem[],
	total: number,
	hasGood: boolean,
): NodeOperationError {
	if (total === 1 && bad.length === 1 && !hasGood) return checkError(node, bad[0]);
	const badItems = new Set(bad.map(({ itemIndex }) => itemIndex)).size;
	const messages = bad.some(({ message }) => message)
		? `${bad.length} ${bad.length === 1 ? 'message' : 'messages'} in `
		: '';
	const problems = bad.flatMap((item) => item.problems);
	return operationError(
		node,
		`${messages}${badItems} of ${total} items cannot be sent, so nothing was sent: ${listed(bad)}`,
		hasGood
			? `${fixes(problems)}\nTo send the others anyway, set On Error to Continue (using error output) in the node's settings.`
			: fixes(problems),
		bad[0].itemIndex,
	);
}

/** What is wrong with the credential or the options: no item can be sent. */
export function setupError(node: INode, problems: readonly Problem[]): NodeOperationError {
	return operationError(
		node,
		list(
			problems.map(({ message }) => message),
			'; ',
		),
		fixes(problems),
	);
}

/** The end of a run that was stopped while it was sending. By the word “canceled” n8n knows that it did not fail. */
export function cancelledError(node: INode, progress: Progress): NodeOperationError {
	return operationError(node, `The execution was canceled; ${progress.summary}`, progress.details);
}

/**
 * What became of one request that was not accepted; with the progress of the run, when it ends the run. Holds nothing of the
 * request: that carries secrets.
 */
export function deliveryError(
	node: INode,
	{ message, fix, httpCode, apiMessage, requestId }: ApiFailure,
	place: Place,
	attempts: number,
	progress?: Progress,
): NodeApiError {
	const description = progress ? `${fix}\n${progress.details}` : fix;
	const error = new NodeApiError(
		node,
		{ message, description },
		{ message, description, itemIndex: place.itemIndex, ...(httpCode !== null && { httpCode }) },
	);
	error.context.data = {
		attempts,
		...(apiMessage && { api_message: apiMessage }),
		...(requestId && { request_id: requestId }),
	};
	return withMessage(
		error,
		at(place, progress ? `${message.replace(/\.$/, '')}; ${progress.summary}` : message),
	);
}

function operationError(
	node: INode,
	message: string,
	description: string,
	itemIndex?: number,
): NodeOperationError {
	return withMessage(new NodeOperationError(node, message, { description, itemIndex }), message);
}

/** n8n replaces a message that happens to contain a code such as ENOENT; ours is final. */
function withMessage<E extends NodeApiError | NodeOperationError>(error: E, message: string): E {
	error.message = message;
	return error;
}
