import { buildEvent } from '../../../nodes/BluecoreEvents/buildEvent';
import {
	EVENTS,
	STANDARD_EVENTS,
	type EventOperation,
} from '../../../nodes/BluecoreEvents/catalogue';
import { itemInput } from '../../../nodes/BluecoreEvents/eventFields';
import { UNREADABLE } from '../../../nodes/shared/values/field';
import { check, itemOf } from '../../support/items';
import { rowsOf } from '../../support/table';

const EMAIL = 'jane@example.com';

const build = (operation: EventOperation, parameters: Record<string, unknown>) =>
	check((report) =>
		buildEvent(operation, EVENTS[operation], itemInput(itemOf(parameters, report))),
	);

const json = (attributes: unknown) => ({
	customerAttributesInput: 'json',
	customerAttributesJson: attributes,
});

describe('who it is about', () => {
	test('is the distinct ID, else the email; the email is known to Bluecore either way', () => {
		expect(build('search', { email: EMAIL, searchTerm: 'a' }).value.properties).toEqual({
			distinct_id: EMAIL,
			search_term: 'a',
			customer: { email: EMAIL },
		});
		expect(
			build('search', { email: EMAIL, distinctId: 'd-1', searchTerm: 'a' }).value.properties,
		).toEqual({ distinct_id: 'd-1', search_term: 'a', customer: { email: EMAIL } });
		expect(build('search', { distinctId: 'd-1', searchTerm: 'a' }).value.properties).toEqual({
			distinct_id: 'd-1',
			search_term: 'a',
		});
	});

	test('must be known; what is wrong with it is told once', () => {
		expect(build('search', { searchTerm: 'a' })).toMatchObject({
			problems: ['Email or Distinct ID is required'],
			fixes: ['Map the email of the customer, or an ID that Identify has linked to an email.'],
		});
		expect(build('search', { searchTerm: 'a', email: {} }).problems).toEqual([
			'Email must be text',
		]);
	});

	test('identify links an ID, not another email', () => {
		expect(build('identify', { email: EMAIL, distinctId: 'd@example.com' }).problems).toEqual([
			'Distinct ID must be an ID that is not an email, but is "d@example.com"',
		]);
		expect(build('identify', { email: EMAIL, distinctId: 'd-1' }).problems).toEqual([]);
	});

	test('an ID that is an address is the email too, and is doubtful beside another one', () => {
		const id = ' Jane@Example.com ';
		expect(build('search', { distinctId: id, searchTerm: 'a' })).toMatchObject({
			problems: [],
			value: { properties: { distinct_id: id.trim(), customer: { email: id.trim() } } },
		});
		const other = build('search', { distinctId: 'b@example.com', email: EMAIL, searchTerm: 'a' });
		expect(other).toMatchObject({
			problems: [],
			value: { properties: { distinct_id: 'b@example.com' } },
			warnings: [expect.stringMatching(/Distinct ID.*Email|Email.*Distinct ID/)],
		});
		const attributes = json({ email: EMAIL, city: 'Rome' });
		expect(build('customer_patch', { distinctId: EMAIL, ...attributes })).toMatchObject({
			problems: [],
			value: { properties: { customer: { email: EMAIL, city: 'Rome' } } },
		});
	});

	test('stands beside the customer, too, where the reference wants it', () => {
		expect(build('optin', { email: EMAIL }).value.properties).toEqual({
			distinct_id: EMAIL,
			email: EMAIL,
			customer: { email: EMAIL },
		});
		expect(build('optin', { distinctId: 'd-1' }).value.properties).toEqual({ distinct_id: 'd-1' });
		expect(build('purchase', { email: EMAIL }).value.properties).not.toHaveProperty('email');
	});
});

test.each(["'jane@example.com'", 'jane@example.com?subject=hi', 'jane..doe@example.com'])(
	'a Distinct ID that is nearly an address is told: %s',
	(distinctId) =>
		expect(build('optin', { email: EMAIL, distinctId }).warnings).toEqual([
			`Distinct ID "${distinctId}" looks like an email address, but is none; it is sent as an ID`,
		]),
);

