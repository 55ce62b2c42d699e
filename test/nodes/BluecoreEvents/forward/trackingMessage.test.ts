import { forward, type Forwarded } from '../../../support/forward';

const view = (email: string, more: object = {}) => ({
	type: 'track',
	event: 'Product Viewed',
	traits: { email },
	properties: { product_id: 'SKU1' },
	...more,
});
const A = 'a@example.com';
const B = 'b@example.com';
const C = 'c@example.com';
const ids = ({ events }: Forwarded) => events.map(({ properties }) => properties.distinct_id);

test.each<[string, unknown]>([
	['an array', [view(A), view(B)]],
	['a batch', { batch: [view(A), view(B)], sentAt: '2026-01-01T00:00:00Z' }],
	['a batch as text', JSON.stringify({ batch: [view(A), view(B)] })],
	['batches in an array', [{ batch: [view(A)] }, view(B)]],
])('%s: each message becomes its own event', (_what, delivery) => {
	expect(ids(forward(delivery))).toEqual([A, B]);
});

test('the context of a batch holds for its messages', () => {
	const { events } = forward({
		context: { app: { version: '1' }, device: { model: 'd' } },
		batch: [view(A), view(B, { context: { app: { version: '2' } } })],
	});
	expect(events.map(({ properties }) => [properties.client, properties.device])).toEqual([
		['1', 'd'],
		['2', 'd'],
	]);
});

test('a bad message does not sink the others, has its number, and comes out by itself', () => {
	const bad = { type: 'track', event: 'Order Completed', traits: { email: B } };
	const { planned, problems } = forward([view(A), bad, 7, view(C)]);
	expect(planned.map(({ message, report }) => [message, report.problems.length])).toEqual([
		[{ number: 1, of: 4 }, 0],
		[{ number: 2, of: 4 }, 3],
		[{ number: 3, of: 4 }, 1],
		[{ number: 4, of: 4 }, 0],
	]);
	expect(planned.map(({ ownFields }) => ownFields)).toEqual([
		view(A),
		bad,
		{ message: 7 },
		view(C),
	]);
	expect(problems).toHaveLength(4);
});

test.each<[string, object]>([
	['a number that JSON cannot hold', { properties: { product_id: 'SKU1', price: NaN } }],
	['a reserved name', JSON.parse('{ "properties": { "__proto__": 1 } }') as object],
	['too deep a nesting', { properties: { deep: nested(200) } }],
])('a message with %s does not sink the others either', (_what, more) => {
	const { planned } = forward([view(A), view(B, more), view(C)]);
	expect(planned.map(({ report }) => report.problems.length > 0)).toEqual([false, true, false]);
});

function nested(depth: number): unknown {
	return depth === 0 ? 'end' : { inner: nested(depth - 1) };
}

test('what is undefined is not there', () => {
	const { events } = forward(view(A, { userId: undefined, list: [undefined] }));
	expect(events).toHaveLength(1);
});

test('arrays in arrays are read only so deep, and one that holds itself does no harm', () => {
	const endless: unknown[] = [];
	endless.push(endless, view(A));
	const { problems, events } = forward(endless);
	expect([problems.length > 0, events.length > 0]).toEqual([true, true]);
});

test('a single message has no number', () => {
	const [{ message, ownFields }] = forward([view(A)]).planned;
	expect([message, ownFields]).toEqual([undefined, undefined]);
});

test.each([[[]], [{ batch: [] }], [[[], { batch: [] }]]])('%j is reported as empty', (delivery) => {
	expect(forward(delivery)).toMatchObject({
		events: [],
		problems: [],
		heldBack: [
			{
				event: null,
				distinct_id: null,
				accepted: false,
				reason: 'Empty: the batch contains no message',
				tracking_event: null,
			},
		],
	});
});

describe("GA4's Measurement Protocol", () => {
	const body = {
		client_id: 'c-1',
		user_id: 'u-1',
		user_properties: { email: { value: A }, loyalty_tier: { value: 'gold' } },
		consent: { ad_user_data: 'GRANTED', ad_personalization: 'DENIED' },
		events: [
			{
				name: 'add_to_cart',
				params: { currency: 'EUR', value: 30, items: [{ item_id: 'SKU1', quantity: 1 }] },
			},
			{ name: 'search', params: { search_term: 'rain' } },
		],
	};

	test('each event is a message', () => {
		const common = { distinct_id: A, customer: { email: A, loyalty_tier: 'gold' } };
		expect(forward(body).events).toEqual([
			{
				event: 'add_to_cart',
				properties: {
					...common,
					products: [{ id: 'SKU1', quantity: 1 }],
					currency: 'EUR',
					value: 30,
				},
			},
			{ event: 'search', properties: { ...common, search_term: 'rain' } },
		]);
	});

	test('with the IDs of the user and the client', () => {
		const anonymous = { ...body, user_properties: {} };
		expect(ids(forward(anonymous))).toEqual(['u-1', 'u-1']);
		expect(ids(forward({ ...anonymous, user_id: undefined }))).toEqual(['c-1', 'c-1']);
		const app = { app_instance_id: 'app-1', events: body.events };
		expect(ids(forward(app))).toEqual(['app-1', 'app-1']);
	});

	test('with the consent of the body', () => {
		expect(forward(body, { consentPath: 'consent.ad_user_data' }).events).toHaveLength(2);
		expect(forward(body, { consentPath: 'consent.ad_personalization' }).events).toEqual([]);
	});

	test('with the time of the event, else of the body', () => {
		const old = (Date.now() - 25 * 3_600_000) * 1000;
		const young = Date.now() * 1000;
		expect(forward({ ...body, timestamp_micros: `${old}` }).heldBack).toHaveLength(2);
		expect(forward({ ...body, timestamp_micros: 1e22 }).warnings).toHaveLength(2);
		const [first, ...others] = body.events;
		expect(
			forward({
				...body,
				timestamp_micros: old,
				events: [{ ...first, timestamp_micros: young }, ...others],
			}).heldBack,
		).toHaveLength(1);
	});

	test('also as a push to the data layer of Google Tag Manager', () => {
		const ecommerce = {
			currency: 'USD',
			value: 7.77,
			items: [{ item_id: 'SKU1', item_name: 'Tee', price: 10.01, quantity: 3 }],
		};
		const push = { event: 'add_to_cart', ecommerce, user_id: 'u-1' };
		expect(forward(push).events).toEqual([
			{
				event: 'add_to_cart',
				properties: {
					distinct_id: 'u-1',
					products: [{ id: 'SKU1', name: 'Tee', price: 10.01, quantity: 3 }],
					currency: 'USD',
					value: 7.77,
				},
			},
		]);
		const traits = { user_properties: { email: A, tier: { value: 'gold' } }, client_id: 'c-1' };
		expect(forward({ ...push, ...traits }).events[0].properties.customer).toEqual({
			email: A,
			tier: 'gold',
		});
		expect(forward({ ...push, properties: { product_id: 'SKU2' } }).events).toMatchObject([
			{ properties: { products: [{ id: 'SKU2' }] } },
		]);
	});

	test('but messages in events are messages', () => {
		const messages = [
			{ type: 'track', event: 'Products Searched', userId: 'u-1', properties: { query: 'a' } },
			{ type: 'page', name: 'Home', anonymousId: 'a-1' },
		];
		expect(ids(forward({ events: messages }))).toEqual(['u-1', 'a-1']);
	});

	test('what is no event is refused', () => {
		const { problems, heldBack } = forward({ client_id: 'c-1', events: [7, { name: '' }] });
		expect(problems).toEqual(['The tracking message must be an object, but is a number']);
		expect(heldBack).toMatchObject([{ reason: 'Unmapped: the track message has no event' }]);
	});
});

