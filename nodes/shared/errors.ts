import { NodeApiError, NodeOperationError, type IDataObject, type INode } from 'n8n-workflow';

import type { ApiFailure } from './delivery/apiMessages';
import { list, type Problem } from './report';

/** An item that was not sent because of what is wrong in it. */
export interface BadItem {
	readonly itemIndex: number;
	readonly problems: readonly Problem[];
}

const MAX_ITEMS = 20;

const inWords = ({ itemIndex, problems }: BadItem) =>
	`${list(problems.map(({ message }) => message), '; ')} [item ${itemIndex}]`;

const fixes = (problems: readonly Problem[]) => list([...new Set(problems.map(({ fix }) => fix))], '\n');

/** What the checks found in one item. */
export function checkError(node: INode, bad: BadItem): NodeOperationError {
	return withMessage(
		new NodeOperationError(node, 'Checks', {
			itemIndex: bad.itemIndex,
			description: fixes(bad.problems),
		}),
		inWords(bad),
	);
}

/** What the checks found in all items of a run that is therefore not begun. */
export function nothingSentError(node: INode, bad: readonly BadItem[], total: number): NodeOperationError {
	if (bad.length === 1 && total === 1) return checkError(node, bad[0]);
	const count = `${bad.length} of ${total} items cannot be sent, so nothing was sent`;
	const problems = bad.slice(0, MAX_ITEMS).flatMap((item) => item.problems);
	return withMessage(
		new NodeOperationError(node, 'Checks', {
			itemIndex: bad[0].itemIndex,
			description: `${fixes(problems)}\nTo send the other items anyway, set On Error to Continue in the node's settings.`,
		}),
		`${count}: ${list(bad.map(inWords), ' · ', MAX_ITEMS)}`,
	);
}

/** What is wrong with the credential or the options: no item can be sent. */
export function setupError(node: INode, problems: readonly Problem[]): NodeOperationError {
	return withMessage(
		new NodeOperationError(node, 'Setup', { description: fixes(problems) }),
		list(problems.map(({ message }) => message), '; '),
	);
}

/** What became of one request that was not accepted. Holds nothing of the request: that carries secrets. */
export function deliveryError(
	node: INode,
	failure: ApiFailure,
	itemIndex: number,
	attempts: number,
	progress?: string,
): NodeApiError {
	const { message, fix, httpCode, apiMessage, requestId } = failure;
	const description = progress ? `${fix}\n${progress}` : fix;
	const error = new NodeApiError(
		node,
		{ message, description },
		{ message, description, itemIndex, ...(httpCode !== null && { httpCode }) },
	);
	const data: IDataObject = {
		attempts,
		...(apiMessage && { api_message: apiMessage }),
		...(requestId && { request_id: requestId }),
	};
	error.context.data = data;
	return withMessage(error, `${message} [item ${itemIndex}]`);
}

/** n8n replaces a message that happens to contain a code such as ENOENT; ours is final. */
function withMessage<E extends NodeApiError | NodeOperationError>(error: E, message: string): E {
	error.message = message;
	return error;
}
