import type { IDataObject } from 'n8n-workflow';

import { useNodes, type NodeRun } from '../support/nodes';

const { sandbox, run } = useNodes();
const importRows = async (parameters: IDataObject, given: Partial<NodeRun>) => {
	const common = { operation: 'importRow', email: '={{ $json.email }}' };
	return await run('bluecoreEvents', { ...common, ...parameters }, given);
};

test('rows are output without anything else, and bad ones are error items; nothing is sent', async () => {
	const items = [
		{ email: 'jane@example.com', 'Birth Date': '05-17', vip: 'true' },
		{ email: 'nope', 'Birth Date': '', vip: '' },
	];
	const { main, errors } = await importRows(
		{ contents: 'customers', customerAttributesInput: 'auto' },
		{ items, onError: 'continueErrorOutput' },
	);
	const row = { email: 'jane@example.com', birth_date: '05-17', vip: 'true' };
	expect(main).toEqual([{ json: row, pairedItem: { item: 0 } }]);
	const error = expect.stringContaining('Email is not an email address: "nope"') as unknown;
	const advice = expect.stringContaining('jane@example.com') as unknown;
	expect(errors).toMatchObject([{ json: { ...items[1], error, advice }, pairedItem: { item: 1 } }]);
	expect(sandbox.state.calls).toEqual([]);
});

test.each([
	['store_customerdata_2026-01-31.csv', { contents: 'customers', customerAttributesInput: 'auto' }],
	[
		'store_purchasedata_2026-01-31.csv',
		{
			contents: 'purchases',
			...{ productsInput: 'json', productsJson: 'A, "B", A', orderId: '={{ $itemIndex + 1 }}' },
			...{ total: 1234.5, created: '={{ $json.at }}' },
		},
	],
	['store_optins_2026-01-31.csv', { contents: 'optins' }],
	['store_unsubscribes_2026-01-31.csv', { contents: 'unsubscribes' }],
])('the sandbox accepts all rows of %s', async (fileName, parameters) => {
	const items = ['jane@example.com', 'joe@example.com'].map((email) => ({
		...{ email, 'First Name': 'J, "J"', points: 12, at: '2024-05-01T09:30:00-07:00' },
	}));
	const { json } = await importRows(parameters, { items });
	const quotedCell = (cell: unknown) => `"${String(cell).replaceAll('"', '""')}"`;
	const lines = [Object.keys(json[0]), ...json.map((row) => Object.values(row))];
	const answer = await fetch(`${sandbox.url}/sandbox/imports/${fileName}`, {
		method: 'POST',
		headers: { 'content-type': 'text/csv' },
		body: lines.map((cells) => cells.map(quotedCell).join(',')).join('\r\n'),
	});
	expect(await answer.json()).toMatchObject({ rows: 2, accepted: 2, problems: [] });
});
