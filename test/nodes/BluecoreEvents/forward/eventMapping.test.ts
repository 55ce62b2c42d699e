import type { IDataObject } from 'n8n-workflow';

import {
	COMMON,
	EMAIL,
	eventOf,
	forward,
	IDENTITY,
	PRODUCT,
	SENT_PRODUCT,
	track,
} from '../../../support/forward';

const ORDER = { order_id: 'ORD-1', total: 39.9, products: [PRODUCT] };
const SENT_ORDER = { order_id: 'ORD-1', total: 39.9, products: [SENT_PRODUCT] };
const GA4_ITEMS = { items: [{ item_id: 'SKU1', price: 39.9 }] };
const SENT_ITEMS = { products: [{ id: 'SKU1', price: 39.9 }] };
const SENT_PRODUCTS = { products: [SENT_PRODUCT] };
const JACKETS = { search_term: 'Jackets' };

type Mapped = [from: string, properties: IDataObject, to: string, sent: IDataObject];
/** Events of Segment, GA4 and Bluecore about products, and what each becomes. */
const PRODUCT_EVENTS = (
	[
		['viewed_product', ['Product Viewed', 'Viewed Product', 'viewed_product'], 'view_item'],
		[
			'add_to_cart',
			['Product Added', 'Added Product', 'Wishlist Product Added to Cart'],
			'add_to_cart',
		],
		['remove_from_cart', ['Product Removed', 'Removed Product'], 'remove_from_cart'],
		['wishlist', ['Product Added to Wishlist', 'wishlist'], 'add_to_wishlist'],
		['remove_from_wishlist', ['Product Removed from Wishlist'], 'remove_from_wishlist'],
		['viewed_cart', ['Cart Viewed', 'Viewed Cart', 'viewed_cart'], 'view_cart'],
	] as const
).flatMap(([to, names, ga4]): Mapped[] => [
	...names.map((name): Mapped => [
		name,
		{ ...PRODUCT, cart_id: 'c' },
		to,
		{ ...SENT_PRODUCTS, cart_id: 'c' },
	]),
	[ga4, GA4_ITEMS, to, SENT_ITEMS],
]);
const LISTS = [
	...['category', 'list_name', 'item_list_name', 'list_id', 'item_list_id', 'search_term'],
].map((name): Mapped => [
	'Product List Viewed',
	{ [name]: 'Jackets', products: [PRODUCT] },
	'search',
	JACKETS,
]);