describe("the customer's attributes", () => {
	test('may repeat the email, but not contradict it', () => {
		const given = { email: EMAIL };
		expect(build('optin', { ...given, ...json({ email: EMAIL, city: 'Rome' }) })).toMatchObject({
			problems: [],
			value: { properties: { customer: { email: EMAIL, city: 'Rome' } } },
		});
		expect(build('optin', { ...given, ...json({ email: EMAIL.toUpperCase() }) }).problems).toEqual(
			[],
		);
		expect(build('optin', { ...given, ...json({ email: 'b@example.com' }) }).problems).toEqual([
			'The attribute "email" is different from the field Email',
		]);
	});

	test('are needed to create or update a customer, and the email is none', () => {
		const problem = 'Customer Attributes must contain at least one attribute';
		expect(build('customer_patch', { email: EMAIL }).problems).toEqual([problem]);
		expect(build('customer_patch', { email: EMAIL, ...json({ city: 'Rome' }) }).problems).toEqual(
			[],
		);
		expect(build('customer_patch', { email: EMAIL, ...json('{') }).problems).toEqual([
			expect.stringContaining('is not valid JSON'),
		]);
		expect(build('optin', { email: EMAIL }).problems).toEqual([]);
	});

	test('are not read for events that have none', () => {
		expect(
			build('search', { email: EMAIL, searchTerm: 'a', ...json({ city: 'Rome' }) }).value.properties
				.customer,
		).toEqual({ email: EMAIL });
	});
});

describe('additional fields', () => {
	const search = { email: EMAIL, searchTerm: 'a' };
	const withFields = (additionalFields: unknown) =>
		build('search', { ...search, additionalFields });

	test('go along; none is no matter', () => {
		expect(
			withFields({ client: ' 4.0 ', device: '', properties: { store: 'Rome' } }).value.properties,
		).toEqual({
			distinct_id: EMAIL,
			search_term: 'a',
			customer: { email: EMAIL },
			client: '4.0',
			store: 'Rome',
		});
		for (const none of [UNREADABLE, '', null, {}, 'text']) {
			expect(withFields(none)).toMatchObject({
				problems: [],
				value: { properties: { distinct_id: EMAIL, search_term: 'a' } },
			});
		}
	});

	test.each(['token', 'distinct_id', 'customer', 'client', 'device', 'search_term'])(
		'must not set %s',
		(name) => {
			const { problems, fixes } = withFields({ properties: { [name]: 'x', other: 1 } });
			expect(problems).toEqual([`Properties (JSON) must not set "${name}"`]);
			expect(fixes).toEqual([
				'Remove it from the properties: the node sets it from its fields and from the credential.',
			]);
		},
	);

	test('must not set what the event never has, and says so', () => {
		expect(withFields({ properties: { products: [], token: 'x' } })).toMatchObject({
			problems: ['Properties (JSON) must not set "products", "token"'],
			fixes: ['Remove it: Search events cannot have it.'],
		});
	});

	test('must not set the email beside the customer where the event has it there itself', () => {
		const additionalFields = { properties: { email: 'b@example.com' } };
		expect(build('optin', { email: EMAIL, additionalFields }).problems).toEqual([
			'Properties (JSON) must not set "email"',
		]);
		expect(build('search', { ...search, additionalFields }).problems).toEqual([]);
	});
});

