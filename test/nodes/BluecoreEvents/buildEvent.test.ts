import { buildEvent } from '../../../nodes/BluecoreEvents/buildEvent';
import {
	EVENTS,
	STANDARD_EVENTS,
	type EventOperation,
} from '../../../nodes/BluecoreEvents/catalogue';
import { itemInput } from '../../../nodes/BluecoreEvents/eventFields';
import { UNREADABLE } from '../../../nodes/shared/values/field';
import { check, itemOf } from '../../support/items';
import { casesOf, rowsOf } from '../../support/table';

const EMAIL = 'jane@example.com';

const build = (operation: EventOperation, parameters: Record<string, unknown>) =>
	check((report) =>
		buildEvent(operation, EVENTS[operation], itemInput(itemOf(parameters, report))),
	);

const json = (attributes: unknown) => ({
	customerAttributesInput: 'json',
	customerAttributesJson: attributes,
});

const SEARCH = { email: EMAIL, searchTerm: 'a' };
const ORDER = { email: EMAIL, orderId: 'O-1', productsInput: 'json', productsJson: 'SKU1' };
const problemsOf = (operation: EventOperation, parameters: Record<string, unknown>) =>
	build(operation, parameters).problems;

describe('who it is about', () => {
	const propertiesOf = (operation: EventOperation, parameters: Record<string, unknown>) =>
		build(operation, parameters).value.properties;
	const customer = { email: EMAIL };

	test('is the distinct ID, else the email; the email is known to Bluecore either way', () => {
		const search = { search_term: 'a' };
		const byId = { distinctId: 'd-1', searchTerm: 'a' };
		expect([SEARCH, { ...SEARCH, ...byId }, byId].map((it) => propertiesOf('search', it))).toEqual([
			{ ...search, distinct_id: EMAIL, customer },
			{ ...search, distinct_id: 'd-1', customer },
			{ ...search, distinct_id: 'd-1' },
		]);
	});

	test('must be known; what is wrong with it is told once', () => {
		expect(build('search', { searchTerm: 'a' })).toMatchObject({
			problems: ['Email or Distinct ID is required'],
			fixes: ['Map the email of the customer, or an ID that Identify has linked to an email.'],
		});
		expect(problemsOf('search', { ...SEARCH, email: {} })).toEqual(['Email must be text']);
	});

	test('identify links an ID, not another email', () => {
		expect(problemsOf('identify', { email: EMAIL, distinctId: 'd@example.com' })).toEqual([
			'Distinct ID must be an ID that is not an email, but is "d@example.com"',
		]);
		expect(problemsOf('identify', { email: EMAIL, distinctId: 'd-1' })).toEqual([]);
	});

	test('an ID that is an address is the email too, and is doubtful beside another one', () => {
		const id = 'Jane@Example.com';
		expect(build('search', { distinctId: ` ${id} `, searchTerm: 'a' })).toMatchObject({
			problems: [],
			value: { properties: { distinct_id: id, customer: { email: id } } },
		});
		expect(build('search', { ...SEARCH, distinctId: 'b@example.com' })).toMatchObject({
			problems: [],
			value: { properties: { distinct_id: 'b@example.com' } },
			warnings: [expect.stringMatching(/Distinct ID.*Email|Email.*Distinct ID/)],
		});
		const inRome = { email: EMAIL, city: 'Rome' };
		expect(build('customer_patch', { distinctId: EMAIL, ...json(inRome) })).toMatchObject({
			problems: [],
			value: { properties: { customer: inRome } },
		});
	});

	test('stands beside the customer, too, where the reference wants it', () => {
		const optin = { distinct_id: EMAIL, email: EMAIL, customer };
		expect(propertiesOf('optin', { email: EMAIL })).toEqual(optin);
		expect(propertiesOf('optin', { distinctId: 'd-1' })).toEqual({ distinct_id: 'd-1' });
		expect(propertiesOf('purchase', { email: EMAIL })).not.toHaveProperty('email');
	});

	test.each(["'jane@example.com'", 'jane@example.com?subject=hi', 'jane..doe@example.com'])(
		'a Distinct ID that is nearly an address is told: %s',
		(distinctId) =>
			expect(build('optin', { email: EMAIL, distinctId }).warnings).toEqual([
				`Distinct ID "${distinctId}" looks like an email address, but is none; it is sent as an ID`,
			]),
	);
});

describe("the customer's attributes", () => {
	const withAttributes = (operation: EventOperation, attributes: unknown) =>
		build(operation, { ...SEARCH, ...json(attributes) });

	test('may repeat the email, but not contradict it', () => {
		const inRome = { email: EMAIL, city: 'Rome' };
		expect(withAttributes('optin', inRome)).toMatchObject({
			problems: [],
			value: { properties: { customer: inRome } },
		});
		expect(withAttributes('optin', { email: EMAIL.toUpperCase() }).problems).toEqual([]);
		expect(withAttributes('optin', { email: 'b@example.com' }).problems).toEqual([
			'The attribute "email" is different from the field Email',
		]);
	});

	test('are needed to create or update a customer, and the email is none', () => {
		expect(problemsOf('customer_patch', { email: EMAIL })).toEqual([
			'Customer Attributes must contain at least one attribute',
		]);
		expect(withAttributes('customer_patch', { city: 'Rome' }).problems).toEqual([]);
		expect(withAttributes('customer_patch', '{').problems).toEqual([
			expect.stringContaining('is not valid JSON'),
		]);
		expect(problemsOf('optin', { email: EMAIL })).toEqual([]);
	});

	test('are not read for events that have none', () => {
		const { customer } = withAttributes('search', { city: 'Rome' }).value.properties;
		expect(customer).toEqual({ email: EMAIL });
	});
});

