import type { IDataObject } from 'n8n-workflow';

import { forward } from '../../../support/forward';

const EMAIL = 'jane@example.com';
const IDENTITY = { userId: 'u-1', anonymousId: 'a-1', traits: { email: EMAIL } };
const PRODUCT = { product_id: 'SKU1', price: 39.9, quantity: 1 };
const SENT_PRODUCT = { id: 'SKU1', price: 39.9, quantity: 1 };

const track = (event: string, properties: IDataObject = {}, more: IDataObject = {}) => ({
	type: 'track',
	event,
	...IDENTITY,
	properties,
	...more,
});
const customer = { email: EMAIL };
const common = { distinct_id: EMAIL, customer };

/** The one event that a message becomes. */
function eventOf(message: unknown, parameters: IDataObject = {}) {
	const { events, problems, heldBack } = forward(message, parameters);
	expect({ problems, heldBack }).toEqual({ problems: [], heldBack: [] });
	expect(events).toHaveLength(1);
	return events[0];
}

const ORDER = { order_id: 'ORD-1', total: 39.9, products: [PRODUCT] };
const GA4_ORDER = {
	transaction_id: 'ORD-1',
	value: 39.9,
	items: [{ item_id: 'SKU1', price: 39.9 }],
};
const SENT_ORDER = { order_id: 'ORD-1', total: 39.9, products: [SENT_PRODUCT] };
const GA4_ITEMS = { items: [{ item_id: 'SKU1', price: 39.9 }] };
const SENT_ITEMS = { products: [{ id: 'SKU1', price: 39.9 }] };

