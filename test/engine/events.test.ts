import type { IDataObject } from 'n8n-workflow';

import { EVENT_OPERATIONS, type EventOperation } from '../../nodes/BluecoreEvents/catalogue';
import { http } from '../support/http';
import { useNodes, type NodeRun } from '../support/nodes';
import { accepted } from '../support/outputs';
import { NAMESPACE } from '../support/sandbox';
import { SHOP_ORDERS } from '../support/shopOrders';

const { sandbox, run: runNode } = useNodes();
const run = async ({ parameters, ...more }: Pick<NodeRun, 'parameters' | 'items' | 'onError'>) =>
	await runNode('bluecoreEvents', parameters, more);

const PRODUCT = { id: 'SKU1', name: 'Jacket', price: '39.90', quantity: '2' };
const PRODUCTS = { product: [PRODUCT, { id: 7 }] };
const ONE_PRODUCT = { product: [PRODUCT] };
const SENT_PRODUCTS = [{ id: 'SKU1', name: 'Jacket', price: 39.9, quantity: 2 }, { id: '7' }];
const EMAIL = 'jane@example.com';
const CUSTOMER = { email: EMAIL };

const byEmail = { distinct_id: EMAIL, customer: CUSTOMER };
const byDevice = { distinct_id: 'device-1' };
const reason = { id: '1', name: 'Reason', type: 'string', value: 'moved' };

/** For each operation: parameters that are enough, and the properties that Bluecore gets, without the token. */
const CASES: Record<EventOperation, [parameters: IDataObject, sent: IDataObject]> = {
	viewed_product: [
		{ email: EMAIL, products: PRODUCTS },
		{ ...byEmail, products: SENT_PRODUCTS },
	],
	search: [
		{ distinctId: 'device-1', searchTerm: ' rain jacket ' },
		{ ...byDevice, search_term: 'rain jacket' },
	],
	add_to_cart: [
		{ email: EMAIL, distinctId: 'device-1', products: ONE_PRODUCT },
		{ ...byEmail, ...byDevice, products: SENT_PRODUCTS.slice(0, 1) },
	],
	viewed_cart: [
		{ email: EMAIL, products: PRODUCTS },
		{ ...byEmail, products: SENT_PRODUCTS },
	],
	remove_from_wishlist: [
		{ distinctId: 'device-1', products: PRODUCTS },
		{ ...byDevice, products: SENT_PRODUCTS },
	],
	remove_from_cart: [
		{ distinctId: 'device-1', productsInput: 'json', productsJson: 'SKU1, SKU2' },
		{ ...byDevice, products: [{ id: 'SKU1' }, { id: 'SKU2' }] },
	],
	wishlist: [
		{ email: EMAIL, productsInput: 'json', productsJson: '[{"sku":"SKU1"}]' },
		{ ...byEmail, products: [{ id: 'SKU1' }] },
	],
	purchase: [
		{
			...{ email: EMAIL, products: PRODUCTS, orderId: 'ORD-1', total: '79.80' },
			customerAttributes: { city: 'Rome' },
		},
		{
			...{ distinct_id: EMAIL, customer: { ...CUSTOMER, city: 'Rome' }, products: SENT_PRODUCTS },
			...{ order_id: 'ORD-1', total: 79.8 },
		},
	],
	customer_patch: [
		{ distinctId: 'customer-9', customerAttributes: { first_name: 'Jane' } },
		{ distinct_id: 'customer-9', customer: { first_name: 'Jane' } },
	],
	identify: [
		{ email: EMAIL, distinctId: 'device-1' },
		{ ...byEmail, ...byDevice },
	],
	optin: [{ email: ` ${EMAIL} ` }, { ...byEmail, email: EMAIL }],
	unsubscribe: [
		{ email: EMAIL, customAttributes: { assignments: [reason] } },
		{ ...byEmail, email: EMAIL, customer: { ...CUSTOMER, reason: 'moved' } },
	],
	custom: [
		{ email: EMAIL, eventName: 'sweepstakes_signup', products: ONE_PRODUCT },
		{ ...byEmail, products: SENT_PRODUCTS.slice(0, 1) },
	],
};

test.each(EVENT_OPERATIONS)('%s is sent, and its output says so', async (operation) => {
	const [parameters, sent] = CASES[operation];
	const event = operation === 'custom' ? 'sweepstakes_signup' : operation;
	const fields = { client: '4.0', device: 'mobile/iPad' };
	const additionalFields = { ...fields, properties: '{ "store": "Portland" }' };
	const { json, main } = await run({
		parameters: { operation, ...parameters, additionalFields },
	});
	const properties = { token: NAMESPACE, ...sent, ...fields, store: 'Portland' };
	expect(sandbox.state.events).toEqual([{ event, properties }]);
	expect(json).toEqual([accepted(event, sent.distinct_id)]);
	expect(main[0].pairedItem).toEqual({ item: 0 });
});

