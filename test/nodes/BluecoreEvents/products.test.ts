import { FIELDS, itemInput } from '../../../nodes/BluecoreEvents/eventFields';
import { UNREADABLE } from '../../../nodes/shared/values/field';
import type { JsonValue } from '../../../nodes/shared/values/json';
import { check, itemOf } from '../../support/items';

type Need = 'required' | 'optional';

const read = (parameters: Record<string, unknown>, need: Need) =>
	check((report) => {
		const parts = { event: '', properties: {} as Record<string, JsonValue> };
		FIELDS.products.fill(parts, itemInput(itemOf(parameters, report)), need);
		return parts.properties.products ?? [];
	});

const rows = (...product: unknown[]) => read({ products: { product } }, 'required');

const json = (productsJson: unknown, need: Need = 'required') =>
	read({ productsInput: 'json', productsJson }, need);

describe('products from rows', () => {
	test('numbers become numbers, IDs text, and what is empty is left out', () => {
		expect(
			rows(
				{ id: 12, name: ' Jacket ', price: '12.50', quantity: 2 },
				{ id: 'B', name: '', price: '', quantity: null },
			),
		).toMatchObject({
			value: [{ id: '12', name: 'Jacket', price: 12.5, quantity: 2 }, { id: 'B' }],
			problems: [],
		});
	});

	test('all problems of all rows are reported', () => {
		expect(
			rows({ id: ' ', price: '12,50', name: {} }, { id: 'B', quantity: 0 }, { id: {} }).problems,
		).toEqual([
			'Product 1: Name must be text',
			'Product 1 has no ID',
			'Product 1: Price must be a number, but is "12,50"',
			'Product 2: Quantity must be a number above 0, but is "0"',
			'Product 3 has an ID that is neither text nor a number: "an object"',
		]);
	});

	test.each(['SHIRT-M;SOCKS', 'SHIRT-M|SOCKS'])(
		'an ID that looks like several, %s, is sent with a warning',
		(id) => {
			const { value, warnings } = json(id);
			expect(value).toEqual([{ id }]);
			expect(warnings).toEqual([
				`Products (JSON): product 1 has the ID "${id}": if these are several products, separate their IDs with commas`,
			]);
			expect(json('SHIRT-M,SOCKS').warnings).toEqual([]);
		},
	);

	test('what is no row is passed over', () => {
		expect(rows('A', null, { id: 'B' }).value).toEqual([{ id: 'B' }]);
		for (const products of ['A', {}, { product: 'A' }]) {
			const { value, problems } = read({ products }, 'optional');
			expect([value, problems]).toEqual([[], []]);
		}
	});

	test('none at all is a problem where they are needed', () => {
		expect(rows().problems).toEqual(['Products must contain at least one product']);
		expect(json('', 'optional')).toMatchObject({ value: [], problems: [] });
	});
});

