import { Sandbox } from '../../../sandbox/bluecoreSandbox';
import { clientOf } from '../../support/http';
import { NAMESPACE, useSandbox } from '../../support/sandbox';

const sandbox = useSandbox();
const { track } = clientOf(sandbox);

const JANE = 'jane@example.com';
const PRODUCTS = [{ id: 'SHIRT-M' }];
const CUSTOMER = { email: JANE };
const PURCHASE = { products: PRODUCTS, order_id: 'A-1', total: 9.5, customer: CUSTOMER };

const judge = async (event: string, properties: object) => {
	const { status } = await track(event, { distinct_id: JANE, ...properties });
	expect(status).toBe(202);
	return sandbox.state.calls[sandbox.state.calls.length - 1];
};

test.each<[string, unknown, number, RegExp]>([
	[
		'an event',
		{ event: 'visit', properties: { token: NAMESPACE, distinct_id: 'x' } },
		202,
		/accepted/,
	],
	[
		'an event that Bluecore would drop',
		{ event: 'purchase', properties: { token: NAMESPACE, distinct_id: 'x', total: 'free' } },
		202,
		/accepted/,
	],
	[
		'an event without a distinct_id',
		{ event: 'search', properties: { token: NAMESPACE } },
		400,
		/properties\.distinct_id is missing/,
	],
	['an object without an event', { properties: {} }, 400, /event is missing/],
	['a list', [PRODUCTS], 400, /The body must be an object, but it is a list/],
	['an empty body', undefined, 400, /not JSON/],
	['a body that is not JSON', '{"event":', 400, /not JSON/],
	[
		'a distinct_id that is not text',
		{ event: 'search', properties: { distinct_id: 7 } },
		400,
		/must be text, but it is a number/,
	],
	[
		'a namespace that is not configured',
		{ event: 'search', properties: { token: 'other', distinct_id: 'x' } },
		401,
		/Not authenticated or authorized/,
	],
])('%s is answered as Bluecore does', async (_what, body, status, message) => {
	const answer = await fetch(`${sandbox.url}/api/track/mobile/v1`, {
		method: 'POST',
		headers: body === undefined ? {} : { 'content-type': 'application/json' },
		body: typeof body === 'string' ? body : JSON.stringify(body),
	});
	expect([answer.status, await answer.text()]).toEqual([status, expect.stringMatching(message)]);
	expect((await track('visit', { distinct_id: 'x' })).status).toBe(202);
});

test.each<[string, object]>([
	['viewed_product', { products: PRODUCTS }],
	['search', { search_term: 'socks' }],
	['add_to_cart', { products: PRODUCTS }],
	['remove_from_cart', { products: PRODUCTS }],
	['wishlist', { products: PRODUCTS }],
	['purchase', PURCHASE],
	['customer_patch', { customer: { first_name: 'Jane' } }],
	['identify', { distinct_id: 'device-1', customer: CUSTOMER }],
	['optin', { email: JANE, customer: CUSTOMER }],
	['unsubscribe', { email: JANE, customer: CUSTOMER }],
	['sweepstakes_signup', {}],
])('%s with everything that it needs is accepted without remarks', async (event, properties) => {
	expect(await judge(event, properties)).toMatchObject({
		verdict: 'accepted',
		reasons: [],
		remarks: [],
	});
});

