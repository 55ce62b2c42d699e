import type {
	IDataObject,
	INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';

/**
 * The output of what was not sent: the fields and files of its item, or its own fields where it is a part of one, and the error.
 *
 * n8n routes an item to the error output by its `error`, but then puts `{ error: message }` in the place of the `json` of every
 * item that still has one (n8n-core, WorkflowExecute), and the user would lose the row. So `error` is there to be read but not
 * to be copied, and `json` stays what it is when n8n assigns to it.
 */
export function errorItem(
	{ json: input, binary }: INodeExecutionData,
	error: NodeApiError | NodeOperationError,
	itemIndex: number,
	ownFields?: IDataObject,
): INodeExecutionData {
	const json: IDataObject = { ...(ownFields ?? input), error: error.message };
	const item = { ...(binary && { binary }), pairedItem: { item: itemIndex } };
	Object.defineProperty(item, 'json', { get: () => json, set: () => {}, enumerable: true });
	Object.defineProperty(item, 'error', { value: error, enumerable: false });
	return item as unknown as INodeExecutionData;
}