describe('fields', () => {
	test('a total is a number or missing', () => {
		const order = { email: EMAIL, orderId: 'O-1', productsInput: 'json', productsJson: 'SKU1' };
		expect(build('purchase', { ...order, total: '9.5' }).value.properties.total).toBe(9.5);
		expect(build('purchase', { ...order, total: 'x' }).value.properties).not.toHaveProperty(
			'total',
		);
		expect(build('purchase', { ...order, total: -1 }).problems).toEqual([
			'Total must be a number of at least 0, but is "-1"',
		]);
		expect(build('purchase', { ...order, orderId: '' }).value.properties).not.toHaveProperty(
			'order_id',
		);
	});

	test.each<[string, string[], string[]]>([
		['sweepstakes_signup', [], []],
		['a'.repeat(100), [], []],
		['a'.repeat(101), ['Event Name has 101 characters, but may have at most 100'], []],
		['purchase', ["Event Name purchase is one of Bluecore's own events"], []],
		['', ['Event Name is required'], []],
		['Big Sale', [], ['Event Name "Big Sale"']],
		['sale!', [], ['Event Name "sale!"']],
		['!', [], ['Event Name "!"']],
	])('a custom event may be called %p: %j, %j', (eventName, problems, warnings) => {
		const built = build('custom', { email: EMAIL, eventName });
		expect(built.problems).toEqual(problems);
		expect(built.warnings.map((warning) => warning.split(' contains ')[0])).toEqual(warnings);
		expect(built.value.event).toBe(eventName);
	});

	test.each([
		...rowsOf(`
		Purchase | PURCHASE | Viewed Product | viewed-product | viewedProduct | Add_To_Cart | addToCart
		ADD TO CART | removefromcart | Wish List | Customer Patch | Identify | Opt-In | opt_in | Un-subscribe
		Search! | purchase_ | ｐｕｒｃｈａｓｅ
	`).flat(),
		...STANDARD_EVENTS,
		' purchase.',
	])("a custom event must not be one of Bluecore's own, however it is spelled: %s", (eventName) =>
		expect(build('custom', { email: EMAIL, eventName }).problems).toEqual([
			expect.stringMatching(/^Event Name.*Bluecore's own events/),
		]),
	);

	test.each(['purchased', 'search_2', 'my_purchase', 'product_viewed'])(
		"a custom event may contain one of Bluecore's own names: %s",
		(eventName) => expect(build('custom', { email: EMAIL, eventName }).problems).toEqual([]),
	);
});

describe('the products of a purchase', () => {
	const productsOf = (operation: EventOperation, products: unknown) => {
		const { value, warnings } = build(operation, {
			...{ email: EMAIL, orderId: 'A-1', total: 9 },
			...{ productsInput: 'json', productsJson: products },
		});
		return { products: value.properties.products, warnings };
	};

	test.each<[string, unknown, unknown, string[]]>([
		[
			'the same ID twice is one product, with the quantities added up and the fields of both',
			[
				{ id: 'A', price: 2, quantity: 1 },
				{ id: 'B' },
				{ id: 'A', price: 2, quantity: 0.2, name: 'Jacket' },
			],
			[{ id: 'A', price: 2, quantity: 1.2, name: 'Jacket' }, { id: 'B' }],
			[],
		],
		[
			'of several prices, the first is sent',
			[
				{ id: 'A', price: 3 },
				{ id: 'A', price: 2 },
				{ id: 'A', price: 3 },
			],
			[{ id: 'A', price: 3 }],
			[
				'Bluecore takes each product of a purchase once, but some are there with several prices, of which the first is sent: A (3, 2)',
			],
		],
		[
			'without a quantity in one place, there is none',
			[{ id: 'A', quantity: 1 }, { id: 'A' }],
			[{ id: 'A' }],
			[
				'Bluecore takes each product of a purchase once, and these are sent without a quantity, because they are there several times, and not always with one: A',
			],
		],
	])('%s', (_what, given, products, warnings) =>
		expect(productsOf('purchase', given)).toEqual({ products, warnings }),
	);

	test('are at most 30: those with the largest amounts, in their order', () => {
		const many = Array.from({ length: 33 }, (_, n) => ({
			id: `P${n}`,
			price: 1,
			quantity: 33 - n,
		}));
		const { products, warnings } = productsOf('purchase', [
			...many.toReversed(),
			{ id: 'dear', price: 100 },
		]);
		expect((products as Array<{ id: string }>).map(({ id }) => id)).toEqual([
			...many
				.slice(0, 29)
				.map(({ id }) => id)
				.toReversed(),
			'dear',
		]);
		expect(warnings).toEqual([
			'Bluecore takes at most 30 products in a purchase: 4 of 34 were left out, those with the smallest amounts (price × quantity)',
		]);
	});

	test.each<EventOperation>(['remove_from_cart', 'viewed_cart', 'wishlist'])(
		'are not counted in %s',
		(operation) => {
			const ids = Array.from({ length: 31 }, () => ({ id: 'A' }));
			expect(productsOf(operation, ids)).toEqual({ products: ids, warnings: [] });
		},
	);
});