describe('a cart addition of several products', () => {
	const parameters = {
		operation: 'add_to_cart',
		email: '={{ $json.email }}',
		productsInput: 'json',
		productsJson: '={{ $json.ids }}',
	};
	const added = (email: string) => accepted('add_to_cart', email);
	const acceptedBefore = (product: string) => ({
		...{ event: 'add_to_cart', distinct_id: EMAIL, product },
	});
	const sentIds = () =>
		sandbox.state.events.map(({ properties: { products } }) =>
			(products as Array<{ id: string }>).map(({ id }) => id).join(),
		);

	test('is one event for each product, in order, and each has its output item', async () => {
		const items = [
			{ email: EMAIL, ids: 'A, B, A' },
			{ email: 'joe@example.com', ids: 'C' },
		];
		const { main } = await run({ items, parameters });
		expect(main).toEqual(
			[EMAIL, EMAIL, EMAIL, 'joe@example.com'].map((email) => ({
				json: added(email),
				pairedItem: { item: email === EMAIL ? 0 : 1 },
			})),
		);
		expect(sentIds().filter((id) => id !== 'C')).toEqual(['A', 'B', 'A']);
	});

	test('is sent again only with the products that were not accepted', async () => {
		const items = [{ email: EMAIL, ids: 'A, B, C' }];
		const onError = 'continueErrorOutput';
		sandbox.faults.add({ status: 400, event: 'add_to_cart', count: 1 });
		const first = await run({ items, parameters, onError });
		expect(first.json).toEqual([added(EMAIL), added(EMAIL)]);
		const [{ json: failed }] = first.errors;
		expect(failed).toEqual({
			...items[0],
			error: expect.stringMatching(
				/^add_to_cart of product 1: .*; accepted: add_to_cart of product 2, add_to_cart of product 3 \[item 0\]$/,
			),
			advice: expect.stringContaining('Send this item again as it is'),
			already_accepted: ['B', 'C'].map(acceptedBefore),
		});
		await run({ items: [failed], parameters, onError });
		expect(sentIds()).toEqual(['B', 'C', 'A']);
	});

	test.each([
		[['A', 'B'], 'B, A, A', ['A']],
		[['A', 'B'], 'C, A', ['C']],
		[['A'], 'A, B', ['B']],
	])('of which %j was accepted is sent as %j without those', async (before, ids, sent) => {
		const already_accepted = before.map(acceptedBefore);
		await run({ items: [{ email: EMAIL, ids, already_accepted }], parameters });
		expect(sentIds()).toEqual(sent);
	});

	test('is not sent at all if everything was accepted before', async () => {
		const items = [{ email: EMAIL, ids: 'A, B', already_accepted: ['A', 'B'].map(acceptedBefore) }];
		const reason = 'Already accepted: all events of this item have been sent';
		expect((await run({ items, parameters })).json).toEqual([
			{ event: 'add_to_cart', distinct_id: EMAIL, accepted: false, reason },
		]);
		expect(sandbox.state.calls).toEqual([]);
	});
});

test('Validate Only, which may be set for each item, shows the payload without the token, and warnings', async () => {
	const given = { operation: 'custom', email: EMAIL, eventName: 'Signed Up' };
	const { json } = await run({
		items: [{ dry: false }, { dry: true }],
		parameters: { ...given, options: { validateOnly: '={{ $json.dry }}' } },
	});
	const warnings = [expect.stringContaining('"Signed Up" contains characters other than')];
	const payload = { event: 'Signed Up', properties: { distinct_id: EMAIL, customer: CUSTOMER } };
	expect(json).toEqual([
		{ ...accepted('Signed Up', EMAIL), warnings },
		{ event: 'Signed Up', distinct_id: EMAIL, valid: true, payload, warnings },
	]);
	expect(sandbox.state.events).toHaveLength(1);
});

const ID = 'Email or Distinct ID is required';
const NO_PRODUCT = 'Products must contain at least one product';
/** Blank values that n8n itself does not refuse before the node runs. */
const BLANK = { email: ' ', distinctId: ' ', searchTerm: ' ', orderId: ' ', eventName: ' ' };

test.each<[EventOperation, string[]]>([
	['viewed_product', [ID, NO_PRODUCT]],
	['search', [ID, 'Search Term is required']],
	['add_to_cart', [ID, NO_PRODUCT]],
	['remove_from_cart', [ID, NO_PRODUCT]],
	['viewed_cart', [ID, NO_PRODUCT]],
	['wishlist', [ID, NO_PRODUCT]],
	['remove_from_wishlist', [ID, NO_PRODUCT]],
	['purchase', ['Email is required', NO_PRODUCT, 'Order ID is required', 'Total is required']],
	['customer_patch', [ID, 'Customer Attributes must contain at least one attribute']],
	['identify', ['Email is required', 'Distinct ID is required']],
	['optin', ['Email is required']],
	['unsubscribe', ['Email is required']],
	['custom', [ID, 'Event Name is required']],
])('%s: all that it needs and does not have is said at once', async (operation, problems) => {
	const { error } = await run({ parameters: { operation, ...BLANK } });
	expect(error?.message).toBe(`${problems.join('; ')} [item 0]`);
	expect(error?.description?.length).toBeGreaterThan(20);
	expect(sandbox.state.calls).toEqual([]);
});

