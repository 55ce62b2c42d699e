import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { EVENT_OPERATIONS } from '../../nodes/BluecoreEvents/catalogue';
import { propertyProblems } from '../../sandbox/schemas/schemaChecks';
import { runNode, type NodeRun } from './nodes';
import { SHOP_ORDERS, SHOPIFY_GRAPHQL_ORDER } from './shopOrders';

const USUAL = ['jane@example.com', 'Jane', 'A-1', 12.5, '12.5', 'SHIRT-M'];
const NOTHING = ['', ' ', null, undefined, true, 'true', 0, -0, -1, NaN, Infinity];
const ODD = [
	...['__proto__', 'constructor', 'a@b', '@', 'ü@example.com', '\u0000', '\ud800', '😀', '1e999'],
];
/** Values that nobody expects in a field, besides those that somebody does. */
const value: fc.Arbitrary<unknown> = fc.oneof(
	{ weight: 4, arbitrary: fc.constantFrom(...USUAL) },
	{ weight: 2, arbitrary: fc.constantFrom(...NOTHING) },
	fc.constantFrom(...ODD),
	fc.string({ unit: 'binary', maxLength: 30 }),
	fc.constant(undefined).map(() => 'x'.repeat(20_000)),
	fc.jsonValue({ maxDepth: 4 }),
	fc.nat(400).map((depth) => {
		let nested: unknown = 'end';
		for (let level = 0; level < depth; level++) nested = level % 2 ? [nested] : { a: nested };
		return nested;
	}),
	fc.array(
		fc.record({ id: fc.constantFrom('A', '', 7, null, {}), price: fc.anything({ maxDepth: 1 }) }),
		{ maxLength: 3 },
	),
	fc.date(),
	fc.bigInt().map(String),
);

const name = fc.oneof(
	fc.constantFrom('city', 'First-Name', 'first_name', 'email', 'distinct_id', 'vip', 'Shoe Size'),
	fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', ''),
	fc.string({ unit: 'binary', maxLength: 8 }),
);

/** Mostly what is usual, now and then anything. */
const mostly = <T>(...usual: Array<fc.Arbitrary<T>>): fc.Arbitrary<unknown> =>
	fc.oneof({ weight: 25, arbitrary: fc.oneof(...usual) }, { weight: 1, arbitrary: value });

const eventName = mostly(
	fc.constantFrom(
		...['Product Viewed', 'products searched', 'Order Completed', 'Signed Up', 'Unsubscribed'],
		...['identify', 'page', 'subscription_event', 'customer_patch', 'add_to_cart', 'Coupon Used'],
	),
);
const identity = mostly(fc.constantFrom('u-1', 'a-1', 'jane@example.com', undefined));
const traits = mostly<unknown>(
	fc.record({ email: identity, id: identity, action: fc.constantFrom(undefined, 'identify') }),
	fc.record({ email: fc.constant('joe@example.com'), firstName: fc.constant('Joe') }),
	fc.dictionary(name, fc.constantFrom('gold', true, null, ''), { maxKeys: 3 }),
);
const product = mostly(fc.constantFrom({ product_id: 'SKU1' }, { sku: 'A', price: '1.5' }));

/** Messages of tracking plans, with anything in any place. */
const trackingMessage: fc.Arbitrary<unknown> = mostly(
	fc.record(
		{
			type: mostly(fc.constantFrom('track', 'track', undefined, 'identify', 'page', 'group')),
			event: eventName,
			userId: identity,
			anonymousId: identity,
			traits,
			timestamp: mostly(fc.constant(undefined)),
			consent: fc.constantFrom(
				...[true, false, 'granted', 'denied', 'true', 1, null, undefined, {}],
				...[{ marketing: true }, { marketing: 'granted' }, { marketing: 'no' }],
			),
			context: mostly(
				fc.record({
					traits,
					externalId: fc.constantFrom(undefined, [{ type: 'bluecoreExternalId', id: 'bc-1' }]),
				}),
			),
			properties: mostly<unknown>(
				fc.record(
					{
						email: identity,
						products: fc.oneof(fc.array(product, { maxLength: 3 }), product),
						product_id: fc.constantFrom('SKU1', ''),
						search_term: fc.constantFrom('rain', ''),
						order_id: fc.constantFrom('O-1', 7),
						total: fc.constantFrom(10, '10', -1),
						token: fc.constant('other'),
						channelConsents: fc.constantFrom({ email: true }, { email: 'no' }),
					},
					{ requiredKeys: [] },
				),
				fc.dictionary(name, value, { maxKeys: 2 }),
			),
		},
		{ requiredKeys: ['event'] },
	),
);

/** What one item may hold of them. */
export const trackingDelivery: fc.Arbitrary<unknown> = fc.oneof(
	{ weight: 4, arbitrary: trackingMessage },
	fc.array(trackingMessage, { maxLength: 4 }),
	fc.array(trackingMessage, { maxLength: 4 }).map((batch) => ({ batch })),
	fc
		.array(fc.record({ name: eventName, params: value }), { maxLength: 3 })
		.map((events) => ({ client_id: 'c-1', events })),
);

/** Puts a value at a path, in a copy. */
function withValue(target: unknown, path: readonly string[], put: unknown): unknown {
	if (path.length === 0) return put;
	const [name, ...rest] = path;
	if (typeof target !== 'object' || target === null) return target;
	const inner = (target as IDataObject)[name];
	const changed = { [name]: withValue(inner, rest, put) };
	return Array.isArray(target) ? Object.assign([...target], changed) : { ...target, ...changed };
}

