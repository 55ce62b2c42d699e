import { clientOf } from '../../support/http';
import { NAMESPACE, useSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/startSandbox';

const sandbox = useSandbox();
const { track } = clientOf(sandbox);

const JANE = 'jane@example.com';
const PRODUCTS = [{ id: 'SHIRT-M' }];
const CUSTOMER = { email: JANE };
const PURCHASE = { products: PRODUCTS, order_id: 'A-1', total: 9.5, customer: CUSTOMER };

const judge = async (name: string, properties: object) => {
	const { status } = await track(name, { distinct_id: JANE, ...properties });
	expect(status).toBe(202);
	return sandbox.state.calls[sandbox.state.calls.length - 1];
};

const event = (properties: object) => ({ event: 'search', properties });
test.each<[body: unknown, number, string]>([
	[event({ token: NAMESPACE, distinct_id: 'x' }), 202, '{"status":"accepted"}'],
	[event({ token: NAMESPACE }), 400, 'properties.distinct_id is missing'],
	[event({ distinct_id: 7 }), 400, 'must be text, but it is a number'],
	[event({ token: 'other', distinct_id: 'x' }), 401, 'Not authenticated or authorized'],
	[{ properties: {} }, 400, 'event is missing'],
	[PRODUCTS, 400, 'The body must be an object, but it is a list'],
	[undefined, 400, 'not JSON'],
	['{"event":', 400, 'not JSON'],
])('the body %j is answered as Bluecore does: %d %s', async (body, status, message) => {
	const answer = await fetch(`${sandbox.url}/api/track/mobile/v1`, {
		method: 'POST',
		headers: body === undefined ? {} : { 'content-type': 'application/json' },
		body: typeof body === 'string' ? body : JSON.stringify(body),
	});
	expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(message)]);
});

test.each<[string, object]>([
	['viewed_product', { products: PRODUCTS }],
	['viewed_cart', { products: PRODUCTS }],
	['remove_from_wishlist', { products: PRODUCTS }],
	['search', { search_term: 'socks' }],
	['add_to_cart', { products: PRODUCTS }],
	['remove_from_cart', { products: PRODUCTS }],
	['wishlist', { products: PRODUCTS }],
	['purchase', PURCHASE],
	['customer_patch', { customer: { first_name: 'Jane', birthday_day: 1, birthday_month: 12 } }],
	['identify', { distinct_id: 'device-1', customer: CUSTOMER }],
	['optin', { email: JANE, customer: CUSTOMER }],
	['unsubscribe', { email: JANE, customer: CUSTOMER }],
	['sweepstakes_signup', {}],
])('%s with everything that it needs is accepted without remarks', async (name, properties) => {
	const accepted = { verdict: 'accepted', reasons: [], remarks: [] };
	expect(await judge(name, properties)).toMatchObject(accepted);
});

const IDS = Array.from({ length: 31 }, (_, n) => ({ id: `P${n}` }));
const TWICE = [{ id: 'A' }, { id: 'B' }, { id: 'A' }];
test.each<[event: string, properties: object, reason: string]>([
	['viewed_product', {}, 'products is missing.'],
	['viewed_cart', {}, 'products is missing.'],
	['remove_from_wishlist', {}, 'products is missing.'],
	['viewedcart', { products: PRODUCTS }, 'must be named viewed_cart, not viewedcart.'],
	['removefrom_wishlist', { products: PRODUCTS }, 'must be named remove_from_wishlist, not'],
	['add_to_cart', { products: [] }, 'products is empty.'],
	['wishlist', { products: [{ sku: 'A' }] }, 'products.0.id is missing.'],
	['wishlist', { products: [{ id: 7 }] }, 'products.0.id must be text, but it is a number.'],
	['search', {}, 'search_term is missing.'],
	['search', { search_term: 'x', products: PRODUCTS }, 'products is not allowed here.'],
	['purchase', { ...PURCHASE, total: '9.50' }, 'total must be a number, but it is text.'],
	['purchase', { ...PURCHASE, total: undefined }, 'total is missing.'],
	['purchase', { ...PURCHASE, customer: {} }, 'customer.email is missing.'],
	['customer_patch', { customer: {} }, 'customer is empty.'],
	['customer_patch', {}, 'customer is missing.'],
	['identify', { customer: CUSTOMER }, 'distinct_id is an email address: identify needs another'],
	['optin', { customer: CUSTOMER }, 'email is missing.'],
	['unsubscribe', { email: 'jane', customer: CUSTOMER }, 'email is not an email address.'],
	['Viewed Product', { products: PRODUCTS }, 'The event must be named viewed_product, not Viewed'],
	['add_to_cart', { products: IDS.slice(0, 2) }, 'takes one product ID, but this one has 2'],
	['purchase', { ...PURCHASE, products: TWICE }, 'this one has 3 products with 2 IDs'],
	['purchase', { ...PURCHASE, products: IDS }, 'at most 30 product IDs, but this one has 31'],
])('%s with %j would be dropped: %s', async (name, properties, reason) => {
	const { verdict, reasons } = await judge(name, properties);
	expect([verdict, reasons]).toEqual(['dropped', [expect.stringContaining(reason)]]);
	expect(sandbox.state.profiles.size).toBe(0);
});

const patch = (customer: object) => ['customer_patch', { customer }] as const;
test.each<readonly [event: string, properties: object, remark: string]>([
	['purchase', { ...PURCHASE, order_id: undefined }, 'order_id is missing'],
	['optin', { email: JANE }, 'customer.email is missing'],
	[...patch({ 'First-Name': 'Jane' }), 'ignores the attribute "First-Name"'],
	[...patch({ city: 'TRUE' }), 'city is stored as the text "TRUE", not as a boolean'],
	[...patch({ city: '' }), 'city is empty: '],
	[...patch({ email_hash_number: '1' }), 'email_hash_number is reserved by Bluecore'],
	[...patch({ shoe_size: 38 }), 'shoe_size is new: it becomes a permanent column'],
	['search', { search_term: 'x', distinct_id: 'device-9' }, 'No identify event has linked "device'],
])('%s with %j is accepted, with the remark: %s', async (name, properties, remark) => {
	const call = await judge(name, properties);
	expect(call).toMatchObject({ verdict: 'accepted', namespace: NAMESPACE });
	expect(call.remarks).toEqual([expect.stringContaining(remark)]);
});

test('an event without a namespace would be dropped', async () => {
	const open = await startSandbox();
	await clientOf(open).track('search', { distinct_id: JANE, search_term: 'x', token: undefined });
	expect(open.state.calls).toMatchObject([{ status: 202, reasons: ['token is missing.'] }]);
});

const strict = useSandbox({ products: ['SHIRT-M'], customEvents: ['visit', 'opt_in'] });
const client = clientOf(strict);

test('a product that is not in the catalogue gets a remark', async () => {
	const products = [{ id: 'SHIRT-M' }, { id: 'HAT' }];
	await client.track('wishlist', { distinct_id: JANE, products });
	expect(strict.state.calls[0].remarks).toEqual([
		'Not in the product catalogue, so that emails have no name, picture and price for: HAT.',
	]);
});

test('a custom event that is not agreed would be dropped', async () => {
	for (const name of ['visit', 'walk', 'opt_in']) {
		await client.track(name, { distinct_id: JANE });
	}
	const verdicts = strict.state.calls.map(({ verdict }) => verdict);
	expect(verdicts).toEqual(['accepted', 'dropped', 'accepted']);
});