describe('a push to the data layer without ecommerce', () => {
	const push = { user_id: 'u-1', 'gtm.uniqueEventId': 3, eventTimeout: 100 };

	test.each<[object, string, object]>([
		[{ event: 'search', search_term: 'rain' }, 'search', { search_term: 'rain' }],
		[
			{ event: 'page_view', page_title: 'A', page_location: '/a', ecommerce: null },
			'viewed_page',
			{ title: 'A', url: '/a' },
		],
	])('%j has its other fields as properties', (message, event, sent) => {
		expect(forward({ ...push, ...message }).events).toEqual([
			{ event, properties: { distinct_id: 'u-1', ...sent } },
		]);
	});

	test('is a purchase, too, with the email in user_data', () => {
		const order = { transaction_id: 'T-1', value: 10, items: [{ item_id: 'SKU1' }], coupon: 'X' };
		expect(forward({ event: 'purchase', ...order, user_data: { email: A } }).events).toEqual([
			{
				event: 'purchase',
				properties: {
					...{ distinct_id: A, customer: { email: A }, products: [{ id: 'SKU1' }] },
					...{ order_id: 'T-1', total: 10, coupon: 'X' },
				},
			},
		]);
	});

	test('has the ID of the client, and its email wherever else it is', () => {
		expect(ids(forward({ event: 'page_view', client_id: 'c-1' }))).toEqual(['c-1']);
		expect(ids(forward({ event: 'page_view', client_id: 'c-1', email: A }))).toEqual([A]);
	});

	test('is no message of the specs: their other fields are no properties', () => {
		const { events } = forward({
			type: 'track',
			event: 'page_view',
			userId: 'u-1',
			request_ip: '::1',
		});
		expect(events[0].properties).toEqual({ distinct_id: 'u-1' });
	});
});

describe("a request in Bluecore's own format", () => {
	const products = [{ id: 'SKU1', sku: 'S', price: 5 }];

	test('is read as what it is, without the token', () => {
		const customer = { email: A, first_name: 'Jane' };
		const about = { client: '4.2', device: 'iPadOS 15.0 iPad11,6' };
		const request = {
			event: 'viewed_product',
			anonymousId: 'a-1',
			properties: { token: 't', distinct_id: 'bc-1', customer, products, coupon: 'X', ...about },
		};
		const { events, warnings } = forward(request);
		expect([events, warnings]).toEqual([
			[
				{
					event: 'viewed_product',
					properties: { distinct_id: 'bc-1', customer, products, coupon: 'X', ...about },
				},
			],
			[],
		]);
	});

	test.each<[object]>([
		[{ token: 't', distinct_id: A, customer: { email: A, anonymousId: 'a-1' } }],
		[{ token: 't', customer: { email: A } }],
		[{ distinct_id: A }],
		[{ distinct_id: A, customer: {} }],
	])('is of the customer with the email, not of an anonymous ID: %j', (properties) => {
		const request = {
			event: 'viewed_product',
			anonymousId: 'a-1',
			properties: { ...properties, products },
		};
		expect(forward(request).events).toEqual([
			{ event: 'viewed_product', properties: { distinct_id: A, customer: { email: A }, products } },
		]);
	});

	test('has the product_id before the id, as everywhere', () => {
		const properties = { distinct_id: 'u-1', products: [{ product_id: 'P', id: 'line' }] };
		expect(forward({ event: 'wishlist', properties }).events[0].properties.products).toEqual([
			{ id: 'P' },
		]);
	});

	test('is not what another system sends with a token and an ID', () => {
		const properties = { token: 't', distinct_id: 'u-2', product_id: 'SKU1' };
		const message = { type: 'track', event: 'Product Viewed', userId: 'u-1', properties };
		expect(ids(forward(message))).toEqual(['u-1']);
	});
});
