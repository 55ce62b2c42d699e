import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { eventsApi } from '../../../nodes/BluecoreEvents/eventsApi';
import { prepareImportRow } from '../../../nodes/BluecoreEvents/importRow';
import { check, itemOf } from '../../support/items';
import { planAll } from '../../support/recordOrder';
import { SHOP_ORDERS } from '../../support/shopOrders';
import { casesOf } from '../../support/table';

const EMAIL = 'jane@example.com';
const execution = { getTimezone: () => 'Europe/Rome' } as IExecuteFunctions;
const operation = prepareImportRow.create({ api: eventsApi(execution, 0), execution });

function rowOf(parameters: IDataObject) {
	const { value, problems, warnings } = check((report) => {
		const [{ state }] = operation.plan(itemOf(parameters, report));
		return state.kind === 'converted' && report.problems.length === 0 ? state.output : undefined;
	});
	return { row: value, problems, warnings };
}

const PURCHASE = {
	contents: 'purchases',
	email: EMAIL,
	productsInput: 'json',
	productsJson: [{ sku: 'A', price: 2 }, { sku: 'B' }],
	orderId: 'ORD-1',
	total: '12.50',
	created: '2024-05-01T09:30:00+02:00',
};
const PURCHASE_ROW = {
	email: EMAIL,
	order_id: 'ORD-1',
	created: '2024-05-01T07:30:00',
	total: 12.5,
	products: 'A|B',
};
const { line_items: lines, ...shopify } = SHOP_ORDERS.shopify;
const SHOP_ORDER = { ...shopify, line_items: lines.slice(0, 1), created_at: PURCHASE.created };
const BASES: Record<string, IDataObject> = {
	purchase: PURCHASE,
	order: { contents: 'shopOrders', ...SHOP_ORDER },
	customer: { contents: 'customers', email: EMAIL, customerAttributesInput: 'json' },
	optin: { contents: 'optins', email: EMAIL },
	unsubscribe: { contents: 'unsubscribes', email: EMAIL },
};
/** The parameters for an item with these values: those of a customer are attributes, those of an order its fields. */
function parametersFor(base: string, values: IDataObject): IDataObject {
	const { contents, ...order } = BASES[base];
	if (base === 'order') return { contents, order: { ...order, ...values } };
	return { ...BASES[base], ...(base === 'customer' ? { customerAttributesJson: values } : values) };
}

test.each(
	casesOf<[what: string, base: string, values: IDataObject, row: IDataObject]>(`
		a column for each attribute   | customer    | {"First Name": " Jane ", "vip": true, "points": 7, "card": 491234567890123, "city": ""} | {"first_name": "Jane", "vip": "true", "points": 7, "card": "491234567890123"}
		times in UTC without a zone   | customer    | {"seen": "2024-05-01T09:30:00+02:00", "day": "2024-05-01"} | {"seen": "2024-05-01T07:30:00", "day": "2024-05-01"}
		five columns                  | purchase    | {}                              | {}
		a total with many digits      | purchase    | {"total": 12345678901.5}        | {"total": "12345678901.5"}
		a time of the workflow's zone | purchase    | {"created": "2024-05-01 09:30"} | {}
		each product once             | purchase    | {"productsJson": "A, B, A"}     | {}
		its own date, however old     | order       | {}                              | {"order_id": "1001", "total": 89.8, "products": "JACKET-M"}
		the email                     | optin       | {}                              | {}
		the email, trimmed            | optin       | {"email": " jane@example.com "} | {}
		the email                     | unsubscribe | {}                              | {}
	`),
)('the row has %s: %s with %j', (_what, base, values, row) => {
	const isPurchase = base === 'purchase' || base === 'order';
	expect(rowOf(parametersFor(base, values))).toEqual({
		row: { email: EMAIL, ...(isPurchase && PURCHASE_ROW), ...row },
		...{ problems: [], warnings: [] },
	});
});

test('a Date object is a time', () => {
	const { row } = rowOf(parametersFor('customer', { since: new Date(0) } as object as IDataObject));
	expect(row).toEqual({ email: EMAIL, since: '1970-01-01T00:00:00' });
});