test.each<[string, string, object, RegExp]>([
	['a product view without products', 'viewed_product', {}, /^products is missing\.$/],
	['an empty list of products', 'add_to_cart', { products: [] }, /^products is empty\.$/],
	[
		'a product without an ID',
		'wishlist',
		{ products: [{ sku: 'A' }] },
		/^products\.0\.id is missing\.$/,
	],
	[
		'a product ID that is a number',
		'wishlist',
		{ products: [{ id: 7 }] },
		/^products\.0\.id must be text, but it is a number\.$/,
	],
	['a search without a term', 'search', {}, /^search_term is missing\.$/],
	[
		'a search with products',
		'search',
		{ search_term: 'x', products: PRODUCTS },
		/^products is not allowed here\.$/,
	],
	[
		'a total that is text',
		'purchase',
		{ ...PURCHASE, total: '9.50' },
		/^total must be a number, but it is text\.$/,
	],
	[
		'a purchase without a total',
		'purchase',
		{ ...PURCHASE, total: undefined },
		/^total is missing\.$/,
	],
	[
		'a purchase without an email',
		'purchase',
		{ ...PURCHASE, customer: {} },
		/^customer\.email is missing\.$/,
	],
	['an update of nothing', 'customer_patch', { customer: {} }, /^customer is empty\.$/],
	['an update without a customer', 'customer_patch', {}, /^customer is missing\.$/],
	[
		'an identify whose ID is an email address',
		'identify',
		{ customer: CUSTOMER },
		/^distinct_id is an email address: identify needs another ID, which it links to the email address\.$/,
	],
	['an opt-in without an email', 'optin', { customer: CUSTOMER }, /^email is missing\.$/],
	[
		'an opt-out of something else than an email address',
		'unsubscribe',
		{ email: 'jane', customer: CUSTOMER },
		/^email is not an email address\.$/,
	],
	[
		'an event whose name is almost right',
		'Viewed Product',
		{ products: PRODUCTS },
		/^The event must be named viewed_product, not Viewed Product\.$/,
	],
	[
		'an addition of two products to a cart',
		'add_to_cart',
		{ products: [{ id: 'A' }, { id: 'B' }] },
		/takes one product ID, but this one has 2/,
	],
	[
		'a purchase with a product twice',
		'purchase',
		{ ...PURCHASE, products: [{ id: 'A' }, { id: 'B' }, { id: 'A' }] },
		/each product ID once, but this one has 3 products with 2 IDs/,
	],
	[
		'a purchase of 31 products',
		'purchase',
		{ ...PURCHASE, products: Array.from({ length: 31 }, (_, n) => ({ id: `P${n}` })) },
		/at most 30 product IDs, but this one has 31/,
	],
])('%s would be dropped', async (_what, event, properties, reason) => {
	const { verdict, reasons } = await judge(event, properties);
	expect(verdict).toBe('dropped');
	expect(reasons).toEqual([expect.stringMatching(reason)]);
	expect(sandbox.state.profiles.size).toBe(0);
});

test.each<[string, string, object, RegExp]>([
	[
		'a purchase without an order ID',
		'purchase',
		{ ...PURCHASE, order_id: undefined },
		/order_id is missing/,
	],
	['an opt-in without a customer', 'optin', { email: JANE }, /customer\.email is missing/],
	[
		'an attribute whose name is not allowed',
		'customer_patch',
		{ customer: { 'First-Name': 'Jane' } },
		/ignores the attribute "First-Name"/,
	],
	[
		'a boolean as text',
		'customer_patch',
		{ customer: { city: 'TRUE' } },
		/city is stored as the text "TRUE", not as a boolean/,
	],
	['an empty attribute', 'customer_patch', { customer: { city: '' } }, /city is empty: .* erased/],
	[
		'a new attribute',
		'customer_patch',
		{ customer: { shoe_size: 38 } },
		/shoe_size is new: it becomes a permanent column/,
	],
	[
		'an ID that no identify event has linked',
		'search',
		{ search_term: 'x', distinct_id: 'device-9' },
		/No identify event has linked "device-9"/,
	],
])('%s is accepted, with a remark', async (_what, event, properties, remark) => {
	const call = await judge(event, properties);
	expect(call).toMatchObject({ verdict: 'accepted', namespace: NAMESPACE });
	expect(call.remarks).toEqual([expect.stringMatching(remark)]);
});

test.each(['viewed_cart', 'remove_from_wishlist'])('%s is a standard event', async (event) => {
	expect(await judge(event, { products: [{ id: 'A' }] })).toMatchObject({ verdict: 'accepted' });
	expect(await judge(event, {})).toMatchObject({ reasons: ['products is missing.'] });
	expect(await judge(event.replace('_', ''), { products: [{ id: 'A' }] })).toMatchObject({
		reasons: [`The event must be named ${event}, not ${event.replace('_', '')}.`],
	});
});

test('an event without a namespace would be dropped', async () => {
	const open = await new Sandbox().start();
	await clientOf(open).track('search', { distinct_id: JANE, search_term: 'x', token: undefined });
	await open.stop();
	expect(open.state.calls).toMatchObject([{ status: 202, reasons: ['token is missing.'] }]);
});

describe('with a catalogue and agreed custom events', () => {
	const strict = useSandbox({ products: ['SHIRT-M'], customEvents: ['visit', 'opt_in'] });
	const client = clientOf(strict);

	test('a product that is not in the catalogue gets a remark', async () => {
		await client.track('wishlist', {
			distinct_id: JANE,
			products: [{ id: 'SHIRT-M' }, { id: 'HAT' }],
		});
		expect(strict.state.calls[0].remarks).toEqual([
			'Not in the product catalogue, so that emails have no name, picture and price for: HAT.',
		]);
	});

	test('a custom event that is not agreed would be dropped', async () => {
		await client.track('visit', { distinct_id: JANE });
		await client.track('walk', { distinct_id: JANE });
		await client.track('opt_in', { distinct_id: JANE });
		expect(strict.state.calls.map(({ verdict }) => verdict)).toEqual([
			'accepted',
			'dropped',
			'accepted',
		]);
	});
});
