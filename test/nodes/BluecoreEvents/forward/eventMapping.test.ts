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
		[{ Email: false }, 'unsubscribe'],
		[{ Email: '', email: true }, 'optin'],
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

	const NO_CONSENT = 'properties.channelConsents says nothing about marketing emails';
	const NO_TRAITS = 'the message has no email and no traits that can be sent';
	test.each(
		casesOf<[what: string, event: string, reason: string, message: object]>(`
			only about texts               | subscription_event | ${NO_CONSENT} | {"type": "track", "event": "subscription_event", "userId": "u-1", "properties": {"channelConsents": {"sms": true}}}
			only about a text, in a list   | subscription_event | ${NO_CONSENT} | {"type": "track", "event": "subscription_event", "userId": "u-1", "properties": {"channelConsents": [{"channel": "sms", "consented": true}]}}
			only about another type        | subscription_event | ${NO_CONSENT} | {"type": "track", "event": "subscription_event", "userId": "u-1", "properties": {"channelConsents": [{"channel": "Email", "consented": true, "type": "TRANSACTIONAL"}]}}
			that links two IDs             | alias          | | {"type": "alias", "userId": "new-1", "previousId": "old-1", "anonymousId": "a-1"}
			that links two emails          | alias          | | {"type": "alias", "userId": "jane@example.com", "previousId": "old@example.com", "anonymousId": "a-1"}
			that links an email alone      | alias          | | {"type": "alias", "userId": "jane@example.com", "anonymousId": "a-1"}
			that links an email and a missing ID | alias    | | {"type": "alias", "userId": "undefined", "previousId": "jane@example.com", "anonymousId": "a-1"}
			without traits                 | customer_patch | ${NO_TRAITS} | {"type": "identify", "userId": "u-1", "traits": {}}
			without anything               | customer_patch | ${NO_TRAITS} | {"type": "identify"}
			with blank traits              | customer_patch | ${NO_TRAITS} | {"type": "identify", "userId": "u-1", "traits": {"city": "", "tags": [], "id": "u"}}
			with a hashed email            | customer_patch | ${NO_TRAITS} | {"type": "identify", "userId": "u-1", "traits": {"email": "0b4e7a0e5fe84ad35fb5f95b9ceeac79"}}
			with nested traits             | customer_patch | ${NO_TRAITS} | {"type": "identify", "userId": "u-1", "traits": {"company": {"name": "A"}}}
		`),
	)('a message %s has nothing to send, and is held back', (_what, event, reason, message) =>
		expect(heldBackOf(message, { unmappedEvents: 'fail' })).toMatchObject({
			...{ event, reason: expect.stringMatching(`^Nothing to send: ${reason}`) },
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
});

/** The types of messages other than track. */
const ALIAS = '"type": "alias", "anonymousId": "a-1"';
const IDENTIFY = '"type": "identify", "userId": "u-1", "anonymousId": "a-1"';
const JANE = '"email": "jane@example.com"';
const IN_CONTEXT = '"context": {"traits": {"action": "identify"}}';
const OF_JANE = `"distinct_id": "jane@example.com", "customer": {${JANE}}`;
const patch = (properties: string) =>
	`[{"event": "customer_patch", "properties": {${properties}}}]`;
const link = (id: string) =>
	`[{"event": "identify", "properties": {"distinct_id": "${id}", "customer": {${JANE}}}}]`;
const IDS =
	'context.externalId of type bluecoreExternalId, userId, traits.userId, traits.id, context.traits.userId, context.traits.id or anonymousId';
const ACTION = 'The action (traits.action) must be identify or empty, but is';
const LINK_IDS = '{"options": {"linkIdentity": true}}';
const MAP =
	'{"eventMap": {"mapping": [{"from": "Quick View", "to": "viewed_product"}, {"from": "product added", "to": "wishlist"}, {"from": "PRODUCT ADDED", "to": "cart_started"}, {"from": "screen", "to": "viewed_page"}]}}';
const COUPON = `"type": "track", "event": "Coupon Applied", "userId": "u-1", "traits": {${JANE}}`;
const CASE =
	'contains characters other than lowercase letters, digits and underscores; check that it is the name that you agreed on with Bluecore';
const unsubscribesNobody = (event: string, from: string) =>
	JSON.stringify(
		`"${event}" may be an opt-out, but a custom event unsubscribes nobody. If it is one from emails, map "${from}" to Unsubscribe in Event Map`,
	);
/** The cells: what it is, the message, the parameters, the events that are sent, and each problem and warning. */
test.each(
	casesOf<[string, object, IDataObject, object[], ...string[]]>(`
		alias links an ID to an email that is the new ID      | {${ALIAS}, "userId": "jane@example.com", "previousId": "old-1"}   | {} | ${link('old-1')}
		alias links an ID to an email that is the previous ID | {${ALIAS}, "userId": "old-1", "previousId": " jane@example.com "} | {} | ${link('old-1')}
		alias links nothing else to the new ID                | {${ALIAS}, "userId": "jane@example.com", "previousId": "old-1"}   | ${LINK_IDS} | ${link('old-1')}
		alias links nothing else to the previous ID           | {${ALIAS}, "userId": "old-1", "previousId": " jane@example.com "} | ${LINK_IDS} | ${link('old-1')}
		identify creates or updates the customer              | {${IDENTIFY}, "traits": {${JANE}, "city": "Rome"}} | {} | ${patch(`"distinct_id": "jane@example.com", "customer": {${JANE}, "city": "Rome"}`)}
		identify may have the email only                      | {${IDENTIFY}, "traits": {${JANE}}}       | {} | ${patch(OF_JANE)}
		identify may have an ID only                          | {${IDENTIFY}, "traits": {"city": "Rome"}} | {} | ${patch('"distinct_id": "u-1", "customer": {"city": "Rome"}')}
		identify erases a value where empty ones are sent     | {${IDENTIFY}, "traits": {"city": ""}} | {"options": {"sendEmptyValues": true}} | ${patch('"distinct_id": "u-1", "customer": {"city": ""}')} | These empty values erase the values that Bluecore has: city
		identify links the ID when the action says so         | {${IDENTIFY}, "traits": {${JANE}, "action": "Identify"}} | {} | ${link('u-1')}
		identify links the ID when the context says so        | {${IDENTIFY}, "traits": {${JANE}}, ${IN_CONTEXT}} | {} | ${link('u-1')}
		identify does not link the email to itself            | {${IDENTIFY}, "traits": {${JANE}}, ${IN_CONTEXT}, "userId": "jane@example.com"} | {} | ${link('a-1')}
		identify needs an ID to link                          | {${IDENTIFY}, "traits": {${JANE}}, ${IN_CONTEXT}, "userId": "jane@example.com", "anonymousId": null} | {} | [] | Distinct ID (${IDS}) is required
		identify with another action is refused               | {${IDENTIFY}, "traits": {${JANE}, "action": "delete"}} | {} | [] | ${ACTION} "delete"
		identify with an action that is true is refused       | {${IDENTIFY}, "traits": {${JANE}, "action": true}} | {} | [] | ${ACTION} "true"
		identify with an action that is an object is refused  | {${IDENTIFY}, "traits": {${JANE}, "action": {"a": 1}}} | {} | [] | ${ACTION} an object
		the user's map has types of messages                  | {"type": "screen", "traits": {${JANE}}, "properties": {"name": "A"}} | ${MAP} | [{"event": "viewed_page", "properties": {${OF_JANE}, "name": "A"}}]
		the user's map must have both names in each row       | {${COUPON}} | {"eventMap": {"mapping": [{"from": "x", "to": ""}, {"to": "search"}]}} | [] | Event Map: row 1 has no To | Event Map: row 2 has no From
		a problem that all events of a message have is told once | {"event": "Product Added", "traits": {"email": "n/a"}, "properties": {"product_id": "A"}} | ${MAP} | [] | Email (traits.email) is not an email address: "n/a"
		an event that is bad keeps the other events of its message from going out | {"event": "Product Added", "traits": {${JANE}}, "properties": {"product_id": "A", "search_term": ""}} | {"eventMap": {"mapping": [{"from": "Product Added", "to": "add_to_cart"}, {"from": "Product Added", "to": "search"}]}} | [] | Search Term (properties.search_term or properties.query) is required
		an event that is not mapped is sent under its own name on request | {${COUPON}, "properties": {"coupon": "X"}} | {"unmappedEvents": "send"} | [{"event": "Coupon Applied", "properties": {${OF_JANE}, "coupon": "X"}}] | Event Name "Coupon Applied" ${CASE}
		an event that is not mapped has no products that are none | {${COUPON}, "properties": {"items": [{"label": "red"}], "products": 3}} | {"unmappedEvents": "send"} | [{"event": "Coupon Applied", "properties": {${OF_JANE}, "items": [{"label": "red"}]}}] | Event Name "Coupon Applied" ${CASE} | These properties were left out because this event cannot have properties of these names: "products"
		an event that is not mapped is not sent under another spelling of Bluecore's own | {"event": "Add.To.Cart", "traits": {${JANE}}} | {"unmappedEvents": "send"} | [] | Event Name "Add.To.Cart" is another spelling of add_to_cart, one of Bluecore's own events
		the user's map does not lead to another spelling of Bluecore's own | {${COUPON}} | {"eventMap": {"mapping": [{"from": "Coupon Applied", "to": "Pur-chase"}]}} | [] | Event Name "Pur-chase" is another spelling of purchase, one of Bluecore's own events
		an opt-out that is not mapped gets a warning as a custom event | {"event": "Email Opt-Out", "traits": {${JANE}}} | {"unmappedEvents": "send"} | [{"event": "Email Opt-Out", "properties": {${OF_JANE}}}] | Event Name "Email Opt-Out" ${CASE} | ${unsubscribesNobody('Email Opt-Out', 'Email Opt-Out')}
		the user's map may lead to a custom event that is like an opt-out | {"event": "Left", "traits": {${JANE}}} | {"eventMap": {"mapping": [{"from": "left", "to": "unsubscribed"}]}} | [{"event": "unsubscribed", "properties": {${OF_JANE}}}] | ${unsubscribesNobody('unsubscribed', 'Left')}
		the user's map may lead to a custom event and to an opt-out | {"event": "Left", "traits": {${JANE}}} | {"eventMap": {"mapping": [{"from": "left", "to": "unsubscribed"}, {"from": "left", "to": "unsubscribe"}]}} | [{"event": "unsubscribed", "properties": {${OF_JANE}}}, {"event": "unsubscribe", "properties": {${OF_JANE}, "email": "jane@example.com"}}]
		another type that is not mapped is no custom event    | {"type": "group", "traits": {${JANE}}, "groupId": "g"} | {"unmappedEvents": "send"} | [] | A message of the type "group" cannot be sent as a custom event
		an event that is not mapped is refused on request     | {${COUPON}} | {"unmappedEvents": "fail"} | [] | No Bluecore event is mapped to "Coupon Applied"
		what to do with unmapped events is one of the choices | {${COUPON}} | {"unmappedEvents": "Send"} | [] | Unmapped Events must be one of drop, fail, send, but is "Send"
		what to do with unmapped events does not concern an opt-out | {"event": "Unsubscribed", "traits": {${JANE}}} | {"unmappedEvents": "Send"} | [{"event": "unsubscribe", "properties": {${OF_JANE}, "email": "jane@example.com"}}]
	`),
)('%s: %j', (_what, message, parameters, sent, ...said) => {
	const { events, heldBack, problems, warnings } = forward(message, {
		...{ ...parameters, options: { linkIdentity: false, ...(parameters.options as object) } },
	});
	expect([events, heldBack, ...problems, ...warnings]).toEqual([sent, [], ...said]);
});

test.each(
	casesOf<[from: string, sent: string, ...rows: string[]]>(`
		quick view     | viewed_product | Quick View → viewed_product
		Product Viewed | viewed_product | Quick View → viewed_product
		Product Added  | wishlist cart_started | product added → wishlist | PRODUCT ADDED → cart_started
		Cart           | viewed_product | Cart → Viewed_Product
		Quick View     | viewed_product | Quick View → viewed_product | QUICK VIEW → viewed_product
		Quick View     | viewed_product | Quick View → viewed_product | Quick View → VIEWED_Product
		Quick View     | wishlist quick_view search | Quick View → wishlist | Quick View → quick_view | Quick View → wishlist | Quick View → quick_view | Quick View → search
	`),
)(
	"the user's map adds to the table, and goes before it, with each event of its rows once, in order, and Bluecore's own names in any case: %s is sent as %s",
	(from, sent, ...rows) => {
		const mapping = rows.map((row) => row.split('→')).map(([name, to]) => ({ from: name, to }));
		const message = track(from, { ...PRODUCT, query: 'rain' });
		const { events, warnings } = forward(message, { eventMap: { mapping } });
		expect(events.map(({ event }) => event)).toEqual(sent.split(' '));
		expect(warnings).toEqual([]);
	},
);

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
});