describe('a tracking event becomes the Bluecore event of the table', () => {
	test.each<Mapped>([
		...PRODUCT_EVENTS,
		...LISTS,
		['Products Searched', { query: 'rain' }, 'search', { search_term: 'rain' }],
		['Search Submitted', { query: 'rain' }, 'search', { search_term: 'rain' }],
		['search', { search_term: 'rain' }, 'search', { search_term: 'rain' }],
		['view_search_results', { search_term: 'rain' }, 'search', { search_term: 'rain' }],
		[
			'Product List Viewed',
			{ list_id: 'l-1', category: 'Jackets' },
			'search',
			{ ...JACKETS, list_id: 'l-1' },
		],
		['Viewed Product Category', { category: 'Jackets' }, 'search', JACKETS],
		[
			'view_item_list',
			{ item_list_id: 'l-1', items: [{ item_list_name: 'Jackets', item_list_id: 'l-2' }] },
			'search',
			{ ...JACKETS, item_list_id: 'l-1' },
		],
		['view_item_list', { items: [{ item_list_id: 'Jackets' }] }, 'search', JACKETS],
		['Order Completed', ORDER, 'purchase', SENT_ORDER],
		[
			'Order Completed',
			{ order_id: 'ORD-1', revenue: 39.9, products: [PRODUCT] },
			'purchase',
			SENT_ORDER,
		],
		[
			'Completed Order',
			{ orderId: 'ORD-1', total: 39.9, products: [PRODUCT] },
			'purchase',
			SENT_ORDER,
		],
		[
			'purchase',
			{ transaction_id: 'ORD-1', value: 39.9, ...GA4_ITEMS },
			'purchase',
			{ order_id: 'ORD-1', total: 39.9, ...SENT_ITEMS },
		],
		['Signed Up', {}, 'optin', { email: EMAIL }],
		['sign_up', { method: 'web' }, 'optin', { email: EMAIL, method: 'web' }],
		['optin', {}, 'optin', { email: EMAIL }],
		['Unsubscribed', {}, 'unsubscribe', { email: EMAIL }],
		['unsubscribe', {}, 'unsubscribe', { email: EMAIL }],
		[
			'page_view',
			{ page_location: '/a', page_title: 'A', page_referrer: '/b' },
			'viewed_page',
			{ url: '/a', title: 'A', page_referrer: '/b' },
		],
		['page', { url: '/a', title: 'A' }, 'viewed_page', { url: '/a', title: 'A' }],
		['viewed_page', { url: '/a' }, 'viewed_page', { url: '/a' }],
		['customer_patch', {}, 'customer_patch', {}],
	])('%s with %j becomes %s', (from, properties, to, sent) => {
		const expected = { event: to, properties: { ...COMMON, ...sent } };
		for (const spelled of [from, ` ${from.toUpperCase()} `]) {
			expect(eventOf(track(spelled, properties))).toEqual(expected);
		}
		for (const type of [undefined, 'TRACK']) {
			expect(eventOf({ ...track(from, properties), type })).toEqual(expected);
		}
	});

	describe('subscription_event', () => {
		const about = (channelConsents: unknown) =>
			track('subscription_event', { channelConsents } as IDataObject);
		const email = (consented: unknown, type?: string) => ({
			channel: 'Email',
			consented,
			...(type && { type }),
		});
		const sms = { channel: 'sms', consented: true };

		test.each<[unknown, string]>([
			[{ email: true }, 'optin'],
			[{ email: false }, 'unsubscribe'],
			[[email(true), { ...sms, consented: false }], 'optin'],
			[[sms, email(false)], 'unsubscribe'],
			[[email(true), email(false)], 'unsubscribe'],
			[[email(false, 'TRANSACTIONAL'), email(true, 'MARKETING')], 'optin'],
			[[email(false, 'TRANSACTIONAL')], 'unsubscribe'],
		])('with the consents %j is sent as %s', (consents, event) => {
			expect(eventOf(about(consents)).event).toBe(event);
		});

		test.each<[unknown]>([[{ sms: true }], [[sms]], [[email(true, 'TRANSACTIONAL')]]])(
			'with the consents %j is held back, because they are not about marketing emails',
			(consents) => {
				expect(forward(about(consents))).toMatchObject({
					events: [],
					problems: [],
					heldBack: [
						{
							event: 'subscription_event',
							reason:
								'Nothing to send: properties.channelConsents says nothing about marketing emails',
						},
					],
				});
			},
		);

		test.each<[unknown, string]>([
			[{ email: 'true' }, 'is "true"'],
			[{ email: 1 }, 'is "1"'],
			[{ email: null }, 'is null'],
			[{ email: undefined }, 'is missing'],
			[{ email: { a: 1 } }, 'is an object'],
			[[email('yes')], 'is "yes"'],
			[[email(true), email('yes')], 'is "yes"'],
			[[{ channel: 'email' }], 'is null'],
			[true, 'properties.channelConsents is "true"'],
			[undefined, 'is missing'],
		])('with the consents %j is refused', (consents, what) => {
			expect(forward(about(consents)).problems).toEqual([
				`The consent to emails (properties.channelConsents.email) must be true or false, but ${what}`,
			]);
		});
	});

	test.each<[string, IDataObject]>([
		['Product List Viewed', { products: [PRODUCT] }],
		['view_item_list', { ...GA4_ITEMS, item_list_name: ' ' }],
		['Viewed Product Category', { category: ['Jackets'] }],
	])('%s without a name is held back, and is no product view', (event, properties) => {
		expect(forward(track(event, properties))).toMatchObject({
			events: [],
			problems: [],
			heldBack: [{ event: 'search', reason: expect.stringMatching(/^Nothing to search for: /) }],
		});
	});

	describe('alias messages', () => {
		const alias = (userId: unknown, previousId: unknown) => ({
			type: 'alias',
			userId,
			previousId,
			anonymousId: 'a-1',
		});

		test.each([
			['the new ID', alias(EMAIL, 'old-1')],
			['the previous ID', alias('old-1', ` ${EMAIL} `)],
		])('link an ID to an email that is %s', (_which, message) => {
			const identify = {
				event: 'identify',
				properties: { distinct_id: 'old-1', customer: { email: EMAIL } },
			};
			expect(eventOf(message)).toEqual(identify);
			// Nothing else is linked to it.
			expect(eventOf(message, { options: { linkIdentity: true } })).toEqual(identify);
		});

		test.each([
			['two IDs', alias('new-1', 'old-1')],
			['two emails', alias(EMAIL, 'old@example.com')],
			['an email alone', alias(EMAIL, undefined)],
			['an email and a missing ID', alias('undefined', EMAIL)],
		])('are held back with %s', (_what, message) => {
			expect(forward(message, { unmappedEvents: 'fail' })).toMatchObject({
				events: [],
				problems: [],
				heldBack: [{ event: 'alias', reason: expect.stringMatching(/^Nothing to send: /) }],
			});
		});
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
			expect(eventOf(identify({ email: EMAIL })).properties).toEqual(COMMON);
			expect(eventOf(identify({ city: 'Rome' })).properties.distinct_id).toBe('u-1');
		});

		test.each([
			identify({ email: EMAIL, action: 'Identify' }),
			identify({ email: EMAIL }, { context: { traits: { action: 'identify' } } }),
		])('link the ID to the email when the action says so', (message) => {
			expect(eventOf(message)).toEqual({
				event: 'identify',
				properties: { distinct_id: 'u-1', customer: { email: EMAIL } },
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

		test.each<[string, IDataObject]>([
			['without traits', identify({})],
			['without anything', { type: 'identify' }],
			['with blank traits', identify({ city: '', tags: [], id: 'u-1' })],
			['with a hashed email alone', identify({ email: '0b4e7a0e5fe84ad35fb5f95b9ceeac79' })],
			['with nested traits alone', identify({ company: { name: 'Example' } })],
		])('%s are held back', (_what, message) => {
			expect(forward(message)).toMatchObject({
				events: [],
				problems: [],
				heldBack: [
					{
						event: 'customer_patch',
						reason: 'Nothing to send: the message has no email and no traits that can be sent',
					},
				],
			});
		});

		test('with empty traits are sent if empty values are', () => {
			const options = { linkIdentity: false, sendEmptyValues: true };
			expect(eventOf(identify({ city: '' }), { options }).properties.customer).toEqual({
				city: '',
			});
		});
	});
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
		).toEqual({ event: 'viewed_page', properties: { ...COMMON, name: 'A' } });
	});

	test.each([
		[['viewed_product', 'viewed_product'], ['viewed_product']],
		[['viewed_product', ' Viewed_Product '], ['viewed_product']],
		[
			['wishlist', 'quick_view', 'wishlist', 'quick_view', 'viewed_product'],
			['wishlist', 'quick_view', 'viewed_product'],
		],
	])('sends each event once, in order, for rows to %j', (targets, sent) => {
		const mapping = targets.map((to, index) => ({
			from: index === 1 ? ' QUICK VIEW' : 'Quick View',
			to,
		}));
		const { events } = forward(track('Quick View', PRODUCT), { eventMap: { mapping } });
		expect(events.map(({ event }) => event)).toEqual(sent);
	});

	test('must have both names in each row', () => {
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

	test.each([{}, { event: null }, { event: ' ' }])(
		'is a track message without an event: it has nothing to send: %j',
		(more) => {
			const message = { type: 'track', ...IDENTITY, properties: PRODUCT, ...more };
			expect(forward(message)).toMatchObject({
				problems: [],
				heldBack: [
					{
						event: 'track',
						distinct_id: EMAIL,
						accepted: false,
						reason: 'Unmapped: the track message has no event',
						tracking_event: 'track',
					},
				],
			});
			for (const unmappedEvents of ['send', 'fail']) {
				expect(forward(message, { unmappedEvents }).problems).toEqual([
					'The track message has no event',
				]);
			}
		},
	);

	test('is sent under its own name, if it is an event', () => {
		const unmappedEvents = 'send';
		expect(eventOf(coupon, { unmappedEvents })).toEqual({
			event: 'Coupon Applied',
			properties: { ...COMMON, coupon: 'X' },
		});
		const own = { items: [{ label: 'red' }], products: 3 };
		const { events, warnings } = forward(track('Coupon Applied', own), { unmappedEvents });
		expect(events[0].properties).toEqual({ ...COMMON, items: own.items });
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

	test('is refused if it is not known what to do with it', () => {
		expect(forward(coupon, { unmappedEvents: 'Send' }).problems).toEqual([
			'Unmapped Events must be one of drop, fail, send, but is "Send"',
		]);
	});
});