describe('the table', () => {
	test.each<[source: string, from: string, properties: IDataObject, to: string, sent: IDataObject]>(
		[
			['Segment', 'Product Viewed', PRODUCT, 'viewed_product', { products: [SENT_PRODUCT] }],
			['GA4', 'view_item', GA4_ITEMS, 'viewed_product', SENT_ITEMS],
			['Segment', 'Products Searched', { query: 'rain' }, 'search', { search_term: 'rain' }],
			['Datafly', 'Products Searched', { search_term: 'rain' }, 'search', { search_term: 'rain' }],
			['GA4', 'search', { search_term: 'rain' }, 'search', { search_term: 'rain' }],
			['GA4', 'view_search_results', { search_term: 'rain' }, 'search', { search_term: 'rain' }],
			['Segment', 'Product Added', PRODUCT, 'add_to_cart', { products: [SENT_PRODUCT] }],
			['GA4', 'add_to_cart', GA4_ITEMS, 'add_to_cart', SENT_ITEMS],
			['Segment', 'Product Removed', PRODUCT, 'remove_from_cart', { products: [SENT_PRODUCT] }],
			['GA4', 'remove_from_cart', GA4_ITEMS, 'remove_from_cart', SENT_ITEMS],
			['Segment', 'Product Added to Wishlist', PRODUCT, 'wishlist', { products: [SENT_PRODUCT] }],
			['GA4', 'add_to_wishlist', GA4_ITEMS, 'wishlist', SENT_ITEMS],
			['Segment', 'Order Completed', ORDER, 'purchase', SENT_ORDER],
			[
				'Datafly',
				'Order Completed',
				{ order_id: 'ORD-1', revenue: 39.9, products: [PRODUCT] },
				'purchase',
				SENT_ORDER,
			],
			['GA4', 'purchase', GA4_ORDER, 'purchase', { order_id: 'ORD-1', total: 39.9, ...SENT_ITEMS }],
			['Segment', 'Signed Up', {}, 'optin', { email: EMAIL }],
			['GA4', 'sign_up', { method: 'web' }, 'optin', { email: EMAIL, method: 'web' }],
			['Datafly', 'Unsubscribed', {}, 'unsubscribe', { email: EMAIL }],
			['RudderStack', 'optin', {}, 'optin', { email: EMAIL }],
			['RudderStack', 'unsubscribe', {}, 'unsubscribe', { email: EMAIL }],
			[
				'RudderStack',
				'subscription_event',
				{ channelConsents: { email: true } },
				'optin',
				{ email: EMAIL, channelConsents: { email: true } },
			],
			[
				'RudderStack',
				'subscription_event',
				{ channelConsents: { email: false } },
				'unsubscribe',
				{ email: EMAIL },
			],
			['Datafly', 'page', { url: '/a', title: 'A' }, 'viewed_page', { url: '/a', title: 'A' }],
			['Bluecore', 'viewed_product', PRODUCT, 'viewed_product', { products: [SENT_PRODUCT] }],
			['Bluecore', 'wishlist', PRODUCT, 'wishlist', { products: [SENT_PRODUCT] }],
			['Bluecore', 'customer_patch', {}, 'customer_patch', {}],
			['Bluecore', 'viewed_page', { url: '/a' }, 'viewed_page', { url: '/a' }],
		],
	)('%s: %s', (_source, from, properties, to, sent) => {
		const expected = { event: to, properties: { ...common, ...sent } };
		expect(eventOf(track(from, properties))).toEqual(expected);
		expect(eventOf(track(` ${from.toUpperCase()} `, properties))).toEqual(expected);
		expect(eventOf({ ...track(from, properties), type: undefined })).toEqual(expected);
		expect(eventOf({ ...track(from, properties), type: 'TRACK' })).toEqual(expected);
	});

	test.each([['true'], [1], [null], [undefined], [{ a: 1 }]])(
		'subscription_event with %p for an email is refused',
		(email) => {
			const { problems, events } = forward(
				track('subscription_event', { channelConsents: { email } as IDataObject }),
			);
			expect(problems).toEqual([
				expect.stringMatching(
					/^The consent to emails \(properties\.channelConsents\.email\) must be true or false, but is /,
				),
			]);
			expect(events).toEqual([]);
		},
	);

	test('page messages: the page of the context where the properties do not tell', () => {
		const context = { page: { url: 'https://example.com/a', title: 'A', path: '/a' } };
		expect(eventOf({ type: 'page', ...IDENTITY, context, name: 'Home' })).toEqual({
			event: 'viewed_page',
			properties: { ...common, url: 'https://example.com/a', title: 'A' },
		});
		expect(
			eventOf({ type: 'Page', ...IDENTITY, context, properties: { url: '/b', title: '' } })
				.properties,
		).toMatchObject({ url: '/b', title: 'A' });
	});

	describe('identify messages', () => {
		const identify = (traits: IDataObject, more: IDataObject = {}) => ({
			type: 'identify',
			userId: 'u-1',
			anonymousId: 'a-1',
			traits,
			...more,
		});

		test('create or update the customer', () => {
			expect(eventOf(identify({ email: EMAIL, city: 'Rome' }))).toEqual({
				event: 'customer_patch',
				properties: { distinct_id: EMAIL, customer: { email: EMAIL, city: 'Rome' } },
			});
			expect(eventOf(identify({ email: EMAIL })).properties).toEqual(common);
			expect(eventOf(identify({ city: 'Rome' })).properties.distinct_id).toBe('u-1');
		});

		test.each([
			identify({ email: EMAIL, action: 'Identify' }),
			identify({ email: EMAIL }, { context: { traits: { action: 'identify' } } }),
		])('link the ID to the email when the action says so', (message) => {
			expect(eventOf(message)).toEqual({
				event: 'identify',
				properties: { distinct_id: 'u-1', customer },
			});
		});

		test('link an ID, never the email itself', () => {
			const action = 'identify';
			expect(
				eventOf(identify({ email: EMAIL, action }, { userId: EMAIL })).properties.distinct_id,
			).toBe('a-1');
			const { problems } = forward(
				identify({ email: EMAIL, action }, { userId: EMAIL, anonymousId: null }),
			);
			expect(problems).toEqual([
				'Distinct ID (context.externalId of type bluecoreExternalId, userId, traits.userId, traits.id, context.traits.userId, context.traits.id or anonymousId) is required',
			]);
		});

		test.each(['delete', true, { a: 1 }])('refuse the action %p', (action) => {
			const { problems } = forward(identify({ email: EMAIL, action }));
			expect(problems).toEqual([
				expect.stringMatching(/^The action \(traits\.action\) must be identify or empty, but is /),
			]);
		});

		test('need traits', () => {
			expect(forward({ type: 'identify', userId: 'u-1' }).problems).toEqual([
				'The message has no traits, so there is nothing to create or update',
			]);
		});
	});
});