/** All paths in a value. */
const pathsIn = (target: unknown): string[][] =>
	typeof target === 'object' && target !== null
		? Object.entries(target).flatMap(([key, inner]) => [
				[key],
				...pathsIn(inner).map((path) => [key, ...path]),
			])
		: [];

/** Orders of shops with anything in one or two places, some of them inside something else. */
const shopOrder: fc.Arbitrary<unknown> = fc
	.constantFrom<unknown>(...Object.values(SHOP_ORDERS), SHOPIFY_GRAPHQL_ORDER)
	.chain((order) =>
		fc
			.array(fc.tuple(fc.constantFrom(...pathsIn(order)), value), { maxLength: 2 })
			.map((changes) =>
				changes.reduce((changed, [path, put]) => withValue(changed, path, put), order),
			),
	)
	.chain((order) =>
		fc.constantFrom<unknown>(order, order, { body: order }, [order], { orders: [order, order] }),
	);

/** The fields that the parameters below are mapped from, and an object of anything. */
const item: fc.Arbitrary<IDataObject> = fc
	.record({
		...{ email: value, id: value, term: value, order: value, total: value },
		...{ products: value, event: value },
		message: trackingDelivery,
		shopOrder: mostly(shopOrder),
		more: fc.oneof(fc.dictionary(name, value, { maxKeys: 6 }), value),
		fields: fc.dictionary(name, value, { maxKeys: 4 }),
	})
	.map(
		({ fields, ...mapped }) =>
			Object.assign(Object.create(null) as object, fields, mapped) as IDataObject,
	);

const COMMON = {
	email: '={{ $json.email }}',
	distinctId: '={{ $json.id }}',
	customerAttributesInput: 'json',
	customerAttributesJson: '={{ $json.more }}',
	productsInput: 'json',
	productsJson: '={{ $json.products }}',
	searchTerm: '={{ $json.term }}',
	orderId: '={{ $json.order }}',
	total: '={{ $json.total }}',
	eventName: '={{ $json.event }}',
};

type Run = Pick<NodeRun, 'node' | 'parameters'>;
const ofEvents = (parameters: IDataObject): Run => ({ node: 'bluecoreEvents', parameters });
/** Every operation, with fields mapped from the item in the ways that users have. */
const RUNS: readonly Run[] = [
	...EVENT_OPERATIONS.map((operation) => ofEvents({ operation, ...COMMON })),
	...['auto', 'json'].map((input) =>
		ofEvents({
			...{ ...COMMON, operation: 'customer_patch', customerAttributesInput: input },
			additionalFields: { properties: '={{ $json.more }}', client: '={{ $json.term }}' },
		}),
	),
	...['drop', 'send'].map((unmappedEvents) =>
		ofEvents({ operation: 'forward', message: '={{ $json.message }}', unmappedEvents }),
	),
	...['sku', 'product', 'variant'].map((productIdFrom) =>
		ofEvents({
			...{ operation: 'shopOrder', order: '={{ $json.shopOrder }}', productIdFrom },
			productsWithoutId: productIdFrom === 'sku' ? 'leaveOut' : 'refuse',
		}),
	),
	...['auto', 'json'].map((input): Run => ({
		node: 'bluecoreEmail',
		parameters: {
			...{ operation: 'send', campaignId: '={{ $json.order }}', email: '={{ $json.email }}' },
			...{ templateAttributesInput: input, templateAttributesJson: '={{ $json.more }}' },
		},
	})),
];

/** What JSON would make of it, with what JSON does not know by its name. */
const fingerprint = (items: readonly IDataObject[]) =>
	JSON.stringify(items, (_key, each: unknown) =>
		typeof each === 'number' && !Number.isFinite(each) ? String(each) : each,
	);

/**
 * Runs items through all operations without sending. Each must come out as a valid payload or with an error of a sentence;
 * input items must be as before. Returns how many came out as which.
 */
export async function fuzz(
	count: number,
	seed: number,
	credential: NodeRun['credential'],
): Promise<{ valid: number; refused: number }> {
	const counts = { valid: 0, refused: 0 };
	const each = Math.ceil(count / RUNS.length);
	for (const [n, run] of RUNS.entries()) {
		const items = fc.sample(item, { numRuns: each, seed: seed + n });
		const before = fingerprint(items);
		const { main, errors, error } = await runNode({
			...run,
			credential,
			items,
			onError: 'continueErrorOutput',
			parameters: { ...run.parameters, options: { validateOnly: true } },
		});
		if (error) throw error;
		const { operation } = run.parameters;
		const isForward = operation === 'forward';
		const canBeHeldBack = isForward || operation === 'shopOrder';
		const most = isForward ? Infinity : each;
		expect(main.length + errors.length).toBeGreaterThanOrEqual(each);
		expect(main.length + errors.length).toBeLessThanOrEqual(most);
		for (const { json } of main) {
			if (canBeHeldBack && json.accepted === false) continue;
			expect(json.valid).toBe(true);
			if (run.node !== 'bluecoreEvents') continue;
			const { event, properties } = json.payload as { event: string; properties: object };
			const problems = propertyProblems(event, { token: 'x', ...properties }, 0);
			expect([json, problems]).toEqual([json, []]);
		}
		for (const { json } of errors) expect(json.error).toMatch(/^[A-Z“"].{10,}/s);
		counts.valid += main.length;
		counts.refused += errors.length;
		expect(fingerprint(items)).toBe(before);
	}
	expect(Object.keys(Object.prototype)).toEqual([]);
	return counts;
}
