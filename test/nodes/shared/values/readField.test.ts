import {
	isEmail,
	NUMBER_RULES,
	readChoice,
	readEmail,
	readNumber,
	readText,
	UNREADABLE,
} from '../../../../nodes/shared/values/field';
import {
	entriesIn,
	parseJson,
	readJsonObject,
	readJsonUnchecked,
	readNames,
} from '../../../../nodes/shared/values/json';
import { describeType, fixName } from '../../../../nodes/shared/values/text';
import { toBoolean, toNumber, toText } from '../../../../nodes/shared/values/value';
import { check, fieldOf } from '../../../support/items';
import { rowsOf } from '../../../support/table';

describe('numbers', () => {
	test.each([
		[12.5, 12.5],
		['12.50', 12.5],
		[' 7 ', 7],
		['-3', -3],
		['.5', 0.5],
		['5.', 5],
		['1e3', 1000],
		['+2', 2],
		[0, 0],
	])('%p is the number %p', (raw, number) => expect(toNumber(raw)).toBe(number));

	test.each([
		'12,50',
		'',
		' ',
		'abc',
		'0x10',
		'Infinity',
		'1e999',
		'NaN',
		NaN,
		Infinity,
		null,
		undefined,
		true,
		{},
		[],
	])('%p is no number', (raw) => expect(toNumber(raw)).toBeUndefined());

	test.each([
		[NUMBER_RULES.atLeastZero, 0, []],
		[NUMBER_RULES.atLeastZero, -0.01, ['Field must be a number of at least 0, but is "-0.01"']],
		[NUMBER_RULES.aboveZero, 0.5, []],
		[NUMBER_RULES.aboveZero, 0, ['Field must be a number above 0, but is "0"']],
		[NUMBER_RULES.atLeastZero, '12,50', ['Field must be a number of at least 0, but is "12,50"']],
		[NUMBER_RULES.atLeastZero, '', ['Field is required']],
		[NUMBER_RULES.atLeastZero, null, ['Field is required']],
		[NUMBER_RULES.atLeastZero, UNREADABLE, []],
	])('a required number is checked against its rule (%#)', (rule, raw, problems) => {
		expect(check((report) => readNumber(fieldOf(raw, report), 'required', rule)).problems).toEqual(
			problems,
		);
	});

	test.each([
		['', undefined, []],
		[null, undefined, []],
		['5', 5, []],
		['x', undefined, ['Field must be a number, but is "x"']],
	])('an optional number may be empty, and is otherwise checked: %p', (raw, value, problems) => {
		expect(
			check((report) => readNumber(fieldOf(raw, report), 'optional', NUMBER_RULES.any)),
		).toMatchObject({ value, problems });
	});
});

test('a long text is read in no time, whatever is in it', () => {
	const before = performance.now();
	expect(toNumber(`${'1'.repeat(200_000)}x`)).toBeUndefined();
	expect(fixName(`a${'-'.repeat(200_000)}b`)).toBe('a_b');
	const open = `["${'x'.repeat(20_000_000)}"`;
	expect(check((report) => parseJson(open, fieldOf(open, report))).problems).toEqual([
		expect.stringContaining('position 20000003'),
	]);
	expect(performance.now() - before).toBeLessThan(60_000);
});

describe('texts', () => {
	test.each([
		[' a b ', 'a b'],
		[12, '12'],
		[true, 'true'],
		[new Date(0), '1970-01-01T00:00:00.000Z'],
		[null, ''],
		[undefined, ''],
		[{}, undefined],
		[[], undefined],
		[NaN, undefined],
	])('%p reads as %p', (raw, text) => expect(toText(raw)).toBe(text));

	test('a missing required text is reported with what to do', () => {
		const { problems, fixes } = check((report) => readText(fieldOf('  ', report), 'required'));
		expect(problems).toEqual(['Field is required']);
		expect(fixes).toEqual([
			expect.stringMatching(/^Fill in Field, or map a field of the input to it\./),
		]);
	});

	test('an object is no text, required or not', () => {
		expect(check((report) => readText(fieldOf({}, report), 'optional')).problems).toEqual([
			'Field must be text',
		]);
	});

	test('a parameter that could not be read is not reported twice', () => {
		expect(check((report) => readText(fieldOf(UNREADABLE, report), 'required'))).toMatchObject({
			value: '',
			problems: [],
		});
	});
});

