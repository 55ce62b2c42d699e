import {
	isEmail,
	NUMBER_RULES,
	readChoice,
	readEmail,
	readNumber,
	readText,
	UNREADABLE,
	type Field,
} from '../../../../nodes/shared/values/field';
import {
	entriesIn,
	parseJson,
	readJsonObject,
	readJsonUnchecked,
	readNames,
} from '../../../../nodes/shared/values/json';
import { fixName } from '../../../../nodes/shared/values/text';
import { toBoolean, toNumber, toText } from '../../../../nodes/shared/values/value';
import { check, fieldOf } from '../../../support/items';
import { pairsOf, rowsOf } from '../../../support/table';

describe('numbers', () => {
	test.each<[unknown, unknown]>([
		...pairsOf('12.50 → 12.5 | -3 → -3 | .5 → 0.5 | 5. → 5 | 1e3 → 1000 | +2 → 2'),
		[12.5, 12.5],
		[0, 0],
		[' 7 ', 7],
	])('%p is the number %p', (raw, number) => expect(toNumber(raw)).toBe(Number(number)));

	test.each([
		...['12,50', '', ' ', 'abc', '0x10', 'Infinity', '1e999', 'NaN', NaN, Infinity],
		...[null, undefined, true, {}, [[]]].flat(),
	])('%p is no number', (raw) => expect(toNumber(raw)).toBeUndefined());

	const number = (raw: unknown, need: 'required' | 'optional', rule = NUMBER_RULES.any) =>
		check((report) => readNumber(fieldOf(raw, report), need, rule));

	test.each([
		[NUMBER_RULES.atLeastZero, 0, []],
		[NUMBER_RULES.atLeastZero, -0.01, ['Field must be a number of at least 0, but is "-0.01"']],
		[NUMBER_RULES.aboveZero, 0.5, []],
		[NUMBER_RULES.aboveZero, 0, ['Field must be a number above 0, but is "0"']],
		[NUMBER_RULES.atLeastZero, '12,50', ['Field must be a number of at least 0, but is "12,50"']],
		[NUMBER_RULES.atLeastZero, '', ['Field is required']],
		[NUMBER_RULES.atLeastZero, null, ['Field is required']],
		[NUMBER_RULES.atLeastZero, UNREADABLE, []],
	])('a required number is checked against its rule (%#)', (rule, raw, problems) =>
		expect(number(raw, 'required', rule).problems).toEqual(problems),
	);

	test.each([
		['', undefined, []],
		[null, undefined, []],
		['5', 5, []],
		['x', undefined, ['Field must be a number, but is "x"']],
	])('an optional number may be empty, and is otherwise checked: %p', (raw, value, problems) =>
		expect(number(raw, 'optional')).toMatchObject({ value, problems }),
	);

	test('the advice for a number that is too small is not about how numbers are written', () => {
		const fixes = (raw: unknown) => number(raw, 'required', NUMBER_RULES.atLeastZero).fixes;
		expect([fixes(-5), fixes('12,50')]).toEqual([
			[expect.stringMatching(/^Map a field that has a number of at least 0/)],
			[expect.stringMatching(/^Write numbers with a decimal point/)],
		]);
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
	test.each<[string | undefined, ...raw: unknown[]]>([
		['a b', ' a b '],
		['12', 12],
		['true', true],
		['1970-01-01T00:00:00.000Z', new Date(0)],
		['', null, undefined],
		[undefined, {}, [], NaN],
	])('%p is read from %p', (text, ...raw) => expect(raw.map(toText)).toEqual(raw.map(() => text)));

	const read = (value: unknown, need: 'required' | 'optional') =>
		check((report) => readText(fieldOf(value, report), need));

	test.each<[raw: unknown, need: 'required' | 'optional', problems: string[], fixes: RegExp[]]>([
		[
			'  ',
			'required',
			['Field is required'],
			[/^Fill in Field, or map a field of the input to it\./],
		],
		[{}, 'optional', ['Field must be text, but is an object'], [/^Map a single value to Field\.$/]],
		// What could not be read has been reported.
		[UNREADABLE, 'required', [], []],
	])('%p as a text that is %s has the problems %j', (raw, need, problems, fixes) =>
		expect(read(raw, need)).toMatchObject({
			...{ value: '', problems, fixes: fixes.map((fix) => expect.stringMatching(fix) as unknown) },
		}),
	);

	test('a bigint is neither text nor a number', () => {
		expect(read(10n, 'optional').problems).toEqual(['Field must be text, but is a bigint']);
		const asNumber = check((report) =>
			readNumber(fieldOf(10n, report), 'optional', NUMBER_RULES.any),
		);
		expect(asNumber.problems).toEqual(['Field must be a number, but is a bigint']);
	});
});

test.each<[boolean | undefined, ...raw: unknown[]]>([
	[true, true, 'TRUE'],
	[false, false, ' false '],
	[undefined, 'yes', 'constructor', 1],
])('as a boolean is %p: %p, %p', (boolean, ...raw) =>
	expect(raw.map(toBoolean)).toEqual(raw.map(() => boolean)),
);

describe('email addresses', () => {
	test.each(
		rowsOf(`
		jane@example.com | j.d+x@sub.example.co | o'neil@example.com | jürgen@example.com | a@b.c
		eva.null@example.com | jane@münchen.example | jane@xn--mnchen-3ya.example | jane_doe-1@a-b.example
	`).flat(),
	)('%s has the shape of an email address', (text) => expect(isEmail(text)).toBe(true));

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
		...['`jane@example.com`', '${email}@example.com', '*|EMAIL|*@example.com', ''],
		`${'a'.repeat(243)}@example.com`,
	])('%s does not have the shape of an email address', (text) => expect(isEmail(text)).toBe(false));

	const read = (raw: unknown, need: 'required' | 'optional' = 'required', characters?: 'ascii') =>
		check((report) => readEmail(fieldOf(raw, report), need, characters));

	test.each<[raw: string, value: string]>([
		[' Jane@Example.com ', 'Jane@Example.com'],
		['jane@example.com', 'jane@example.com'],
		['jürgen@example.com', 'jürgen@example.com'],
		['na@example.com', 'na@example.com'],
		['Nan@example.com', 'Nan@example.com'],
		['nil@example.com', 'nil@example.com'],
		[`${'a'.repeat(242)}@example.com`, `${'a'.repeat(242)}@example.com`],
	])('%p is sent trimmed, and otherwise as it is written', (raw, value) => {
		expect(read(raw)).toEqual({ value, problems: [], fixes: [], warnings: [] });
	});

	const INVISIBLE = 'Field contains an invisible character (U+200B): "jane\u200b@example.com"';
	const OTHER = 'Field contains characters that Bluecore cannot send emails to';
	const LONG = `${'a'.repeat(243)}@example.com`;
	test.each<[problem: string, email: string, characters?: 'ascii', fix?: string]>([
		...rowsOf(`
			undefined@example.com | null@example.com | None@example.com | unknown@example.com | jane.undefined@example.com | jane@example.null
		`)[0].map((email): [string, string] => [`Field is made of a missing value: "${email}"`, email]),
		['Field is required', ''],
		['Field is not an email address: "nope"', 'nope'],
		['Field has 255 characters, but an address has at most 254', LONG],
		[INVISIBLE, 'jane\u200b@example.com'],
		[INVISIBLE, 'jane\u200b@example.com', 'ascii'],
		[`${OTHER} (ü): "jürgen@example.com"`, 'jürgen@example.com', 'ascii'],
		[`${OTHER} (ü, ä): "jürgen@exämple.com"`, 'jürgen@exämple.com', 'ascii'],
		[
			'Field is not an email address: "{{ $json.name }}@example.com"',
			...(['{{ $json.name }}@example.com', undefined, 'switch the field to Expression'] as const),
		],
		[
			'Field contains U+FFFD, which stands for a character that could not be read',
			...(['m\ufffdller@example.com', undefined, 'encoding'] as const),
		],
	])('%s, so that %p is refused', (problem, email, ...[characters, fix = '']) =>
		expect(read(email, 'required', characters)).toMatchObject({
			...{ problems: [problem], fixes: [expect.stringContaining(fix)] },
		}),
	);

	test('one may be missing where it is optional, and have no other letters where emails are sent', () => {
		expect(read('', 'optional')).toMatchObject({ value: '', problems: [] });
		expect(read('jane@example.com', 'required', 'ascii').problems).toEqual([]);
	});
});

