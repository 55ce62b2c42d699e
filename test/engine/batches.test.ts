import type { IDataObject } from 'n8n-workflow';

import type { NodeRun } from '../support/nodes';
import { outputs, runContinuing, SENTENCE, type Output } from '../support/outputs';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';

const sandbox = useSandbox();

const A = 'a@example.com';
const PRODUCT = { product_id: 'SKU1' };
const track = (event: string, properties: IDataObject, more: IDataObject = {}): IDataObject => ({
	type: 'track',
	event,
	traits: { email: A },
	properties,
	...more,
});
const VIEWED = track('Product Viewed', PRODUCT);
const ADDED = track('Product Added', PRODUCT);
/** An order without its ID and total. */
const BAD = track('Order Completed', { products: [PRODUCT] });

const accepted = (event: string, distinctId: string = A): IDataObject => ({
	event,
	distinct_id: distinctId,
	accepted: true,
	status_code: 202,
	attempts: 1,
});
/** An error item with these fields, whose message says this. */
const failed = (fields: IDataObject, message: RegExp): IDataObject => ({
	...fields,
	error: expect.stringMatching(message),
	advice: SENTENCE,
});

const forward = (items: IDataObject[], parameters: IDataObject = {}): NodeRun => ({
	node: 'bluecoreEvents',
	credential: sandbox.credential(NAMESPACE, API_KEY),
	parameters: { operation: 'forward', message: '={{ $json }}', ...parameters },
	items,
});
const arrived = () =>
	sandbox.state.events.map(({ event, properties }) => `${event} ${String(properties.distinct_id)}`);

const REQUEST = { headers: { host: 'n8n.example.com' }, params: {}, query: {} };

const onError = 'continueErrorOutput';

describe('a bad message of a batch comes out alone', () => {
	test.each<[string, string, IDataObject]>([
		['the item is the batch', '$json', { batch: [VIEWED, BAD, ADDED], sentAt: '' }],
		['the body of a webhook is a list', '$json.body', { ...REQUEST, body: [VIEWED, BAD, ADDED] }],
		[
			'there are several batches',
			'$json.body',
			{ ...REQUEST, body: [{ batch: [VIEWED] }, { batch: [BAD, ADDED] }] },
		],
	])('when %s', async (_where, message, item) => {
		// The second item: so that its place is not the first by chance.
		const first = track('Wishlist Shared', {});
		const reason = expect.stringContaining('Unmapped') as string;
		const run = forward([first, item], { message: `={{ $json.event ? $json : ${message} }}` });
		expect(await runContinuing(onError, run)).toEqual(
			outputs(
				onError,
				[0, { event: 'Wishlist Shared', distinct_id: A, accepted: false, reason }],
				[1, accepted('viewed_product')],
				[1, failed(BAD, /^Message 2 of 3: .*Order ID.*Total.* \[item 1\]$/)],
				[1, accepted('add_to_cart')],
			),
		);
		expect(arrived()).toEqual([`viewed_product ${A}`, `add_to_cart ${A}`]);
	});

	test('when Bluecore refuses it', async () => {
		sandbox.faults.add({ status: 400, event: 'add_to_cart' });
		const items = [{ ...REQUEST, body: { batch: [VIEWED, ADDED] } }];
		expect(await runContinuing(onError, forward(items, { message: '={{ $json.body }}' }))).toEqual(
			outputs(
				onError,
				[0, accepted('viewed_product')],
				[0, failed(ADDED, /^Message 2 of 2: .* \[item 0\]$/)],
			),
		);
	});

	test('with what the batch says of the context, for it is sent again alone', async () => {
		const context = { app: { version: '1.0' } };
		const items = [{ batch: [VIEWED, BAD], context }];
		expect(await runContinuing(onError, forward(items))).toEqual(
			outputs(
				onError,
				[0, accepted('viewed_product')],
				[0, failed({ ...BAD, context }, /^Message 2 of 2: /)],
			),
		);
	});

	test('when it is no message at all', async () => {
		const items = [{ ...REQUEST, body: { batch: [VIEWED, 'Order Completed', null, 7] } }];
		expect(await runContinuing(onError, forward(items, { message: '={{ $json.body }}' }))).toEqual(
			outputs(
				onError,
				[0, accepted('viewed_product')],
				[0, failed({ message: 'Order Completed' }, /^Message 2 of 4: .* \[item 0\]$/)],
				[0, failed({ message: null }, /^Message 3 of 4: .* \[item 0\]$/)],
				[0, failed({ message: 7 }, /^Message 4 of 4: .* \[item 0\]$/)],
			),
		);
	});

	test('so that it can be sent again by itself once it is put right', async () => {
		const items = [{ batch: [VIEWED, BAD, ADDED] }];
		const { main, errors } = await runContinuing(onError, forward(items));
		const [bad] = [...main, ...errors].filter(([, json]) => 'error' in json);
		sandbox.reset();
		const properties = { order_id: 'O-1', total: 10, products: [PRODUCT] };
		expect(await runContinuing(onError, forward([{ ...bad[1], properties }]))).toEqual(
			outputs(onError, [0, accepted('purchase')]),
		);
		expect(arrived()).toEqual([`purchase ${A}`]);
	});

	test('when it is an event of the GA4 Measurement Protocol, which can be sent again too', async () => {
		const params = { items: [{ item_id: 'SKU1' }] };
		const events = ['view_item', 'add_to_cart', 'add_to_wishlist'].map((name) => ({
			name,
			params: name === 'add_to_cart' ? {} : params,
		}));
		const items = [{ ...REQUEST, body: { client_id: 'ga-1', events } }];
		const { main, errors } = await runContinuing(
			onError,
			forward(items, { message: '={{ $json.body }}' }),
		);
		const bad = [...main, ...errors].filter(([, json]) => 'error' in json);
		expect(bad.map(([item, { error }]) => [item, error])).toEqual([
			[0, expect.stringMatching(/^Message 2 of 3: .* \[item 0\]$/)],
		]);
		expect(JSON.stringify(bad)).not.toMatch(/view_item|add_to_wishlist|headers|n8n\.example/);

		sandbox.reset();
		const [[, json]] = bad;
		expect(
			await runContinuing(
				onError,
				forward([json], { message: '={{ { ...$json, properties: { item_id: "SKU1" } } }}' }),
			),
		).toEqual(outputs(onError, [0, accepted('add_to_cart', 'ga-1')]));
	});

	test('unless it is the only one of its item: then it keeps all fields of the item', async () => {
		const items = [{ ...REQUEST, body: BAD }];
		expect(await runContinuing(onError, forward(items, { message: '={{ $json.body }}' }))).toEqual(
			outputs(onError, [0, failed(items[0], /^Order ID.*Total.* \[item 0\]$/)]),
		);
	});
});

