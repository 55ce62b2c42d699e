import { givenAttributes } from '../../../../nodes/shared/attributes/attributeParameters';
import { checkAttributes } from '../../../../nodes/shared/attributes/customerAttributes';
import type { JsonValue } from '../../../../nodes/shared/values/json';
import { check, itemOf } from '../../../support/items';
import { casesOf, pairsOf, rowsOf } from '../../../support/table';

const RULES = {
	attributeNames: 'fix',
	attributesToSend: [],
	convertBooleans: false,
	sendEmptyValues: true,
} as const;
const OF_ANY_BIRTHDAY = "Bluecore's own attributes for a birthday";
const read = (attributes: Record<string, JsonValue>) => {
	const { warnings, ...checked } = check((report) =>
		checkAttributes(Object.entries(attributes), RULES, report),
	);
	return { ...checked, warnings: warnings.filter((each) => !each.startsWith(OF_ANY_BIRTHDAY)) };
};

const assigned = (...rows: ReadonlyArray<readonly [string, string, unknown]>) => ({
	assignments: rows.map(([name, type, value]) => ({ name, type, value })),
});
const readFields = (parameters: Readonly<Record<string, unknown>>) =>
	check((report) => {
		const item = itemOf(parameters, report);
		return checkAttributes(givenAttributes(item), item.options, report);
	});

test.each([
	['number', '#N/A', "'12.50", 12.5],
	['boolean', 'NULL', ' True ', true],
	['array', 'undefined', '[1]', [1]],
])(
	'a custom attribute of the type %s that says nothing is left out, too, and so is a blank one; %s, %s',
	(type, nothing, text, value) => {
		const customAttributes = assigned(['a', type, nothing], ['b', type, '  '], ['c', type, text]);
		expect(readFields({ customAttributes })).toMatchObject({
			...{ value: { c: value }, problems: [] },
			warnings: [
				expect.stringContaining(`that say that there is no value were left out: a "${nothing}"`),
			],
		});
	},
);

describe('a value that says nothing is left out, so that it erases nothing', () => {
	test.each([
		...rowsOf(`
		null | NULL | undefined | NaN | nan | <NA> | (null) | Invalid Date | [object Object] | [object Undefined]
		#N/A | #REF! | #DIV/0! | #VALUE! | #NAME? | #NUM! | #NULL! | #ERROR! | #NV | #BEZUG! | #WERT! | #¿NOMBRE?
		#¡REF! | #VALEUR! | 0000-00-00 | 0000-00-00 00:00:00
	`).flat(),
		' Null ',
		'\\N',
	])('%s', (value) =>
		expect(read({ city: value, zip: '97201' })).toMatchObject({
			value: { zip: '97201' },
			problems: [],
			warnings: [
				`Attributes that say that there is no value were left out: city "${value.trim()}". If a value is to be erased, make it empty, and turn on the option Send Empty Values`,
			],
		}),
	);

	test.each(['None', 'n/a', '-', 'unknown', '#1', '#YOLO', 'nullable', 'Null Island', '0'])(
		'%s says something',
		(value) =>
			expect(read({ note: value })).toMatchObject({ value: { note: value }, warnings: [] }),
	);
});

describe('the apostrophe that Excel and Shopify put before digits is taken off', () => {
	test.each(
		rowsOf(`
			ref   | '01234 | \u20190815
			phone | '+31612345678 | '(212) 555-0123
			since | '2024-05-01
			balance | '-12.50
			zip   | 'SW1A 1AA | '1012 AB
		`).flatMap(([name, ...values]) => values.map((value) => [name, value])),
	)('%s %s', (name, value) =>
		expect(read({ [name]: value })).toMatchObject({
			...{ value: { [name]: value.slice(1) }, warnings: [] },
		}),
	);

	test.each(["'t Hooft", "'90s", "it's 5", "'s-Hertogenbosch"])('not that of %s', (city) =>
		expect(read({ city }).value).toEqual({ city }),
	);

	test('not one of two', () => expect(read({ zip: "'02139'" }).value).toEqual({ zip: "'02139'" }));
});