test.each([
	[true, true],
	[false, false],
	['TRUE', true],
	[' false ', false],
	['yes', undefined],
	['constructor', undefined],
	[1, undefined],
])('%p as a boolean is %p', (raw, boolean) => expect(toBoolean(raw)).toBe(boolean));

test('the advice for a number that is too small is not about how numbers are written', () => {
	const fixes = (value: unknown) =>
		check((report) => readNumber(fieldOf(value, report), 'required', NUMBER_RULES.atLeastZero))
			.fixes;
	expect(fixes(-5)).toEqual([
		expect.stringMatching(/^Map a field that has a number of at least 0/),
	]);
	expect(fixes('12,50')).toEqual([expect.stringMatching(/^Write numbers with a decimal point/)]);
});

describe('email addresses', () => {
	test.each(
		rowsOf(`
		jane@example.com | j.d+x@sub.example.co | o'neil@example.com | jürgen@example.com | a@b.c
		eva.null@example.com | jane@münchen.example | jane@xn--mnchen-3ya.example | jane_doe-1@a-b.example
	`).flat(),
	)('%s has the shape of one', (text) => expect(isEmail(text)).toBe(true));

	test.each([
		...rowsOf(`
		jane | jane@example | @example.com | jane@ | jane@@example.com | ja ne@example.com | jane@example..com
		jane@.com | jane@example.com. | a@b@example.com | <jane@example.com> | mailto:jane@example.com
		jane@example.com; | jane,joe@example.com | "jane"@example.com | 'jane@example.com' | "jane@example.com"
		“jane@example.com” | jane@example.com?subject=hi | jane@example.com&bcc=joe | jane@example.com/
		n/a@example.com | jane?x@example.com | .jane@example.com | jane.@example.com | jane..doe@example.com
		jane@-example.com | jane@example-.com | jane@exam_ple.com | jane@127.0.0.1 | {{email}}@example.com
		%%email%%@example.com | j***@example.com | jane%2Bx@example.com
	`).flat(),
		'`jane@example.com`',
		'${email}@example.com',
		'*|EMAIL|*@example.com',
		'',
		`${'a'.repeat(243)}@example.com`,
	])('%s has not', (text) => expect(isEmail(text)).toBe(false));

	const read = (raw: unknown, need: 'required' | 'optional' = 'required', characters?: 'ascii') =>
		check((report) => readEmail(fieldOf(raw, report), need, characters));

	test('one is trimmed, and sent as it is written', () => {
		expect(read(' Jane@Example.com ')).toMatchObject({
			value: 'Jane@Example.com',
			problems: [],
			warnings: [],
		});
		expect(read('jane@example.com').warnings).toEqual([]);
	});

	test.each([
		'undefined@example.com',
		'null@example.com',
		'None@example.com',
		'nan@example.com',
		'jane.undefined@example.com',
		'jane@example.null',
	])('one that is made of a missing value is refused: %s', (email) =>
		expect(read(email).problems).toEqual([`Field is made of a missing value: "${email}"`]),
	);

	test('one with an expression that was not evaluated says how to switch it on', () =>
		expect(read('{{ $json.name }}@example.com')).toMatchObject({
			fixes: [expect.stringContaining('switch the field to Expression')],
		}));

	test('254 characters are the most', () => {
		expect(read(`${'a'.repeat(242)}@example.com`).problems).toEqual([]);
		expect(read(`${'a'.repeat(243)}@example.com`).problems).toEqual([
			'Field has 255 characters, but an address has at most 254',
		]);
	});

	test.each([undefined, 'ascii'] as const)(
		'invisible characters are refused (%s)',
		(characters) => {
			expect(read('jane\u200B@example.com', 'required', characters).problems).toEqual([
				'Field contains an invisible character (U+200B): "jane\u200B@example.com"',
			]);
		},
	);

	test('one that was broken when the file was read is refused, with the same words for each', () => {
		expect(
			check((report) => readEmail(fieldOf('m\ufffdller@example.com', report), 'required')),
		).toMatchObject({
			problems: ['Field contains U+FFFD, which stands for a character that could not be read'],
			fixes: [expect.stringContaining('encoding')],
		});
	});

	test('other scripts are refused where emails are sent', () => {
		expect(read('jürgen@example.com').problems).toEqual([]);
		expect(read('jürgen@example.com', 'required', 'ascii').problems).toEqual([
			'Field contains characters that Bluecore cannot send emails to (ü): "jürgen@example.com"',
		]);
		expect(read('jürgen@exämple.com', 'required', 'ascii').problems[0]).toContain('(ü, ä)');
		expect(read('jane@example.com', 'required', 'ascii').problems).toEqual([]);
	});

	test('none is fine where it is optional', () => {
		expect(read('', 'optional')).toMatchObject({ value: '', problems: [] });
		expect(read('').problems).toEqual(['Field is required']);
		expect(read('nope').problems).toEqual(['Field is not an email address: "nope"']);
	});
});