describe('JSON parameters', () => {
	const readAs = <T>(read: (field: Field) => T, raw: unknown, more: Partial<Field> = {}) =>
		check((report) => read({ ...fieldOf(raw, report), ...more }));

	test('text that was made into JSON again is parsed again, but not four times', () => {
		for (const text of ['"{\\"a\\":1}"', JSON.stringify(JSON.stringify('{"a":1}'))]) {
			expect(readAs(readJsonObject, text)).toMatchObject({ value: { a: 1 }, problems: [] });
		}
		let text = '[1]';
		for (const read of [[1], [1], [1], '[1]']) {
			expect(readAs(readJsonUnchecked, text).value).toEqual(read);
			text = JSON.stringify(text);
		}
	});

	test('text is parsed, data is copied', () => {
		const data = { a: [1, null] };
		expect(readAs(readJsonObject, '{"a":[1,null]}').value).toEqual(data);
		const { value } = readAs(readJsonObject, data);
		expect(value).toEqual(data);
		expect(value).not.toBe(data);
	});

	test.each(['', '  ', UNREADABLE])('%p is nothing, without a problem', (raw) =>
		expect(readAs(readJsonObject, raw)).toMatchObject({ value: undefined, problems: [] }),
	);

	const STOPPED = 'is not valid JSON: reading stopped at position';
	test.each<[raw: unknown, problem: string]>([
		// The field that an expression names is missing.
		[null, 'is null'],
		[undefined, 'is undefined'],
		['{\n  "a": 1,\n}', `${STOPPED} 12 (line 3, column 1) at "}"`],
		['{"a": [1', `${STOPPED} 8 (line 1, column 9) because the text ends too early`],
		['[1]', 'must be a JSON object, but is an array'],
		['"x"', 'must be a JSON object, but is text'],
		['3', 'must be a JSON object, but is a number'],
		['true', 'must be a JSON object, but is a boolean'],
		['null', 'must be a JSON object, but is null'],
	])('%p is no JSON object: it %s', (raw, problem) => {
		const { value, problems } = readAs(readJsonObject, raw);
		expect([value, problems]).toEqual([undefined, [`Field ${problem}`]]);
	});

	test.each([
		['={{ "[object Object]" }}', '{"a": [object Object]}', /An object between other text/],
		['={ "name": "{{ $json.name }}" }', '{"name": "a"b"}', /A value between quotes/],
		[
			'={ "name": "{{ $json.name }}" }',
			'{"name": "a"b"}',
			/\{\{ JSON\.stringify\(\$json\.name\) \}\} without quotes/,
		],
		['{ "name": "{{ $json.name }}" }', '{"name": "a"b"}', /Fix the JSON there/],
		['={{ $json.text }}', '{"name": "a"b"}', /Fix the JSON there/],
	])('the advice about %s, which became %s, is %p', (entered, value, advice) =>
		expect(readAs(readJsonUnchecked, value, { entered }).fixes).toEqual([
			expect.stringMatching(advice),
		]),
	);
});

