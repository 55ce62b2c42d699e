import { readId } from '../../../../nodes/shared/values/field';
import type { Report } from '../../../../nodes/shared/values/report';
import { isMissingId } from '../../../../nodes/shared/values/text';
import { check, fieldOf } from '../../../support/items';
import { rowsOf } from '../../../support/table';

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
	' undefined ',
	0,
	true,
	false,
	'${id}',
	'*|ID|*',
])('%s is no ID', (id) => {
	expect(isMissingId(String(id).trim())).toBe(true);
	expect(check((report) => readId(fieldOf(id, report), 'required')).problems).toHaveLength(1);
});

test.each(
	rowsOf(`
	A1 | 1 | 10 | a-1 | B2B | 00012 | guestbook | guest-7 | anonymous-7f3a | nonesuch | Nilsson | unknown-9
	#1001 | NV-7 | jane@example.com | eva.null@example.com | nullable | undefined1 | Nan-Kang | 0815 | truecolor
	NANA | -7 | 12345678901234567890
`).flat(),
)('%s is one', (id) =>
	expect(check((report) => readId(fieldOf(id, report), 'required'))).toMatchObject({
		value: id,
		problems: [],
	}),
);

test('an expression that was not evaluated says how to switch it on', () =>
	expect(check((report) => readId(fieldOf('{{ $json.id }}', report), 'required'))).toMatchObject({
		problems: ['Field has a variable that was not filled in: "{{ $json.id }}"'],
		fixes: [expect.stringContaining('switch the field to Expression')],
	}));

test.each([Number('12345678901234567890'), 2 ** 53, -(2 ** 53), 1e21])(
	'the number %d has lost digits, and is no ID',
	(id) =>
		expect(check((report) => readId(fieldOf(id, report), 'required')).problems).toEqual([
			expect.stringMatching(/^Field is a number with too many digits/),
		]),
);

test('a number that has all its digits is an ID', () =>
	expect(
		check((report) => readId(fieldOf(Number.MAX_SAFE_INTEGER, report), 'required')),
	).toMatchObject({ value: '9007199254740991', problems: [], warnings: [] }));

test('an ID that was broken when a file was read is refused', () =>
	expect(check((report) => readId(fieldOf('M\ufffdtze-1', report), 'required')).problems).toEqual([
		expect.stringContaining('U+FFFD'),
	]));

test.each(Array.from('\u200b\u00ad\ufeff\u2060\u202a\u00a0\u3164\ufe0f\t\n'))(
	'an ID with the invisible character %j is sent as it is, with a warning that names it',
	(character) => {
		const id = `A${character}1`;
		const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
		expect(check((report) => readId(fieldOf(id, report), 'required'))).toMatchObject({
			value: id,
			problems: [],
			warnings: [expect.stringContaining(`(U+${code})`)],
		});
	},
);

test.each([
	['=cust-{{ $json.id }}', 'cust-'],
	['=#{{ $json.shop }}/{{ $json.id }}', '#/'],
])('of %s without values only the fixed text is left, which is no ID', (entered, id) => {
	const field = (report: Report) => ({ ...fieldOf(id, report), entered });
	expect(check((report) => readId(field(report), 'required')).problems).toHaveLength(1);
	expect(check((report) => readId(fieldOf('cust-7', report), 'required')).problems).toEqual([]);
});
