import type { IDataObject } from 'n8n-workflow';

import { COMMON, forward, IDENTITY, track } from '../../../support/forward';
import { casesOf } from '../../../support/table';

test('an order needs an ID, a total and an email, and says where it looked', () => {
	const properties = { products: ['SKU1'] };
	expect(forward({ event: 'Order Completed', userId: 'u-1', properties }).problems).toEqual([
		'Email (properties.email, traits.email or context.traits.email) is required',
		'Order ID (properties.order_id or properties.transaction_id) is required',
		'Total (properties.total, properties.revenue or properties.value) is required',
	]);
});

const PAGE = '{"page": {"url": "https://example.com/a", "title": "A", "path": "/a"}}';
type Case = [what: string, given: IDataObject, sent: IDataObject, more?: IDataObject];
const ORDERS = casesOf<Case>(`
	no blank as the total            | {"total": "", "revenue": 20}        | {"total": 20}
	no list as the total             | {"total": [], "revenue": 10}        | {"total": 10}
	no object as the total           | {"total": {}, "revenue": 10}        | {"total": 10}
	no text with a currency as the total | {"total": "30 EUR", "revenue": 20} | {"total": 20}
	the first number of at least 0 as the total | {"total": -1, "revenue": "x", "value": 10} | {"total": 10, "revenue": "x"}
	the first number as the total, and the others as they are | {"total": "30", "revenue": 20, "value": 10} | {"total": 30, "revenue": 20, "value": 10}
	no blank as the order ID         | {"order_id": "", "transaction_id": "O-2"} | {"order_id": "O-2"}
	no list as the order ID          | {"order_id": [], "transaction_id": "O-2"} | {"order_id": "O-2"}
	no missing value as the order ID | {"order_id": "undefined", "transaction_id": null, "orderId": "O-2"} | {"order_id": "O-2", "transaction_id": null}
`).map(([what, given, sent]): ['Order Completed', ...Case] => [
	...(['Order Completed', what] as const),
	{ order_id: 'O-1', total: 39.9, products: ['SKU1'], ...given },
	{ order_id: 'O-1', total: 39.9, products: [{ id: 'SKU1' }], ...sent },
]);
test.each<[event: string, ...Case]>([
	...ORDERS,
	...casesOf<[string, ...Case]>(`
		Product Viewed    | the other properties, the app version and the device model | {"products": ["A"], "coupon": "X", "nested": {"a": [1]}, "page_title": "Jacket"} | {"products": [{"id": "A"}], "coupon": "X", "nested": {"a": [1]}, "page_title": "Jacket", "client": "4.2", "device": "iPad11,6"} | {"context": {"app": {"version": "4.2"}, "device": {"model": "iPad11,6"}}}
		Products Searched | the search term by another name | {"search_query": "lamp"}  | {"search_term": "lamp"}
		Products Searched | the search term by a third name | {"search_string": "lamp"} | {"search_term": "lamp"}
		Products Searched | the usual search term first     | {"search_query": "lamp", "query": "red lamp"} | {"search_term": "red lamp", "search_query": "lamp"}
	`),
	...casesOf<Case>(`
		its name and category                       | {} | {"name": "Home", "category": "Docs"} | {"name": "Home", "category": "Docs"}
		its properties before its name and category | {"name": "Start", "category": "", "title": "A"} | {"name": "Start", "category": "Docs", "title": "A"} | {"name": "Home", "category": "Docs"}
		the page of the context                     | {} | {"url": "https://example.com/a", "title": "A", "name": "Home"} | {"name": "Home", "context": ${PAGE}}
		its properties before the page of the context | {"url": "/b", "title": ""} | {"url": "/b", "title": "A"} | {"context": ${PAGE}}
	`).map((each): ['Page', ...Case] => ['Page', ...each]),
])('of %s is sent %s: %j', (event, _what, given, sent, ...[more = {}]) => {
	const message =
		event === 'Page'
			? { type: event, ...IDENTITY, properties: given, ...more }
			: track(event, given, more);
	const { events, problems } = forward(message);
	expect([events[0].properties, problems]).toEqual([{ ...COMMON, ...sent }, []]);
});

test.each(
	casesOf<[warning: string, properties: IDataObject, more?: IDataObject]>(`
		Client (context.app.version) was left out because it is an object | {} | {"context": {"app": {"version": {"major": 4}}}}
		These properties were left out because this event cannot have properties of these names: "token", "distinct_id", "customer" | {"token": "t", "distinct_id": "d", "customer": "c"}
	`),
)('a warning says: %s', (warning, properties, ...[more]) => {
	const { events, warnings } = forward(
		track('Product Viewed', { products: ['SKU1'], ...properties }, more),
	);
	expect(events[0].properties).toEqual({ ...COMMON, products: [{ id: 'SKU1' }] });
	expect(warnings).toEqual([warning]);
});

/** The cells: the event, the warning, its properties, and its properties that are sent. */
test.each(
	casesOf<[event: string, warning: string, given: IDataObject, sent: IDataObject]>(`
		Order Completed   | Total was taken from properties.revenue, because properties.total cannot be used: it is "$27.50"           | {"order_id": "O-1", "total": "$27.50", "revenue": 25, "products": ["A"]} | {"order_id": "O-1", "total": 25, "products": [{"id": "A"}]}
		Order Completed   | Order ID was taken from properties.transaction_id, because properties.order_id cannot be used: it is "null" | {"order_id": "null", "transaction_id": "O-1", "total": 5, "products": ["A"]} | {"order_id": "O-1", "total": 5, "products": [{"id": "A"}]}
		Products Searched | Search Term was taken from properties.query, because properties.search_term cannot be used: it is an object | {"search_term": {"text": "lamp"}, "query": "lamp"} | {"search_term": "lamp"}
	`),
)('of %s, a warning says: %s', (event, warning, given, sent) => {
	const { events, warnings } = forward(track(event, given));
	expect(events[0].properties).toEqual({ ...COMMON, ...sent });
	expect(warnings).toEqual([warning]);
});
