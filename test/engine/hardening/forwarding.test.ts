import type { IDataObject } from 'n8n-workflow';

import { runNode, type NodeRun } from '../../support/nodes';
import { CONTINUE, outputs, runContinuing, SENTENCE } from '../../support/outputs';
import { API_KEY, NAMESPACE, useSandbox } from '../../support/sandbox';

const sandbox = useSandbox();

const A = 'a@example.com';
const forward = (items: object[], parameters: IDataObject = {}): NodeRun => ({
	node: 'bluecoreEvents',
	credential: sandbox.credential(NAMESPACE, API_KEY),
	parameters: {
		operation: 'forward',
		message: '={{ $json }}',
		...parameters,
		options: { linkIdentity: false, ...(parameters.options as IDataObject | undefined) },
	},
	items: items as IDataObject[],
});
const accepted = (event: string, distinctId: string = A): IDataObject => ({
	event,
	distinct_id: distinctId,
	accepted: true,
	status_code: 202,
	attempts: 1,
});
const heldBack = (event: string, reason: RegExp, distinctId: string = A): IDataObject => ({
	event,
	distinct_id: distinctId,
	accepted: false,
	reason: expect.stringMatching(reason),
});
/** The events that arrived, without the token. */
const arrived = (): Array<Record<string, unknown>> =>
	sandbox.state.events.map(({ event, properties }) => {
		const { token, ...others } = properties;
		expect(token).toBe(NAMESPACE);
		return { event, ...others };
	});

const PRODUCT = { product_id: 'SKU1' };
const viewed = (more: object = {}) => ({
	type: 'track',
	event: 'Product Viewed',
	traits: { email: A },
	properties: PRODUCT,
	...more,
});

