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
			[
				'Segment, first spec',
				'Viewed Product',
				PRODUCT,
				'viewed_product',
				{ products: [SENT_PRODUCT] },
			],
			['Segment', 'Products Searched', { query: 'rain' }, 'search', { search_term: 'rain' }],
			['Datafly', 'Products Searched', { search_term: 'rain' }, 'search', { search_term: 'rain' }],
			['GA4', 'search', { search_term: 'rain' }, 'search', { search_term: 'rain' }],
			['GA4', 'view_search_results', { search_term: 'rain' }, 'search', { search_term: 'rain' }],
			['Segment', 'Search Submitted', { query: 'rain' }, 'search', { search_term: 'rain' }],
			...[
				...['category', 'list_name', 'item_list_name', 'list_id', 'item_list_id', 'search_term'],
			].map((name): [string, string, IDataObject, string, IDataObject] => [
				`Segment, ${name}`,
				'Product List Viewed',
				{ [name]: 'Jackets', products: [PRODUCT] },
				'search',
				{ search_term: 'Jackets' },
			]),
			[
				'Segment, the category first',
				'Product List Viewed',
				{ list_id: 'l-1', category: 'Jackets', currency: 'EUR' },
				'search',
				{ search_term: 'Jackets', list_id: 'l-1', currency: 'EUR' },
			],
			[
				'Segment, first spec',
				'Viewed Product Category',
				{ category: 'Jackets' },
				'search',
				{ search_term: 'Jackets' },
			],
			[
				'GA4',
				'view_item_list',
				{ item_list_id: 'l-1', item_list_name: 'Jackets', ...GA4_ITEMS },
				'search',
				{ search_term: 'Jackets', item_list_id: 'l-1' },
			],
			['Segment', 'Product Added', PRODUCT, 'add_to_cart', { products: [SENT_PRODUCT] }],
			[
				'Segment, first spec',
				'Added Product',
				PRODUCT,
				'add_to_cart',
				{ products: [SENT_PRODUCT] },
			],
			[
				'Segment',
				'Wishlist Product Added to Cart',
				{ ...PRODUCT, wishlist_id: 'w-1' },
				'add_to_cart',
				{ products: [SENT_PRODUCT], wishlist_id: 'w-1' },
			],
			[
				'Segment, first spec',
				'Removed Product',
				PRODUCT,
				'remove_from_cart',
				{ products: [SENT_PRODUCT] },
			],
			['GA4', 'add_to_cart', GA4_ITEMS, 'add_to_cart', SENT_ITEMS],
			['Segment', 'Product Removed', PRODUCT, 'remove_from_cart', { products: [SENT_PRODUCT] }],
			['GA4', 'remove_from_cart', GA4_ITEMS, 'remove_from_cart', SENT_ITEMS],
			['Segment', 'Product Added to Wishlist', PRODUCT, 'wishlist', { products: [SENT_PRODUCT] }],
			['GA4', 'add_to_wishlist', GA4_ITEMS, 'wishlist', SENT_ITEMS],
			['Segment', 'Order Completed', ORDER, 'purchase', SENT_ORDER],
			[
				'Segment, first spec',
				'Completed Order',
				{ orderId: 'ORD-1', total: 39.9, products: [PRODUCT] },
				'purchase',
				SENT_ORDER,
			],
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
			...[
				[[{ channel: 'email', consented: true }], 'optin'] as const,
				[
					[
						{ channel: 'sms', consented: true },
						{ channel: 'email', consented: false },
					],
					'unsubscribe',
				] as const,
				[
					[
						{ channel: 'Email', consented: false, type: 'TRANSACTIONAL' },
						{ channel: 'email', consented: true, type: 'MARKETING' },
					],
					'optin',
				] as const,
				[[{ channel: 'email', consented: false, type: 'TRANSACTIONAL' }], 'unsubscribe'] as const,
			].map(([channelConsents, to]): [string, string, IDataObject, string, IDataObject] => [
				'RudderStack, a list',
				'subscription_event',
				{ channelConsents: [...channelConsents] },
				to,
				to === 'optin' ? { email: EMAIL, channelConsents: [...channelConsents] } : { email: EMAIL },
			]),
			[
				'GA4',
				'page_view',
				{ page_location: '/a', page_title: 'A', page_referrer: '/b' },
				'viewed_page',
				{ url: '/a', title: 'A', page_referrer: '/b' },
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

	test.each<[string, IDataObject]>([
		['an object about other channels', { channelConsents: { sms: true } }],
		['a list about other channels', { channelConsents: [{ channel: 'sms', consented: true }] }],
		[
			'a list about transactional emails',
			{ channelConsents: [{ channel: 'email', consented: true, type: 'TRANSACTIONAL' }] },
		],
	])('subscription_event with %s is held back', (_what, properties) => {
		expect(forward(track('subscription_event', properties))).toMatchObject({
			events: [],
			problems: [],
			heldBack: [
				{
					event: 'subscription_event',
					reason: 'Nothing to send: properties.channelConsents says nothing about marketing emails',
				},
			],
		});
	});

	test.each<[string, IDataObject[]]>([
		[
			'optin',
			[
				{ channel: 'email', consented: true },
				{ channel: 'sms', consented: false },
			],
		],
		[
			'unsubscribe',
			[
				{ channel: 'email', consented: false },
				{ channel: 'sms', consented: true },
			],
		],
		[
			'optin',
			[
				{ channel: 'email', consented: true, type: 'marketing' },
				{ channel: 'email', consented: false, type: 'transactional' },
			],
		],
	])('subscription_event is %s with the consents %j', (event, channelConsents) => {
		expect(eventOf(track('subscription_event', { channelConsents })).event).toBe(event);
	});

	test.each<[unknown, string]>([
		[[{ channel: 'email', consented: 'yes' }], 'but is "yes"'],
		[
			[
				{ channel: 'email', consented: true },
				{ channel: 'email', consented: 'yes' },
			],
			'but is "yes"',
		],
		[[{ channel: 'email' }], 'but is null'],
		[true, 'but properties.channelConsents is "true"'],
		[undefined, 'but is missing'],
	])('subscription_event with the consents %j is refused', (channelConsents, what) => {
		const message = track('subscription_event', { channelConsents } as IDataObject);
		expect(forward(message).problems).toEqual([
			`The consent to emails (properties.channelConsents.email) must be true or false, ${what}`,
		]);
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

	test('page messages have the name and the category of the page', () => {
		const message = { type: 'page', ...IDENTITY, name: 'Home', category: 'Docs' };
		expect(eventOf(message).properties).toEqual({ ...common, name: 'Home', category: 'Docs' });
		expect(
			eventOf({ ...message, properties: { name: 'Start', category: '', title: 'A' } }).properties,
		).toEqual({ ...common, name: 'Start', category: 'Docs', title: 'A' });
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

	test('page messages: the page of the context where the properties do not tell', () => {
		const context = { page: { url: 'https://example.com/a', title: 'A', path: '/a' } };
		expect(eventOf({ type: 'page', ...IDENTITY, context, name: 'Home' })).toEqual({
			event: 'viewed_page',
			properties: { ...common, url: 'https://example.com/a', title: 'A', name: 'Home' },
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
		['user_id', { user_id: 'u-6', anonymousId: 'a-1' }, 'u-6', {}],
		['context.traits.user_id', { context: { traits: { user_id: 'u-7' } } }, 'u-7', {}],
		['anonymous_id', { anonymous_id: 'a-2' }, 'a-2', {}],
		['context.traits.anonymousId', { context: { traits: { anonymousId: 'a-3' } } }, 'a-3', {}],
		['an ID after one of zeros', { userId: '0000-00', traits: { id: 'u-8' } }, 'u-8', {}],
		['the email of the message', { userId: 'u-1', email: EMAIL }, EMAIL, customer],
		[
			'an email in another letter case',
			{ userId: 'u-1', traits: { EMail: EMAIL } },
			EMAIL,
			customer,
		],
		[
			'an email in another spelling',
			{ userId: 'u-1', traits: { 'E-Mail': EMAIL } },
			EMAIL,
			customer,
		],
		['an email in two words', { userId: 'u-1', traits: { 'E mail': EMAIL } }, EMAIL, customer],
		[
			'the email, before one in capitals',
			{ traits: { EMAIL: 'other@example.com', email: EMAIL, Email: 'third@example.com' } },
			EMAIL,
			customer,
		],
		[
			'no field whose name only begins or ends as that of an email',
			{ userId: 'u-1', traits: { emails: EMAIL, gemail: EMAIL } },
			'u-1',
			{ emails: EMAIL, gemail: EMAIL },
		],
		['an email as the user ID', { userId: EMAIL, anonymousId: 'a-1' }, EMAIL, customer],
		['an email as traits.id', { traits: { id: EMAIL }, anonymousId: 'a-1' }, EMAIL, customer],
		['an email as previousId', { previousId: EMAIL, userId: 'u-1' }, EMAIL, customer],
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
			'traits.email is not an email address ("0b4e7a0e5fe84ad35fb5f95b9ceeac79"), so it is not used as one',
		]);
	});

	test('the first ID of its kind that has lost digits is warned of', () => {
		const lost = Number('12345678901234567890');
		const ids = { userId: lost, traits: { id: lost }, anonymousId: 'a-1' };
		const { events, warnings } = forward({ ...track('Product Viewed', PRODUCT), ...ids });
		expect(events[0].properties.distinct_id).toBe('a-1');
		expect(warnings).toEqual([
			'userId is a number with too many digits, and some of them are lost, so it was not used. Pass it as text from where it is first read',
		]);
	});

	test('what is held back is of the customer with the ID given for Bluecore', () => {
		const { heldBack } = forward(track('Something', {}, { context: { externalId } }));
		expect(heldBack.map((output) => output.distinct_id)).toEqual(['bc-1']);
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
			address: { street: 'Via A 1', city: 'Rome', postalCode: '00184', country: 'IT' },
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
			city: 'Rome',
			zip: '00184',
			country: 'IT',
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

	test.each([
		[{ zip: '1' }, { zip: '1' }],
		[
			{ postcode: '1', state: 'RM' },
			{ zip: '1', state: 'RM' },
		],
		[{ postal_code: '', Zip: 2 }, { zip: 2 }],
		[{ city: { name: 'Rome' }, zip: '1' }, { zip: '1' }],
	])('has the parts of the address %j as %j', (address, sent) => {
		expect(attributesOf({ traits: { email: EMAIL, address } })).toEqual(sent);
	});

	test('has the names of camelCase in snake_case', () => {
		const traits = { email: EMAIL, createdAt: '2026-01-01', vipLevel: 3, UserID: 'u-1', eMail: '' };
		expect(attributesOf({ traits })).toEqual({ created_at: '2026-01-01', vip_level: 3 });
	});

	test('has the parts of an address only where no trait has them', () => {
		const traits = { email: EMAIL, City: 'Rome', address: { city: 'Pisa', state: '', zip: '1' } };
		const context = { traits: { state: 'RM', zip: '', address: { country: 'IT', zip: '2' } } };
		expect(attributesOf({ traits, context })).toEqual({
			city: 'Rome',
			state: 'RM',
			zip: '1',
			country: 'IT',
		});
	});

	test('has no nested traits, unless the option says so', () => {
		const traits = {
			email: EMAIL,
			tags: ['a'],
			company: { name: 'Example', city: 'Pisa' },
			address: { city: 'Rome' },
			empty: {},
		};
		const message = track('Product Viewed', PRODUCT, { traits });
		const { events, warnings } = forward(message);
		expect(events[0].properties.customer).toEqual({ email: EMAIL, city: 'Rome' });
		expect(warnings).toEqual([
			'Nested traits were left out, because each would become an attribute: tags, company. To send them, set the option Nested Traits to Send',
		]);
		const sent = forward(message, { options: { linkIdentity: false, nestedTraits: 'send' } });
		expect([sent.events[0].properties.customer, sent.warnings]).toEqual([
			{
				email: EMAIL,
				tags: ['a'],
				company: { name: 'Example', city: 'Pisa' },
				address: { city: 'Rome' },
				city: 'Rome',
			},
			[],
		]);
		expect(
			forward(track('Product Viewed', PRODUCT, { traits: { email: EMAIL, address: { lat: 1 } } }))
				.warnings,
		).toEqual([expect.stringContaining('attribute: address.')]);
	});

	test('has only the traits to send, if there is a list of them', () => {
		const traits = {
			email: EMAIL,
			firstname: 'Jane',
			'Loyalty-Tier': 'gold',
			vip: true,
			tags: ['a'],
			gender: 'f',
			address: { city: 'Rome', country: 'IT' },
		};
		const sent = (traitsToSend: unknown) =>
			forward(track('Product Viewed', PRODUCT, { traits }), {
				options: { linkIdentity: false, traitsToSend } as IDataObject,
			});
		const { events, warnings } = sent(' first_name, LOYALTY-TIER ,city,');
		expect(events[0].properties.customer).toEqual({
			email: EMAIL,
			first_name: 'Jane',
			loyalty_tier: 'gold',
			city: 'Rome',
		});
		expect(warnings).toEqual([]);
		expect(sent('gender, address').events[0].properties.customer).toEqual({
			email: EMAIL,
			gender: 'f',
			sex: 'f',
			city: 'Rome',
			country: 'IT',
		});
		expect(sent(['vip']).events[0].properties.customer).toEqual({ email: EMAIL, vip: true });
		expect(sent('none').events[0].properties.customer).toEqual({ email: EMAIL });
		expect(sent({ a: 1 }).problems).toEqual([
			'The option Traits to Send must be text, but is an object',
		]);
	});

	test('has one value for a name', () => {
		const nested = { traits: { email: EMAIL, tags: ['a'], Tags: ['a'] } };
		expect(
			eventOf(track('Product Viewed', PRODUCT, nested), {
				options: { linkIdentity: false, nestedTraits: 'send' },
			}).properties.customer,
		).toEqual({ email: EMAIL, tags: ['a'] });
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
			{ id: 'G', name: 'Jacket' },
		],
		[
			{ item_id: 'G', item_brand: 'B', item_category: 'C', item_variant: 'V', name: 'Jacket' },
			{ id: 'G', brand: 'B', category: 'C', variant: 'V', name: 'Jacket' },
		],
		[
			{ sku: 'S', name: 'Jacket', item_name: 'Rain Jacket' },
			{ id: 'S', name: 'Jacket', item_name: 'Rain Jacket' },
		],
		[{ productId: 'P', price: '', quantity: null }, { id: 'P' }],
		[{ SKU: 'S', id: ' ' }, { id: 'S' }],
		[
			{ product_id: 'undefined', sku: 'S' },
			{ product_id: 'undefined', id: 'S' },
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
		const alone = forward(track('Product Viewed', { name: 'Jacket' }));
		expect(alone.problems).toEqual([
			'Products (properties.products, properties.items or properties.product_id) must contain at least one product',
		]);
		expect(alone.fixes).toEqual([
			'Send the message with properties.products, properties.items or properties.product_id, or filter such messages out before this node.',
		]);
		const inList = forward(track('Product Viewed', { products: [PRODUCT, { name: 'x' }] }));
		expect(inList.problems).toEqual(['Products (properties.products): product 2 has no ID']);
		expect(inList.fixes).toEqual([
			'Send each product with the ID that it has in your Bluecore catalog, as product_id, sku, id or item_id.',
		]);
	});

	test('an entry of a list that is nothing is no product', () => {
		expect(productsOf({ products: [null, PRODUCT, ''] })).toEqual([SENT_PRODUCT]);
	});

	test.each<[string, IDataObject, string]>([
		['price', { price: '750$' }, 'price was left out because it must be a number, but is "750$"'],
		['price', { price: {} }, 'price was left out because it must be a number, but is an object'],
		[
			'quantity',
			{ quantity: 0 },
			'quantity was left out because it must be a number above 0, but is "0"',
		],
	])('a %s that cannot be read is left out', (_name, fields, warning) => {
		const { events, warnings } = forward(
			track('Product Viewed', { products: [{ sku: 'S', ...fields }] }),
		);
		expect(events[0].properties.products).toEqual([{ id: 'S' }]);
		expect(warnings).toEqual([`Products (properties.products): product 1: ${warning}`]);
	});

	test('a custom event leaves out those without an ID', () => {
		const list = [PRODUCT, { name: 'x' }, { sku: 'null' }, 'SKU2', null];
		const { events, warnings } = forward(track('Cart Shared', { products: list }), {
			unmappedEvents: 'send',
		});
		expect(events[0].properties.products).toEqual([SENT_PRODUCT, { id: 'SKU2' }]);
		expect(warnings.slice(1)).toEqual([
			'Products (properties.products): product 2 was left out because it has no ID',
			'Products (properties.products): product 3 was left out because it has no ID',
		]);
		const none = forward(track('Cart Shared', { products: [{ name: 'x' }] }), {
			unmappedEvents: 'send',
		});
		expect(none.events[0].properties).toEqual(common);
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
		...common,
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
	expect(events[0].properties).toEqual({ ...common, products: [SENT_PRODUCT] });
	expect(warnings).toEqual(['Client (context.app.version) was left out because it is an object']);
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

test('a message whose events were all accepted before is held back', () => {
	const message = track('Product Viewed', PRODUCT);
	const accepted = (event: string, id: string) =>
		forward({ ...message, already_accepted: [{ event, distinct_id: id }] });
	expect(accepted('viewed_product', EMAIL)).toMatchObject({
		events: [],
		problems: [],
		heldBack: [
			{
				event: 'Product Viewed',
				distinct_id: EMAIL,
				accepted: false,
				reason: 'Already accepted: all events of this message have been sent',
				tracking_event: 'Product Viewed',
			},
		],
	});
	for (const other of [accepted('search', EMAIL), accepted('viewed_product', 'u-1')]) {
		expect([other.events.length, other.heldBack]).toEqual([1, []]);
	}
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

	test('is refused if it is not known what to do with it', () => {
		expect(forward(coupon, { unmappedEvents: 'Send' }).problems).toEqual([
			'Unmapped Events must be one of drop, fail, send, but is "Send"',
		]);
	});
});

test.each<[unknown, string]>([
	[7, 'The tracking message must be an object, but is a number'],
	[
		{ type: 'track', event: { a: 1 } },
		'The event of the tracking message must be a name, but is an object',
	],
	[{ event: ['a', 'b'] }, 'The event of the tracking message must be a name, but is an array'],
	[{ type: [], event: 'page' }, 'The type of the tracking message must be a name, but is an array'],
	[{ userId: 'u' }, 'The tracking message has neither an event nor a type'],
	['', 'Message is required'],
	[
		'{ not json',
		'Message is not valid JSON: reading stopped at position 2 (line 1, column 3) at "not json"',
	],
])('%j is no message', (message, problem) => {
	expect(forward(message).problems).toEqual([problem]);
});

test.each<[string, unknown]>([
	[
		'the output of a Webhook node',
		{ headers: {}, query: {}, body: track('Product Viewed', PRODUCT) },
	],
	[
		'an mParticle batch',
		{ user_identities: { customer_id: '1' }, events: [{ event_type: 'custom_event', data: {} }] },
	],
	['an mParticle batch', { mpid: '1', events: [] }],
	['a request to the Amplitude API', { api_key: 'x', events: [{ event_type: 'a', user_id: 'u' }] }],
	['a Snowplow event', { app_id: 'web', event: 'page_view', collector_tstamp: '2026-01-01' }],
	['a Snowplow event', { event: 'unstruct', v_tracker: 'js-3', domain_userid: 'd' }],
	[
		'a Snowplow event',
		{ schema: 'iglu:com.snowplowanalytics.snowplow/payload_data/1-0-4', data: [] },
	],
	['a row of the BigQuery export of GA4', { event_name: 'purchase', event_params: [] }],
	['the event data of a server-side tag manager', { event_name: 'purchase', client_id: 'c' }],
	['an event of the classic Jitsu format', { event_type: 'pageview', eventn_ctx: {} }],
	[
		'an event of the classic Jitsu format',
		{ event_type: 'pageview', type: 'pageview', eventn_ctx_event_id: '1', user: {} },
	],
	['an mParticle batch', { environment: 'x', events: [{ eventType: 'custom_event', data: {} }] }],
	['an event of mParticle', { event_type: 'commerce_event', data: { product_action: {} } }],
	['an event of Amplitude', { user_id: 'u', event_type: 'purchase', event_properties: {} }],
	['a request to the Klaviyo API', { data: { type: 'event', attributes: { metric: {} } } }],
	['a Snowplow event', { e: 'pv', p: 'web', tv: 'js-3' }],
	['an Amazon SNS notification', { Type: 'Notification', TopicArn: 'arn', Message: '{}' }],
	['an Amazon EventBridge event', { 'detail-type': 'x', source: 's', detail: {} }],
	['a Google Pub/Sub message', { subscription: 's', message: { data: 'e30=' } }],
	['a CloudEvent', { specversion: '1.0', type: 'com.example.a', source: '/a', data: {} }],
	['a request to the Braze API', { attributes: [{ external_id: '1' }] }],
	['a request to the Braze API', { events: [{ external_id: '1', name: 'a' }] }],
	['an order of a shop system', { id: 1, line_items: [] }],
])('%s is named as what it is', (name, message) => {
	const { problems, fixes, events } = forward(message);
	expect(problems).toEqual([
		`This looks like ${name}; Message must be a tracking message, a batch of them or a request of the GA4 Measurement Protocol`,
	]);
	expect([events, fixes]).toEqual([[], [expect.stringMatching(/\S+ \S+ \S+/)]]);
});

test('a message that has fields of another system, but an event or a type, is a message', () => {
	const more = { headers: {}, body: {}, event_name: 'x', mpid: '1', line_items: [] };
	expect(eventOf({ ...track('Product Viewed', PRODUCT), ...more }).event).toBe('viewed_product');
});

test('a type that is none of the specs does not hide the event', () => {
	const message = { ...track('Product Viewed', PRODUCT), type: 'view_item' };
	expect(eventOf(message).event).toBe('viewed_product');
	expect(eventOf({ ...message, type: 42 }).event).toBe('viewed_product');
	expect(forward({ ...message, type: 'screen' }).heldBack).toMatchObject([{ event: 'screen' }]);
	expect(forward({ ...message, event: { type: 'message' } }).heldBack).toMatchObject([
		{ event: 'view_item' },
	]);
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

test.each([
	['payload', { payload: track('Product Viewed', PRODUCT), merchant: 1 }],
	['data', { id: 1, data: [track('Product Viewed', PRODUCT)] }],
])('the field %s that has the message is named', (name, envelope) => {
	const { problems, fixes } = forward(envelope);
	expect(problems).toEqual([
		`The tracking message has neither an event nor a type, but its field "${name}" has`,
	]);
	expect(fixes).toEqual([`Map this field to Message, such as {{ $json.${name} }}.`]);
});

test.each([
	['a field whose name cannot be written so', { 'my-data': track('Product Viewed', PRODUCT) }],
	['a field with a name only', { meta: { event: 'Product Viewed' } }],
	['a field with an empty name', { meta: { event: ' ', userId: 'u-1' } }],
	['a field whose name is a number', { meta: { type: 5, userId: 'u-1' } }],
	['a field with a blank ID', { meta: { type: 'track', userId: ' ' } }],
	['a field with text', { meta: 'track' }],
	['headers alone', { headers: {} }],
	['a subscription alone', { subscription: 's' }],
])('%s is not named as the message', (_what, envelope) => {
	expect(forward(envelope).problems).toEqual([
		'The tracking message has neither an event nor a type',
	]);
});

test('says what to do with the output of a Webhook node', () => {
	const { fixes } = forward({ headers: {}, query: {}, body: track('Product Viewed', PRODUCT) });
	expect(fixes).toEqual(['This is the output of a Webhook node: set Message to {{ $json.body }}.']);
});
