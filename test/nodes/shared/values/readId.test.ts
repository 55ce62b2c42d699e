import { isMissingId, readId } from '../../../../nodes/shared/values/readId';
import { check, fieldOf } from '../../../support/items';

test.each([
	...[
		'undefined',
		'null',
		'NULL',
		'NaN',
		'nan',
		'None',
		'none',
		'nil',
		'N/A',
		'n/a',
		'#N/A',
		'#REF!',
	],
	...['-', '--', '—', '?', '_', '0', '000', '00000000-0000-0000-0000-000000000000', '-1'],
	...[
		'unknown',
		'Unknown',
		'anonymous',
		'Anonymous User',
		'guest',
		'GUEST',
		'guest_user',
		'nobody',
	],
	...[
		'[object Object]',
		'[object object]',
		'Invalid Date',
		'not set',
		'(not set)',
		'<null>',
		'<NA>',
	],
	...['"null"', "'None'", '"guest"', '{null}', '#NV', '#¿NOMBRE?', 'true', 'false'],
	...[
		'old-None',
		'shop_undefined',
		'null-1',
		'cust-NULL',
		'a:NaN',
		'x nil',
		'store-[object Object]',
	],
	...['undefined@example.com', 'None@example.com'],
	...['{{userId}}', '${id}', '%%ID%%', '*|ID|*'],
])('%s is no ID', (id) => {
	expect(isMissingId(id)).toBe(true);
	expect(check((report) => readId(fieldOf(id, report), 'required')).problems).toHaveLength(1);
});

test.each([
	...['A1', '1', '10', 'a-1', 'B2B', '00012', 'guestbook', 'guest-7', 'anonymous-7f3a', 'nonesuch'],
	...[
		'Nilsson',
		'unknown-9',
		'#1001',
		'NV-7',
		'jane@example.com',
		'eva.null@example.com',
		'nullable',
	],
])('%s is one', (id) =>
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
