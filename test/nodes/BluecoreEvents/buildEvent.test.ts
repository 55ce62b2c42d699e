import type { IDataObject } from 'n8n-workflow';

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

const SEARCH = { email: EMAIL, searchTerm: 'a' };
const ORDER = { email: EMAIL, orderId: 'O-1', productsInput: 'json', productsJson: 'SKU1' };
/** What an item of these operations has, if a case does not say otherwise; `attributes` are given as JSON. */
const GIVEN: Partial<Record<EventOperation, IDataObject>> = {
	search: SEARCH,
	purchase: { ...ORDER, total: 1 },
};
const problemsOf = (operation: EventOperation, parameters: Record<string, unknown>) =>
	build(operation, parameters).problems;

const JANE = '"distinct_id": "jane@example.com", "customer": {"email": "jane@example.com"}';
const IN_ROME = '{"email": "jane@example.com", "city": "Rome"}';
const LIKE_EMAIL = 'looks like an email address, but is none; it is sent as an ID';
const NO_WORDS = 'which hardly says what was meant. Check where it comes from';
const OTHER_EMAIL =
	'Distinct ID "b@example.com" and Email "jane@example.com" are different addresses; check that both belong to the same customer';

/** The cells: what it is, the operation, the parameters, the properties or null if it is refused, and each problem and warning. */
test.each(
	casesOf<[string, EventOperation, IDataObject, IDataObject | null, ...string[]]>(`
		the email is the distinct ID              | search         | {} | {"search_term": "a", ${JANE}}
		a distinct ID goes before the email, which Bluecore gets, too | search | {"distinctId": "d-1"} | {"search_term": "a", "distinct_id": "d-1", "customer": {"email": "jane@example.com"}}
		a distinct ID is enough                   | search         | {"email": "", "distinctId": "d-1"} | {"search_term": "a", "distinct_id": "d-1"}
		somebody must be known                    | search         | {"email": ""} | null | Email or Distinct ID is required
		what is wrong with the email is told once | search         | {"email": {}} | null | Email must be text, but is an object
		identify links an ID                      | identify       | {"distinctId": "d-1"} | {"distinct_id": "d-1", "customer": {"email": "jane@example.com"}}
		identify links no other email             | identify       | {"distinctId": "d@example.com"} | null | Distinct ID must be an ID that is not an email, but is "d@example.com"
		an ID that is an address is the email, too | search        | {"email": "", "distinctId": " Jane@Example.com "} | {"search_term": "a", "distinct_id": "Jane@Example.com", "customer": {"email": "Jane@Example.com"}}
		an ID that is an address is the email of a customer, too | customer_patch | {"email": "", "distinctId": "jane@example.com", "attributes": ${IN_ROME}} | {"distinct_id": "jane@example.com", "customer": ${IN_ROME}}
		an ID that is another address is doubtful | search         | {"distinctId": "b@example.com"} | {"search_term": "a", "distinct_id": "b@example.com", "customer": {"email": "jane@example.com"}} | ${OTHER_EMAIL}
		an ID in quotes is nearly an address      | search         | {"distinctId": "'jane@example.com'"} | {"search_term": "a", "distinct_id": "'jane@example.com'", "customer": {"email": "jane@example.com"}} | Distinct ID "'jane@example.com'" ${LIKE_EMAIL}
		an ID with a query is nearly an address   | search         | {"distinctId": "jane@example.com?subject=hi"} | {"search_term": "a", "distinct_id": "jane@example.com?subject=hi", "customer": {"email": "jane@example.com"}} | Distinct ID "jane@example.com?subject=hi" ${LIKE_EMAIL}
		an ID with two dots is nearly an address  | search         | {"distinctId": "j..doe@example.com"} | {"search_term": "a", "distinct_id": "j..doe@example.com", "customer": {"email": "jane@example.com"}} | Distinct ID "j..doe@example.com" ${LIKE_EMAIL}
		the email is beside the customer, too, where the reference wants it | optin | {} | {"email": "jane@example.com", ${JANE}}
		attributes may repeat the email           | optin          | {"attributes": ${IN_ROME}} | {"distinct_id": "jane@example.com", "email": "jane@example.com", "customer": ${IN_ROME}}
		attributes may repeat the email in capital letters | optin | {"attributes": {"email": "JANE@EXAMPLE.COM"}} | {"email": "jane@example.com", ${JANE}}
		attributes must not contradict the email  | optin          | {"attributes": {"email": "b@example.com"}} | null | The attribute "email" is different from the field Email
		attributes are needed to create or update a customer | customer_patch | {} | null | Customer Attributes must contain at least one attribute
		one attribute is enough for a customer    | customer_patch | {"attributes": {"city": "Rome"}} | {"distinct_id": "jane@example.com", "customer": ${IN_ROME}}
		attributes that cannot be read are not missing, too | customer_patch | {"attributes": "{ x"} | null | Customer Attributes (JSON) is not valid JSON: reading stopped at position 2 (line 1, column 3) at "x"
		a search for nothing is doubtful          | search         | {"searchTerm": "undefined"} | {"search_term": "undefined", ${JANE}} | Search Term is "undefined", ${NO_WORDS}
		a search for a variable that was not filled in is doubtful | search | {"searchTerm": "{{ $json.q }}"} | {"search_term": "{{ $json.q }}", ${JANE}} | Search Term is "{{ $json.q }}", ${NO_WORDS}
		a name of an event for nothing is doubtful | custom        | {"eventName": "null"} | {${JANE}} | Event Name is "null", ${NO_WORDS}
		a search whose letters were broken later is doubtful | search | {"searchTerm": "MÃ¼sli"} | {"search_term": "MÃ¼sli", ${JANE}} | Search Term is "MÃ¼sli", ${NO_WORDS}
		a search whose letters could not be read is refused | search | {"searchTerm": "M\ufffdsli"} | null | Search Term contains U+FFFD, which stands for a character that could not be read
		attributes are not read where an event has none | search   | {"attributes": {"city": "Rome"}} | {"search_term": "a", ${JANE}}
		additional fields go along                | search         | {"additionalFields": {"client": " 4.0 ", "device": "", "properties": {"store": "Rome"}}} | {"search_term": "a", ${JANE}, "client": "4.0", "store": "Rome"}
		an email beside the customer may be a property where the event has none | search | {"additionalFields": {"properties": {"email": "b@example.com"}}} | {"search_term": "a", ${JANE}, "email": "b@example.com"}
		an email beside the customer is no property where the event has one | optin | {"additionalFields": {"properties": {"email": "b@example.com"}}} | null | Properties (JSON) must not set "email"
		a total is a number                       | purchase       | {"total": "9.5"} | {${JANE}, "order_id": "O-1", "total": 9.5, "products": [{"id": "SKU1"}]}
		a total is not less than 0                | purchase       | {"total": -1} | null | Total must be a number of at least 0, but is "-1"
		a purchase has an ID                      | purchase       | {"orderId": ""} | null | Order ID is required
	`),
)('%s: %s with %j', (_what, operation, { attributes, ...given }, sent, ...said) => {
	const json = { customerAttributesInput: 'json', customerAttributesJson: attributes };
	const { value, problems, warnings } = build(operation, {
		...{ email: EMAIL, ...GIVEN[operation], ...given },
		...(attributes !== undefined && json),
	});
	const sentOrNone = problems.length > 0 ? null : value.properties;
	expect([sentOrNone, ...problems, ...warnings]).toEqual([sent, ...said]);
});

