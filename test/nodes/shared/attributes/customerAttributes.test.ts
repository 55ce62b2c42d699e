import type { IDataObject } from 'n8n-workflow';

import {
	assignedValue,
	assignments,
	givenAttributes,
} from '../../../../nodes/shared/attributes/attributeParameters';
import { checkAttributes } from '../../../../nodes/shared/attributes/customerAttributes';
import type { ItemOptions } from '../../../../nodes/shared/options/nodeOptions';
import { UNREADABLE } from '../../../../nodes/shared/values/field';
import { fixName } from '../../../../nodes/shared/values/text';
import { check, fieldOf, itemOf } from '../../../support/items';
import { rowsOf } from '../../../support/table';

type Rules = Partial<ItemOptions> & { readonly protectedNames?: ReadonlySet<string> };

const read = (
	parameters: Record<string, unknown>,
	{ protectedNames, ...options }: Rules = {},
	json: IDataObject = {},
) =>
	check((report) => {
		const item = itemOf(parameters, report, { json, options });
		return checkAttributes(givenAttributes(item), item.options, report, protectedNames);
	});

const fromJson = (customerAttributesJson: unknown, rules: Rules = {}) =>
	read({ customerAttributesInput: 'json', customerAttributesJson }, rules);

const row = (name: string, value: unknown, type = 'string') => ({ id: name, name, type, value });

