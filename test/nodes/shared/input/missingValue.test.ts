import { explainMissing, pathIn } from '../../../../nodes/shared/input/missingValue';

const filled = (columns: string[]) => Object.fromEntries(columns.map((name) => [name, 'x']));

const explain = (
	entered: unknown,
	columns: string[],
	json: object = filled(columns),
	label = 'Email',
) =>
	explainMissing(entered, label, { json: json as Record<string, unknown>, columns: () => columns });

describe('the path that an expression reads', () => {
	test.each([
		['={{ $json.Email }}', ['Email']],
		['={{ $json["First Name"] }}', ['First Name']],
		["={{ $json['a'][0].b }}", ['a', '0', 'b']],
		['={{ $json.a?.b?.["c d"] }}', ['a', 'b', 'c d']],
		['={{ $json.Straße.trim() }}', ['Straße']],
		['=Hi {{ $json.a }} {{ $json.b }}', ['a']],
	])('%s', (expression, path) => expect(pathIn(expression)).toEqual(path));

	test.each([
		...['', 'text', '$json.a', '={{ $("Node").item.json.a }}', '={{ $json }}'],
		...['={{ $json.keys() }}', 5, undefined],
	])('%p has none', (entered) => expect(pathIn(entered)).toBeUndefined());
});

describe('a column that the expression does not name as it is', () => {
	const DRAG = 'delete what is in Email, and drag it there';
	test.each([
		['Email ', `a column "Email " with a blank: ${DRAG}`],
		['\ufeffEmail', `a column "\ufeffEmail" with an invisible character (U+FEFF): ${DRAG}`],
		['E-MAIL', `a column "E-MAIL": ${DRAG}`],
		['Email Address', `a column "Email Address": if it is this one, ${DRAG}`],
		['Customer email', `a column "Customer email": if it is this one, ${DRAG}`],
		['Mail', 'no column "Email", only "Name", "Mail"'],
	])('%p is named', (column, text) =>
		expect(explain('={{ $json.Email }}', ['Name', column])).toBe(`the input has ${text}`),
	);

	test('the nearest one is named, and a long list is cut', () => {
		const named = (...columns: string[]) => explain('={{ $json.Email }}', columns);
		expect(named('Work Email', 'Email 2', 'e_mail')).toContain('"e_mail"');
		expect(named('Work Email', 'Email 2')).toContain('"Email 2"');
		const many = Array.from({ length: 30 }, (_, index) => `c${index}`);
		expect(explain('={{ $json.Email }}', many)).toMatch(/"c9", and 20 more$/);
	});

	test('for an email, a column that has an address is named', () => {
		const json = { Kund: 'Anna', 'E-post': ' anna@example.com ' };
		const columns = Object.keys(json);
		expect(explain('={{ $json.Email }}', columns, json)).toBe(
			`the input has a column "E-post": if it is this one, ${DRAG}`,
		);
		expect(explain('={{ $json.Phone }}', columns, json, 'Phone')).toContain('only');
	});

	test('without an expression, the label of the field is looked for', () => {
		expect(explain('', ['email'])).toBe('the input has a column "email": drag it into Email');
		const order = explain(undefined, ['Order Id'], { 'Order Id': 'A-1' }, 'Order ID');
		expect(order).toContain('"Order Id"');
	});

	test('a column that has only one of the words is not named', () =>
		expect(explain('={{ $json["Work Email"] }}', ['City of work'])).toContain('only'));

	test('a label without Latin letters is like no other', () =>
		expect(explain('={{ $json["-"] }}', ['--'])).toContain('only'));
});

test.each<[what: string, entered: string, columns: string[], json?: object]>([
	['when no column is like the label', '', ['city']],
	['when the item has nothing in the column', '={{ $json.Email }}', ['email'], { email: ' ' }],
	['when the item does not have the column', '', ['email'], {}],
	['when the item lacks the column that others have', '={{ $json.Email }}', ['Email'], {}],
	['when the column is empty in the item', '={{ $json.Email }}', ['Email', 'email'], { Email: '' }],
	['of an input without columns', '={{ $json.Email }}', []],
	['of an expression that reads no field of the input', '={{ $now }}', ['Email']],
])('nothing is said %s', (_what, entered, columns, ...[json]) =>
	expect(explain(entered, columns, json)).toBe(''),
);

test('the part of a path that is empty is named', () => {
	const path = '={{ $json.order.customer.email }}';
	const gap = (json: object) => explain(path, ['order'], json);
	expect(gap({})).toBe('"order" does not exist in this item');
	expect(gap({ order: null })).toBe('"order" is empty in this item');
	expect(gap({ order: { id: 1 } })).toBe('"order.customer" does not exist in this item');
	expect(gap({ order: { customer: { email: '' } } })).toBe('');
	expect(explain('={{ $json.lines[1].id }}', ['lines'], { lines: [{ id: 1 }] })).toBe(
		'"lines.1" does not exist in this item',
	);
});

test('many columns are searched once for all items', () => {
	let read = 0;
	const columns = new Proxy(
		Array.from({ length: 1000 }, (_, index) => `Column ${index}`),
		{ get: (names, key) => (read++, Reflect.get(names, key) as unknown) },
	);
	const said = () =>
		explainMissing('={{ $json.x }}', 'Email', { json: {}, columns: () => columns });
	expect(said()).toMatch(/^the input has no column "x", only "Column 0", .*, and 990 more$/);
	read = 0;
	expect(said()).toMatch(/, and 990 more$/);
	expect(read).toBe(0);
});
