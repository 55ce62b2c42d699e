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
		expect(forward({ ...push, event: 'view_cart' })).toMatchObject({
			problems: [],
			heldBack: [{ event: 'view_cart' }],
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