describe('attribute names', () => {
	test.each([
		['First-Name', 'first_name'],
		['first_name', 'first_name'],
		['  Loyalty  Tier ', 'loyalty_tier'],
		['Total ($)', 'total'],
		['a.b/c', 'a_b_c'],
		['_internal', '_internal'],
		['--', ''],
		['firstName', 'first_name'],
		['FirstName', 'first_name'],
		['FIRST_NAME', 'first_name'],
		['createdAtUTC', 'created_at_utc'],
		['VIPLevel', 'vip_level'],
		['customerIDs', 'customer_ids'],
		['Address1City', 'address1_city'],
		['address2', 'address2'],
		['B2BCustomer', 'b2b_customer'],
		['WhatsApp', 'whatsapp'],
		['whatsAppOptIn', 'whatsapp_opt_in'],
		['hasPayPalAccount', 'has_paypal_account'],
		['iPhoneModel', 'iphone_model'],
		['iPadOSVersion', 'ipados_version'],
		['YouTube Channel', 'youtube_channel'],
		['LinkedInURL', 'linkedin_url'],
		['TikTok2', 'tiktok2'],
		['MultiPad', 'multi_pad'],
		['APIPhone', 'api_phone'],
		['LinkedInto', 'linked_into'],
		['Größe', 'grosse'],
		['Straße', 'strasse'],
		['STRAßE', 'strasse'],
		['Ærø', 'aero'],
		['ŁódźName', 'lodz_name'],
		['Þórsœuvre Ðıħŧŋđƒ', 'thorsoeuvre_dihtndf'],
		['cafe\u0301', 'cafe'],
		['Ｎａｍｅ', 'name'],
		['İsim', 'isim'],
		['Hawaiʻi', 'hawaii'],
		['\ufeffEmail', 'email'],
		['Loyalty\u00a0Tier', 'loyalty_tier'],
		['Ci\u200bt\u00ady\ufe0f', 'city'],
		['😀', ''],
	])('%p becomes %p', (name, fixed) => expect(fixName(name)).toBe(fixed));

	test.each(['fix', 'reject'] as const)(
		'one with a letter that has no Latin form is refused (%s)',
		(attributeNames) => {
			for (const name of ['Город', 'city_ж', '都市', 'tier_٣']) {
				expect(fromJson({ [name]: 'Rome', zip: '1' }, { attributeNames })).toMatchObject({
					value: { zip: '1' },
					problems: [
						`The attribute name "${name}" has letters that cannot be written with a to z, and Bluecore would ignore it`,
					],
				});
			}
		},
	);

	test.each(['fix', 'reject'] as const)(
		'one that was broken when the file was read is refused (%s)',
		(attributeNames) => {
			expect(fromJson({ 'Stra\ufffde': 'x', zip: '1' }, { attributeNames })).toMatchObject({
				value: { zip: '1' },
				problems: [
					'The attribute name "Stra\ufffde" contains U+FFFD, which stands for a character that could not be read',
				],
				fixes: [expect.stringContaining('encoding')],
			});
		},
	);

	test('an address is no name: the file has no headings', () => {
		expect(fromJson({ 'jane@example.com': 'joe@example.com' })).toMatchObject({
			problems: ['The attribute name "jane@example.com" is an email address'],
			fixes: [expect.stringContaining('Header Row')],
		});
	});

	test('a usual attribute in another spelling is sent as it is, with a warning', () => {
		expect(fromJson({ FIRSTNAME: 'Jane', lastname: 'Doe', city: 'Rome' })).toMatchObject({
			value: { firstname: 'Jane', lastname: 'Doe', city: 'Rome' },
			warnings: [
				'Bluecore usually has first_name, last_name instead of firstname, lastname. Rename the fields if they are the same',
			],
		});
	});

	test('an invisible character in a name is named where names are not fixed', () => {
		expect(fromJson({ '\ufeffcity': 'Rome' }, { attributeNames: 'reject' }).problems).toEqual([
			'Bluecore ignores the attribute name "\ufeffcity", which contains an invisible character (U+FEFF)',
		]);
		expect(fromJson({ '\ufeffcity': 'Rome' }).value).toEqual({ city: 'Rome' });
	});

	test('a column without a name and a value is none; one with a value is refused', () => {
		expect(fromJson({ '': '', ' ': null, city: 'Rome' })).toMatchObject({
			value: { city: 'Rome' },
			problems: [],
		});
		expect(fromJson({ '': 'x' })).toMatchObject({
			problems: ['The attribute name "" cannot be used'],
			fixes: [expect.stringMatching(/^Give the column or field a name/)],
		});
	});

	test('those that Bluecore would ignore are fixed, or refused on request', () => {
		expect(fromJson({ 'First-Name': 'Jane' }).value).toEqual({ first_name: 'Jane' });
		expect(
			fromJson({ 'First-Name': 'Jane', city: 'Rome' }, { attributeNames: 'reject' }),
		).toMatchObject({
			value: { city: 'Rome' },
			problems: ['Bluecore ignores the attribute name "First-Name"'],
			fixes: ['Rename it to "first_name", or set the option Attribute Names to Fix.'],
		});
	});

	test.each(['fix', 'reject'] as const)(
		'two that become one are refused (%s)',
		(attributeNames) => {
			expect(
				fromJson({ first_name: 'A', 'First-Name': 'B' }, { attributeNames }).problems,
			).toHaveLength(1);
		},
	);

	test('the message names both', () => {
		expect(fromJson({ 'First Name': 'A', 'first-name': 'B' }).problems).toEqual([
			'The attributes "First Name" and "first-name" would both become "first_name"',
		]);
		const twice = { assignments: [row('tier', 'a'), row('tier', 'b')] };
		expect(read({ customAttributes: twice }).problems).toEqual([
			'The attribute "tier" is given twice',
		]);
		expect(
			read({
				customerAttributes: { city: 'Rome' },
				customAttributes: { assignments: [row('City', 'Bonn')] },
			}).problems,
		).toEqual(['The attributes "city" and "City" would both become "city"']);
	});

	test.each(['__proto__', 'constructor', 'Prototype', '__PROTO__', '', ' - '])(
		'%p is refused',
		(name) => {
			const json = JSON.stringify({ x: 1 }).replace('x', name);
			for (const attributeNames of ['fix', 'reject'] as const) {
				expect(
					read({ customAttributes: { assignments: [row(name, 'x')] } }, { attributeNames })
						.problems,
				).toHaveLength(1);
				expect(fromJson(json, { attributeNames }).problems.length).toBeGreaterThan(0);
			}
			expect(({} as { x?: unknown }).x).toBeUndefined();
		},
	);

	test('protected ones are refused', () => {
		expect(
			fromJson({ Created: 1, city: 'Rome' }, { protectedNames: new Set(['created']) }).problems,
		).toEqual(['The attribute "Created" is protected by Bluecore']);
		expect(fromJson({ 'Email Hash Number': 1, created: 1 }).problems).toEqual([
			'The attribute "Email Hash Number" is protected by Bluecore',
		]);
	});
});