describe('who it is about', () => {
	const externalId = [
		{ type: 'other', id: 'x' },
		{ type: 'bluecoreExternalId', id: 'bc-1' },
	];
	test.each<[string, IDataObject, string, IDataObject]>([
		['an ID given for Bluecore', { ...IDENTITY, context: { externalId } }, 'bc-1', customer],
		[
			'one that stands alone',
			{ ...IDENTITY, context: { externalId: externalId[1] } },
			'bc-1',
			customer,
		],
		['the email of the traits', IDENTITY, EMAIL, customer],
		[
			'the email of the context',
			{ userId: 'u-1', context: { traits: { email: EMAIL } } },
			EMAIL,
			customer,
		],
		['the user ID', { userId: 'u-1', anonymousId: 'a-1' }, 'u-1', {}],
		['a number', { userId: 17 }, '17', {}],
		['traits.userId', { traits: { userId: 'u-2' }, anonymousId: 'a-1' }, 'u-2', {}],
		['traits.id', { traits: { id: 'u-3' }, anonymousId: 'a-1' }, 'u-3', {}],
		['context.traits.userId', { context: { traits: { userId: 'u-4' } } }, 'u-4', {}],
		['context.traits.id', { context: { traits: { id: 'u-5' } } }, 'u-5', {}],
		['the anonymous ID', { userId: '', anonymousId: 'a-1' }, 'a-1', {}],
	])('%s', (_what, message, distinctId, sentCustomer) => {
		const { properties } = eventOf({
			type: 'track',
			event: 'Product Viewed',
			...message,
			properties: PRODUCT,
		});
		expect(properties.distinct_id).toBe(distinctId);
		expect(properties.customer ?? {}).toEqual(sentCustomer);
	});

	test('the email of the properties goes before that of the traits, and is no property', () => {
		const email = 'other@example.com';
		expect(eventOf(track('Product Viewed', { ...PRODUCT, email })).properties).toEqual({
			distinct_id: email,
			customer: { email },
			products: [SENT_PRODUCT],
		});
	});

	test('nobody', () => {
		const { problems, fixes } = forward({
			type: 'track',
			event: 'Product Viewed',
			properties: PRODUCT,
		});
		expect(problems).toEqual([
			'Email (properties.email, traits.email or context.traits.email) or Distinct ID (context.externalId of type bluecoreExternalId, userId, traits.userId, traits.id, context.traits.userId, context.traits.id or anonymousId) is required',
		]);
		expect(fixes[0]).toContain('Send the message with');
	});

	test('what is wrong names the field where it was found', () => {
		const traits = { email: 'n/a' };
		const message = { event: 'Product Viewed', properties: PRODUCT, traits };
		expect(forward(message).problems).toEqual([
			'Email (traits.email) is not an email address: "n/a"',
		]);
		expect(forward(track('Order Completed', ORDER, { traits })).problems).toEqual([
			'Email (traits.email) is not an email address: "n/a"',
		]);
	});

	test('what is no address is no email where the event needs none', () => {
		const traits = { email: '0b4e7a0e5fe84ad35fb5f95b9ceeac79' };
		const { events, warnings } = forward(track('Product Viewed', PRODUCT, { traits }));
		expect(events.map(({ properties }) => properties)).toEqual([
			{ distinct_id: 'u-1', products: [SENT_PRODUCT] },
		]);
		expect(warnings).toEqual([
			'traits.email is not an email address ("0b4e7a0e5fe84ad35fb5f95b9ceeac79"), so the event was sent without an email',
		]);
	});

	test('of several addresses the first is used, and the others are named', () => {
		const message = track('Product Viewed', { ...PRODUCT, email: 'other@example.com' });
		expect(forward(message).warnings).toEqual([
			`The message has several email addresses. properties.email is used, and these are not: traits.email "${EMAIL}"`,
		]);
	});
});

