import type { IDataObject } from 'n8n-workflow';

import { runNode, type NodeRun } from '../../support/nodes';
import { CONTINUE, outputs, runContinuing, SENTENCE, type Output } from '../../support/outputs';
import { API_KEY, NAMESPACE, useSandbox } from '../../support/sandbox';

const sandbox = useSandbox();

const A = 'a@example.com';
const run = (node: NodeRun['node'], parameters: IDataObject, items: IDataObject[]): NodeRun => ({
	node,
	credential: sandbox.credential(NAMESPACE, API_KEY),
	parameters,
	items,
});
const search = { operation: 'search', searchTerm: 'rain jacket', distinctId: '={{ $json.id }}' };
const purchase = {
	operation: 'purchase',
	email: A,
	products: { product: [{ id: 'SKU1' }] },
	orderId: '={{ $json.id }}',
	total: 10,
};
const wishlist = { operation: 'wishlist', email: A };

/** Each ID of the nodes: its label in messages, and a run whose items carry it as `id`. */
const IDS: ReadonlyArray<[string, (items: IDataObject[]) => NodeRun]> = [
	['Distinct ID', (items) => run('bluecoreEvents', search, items)],
	['Order ID', (items) => run('bluecoreEvents', purchase, items)],
	[
		'ID',
		(items) =>
			run(
				'bluecoreEvents',
				{ ...wishlist, products: { product: [{ id: '={{ $json.id }}' }] } },
				items,
			),
	],
	[
		'Products (JSON)',
		(items) =>
			run(
				'bluecoreEvents',
				{ ...wishlist, productsInput: 'json', productsJson: '={{ [{ sku: $json.id }] }}' },
				items,
			),
	],
	[
		'Products (JSON)',
		(items) =>
			run(
				'bluecoreEvents',
				{ ...wishlist, productsInput: 'json', productsJson: '={{ [$json.id] }}' },
				items,
			),
	],
	[
		'Campaign ID',
		(items) =>
			run('bluecoreEmail', { operation: 'send', campaignId: '={{ $json.id }}', email: A }, items),
	],
	[
		'Conversation ID',
		(items) =>
			run('bluecoreEmail', { operation: 'getStatus', conversationId: '={{ $json.id }}' }, items),
	],
];

