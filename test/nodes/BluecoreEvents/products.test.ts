import { FIELDS, itemInput } from '../../../nodes/BluecoreEvents/eventFields';
import { UNREADABLE } from '../../../nodes/shared/values/field';
import { check, itemOf } from '../../support/items';
import { casesOf } from '../../support/table';

type Need = 'required' | 'optional';

const read = (parameters: Record<string, unknown>, need: Need) =>
	check((report) => FIELDS.products.read(itemInput(itemOf(parameters, report)), need) ?? []);

const rows = (...product: unknown[]) => read({ products: { product } }, 'required');

const json = (productsJson: unknown, need: Need = 'required') =>
	read({ productsInput: 'json', productsJson }, need);

describe('products from rows', () => {
	test('numbers become numbers, IDs text, and what is empty is left out', () => {
		const jacket = { id: 12, name: ' Jacket ', price: '12.50', quantity: 2 };
		expect(rows(jacket, { id: 'B', name: '', price: '', quantity: null })).toMatchObject({
			value: [{ id: '12', name: 'Jacket', price: 12.5, quantity: 2 }, { id: 'B' }],
			problems: [],
		});
	});

	test('all problems of all rows are reported', () => {
		const first = { id: ' ', price: '12,50', name: {} };
		const others = [{ id: 'B', name: NaN, quantity: 0 }, { id: {} }];
		expect(rows(first, ...others).problems).toEqual([
			'Product 1: Name must be text',
			'Product 2: Name must be text',
			'Product 1 has no ID',
			'Product 1: Price must be a number, but is "12,50"',
			'Product 2: Quantity must be a number above 0, but is "0"',
			'Product 3 has an ID that is neither text nor a number: an object',
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
	test.each<[given: unknown, ids: string]>([
		['[{"id":"A"},{"id":2}]', 'A 2'],
		['{"id":"A"}', 'A'],
		['A', 'A'],
		[' A, B ,C', 'A B C'],
		['"A,B"', 'A B'],
		[JSON.stringify('[{"id":"A"},{"id":"B"}]'), 'A B'],
		[JSON.stringify(JSON.stringify('["A,1","B"]')), 'A,1 B'],
		[JSON.stringify('{"id":"A"}'), 'A'],
		['1001', '1001'],
		[1001, '1001'],
		['A[x], nullable, xnull, nulls-B', 'A[x] nullable xnull nulls-B'],
		[['A', 2, { id: 'C' }], 'A 2 C'],
		[[{ id: undefined, sku: 'S' }], 'S'],
	])('%j has the IDs %s', (given, ids) => {
		const products = ids.split(' ').map((id) => ({ id }));
		expect(json(given)).toMatchObject({ value: products, problems: [] });
	});

	test.each(
		casesOf<[given: unknown, sent: unknown]>(`
			{"product_id": "A", "sku": "S"}             | {"id": "A", "sku": "S"}
			{"sku": "S", "price": "3.10"}               | {"id": "S", "price": 3.1}
			{"id": "I", "product_id": "P", "sku": "S"}  | {"id": "P", "sku": "S"}
			{"id": "I", "sku": "S"}                     | {"id": "S"}
			{"id": 7, "product_id": 0, "sku": "S"}      | {"id": "S", "product_id": 0}
			{"id": "", "sku": "S"}                      | {"id": "S"}
			{"id": "A", "colour": {"name": "red"}}      | {"id": "A", "colour": {"name": "red"}}
			{"id": "A", "Price": "2", "Quantity": 1, "Name": "a", "EAN": 1} | {"id": "A", "price": 2, "quantity": 1, "name": "a", "EAN": 1}
			{"id": "A", "Price": "1 €", "Quantity": ""} | {"id": "A", "Price": "1 €", "Quantity": ""}
			{"id": "A", "price": null, "quantity": 1}   | {"id": "A", "quantity": 1}
			{"id": "A", "price": "", "quantity": " "}  | {"id": "A"}
		`),
	)('%j is sent as %j', (given, sent) => {
		expect(json([given])).toMatchObject({ value: [sent], problems: [] });
		expect(json(given)).toMatchObject({ value: [sent], problems: [] });
	});

	test.each(
		casesOf<[given: unknown, problem: string]>(`
			[]                             | Products must contain at least one product
			""                             | Products must contain at least one product
			[{"price": 1}]                 | Products (JSON): product 1 has no ID
			A,,B                           | Products (JSON): product 2 has no ID
			undefined                      | Products (JSON): product 1: ID is "undefined", which stands for a missing value
			" null "                       | Products (JSON): product 1: ID is "null", which stands for a missing value
			A,null                         | Products (JSON): product 2: ID is "null", which stands for a missing value
			"[{ \\"sku\\": \\"A\\", \\"__proto__\\": {} }]" | Products (JSON): product 1: "__proto__" is a reserved name
			[{"id": true}]                 | Products (JSON): product 1 has an ID that is neither text nor a number: a boolean
			["A", null]                    | Products (JSON): product 2 must be a product or an ID, but is null
			["A", true]                    | Products (JSON): product 2 must be a product or an ID, but is a boolean
			true                           | Products (JSON) must be a product or an ID, but is a boolean
			[{"id": "A", "price": [1]}]    | Products (JSON): product 1: Price must be a number, but is an array
			[{"id": "A", "quantity": "-1"}] | Products (JSON): product 1: Quantity must be a number above 0, but is "-1"
			"[{\\"id\\": }]"               | Products (JSON) is not valid JSON: reading stopped at position 8 (line 1, column 9) at "}]"
		`),
	)('%j is refused', (given, problem) => expect(json(given).problems).toEqual([problem]));

	test.each(['price', 'extra'])('a field that is undefined is refused: %s', (name) =>
		expect(json({ id: 'A', [name]: undefined }).problems).toEqual([
			`Products (JSON): "${name}" is undefined`,
		]),
	);

	const NAME_IT = 'If your Bluecore catalog has another one, name its field in Product ID Field';
	const LINE = '{"id": 1, "product_id": 2, "sku": "S", "variant": {"id": 4}, "a.b": "AB"}';
	test.each(
		casesOf<[what: string, field: string, given: unknown, sent: unknown, ...warnings: string[]]>(`
			from a field that is named      | product_id   | [${LINE}] | [{"id": "2", "sku": "S", "variant": {"id": 4}, "a.b": "AB"}]
			from a path that is named       | " variant.id " | [${LINE}] | [{"id": "4", "product_id": 2, "sku": "S", "variant": {"id": 4}, "a.b": "AB"}]
			from a field with a dot         | a.b          | [${LINE}] | [{"id": "AB", "product_id": 2, "sku": "S", "variant": {"id": 4}}]
			from id, if that is named       | id           | [${LINE}] | [{"id": "1", "product_id": 2, "sku": "S", "variant": {"id": 4}, "a.b": "AB"}]
			from several fields, which is said once | | [{"id": 11, "product_id": 1, "sku": "A"}, {"id": "2", "product_id": 2, "sku": " 2 "}, {"id": 13, "product_id": 3, "sku": "C"}, {"id": 14, "sku": "D"}] | [{"id": "1", "sku": "A"}, {"id": "2", "sku": " 2 "}, {"id": "3", "sku": "C"}, {"id": "D"}] | Product IDs were taken from product_id, and sku and id have other values (products 1, 3). ${NAME_IT} | Product IDs were taken from sku, and id has another value (product 4). ${NAME_IT}
		`),
	)('the IDs are taken %s: %j', (_what, productIdField, productsJson, sent, ...warnings) => {
		const given = { productsInput: 'json', productsJson, productIdField };
		const { value, ...said } = read(given, 'required');
		expect([value, said]).toEqual([sent, { problems: [], fixes: [], warnings }]);
	});

	const WRAP = '"id": 466157049, "sku": "", "title": "Gift wrap"';
	test.each(
		casesOf<[problem: string, field: string, given: unknown, fix: string]>(`
			product 1 has no ID |         | [{${WRAP}, "product_id": null}] | product_id, sku or id
			product 1 has no ID |         | [{${WRAP}, "product_id": ""}]   | (it has: id, title
			product 1 has no ID |         | [{${WRAP}, "product_id": 0}]    | product_id, sku or id
			product 1 has no ID |         | [{${WRAP}, "product_id": "0"}]  | (it has: id, title
			product 1 has no ID |         | [{"id": "a1", "productId": "p1", "label": "Jacket"}] | Product ID Field (it has: id, productId, label)
			product 1 has no ID | barcode | [{"id": 1, "sku": "S", "a.b": "AB"}] | (it has: id, sku, a.b).
			product 1: ID is a number with too many digits | v | [{"id": 1, "v": 9007199254740992}] | text
		`),
	)('%s in the field "%s" of %j', (problem, productIdField, productsJson, fix) => {
		const given = { productsInput: 'json', productsJson, productIdField };
		expect(read(given, 'required')).toMatchObject({
			problems: [expect.stringContaining(`Products (JSON): ${problem}`)],
			fixes: [expect.stringContaining(fix)],
		});
	});

	test('the name of the field that has the IDs must be text', () => {
		const given = { productsInput: 'json', productsJson: ['A'], productIdField: {} };
		expect(read(given, 'required').problems).toContain(
			'Product ID Field must be text, but is an object',
		);
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
			FIELDS.products.read(itemInput({ ...item, field }), 'required');
		});
		expect(problems).toEqual(['Products From could not be read']);
	});
});
