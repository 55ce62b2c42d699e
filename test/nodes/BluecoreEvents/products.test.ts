import type { EventParts } from '../../../nodes/BluecoreEvents/eventFields';
import { products } from '../../../nodes/BluecoreEvents/eventFields';
import { itemInput } from '../../../nodes/BluecoreEvents/eventInput';
import { UNREADABLE } from '../../../nodes/shared/values/field';
import { check, itemOf } from '../../support/items';

type Need = 'required' | 'optional';

const read = (parameters: Record<string, unknown>, need: Need) =>
	check((report) => {
		const parts: EventParts = { event: '', properties: {} };
		products.fill(parts, itemInput(itemOf(parameters, report)), need);
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
	const missing = (product: number, id: string) =>
		`Products (JSON): product ${product}: ID is "${id}", which stands for a missing value`;

	test.each([
		['[{"id":"A"},{"id":2}]', [{ id: 'A' }, { id: '2' }]],
		[[{ product_id: 'A', sku: 'S' }], [{ id: 'A', sku: 'S' }]],
		[[{ sku: 'S', price: '3.10' }], [{ id: 'S', price: 3.1 }]],
		[[{ id: 'I', product_id: 'P', sku: 'S' }], [{ id: 'I', product_id: 'P', sku: 'S' }]],
		[[{ id: '', sku: 'S' }], [{ id: 'S' }]],
		[{ id: 'A', colour: { name: 'red' } }, [{ id: 'A', colour: { name: 'red' } }]],
		['{"id":"A"}', [{ id: 'A' }]],
		['A', [{ id: 'A' }]],
		[' A, B ,C', [{ id: 'A' }, { id: 'B' }, { id: 'C' }]],
		['"A,B"', [{ id: 'A' }, { id: 'B' }]],
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

	test('the input is not changed', () => {
		const given = [{ sku: 'S', price: '3', quantity: 1 }];
		json(given);
		expect(given).toEqual([{ sku: 'S', price: '3', quantity: 1 }]);
	});

	test('a parameter that could not be read is not reported twice', () => {
		expect(json(UNREADABLE, 'optional').problems).toEqual([]);
		const { problems } = check((report) => {
			const item = itemOf({}, report);
			const field: typeof item.field = (parameter) => {
				report.problem('Products From could not be read', '');
				return { ...item.field(parameter), value: UNREADABLE };
			};
			products.fill({ event: '', properties: {} }, itemInput({ ...item, field }), 'required');
		});
		expect(problems).toEqual(['Products From could not be read']);
	});
});