test('orders in another currency than most of the run get a warning, as a file has none', () => {
	const orders = ['USD', 'EUR', 'USD'].map((currency, index) => ({
		...{ ...SHOP_ORDER, currency, name: `#${index + 1}` },
	}));
	const items = orders.map((order) => ({ contents: 'shopOrders', order }));
	expect(planAll(operation, items).map(({ report: { warnings } }) => warnings)).toEqual([
		[],
		[
			expect.stringMatching(
				/^The orders of this run are in several currencies: USD \(2\), EUR \(1\)\./,
			),
		],
		[],
	]);
});

test('an order ID that the file has twice gets a warning, and so does a column that says yes and no in different ways', () => {
	const orders = ['ORD-1', 'ORD-2', 'ORD-1'].map((orderId) => ({ ...PURCHASE, orderId }));
	const warningsOf = (items: readonly IDataObject[]) =>
		planAll(operation, items).map(({ report: { warnings } }) => warnings);
	const repeated = (other: number) => [
		expect.stringMatching(`^Order ID "ORD-1" is also that of item ${other};`) as unknown,
	];
	expect(warningsOf(orders)).toEqual([repeated(2), [], repeated(0)]);
	const customers = ['yes', '1', 'no'].map((vip) => parametersFor('customer', { vip }));
	const mixed = /^The attribute "vip" says yes and no in different ways, .*: "yes" \[item 0\], "1"/;
	expect(warningsOf(customers)).toEqual([[expect.stringMatching(mixed)], [], []]);
});

const [LONG, FITTING] = ['a'.repeat(30), 'b'.repeat(29)];
test.each(
	casesOf<[what: string, base: string, values: IDataObject, ...problems: string[]]>(`
		without attributes         | customer | {}                               | Customer Attributes must contain at least one attribute
		with names of no columns   | customer | {"${LONG}": 1, "2nd_city": "Rome", "${FITTING}": 1} | Columns of an import file have fewer than 30 characters and begin with no digit: ${LONG}, 2nd_city
		with a reserved column     | customer | {"email_hash_number": 1, "city": "Rome"} | The attribute "email_hash_number" is protected by Bluecore
		with a list in a cell      | customer | {"tags": ["a"]}                  | The attribute "tags" must be one value, but is an array
		without a date             | purchase | {"created": ""}                  | Created is required
		with an option that is none, too | purchase | {"created": "", "options": {"attributeNames": "x"}} | The option Attribute Names must be one of fix, reject, but is "x" | Created is required
		with a date that is none   | purchase | {"created": "2024-02-30"}        | Created is not a date and time: "2024-02-30"
		without all that it needs  | purchase | {"email": "", "productsJson": "", "orderId": "", "total": ""} | Email is required | Products must contain at least one product | Order ID is required | Total is required
		that is no purchase        | order    | {"test": true}                   | The order is no past purchase. Test order: test is true
		without a date             | order    | {"created_at": null}             | The order does not say when it was created
		whose address is none      | optin    | {"email": "jane"}                | Email is not an email address: "jane"
	`),
)('an item %s is refused: %s with %j', (_what, base, values, ...problems) =>
	expect(rowOf(parametersFor(base, values))).toMatchObject({ row: undefined, problems }),
);

test('a product ID has no | in it, which separates them in the file', () =>
	expect(rowOf({ ...PURCHASE, productsJson: ['A|B C', 'D'] })).toMatchObject({
		row: undefined,
		problems: ['Product IDs must have no |, which separates them in the file: "A|B C"'],
	}));

test('a customer without an email is refused', () => {
	const parameters = { ...parametersFor('customer', { city: 'Rome' }), email: '' };
	expect(rowOf(parameters).problems).toEqual(['Email is required']);
});

test('a checkout is refused, also where events would record it as a cart', () => {
	const checkout = { order_number: '', abandoned_checkout_url: 'https://a' };
	const parameters = { ...parametersFor('order', checkout), unfinishedOrders: 'addToCart' };
	expect(rowOf(parameters).problems).toEqual([
		'The order is no past purchase. Not an order: this is a checkout; when it is completed, Shopify sends the order itself',
	]);
});
