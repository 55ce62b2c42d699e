import type { IDataObject } from 'n8n-workflow';

import { useNodes } from '../support/nodes';
import { runContinuing, SENTENCE } from '../support/outputs';

const { run, runOf } = useNodes();

const A = 'a@example.com';
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
	['Campaign ID', { operation: 'send', campaignId: ID, email: A }],
	['Conversation ID', { operation: 'getStatus', conversationId: ID }],
];

test.each(IDS)('a %s that is no ID is refused, alone', async (label, parameters) => {
	const items = ['undefined', 'A\u200b1'].map((id) => ({ id }));
	const node = label.startsWith('C') ? 'bluecoreEmail' : 'bluecoreEvents';
	const { main, errors } = await runContinuing(
		'continueErrorOutput',
		runOf(node, { ...parameters, options: { validateOnly: true } }, { items }),
	);
	const error = expect.stringMatching(new RegExp(`${label}.*\\[item 0\\]$`));
	expect(errors).toEqual([[0, { ...items[0], error, advice: SENTENCE }]]);
	const [[item, { valid, warnings, payload = main[0][1] }]] = main;
	expect([main.length, item, valid]).toEqual([1, 1, true]);
	expect(warnings).toEqual([expect.stringContaining('U+200B')]);
	// As it is, in the payload or, for a status, in the ID itself.
	expect(JSON.stringify(payload)).toContain('A\u200b1');
});

const fromJson = (productsJson: string, more: IDataObject = {}): IDataObject => ({
	...{ productsInput: 'json', productsJson, ...more },
});
const NO_SKU = 'has no ID, but the input has no column "sku", only "name", "line_items"';
const LINES =
	'the input has a column "line_items": delete what is in Products (JSON), and drag it there';
const CHECK = 'Check the fields that the expression reads';
test.each<[IDataObject, message: string, fix?: string]>([
	[fromJson('=A, {{ $json.sku }}'), `Products (JSON): product 2 ${NO_SKU}`, CHECK],
	[{ products: { product: [{ id: '={{ $json.sku }}' }] } }, `Product 1 ${NO_SKU}`, CHECK],
	[
		fromJson('={{ $json.line_items }}', { productIdField: '={{ $json.id_field }}' }),
		'Product ID Field is an expression whose result is empty',
	],
	[fromJson('={{ $json.lineItems }}'), `Products must contain at least one product, but ${LINES}`],
])(
	'an expression without a result among products is named: %j',
	async (given, message, fix = '') => {
		const items = [{ name: 'x', line_items: [{ sku: 'IPOD-GREEN' }] }];
		const { nodeError } = await run('bluecoreEvents', { ...wishlist, ...given }, { items });
		expect(nodeError?.message).toBe(`${message} [item 0]`);
		expect(nodeError?.description).toContain(fix);
	},
);

test('two purchases with one Order ID go out, each with a warning that names the other item', async () => {
	// Whatever the type of the ID is.
	const items = [1001, 'O-2', ' 1001 ', 'o-2'].map((id, n) => ({ n, id }));
	const email = '={{ "c" + $json.n + "@example.com" }}';
	const { json } = await run('bluecoreEvents', { ...purchase, email }, { items });
	expect(json.map(({ accepted, warnings }) => [accepted, warnings])).toEqual([
		[true, [expect.stringMatching(/1001.*item 2\b/)]],
		[true, undefined],
		[true, [expect.stringMatching(/1001.*item 0\b/)]],
		[true, undefined],
	]);
});