describe('JSON parameters', () => {
	test('text that was made into JSON again is parsed again', () => {
		for (const text of ['"{\\"a\\":1}"', JSON.stringify(JSON.stringify('{"a":1}'))]) {
			expect(check((report) => readJsonObject(fieldOf(text, report)))).toMatchObject({
				value: { a: 1 },
				problems: [],
			});
		}
	});

	test('a quote in a value that is mapped between quotes: the advice says how to write it', () => {
		const field = { entered: '={ "name": "{{ $json.name }}" }' };
		const value = '{ "name": "Jane "JJ" Doe" }';
		expect(
			check((report) => readJsonObject({ ...fieldOf(value, report), ...field })).fixes,
		).toEqual([expect.stringContaining('{{ JSON.stringify($json.name) }} without quotes')]);
	});

	test('text is parsed, data is copied', () => {
		const data = { a: [1, null] };
		expect(check((report) => readJsonObject(fieldOf('{"a":[1,null]}', report))).value).toEqual(
			data,
		);
		const { value } = check((report) => readJsonObject(fieldOf(data, report)));
		expect(value).toEqual(data);
		expect(value).not.toBe(data);
	});

	test('nothing is undefined without a problem', () => {
		for (const raw of ['', '  ', UNREADABLE]) {
			expect(check((report) => readJsonObject(fieldOf(raw, report)))).toMatchObject({
				value: undefined,
				problems: [],
			});
		}
	});

	test('an expression that gives nothing is said: the field that it names is missing', () => {
		const problems = [null, undefined].map(
			(raw) => check((report) => readJsonObject(fieldOf(raw, report))).problems,
		);
		expect(problems).toEqual([['Field is null'], ['Field is undefined']]);
	});

	test('the message says where reading stopped', () => {
		const { problems } = check((report) => readJsonObject(fieldOf('{\n  "a": 1,\n}', report)));
		expect(problems).toEqual([
			'Field is not valid JSON: reading stopped at position 12 (line 3, column 1) at "}"',
		]);
		expect(check((report) => readJsonObject(fieldOf('{"a": [1', report))).problems).toEqual([
			'Field is not valid JSON: reading stopped at position 8 (line 1, column 9) because the text ends too early',
		]);
	});

	test.each([
		['[1]', 'an array'],
		['"x"', 'text'],
		['3', 'a number'],
		['true', 'a boolean'],
		['null', 'null'],
	])('%s is not taken for an object', (raw, type) => {
		expect(check((report) => readJsonObject(fieldOf(raw, report)))).toMatchObject({
			value: undefined,
			problems: [`Field must be a JSON object, but is ${type}`],
		});
	});

	test('types are named for people', () => {
		expect([{}, undefined, () => 0].map(describeType)).toEqual([
			'an object',
			'undefined',
			'function',
		]);
	});
});