describe('attribute values', () => {
	test('the usual ones are text under their own names', () => {
		expect(
			read({ customerAttributes: { first_name: 'Jane', zip: 97201, phone: '' } }).value,
		).toEqual({ first_name: 'Jane', zip: '97201' });
		expect(read({ customerAttributes: { city: ['Rome'] } }).problems).toEqual([
			'City must be text',
		]);
		expect(read({ customerAttributes: { other: {} } }).problems).toEqual(['other must be text']);
	});

	test('empty ones are left out, so that a blank cell erases nothing', () => {
		const blank = { a: '', b: null, c: '  ', d: 0, e: false };
		expect(fromJson(blank)).toMatchObject({
			value: { d: 0, e: false },
			problems: [],
			warnings: [],
		});
	});

	test('empty ones are sent on request, with a warning', () => {
		expect(fromJson({ a: '', b: null, c: 1 }, { sendEmptyValues: true })).toMatchObject({
			value: { a: '', b: null, c: 1 },
			warnings: ['These empty values erase the values that Bluecore has: a, b'],
		});
		expect(read({ customerAttributes: { city: null } }, { sendEmptyValues: true }).value).toEqual({
			city: null,
		});
		expect(
			read({ customAttributes: { assignments: [row('a', undefined)] } }, { sendEmptyValues: true }),
		).toMatchObject({ value: {}, problems: [] });
	});

	test('text booleans are warned of, or converted on request', () => {
		const given = { vip: 'TRUE', member: ' false ', note: 'true story', is_on: true };
		expect(fromJson(given)).toMatchObject({
			value: { ...given, member: 'false' },
			warnings: [expect.stringContaining('vip, member.')],
		});
		expect(fromJson(given, { convertBooleans: true })).toMatchObject({
			value: { ...given, vip: true, member: false },
			warnings: [],
		});
	});

	test('texts are trimmed', () => {
		const spaced = { a: ' Rome\u00a0', b: '\tx y\n', c: ['  as it is '] };
		expect(fromJson(spaced).value).toEqual({ a: 'Rome', b: 'x y', c: ['  as it is '] });
		expect(fromJson({ a: '  ' }, { sendEmptyValues: true }).value).toEqual({ a: '' });
	});

	test('a text that was broken when the file was read is refused, and the advice is to set the encoding', () => {
		const broken = 'M\ufffdller';
		expect(read({ customerAttributes: { last_name: broken } })).toMatchObject({
			problems: ['Last Name contains U+FFFD, which stands for a character that could not be read'],
			fixes: [expect.stringMatching(/encoding.*Latin1/)],
		});
		const rows = { assignments: [row('nick', broken), row('city', 'Rome')] };
		expect(read({ customAttributes: rows }).problems).toEqual([
			expect.stringContaining('Custom Attributes: "nick" contains U+FFFD'),
		]);
		expect(fromJson({ Nick: broken }).problems).toEqual([
			expect.stringContaining('The attribute "Nick" contains U+FFFD'),
		]);
		expect(read({ customerAttributesInput: 'auto' }, {}, { Nick: broken }).problems).toEqual([
			expect.stringContaining('Input field "Nick" contains U+FFFD'),
		]);
		for (const nested of [{ a: [{ b: broken }] }, { a: { [broken]: 1 } }]) {
			expect(fromJson(nested).problems).toEqual([
				expect.stringContaining('The attribute "a" contains U+FFFD'),
			]);
		}
	});

	test('nested values stay objects where they are given on purpose', () => {
		expect(fromJson({ address: { city: 'Rome' } }).value).toEqual({ address: { city: 'Rome' } });
	});

	test('a parameter that could not be read gives none', () => {
		expect(read({ customerAttributesInput: UNREADABLE })).toMatchObject({
			value: {},
			problems: [],
		});
		expect(fromJson('[]').problems).toEqual([
			'Customer Attributes (JSON) must be a JSON object, but is an array',
		]);
	});
});

