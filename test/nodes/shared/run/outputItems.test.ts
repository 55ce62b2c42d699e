import { NodeOperationError, type INode } from 'n8n-workflow';

import { errorItem } from '../../../../nodes/shared/run/outputItems';

const NODE = { name: 'Bluecore', type: 'bluecoreEvents', parameters: {} } as unknown as INode;

test('an error item keeps fields and files, says anew what is wrong, and ignores what n8n puts in their place', () => {
	const json = { a: 1, error: 'of the run before', advice: 'of the run before' };
	const input = { json: { ...json }, binary: { data: { data: '', mimeType: 'text/csv' } } };
	const error = new NodeOperationError(NODE, 'No.', { description: 'Say yes.' });
	const item = errorItem(
		{ getInputData: () => [input, input, input, input] },
		{ itemIndex: 3 },
		error,
	);
	item.json = { error: 'No.' };
	expect({ ...item }).toEqual({
		json: { a: 1, error: 'No.', advice: 'Say yes.' },
		binary: input.binary,
		pairedItem: { item: 3 },
	});
	expect(item.error).toBe(error);
	expect(input.json).toEqual(json);
});
