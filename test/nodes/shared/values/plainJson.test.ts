import { parseJson, plainJson } from '../../../../nodes/shared/values/json';
import { check, fieldOf } from '../../../support/items';
import { pairsOf } from '../../../support/table';

/** Where reading a text stops, as the message says. */
function errorPosition(text: string): number {
	const { problems } = check((report) => parseJson(text, fieldOf(text, report)));
	return Number(/position (\d+)/.exec(problems.join())?.[1]);
}

const copy = (value: unknown) => check((report) => plainJson({ value, label: 'Data', report }));

describe('copying into plain JSON', () => {
	test.each<[unknown]>([
		...['text', 1, true, null].map((value): [unknown] => [value]),
		[[1, ['a']]],
		[{ a: { b: [null] } }],
		[{ constructor: 'Ford' }],
	])('%p stays what it is', (value) => expect(copy(value)).toMatchObject({ value, problems: [] }));

	test('dates become ISO texts', () => {
		expect(copy({ at: new Date(0) }).value).toEqual({ at: '1970-01-01T00:00:00.000Z' });
	});

	test.each([
		[{ a: { b: undefined } }, 'Data: "a.b" is undefined'],
		[undefined, 'Data is undefined'],
		[{ list: [1, NaN] }, 'Data: "list.1" is NaN, which JSON does not support'],
		[[Infinity], 'Data: "0" is Infinity, which JSON does not support'],
		[{ f: () => 0 }, 'Data: "f" is a function, which JSON does not support'],
		[{ n: 10n }, 'Data: "n" is a bigint, which JSON does not support'],
		[JSON.parse('{"a":{"__proto__":{"x":1}}}'), 'Data: "a.__proto__" is a reserved name'],
	])('what JSON cannot hold is reported with its path (%#)', (value, message) => {
		expect(copy(value).problems).toEqual([message]);
		expect(({} as { x?: unknown }).x).toBeUndefined();
	});

	test('a circular reference is reported, a shared one is not', () => {
		const shared = { a: 1 };
		expect(copy({ one: shared, two: shared }).problems).toEqual([]);
		const circle: Record<string, unknown> = {};
		circle.inner = { circle };
		expect(copy(circle).problems).toEqual(['Data: "inner.circle" is circular: it contains itself']);
	});

	test('deep nesting is refused instead of overflowing', () => {
		let deep: unknown = 1;
		for (let level = 0; level < 10_000; level++) deep = [deep];
		expect(copy(deep).problems).toEqual([
			expect.stringContaining('nested more than 100 levels deep'),
		]);
	});

	test('a value that throws when it is read is reported', () => {
		const throwing = (thrown: unknown) => ({
			get value() {
				// What an expression throws need not be an Error.
				AbortSignal.abort(thrown).throwIfAborted();
				return 1;
			},
		});
		const problems = [new Error('no access'), 'odd'].map((it) => copy(throwing(it)).problems);
		expect(problems).toEqual([['Data is not readable: no access'], ['Data is not readable: odd']]);
	});
});

describe('the position of the first character that JSON does not allow', () => {
	test.each([
		...pairsOf(`
			x → 0 | {"a":1,} → 7 | [1,] → 3 | [1 2] → 3 | {"a" 1} → 5 | {a:1} → 1 | {'a':1} → 1 | {"a":1 → 6 | {"a": → 5
			[ → 1 | {"a":1}} → 7 | 1 2 → 2 | nul → 0 | truex → 0 | [01] → 1 | "open → 0 | "bad \\x" → 0 | [1,,2] → 3
			{,} → 1 | {"a":1,"b"} → 10 | [} → 1 | {] → 1 | ] → 0 | 1,2 → 1
		`),
		['', '0'],
		['   ', '3'],
		[' \n\t[1, {"a": tru}]', '13'],
	])('%p stops at %p', (text, position) => {
		expect(() => JSON.parse(text) as unknown).toThrow();
		expect(errorPosition(text)).toBe(Number(position));
	});

	test.each([
		'{"a":[1,-2.5e3,{"b":null}],"c":"\\u00e9\\n"}',
		...['[]', '{}', ' "x" ', '[[],{}]', '[[[]]]'],
	])('%s is read to its end', (text) => {
		expect(() => JSON.parse(text) as unknown).not.toThrow();
		expect(errorPosition(`${text}!`)).toBe(text.length);
	});
});
