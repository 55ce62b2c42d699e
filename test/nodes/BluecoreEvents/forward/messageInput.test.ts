import type { IDataObject } from 'n8n-workflow';

import {
	COMMON,
	eventOf,
	forward,
	IDENTITY,
	PRODUCT,
	SENT_PRODUCT,
	track,
} from '../../../support/forward';

const ORDER = { order_id: 'ORD-1', total: 39.9, products: [PRODUCT] };

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

	test.each<[IDataObject, number]>([
		[{ total: '', revenue: 20 }, 20],
		[{ total: '30 EUR', revenue: 20 }, 20],
		[{ total: -1, revenue: 'x', value: 10 }, 10],
	])('takes the first total of %j that can be read', (amounts, total) => {
		const { properties } = eventOf(
			track('Order Completed', { ...ORDER, total: undefined, ...amounts }),
		);
		expect(properties.total).toBe(total);
	});

	test('takes the first order ID that is one', () => {
		const ids = { order_id: 'undefined', transaction_id: null, orderId: 'O-2' };
		const { properties } = eventOf(track('Order Completed', { ...ORDER, ...ids }));
		expect(properties.order_id).toBe('O-2');
	});

	test.each<[IDataObject]>([
		[{ order_id: '', transaction_id: 'O-1', total: 10 }],
		[{ order_id: [], transaction_id: 'O-1', total: 10 }],
		[{ order_id: 'O-1', total: [], revenue: 10 }],
		[{ order_id: 'O-1', total: {}, revenue: 10 }],
	])('takes a filled value beside an empty one: %j', (properties) => {
		const sent = eventOf(
			track('Order Completed', { ...properties, products: [PRODUCT] }),
		).properties;
		expect(sent).toMatchObject({ order_id: 'O-1', total: 10 });
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
				{ products: [PRODUCT], coupon: 'X', nested: { a: [1] }, page_title: 'Jacket' },
				{ context },
			),
		).properties,
	).toEqual({
		...COMMON,
		products: [SENT_PRODUCT],
		coupon: 'X',
		nested: { a: [1] },
		page_title: 'Jacket',
		client: '4.2',
		device: 'iPad11,6',
	});
});

test('an app version that is no text is left out, with a warning', () => {
	const context = { app: { version: { major: 4 } } };
	const { events, warnings } = forward(track('Product Viewed', PRODUCT, { context }));
	expect(events[0].properties).toEqual({ ...COMMON, products: [SENT_PRODUCT] });
	expect(warnings).toEqual(['Client (context.app.version) was left out because it is an object']);
});

test("properties do not take the place of Bluecore's own", () => {
	const { events, warnings } = forward(
		track('Product Viewed', { products: [PRODUCT], token: 't', distinct_id: 'd', customer: 'c' }),
	);
	expect(events[0].properties).toEqual({ ...COMMON, products: [SENT_PRODUCT] });
	expect(warnings[0]).toContain('"token", "distinct_id", "customer"');
});

test('the search term of collectors that name it in another way', () => {
	const search = (properties: IDataObject) =>
		eventOf(track('Products Searched', properties)).properties;
	expect(search({ search_query: 'lamp' })).toMatchObject({ search_term: 'lamp' });
	expect(search({ search_string: 'lamp' })).not.toHaveProperty('search_string');
	expect(search({ search_query: 'lamp', query: 'red lamp' })).toMatchObject({
		search_term: 'red lamp',
		search_query: 'lamp',
	});
});

test('page messages have the name and the category of the page', () => {
	const message = { type: 'page', ...IDENTITY, name: 'Home', category: 'Docs' };
	expect(eventOf(message).properties).toEqual({ ...COMMON, name: 'Home', category: 'Docs' });
	expect(
		eventOf({ ...message, properties: { name: 'Start', category: '', title: 'A' } }).properties,
	).toEqual({ ...COMMON, name: 'Start', category: 'Docs', title: 'A' });
});

test('page messages: the page of the context where the properties do not tell', () => {
	const context = { page: { url: 'https://example.com/a', title: 'A', path: '/a' } };
	expect(eventOf({ type: 'page', ...IDENTITY, context, name: 'Home' })).toEqual({
		event: 'viewed_page',
		properties: { ...COMMON, url: 'https://example.com/a', title: 'A', name: 'Home' },
	});
	expect(
		eventOf({ type: 'Page', ...IDENTITY, context, properties: { url: '/b', title: '' } })
			.properties,
	).toMatchObject({ url: '/b', title: 'A' });
});
