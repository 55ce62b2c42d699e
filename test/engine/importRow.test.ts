import { runNode } from '../support/nodes';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';

const sandbox = useSandbox();

test('rows are output without anything else, and bad ones are error items; nothing is sent', async () => {
	const items = [
		{ email: 'jane@example.com', 'Birth Date': '05-17', vip: 'true' },
		{ email: 'nope', 'Birth Date': '', vip: '' },
	];
	const { main, errors } = await runNode({
		node: 'bluecoreEvents',
		credential: sandbox.credential(NAMESPACE, API_KEY),
		items,
		parameters: {
			operation: 'importRow',
			contents: 'customers',
			email: '={{ $json.email }}',
			customerAttributesInput: 'auto',
		},
		onError: 'continueErrorOutput',
	});
	expect(main).toEqual([
		{
			json: { email: 'jane@example.com', birth_date: '05-17', vip: 'true' },
			pairedItem: { item: 0 },
		},
	]);
	expect(errors.map(({ json, pairedItem }) => [json, pairedItem])).toEqual([
		[
			{
				...items[1],
				error: expect.stringContaining('Email is not an email address: "nope"'),
				advice: expect.stringContaining('jane@example.com'),
			},
			{ item: 1 },
		],
	]);
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
	const { json } = await runNode({
		node: 'bluecoreEvents',
		credential: sandbox.credential(NAMESPACE, API_KEY),
		items,
		parameters: { operation: 'importRow', email: '={{ $json.email }}', ...parameters },
	});
	const quotedCell = (cell: unknown) => `"${String(cell).replaceAll('"', '""')}"`;
	const lines = [Object.keys(json[0]), ...json.map((row) => Object.values(row))];
	const answer = await fetch(`${sandbox.url}/sandbox/imports/${fileName}`, {
		method: 'POST',
		headers: { 'content-type': 'text/csv' },
		body: lines.map((cells) => cells.map(quotedCell).join(',')).join('\r\n'),
	});
	expect(await answer.json()).toMatchObject({ rows: 2, accepted: 2, problems: [] });
});
