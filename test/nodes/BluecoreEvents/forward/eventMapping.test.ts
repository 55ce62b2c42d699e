import type { IDataObject } from 'n8n-workflow';

import {
	COMMON,
	EMAIL,
	eventOf,
	forward,
	heldBackOf,
	IDENTITY,
	PRODUCT,
	SENT_PRODUCT,
	track,
} from '../../../support/forward';
import { casesOf } from '../../../support/table';

type Mapped = [from: string, properties: IDataObject, to: string, sent: IDataObject];
/** Events of Segment, GA4 and Bluecore about products, and what each becomes. */
const PRODUCT_EVENTS = casesOf<[to: string, ga4: string, ...names: string[]]>(`
	viewed_product       | view_item        | Product Viewed | Viewed Product | viewed_product
	add_to_cart          | add_to_cart      | Product Added | Added Product | Wishlist Product Added to Cart
	remove_from_cart     | remove_from_cart | Product Removed | Removed Product
	wishlist             | add_to_wishlist  | Product Added to Wishlist | wishlist
	remove_from_wishlist | remove_from_wishlist | Product Removed from Wishlist
	viewed_cart          | view_cart        | Cart Viewed | Viewed Cart | viewed_cart
`).flatMap(([to, ga4, ...names]): Mapped[] => {
	const sent = { products: [SENT_PRODUCT], cart_id: 'c' };
	const items = [{ item_id: 'SKU1', price: 39.9 }];
	return [
		...names.map((name): Mapped => [name, { ...PRODUCT, cart_id: 'c' }, to, sent]),
		[ga4, { items }, to, { products: [{ id: 'SKU1', price: 39.9 }] }],
	];
});

const LISTS = [...['list_name', 'item_list_name', 'list_id', 'item_list_id', 'search_term']].map(
	(name): Mapped => {
		const list = { [name]: 'Jackets', products: [PRODUCT] };
		return ['Product List Viewed', list, 'search', { search_term: 'Jackets' }];
	},
);
/** Other events, with a product in most of them: what each becomes. */
const OTHER_EVENTS = casesOf<Mapped>(`
	Products Searched   | {"query": "rain"}       | search | {"search_term": "rain"}
	Search Submitted    | {"query": "rain"}       | search | {"search_term": "rain"}
	search              | {"search_term": "rain"} | search | {"search_term": "rain"}
	view_search_results | {"search_term": "rain"} | search | {"search_term": "rain"}
	Product List Viewed | {"category": "Jackets", "products": [{"product_id": "A"}]} | search | {"search_term": "Jackets"}
	Product List Viewed | {"list_id": "l-1", "category": "Jackets"} | search | {"search_term": "Jackets", "list_id": "l-1"}
	Viewed Product Category | {"category": "Jackets"}   | search | {"search_term": "Jackets"}
	view_item_list      | {"item_list_id": "l-1", "items": [{"item_list_name": "Jackets", "item_list_id": "l-2"}]} | search | {"search_term": "Jackets", "item_list_id": "l-1"}
	view_item_list      | {"items": [{"item_list_id": "Jackets"}]} | search | {"search_term": "Jackets"}
	Order Completed     | {"order_id": "O-1", "total": 39.9, "products": ["A"]}   | purchase | {"order_id": "O-1", "total": 39.9, "products": [{"id": "A"}]}
	Order Completed     | {"order_id": "O-1", "revenue": 39.9, "products": ["A"]} | purchase | {"order_id": "O-1", "total": 39.9, "products": [{"id": "A"}]}
	Completed Order     | {"orderId": "O-1", "total": 39.9, "products": ["A"]}    | purchase | {"order_id": "O-1", "total": 39.9, "products": [{"id": "A"}]}
	purchase            | {"transaction_id": "O-1", "value": 39.9, "items": [{"item_id": "A"}]} | purchase | {"order_id": "O-1", "total": 39.9, "products": [{"id": "A"}]}
	Signed Up           | {} | optin          | {"email": "jane@example.com"}
	sign_up             | {"method": "web"} | optin | {"email": "jane@example.com", "method": "web"}
	optin               | {} | optin          | {"email": "jane@example.com"}
	Unsubscribed        | {} | unsubscribe    | {"email": "jane@example.com"}
	unsubscribe         | {} | unsubscribe    | {"email": "jane@example.com"}
	customer_patch      | {} | customer_patch | {}
	page                | {"url": "/a", "title": "A"} | viewed_page | {"url": "/a", "title": "A"}
	viewed_page         | {"url": "/a"} | viewed_page | {"url": "/a"}
	page_view           | {"page_location": "/a", "page_title": "A", "page_referrer": "/b"} | viewed_page | {"url": "/a", "title": "A", "page_referrer": "/b"}
`);