describe('doubtful values', () => {
	const warnings = (value: unknown) => fromJson({ x: value }).warnings;

	test.each([...['03/04/2025', '3.4.25', '03-04-2025 12:00', '12/1/1990', ' 1.2.2025 ']])(
		'%p could be two days',
		(value) =>
			expect(warnings(value)).toEqual([
				`Dates in which day and month could be exchanged are stored as they are: x "${value.trim()}". Write them as year-month-day, such as 1990-05-17`,
			]),
	);

	test.each(['2025-04-03', '13/04/2025', '04/13/2025', '04/04/2025', '03/04', '1.2.3', 20250403])(
		'%p is one day or no date',
		(value) => expect(warnings(value)).toEqual([]),
	);

	test.each([
		...rowsOf(`
		1.234,50 | 1,234.50 | 1,234 | 12,50 | 1 234,50 | 1’234.50 | 1.234.567 | € 12.50 | 12.50 € | -$1,234
		EUR 12,50 | 20 USD | 12,5 % | 1.234.567,89 | 899kr
	`).flat(),
		'1\u202f234,5',
	])('%p is a number written for people', (value) =>
		expect(warnings(value)).toEqual([
			expect.stringContaining(`are stored as texts: x "${value}". If they are numbers, convert`),
		]),
	);

	test.each([
		...['12.50', '1.234', '97201', '+1 503 555 0100', '600 123 456', '030 123 456', '1,2,3', '-5'],
		...['50 %', 'SKU 123', '97201-1234', '(503) 555-0100', '$', '10,5,2', '', 'a 1,5', 12.5],
		...['913.249.5790', '44.242.120.158', '1.234.56'],
	])('%p is not', (value) => expect(warnings(value)).toEqual([]));

	test('those of one item are said together, cut where they are long', () => {
		const long = `03/04/2025 ${'x'.repeat(40)}`;
		expect(fromJson({ Since: '03/04/2025', b: long, c: '1,5', d: '2,5' }).warnings).toEqual([
			expect.stringContaining(`: since "03/04/2025", b "${long.slice(0, 30)}…". Write`),
			expect.stringContaining(': c "1,5", d "2,5". If'),
		]);
	});
});

describe('automatic mapping', () => {
	const auto = (json: IDataObject, parameters = {}, rules = {}) =>
		read({ customerAttributesInput: 'auto', ...parameters }, rules, json);

	test('every text, number and boolean field but the identity is an attribute', () => {
		expect(
			auto({
				Email: 'jane@example.com',
				distinct_id: '1',
				'First Name': 'Jane',
				Orders: 3,
				VIP: true,
				Phone: null,
			}),
		).toMatchObject({
			value: { first_name: 'Jane', orders: 3, vip: true },
			problems: [],
			warnings: [],
		});
	});

	test('the identity in another spelling is not an attribute either', () => {
		const identity = { '\ufeffE-Mail': 'jane@example.com', 'Distinct ID': '1', distinctId: '1' };
		expect(auto({ ...identity, city: 'Rome' }).value).toEqual({ city: 'Rome' });
	});

	test.each([
		...['password', 'Passwort', 'passwordHash', 'Kennwort', 'API-Token', 'apiKey', 'IBAN'],
		'client_secret',
	])('a secret is left out, with a warning unless it is excluded: %s', (name) => {
		const given = { [name]: 'x9!', city: 'Rome' };
		expect(auto(given)).toMatchObject({
			value: { city: 'Rome' },
			warnings: [
				`Fields that look like secrets are not mapped automatically and were left out: ${name}. Name them in Fields to Leave Out, or rename a field if it is an attribute of the customer`,
			],
		});
		expect(auto(given, { autoMapExclude: name }).warnings).toEqual([]);
	});

	test('what only sounds like a secret is an attribute', () => {
		const item = { secretary: 'Ann', token_count: 3, has_password: true };
		expect(auto({ ...item, password: '' })).toMatchObject({ value: item, warnings: [] });
	});

	test('nested fields are left out with a warning that names them', () => {
		expect(auto({ city: 'Rome', address: { a: 1 }, tags: [] })).toMatchObject({
			value: { city: 'Rome' },
			warnings: [expect.stringContaining('left out: address, tags.')],
		});
	});

	test('fields can be excluded, nested ones too', () => {
		expect(
			auto({ id: 1, Notes: 'x', tags: [], city: 'Rome' }, { autoMapExclude: ' id, Notes ,tags,' }),
		).toMatchObject({ value: { city: 'Rome' }, warnings: [] });
	});

	test('fields to leave out may be named as they are in the input, or as they would be in Bluecore', () => {
		const item = { 'Internal Notes': 'x', row_number: 2, city: 'Rome' };
		for (const autoMapExclude of ['Internal Notes, row_number', 'internal_notes, Row-Number']) {
			expect(auto(item, { autoMapExclude }).value).toEqual({ city: 'Rome' });
		}
	});

	test('fields to leave out are all that would go by the name', () => {
		const item = { first_name: 'Jane', 'First-Name': 'JANE', city: 'Rome' };
		expect(auto(item, { autoMapExclude: 'First-Name' }).value).toEqual({ city: 'Rome' });
	});

	test('a field without a value is none, and one that is no number is refused', () => {
		expect(auto({ a: undefined })).toMatchObject({ value: {}, problems: [] });
		expect(auto({ score: NaN }).problems).toEqual([
			'Input field "score" is NaN, which JSON does not support',
		]);
	});
});