describe('an opt-out goes out with the address and nothing else', () => {
	const OPT_OUT = { event: 'unsubscribe', distinct_id: A, email: A, customer: { email: A } };
	const unsubscribed = (more: object = {}) => ({
		type: 'track',
		event: 'Unsubscribed',
		traits: { email: A },
		...more,
	});
	const PROFILE = { first_name: 'Jane', city: 'Rome', vip: true };

	test.each<[string, object]>([
		['with a profile', unsubscribed({ traits: { email: A, ...PROFILE } })],
		[
			'with a profile in the context',
			unsubscribed({ context: { traits: { email: A, ...PROFILE } } }),
		],
		[
			'with traits that collide',
			unsubscribed({ traits: { email: A, firstName: 'J', firstname: 'K' } }),
		],
		[
			'with traits of names that Bluecore does not take',
			unsubscribed({ traits: { email: A, '': 1, '!': 2, Größe: 3, Ωmega: 4 } }),
		],
		[
			'with traits that cannot be sent',
			unsubscribed({ traits: { email: A, broken: 'M\ufffdller', score: NaN } }),
		],
		[
			'with nested traits',
			unsubscribed({ traits: { email: A, address: { city: 'Rome' }, tags: ['a'] } }),
		],
		[
			'with traits that are a list',
			unsubscribed({ traits: [], context: { traits: { email: A } } }),
		],
		[
			'from a device that is a list',
			unsubscribed({ context: { device: { model: ['iPhone', 'iPad'] } } }),
		],
		[
			'from an app of which the version is an object',
			unsubscribed({ context: { app: { version: { major: 4 } } } }),
		],
		[
			'with properties of its own',
			unsubscribed({ properties: { reason: 'moved', channel: 'email' } }),
		],
		[
			'with properties that are reserved',
			unsubscribed({ properties: { token: 'x', distinct_id: 'y', customer: {} } }),
		],
		[
			'with properties that cannot be sent',
			unsubscribed({ properties: { total: NaN, when: Infinity } }),
		],
		['with properties that are text', unsubscribed({ properties: 'none' })],
		['for an address in userId', { event: 'Unsubscribed', userId: A }],
		[
			'for an address in userId beside an anonymous ID',
			{ event: 'Unsubscribed', userId: A, anonymousId: 'a-1' },
		],
		['for an address in traits.id', { event: 'Unsubscribed', traits: { id: A } }],
		[
			'for an address in another letter case of the word',
			{ event: 'Unsubscribed', traits: { EMAIL: A } },
		],
		[
			'for an address in the properties',
			{ event: 'Unsubscribed', properties: { Email: ` ${A} ` } },
		],
		[
			'for an address beside a hash of it',
			unsubscribed({ properties: { email: '0b4e7a0e5fe84ad35fb5f95b9ceeac79' } }),
		],
		['for an address and a user ID', unsubscribed({ userId: 'u-1' })],
		['that is old', unsubscribed({ timestamp: '2021-01-05T10:00:00Z' })],
		['of which the time cannot be read', unsubscribed({ timestamp: 'yesterday' })],
		[
			'without consent',
			unsubscribed({ traits: { email: A, ...PROFILE }, consent: { marketing: false } }),
		],
		[
			'by RudderStack',
			{
				event: 'subscription_event',
				userId: A,
				traits: PROFILE,
				properties: { channelConsents: { email: false } },
			},
		],
		['under its Bluecore name', { event: 'unsubscribe', userId: A, traits: PROFILE }],
		[
			'by a row of Event Map',
			{ event: 'Newsletter Left', userId: A, traits: PROFILE, properties: { list: 'weekly' } },
		],
	])('%s', async (_what, message) => {
		const parameters = {
			consentPath: 'consent.marketing',
			eventMap: { mapping: [{ from: 'Newsletter Left', to: 'unsubscribe' }] },
		};
		for (const onError of CONTINUE) {
			sandbox.reset();
			const { main, errors } = await runContinuing(onError, forward([message], parameters));
			// What is left out may be told, by a warning.
			for (const [, json] of main) delete json.warnings;
			expect([main, errors]).toEqual([[[0, accepted('unsubscribe')]], []]);
			expect(arrived()).toEqual([OPT_OUT]);
		}
	});

	test.each<[string, object]>([
		['no address at all', { event: 'Unsubscribed', userId: 'u-1', traits: PROFILE }],
		['a hash', { event: 'Unsubscribed', traits: { email: '0b4e7a0e5fe84ad35fb5f95b9ceeac79' } }],
		['an address that is none', { event: 'Unsubscribed', userId: 'a@example' }],
	])('and is refused with %s', async (_what, message) => {
		for (const onError of CONTINUE) {
			expect(await runContinuing(onError, forward([message]))).toEqual(
				outputs(onError, [
					0,
					{ ...message, error: expect.stringMatching(/^Email.*\[item 0\]$/), advice: SENTENCE },
				]),
			);
		}
		expect(sandbox.state.calls).toEqual([]);
	});

	test.each(CONTINUE)(
		'also where the other event of its message is refused, with %s',
		async (onError) => {
			const message = unsubscribed({ properties: { items: 'x' } });
			const mapping = [
				{ from: 'Unsubscribed', to: 'purchase' },
				{ from: 'Unsubscribed', to: 'unsubscribe' },
			];
			const { main, errors } = await runContinuing(
				onError,
				forward([message], { eventMap: { mapping } }),
			);
			expect(main).toContainEqual([0, accepted('unsubscribe')]);
			expect([...main, ...errors].filter(([, { error }]) => error !== undefined)).toHaveLength(1);
			expect(arrived()).toEqual([OPT_OUT]);
		},
	);

	test('while an opt-in carries the profile', async () => {
		await runNode(forward([{ event: 'Signed Up', traits: { email: A, ...PROFILE } }]));
		expect(arrived()).toEqual([
			{ event: 'optin', distinct_id: A, email: A, customer: { email: A, ...PROFILE } },
		]);
	});
});

describe('an address that stands in the ID is the email of other events too', () => {
	test.each<[string, object, object]>([
		['userId', { userId: A }, {}],
		['traits.id', { traits: { id: A } }, {}],
		['context.traits.userId', { context: { traits: { userId: A } } }, {}],
	])('in %s', async (_where, identity) => {
		const message = { event: 'Product Viewed', properties: PRODUCT, ...identity };
		expect((await runContinuing('continueRegularOutput', forward([message]))).main).toEqual([
			[0, accepted('viewed_product')],
		]);
		expect(arrived()).toEqual([
			{
				event: 'viewed_product',
				distinct_id: A,
				customer: { email: A },
				products: [{ id: 'SKU1' }],
			},
		]);
	});

	test('of orders, which need one', async () => {
		const message = {
			event: 'Order Completed',
			userId: A,
			properties: { order_id: 'O-1', total: 10, products: [PRODUCT] },
		};
		expect((await runContinuing('continueRegularOutput', forward([message]))).main).toEqual([
			[0, accepted('purchase')],
		]);
		expect(arrived().map(({ customer }) => customer)).toEqual([{ email: A }]);
	});
});

