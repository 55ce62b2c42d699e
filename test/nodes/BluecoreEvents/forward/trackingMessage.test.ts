import { forward, heldBackOf, type Forwarded } from '../../../support/forward';
import { casesOf } from '../../../support/table';

const view = (email: string, more: object = {}) => ({
	...{ type: 'track', event: 'Product Viewed', traits: { email } },
	properties: { product_id: 'SKU1' },
	...more,
});
const A = 'a@example.com';
const B = 'b@example.com';
const C = 'c@example.com';
const ids = ({ events }: Forwarded) => events.map(({ properties }) => properties.distinct_id);

const GA4 = {
	...{ client_id: 'c-1', user_id: 'u-1' },
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
const { events: TWO } = GA4;
const IN_EVENTS = [
	{ type: 'track', event: 'Products Searched', userId: 'u-1', properties: { query: 'a' } },
	{ type: 'page', name: 'Home', anonymousId: 'a-1' },
];
const PUSH = { event: 'page_view', client_id: 'c-1' };
const OF_ANOTHER_SYSTEM = { token: 't', distinct_id: 'u-2', product_id: 'SKU1' };

test.each<[what: string, delivery: unknown, of: string]>([
	['an array', [view(A), view(B)], `${A} ${B}`],
	['a message with another list', view(A, { batch: '[7]' }), A],
	['a batch', { batch: [view(A), view(B)], sentAt: '2026-01-01T00:00:00Z' }, `${A} ${B}`],
	['a batch as text', JSON.stringify({ batch: [view(A), view(B)] }), `${A} ${B}`],
	['batches in an array', [{ batch: [view(A)] }, view(B)], `${A} ${B}`],
	['events that are messages', { events: IN_EVENTS }, 'u-1 a-1'],
	['GA4 with an email', GA4, `${A} ${A}`],
	['GA4 with a user', { user_id: 'u-1', client_id: 'c-1', events: TWO }, 'u-1 u-1'],
	['GA4 with a client', { client_id: 'c-1', events: TWO }, 'c-1 c-1'],
	['GA4 of an app', { app_instance_id: 'app-1', events: TWO }, 'app-1 app-1'],
	['a push to the data layer', PUSH, 'c-1'],
	['a push to the data layer with an email', { ...PUSH, email: A }, A],
	[
		'a message of another system with a token and an ID',
		{ type: 'track', event: 'Product Viewed', userId: 'u-1', properties: OF_ANOTHER_SYSTEM },
		'u-1',
	],
])('%s: each message becomes its own event, of its own customer', (_what, delivery, of) =>
	expect(ids(forward(delivery))).toEqual(of.split(' ')),
);

test.each([
	['traits', 'properties'],
	['context', 'properties'],
	['traits', 'ecommerce'],
	['user_data', 'ecommerce'],
	['user_properties', 'ecommerce'],
])('a row of a table can have %s and %s as texts of JSON', (traits, properties) => {
	const given: Record<string, object> = {
		...{ traits: { email: A }, context: { traits: { email: A } } },
		...{ user_data: { email: A }, user_properties: { email: { value: A } } },
		...{ properties: { product_id: 'SKU1' }, ecommerce: { items: [{ item_id: 'SKU1' }] } },
	};
	const message = {
		...{ event: 'view_item', userId: 'u-1' },
		...{
			[traits]: ` ${JSON.stringify(given[traits])}`,
			[properties]: JSON.stringify(given[properties]),
		},
	};
	const { events, problems } = forward(message);
	expect([events, problems]).toMatchObject([
		[{ event: 'viewed_product', properties: { distinct_id: A, products: [{ id: 'SKU1' }] } }],
		[],
	]);
	expect(ids(forward({ ...message, [traits]: '{ "email"' }))).toEqual(['u-1']);
});

test('a consent that is a text of JSON is read; other texts of JSON are sent as they are', () => {
	const note = '{"a":1}';
	const push = { ...PUSH, note, consent: '{"marketing":true}' };
	const { events } = forward(push, { consentPath: 'consent.marketing' });
	expect(events).toMatchObject([{ event: 'viewed_page', properties: { note } }]);
});

test.each<[what: string, write: (part: object) => unknown]>([
	['objects', (part) => part],
	['texts of JSON', (part) => JSON.stringify(part)],
])('where batch and context are %s, each message has the context too', (_what, write) => {
	const batch = [view(A), view(B, { context: { app: { version: '2' } } })];
	const context = { app: { version: '1' }, device: { model: 'd' } };
	const { events, problems } = forward({ batch: write(batch), context: write(context) });
	const said = events.map(({ properties: { distinct_id: id, client, device } }) =>
		[id, client, device].join(),
	);
	expect([said, problems]).toEqual([[`${A},1,d`, `${B},2,d`], []]);
});

test('a bad message does not sink the others, has its number, and comes out by itself', () => {
	const bad = { type: 'track', event: 'Order Completed', traits: { email: B } };
	const context = { app: { version: '1.0' } };
	const { planned, problems } = forward([{ batch: [view(A), bad], context }, 7, view(C)]);
	expect(planned.map(({ message, report }) => [message, report.problems.length])).toEqual(
		[0, 3, 1, 0].map((count, index) => [{ number: index + 1, of: 4 }, count]),
	);
	// With what the batch says of the context, for each is sent again alone.
	const own = [view(A, { context }), { ...bad, context }, { message: 7 }, view(C)];
	expect(planned.map(({ ownFields }) => ownFields)).toEqual(own);
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
	const reason = 'Empty: the batch contains no message';
	expect(heldBackOf(delivery)).toEqual({
		...{ event: null, distinct_id: null, accepted: false, reason, tracking_event: null },
	});
});

describe("GA4's Measurement Protocol", () => {
	const CUSTOMER = { email: A, loyalty_tier: 'gold' };

	test('each event is a message', () => {
		const common = { distinct_id: A, customer: CUSTOMER };
		const cart = { products: [{ id: 'SKU1', quantity: 1 }], currency: 'EUR', value: 30 };
		expect(forward(GA4).events).toEqual([
			{ event: 'add_to_cart', properties: { ...common, ...cart } },
			{ event: 'search', properties: { ...common, search_term: 'rain' } },
		]);
	});

	test('a bad event comes out in a form that can be sent again', () => {
		const { planned } = forward({ ...GA4, events: [TWO[1], { name: 'add_to_cart', params: {} }] });
		const corrected = { ...planned[1].ownFields, properties: { item_id: 'SKU1' } };
		const properties = { distinct_id: A, customer: CUSTOMER, products: [{ id: 'SKU1' }] };
		expect(forward(corrected).events).toEqual([{ event: 'add_to_cart', properties }]);
	});

	test('with the consent of the body', () => {
		expect(forward(GA4, { consentPath: 'consent.ad_user_data' }).events).toHaveLength(2);
		expect(forward(GA4, { consentPath: 'consent.ad_personalization' }).events).toEqual([]);
	});

	test('with the time of the event, else of the body', () => {
		const old = (Date.now() - 25 * 3_600_000) * 1000;
		const young = Date.now() * 1000;
		expect(forward({ ...GA4, timestamp_micros: `${old}` }).heldBack).toHaveLength(2);
		expect(forward({ ...GA4, timestamp_micros: 1e22 }).warnings).toHaveLength(2);
		const [first, ...others] = GA4.events;
		const events = [{ ...first, timestamp_micros: young }, ...others];
		expect(forward({ ...GA4, timestamp_micros: old, events }).heldBack).toHaveLength(1);
	});

	test('what is no event is refused', () => {
		const { problems, heldBack } = forward({ client_id: 'c-1', events: [7, { name: '' }] });
		expect(problems).toEqual(['The tracking message must be an object, but is a number']);
		expect(heldBack).toMatchObject([{ reason: 'Unmapped: the track message has no event' }]);
	});
});

const ITEMS = '"items": [{"item_id": "SKU1", "item_name": "Tee", "price": 10.01, "quantity": 3}]';
const TEE = '"products": [{"id": "SKU1", "name": "Tee", "price": 10.01, "quantity": 3}]';
const PUSHED = `"event": "add_to_cart", "ecommerce": {"currency": "USD", "value": 7.77, ${ITEMS}}, "user_id": "u-1"`;
const ORDER = '"currency": "USD", "value": 7.77';
const PUSHED_BY = '"user_id": "u-1", "gtm.uniqueEventId": 3, "eventTimeout": 100';
const PRODUCTS = '"products": [{"id": "SKU1", "sku": "S", "price": 5}]';
const OF_A = `{"distinct_id": "${A}", "customer": {"email": "${A}"}, ${PRODUCTS}}`;
const IN_FULL = `"distinct_id": "bc-1", "customer": {"email": "${A}", "first_name": "Jane"}, ${PRODUCTS}, "coupon": "X", "client": "4.2", "device": "iPadOS 15.0 iPad11,6"`;
test.each(
	casesOf<[what: string, message: object, event: string, sent: object]>(`
		a push to the data layer of Google Tag Manager | {${PUSHED}} | add_to_cart | {"distinct_id": "u-1", ${TEE}, ${ORDER}}
		a push with the properties of the user        | {${PUSHED}, "user_properties": {"email": "${A}", "tier": {"value": "gold"}}, "client_id": "c-1"} | add_to_cart | {"distinct_id": "${A}", "customer": {"email": "${A}", "tier": "gold"}, ${TEE}, ${ORDER}}
		a push with properties of its own             | {${PUSHED}, "properties": {"product_id": "SKU2"}} | add_to_cart | {"distinct_id": "u-1", "products": [{"id": "SKU2"}]}
		a push of a search without ecommerce          | {${PUSHED_BY}, "event": "search", "search_term": "rain"} | search | {"distinct_id": "u-1", "search_term": "rain"}
		a push of a page without ecommerce            | {${PUSHED_BY}, "event": "page_view", "page_title": "A", "page_location": "/a", "ecommerce": null} | viewed_page | {"distinct_id": "u-1", "title": "A", "url": "/a"}
		a push of a purchase with the email in user_data | {"event": "purchase", "transaction_id": "T-1", "value": 10, "items": [{"item_id": "SKU1"}], "coupon": "X", "user_data": {"email": "${A}"}} | purchase | {"distinct_id": "${A}", "customer": {"email": "${A}"}, "products": [{"id": "SKU1"}], "order_id": "T-1", "total": 10, "coupon": "X"}
		a message of the specs, whose other fields are no properties | {"type": "track", "event": "page_view", "userId": "u-1", "request_ip": "::1"} | viewed_page | {"distinct_id": "u-1"}
		a request in Bluecore's own format, without the token | {"event": "viewed_product", "anonymousId": "a-1", "properties": {"token": "t", ${IN_FULL}}} | viewed_product | {${IN_FULL}}
		a request about the email, not the anonymous ID in it | {"event": "wishlist", "anonymousId": "a-1", "properties": {"token": "t", "distinct_id": "${A}", "customer": {"email": "${A}", "anonymousId": "a-1"}, ${PRODUCTS}}} | wishlist | ${OF_A}
		a request about the email of the customer     | {"event": "wishlist", "anonymousId": "a-1", "properties": {"token": "t", "customer": {"email": "${A}"}, ${PRODUCTS}}} | wishlist | ${OF_A}
		a request about an ID that is an email        | {"event": "wishlist", "anonymousId": "a-1", "properties": {"distinct_id": "${A}", ${PRODUCTS}}} | wishlist | ${OF_A}
		a request about such an ID, with an empty customer | {"event": "wishlist", "anonymousId": "a-1", "properties": {"distinct_id": "${A}", "customer": {}, ${PRODUCTS}}} | wishlist | ${OF_A}
		a request whose products have a product_id before the id, as everywhere | {"event": "wishlist", "properties": {"distinct_id": "u-1", "products": [{"product_id": "P", "id": "line"}]}} | wishlist | {"distinct_id": "u-1", "products": [{"id": "P"}]}
	`),
)('%s is read as what it is: %j', (_what, message, event, properties) => {
	const { events, warnings } = forward(message);
	expect([events, warnings]).toEqual([[{ event, properties }], []]);
});
