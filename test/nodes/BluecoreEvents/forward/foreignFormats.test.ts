import { eventOf, forward, heldBackOf, PRODUCT, track } from '../../../support/forward';
import { casesOf } from '../../../support/table';

/** What to do with some of the formats. */
const FIXES: Partial<Record<string, RegExp>> = {
	'the output of a Webhook node':
		/^This is the output of a Webhook node: set Message to \{\{ \$json\.body \}\}\.$/,
	'e-commerce data of Universal Analytics':
		/^Push GA4's events instead, such as purchase, with transaction_id, value and items in ecommerce, and item_id, price and quantity in each item\.$/,
};

test.each(
	casesOf<[message: unknown, problem: string]>(`
		7                                  | The tracking message must be an object, but is a number
		{"type": "track", "event": {"a": 1}} | The event of the tracking message must be a name, but is an object
		{"event": ["a", "b"]}              | The event of the tracking message must be a name, but is an array
		{"type": [], "event": "page"}      | The type of the tracking message must be a name, but is an array
		{"userId": "u"}                    | The tracking message has neither an event nor a type
		""                                 | Message is required
		"{ not json"                       | Message is not valid JSON: reading stopped at position 2 (line 1, column 3) at "not json"
	`),
)('%j is no message', (message, problem) => expect(forward(message).problems).toEqual([problem]));

test('that there is no message is said beside other problems', () => {
	expect(forward('', { eventMap: { mapping: [{ from: 'a', to: '' }] } }).problems).toEqual([
		'Event Map: row 1 has no To',
		'Message is required',
	]);
});