describe('a Consent Path that is an expression which comes out empty is refused', () => {
	const message = viewed({ context: { consent: { marketing: true } } });
	const refused = {
		...message,
		error: expect.stringMatching(/^Consent Path.*\[item 0\]$/),
		advice: expect.stringContaining('context.consent.marketing'),
	};

	test.each([
		['a field that is not there', '={{ $json.context.consent.sms }}'],
		['a field whose parents are not there', '={{ $json.privacy?.consent.marketing }}'],
		['null', '={{ null }}'],
		['empty text', '={{ "" }}'],
		['blanks', '={{ "  " }}'],
		['an expression without any braces filled', '={{ $json.nothing }} '],
		['the value that the path leads to', '={{ $json.context.consent.marketing }}'],
		['its opposite', '={{ !$json.context.consent.marketing }}'],
		['an object', '={{ $json.context.consent }}'],
		['a list', '={{ [] }}'],
		['a number', '={{ 0 }}'],
	])('%s', async (_what, consentPath) => {
		for (const onError of CONTINUE) {
			expect(await runContinuing(onError, forward([message], { consentPath }))).toEqual(
				outputs(onError, [0, refused]),
			);
		}
		const { error } = await runNode(forward([message], { consentPath }));
		expect(error?.message).toMatch(/^Consent Path/);
		expect(sandbox.state.calls).toEqual([]);
	});

	test('for each item by itself', async () => {
		const items = [{ ...message, path: 'context.consent.marketing' }, message];
		const consentPath = '={{ $json.path }}';
		for (const onError of CONTINUE) {
			expect(await runContinuing(onError, forward(items, { consentPath }))).toEqual(
				outputs(
					onError,
					[0, accepted('viewed_product')],
					[1, { ...refused, error: expect.stringMatching(/^Consent Path.*\[item 1\]$/) }],
				),
			);
		}
	});

	test.each([
		['the field that was left empty', ''],
		['a field of blanks', ' '],
		['an expression that gives the path', '={{ "context.consent." + "marketing" }}'],
	])('while %s is as it was', async (_what, consentPath) => {
		const { json } = await runNode(forward([message], { consentPath }));
		expect(json.map(({ event, accepted: isAccepted }) => [event, isAccepted])).toEqual([
			['viewed_product', true],
		]);
	});

	test('and a path without any name in it is none', async () => {
		for (const consentPath of ['.', '..', 'context..marketing', '.context', 'context.']) {
			const { json } = await runContinuing(
				'continueRegularOutput',
				forward([message], { consentPath }),
			).then(({ main }) => ({ json: main.map(([, fields]) => fields) }));
			// Refused, or held back because there is no such field: in no case sent.
			expect(json.map(({ accepted: isAccepted }) => isAccepted)).not.toContain(true);
		}
		expect(sandbox.state.calls).toEqual([]);
	});
});