/** What expressions and exports make of a value that is not there. */
const MISSING: unknown[] = [
	...['undefined', ' undefined ', 'null', 'NULL', 'NaN', '[object Object]', '[object Array]'],
	...['true', 'false', '0', '00', '00000000-0000-0000-0000-000000000000'],
	...[0, true, false],
	...['c-undefined', 'undefined_undefined', 'shop/null', 'c-NaN', 'c-[object Object]'],
];
/** A zero-width space, a soft hyphen, a byte order mark, a no-break space, a tab and others. */
const INVISIBLE = Array.from('\u200b\u00ad\ufeff\u2060\u202a\u00a0\u3164\ufe0f\t\n');
const codeOf = (character: string) =>
	`U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
/** IDs that look a little like those but are some. */
const GIVEN = ['nullable-1', 'undefined1', 'Nan-Kang', '10', '0815', 'truecolor', 'NANA', '-7'];

describe.each(IDS)('%s', (label, build) => {
	const named = label.replace(/[()]/g, '\\$&');
	/** Each of these items refused for its ID. */
	const refused = (items: readonly IDataObject[], what: string): Output[] =>
		items.map((item, index) => [
			index,
			{
				...item,
				error: expect.stringMatching(new RegExp(`${named}.*${what}.*\\[item ${index}\\]$`)),
				advice: SENTENCE,
			},
		]);

	test.each(CONTINUE)(
		'is refused when it says that a value is missing, with %s',
		async (onError) => {
			const items = MISSING.map((id) => ({ id })) as IDataObject[];
			expect(await runContinuing(onError, build(items))).toEqual(
				outputs(onError, ...refused(items, '')),
			);
			expect(sandbox.state.calls).toEqual([]);
		},
	);

	test.each(CONTINUE)(
		'is refused when it was broken as the file was read, with %s',
		async (onError) => {
			const items = [{ id: 'M\ufffdtze-1' }];
			expect(await runContinuing(onError, build(items))).toEqual(
				outputs(onError, ...refused(items, 'U\\+FFFD')),
			);
			expect(sandbox.state.calls).toEqual([]);
		},
	);

	test.each(CONTINUE)(
		'is refused when it is a number that has lost digits, with %s',
		async (onError) => {
			const items = [Number('12345678901234567890'), 2 ** 53, -(2 ** 53), 1e21].map((id) => ({
				id,
			}));
			expect(await runContinuing(onError, build(items))).toEqual(
				outputs(onError, ...refused(items, 'digits')),
			);
			expect(sandbox.state.calls).toEqual([]);
		},
	);

	test('is sent when it only looks like those, with all its digits', async () => {
		const ids = [...GIVEN, '12345678901234567890', Number.MAX_SAFE_INTEGER];
		await runNode({ ...build(ids.map((id) => ({ id }))), onError: 'continueRegularOutput' });
		const sent = sandbox.state.calls.map(({ body, path }) => `${path} ${JSON.stringify(body)}`);
		expect(ids.filter((id) => !sent.some((text) => text.includes(String(id))))).toEqual([]);
	});

	test('goes out with a warning when it has a character that nobody sees', async () => {
		const items = INVISIBLE.map((character) => ({ id: `A${character}1` }));
		const given = build(items);
		const parameters = { ...given.parameters, options: { validateOnly: true } };
		const { json, error } = await runNode({ ...given, parameters });
		expect(error).toBeUndefined();
		expect(json.map(({ valid, warnings }) => [valid, warnings])).toEqual(
			INVISIBLE.map((character) => [true, [expect.stringContaining(codeOf(character))]]),
		);
		// As it is, in the payload or, for a status, in the ID itself.
		expect(json.map((each) => JSON.stringify(each.payload ?? each))).toEqual(
			items.map(({ id }): unknown => expect.stringContaining(JSON.stringify(id).slice(1, -1))),
		);
	});
});

test.each([
	['with text before an expression that comes out empty', '=cust-{{ $json.id }}', 'cust-'],
	['with text around expressions that come out empty', '=#{{ $json.shop }}/{{ $json.id }}', '#/'],
])(
	'a Distinct ID %s is refused: all who lack it would be one customer',
	async (_what, distinctId) => {
		const items = [{ email: '' }, { id: '7', shop: 'A', email: '' }];
		for (const onError of CONTINUE) {
			sandbox.reset();
			const { main, errors } = await runContinuing(
				onError,
				run('bluecoreEvents', { ...search, distinctId }, items),
			);
			expect([...main, ...errors].filter(([item]) => item === 0)).toEqual([
				[
					0,
					{
						...items[0],
						error: expect.stringMatching(/^Distinct ID.*\[item 0\]$/),
						advice: SENTENCE,
					},
				],
			]);
			expect(sandbox.state.events).toHaveLength(1);
		}
	},
);

test.each<[IDataObject, string]>([
	[{ productsInput: 'json', productsJson: '=A, {{ $json.sku }}' }, 'Products (JSON): product 2'],
	[
		{ productsInput: 'json', productsJson: '=[{"id":"{{ $json.sku }}"}]' },
		'Products (JSON): product 1',
	],
	[{ products: { product: [{ id: '={{ $json.sku }}' }] } }, 'Product 1'],
])('an expression without a result among products is named: %j', async (products, label) => {
	const { nodeError } = await runNode(
		run('bluecoreEvents', { ...wishlist, ...products }, [{ name: 'x', price: 1 }]),
	);
	expect(nodeError?.message).toBe(
		`${label} has no ID, but the input has no column "sku", only "name", "price" [item 0]`,
	);
	expect(nodeError?.description).toContain('Check the fields that the expression reads');
});

test.each(['[{ "id": "{{ $json.sku }}" }]', '["={{ $json.sku }}"]', 'A, {{ $json.sku }}'])(
	'an expression among products that is not evaluated says how to switch it on: %s',
	async (productsJson) => {
		const { nodeError } = await runNode(
			run('bluecoreEvents', { ...wishlist, productsInput: 'json', productsJson }, [{ sku: 'A' }]),
		);
		expect(nodeError?.message).toContain('has a variable that was not filled in');
		expect(nodeError?.description).toContain('switch the field to Expression');
	},
);

test('IDs of products in a text that are missing are refused one by one', async () => {
	const { error } = await runNode(
		run(
			'bluecoreEvents',
			{ ...wishlist, productsInput: 'json', productsJson: 'SKU1, NULL, [object Object], 0' },
			[{}],
		),
	);
	expect(error?.message).toMatch(/product 2.*product 3.*product 4/);
	expect(sandbox.state.calls).toEqual([]);
});

test('IDs in a JSON text are refused when its numbers lose digits', async () => {
	const { error } = await runNode(
		run(
			'bluecoreEvents',
			{
				...wishlist,
				productsInput: 'json',
				productsJson: '[{"product_id": 12345678901234567890}, {"id": "12345678901234567890"}]',
			},
			[{}],
		),
	);
	expect(error?.message).toMatch(/product 1.*digits/);
	expect(error?.message).not.toMatch(/product 2/);
});

test('an address that is made of a missing value is refused', async () => {
	const items = [{ user: 'jane' }, {}];
	const email = '={{ $json.user + "@example.com" }}';
	const { main } = await runContinuing(
		'continueRegularOutput',
		run('bluecoreEvents', { operation: 'optin', email }, items),
	);
	expect(main).toEqual([
		[0, expect.objectContaining({ distinct_id: 'jane@example.com', accepted: true })],
		[
			1,
			{
				error: expect.stringMatching(/^Email.*undefined@example\.com.*\[item 1\]$/),
				advice: SENTENCE,
			},
		],
	]);
});

test.each(['undefined', 'null', '[object Object]'])(
	'a credential whose Namespace is %s, as an expression makes it, is refused',
	async (namespace) => {
		const given = run('bluecoreEvents', { operation: 'optin', email: A }, [{}]);
		const { error } = await runNode({ ...given, credential: { ...given.credential, namespace } });
		expect(error?.message).toMatch(/Namespace/);
		expect(sandbox.state.calls).toEqual([]);
	},
);

test.each([
	['customer attributes', { customerAttributesInput: 'auto' }],
	['template attributes', { templateAttributesInput: 'auto' }],
])(
	'a number in %s that has lost digits gets a warning that names it',
	async (_what, parameters) => {
		const { json } = await runNode(
			run(
				'bluecoreEmail',
				{
					operation: 'send',
					campaignId: '34545238546',
					email: A,
					options: { validateOnly: true },
					...parameters,
				},
				[{ order_number: Number('820982911946154508'), total: 12.5 }],
			),
		);
		expect(json[0].warnings).toEqual([expect.stringMatching(/order_number/)]);
	},
);

describe('IDs in tracking messages', () => {
	const forward = (message: IDataObject, options: IDataObject = {}) =>
		run('bluecoreEvents', { operation: 'forward', message: '={{ $json }}', options }, [message]);
	const viewed = (more: object): IDataObject => ({
		event: 'Product Viewed',
		properties: { product_id: 'SKU1' },
		...more,
	});

	/** Also those that would lose digits. */
	const NONE = [
		...MISSING,
		...[
			'0000',
			'00000000000000000000000000000000',
			{ id: 1 },
			['u-1'],
			Number('12345678901234567890'),
		],
	];
	const outcomes = async (items: object[]) => {
		const given = { ...forward({}), items: items as IDataObject[] };
		const { json } = await runNode({ ...given, onError: 'continueRegularOutput' });
		return json.map(({ event, distinct_id: id, error }) => [event, id, error]);
	};

	test.each<[string, (id: unknown) => object]>([
		['userId', (id) => ({ userId: id })],
		['traits.id', (id) => ({ traits: { id } })],
		['context.traits.userId', (id) => ({ context: { traits: { userId: id } } })],
		[
			'context.externalId',
			(id) => ({ context: { externalId: [{ type: 'bluecoreExternalId', id }] } }),
		],
	])(
		'that are missing in %s are none: the event goes out under the next one',
		async (_where, more) => {
			const items = NONE.map((id) => viewed({ ...more(id), anonymousId: 'a-1' }));
			expect(await outcomes(items)).toEqual(NONE.map(() => ['viewed_product', 'a-1', undefined]));
		},
	);

	test('that are missing are linked to no email', async () => {
		const items = NONE.map((id) => viewed({ userId: id, anonymousId: id, traits: { email: A } }));
		expect(await outcomes(items)).toEqual(NONE.map(() => ['viewed_product', A, undefined]));
	});

	test.each(CONTINUE)(
		'that are all missing leave nobody to send the event for, with %s',
		async (onError) => {
			const items = [viewed({ userId: 'undefined', anonymousId: 'null' })];
			expect(await runContinuing(onError, { ...forward({}), items })).toEqual(
				outputs(onError, [
					0,
					{
						...items[0],
						error: expect.stringMatching(/Distinct ID.*\[item 0\]$/),
						advice: SENTENCE,
					},
				]),
			);
		},
	);

	test('of orders and products that are missing are refused', async () => {
		const { main } = await runContinuing('continueRegularOutput', {
			...forward({}),
			items: [
				{
					event: 'Order Completed',
					traits: { email: A },
					properties: {
						order_id: 'undefined',
						total: 1,
						products: [{ product_id: '[object Object]' }],
					},
				},
				{
					event: 'Order Completed',
					traits: { email: A },
					properties: {
						order_id: Number('820982911946154508'),
						total: 1,
						products: [{ product_id: 7 }],
					},
				},
			],
		});
		expect(main.map(([, { error }]) => error)).toEqual([
			expect.stringMatching(/(?=.*product 1)(?=.*Order ID).*\[item 0\]$/i),
			expect.stringMatching(/Order ID.*digits.*\[item 1\]$/),
		]);
		expect(sandbox.state.calls).toEqual([]);
	});
});

describe('a Distinct ID that is an email address', () => {
	const id = ' Jane@Example.com ';
	test.each<[string, IDataObject]>([
		['viewed_product', { products: { product: [{ id: 'SKU1' }] } }],
		['search', { searchTerm: 'rain jacket' }],
		['add_to_cart', { products: { product: [{ id: 'SKU1' }] } }],
		['remove_from_cart', { products: { product: [{ id: 'SKU1' }] } }],
		['wishlist', { products: { product: [{ id: 'SKU1' }] } }],
		['customer_patch', { customerAttributes: { first_name: 'Jane' } }],
		['custom', { eventName: 'sweepstakes_signup' }],
	])('is the email of %s too, where Email is empty', async (operation, parameters) => {
		for (const email of ['', ' ', '={{ $json.email }}']) {
			sandbox.reset();
			const { json } = await runNode(
				run('bluecoreEvents', { operation, distinctId: id, email, ...parameters }, [{}]),
			);
			expect(json).toEqual([
				{
					event: operation === 'custom' ? 'sweepstakes_signup' : operation,
					distinct_id: id.trim(),
					accepted: true,
					status_code: 202,
					attempts: 1,
				},
			]);
			const [{ properties }] = sandbox.state.events;
			expect(properties.customer).toEqual({
				email: id.trim(),
				...(operation === 'customer_patch' && { first_name: 'Jane' }),
			});
		}
	});

	test('may be repeated by an attribute of that name', async () => {
		const { json } = await runNode(
			run(
				'bluecoreEvents',
				{
					operation: 'customer_patch',
					distinctId: A,
					customerAttributesInput: 'json',
					customerAttributesJson: { email: A, city: 'Rome' },
				},
				[{}],
			),
		);
		expect(json.map(({ accepted }) => accepted)).toEqual([true]);
		expect(sandbox.state.events[0].properties.customer).toEqual({ email: A, city: 'Rome' });
	});

	test('gets a warning when Email is another address', async () => {
		const { json } = await runNode(
			run('bluecoreEvents', { ...search, distinctId: 'b@example.com', email: A }, [{}]),
		);
		expect(json).toEqual([
			{
				event: 'search',
				distinct_id: 'b@example.com',
				accepted: true,
				status_code: 202,
				attempts: 1,
				warnings: [expect.stringMatching(/Distinct ID.*Email|Email.*Distinct ID/)],
			},
		]);
	});
});

describe('two purchases with one Order ID', () => {
	const order = (n: number, id: unknown) => ({ n, id }) as IDataObject;
	const accepted = (email: string) => ({
		event: 'purchase',
		distinct_id: email,
		accepted: true,
		status_code: 202,
		attempts: 1,
	});
	/** A warning that names the order and these items. */
	const repeats = (...items: number[]) => ({
		warnings: [expect.stringMatching(new RegExp(`O-1.*items? ${items.join('.* ')}\\b`))],
	});

	test('go out, each with a warning that names the other item', async () => {
		const items = [order(0, 'O-1'), order(1, 'O-2'), order(2, ' O-1 '), order(3, 'o-1')];
		for (const onError of CONTINUE) {
			expect(await runContinuing(onError, run('bluecoreEvents', purchase, items))).toEqual(
				outputs(
					onError,
					[0, { ...accepted(A), ...repeats(2) }],
					[1, accepted(A)],
					[2, { ...accepted(A), ...repeats(0) }],
					[3, accepted(A)],
				),
			);
		}
	});

	test('of which one is a number, and of several customers, too', async () => {
		const items = [order(0, 1001), order(1, '1001')];
		const email = '={{ "c" + $json.n + "@example.com" }}';
		const { json } = await runNode(run('bluecoreEvents', { ...purchase, email }, items));
		expect(json).toEqual([
			{ ...accepted('c0@example.com'), warnings: [expect.stringMatching(/1001.*item 1\b/)] },
			{ ...accepted('c1@example.com'), warnings: [expect.stringMatching(/1001.*item 0\b/)] },
		]);
	});

	test('do not get one when the other is refused', async () => {
		const items = [order(0, 'O-1'), { id: 'O-1', total: 'x' }];
		const given = run('bluecoreEvents', { ...purchase, total: '={{ $json.total ?? 10 }}' }, items);
		const { main } = await runContinuing('continueRegularOutput', given);
		expect(main[0]).toEqual([0, accepted(A)]);
	});

	test('are seen in tracking messages, also within one batch', async () => {
		const completed = {
			event: 'Order Completed',
			traits: { email: A },
			properties: { order_id: 'O-1', total: 10, products: [{ product_id: 'SKU1' }] },
		};
		const forward = { operation: 'forward', message: '={{ $json }}' };
		const { json } = await runNode(
			run('bluecoreEvents', forward, [{ batch: [completed, completed] }, completed]),
		);
		expect(json.map(({ accepted: isAccepted, warnings }) => [isAccepted, warnings])).toEqual([
			[true, [expect.stringMatching(/O-1.*message 2.*item 1\b/)]],
			[true, [expect.stringMatching(/O-1.*message 1.*item 1\b/)]],
			[true, [expect.stringMatching(/O-1.*item 0\b/)]],
		]);
	});
});

describe("a custom event that spells one of Bluecore's own differently", () => {
	const NAMES = [
		...['Purchase', 'PURCHASE', 'Viewed Product', 'viewed-product', 'viewedProduct', 'Add_To_Cart'],
		...['addToCart', 'ADD TO CART', 'removefromcart', 'Wish List', 'Customer Patch', 'Identify'],
		...[
			'Opt-In',
			'opt_in',
			'Un-subscribe',
			'Search!',
			'purchase_',
			' purchase.',
			'ｐｕｒｃｈａｓｅ',
		],
	];

	test.each(CONTINUE)('is refused, with %s', async (onError) => {
		const items = NAMES.map((name) => ({ name }));
		const parameters = { operation: 'custom', email: A, eventName: '={{ $json.name }}' };
		const refused = items.map((item, index): Output => [
			index,
			{
				...item,
				error: expect.stringMatching(
					new RegExp(`^Event Name.*Bluecore's own events.*\\[item ${index}\\]$`),
				),
				advice: SENTENCE,
			},
		]);
		expect(await runContinuing(onError, run('bluecoreEvents', parameters, items))).toEqual(
			outputs(onError, ...refused),
		);
		expect(sandbox.state.calls).toEqual([]);
	});

	test.each(['purchased', 'search_2', 'my_purchase', 'product_viewed'])(
		'is not one that only contains it: %s',
		async (eventName) => {
			const { json } = await runNode(
				run('bluecoreEvents', { operation: 'custom', email: A, eventName }, [{}]),
			);
			expect(json.map(({ event, accepted }) => [event, accepted])).toEqual([[eventName, true]]);
		},
	);

	test.each(['Opt-In', 'Add.To.Cart', 'Viewed-Product'])(
		'is not sent under its own name when it is unmapped: %s',
		async (event) => {
			const message = { event, traits: { email: A }, properties: { product_id: 'SKU1' } };
			const parameters = { operation: 'forward', message: '={{ $json }}', unmappedEvents: 'send' };
			const { main } = await runContinuing(
				'continueRegularOutput',
				run('bluecoreEvents', parameters, [message]),
			);
			expect(main).toEqual([
				[
					0,
					{
						...message,
						error: expect.stringMatching(/Bluecore's own events.*\[item 0\]$/),
						advice: expect.stringContaining('Event Map'),
					},
				],
			]);
			expect(sandbox.state.calls).toEqual([]);
		},
	);

	test('is not sent because a row of Event Map says so', async () => {
		const message = { event: 'Bought', traits: { email: A }, properties: {} };
		const eventMap = { mapping: [{ from: 'Bought', to: '={{ "Pur-chase" }}' }] };
		const { error } = await runNode(
			run('bluecoreEvents', { operation: 'forward', message: '={{ $json }}', eventMap }, [message]),
		);
		expect(error?.message).toMatch(/Bluecore's own events.*\[item 0\]$/);
		expect(sandbox.state.calls).toEqual([]);
	});
});