test.each(
	casesOf<[name: string, ...messages: unknown[]]>(`
		the output of a Webhook node | {"headers": {}, "query": {}, "body": {"type": "track", "event": "Product Viewed", "userId": "u-1"}}
		an mParticle batch | {"user_identities": {"customer_id": "1"}, "events": [{"event_type": "custom_event", "data": {}}]}
		an mParticle batch | {"mpid": "1", "events": []} | {"environment": "x", "events": [{"eventType": "custom_event", "data": {}}]}
		an event of mParticle | {"event_type": "commerce_event", "data": {"product_action": {}}}
		a request to the Amplitude API | {"api_key": "x", "events": [{"event_type": "a", "user_id": "u"}]}
		an event of Amplitude | {"user_id": "u", "event_type": "purchase", "event_properties": {}}
		a Snowplow event | {"app_id": "web", "event": "page_view", "collector_tstamp": "2026-01-01"}
		a Snowplow event | {"event": "unstruct", "v_tracker": "js-3", "domain_userid": "d"}
		a Snowplow event | {"schema": "iglu:com.snowplowanalytics.snowplow/payload_data/1-0-4", "data": []}
		a Snowplow event | {"e": "pv", "p": "web", "tv": "js-3"}
		a row of the BigQuery export of GA4 | {"event_name": "purchase", "event_params": []}
		a request to a conversions API, such as those of Meta, Pinterest and TikTok | {"data": [{"event_name": "Purchase", "event_time": 1700000000, "user_data": {"em": ["0b4e"]}}]} | {"event_name": "checkout", "event_time": 1700000000, "user_data": {}}
		a request to a conversions API, such as those of Meta, Pinterest and TikTok | {"event_source": "web", "data": [{"event": "CompletePayment", "event_time": 1700000000, "properties": {"value": 1}}]}
		the event data of a server-side tag manager | {"event_name": "purchase", "client_id": "c"}
		an event of the classic Jitsu format | {"event_type": "pageview", "eventn_ctx": {}}
		an event of the classic Jitsu format | {"event_type": "pageview", "type": "pageview", "eventn_ctx_event_id": "1", "user": {}}
		a request to the Klaviyo API | {"data": {"type": "event", "attributes": {"metric": {}}}}
		a request to the Klaviyo API | {"token": "t", "event": "Viewed Product", "customer_properties": {}, "properties": {}}
		an Amazon SNS notification | {"Type": "Notification", "TopicArn": "arn", "Message": "{}"}
		an Amazon EventBridge event | {"detail-type": "x", "source": "s", "detail": {}}
		a Google Pub/Sub message | {"subscription": "s", "message": {"data": "e30="}}
		a CloudEvent | {"specversion": "1.0", "type": "com.example.a", "source": "/a", "data": {}}
		a request to the Braze API | {"attributes": [{"external_id": "1"}]} | {"events": [{"external_id": "1", "name": "a"}]}
		a request to the Braze API | {"events": [{"user_alias": {}, "name": "purchase"}]} | {"events": [{"braze_id": "b", "name": "purchase"}]}
		an order of a shop system | {"id": 1, "line_items": []}
		data of Tealium | {"tealium_event": "purchase", "event": "purchase"} | {"tealium_account": "acme", "event": "purchase"}
		data of Tealium | {"shared": {"tealium_account": "acme"}, "events": [{"tealium_event": "a"}]}
		data of Tealium | {"shared": {}, "events": [{"tealium_event": "a"}]}
		data of Tealium | {"shared": {}, "events": [{"name": "purchase", "tealium_event": "purchase"}]}
		a list of events in another format | {"events": [{"event": "Product Viewed", "userId": "u-1"}]}
		a list of events in another format | {"events": [{"name": "a"}, {"type": "a"}]} | {"type": "batch", "events": [{"event": "purchase"}]}
		a list of events in another format | {"event": "batch", "events": [{"event": "purchase"}]}
		a list of events in another format | {"events": [{"name": "purchase", "properties": {}}]}
		an event of Mixpanel | {"event": "Signed Up", "properties": {"token": "t", "distinct_id": "1", "$insert_id": "i", "time": 5}}
		an event of Mixpanel | {"$token": "t", "$distinct_id": "1", "$set": {}}
		an event of a web pixel of Shopify | {"type": "standard", "name": "product_viewed", "clientId": "c", "data": {}}
		an event of a web pixel of Shopify | {"name": "product_viewed", "clientId": "c", "data": {}}
		e-commerce data of Universal Analytics | {"event": "x", "ecommerce": {"purchase": {"actionField": {}, "products": []}}}
		e-commerce data of Universal Analytics | {"event": "x", "ecommerce": {"add": {"actionField": {}, "products": []}}}
		e-commerce data of Universal Analytics | {"event": "x", "ecommerce": {"detail": {"actionField": {}, "products": []}}}
		e-commerce data of Universal Analytics | {"event": "x", "ecommerce": {"impressions": {"actionField": {}, "products": []}}}
		e-commerce data of Universal Analytics | {"ecommerce": {"checkout": {"products": []}}}
		e-commerce data of Universal Analytics | {"transactionId": "1", "transactionProducts": []} | {"v": "1", "tid": "UA-1", "t": "event"}
	`).flatMap(([name, ...messages]) => messages.map((message): [string, unknown] => [name, message])),
)('%s is named as what it is, with what to do: %j', (name, message) =>
	expect(forward(message)).toMatchObject({
		problems: [
			`This looks like ${name}; Message must be a tracking message, a batch of them or a request of the GA4 Measurement Protocol`,
		],
		events: [],
		fixes: [expect.stringMatching(FIXES[name] ?? /\S+ \S+ \S+/)],
	}),
);

test('a message that has fields of another system, but an event or a type, is a message', () => {
	const more = { headers: {}, body: {}, event_name: 'x', mpid: '1', line_items: [] };
	expect(eventOf({ ...track('Product Viewed', PRODUCT), ...more }).event).toBe('viewed_product');
});

test('a type that is none of the specs does not hide the event', () => {
	const message = { ...track('Product Viewed', PRODUCT), type: 'view_item' };
	expect(eventOf(message).event).toBe('viewed_product');
	expect(eventOf({ ...message, type: 42 }).event).toBe('viewed_product');
	expect(heldBackOf({ ...message, type: 'screen' }).event).toBe('screen');
	expect(heldBackOf({ ...message, event: { type: 'message' } }).event).toBe('view_item');
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