describe('a tracking event becomes the Bluecore event of the table', () => {
	test.each<Mapped>([...PRODUCT_EVENTS, ...LISTS, ...OTHER_EVENTS])(
		'%s with %j becomes %s',
		(from, properties, to, sent) => {
			const expected = { event: to, properties: { ...COMMON, ...sent } };
			for (const spelled of [from, ` ${from.toUpperCase()} `]) {
				expect(eventOf(track(spelled, properties))).toEqual(expected);
			}
			for (const type of [undefined, 'TRACK']) {
				expect(eventOf({ ...track(from, properties), type })).toEqual(expected);
			}
		},
	);

	const consents = (channelConsents: unknown) =>
		track('subscription_event', { channelConsents } as IDataObject);
	const ofEmail = (consented: unknown, type?: string) => ({ channel: 'Email', consented, type });
	const sms = { channel: 'sms', consented: true };

	test.each<[unknown, string]>([
		[{ email: true }, 'optin'],
		[{ email: false }, 'unsubscribe'],
		[[ofEmail(true), { ...sms, consented: false }], 'optin'],
		[[sms, ofEmail(false)], 'unsubscribe'],
		[[ofEmail(true), ofEmail(false)], 'unsubscribe'],
		[[ofEmail(false, 'TRANSACTIONAL'), ofEmail(true, 'MARKETING')], 'optin'],
		[[ofEmail(false, 'TRANSACTIONAL')], 'unsubscribe'],
	])('subscription_event with the consents %j is sent as %s', (given, event) =>
		expect(eventOf(consents(given)).event).toBe(event),
	);

	test.each<[unknown, string]>([
		[{ email: 'true' }, 'is "true"'],
		[{ email: 1 }, 'is "1"'],
		[{ email: null }, 'is null'],
		[{ email: undefined }, 'is missing'],
		[{ email: { a: 1 } }, 'is an object'],
		[[ofEmail('yes')], 'is "yes"'],
		[[ofEmail(true), ofEmail('yes')], 'is "yes"'],
		[[{ channel: 'email' }], 'is null'],
		[true, 'properties.channelConsents is "true"'],
		[undefined, 'is missing'],
	])('subscription_event with the consents %j is refused', (given, what) => {
		expect(forward(consents(given)).problems).toEqual([
			`The consent to emails (properties.channelConsents.email) must be true or false, but ${what}`,
		]);
	});

	const alias = (userId: unknown, previousId: unknown) => ({
		...{ type: 'alias', userId, previousId, anonymousId: 'a-1' },
	});
	const identify = (traits: IDataObject, more: IDataObject = {}) => ({
		...{ type: 'identify', userId: 'u-1', anonymousId: 'a-1', traits, ...more },
	});
	const hash = '0b4e7a0e5fe84ad35fb5f95b9ceeac79';

	const NO_CONSENT = 'properties.channelConsents says nothing about marketing emails';
	const NO_TRAITS = 'the message has no email and no traits that can be sent';
	test.each<[string, event: string, reason: string, message: object]>([
		['only about texts', 'subscription_event', NO_CONSENT, consents({ sms: true })],
		['only about a text', 'subscription_event', NO_CONSENT, consents([sms])],
		[
			'only about another type',
			'subscription_event',
			NO_CONSENT,
			consents([ofEmail(true, 'TRANSACTIONAL')]),
		],
		['that links two IDs', 'alias', '', alias('new-1', 'old-1')],
		['that links two emails', 'alias', '', alias(EMAIL, 'old@example.com')],
		['that links an email alone', 'alias', '', alias(EMAIL, undefined)],
		['that links an email and a missing ID', 'alias', '', alias('undefined', EMAIL)],
		['without traits', 'customer_patch', NO_TRAITS, identify({})],
		['without anything', 'customer_patch', NO_TRAITS, { type: 'identify' }],
		['with blank traits', 'customer_patch', NO_TRAITS, identify({ city: '', tags: [], id: 'u' })],
		['with a hashed email', 'customer_patch', NO_TRAITS, identify({ email: hash })],
		['with nested traits', 'customer_patch', NO_TRAITS, identify({ company: { name: 'A' } })],
	])('a message %s has nothing to send, and is held back', (_what, event, reason, message) =>
		expect(heldBackOf(message, { unmappedEvents: 'fail' })).toMatchObject({
			event,
			reason: expect.stringMatching(`^Nothing to send: ${reason}`),
		}),
	);

	test.each<[string, IDataObject]>([
		['Product List Viewed', { products: [PRODUCT] }],
		['view_item_list', { items: [{ item_id: 'SKU1' }], item_list_name: ' ' }],
		['Viewed Product Category', { category: ['Jackets'] }],
	])('%s without a name is held back, and is no product view', (event, properties) => {
		const reason = expect.stringMatching(/^Nothing to search for: /) as unknown;
		expect(heldBackOf(track(event, properties))).toMatchObject({ event: 'search', reason });
	});

	const customer = { email: EMAIL };
	const link = (distinct_id: string) => ({
		...{ event: 'identify', properties: { distinct_id, customer } },
	});
	test.each([
		['the new ID', alias(EMAIL, 'old-1')],
		['the previous ID', alias('old-1', ` ${EMAIL} `)],
	])('alias links an ID to an email that is %s, and nothing else to it', (_which, message) => {
		for (const linkIdentity of [false, true]) {
			expect(eventOf(message, { options: { linkIdentity } })).toEqual(link('old-1'));
		}
	});

	test('identify creates or updates the customer', () => {
		const inRome = { email: EMAIL, city: 'Rome' };
		const properties = { distinct_id: EMAIL, customer: inRome };
		expect(eventOf(identify(inRome))).toEqual({ event: 'customer_patch', properties });
		expect(eventOf(identify({ email: EMAIL })).properties).toEqual(COMMON);
		expect(eventOf(identify({ city: 'Rome' })).properties.distinct_id).toBe('u-1');
		const options = { linkIdentity: false, sendEmptyValues: true };
		const empty = eventOf(identify({ city: '' }), { options });
		expect(empty.properties.customer).toEqual({ city: '' });
	});

	test('identify links the ID, never the email itself, to the email when the action says so', () => {
		const inContext = { context: { traits: { action: 'identify' } } };
		expect(eventOf(identify({ email: EMAIL, action: 'Identify' }))).toEqual(link('u-1'));
		expect(eventOf(identify(customer, inContext))).toEqual(link('u-1'));
		const byEmail = identify(customer, { ...inContext, userId: EMAIL });
		expect(eventOf(byEmail)).toEqual(link('a-1'));
		expect(forward({ ...byEmail, anonymousId: null }).problems).toEqual([
			'Distinct ID (context.externalId of type bluecoreExternalId, userId, traits.userId, traits.id, context.traits.userId, context.traits.id or anonymousId) is required',
		]);
	});

	test.each(['delete', true, { a: 1 }])('identify with the action %p is refused', (action) =>
		expect(forward(identify({ email: EMAIL, action })).problems).toEqual([
			expect.stringMatching(/^The action \(traits\.action\) must be identify or empty, but is /),
		]),
	);
});

