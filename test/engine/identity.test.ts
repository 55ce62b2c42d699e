import type { IDataObject } from 'n8n-workflow';

import { runNode, type NodeRun } from '../support/nodes';
import { runContinuing, SENTENCE, type Output } from '../support/outputs';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';

const sandbox = useSandbox();

const A = 'a@example.com';
const run = (node: NodeRun['node'], parameters: IDataObject, items: IDataObject[]): NodeRun => ({
	node,
	credential: sandbox.credential(NAMESPACE, API_KEY),
	parameters,
	items,
});
const search = { operation: 'search', searchTerm: 'rain jacket', distinctId: '={{ $json.id }}' };
const purchase = {
	operation: 'purchase',
	email: A,
	products: { product: [{ id: 'SKU1' }] },
	orderId: '={{ $json.id }}',
	total: 10,
};
const wishlist = { operation: 'wishlist', email: A };

const ID = '={{ $json.id }}';
/** Each ID of the nodes: its label in messages, and parameters that read it from the items. */
const IDS: ReadonlyArray<[string, IDataObject]> = [
	['Distinct ID', search],
	['Order ID', purchase],
	['ID', { ...wishlist, products: { product: [{ id: ID }] } }],
	[
		'Products (JSON)',
		{ ...wishlist, productsInput: 'json', productsJson: '={{ [{ sku: $json.id }] }}' },
	],
	['Products (JSON)', { ...wishlist, productsInput: 'json', productsJson: '={{ [$json.id] }}' }],
	['Campaign ID', { operation: 'send', campaignId: ID, email: A }],
	['Conversation ID', { operation: 'getStatus', conversationId: ID }],
];

test.each(IDS)(
	'%s is checked as an ID: what is none is refused, alone',
	async (label, parameters) => {
		const ids = ['undefined', 0, 2 ** 53, 'M\ufffdtze-1', 'A\u200b1', '0815'];
		const items = ids.map((id) => ({ id }));
		const node = /^C/.test(label) ? 'bluecoreEmail' : 'bluecoreEvents';
		const options = { validateOnly: true };
		const { main, errors } = await runContinuing(
			'continueErrorOutput',
			run(node, { ...parameters, options }, items),
		);
		const whatIsWrong = ['', '', '.*digits', '.*U\\+FFFD'];
		expect(errors).toEqual(
			whatIsWrong.map((what, index): Output => {
				const error = new RegExp(`${label.replace(/[()]/g, '\\$&')}${what}.*\\[item ${index}\\]$`);
				return [index, { ...items[index], error: expect.stringMatching(error), advice: SENTENCE }];
			}),
		);
		expect(main.map(([item, { valid, warnings }]) => [item, valid, warnings])).toEqual([
			[4, true, [expect.stringContaining('U+200B')]],
			[5, true, undefined],
		]);
		// As they are, in the payload or, for a status, in the ID itself.
		expect(main.map(([, json]) => JSON.stringify(json.payload ?? json))).toEqual([
			expect.stringContaining('A\u200b1'),
			expect.stringContaining('0815'),
		]);
	},
);

test.each<[IDataObject, string]>([
	[{ productsInput: 'json', productsJson: '=A, {{ $json.sku }}' }, 'Products (JSON): product 2'],
	[
		{ productsInput: 'json', productsJson: '=[{"id":"{{ $json.sku }}"}]' },
		'Products (JSON): product 1',
	],
	[{ products: { product: [{ id: '={{ $json.sku }}' }] } }, 'Product 1'],
])('an expression without a result among products is named: %j', async (products, label) => {
	const { nodeError } = await runNode(
		run('bluecoreEvents', { ...wishlist, ...products }, [{ name: 'x', price: 1 }]),
	);
	expect(nodeError?.message).toBe(
		`${label} has no ID, but the input has no column "sku", only "name", "price" [item 0]`,
	);
	expect(nodeError?.description).toContain('Check the fields that the expression reads');
});

test.each(['[{ "id": "{{ $json.sku }}" }]', '["={{ $json.sku }}"]', 'A, {{ $json.sku }}'])(
	'an expression among products that is not evaluated says how to switch it on: %s',
	async (productsJson) => {
		const { nodeError } = await runNode(
			run('bluecoreEvents', { ...wishlist, productsInput: 'json', productsJson }, [{ sku: 'A' }]),
		);
		expect(nodeError?.message).toContain('has a variable that was not filled in');
		expect(nodeError?.description).toContain('switch the field to Expression');
	},
);