const [DATE, IS_DATE] = ['toISODate()', 'isValid'].map(
	(of) => `={{ $json.at.toDateTime().${of} }}`,
);
test.each<[what: string, parameters: IDataObject, error: RegExp]>([
	['an expression', { distinctId: DATE }, /^Distinct ID could not be read: .+ \[item 0\]$/],
	['an option', { options: { includePayload: IS_DATE } }, /^Options could not be read/],
])('%s that fails makes its item a bad one, not the others', async (_what, given, error) => {
	const { main } = await run({
		items: [{ at: 'soon' }, { at: '2026-11-22' }],
		parameters: { operation: 'custom', email: EMAIL, eventName: 'x', ...given },
		onError: 'continueRegularOutput',
	});
	expect(main[0].json.error).toMatch(error);
	expect(main[1].json.accepted).toBe(true);
});

const { shopify } = SHOP_ORDERS;

test('an order of a shop is sent as a purchase', async () => {
	const items = [{ headers: {}, body: shopify }];
	const { json } = await run({ items, parameters: { operation: 'shopOrder' } });
	expect(json).toEqual([accepted('purchase', EMAIL)]);
	expect(sandbox.state.events).toMatchObject([
		{ event: 'purchase', properties: { token: NAMESPACE, order_id: '1001', total: 89.8 } },
	]);
});

test('a bad order of a shop keeps its fields, and says what to do', async () => {
	const call = { action: 'woocommerce_new_order', arg: 727 };
	const parameters = { operation: 'shopOrder' };
	const { main, errors } = await run({ items: [call], parameters, onError: 'continueErrorOutput' });
	expect(main).toEqual([]);
	expect(errors[0].json).toEqual({
		...call,
		error:
			'This is the call of a webhook of WooCommerce with the topic Action, which has only the ID of the order [item 0]',
		advice: expect.stringContaining('/wp-json/wc/v3/orders/{arg}'),
	});
});

const importRow = { operation: 'importRow', email: '={{ $json.email }}' };
const importCustomer = {
	...{ ...importRow, contents: 'customers', customerAttributesInput: 'auto' },
};

test('rows of import files are output without anything else, and bad ones are error items; nothing is sent', async () => {
	const items = [
		{ email: EMAIL, 'Birth Date': '05-17', vip: 'true' },
		{ email: 'nope', 'Birth Date': '', vip: '' },
	];
	const onError = 'continueErrorOutput';
	const { main, errors } = await run({ items, parameters: importCustomer, onError });
	const row = { email: EMAIL, birth_date: '05-17', vip: 'true' };
	expect(main).toEqual([{ json: row, pairedItem: { item: 0 } }]);
	const error = expect.stringContaining('Email is not an email address: "nope"') as unknown;
	const advice = expect.stringContaining(EMAIL) as unknown;
	expect(errors).toMatchObject([{ json: { ...items[1], error, advice }, pairedItem: { item: 1 } }]);
	expect(sandbox.state.calls).toEqual([]);
});

const importPurchase = {
	...{ ...importRow, contents: 'purchases', orderId: '={{ $itemIndex + 1 }}' },
	...{ productsInput: 'json', productsJson: 'A, "B", A' },
	...{ total: 1234.5, created: '={{ $json.at }}' },
};
test.each<[string, IDataObject]>([
	['customerdata', importCustomer],
	['purchasedata', importPurchase],
	['optins', { ...importRow, contents: 'optins' }],
	['unsubscribes', { ...importRow, contents: 'unsubscribes' }],
])('the sandbox accepts all rows of an import file of %s', async (type, parameters) => {
	const items = [EMAIL, 'joe@example.com'].map((email) => ({
		...{ email, 'First Name': 'J, "J"', points: 12, at: '2024-05-01T09:30:00-07:00' },
	}));
	const { json } = await run({ items, parameters });
	const quotedCell = (cell: unknown) => `"${String(cell).replaceAll('"', '""')}"`;
	const lines = [Object.keys(json[0]), ...json.map((row) => Object.values(row))];
	const csv = lines.map((cells) => cells.map(quotedCell).join(',')).join('\r\n');
	const address = `${sandbox.url}/sandbox/imports/store_${type}_2026-01-31.csv`;
	const headers = { 'content-type': 'text/csv' };
	const { data } = await http.post<unknown>(address, csv, { headers });
	expect(data).toMatchObject({ rows: 2, accepted: 2, problems: [] });
});