describe('the customer', () => {
	const attributesOf = (message: IDataObject, parameters: IDataObject = {}) => {
		const { properties } = eventOf({ ...track('Product Viewed', PRODUCT), ...message }, parameters);
		const { email, ...attributes } = properties.customer as IDataObject;
		expect(email).toBe(EMAIL);
		return attributes;
	};

	test('has the traits, with the usual names', () => {
		const traits = {
			email: EMAIL,
			id: 'u-9',
			userId: 'u-9',
			anonymousId: 'a-9',
			distinctId: 'u-9',
			createdAt: '2025-01-01',
			firstName: 'Jane',
			lastName: 'Doe',
			gender: 'female',
			'Loyalty-Tier': 'gold',
			address: { city: 'Rome' },
			vip: true,
			phone: '',
		};
		expect(attributesOf({ traits })).toEqual({
			first_name: 'Jane',
			last_name: 'Doe',
			gender: 'female',
			sex: 'female',
			created_at: '2025-01-01',
			loyalty_tier: 'gold',
			address: { city: 'Rome' },
			vip: true,
		});
	});

	test('has those of the context where the traits say nothing', () => {
		expect(
			attributesOf({
				traits: { email: EMAIL, firstName: 'Jane', Tier: 'gold' },
				context: {
					traits: { first_name: 'J.', tier: 'silver', city: 'Rome', sex: 'f', gender: 'x' },
				},
			}),
		).toEqual({ first_name: 'Jane', tier: 'gold', city: 'Rome', sex: 'f', gender: 'x' });
	});

	test('has one value for a name', () => {
		expect(
			attributesOf({ traits: { email: EMAIL, firstName: 'Jane', firstname: 'Jane' } }),
		).toEqual({ first_name: 'Jane' });
		const { problems } = forward(
			track('Product Viewed', PRODUCT, {
				traits: { email: EMAIL, firstname: 'Jane', first_name: 'Janet' },
			}),
		);
		expect(problems).toEqual([
			'Several traits would become the attribute "first_name", including "first_name"',
		]);
	});

	test('has the gender as sex, too, however it is written, but no second sex', () => {
		expect(attributesOf({ traits: { email: EMAIL, Gender: 'f' } })).toEqual({
			gender: 'f',
			sex: 'f',
		});
		expect(attributesOf({ traits: { email: EMAIL, gender: 'f', Sex: 'x' } })).toEqual({
			gender: 'f',
			sex: 'x',
		});
	});

	test('follows the options for attributes', () => {
		const message = { traits: { email: EMAIL, vip: 'TRUE', phone: '' } };
		expect(
			attributesOf(message, {
				options: { linkIdentity: false, convertBooleans: true, sendEmptyValues: true },
			}),
		).toEqual({ vip: true, phone: '' });
		const { problems } = forward(
			{ ...track('Product Viewed', PRODUCT), traits: { email: EMAIL, 'Loyalty-Tier': 1 } },
			{ options: { attributeNames: 'reject' } },
		);
		expect(problems).toEqual(['Bluecore ignores the attribute name "Loyalty-Tier"']);
	});
});