describe('a dropdown', () => {
	const CHOICES = { default: 'b', options: [{ value: 'a' }, { value: 'b' }] } as const;
	const read = (value: unknown, entered: unknown) =>
		check((report) => readChoice({ ...fieldOf(value, report), entered }, CHOICES));
	const fixes = [
		expect.stringMatching(
			/^Choose one from the list\. An expression must return one of these values/,
		),
	];

	test.each([
		['a', 'a', 'a'],
		['a', '={{ $json.x }}', 'a'],
		['', '', 'b'],
		[null, undefined, 'b'],
		// What cannot be read has been reported.
		[UNREADABLE, '={{ $json.x', 'b'],
	])('with the value %p, entered as %p, is %p', (value, entered, chosen) => {
		expect(read(value, entered)).toEqual({ value: chosen, problems: [], fixes: [], warnings: [] });
	});

	test.each([
		['A', '={{ $json.x }}', '"A"'],
		['c', 'c', '"c"'],
		[['a'], '={{ $json.x }}', 'an array'],
		[0, '={{ $json.x }}', '"0"'],
		// The default would decide something else than what was mapped.
		['', '={{ $json.x }}', 'empty'],
		[undefined, '={{ $json.x }}', 'empty'],
		[null, '={{ $json.x }}', 'empty'],
	])('with the value %p, entered as %p, is refused', (value, entered, what) => {
		expect(read(value, entered)).toEqual({
			value: 'b',
			problems: [`Field must be one of a, b, but is ${what}`],
			fixes,
			warnings: [],
		});
	});
});

describe('lists that are typed in or come from an expression', () => {
	test.each<[unknown, unknown[], string[]]>([
		['a, b ,c', ['a', 'b', 'c'], []],
		['a', ['a'], []],
		[['a', 1], ['a', 1], []],
		[7, [7], []],
		[{ id: 'a' }, [{ id: 'a' }], []],
		['["a","b"]', ['a', 'b'], []],
		['"[\\"a\\"]"', ['a'], []],
		['{"id":"a"}', [{ id: 'a' }], []],
		['', [], []],
		[' ', [], []],
		[null, [], []],
		[undefined, [], []],
		[UNREADABLE, [], []],
		[
			'["a"',
			[],
			[
				'Field is not valid JSON: reading stopped at position 4 (line 1, column 5) because the text ends too early',
			],
		],
	])('%j has the entries %j', (value, entries, problems) => {
		expect(check((report) => entriesIn(fieldOf(value, report)))).toMatchObject({
			value: entries,
			problems,
		});
	});

	test.each<[unknown, string[], string[]]>([
		['a, b', ['a', 'b'], []],
		[['a', 2, '', 'b'], ['a', '2', 'b'], []],
		[['a', {}], ['a'], ['Field must be text, but is an object']],
		[[{}], [], ['Field must be text, but is an object']],
		['', [], []],
	])('%j has the names %j', (value, names, problems) => {
		expect(check((report) => readNames(fieldOf(value, report), 'all would be sent'))).toMatchObject(
			{ value: names, problems },
		);
	});

	test('names from an expression without a result are refused, and only then', () => {
		const read = (value: unknown) =>
			check((report) =>
				readNames({ ...fieldOf(value, report), entered: '={{ $json.x }}' }, 'all would be sent'),
			).problems;
		expect([read('a'), read([{}]), read('').length, read([]).length]).toEqual([
			[],
			['Field must be text, but is an object'],
			1,
			1,
		]);
	});

	test.each([
		['[1', true],
		[' {', true],
		['"a', true],
		['a [', false],
		['', false],
		[[], false],
	])('whether %j looks like JSON: %s', (value, looks) => {
		const { problems } = check((report) => entriesIn(fieldOf(value, report)));
		expect(problems.length > 0).toBe(looks);
	});

	test.each([
		['={{ "[object Object]" }}', '{"a": [object Object]}', /An object between other text/],
		['={ "name": "{{ $json.name }}" }', '{"name": "a"b"}', /A value between quotes/],
		['{ "name": "{{ $json.name }}" }', '{"name": "a"b"}', /Fix the JSON there/],
		['={{ $json.text }}', '{"name": "a"b"}', /Fix the JSON there/],
	])('the advice about what was entered as %s', (entered, value, advice) => {
		const { fixes } = check((report) => readJsonUnchecked({ ...fieldOf(value, report), entered }));
		expect(fixes).toEqual([expect.stringMatching(advice)]);
	});

	test('JSON that was made into text four times is not read', () => {
		const times = (count: number) => {
			let text = '[1]';
			for (let n = 1; n < count; n++) text = JSON.stringify(text);
			return check((report) => readJsonUnchecked(fieldOf(text, report))).value;
		};
		expect([times(1), times(2), times(3), times(4)]).toEqual([[1], [1], [1], '[1]']);
	});
});
