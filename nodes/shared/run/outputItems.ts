import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';

import { checkError, deliveryError } from '../messages/errors';
import type { ItemRequest } from './itemRequest';
import type { Operation } from './operation';

/** Turns each request into an output item. */
export function outputItems(
	context: IExecuteFunctions,
	operation: Operation,
	requests: readonly ItemRequest[],
): INodeExecutionData[] {
	const items = context.getInputData();
	return requests.map((request): INodeExecutionData => {
		const { itemIndex, report } = request;
		const result = outputOf(context, operation, request);
		if (result instanceof Error) {
			return errorItem(items[itemIndex], result, itemIndex, request.ownFields);
		}
		const { warnings } = report;
		return {
			json: warnings.length > 0 ? { ...result, warnings } : result,
			pairedItem: { item: itemIndex },
		};
	});
}

/** The output of a request, or its error. */
function outputOf(
	context: IExecuteFunctions,
	operation: Operation,
	request: ItemRequest,
): IDataObject | NodeApiError | NodeOperationError {
	const { state, options } = request;
	switch (state.kind) {
		case 'bad':
			return checkError(context.getNode(), request);
		case 'heldBack':
			return state.output;
		case 'ready': {
			const { summary, payload } = state.request;
			return { ...summary, valid: true, ...(payload && { payload }) };
		}
		case 'accepted': {
			const { payload } = state.request;
			const output = operation.output(state.request, state.response);
			const { attempts } = state;
			return { ...output, attempts, ...(options.includePayload && payload && { payload }) };
		}
		default:
			return deliveryError(context.getNode(), state.failure, request, state.attempts);
	}
}

/**
 * The output item for something that was not sent: the fields and files of its input item, or its own fields if the item has several messages, and the error.
 *
 * n8n routes an item to the error output by its `error`, but then puts `{ error: message }` in the place of the `json` of every
 * item that still has one (n8n-core, WorkflowExecute), and the user would lose the row. So `error` can be read but is not
 * copied, and `json` stays as it is when n8n assigns to it.
 */
export function errorItem(
	{ json: input, binary }: INodeExecutionData,
	error: NodeApiError | NodeOperationError,
	itemIndex: number,
	ownFields?: IDataObject,
): INodeExecutionData {
	const advice = error.description ?? '';
	const json: IDataObject = { ...(ownFields ?? input), error: error.message, advice };
	// n8n adds the fields of the input item to an error item, unless it is paired by a plain number.
	const pairedItem = ownFields ? itemIndex : { item: itemIndex };
	const item = { ...(binary && { binary }), pairedItem };
	Object.defineProperty(item, 'json', { get: () => json, set: () => {}, enumerable: true });
	Object.defineProperty(item, 'error', { value: error, enumerable: false });
	return item as unknown as INodeExecutionData;
}