describe('products', () => {
	const productsOf = (properties: IDataObject) =>
		eventOf(track('Product Viewed', properties)).properties.products;

	test.each<[IDataObject, IDataObject]>([
		[
			{ product_id: 'P', sku: 'S', id: 'I', item_id: 'G' },
			{ id: 'P', sku: 'S', item_id: 'G' },
		],
		[{ sku: 'S', id: 'I' }, { id: 'S' }],
		[
			{ id: 'I', item_id: 'G' },
			{ id: 'I', item_id: 'G' },
		],
		[
			{ item_id: 'G', item_name: 'Jacket' },
			{ id: 'G', item_name: 'Jacket' },
		],
		[
			{ product_id: '', sku: 7 },
			{ id: '7', product_id: '' },
		],
		[
			{ product_id: 'P', price: '12.50', quantity: '2', colour: 'red' },
			{ id: 'P', price: 12.5, quantity: 2, colour: 'red' },
		],
	])('%j is sent as %j', (given, sent) => {
		expect(productsOf({ products: [given] })).toEqual([sent]);
		expect(productsOf({ products: given })).toEqual([sent]);
		expect(productsOf({ items: [given] })).toEqual([sent]);
	});

	test('the properties describe the product when there is no list; the others stay properties', () => {
		const properties = { ...PRODUCT, name: 'Jacket', cart_id: 'c-1', currency: 'EUR' };
		expect(eventOf(track('Product Added', properties)).properties).toEqual({
			...common,
			products: [{ ...SENT_PRODUCT, name: 'Jacket' }],
			cart_id: 'c-1',
			currency: 'EUR',
		});
	});

	test('but not that of an order', () => {
		const { problems } = forward(track('Order Completed', { ...PRODUCT, order_id: 'O', total: 1 }));
		expect(problems).toEqual([
			'Products (properties.products or properties.items) must contain at least one product',
		]);
	});

	test('a product without an ID is refused, with its place', () => {
		expect(forward(track('Product Viewed', { name: 'Jacket' })).problems).toEqual([
			'Products (properties.products or properties.items) has no ID',
		]);
		expect(
			forward(track('Product Viewed', { products: [PRODUCT, { name: 'x' }] })).problems,
		).toEqual(['Products (properties.products): product 2 has no ID']);
	});

	test('a search never has any', () => {
		const { events, warnings } = forward(
			track('search', { search_term: 'a', ...GA4_ITEMS, products: [PRODUCT] }),
		);
		expect(events[0].properties).toEqual({ ...common, search_term: 'a' });
		expect(warnings).toEqual([
			'These properties were left out because this event cannot have properties of these names: "items", "products"',
		]);
	});
});

describe('an order', () => {
	test('needs an ID, a total and an email, and says where it looked', () => {
		const { problems } = forward({
			type: 'track',
			event: 'Order Completed',
			userId: 'u-1',
			properties: { products: [PRODUCT] },
		});
		expect(problems).toEqual([
			'Email (properties.email, traits.email or context.traits.email) is required',
			'Order ID (properties.order_id or properties.transaction_id) is required',
			'Total (properties.total, properties.revenue or properties.value) is required',
		]);
	});

	test('takes the total before the revenue before the value; the others stay', () => {
		const amounts = { total: '30', revenue: 20, value: 10 };
		const { properties } = eventOf(track('Order Completed', { ...ORDER, ...amounts }));
		expect(properties).toMatchObject({ total: 30, revenue: 20, value: 10 });
	});
});

test('other properties, the app version and the device model go along', () => {
	const context = { app: { version: '4.2' }, device: { model: 'iPad11,6' } };
	expect(
		eventOf(
			track(
				'Product Viewed',
				{ products: [PRODUCT], coupon: 'X', nested: { a: [1] } },
				{ context },
			),
		).properties,
	).toEqual({
		...common,
		products: [SENT_PRODUCT],
		coupon: 'X',
		nested: { a: [1] },
		client: '4.2',
		device: 'iPad11,6',
	});
});

test("properties do not take the place of Bluecore's own", () => {
	const { events, warnings } = forward(
		track('Product Viewed', { products: [PRODUCT], token: 't', distinct_id: 'd', customer: 'c' }),
	);
	expect(events[0].properties).toEqual({ ...common, products: [SENT_PRODUCT] });
	expect(warnings[0]).toContain('"token", "distinct_id", "customer"');
});

