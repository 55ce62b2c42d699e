import type { IDataObject, IExecuteFunctions, INode } from 'n8n-workflow';

import { eventsApi } from '../../../nodes/BluecoreEvents/eventsApi';
import { prepareImportRow } from '../../../nodes/BluecoreEvents/importRow';
import { checkAcrossItems } from '../../../nodes/shared/run/acrossItems';
import type { PlannedRequest } from '../../../nodes/shared/run/operation';
import { Report } from '../../../nodes/shared/values/report';
import { check, itemOf } from '../../support/items';

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
const SHOP_ORDER = {
	id: 820982911946,
	admin_graphql_api_id: 'gid://shopify/Order/820982911946',
	name: '#1001',
	order_number: 1001,
	email: EMAIL,
	created_at: '2024-05-01T09:30:00+02:00',
	financial_status: 'paid',
	total_price: '12.50',
	line_items: [{ sku: 'A', price: '12.50', quantity: 1 }],
};
const attributes = (customerAttributesJson: unknown) =>
	({
		contents: 'customers',
		email: EMAIL,
		customerAttributesInput: 'json',
		customerAttributesJson,
	}) as IDataObject;

test.each<[string, IDataObject, IDataObject]>([
	[
		'a customer has the email and a column for each attribute',
		attributes({ 'First Name': ' Jane ', vip: true, points: 7, card: 491234567890123, city: '' }),
		{ email: EMAIL, first_name: 'Jane', vip: 'true', points: 7, card: '491234567890123' },
	],
	[
		'a time with a zone is one in UTC without a zone',
		attributes({ seen: '2024-05-01T09:30:00+02:00', since: new Date(0), day: '2024-05-01' }),
		{ email: EMAIL, seen: '2024-05-01T07:30:00', since: '1970-01-01T00:00:00', day: '2024-05-01' },
	],
	[
		'a total with many digits stays as it is',
		{ ...PURCHASE, total: 12345678901.5 },
		{ ...PURCHASE_ROW, total: '12345678901.5' },
	],
	['a purchase has its five columns', PURCHASE, PURCHASE_ROW],
	[
		'a time without a zone is one of the zone of the workflow',
		{ ...PURCHASE, created: '2024-05-01 09:30' },
		PURCHASE_ROW,
	],
	['each product is there once', { ...PURCHASE, productsJson: 'A, B, A' }, PURCHASE_ROW],
	[
		'an order of a shop has its own date, however long ago',
		{ contents: 'shopOrders', order: SHOP_ORDER },
		{ ...PURCHASE_ROW, order_id: '1001', products: 'A' },
	],
	['an opt-in has the email', { contents: 'optins', email: ` ${EMAIL} ` }, { email: EMAIL }],
	['an unsubscribe has the email', { contents: 'unsubscribes', email: EMAIL }, { email: EMAIL }],
])('%s', (_what, parameters, row) =>
	expect(rowOf(parameters)).toEqual({ row, problems: [], warnings: [] }),
);

test('orders in another currency than most of the run get a warning, as a file has none', () => {
	const orders = ['USD', 'EUR', 'USD'].map((currency) => ({ ...SHOP_ORDER, currency }));
	const planned = orders.flatMap((order, itemIndex): PlannedRequest[] => {
		const item = itemOf({ contents: 'shopOrders', order }, new Report());
		const { options } = item;
		return [...operation.plan(item)].map((row) => ({ ...row, itemIndex, options }));
	});
	checkAcrossItems({} as INode, planned, operation);
	expect(planned.map(({ report: { warnings } }) => warnings)).toEqual([
		[],
		[
			expect.stringMatching(
				/^The orders of this run are in several currencies: USD \(2\), EUR \(1\)\./,
			),
		],
		[],
	]);
});

test.each<[string, IDataObject, string[]]>([
	[
		'a customer without an email',
		{ ...attributes({ city: 'Rome' }), email: '' },
		['Email is required'],
	],
	[
		'a customer without attributes',
		{ contents: 'customers', email: EMAIL },
		['Customer Attributes must contain at least one attribute'],
	],
	[
		'names that are no columns',
		attributes({ ['a'.repeat(30)]: 1, '2nd_city': 'Rome', ['b'.repeat(29)]: 1 }),
		[
			`Columns of an import file have fewer than 30 characters and begin with no digit: ${'a'.repeat(30)}, 2nd_city`,
		],
	],
	[
		'a column that Bluecore reserves',
		attributes({ email_hash_number: 1, city: 'Rome' }),
		['The attribute "email_hash_number" is protected by Bluecore'],
	],
	[
		'a list in a cell',
		attributes({ tags: ['a'] }),
		['The attribute "tags" must be one value, but is an array'],
	],
	['a purchase without a date', { ...PURCHASE, created: '' }, ['Created is required']],
	[
		'a date that is none',
		{ ...PURCHASE, created: '2024-02-30' },
		['Created is not a date and time: "2024-02-30"'],
	],
	[
		'a product ID with a |',
		{ ...PURCHASE, productsJson: ['A|B C', 'D'] },
		['Product IDs must have no |, which separates them in the file: "A|B C"'],
	],
	[
		'a purchase without all that it needs',
		{ contents: 'purchases', productsInput: 'json', created: PURCHASE.created },
		[
			'Email is required',
			'Products must contain at least one product',
			'Order ID is required',
			'Total is required',
		],
	],
	[
		'an order that is no purchase',
		{ contents: 'shopOrders', order: { ...SHOP_ORDER, test: true } },
		['The order is no past purchase. Test order: test is true'],
	],
	[
		'a checkout, also where events would record it as a cart',
		{
			contents: 'shopOrders',
			unfinishedOrders: 'addToCart',
			order: { ...SHOP_ORDER, order_number: '', abandoned_checkout_url: 'https://a' },
		},
		[
			'The order is no past purchase. Not an order: this is a checkout; when it is completed, Shopify sends the order itself',
		],
	],
	[
		'an order without a date',
		{ contents: 'shopOrders', order: { ...SHOP_ORDER, created_at: undefined } },
		['The order does not say when it was created'],
	],
	[
		'an address that is none',
		{ contents: 'optins', email: 'jane' },
		['Email is not an email address: "jane"'],
	],
])('%s is refused', (_what, parameters, problems) =>
	expect(rowOf(parameters)).toMatchObject({ row: undefined, problems }),
);
