import { givenAttributes } from '../../../../nodes/shared/attributes/attributeParameters';
import { checkAttributes } from '../../../../nodes/shared/attributes/customerAttributes';
import type { JsonValue } from '../../../../nodes/shared/values/json';
import { check, itemOf } from '../../../support/items';
import { pairsOf, rowsOf } from '../../../support/table';

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

describe('a value that says nothing is left out, so that it erases nothing', () => {
	test.each([
		...rowsOf(`
		null | NULL | undefined | NaN | nan | <NA> | (null) | Invalid Date | [object Object] | [object Undefined]
		#N/A | #REF! | #DIV/0! | #VALUE! | #NAME? | #NUM! | #NULL! | #ERROR! | #NV | #BEZUG! | #WERT! | #¿NOMBRE?
		#¡REF! | #VALEUR!
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
});

describe('a doubtful value is sent as it is, with a warning', () => {
	const DOUBTFUL: Record<string, ReadonlyArray<Record<string, JsonValue>>> = {
		'Phones and ZIPs are numbers': [
			...[{ phone: 4155551212 }, { mobile: 491711234567 }, { zip: 2139 }, { postal_code: 1012 }],
		],
		'Numbers were rounded': [{ phone: '4.15556E+09' }, { customer_no: '4,15556E+12' }],
		'Birthdays are no dates': [
			...['33005', 33005, '642470400000', '05-17', '17.5.', '--05-17', 'May 17', '17. Mai'].map(
				(birthday) => ({ birthday }),
			),
			{ date_of_birth: -86400000 },
		],
		'The attribute state is usually that of an address': [
			...[{ state: 'enabled' }, { state: 'DISABLED' }, { state: 'invited' }, { state: 'active' }],
		],
		'Letters were broken': [
			...['MÃ¼nchen', 'M√ºnchen', 'M?nchen', 'M&uuml;nchen', 'M\\u00fcnchen', 'ÐœÐ¾ÑÐºÐ²Ð°'].map(
				(city) => ({ city }),
			),
			...[{ price: 'Â£420.00' }, { note: 'donâ€™t' }],
		],
		'Variables were not filled in': [{ city: '{{ $json.city }}' }],
	};
	describe.each(Object.entries(DOUBTFUL))('%s', (doubt, all) => {
		test.each(all)('in %j', (attributes) => {
			const { value, warnings } = read(attributes);
			expect(value).toEqual(attributes);
			expect(warnings).toEqual(expect.arrayContaining([expect.stringContaining(doubt)]));
		});
	});

	test.each(
		pairsOf(`
			phone → +49 171 1234567 | zip → 02139 | zip → 2139 | birthday → 1990-05-17 | birthday → 19900517
			birthday → 1990-05-17T00:00:00.000Z | birthday → May 17, 1990 | state → OR | state → New South Wales
			city → São Paulo | city → ÅRHUS | city → L'Haÿ-les-Roses | note → café’s “Ä” – À propos… | note → Really? Yes
			page → https://example.com/a?b=c&d=e
		`),
	)('not %s %j', (name, value) => expect(read({ [name]: value }).warnings).toEqual([]));

	test('a ZIP of the United States with less than five digits has lost its zero', () =>
		expect(read({ zip: '2139', country: 'US' }).warnings).toEqual([
			expect.stringContaining('zip "2139"'),
		]));

	test('a number that a field makes a text is one, too', () => {
		const { value, warnings } = check((report) => {
			const parameters = { customerAttributes: { zip: 2139, phone: 4155551212, city: 'Boston' } };
			const item = itemOf(parameters, report);
			return checkAttributes(givenAttributes(item), item.options, report);
		});
		expect(value).toEqual({ zip: '2139', phone: '4155551212', city: 'Boston' });
		expect(warnings).toEqual([expect.stringContaining('zip "2139", phone "4155551212"')]);
	});

	test('a name whose letters were broken is told', () =>
		expect(read({ StraÃŸe: 'x' }).warnings).toEqual([
			expect.stringContaining('Letters in the names of attributes were broken'),
		]));
});

describe('a name near a usual attribute gets a warning that names it', () => {
	test.each(
		pairsOf(`
			phone_number → phone | Mobile Phone → phone | zip_code → zip | postalCode → zip | birth_date → birthday
			date_of_birth → birthday | dob → birthday | given_name → first_name | family_name → last_name
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

describe('automatic mapping', () => {
	const auto = (json: Record<string, unknown>) =>
		check((report) => {
			const parameters = { customerAttributesInput: 'auto' };
			const item = itemOf(parameters, report, { json: json as never });
			return checkAttributes(givenAttributes(item), item.options, report);
		});

	test('a date of a database is its ISO text', () => {
		const since = new Date('2024-05-01T09:30:00Z');
		expect(auto({ since, none: new Date(NaN), tags: ['a'] })).toMatchObject({
			value: { since: '2024-05-01T09:30:00.000Z' },
			warnings: [expect.stringMatching(/^Nested fields .*: tags\./)],
		});
	});

	test.each([
		...['row_number', 'webhookUrl', 'executionMode', 'formMode', 'submittedAt'],
		...['formQueryParameters', 'resumeUrl', '_rowsLeft'],
	])("n8n's own field %s is no attribute", (name) =>
		expect(auto({ [name]: 'x', city: 'Rome' })).toMatchObject({
			value: { city: 'Rome' },
			warnings: [
				expect.stringMatching(
					new RegExp(`^Fields that a trigger, a chat, an AI agent .* were left out: ${name}\\.`),
				),
			],
		}),
	);

	test('those of a chat, of an agent and of a failure are none, but only of such items', () => {
		const chat = { sessionId: '3f2a', action: 'sendMessage', chatInput: 'Update, please' };
		const failure = { error: 'Email is required', advice: 'Map the email' };
		for (const fields of [chat, { ...chat, chatInput: '', toolCallId: 'call_7' }, failure]) {
			const { value, warnings } = auto({ ...fields, city: 'Rome' });
			expect(value).toEqual({ city: 'Rome' });
			for (const name of Object.keys(fields)) expect(warnings[0]).toContain(name);
		}
		const others = { action: 'renew', session_id: 's-1', error: 'none', city: 'Rome' };
		expect(auto(others)).toMatchObject({ value: others, warnings: [] });
	});

	test('those of the Schedule Trigger are none, but only with its readable date', () => {
		const fields = { timestamp: 't', Timezone: 'z', Year: '2024', Hour: '7' };
		expect(auto({ ...fields, 'Readable date': 'May 1st', city: 'Rome' }).value).toEqual({
			city: 'Rome',
		});
		expect(auto({ Year: '2024', city: 'Rome' }).value).toEqual({ year: '2024', city: 'Rome' });
	});
});