describe("the user's map", () => {
	/** A map with these rows, each a pair of From and To. */
	const mapOf = (...rows: ReadonlyArray<readonly [from: string, to: string]>) => ({
		eventMap: { mapping: rows.map(([from, to]) => ({ from, to })) },
	});
	const MAP = mapOf(
		['Quick View', 'viewed_product'],
		['product added', 'wishlist'],
		['PRODUCT ADDED', 'cart_started'],
		['screen', 'viewed_page'],
	);

	test.each([
		['quick view', MAP, 'viewed_product'],
		['Product Viewed', MAP, 'viewed_product'],
		['Product Added', MAP, 'wishlist cart_started'],
		// Bluecore's own names count in any case.
		['Cart', mapOf(['Cart', 'Viewed_Product']), 'viewed_product'],
	])(
		'adds to the table, and goes before it, with all of its rows in order: %s',
		(from, map, sent) => {
			const { events, warnings } = forward(track(from, PRODUCT), map);
			expect(events.map(({ event }) => event)).toEqual(sent.split(' '));
			expect(warnings).toEqual([]);
		},
	);

	test('tells of a problem that all events of a message have once', () => {
		const message = { event: 'Product Added', traits: { email: 'n/a' }, properties: PRODUCT };
		expect(forward(message, MAP).problems).toHaveLength(1);
	});

	test('maps types of messages', () => {
		const screen = { type: 'screen', ...IDENTITY, properties: { name: 'A' } };
		const properties = { ...COMMON, name: 'A' };
		expect(eventOf(screen, MAP)).toEqual({ event: 'viewed_page', properties });
	});

	test.each([
		['viewed_product viewed_product', 'viewed_product'],
		['viewed_product VIEWED_Product', 'viewed_product'],
		['wishlist quick_view wishlist quick_view search', 'wishlist quick_view search'],
	])('sends each event once, in order, for rows to %s', (targets, sent) => {
		const rows = targets.split(' ').map((to, index) => {
			return [index === 1 ? ' QUICK VIEW' : 'Quick View', ` ${to} `] as const;
		});
		const message = track('Quick View', { ...PRODUCT, query: 'rain' });
		const { events } = forward(message, mapOf(...rows));
		expect(events.map(({ event }) => event)).toEqual(sent.split(' '));
	});

	test('must have both names in each row', () => {
		const eventMap = { mapping: [{ from: 'x', to: '' }, { to: 'search' }] };
		const { problems } = forward(track('Quick View', PRODUCT), { eventMap });
		expect(problems).toEqual(['Event Map: row 1 has no To', 'Event Map: row 2 has no From']);
	});

	test('an event that is bad keeps the other events of its message from going out', () => {
		const { events, problems } = forward(
			track('Product Added', { ...PRODUCT, search_term: '' }),
			mapOf(['Product Added', 'add_to_cart'], ['Product Added', 'search']),
		);
		expect([events, problems]).toEqual([
			[],
			['Search Term (properties.search_term or properties.query) is required'],
		]);
	});
});