/** The field by which an error item says what was accepted of its message, so that it is not sent again. */
const ALREADY_ACCEPTED = 'already_accepted';

describe('a message of which only some requests are accepted', () => {
	const message = { ...VIEWED, anonymousId: 'a-1' };
	const twoRows = {
		eventMap: {
			mapping: [
				{ from: 'Product Viewed', to: 'viewed_product' },
				{ from: 'Product Viewed', to: 'wishlist' },
			],
		},
		options: { linkIdentity: false },
	};

	/** Sends error items again, now that Bluecore takes everything. */
	async function sendAgain(errors: readonly Output[], parameters: IDataObject = {}) {
		sandbox.faults.clear();
		sandbox.reset();
		const again = errors.map(([, json]) => json);
		const result = await runContinuing(onError, forward(again, parameters));
		return { result, arrived: arrived() };
	}

	test.each<[string, IDataObject, IDataObject, IDataObject[], IDataObject, RegExp, IDataObject]>([
		[
			'identify',
			message,
			{},
			[accepted('viewed_product')],
			message,
			/^identify: .*viewed_product.* \[item 0\]$/,
			accepted('identify', 'a-1'),
		],
		[
			'viewed_product',
			message,
			{},
			[accepted('identify', 'a-1')],
			message,
			/^viewed_product: .*identify.* \[item 0\]$/,
			accepted('viewed_product'),
		],
		[
			'wishlist',
			VIEWED,
			twoRows,
			[accepted('viewed_product')],
			VIEWED,
			/^wishlist: .*viewed_product.* \[item 0\]$/,
			accepted('wishlist'),
		],
		[
			'wishlist',
			{ batch: [ADDED, VIEWED] },
			twoRows,
			[accepted('add_to_cart'), accepted('viewed_product')],
			VIEWED,
			/^Message 2 of 2: wishlist: .*viewed_product.* \[item 0\]$/,
			accepted('wishlist'),
		],
	])(
		'says which, when %s is refused, and only that is sent again (row %#)',
		async (event, item, parameters, main, fields, text, again) => {
			sandbox.faults.add({ status: 400, event });
			const first = await runContinuing(onError, forward([item], parameters));
			const { event: before, distinct_id: id } = main.at(-1) as IDataObject;
			const error = {
				...failed(fields, text),
				[ALREADY_ACCEPTED]: [{ event: before, distinct_id: id }],
			};
			expect(first).toEqual({ main: main.map((json) => [0, json]), errors: [[0, error]] });
			expect(await sendAgain(first.errors, parameters)).toEqual({
				result: outputs(onError, [0, again]),
				arrived: [`${String(again.event)} ${String(again.distinct_id)}`],
			});
		},
	);

	test('names the event that failed, when another one of the message is held back', async () => {
		sandbox.interceptor = () => ({ status: 400 });
		const optOut = { ...VIEWED, consent: false };
		const parameters = {
			consentPath: 'consent',
			eventMap: {
				mapping: [
					{ from: 'Product Viewed', to: 'unsubscribe' },
					{ from: 'Product Viewed', to: 'viewed_product' },
				],
			},
		};
		const result = await runContinuing(onError, forward([optOut], parameters));
		sandbox.interceptor = undefined;
		expect(result).toEqual(
			outputs(
				onError,
				[0, failed(optOut, /^unsubscribe: Bluecore refused .* \[item 0\]$/)],
				[
					0,
					{
						event: 'viewed_product',
						distinct_id: A,
						accepted: false,
						reason: 'No consent: consent is false',
					},
				],
			),
		);
	});

	test('is one error item when several of them are refused, so that it is sent again once', async () => {
		sandbox.interceptor = () => ({ status: 400 });
		const first = await runContinuing(onError, forward([message]));
		sandbox.interceptor = undefined;
		expect(first).toEqual(
			outputs(onError, [0, failed(message, /identify: .*viewed_product: .* \[item 0\]$/)]),
		);
		expect((await sendAgain(first.errors)).arrived).toEqual([
			'identify a-1',
			`viewed_product ${A}`,
		]);
	});

	test('names no accepted event when the message is sent again and refused again', async () => {
		sandbox.faults.add({ status: 400, event: 'wishlist' });
		const first = await runContinuing(onError, forward([VIEWED], twoRows));
		const again = first.errors.map(([, json]) => json);
		expect(await runContinuing(onError, forward(again, twoRows))).toEqual(
			outputs(onError, [
				0,
				{
					...failed(VIEWED, /wishlist: .* \[item 0\]$/),
					[ALREADY_ACCEPTED]: [{ event: 'viewed_product', distinct_id: A }],
				},
			]),
		);
		expect(sandbox.state.events.map(({ event }) => event)).toEqual(['viewed_product']);
	});
});