describe('an old message is held back', () => {
	const OLD = [
		...['Tue, 05 Jan 2021 10:00:00 GMT', 'Tue, 05 Jan 2021 10:00:00 +0100', '01/05/2021 10:00'],
		...[
			'01/05/2021',
			'2021/01/05 10:00:00',
			'Jan 5, 2021',
			'5 Jan 2021 10:00 UTC',
			'5 January 2021',
		],
		...['20210105T100000Z', '20210105T100000.000Z', '20210105T1000Z', '20210105T100000+0100'],
		...['20210105', '20210105T10Z', '2021-01-05', '2021-01-05T10:00:00Z', '2021-01-05 10:00:00'],
		...['2021-01-05 10:00:00 UTC', '2021-01-05T10:00:00.123456Z', '2021-01-05T10:00:00+0100'],
		...['Tue Jan 05 2021 10:00:00 GMT+0100 (Central European Standard Time)', '2021-01', '2021'],
		...[
			'1609840800',
			'1609840800000',
			'1609840800000000',
			'1609840800.123',
			1609840800,
			1609840800.5,
		],
		...[' 20210105T100000Z '],
	];
	const UNREADABLE = [
		...['yesterday', 'soon', '31.12.2021 25:00', '2021-W01-2', '20211305T100000Z', 5, -1],
		...[true, {}, ['2021-01-05'], '2021-01-05T99:00:00Z', '{{timestamp}}', 'undefined'],
	];

	test.each(CONTINUE)('in whatever form its time is written, with %s', async (onError) => {
		const items = OLD.map((timestamp) => viewed({ timestamp }));
		expect(await runContinuing(onError, forward(items))).toEqual(
			outputs(
				onError,
				...OLD.map(
					(_time, index) =>
						[
							index,
							heldBack('viewed_product', /^Too old: its timestamp was \d+ days ago/),
						] as const,
				),
			),
		);
		expect(sandbox.state.calls).toEqual([]);
	});

	test.each(CONTINUE)(
		'also when its time cannot be read, with a warning, with %s',
		async (onError) => {
			const items = UNREADABLE.map((timestamp) => viewed({ timestamp }));
			expect(await runContinuing(onError, forward(items))).toEqual(
				outputs(
					onError,
					...UNREADABLE.map(
						(_time, index) =>
							[
								index,
								{
									...heldBack('viewed_product', /timestamp/),
									warnings: [expect.stringMatching(/timestamp.*is not a time/)],
								},
							] as const,
					),
				),
			);
			expect(sandbox.state.calls).toEqual([]);
		},
	);

	test('by its original time, where its time is blank or cannot be read', async () => {
		const originalTimestamp = 'Tue, 05 Jan 2021 10:00:00 GMT';
		const items = ['', null, 'yesterday'].map((timestamp) =>
			viewed({ timestamp, originalTimestamp }),
		);
		const { json } = await runNode(forward(items));
		expect(json.map(({ reason }) => reason)).toEqual(
			items.map((): unknown =>
				expect.stringMatching(/^Too old: its originalTimestamp was \d+ days ago/),
			),
		);
	});

	test('within a batch, behind a webhook', async () => {
		const batch = OLD.map((timestamp) => viewed({ timestamp }));
		const { json } = await runNode(
			forward([{ body: { batch } }], { message: '={{ $json.body }}' }),
		);
		expect(json.map(({ accepted: isAccepted }) => isAccepted)).toEqual(OLD.map(() => false));
		expect(sandbox.state.calls).toEqual([]);
	});

	test('while a new one goes out in the same forms, and so does one without a time', async () => {
		const now = new Date(Date.now() - 60_000);
		const iso = now.toISOString();
		const basic = iso.replace(/[-:]/g, '');
		const times = [
			...[iso, now.toUTCString(), now.toString(), basic, basic.replace(/\.\d+/, '')],
			...[now.getTime(), `${now.getTime()}`, now.getTime() / 1000, now.getTime() * 1000],
			...[iso.replace('T', ' '), undefined, null, '', ' '],
		];
		const { json } = await runNode(forward(times.map((timestamp) => viewed({ timestamp }))));
		expect(json.map(({ accepted: isAccepted }) => isAccepted)).toEqual(times.map(() => true));
		expect(json.map(({ warnings }) => warnings)).toEqual(times.map(() => undefined));
	});

	test('but not where Max Age is 0, whatever its time says', async () => {
		const items = [...OLD, ...UNREADABLE].map((timestamp) => viewed({ timestamp }));
		const { json } = await runNode(forward(items, { options: { maxAgeHours: 0 } }));
		expect(json.filter(({ accepted: isAccepted }) => isAccepted !== true)).toEqual([]);
	});
});