describe("the user's map", () => {
	const eventMap = {
		mapping: [
			{ from: 'Quick View', to: 'viewed_product' },
			{ from: 'product added', to: 'wishlist' },
			{ from: 'PRODUCT ADDED', to: 'cart_started' },
			{ from: 'screen', to: 'viewed_page' },
		],
	};

	test('adds to the table, and goes before it, with all of its rows in order', () => {
		expect(eventOf(track('quick view', PRODUCT), { eventMap }).event).toBe('viewed_product');
		expect(eventOf(track('Product Viewed', PRODUCT), { eventMap }).event).toBe('viewed_product');
		expect(
			forward(track('Product Added', PRODUCT), { eventMap }).events.map(({ event }) => event),
		).toEqual(['wishlist', 'cart_started']);
	});

	test("takes Bluecore's own names in any case", () => {
		const spelled = { mapping: [{ from: 'Quick View', to: 'Viewed_Product' }] };
		const { events, warnings } = forward(track('Quick View', PRODUCT), { eventMap: spelled });
		expect([events[0].event, warnings]).toEqual(['viewed_product', []]);
	});

	test('tells of a problem that all events of a message have once', () => {
		expect(
			forward(
				{ event: 'Product Added', traits: { email: 'n/a' }, properties: PRODUCT },
				{ eventMap },
			).problems,
		).toHaveLength(1);
	});

	test('maps types of messages', () => {
		expect(
			eventOf({ type: 'screen', ...IDENTITY, properties: { name: 'A' } }, { eventMap }),
		).toEqual({ event: 'viewed_page', properties: { ...common, name: 'A' } });
	});

	test('must be whole', () => {
		const { problems } = forward(track('Quick View', PRODUCT), {
			eventMap: { mapping: [{ from: 'x', to: '' }, { to: 'search' }] },
		});
		expect(problems).toEqual(['Event Map: row 1 has no To', 'Event Map: row 2 has no From']);
	});

	test('an event that is bad keeps the other events of its message from going out', () => {
		const { events, problems } = forward(track('Product Added', { ...PRODUCT, search_term: '' }), {
			eventMap: {
				mapping: [
					{ from: 'Product Added', to: 'add_to_cart' },
					{ from: 'Product Added', to: 'search' },
				],
			},
		});
		expect(events).toEqual([]);
		expect(problems).toEqual([
			'Search Term (properties.search_term or properties.query) is required',
		]);
	});
});

describe('what is not mapped', () => {
	const coupon = track('Coupon Applied', { coupon: 'X' });
	const group = { type: 'group', ...IDENTITY, groupId: 'g' };

	test('is held back', () => {
		expect(forward(coupon).heldBack).toEqual([
			{
				event: 'Coupon Applied',
				distinct_id: EMAIL,
				accepted: false,
				reason: 'Unmapped: no Bluecore event is mapped to "Coupon Applied"',
				tracking_event: 'Coupon Applied',
			},
		]);
		expect(forward(group).heldBack).toMatchObject([{ event: 'group', accepted: false }]);
		expect(forward({ type: 'alias', previousId: 'x' }).heldBack).toMatchObject([
			{ event: 'alias', distinct_id: null },
		]);
	});

	test('is sent under its own name, if it is an event', () => {
		const unmappedEvents = 'send';
		expect(eventOf(coupon, { unmappedEvents })).toEqual({
			event: 'Coupon Applied',
			properties: { ...common, coupon: 'X' },
		});
		const own = { items: [{ label: 'red' }], products: 3 };
		const { events, warnings } = forward(track('Coupon Applied', own), { unmappedEvents });
		expect(events[0].properties).toEqual({ ...common, items: own.items });
		expect(warnings).toEqual([
			expect.stringContaining('other than lowercase letters'),
			expect.stringContaining('of these names: "products"'),
		]);
		expect(forward(group, { unmappedEvents }).problems).toEqual([
			'A message of the type "group" cannot be sent as a custom event',
		]);
	});

	test('is refused', () => {
		expect(forward(coupon, { unmappedEvents: 'fail' }).problems).toEqual([
			'No Bluecore event is mapped to "Coupon Applied"',
		]);
	});
});

test.each<[unknown, string]>([
	[7, 'The tracking message must be an object, but is a number'],
	[{ type: 'track' }, 'The track message has no event'],
	[{ type: 'track', event: { a: 1 } }, 'The track message has no event'],
	[{ type: [], event: 'page' }, 'The type of the tracking message is not text'],
	[{ userId: 'u' }, 'The tracking message has neither an event nor a type'],
	['', 'Message is required'],
	[
		'{ not json',
		'Message is not valid JSON: reading stopped at position 2 (line 1, column 3) at "not json"',
	],
])('%j is no message', (message, problem) => {
	expect(forward(message).problems).toEqual([problem]);
});

test('says what to do with the output of a Webhook node', () => {
	const { fixes } = forward({ headers: {}, query: {}, body: track('Product Viewed', PRODUCT) });
	expect(fixes).toEqual(['This is the output of a Webhook node: set Message to {{ $json.body }}.']);
});
