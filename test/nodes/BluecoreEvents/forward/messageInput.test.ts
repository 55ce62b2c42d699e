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

describe('an order', () => {
	test('needs an ID, a total and an email, and says where it looked', () => {
		const properties = { products: [PRODUCT] };
		expect(forward({ event: 'Order Completed', userId: 'u-1', properties }).problems).toEqual([
			'Email (properties.email, traits.email or context.traits.email) is required',
			'Order ID (properties.order_id or properties.transaction_id) is required',
			'Total (properties.total, properties.revenue or properties.value) is required',
		]);
	});

	test.each<[given: IDataObject, sent: IDataObject]>([
		[{ total: '', revenue: 20 }, { total: 20 }],
		[{ total: [], revenue: 10 }, { total: 10 }],
		[{ total: {}, revenue: 10 }, { total: 10 }],
		[{ total: '30 EUR', revenue: 20 }, { total: 20 }],
		[{ total: -1, revenue: 'x', value: 10 }, { total: 10 }],
		[
			{ total: '30', revenue: 20, value: 10 },
			{ total: 30, revenue: 20, value: 10 },
		],
		[{ order_id: '', transaction_id: 'O-2' }, { order_id: 'O-2' }],
		[{ order_id: [], transaction_id: 'O-2' }, { order_id: 'O-2' }],
		[{ order_id: 'undefined', transaction_id: null, orderId: 'O-2' }, { order_id: 'O-2' }],
	])('takes the first value of %j that can be read, and others stay: %j', (given, sent) => {
		const order = { order_id: 'O-1', total: 39.9, products: [PRODUCT] };
		const { properties } = eventOf(track('Order Completed', { ...order, ...given }));
		expect(properties).toMatchObject({ order_id: 'O-1', total: 39.9, ...sent });
	});
});

test('other properties, the app version and the device model go along', () => {
	const context = { app: { version: '4.2' }, device: { model: 'iPad11,6' } };
	const more = { coupon: 'X', nested: { a: [1] }, page_title: 'Jacket' };
	const message = track('Product Viewed', { products: [PRODUCT], ...more }, { context });
	expect(eventOf(message).properties).toEqual({
		...{ ...COMMON, products: [SENT_PRODUCT], ...more, client: '4.2', device: 'iPad11,6' },
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

describe('a page message', () => {
	const about = (more: IDataObject) => eventOf({ type: 'Page', ...IDENTITY, ...more });
	const category = 'Docs';

	test.each<[more: IDataObject, sent: IDataObject]>([
		[
			{ name: 'Home', category },
			{ name: 'Home', category },
		],
		[
			{ name: 'Home', category, properties: { name: 'Start', category: '', title: 'A' } },
			{ name: 'Start', category, title: 'A' },
		],
	])('has the name and the category of the page: %j', (more, sent) =>
		expect(about(more).properties).toEqual({ ...COMMON, ...sent }),
	);

	test('has the page of the context where the properties do not tell', () => {
		const context = { page: { url: 'https://example.com/a', title: 'A', path: '/a' } };
		const sent = { url: 'https://example.com/a', title: 'A', name: 'Home' };
		expect(about({ context, name: 'Home' })).toEqual({
			...{ event: 'viewed_page', properties: { ...COMMON, ...sent } },
		});
		const properties = { url: '/b', title: '' };
		expect(about({ context, properties }).properties).toMatchObject({ url: '/b', title: 'A' });
	});
});