describe('a doubtful value is sent as it is, with a warning', () => {
	test.each(
		casesOf<[doubt: string, ...all: Array<Record<string, JsonValue>>]>(`
			Phones and ZIPs are numbers | {"phone": 4155551212} | {"mobile": 491711234567} | {"zip": 2139} | {"postal_code": 1012} | {"zip": "2139.0"} | {"mobile": "491711234567.0"}
			Numbers were rounded   | {"phone": "4.15556E+09"} | {"customer_no": "4,15556E+12"}
			Numbers have too many digits, and some of them are lost | {"card": 12345678901234567000} | {"ids": ["a", 12345678901234567000]}
			Birthdays are no dates | {"birthday": "33005"} | {"birthday": 33005} | {"birthday": "642470400000"} | {"birthday": "05-17"}
			Birthdays are no dates | {"birthday": "17.5."} | {"birthday": "--05-17"} | {"birthday": "May 17"} | {"birthday": "17. Mai"}
			Birthdays are no dates | {"date_of_birth": -86400000}
			The attribute state is usually that of an address | {"state": "enabled"} | {"state": "DISABLED"} | {"state": "invited"} | {"state": "active"}
			Letters were broken    | {"city": "MÃ¼nchen"} | {"city": "M√ºnchen"} | {"city": "M?nchen"} | {"city": "M&uuml;nchen"} | {"city": "M\\\\u00fcnchen"}
			Letters were broken    | {"city": "ÐœÐ¾ÑÐºÐ²Ð°"} | {"price": "Â£420.00"} | {"note": "donâ€™t"}
			Letters in the names of attributes were broken | {"straÃŸe": "x"}
			Formulas of a spreadsheet are stored as texts | {"zip": "=\\"02139\\""}
			Formulas of a spreadsheet are stored as texts | {"shop": "=HYPERLINK(A1)"}
			Variables were not filled in | {"city": "{{ $json.city }}"}
		`).flatMap(([doubt, ...all]) => all.map((attributes) => [doubt, attributes] as const)),
	)('%s in %j', (doubt, attributes) => {
		const { value, warnings } = read(attributes);
		expect(Object.values(value)).toEqual(Object.values(attributes));
		expect(warnings).toEqual(expect.arrayContaining([expect.stringContaining(doubt)]));
	});

	test.each(
		pairsOf(`
			phone → +49 171 1234567 | phone → 3333.0000 | zip → 02139 | zip → 2139 | birthday → 1990-05-17 | birthday → 19900517
			birthday → 1990-05-17T00:00:00.000Z | birthday → May 17, 1990 | state → OR | state → New South Wales
			city → São Paulo | city → ÅRHUS | city → L'Haÿ-les-Roses | note → café’s “Ä” – À propos… | note → Really? Yes | note → = 5 | note → =)
			page → https://example.com/a?b=c&d=e
		`),
	)('not %s %j', (name, value) => expect(read({ [name]: value }).warnings).toEqual([]));

	test.each(
		casesOf<[isWarned: boolean, country: string, zip: string]>(`
			true  | US  | "2139"
			true  | USA | "2139"
			true  | United States of America | "2139"
			false | US  | "02139"
			false | US  | 2139-01
			false | AUS | "2139"
			false | Usbekistan | "1000"
		`),
	)(
		'a ZIP with less than five digits has lost its zero (%s) in %s: %s',
		(isWarned, country, zip) => {
			const warning = expect.stringContaining(`zip "${zip}"`) as unknown;
			expect(read({ zip, country }).warnings).toEqual(isWarned ? [warning] : []);
		},
	);

	test('a number that a field makes a text is one, too', () => {
		const customAttributes = assigned(
			['mobile', 'string', 491711234567],
			['card', 'string', 12345678901234567000],
		);
		const customerAttributes = { zip: 2139, phone: 4155551212, city: 'Boston' };
		const { value, warnings } = readFields({ customerAttributes, customAttributes });
		const texts = { mobile: '491711234567', card: '12345678901234567000' };
		expect(value).toEqual({ zip: '2139', phone: '4155551212', city: 'Boston', ...texts });
		expect(warnings).toEqual([
			'Numbers have too many digits, and some of them are lost: card. Pass them as text from where they are first read',
			expect.stringContaining('zip "2139", phone "4155551212", mobile "491711234567"'),
		]);
	});

	test.each(['02139', "'02139", 2139])('a field makes a number of the ZIP %j', (zip) => {
		const { value, warnings } = readFields({ customAttributes: assigned(['zip', 'number', zip]) });
		expect(value).toEqual({ zip: 2139 });
		expect(warnings).toEqual([expect.stringContaining('leading zeros and plus signs are lost')]);
	});
});

describe('a name near a usual attribute gets a warning that names it', () => {
	test.each(
		pairsOf(`
			phone_number → phone | Mobile Phone → phone | zip_code → zip | postalCode → zip | birth_date → birthday
			date_of_birth → birthday | dob → birthday | given_name → first_name | family_name → last_name
			State/Region → state | Country/Region → country | Mobile Phone Number → phone
			surname → last_name | province → state | country_code → country | sex → gender | Geburtsdatum → birthday
		`),
	)('%s: %s', (name, usual) =>
		expect(read({ [name]: 'x' }).warnings).toEqual([
			expect.stringMatching(new RegExp(`^Bluecore usually has ${usual} instead of `)),
		]),
	);

	test('not if the usual one is given, too', () => {
		const phones = { phone: '+1 503 555 0100', mobile_phone: '+1 503 555 0101' };
		expect(read(phones).warnings).toEqual([]);
	});
});