describe('products from JSON', () => {
	test('a field that would become the prototype is refused, not lost', () => {
		expect(json('[{ "sku": "A", "__proto__": { "color": "blue" } }]').problems).toEqual([
			'Products (JSON): product 1: "__proto__" is a reserved name',
		]);
	});

	const missing = (product: number, id: string) =>
		`Products (JSON): product ${product}: ID is "${id}", which stands for a missing value`;

	test.each([
		['[{"id":"A"},{"id":2}]', [{ id: 'A' }, { id: '2' }]],
		[[{ product_id: 'A', sku: 'S' }], [{ id: 'A', sku: 'S' }]],
		[[{ sku: 'S', price: '3.10' }], [{ id: 'S', price: 3.1 }]],
		[[{ id: 'I', product_id: 'P', sku: 'S' }], [{ id: 'P', sku: 'S' }]],
		[[{ id: 'I', sku: 'S' }], [{ id: 'S' }]],
		[[{ id: 7, product_id: 0, sku: 'S' }], [{ id: 'S', product_id: 0 }]],
		[[{ id: '', sku: 'S' }], [{ id: 'S' }]],
		[{ id: 'A', colour: { name: 'red' } }, [{ id: 'A', colour: { name: 'red' } }]],
		['{"id":"A"}', [{ id: 'A' }]],
		['A', [{ id: 'A' }]],
		[' A, B ,C', [{ id: 'A' }, { id: 'B' }, { id: 'C' }]],
		['"A,B"', [{ id: 'A' }, { id: 'B' }]],
		[JSON.stringify('[{"id":"A"},{"id":"B"}]'), [{ id: 'A' }, { id: 'B' }]],
		[JSON.stringify(JSON.stringify('["A,1","B"]')), [{ id: 'A,1' }, { id: 'B' }]],
		[JSON.stringify('{"id":"A"}'), [{ id: 'A' }]],
		[
			'A [x], nullable, xnull, nulls B',
			[{ id: 'A [x]' }, { id: 'nullable' }, { id: 'xnull' }, { id: 'nulls B' }],
		],
		[[{ id: undefined, sku: 'S' }], [{ id: 'S' }]],
		['1001', [{ id: '1001' }]],
		[1001, [{ id: '1001' }]],
		[
			['A', 2, { id: 'C' }],
			[{ id: 'A' }, { id: '2' }, { id: 'C' }],
		],
		[[{ id: 'A', price: null, quantity: 1 }], [{ id: 'A', quantity: 1 }]],
	])('%j gives its products', (given, products) => {
		expect(json(given)).toMatchObject({ value: products, problems: [] });
	});

	test.each([
		['[]', 'Products must contain at least one product'],
		['', 'Products must contain at least one product'],
		['[{"price":1}]', 'Products (JSON): product 1 has no ID'],
		['undefined', missing(1, 'undefined')],
		[
			[{ id: true }],
			'Products (JSON): product 1 has an ID that is neither text nor a number: "a boolean"',
		],
		[' null ', missing(1, 'null')],
		['A,null', missing(2, 'null')],
		[{ id: 'A', price: undefined }, 'Products (JSON): "price" is undefined'],
		['A,,B', 'Products (JSON): product 2 has no ID'],
		['["A", null]', 'Products (JSON): product 2 must be a product or an ID, but is null'],
		['["A", true]', 'Products (JSON): product 2 must be a product or an ID, but is a boolean'],
		[true, 'Products (JSON) must be a product or an ID, but is a boolean'],
		['[{"id":"A","price":""}]', 'Products (JSON): product 1: Price must be a number, but is empty'],
		[
			'[{"id":"A","quantity":"-1"}]',
			'Products (JSON): product 1: Quantity must be a number above 0, but is "-1"',
		],
		[{ id: 'A', extra: undefined }, 'Products (JSON): "extra" is undefined'],
		[
			'[{"id": }]',
			'Products (JSON) is not valid JSON: reading stopped at position 8 (line 1, column 9) at "}]"',
		],
	])('%j is refused', (given, problem) => expect(json(given).problems).toEqual([problem]));

	test('which field the IDs were taken from is said once when others differ', () => {
		const lines = [
			{ id: 11, product_id: 1, sku: 'A' },
			{ id: '2', product_id: 2, sku: ' 2 ' },
			{ id: 13, product_id: 3, sku: 'C' },
			{ id: 14, sku: 'D' },
		];
		expect(json(lines)).toMatchObject({
			value: [{ id: '1', sku: 'A' }, { id: '2' }, { id: '3' }, { id: 'D' }],
			problems: [],
			warnings: [
				'Product IDs were taken from product_id, and sku and id have other values (products 1, 3). If your Bluecore catalog has another one, name its field in Product ID Field',
				'Product IDs were taken from sku, and id has another value (product 4). If your Bluecore catalog has another one, name its field in Product ID Field',
			],
		});
	});

	test('the ID of an order line without a product is not that of a product', () => {
		for (const product_id of [null, '', 0, '0']) {
			const line = { id: 466157049, product_id, sku: '', title: 'Gift wrap' };
			expect(json([line])).toMatchObject({
				problems: ['Products (JSON): product 1 has no ID'],
				fixes: [expect.stringMatching(/product_id, sku or id.*\(it has: id.*title\)/)],
			});
		}
	});

	test('the ID of an order line that has a productId is not that of a product either', () => {
		const line = { id: 'a1', productId: 'p1', label: 'Jacket' };
		expect(json([line])).toMatchObject({
			problems: ['Products (JSON): product 1 has no ID'],
			fixes: [expect.stringMatching(/Product ID Field \(it has: id, productId, label\)/)],
		});
	});

	test('the field that has the IDs can be named, also by a path', () => {
		const line = { id: 1, product_id: 2, sku: 'S', variant: { id: 4 }, 'a.b': 'AB' };
		const ids = (productIdField: unknown) =>
			read({ productsInput: 'json', productsJson: [line], productIdField }, 'required');
		expect(ids('product_id')).toMatchObject({
			value: [{ id: '2', sku: 'S', variant: { id: 4 } }],
			problems: [],
			warnings: [],
		});
		expect(ids(' variant.id ')).toMatchObject({ value: [{ id: '4', product_id: 2 }] });
		expect(ids('a.b').value).toEqual([{ id: 'AB', product_id: 2, sku: 'S', variant: { id: 4 } }]);
		expect(ids('id')).toMatchObject({ value: [{ id: '1', product_id: 2, sku: 'S' }] });
		expect(ids('barcode')).toMatchObject({
			problems: ['Products (JSON): product 1 has no ID'],
			fixes: [expect.stringMatching(/^"barcode".*\(it has: id, product_id, sku, a\.b\)\.$/)],
		});
		expect(ids({}).problems).toContain('Product ID Field must be text');
	});

	test('IDs that have lost digits are refused, also from a field that is named', () => {
		const line = { id: 1, variant_id: 2 ** 53 };
		const { problems } = read(
			{ productsInput: 'json', productsJson: [line], productIdField: 'variant_id' },
			'required',
		);
		expect(problems).toEqual([expect.stringContaining('some of them are lost')]);
	});

	test.each(['line_items', 'lineItems'])('an order with %s is not a product', (name) => {
		expect(json({ id: 1001, [name]: [{ sku: 'S' }] })).toMatchObject({
			problems: ['Products (JSON) is a whole order, not a list of products'],
			fixes: [`Map ${name} of the order, or use the operation Record Shop Order.`],
		});
	});

	test('the input is not changed', () => {
		const given = [{ id: 1, sku: 'S', price: '3', quantity: 1 }];
		json(given);
		expect(given).toEqual([{ id: 1, sku: 'S', price: '3', quantity: 1 }]);
	});

	test('a parameter that could not be read is not reported twice', () => {
		expect(json(UNREADABLE, 'optional').problems).toEqual([]);
		const { problems } = check((report) => {
			const item = itemOf({}, report);
			const field: typeof item.field = (parameter) => {
				report.problem('Products From could not be read', '');
				return { ...item.field(parameter), value: UNREADABLE };
			};
			FIELDS.products.fill(
				{ event: '', properties: {} },
				itemInput({ ...item, field }),
				'required',
			);
		});
		expect(problems).toEqual(['Products From could not be read']);
	});
});