describe('a repeated row of Event Map', () => {
	test.each([
		[
			'is the same',
			[
				['Quick View', 'viewed_product'],
				['Quick View', 'viewed_product'],
			],
		],
		[
			'is spelled differently',
			[
				['Quick View', 'viewed_product'],
				[' quick view ', ' Viewed_Product '],
			],
		],
		[
			'is the third',
			[
				['Quick View', 'viewed_product'],
				['Other', 'wishlist'],
				['QUICK VIEW', 'viewed_product'],
			],
		],
	])('sends the event once, when it %s', async (_what, rows) => {
		const mapping = rows.map(([from, to]) => ({ from, to }));
		const message = viewed({ event: 'Quick View' });
		for (const onError of CONTINUE) {
			sandbox.reset();
			expect(await runContinuing(onError, forward([message], { eventMap: { mapping } }))).toEqual(
				outputs(onError, [0, accepted('viewed_product')]),
			);
			expect(arrived()).toHaveLength(1);
		}
	});

	test('of a custom event does, too, and different events keep their order', async () => {
		const mapping = ['wishlist', 'quick_view', 'wishlist', 'quick_view', 'viewed_product'].map(
			(to) => ({ from: 'Quick View', to: `={{ ${JSON.stringify(to)} }}` }),
		);
		const message = viewed({ event: 'Quick View' });
		const { json } = await runNode(forward([message], { eventMap: { mapping } }));
		expect(json.map(({ event }) => event)).toEqual(['wishlist', 'quick_view', 'viewed_product']);
	});
});

describe('a trait', () => {
	const patch = (message: object) => forward([{ type: 'identify', ...message }]);
	const customers = () => arrived().map(({ customer }) => customer);

	test.each<[string, object]>([
		['Email', { traits: { Email: A, city: 'Rome' } }],
		['EMAIL', { traits: { EMAIL: A, city: 'Rome' } }],
		['eMail', { traits: { eMail: ` ${A}`, city: 'Rome' } }],
		['Email in the context', { context: { traits: { Email: A, city: 'Rome' } } }],
		['Email in the properties', { traits: { city: 'Rome' }, properties: { Email: A } }],
		['Email beside a blank email', { traits: { email: '', Email: A, city: 'Rome' } }],
		['Email beside an email that is null', { traits: { email: null, Email: A, city: 'Rome' } }],
		[
			'Email beside a blank one in another place',
			{ traits: { city: 'Rome' }, properties: { email: ' ', Email: A } },
		],
	])('%s is the email', async (_name, message) => {
		const given = { ...message, anonymousId: 'a-1' };
		for (const onError of CONTINUE) {
			sandbox.reset();
			expect(await runContinuing(onError, patch(given))).toEqual(
				outputs(onError, [0, accepted('customer_patch')]),
			);
			expect(customers()).toEqual([{ email: A, city: 'Rome' }]);
		}
	});

	test('Email that is another address than the email is left out with a warning', async () => {
		const { json } = await runNode(
			patch({ traits: { email: A, Email: 'b@example.com', city: 'Rome' } }),
		);
		expect(json).toEqual([
			expect.objectContaining({
				...accepted('customer_patch'),
				warnings: [expect.stringContaining('Email')],
			}),
		]);
		expect(customers()).toEqual([{ email: A, city: 'Rome' }]);
	});

	test.each<[string, object]>([
		['as another spelling', { firstName: '', first_name: 'Jane' }],
		['as another spelling, after it', { first_name: 'Jane', firstName: '' }],
		['as null', { firstname: null, firstName: 'Jane' }],
		['as blanks', { FirstName: '  ', first_name: 'Jane' }],
		['as three spellings', { firstName: '', firstname: 'Jane', 'First-Name': null }],
		['as undefined', { firstName: undefined, first_name: 'Jane' }],
	])('that is blank beside a filled one counts as absent: %s', async (_how, traits) => {
		for (const onError of CONTINUE) {
			sandbox.reset();
			expect(await runContinuing(onError, patch({ traits: { email: A, ...traits } }))).toEqual(
				outputs(onError, [0, accepted('customer_patch')]),
			);
			expect(customers()).toEqual([{ email: A, first_name: 'Jane' }]);
		}
	});

	test.each<[string, object, object]>([
		['of the same name', { email: A, city: '' }, { city: 'Rome' }],
		['of another spelling', { email: A, City: ' ' }, { city: 'Rome' }],
		['that is null', { email: A, city: null }, { City: 'Rome' }],
	])('that is blank does not hide the one of the context, %s', async (_how, traits, inContext) => {
		const { error } = await runNode(patch({ traits, context: { traits: inContext } }));
		expect(error).toBeUndefined();
		expect(customers()).toEqual([{ email: A, city: 'Rome' }]);
	});

	test('that is blank in every spelling is sent once where empty values are', async () => {
		const message = { type: 'identify', traits: { email: A, firstName: '', first_name: null } };
		const { error } = await runNode(forward([message], { options: { sendEmptyValues: true } }));
		expect(error).toBeUndefined();
		expect(customers()).toEqual([{ email: A, first_name: expect.not.stringMatching(/./) }]);
	});

	test('that is blank does not make a gender', async () => {
		await runNode(patch({ traits: { email: A, gender: 'female', Gender: '' } }));
		expect(customers()).toEqual([{ email: A, gender: 'female', sex: 'female' }]);
	});

	test.each(CONTINUE)(
		'that is filled twice with different values is still refused, with %s',
		async (onError) => {
			const message = {
				type: 'identify',
				traits: { email: A, firstName: 'Jane', first_name: 'Joan' },
			};
			expect(await runContinuing(onError, forward([message]))).toEqual(
				outputs(onError, [
					0,
					{ ...message, error: expect.stringMatching(/first_name.*\[item 0\]$/), advice: SENTENCE },
				]),
			);
		},
	);
});