describe('what is not mapped', () => {
	const coupon = track('Coupon Applied', { coupon: 'X' });
	const group = { type: 'group', ...IDENTITY, groupId: 'g' };

	test('is held back', () => {
		expect(heldBackOf(coupon)).toEqual({
			...{ event: 'Coupon Applied', distinct_id: EMAIL, accepted: false },
			reason: 'Unmapped: no Bluecore event is mapped to "Coupon Applied"',
			tracking_event: 'Coupon Applied',
		});
		expect(heldBackOf(group)).toMatchObject({ event: 'group', accepted: false });
		const alias = { type: 'alias', previousId: 'x' };
		expect(heldBackOf(alias)).toMatchObject({ event: 'alias', distinct_id: null });
	});

	test.each([{}, { event: null }, { event: ' ' }])(
		'is a track message without an event: it has nothing to send: %j',
		(more) => {
			const message = { type: 'track', ...IDENTITY, properties: PRODUCT, ...more };
			expect(heldBackOf(message)).toEqual({
				...{ event: 'track', distinct_id: EMAIL, accepted: false },
				reason: 'Unmapped: the track message has no event',
				tracking_event: 'track',
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

	test.each([
		['fail', 'No Bluecore event is mapped to "Coupon Applied"'],
		['Send', 'Unmapped Events must be one of drop, fail, send, but is "Send"'],
	])('is refused, if Unmapped Events is %s', (unmappedEvents, problem) =>
		expect(forward(coupon, { unmappedEvents }).problems).toEqual([problem]),
	);
});
