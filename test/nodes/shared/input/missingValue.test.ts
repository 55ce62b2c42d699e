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
		'',
		'text',
		'$json.a',
		'={{ $("Node").item.json.a }}',
		'={{ $json }}',
		'={{ $json.keys() }}',
		5,
		undefined,
	])('%p has none', (entered) => expect(pathIn(entered)).toBeUndefined());
});

describe('a column that the expression does not name as it is', () => {
	test.each([
		[
			'Email ',
			'the input has a column "Email " with a blank: delete what is in Email, and drag it there',
		],
		[
			'\ufeffEmail',
			'the input has a column "\ufeffEmail" with an invisible character (U+FEFF): delete what is in Email, and drag it there',
		],
		['E-MAIL', 'the input has a column "E-MAIL": delete what is in Email, and drag it there'],
		[
			'Email Address',
			'the input has a column "Email Address": if it is this one, delete what is in Email, and drag it there',
		],
		[
			'Customer email',
			'the input has a column "Customer email": if it is this one, delete what is in Email, and drag it there',
		],
		['Mail', 'the input has no column "Email", only "Name", "Mail"'],
	])('%p is named', (column, text) =>
		expect(explain('={{ $json.Email }}', ['Name', column])).toBe(text),
	);

	test('the nearest one is named, and a long list is cut', () => {
		expect(explain('={{ $json.Email }}', ['Work Email', 'Email 2', 'e_mail'])).toContain(
			'"e_mail"',
		);
		expect(explain('={{ $json.Email }}', ['Work Email', 'Email 2'])).toContain('"Email 2"');
		const many = Array.from({ length: 30 }, (_, index) => `c${index}`);
		expect(explain('={{ $json.Email }}', many)).toMatch(/"c9", and 20 more$/);
	});

	test('for an email, a column that has an address is named', () => {
		const json = { Kund: 'Anna', 'E-post': ' anna@example.com ' };
		expect(explain('={{ $json.Email }}', Object.keys(json), json)).toBe(
			'the input has a column "E-post": if it is this one, delete what is in Email, and drag it there',
		);
		expect(explain('={{ $json.Phone }}', Object.keys(json), json, 'Phone')).toContain('only');
	});

	test('without an expression, the label of the field is looked for', () => {
		expect(explain('', ['email'])).toBe('the input has a column "email": drag it into Email');
		expect(explain(undefined, ['Order Id'], { 'Order Id': 'A-1' }, 'Order ID')).toContain(
			'"Order Id"',
		);
		expect(explain('', ['city'])).toBe('');
	});

	test('it is not named for an item that has nothing in it', () => {
		expect(explain('={{ $json.Email }}', ['email'], { email: ' ' })).toBe('');
		expect(explain('', ['email'], {})).toBe('');
	});
});

describe('nothing is said', () => {
	test('when the column exists and is empty in the item', () =>
		expect(explain('={{ $json.Email }}', ['Email', 'email'], { Email: '' })).toBe(''));
	test('of an input without columns', () => expect(explain('={{ $json.Email }}', [])).toBe(''));
	test('of an expression that reads no field of the input', () =>
		expect(explain('={{ $now }}', ['Email'])).toBe(''));
	test('of a label without Latin letters', () =>
		expect(explain('={{ $json["-"] }}', ['--'])).toContain('only'));
});

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