describe('additional fields', () => {
	const withFields = (additionalFields: unknown) =>
		build('search', { ...SEARCH, additionalFields });
	const SENT = { distinct_id: EMAIL, search_term: 'a', customer: { email: EMAIL } };

	test('go along; none is no matter', () => {
		const fields = { client: ' 4.0 ', device: '', properties: { store: 'Rome' } };
		expect(withFields(fields).value.properties).toEqual({ ...SENT, client: '4.0', store: 'Rome' });
		for (const none of [UNREADABLE, '', null, {}, 'text']) {
			const { problems, value } = withFields(none);
			expect([problems, value.properties]).toEqual([[], SENT]);
		}
	});

	test.each(['token', 'distinct_id', 'customer', 'client', 'device', 'search_term'])(
		'must not set %s',
		(name) =>
			expect(withFields({ properties: { [name]: 'x', other: 1 } })).toMatchObject({
				problems: [`Properties (JSON) must not set "${name}"`],
				fixes: [
					'Remove it from the properties: the node sets it from its fields and from the credential.',
				],
			}),
	);

	test('must not set what the event never has, and says so', () => {
		expect(withFields({ properties: { products: [], token: 'x' } })).toMatchObject({
			problems: ['Properties (JSON) must not set "products", "token"'],
			fixes: ['Remove it: Search events cannot have it.'],
		});
	});

	test('must not set the email beside the customer where the event has it there itself', () => {
		const additionalFields = { properties: { email: 'b@example.com' } };
		expect(problemsOf('optin', { email: EMAIL, additionalFields })).toEqual([
			'Properties (JSON) must not set "email"',
		]);
		expect(withFields(additionalFields).problems).toEqual([]);
	});
});

describe('fields', () => {
	test('a total is a number or missing', () => {
		const order = (more: object) => build('purchase', { ...ORDER, total: 1, ...more });
		expect(order({ total: '9.5' }).value.properties.total).toBe(9.5);
		expect(order({ total: 'x' }).value.properties).not.toHaveProperty('total');
		expect(order({ orderId: '' }).value.properties).not.toHaveProperty('order_id');
		expect(order({ total: -1 }).problems).toEqual([
			'Total must be a number of at least 0, but is "-1"',
		]);
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
		expect(problemsOf('custom', { email: EMAIL, eventName })).toEqual([
			expect.stringMatching(/^Event Name.*Bluecore's own events/),
		]),
	);

	test.each(['purchased', 'search_2', 'my_purchase', 'product_viewed'])(
		"a custom event may contain one of Bluecore's own names: %s",
		(eventName) => expect(problemsOf('custom', { email: EMAIL, eventName })).toEqual([]),
	);
});

describe('the products of a purchase', () => {
	const productsOf = (operation: EventOperation, products: unknown) => {
		const { value, warnings } = build(operation, { ...ORDER, total: 9, productsJson: products });
		return { products: value.properties.products, warnings };
	};

	const ONCE = 'Bluecore takes each product of a purchase once, ';
	const SEVERAL_PRICES =
		'but some are there with several prices, of which the first is sent: A (3, 2)';
	const NO_QUANTITY =
		'and these are sent without a quantity, because they are there several times, and not always with one: A';
	test.each(
		casesOf<[given: unknown, sent: unknown, ...warnings: string[]]>(`
			[{"id": "A", "price": 2, "quantity": 1}, {"id": "B"}, {"id": "A", "quantity": 0.2, "name": "Cap"}] | [{"id": "A", "price": 2, "quantity": 1.2, "name": "Cap"}, {"id": "B"}]
			[{"id": "A", "price": 3}, {"id": "A", "price": 2}, {"id": "A", "price": 3}] | [{"id": "A", "price": 3}] | ${ONCE}${SEVERAL_PRICES}
			[{"id": "A", "quantity": 1}, {"id": "A"}]                                   | [{"id": "A"}]             | ${ONCE}${NO_QUANTITY}
		`),
	)(
		'with the same ID are one, with the quantities added up: %j is sent as %j',
		(given, products, ...warnings) =>
			expect(productsOf('purchase', given)).toEqual({ products, warnings }),
	);

	test('are at most 30: those with the largest amounts, in their order', () => {
		const many = Array.from({ length: 33 }, (_, n) => ({
			id: `P${n}`,
			price: 1,
			quantity: 33 - n,
		}));
		const given = [...many.toReversed(), { id: 'dear', price: 100 }];
		const { products, warnings } = productsOf('purchase', given);
		const ids = many.slice(0, 29).map(({ id }) => id);
		expect((products as Array<{ id: string }>).map(({ id }) => id)).toEqual([
			...[...ids.toReversed(), 'dear'],
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
