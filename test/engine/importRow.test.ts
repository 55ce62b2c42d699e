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
