import { readId } from '../../../../nodes/shared/values/field';
import { isMissingId } from '../../../../nodes/shared/values/text';
import { check, fieldOf } from '../../../support/items';
import { rowsOf } from '../../../support/table';

const read = (id: unknown, entered?: string) =>
	check((report) => readId({ ...fieldOf(id, report), ...(entered && { entered }) }, 'required'));

test.each([
	...rowsOf(`
	undefined | null | NULL | NaN | nan | None | none | nil | N/A | n/a | #N/A | #REF! | - | -- | — | ? | _ | 0
	000 | 00000000-0000-0000-0000-000000000000 | -1 | unknown | Unknown | anonymous | Anonymous User | guest
	GUEST | guest_user | nobody | [object Object] | [object object] | Invalid Date | not set | (not set)
	<null> | <NA> | "null" | 'None' | "guest" | {null} | #NV | #¿NOMBRE? | true | false | old-None
	shop_undefined | null-1 | cust-NULL | a:NaN | x nil | store-[object Object] | undefined@example.com
	None@example.com | [object Array] | 00 | c-undefined | undefined_undefined | shop/null | c-NaN
	c-[object Object] | {{userId}} | %%ID%%
`).flat(),
	...[' undefined ', 0, true, false, '${id}', '*|ID|*'],
])('%s is no ID', (id) => {
	expect(isMissingId(String(id).trim())).toBe(true);
	expect(read(id).problems).toHaveLength(1);
});

test.each(
	rowsOf(`
	A1 | 1 | 10 | a-1 | B2B | 00012 | guestbook | guest-7 | anonymous-7f3a | nonesuch | Nilsson | unknown-9
	#1001 | NV-7 | jane@example.com | eva.null@example.com | nullable | undefined1 | Nan-Kang | 0815 | truecolor
	NANA | -7 | 12345678901234567890
`).flat(),
)('%s is one', (id) => expect(read(id)).toMatchObject({ value: id, problems: [] }));

test('an expression that was not evaluated says how to switch it on', () =>
	expect(read('{{ $json.id }}')).toMatchObject({
		problems: ['Field has a variable that was not filled in: "{{ $json.id }}"'],
		fixes: [expect.stringContaining('switch the field to Expression')],
	}));

test.each<[unknown, RegExp]>([
	...[Number('12345678901234567890'), 2 ** 53, -(2 ** 53), 1e21].map((id): [number, RegExp] => {
		return [id, /^Field is a number with too many digits/];
	}),
	['M\ufffdtze-1', /U\+FFFD/],
])('%p has lost digits or letters, and is no ID', (id, problem) =>
	expect(read(id).problems).toEqual([expect.stringMatching(problem)]),
);

test('a number that has all its digits is an ID', () => {
	const { value, problems, warnings } = read(Number.MAX_SAFE_INTEGER);
	expect([value, problems, warnings]).toEqual(['9007199254740991', [], []]);
});

test.each(Array.from('\u200b\u00ad\ufeff\u2060\u202a\u00a0\u3164\ufe0f\t\n'))(
	'an ID with the invisible character %j is sent as it is, with a warning that names it',
	(character) => {
		const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
		expect(read(`A${character}1`)).toMatchObject({
			...{ value: `A${character}1`, problems: [] },
			warnings: [expect.stringContaining(`(U+${code})`)],
		});
	},
);

test.each(['4.00638E+12', '4,00638E+12', "'00123", '\u201900123', '="00123"'])(
	'an ID that a spreadsheet has spoilt is sent as it is, with a warning: %s',
	(id) =>
		expect(read(id)).toMatchObject({
			...{ value: id, problems: [] },
			warnings: [
				`Field "${id}" looks as if a spreadsheet had rounded it, or put signs before it; it is sent unchanged, and Bluecore treats it as different from the right ID`,
			],
		}),
);

test.each([
	['=cust-{{ $json.id }}', 'cust-'],
	['=#{{ $json.shop }}/{{ $json.id }}', '#/'],
])('of %s without values only the fixed text is left, which is no ID', (entered, id) => {
	expect(read(id, entered).problems).toHaveLength(1);
	expect(read('cust-7', entered).problems).toEqual([]);
});