test.each<[value: unknown, entered: unknown, chosen: string, what?: string]>([
	['a', 'a', 'a'],
	['a', '={{ $json.x }}', 'a'],
	['', '', 'b'],
	[null, undefined, 'b'],
	// What cannot be read has been reported.
	[UNREADABLE, '={{ $json.x', 'b'],
	['A', '={{ $json.x }}', 'b', '"A"'],
	['c', 'c', 'b', '"c"'],
	[['a'], '={{ $json.x }}', 'b', 'an array'],
	[0, '={{ $json.x }}', 'b', '"0"'],
	// The default would decide something else than what was mapped.
	['', '={{ $json.x }}', 'b', 'empty'],
	[undefined, '={{ $json.x }}', 'b', 'empty'],
	[null, '={{ $json.x }}', 'b', 'empty'],
])(
	'a dropdown with the value %p, entered as %p, is %p, or refused: %s',
	(value, entered, chosen, ...[what]) => {
		const choices = { default: 'b', options: [{ value: 'a' }, { value: 'b' }] } as const;
		const read = check((report) => readChoice({ ...fieldOf(value, report), entered }, choices));
		const fix = /^Choose one from the list\. An expression must return one of these values/;
		const problems = what === undefined ? [] : [`Field must be one of a, b, but is ${what}`];
		const fixes = problems.map(() => expect.stringMatching(fix) as unknown);
		expect(read).toEqual({ value: chosen, problems, fixes, warnings: [] });
	},
);

describe('lists that are typed in or come from an expression', () => {
	const END = 'position 4 (line 1, column 5) because the text ends too early';
	test.each<[unknown, unknown[], string[]]>([
		['a, b ,c', ['a', 'b', 'c'], []],
		['a [', ['a ['], []],
		[['a', 1], ['a', 1], []],
		[7, [7], []],
		[{ id: 'a' }, [{ id: 'a' }], []],
		['["a","b"]', ['a', 'b'], []],
		['\ufeff["a","b"]', ['a', 'b'], []],
		['"[\\"a\\"]"', ['a'], []],
		['{"id":"a"}', [{ id: 'a' }], []],
		['', [], []],
		[' ', [], []],
		[null, [], []],
		[undefined, [], []],
		[UNREADABLE, [], []],
		['["a"', [], [`Field is not valid JSON: reading stopped at ${END}`]],
	])('%j has the entries %j', (value, entries, problems) => {
		const read = check((report) => entriesIn(fieldOf(value, report)));
		expect(read).toMatchObject({ value: entries, problems });
	});

	test.each<[unknown, string[], string[]]>([
		['a, b', ['a', 'b'], []],
		[['a', 2, '', 'b'], ['a', '2', 'b'], []],
		[['a', {}], ['a'], ['Field must be text, but is an object']],
		[[{}], [], ['Field must be text, but is an object']],
		['', [], []],
	])('%j has the names %j', (value, names, problems) => {
		const read = check((report) => readNames(fieldOf(value, report), 'all would be sent'));
		expect(read).toMatchObject({ value: names, problems });
	});

	test('names from an expression without a result are refused, and only then', () => {
		const read = (value: unknown) =>
			check((report) =>
				readNames({ ...fieldOf(value, report), entered: '={{ $json.x }}' }, 'all would be sent'),
			).problems;
		expect([read('a'), read([{}])]).toEqual([[], ['Field must be text, but is an object']]);
		expect([read(''), read([])]).toEqual([[expect.any(String)], [expect.any(String)]]);
	});
});