test('who is not known is told what to map', () =>
	expect(build('search', { searchTerm: 'a' }).fixes).toEqual([
		'Map the email of the customer, or an ID that Identify has linked to an email.',
	]));

describe('additional fields', () => {
	const withFields = (additionalFields: unknown) =>
		build('search', { ...SEARCH, additionalFields });

	test.each([UNREADABLE, '', null, {}, 'text'])('may be none: %p', (none) => {
		const sent = { distinct_id: EMAIL, search_term: 'a', customer: { email: EMAIL } };
		expect(withFields(none)).toMatchObject({ problems: [], value: { properties: sent } });
	});

	const OWN = 'the node sets it from its fields and from the credential.';
	test.each([
		...['token', 'distinct_id', 'customer', 'client', 'device', 'search_term'].map((name) => {
			return [name, `Remove it from the properties: ${OWN}`];
		}),
		['products", "token', 'Remove it: Search events cannot have it.'],
	])('must not set "%s", and says: %s', (names, fix) => {
		const properties = Object.fromEntries(names.split('", "').map((name) => [name, 'x']));
		expect(withFields({ properties: { ...properties, other: 1 } })).toMatchObject({
			...{ problems: [`Properties (JSON) must not set "${names}"`], fixes: [fix] },
		});
	});
});

describe('the name of a custom event', () => {
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