describe('assignments', () => {
	const assigned = (type: string, value: unknown) =>
		check((report) =>
			assignedValue(row('x', value, type), { value: '', label: 'Attributes', report }),
		);

	test.each([
		['string', 'a ', 'a '],
		['string', 5, '5'],
		['string', true, 'true'],
		['string', { a: 1 }, { a: 1 }],
		['number', '12.50', 12.5],
		['boolean', 'True', true],
		['boolean', false, false],
		['array', '[1]', [1]],
		['object', { a: 1 }, { a: 1 }],
		['number', '', ''],
		['object', null, null],
	])('%s from %p is %p', (type, value, expected) => {
		expect(assigned(type, value)).toMatchObject({ value: expected, problems: [] });
	});

	test.each([
		['number', '12,5', 'Attributes: "x" must be a number, but is "12,5"'],
		['boolean', 'yes', 'Attributes: "x" must be true or false, but is "yes"'],
		['array', '{"a":1}', 'Attributes: "x" must be an array, but is an object'],
		['object', [1], 'Attributes: "x" must be an object, but is an array'],
		['object', undefined, 'Attributes: "x" has no value: its field does not exist in this item'],
		['string', NaN, 'Attributes: "x" is NaN, which JSON does not support'],
		['string', undefined, 'Attributes: "x" has no value: its field does not exist in this item'],
	])('%s from %p is refused', (type, value, message) => {
		expect(assigned(type, value).problems).toEqual([message]);
	});

	test('broken JSON is reported once', () =>
		expect(assigned('object', '{').problems).toHaveLength(1));

	test('rows of a wrong shape are no rows', () => {
		expect(assignments(fieldOf(undefined))).toEqual([]);
		expect(assignments(fieldOf({ assignments: [null, { value: 1 }] }))).toEqual([
			{ name: '', type: 'string', value: 1 },
		]);
	});
});

test('a text is a boolean only when it is nothing else', () => {
	const given = { a: ' True ', b: 'untrue', c: 'false alarm', d: 'FALSE' };
	expect(fromJson(given, { convertBooleans: true }).value).toEqual({
		a: true,
		b: 'untrue',
		c: 'false alarm',
		d: false,
	});
	expect(fromJson(given).warnings).toEqual([expect.stringContaining(': a, d. ')]);
});

test('what has no value at all is left out even where empty values are sent', () => {
	const customAttributes = { assignments: [row('a', undefined), row('b', '')] };
	const { value } = read({ customAttributes }, { sendEmptyValues: true });
	expect(value).toEqual({ b: '' });
});

test('usual attributes that are no object count for nothing', () => {
	expect(read({ customerAttributes: 'x' }).value).toEqual({});
	expect(read({ customerAttributes: { city: undefined, state: null, zip: 123 } }).value).toEqual({
		zip: '123',
	});
});

describe('the attributes to send', () => {
	const attributes = {
		...{ email: 'jane@example.com', 'First Name': 'Jane', LoyaltyTier: 'gold' },
		...{ vip: true, ключ: 1, city: '' },
	};

	test('are all, if none is listed', () => {
		const { value } = fromJson({ vip: true, city: 'Rome' }, { attributesToSend: [] });
		expect(value).toEqual({ vip: true, city: 'Rome' });
	});

	test('are those that are listed in any spelling; one warning names the others, which are not checked', () => {
		expect(fromJson(attributes, { attributesToSend: ['first_name', 'Loyalty-Tier'] })).toEqual({
			value: { email: 'jane@example.com', first_name: 'Jane', loyalty_tier: 'gold' },
			problems: [],
			fixes: [],
			warnings: ['Left out, because Attributes to Send does not list them: vip, ключ'],
		});
	});
});

test('a birthday gets a warning that names the attributes that Bluecore has for it', () => {
	const warning =
		"Bluecore's own attributes for a birthday are birthday_day (1 to 31) and birthday_month (1 to 12). This is another one: birthday";
	expect(fromJson({ birthday: '1990-05-17' }).warnings).toEqual([warning]);
	expect(
		fromJson({ birthday: '1990-05-17', birthday_day: 17, birthday_month: 5 }).warnings,
	).toEqual([]);
});
