import type { IDataObject } from 'n8n-workflow';

import { useNodes } from '../support/nodes';
import { accepted, outputs, runContinuing, SENTENCE, type Output } from '../support/outputs';

const { sandbox, runOf } = useNodes();

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

/** An error item with these fields, whose message says this. */
const failed = (fields: IDataObject, message: RegExp): IDataObject => ({
	...fields,
	error: expect.stringMatching(message),
	advice: SENTENCE,
});

const onError = 'continueErrorOutput';
/** Forwards messages, and gives what comes out at both outputs. */
const forward = async (items: IDataObject[], parameters: IDataObject = {}) => {
	const given = { operation: 'forward', message: '={{ $json }}', ...parameters };
	return await runContinuing(onError, runOf('bluecoreEvents', given, { items }));
};
const arrived = () =>
	sandbox.state.events.map(({ event, properties }) => `${event} ${String(properties.distinct_id)}`);

const REQUEST = { headers: { host: 'n8n.example.com' }, params: {}, query: {} };

describe('a bad message of a batch comes out alone', () => {
	test('when an item has several batches', async () => {
		const item = { ...REQUEST, body: [{ batch: [VIEWED] }, { batch: [BAD, ADDED] }] };
		// The second item: so that its place is not the first by chance.
		const items = [track('Wishlist Shared', {}), item];
		const reason = expect.stringContaining('Unmapped') as string;
		const message = '={{ $json.event ? $json : $json.body }}';
		expect(await forward(items, { message })).toEqual(
			outputs(
				onError,
				[0, { event: 'Wishlist Shared', distinct_id: A, accepted: false, reason }],
				[1, accepted('viewed_product', A)],
				[1, failed(BAD, /^Message 2 of 3: .*Order ID.*Total.* \[item 1\]$/)],
				[1, accepted('add_to_cart', A)],
			),
		);
		expect(arrived()).toEqual([`viewed_product ${A}`, `add_to_cart ${A}`]);
	});

	test('when Bluecore refuses it', async () => {
		sandbox.faults.add({ status: 400, event: 'add_to_cart' });
		const items = [{ ...REQUEST, body: { batch: [VIEWED, ADDED] } }];
		expect(await forward(items, { message: '={{ $json.body }}' })).toEqual(
			outputs(
				onError,
				[0, accepted('viewed_product', A)],
				[0, failed(ADDED, /^Message 2 of 2: .* \[item 0\]$/)],
			),
		);
	});
});

/** The field by which an error item says what was accepted of its message, so that it is not sent again. */
const ALREADY_ACCEPTED = 'already_accepted';

describe('a message of which only some requests are accepted', () => {
	const message = { ...VIEWED, anonymousId: 'a-1' };
	/** Sends each product view as two events. */
	const viewedAs = (...events: string[]) => ({
		eventMap: { mapping: events.map((to) => ({ from: 'Product Viewed', to })) },
	});
	const twoRows = {
		...viewedAs('viewed_product', 'wishlist'),
		options: { linkIdentity: false },
	};

	/** Sends error items again, now that Bluecore takes everything. */
	async function sendAgain(errors: readonly Output[]) {
		sandbox.faults.clear();
		sandbox.reset();
		const result = await forward(errors.map(([, json]) => json));
		return { result, arrived: arrived() };
	}

	test('says which, and only the others of it are sent again', async () => {
		sandbox.faults.add({ status: 400, event: 'viewed_product' });
		const first = await forward([message]);
		const error = {
			...failed(message, /^viewed_product: .*identify.* \[item 0\]$/),
			[ALREADY_ACCEPTED]: [{ event: 'identify', distinct_id: 'a-1' }],
		};
		expect(first).toEqual({ main: [[0, accepted('identify', 'a-1')]], errors: [[0, error]] });
		expect(await sendAgain(first.errors)).toEqual({
			result: outputs(onError, [0, accepted('viewed_product', A)]),
			arrived: [`viewed_product ${A}`],
		});
	});

	test('names the event that failed, when another one of the message is held back', async () => {
		sandbox.interceptor = () => ({ status: 400 });
		const optOut = { ...VIEWED, consent: false };
		const events = viewedAs('unsubscribe', 'viewed_product');
		const reason = 'No consent: consent is false';
		expect(await forward([optOut], { consentPath: 'consent', ...events })).toEqual(
			outputs(
				onError,
				[0, failed(optOut, /^unsubscribe: Bluecore refused .* \[item 0\]$/)],
				[0, { event: 'viewed_product', distinct_id: A, accepted: false, reason }],
			),
		);
	});

	test('is one error item when several of them are refused, so that it is sent again once', async () => {
		sandbox.interceptor = () => ({ status: 400 });
		const first = await forward([message]);
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
		const first = await forward([VIEWED], twoRows);
		const again = first.errors.map(([, json]) => json);
		const error = {
			...failed(VIEWED, /wishlist: .* \[item 0\]$/),
			[ALREADY_ACCEPTED]: [{ event: 'viewed_product', distinct_id: A }],
		};
		expect(await forward(again, twoRows)).toEqual({ main: [], errors: [[0, error]] });
		expect(sandbox.state.events.map(({ event }) => event)).toEqual(['viewed_product']);
	});
});