test.each([
	['customer attributes', { customerAttributesInput: 'auto' }],
	['template attributes', { templateAttributesInput: 'auto' }],
])(
	'a number in %s that has lost digits gets a warning that names it',
	async (_what, parameters) => {
		const { json } = await runNode(
			run(
				'bluecoreEmail',
				{
					operation: 'send',
					campaignId: '34545238546',
					email: A,
					options: { validateOnly: true },
					...parameters,
				},
				[{ order_number: Number('820982911946154508'), total: 12.5 }],
			),
		);
		expect(json[0].warnings).toEqual([expect.stringMatching(/order_number/)]);
	},
);

describe('IDs in tracking messages', () => {
	const forward = (message: IDataObject, options: IDataObject = {}) =>
		run('bluecoreEvents', { operation: 'forward', message: '={{ $json }}', options }, [message]);
	test('of orders and products that are missing are refused', async () => {
		const order = (id: unknown, product: unknown): IDataObject => ({
			event: 'Order Completed',
			traits: { email: A },
			properties: { order_id: id, total: 1, products: [{ product_id: product }] } as IDataObject,
		});
		const items = [order('undefined', '[object Object]'), order(Number('820982911946154508'), 7)];
		const { main } = await runContinuing('continueRegularOutput', { ...forward({}), items });
		expect(main.map(([, { error }]) => error)).toEqual([
			expect.stringMatching(/(?=.*product 1)(?=.*Order ID).*\[item 0\]$/i),
			expect.stringMatching(/Order ID.*digits.*\[item 1\]$/),
		]);
		expect(sandbox.state.calls).toEqual([]);
	});
});

describe('two purchases with one Order ID', () => {
	const order = (n: number, id: unknown) => ({ n, id }) as IDataObject;
	const accepted = (email: string) => ({
		event: 'purchase',
		distinct_id: email,
		accepted: true,
		status_code: 202,
		attempts: 1,
	});
	test('go out, each with a warning that names the other item, whatever the type of the ID', async () => {
		const items = [order(0, 1001), order(1, 'O-2'), order(2, ' 1001 '), order(3, 'o-2')];
		const email = '={{ "c" + $json.n + "@example.com" }}';
		const { json } = await runNode(run('bluecoreEvents', { ...purchase, email }, items));
		expect(json).toEqual([
			{ ...accepted('c0@example.com'), warnings: [expect.stringMatching(/1001.*item 2\b/)] },
			accepted('c1@example.com'),
			{ ...accepted('c2@example.com'), warnings: [expect.stringMatching(/1001.*item 0\b/)] },
			accepted('c3@example.com'),
		]);
	});

	test('are seen in tracking messages, also within one batch', async () => {
		const completed = {
			event: 'Order Completed',
			traits: { email: A },
			properties: { order_id: 'O-1', total: 10, products: [{ product_id: 'SKU1' }] },
		};
		const forward = { operation: 'forward', message: '={{ $json }}' };
		const { json } = await runNode(
			run('bluecoreEvents', forward, [{ batch: [completed, completed] }, completed]),
		);
		expect(json.map(({ accepted: isAccepted, warnings }) => [isAccepted, warnings])).toEqual([
			[true, [expect.stringMatching(/O-1.*message 2.*item 1\b/)]],
			[true, [expect.stringMatching(/O-1.*message 1.*item 1\b/)]],
			[true, [expect.stringMatching(/O-1.*item 0\b/)]],
		]);
	});
});

describe("a tracking event that spells one of Bluecore's own differently", () => {
	test('is not sent under its own name when it is unmapped', async () => {
		const message = {
			event: 'Add.To.Cart',
			traits: { email: A },
			properties: { product_id: 'SKU1' },
		};
		const parameters = { operation: 'forward', message: '={{ $json }}', unmappedEvents: 'send' };
		const { main } = await runContinuing(
			'continueRegularOutput',
			run('bluecoreEvents', parameters, [message]),
		);
		expect(main).toEqual([
			[
				0,
				{
					...message,
					error: expect.stringMatching(/Bluecore's own events.*\[item 0\]$/),
					advice: expect.stringContaining('Event Map'),
				},
			],
		]);
		expect(sandbox.state.calls).toEqual([]);
	});

	test('is not sent because a row of Event Map says so', async () => {
		const message = { event: 'Bought', traits: { email: A }, properties: {} };
		const eventMap = { mapping: [{ from: 'Bought', to: '={{ "Pur-chase" }}' }] };
		const { error } = await runNode(
			run('bluecoreEvents', { operation: 'forward', message: '={{ $json }}', eventMap }, [message]),
		);
		expect(error?.message).toMatch(/Bluecore's own events.*\[item 0\]$/);
		expect(sandbox.state.calls).toEqual([]);
	});
});