describe('an empty list of products counts as absent', () => {
	const order = { order_id: 'O-1', total: 10 };

	test.each<[string, string, object]>([
		[
			'beside the items of GA4',
			'Order Completed',
			{ ...order, products: [], items: [{ item_id: 'SKU1' }] },
		],
		['beside products', 'Order Completed', { ...order, items: [], products: [PRODUCT] }],
		['beside the product itself', 'Product Viewed', { products: [], ...PRODUCT }],
		['of GA4 beside the product itself', 'Product Viewed', { items: [], ...PRODUCT }],
		[
			'both of them beside the product itself',
			'Product Added',
			{ products: [], items: [], ...PRODUCT },
		],
		['that is an empty object', 'Product Viewed', { products: {}, ...PRODUCT }],
		[
			'that is an empty object beside items',
			'Product Viewed',
			{ products: {}, items: [{ item_id: 'SKU1' }] },
		],
	])('%s', async (_where, event, properties) => {
		for (const onError of CONTINUE) {
			sandbox.reset();
			expect(await runContinuing(onError, forward([viewed({ event, properties })]))).toEqual(
				outputs(onError, [
					0,
					accepted(
						event === 'Order Completed'
							? 'purchase'
							: event === 'Product Added'
								? 'add_to_cart'
								: 'viewed_product',
					),
				]),
			);
			expect(arrived().map(({ products, items }) => [products, items])).toEqual([
				[[{ id: 'SKU1' }], undefined],
			]);
		}
	});

	test('in a custom event, too', async () => {
		const message = viewed({ event: 'Cart Shared', properties: { products: [], list: 'x' } });
		const { json } = await runNode(forward([message], { unmappedEvents: 'send' }));
		expect(json).toEqual([expect.objectContaining({ event: 'Cart Shared', accepted: true })]);
		expect(arrived().map(({ products }) => products)).toEqual([undefined]);
	});

	test.each<[string, object]>([
		['an empty order ID', { order_id: '', transaction_id: 'O-1', total: 10 }],
		['an empty list for an order ID', { order_id: [], transaction_id: 'O-1', total: 10 }],
		['an empty list for a total', { order_id: 'O-1', total: [], revenue: 10 }],
		['an empty object for a total', { order_id: 'O-1', total: {}, revenue: 10 }],
	])('and so does %s beside a filled one', async (_what, properties) => {
		const message = viewed({
			event: 'Order Completed',
			properties: { ...properties, products: [PRODUCT] },
		});
		const { error } = await runNode(forward([message]));
		expect(error).toBeUndefined();
		expect(arrived().map(({ order_id: id, total }) => [id, total])).toEqual([['O-1', 10]]);
	});

	test.each<[string, object]>([
		['price', { ...PRODUCT, price: '', quantity: 2 }],
		['quantity', { ...PRODUCT, price: 5, quantity: ' ' }],
	])('and a blank %s of a product', async (name, product) => {
		const { json } = await runNode(forward([viewed({ properties: { products: [product] } })]));
		expect(json).toEqual([expect.objectContaining(accepted('viewed_product'))]);
		expect(arrived().map(({ products }) => products)).toEqual([
			[{ id: 'SKU1', ...(name === 'price' ? { quantity: 2 } : { price: 5 }) }],
		]);
	});
});
