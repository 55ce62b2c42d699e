import type { IDataObject } from 'n8n-workflow';

import {
	assignments,
	givenAttributes,
} from '../../../../nodes/shared/attributes/attributeParameters';
import { checkAttributes } from '../../../../nodes/shared/attributes/customerAttributes';
import type { ItemOptions } from '../../../../nodes/shared/options/nodeOptions';
import { UNREADABLE } from '../../../../nodes/shared/values/field';
import { fixName } from '../../../../nodes/shared/values/text';
import { check, fieldOf, itemOf } from '../../../support/items';
import { casesOf, pairsOf, rowsOf } from '../../../support/table';

type Rules = Partial<ItemOptions> & { readonly protectedNames?: readonly string[] };

const read = (
	parameters: Record<string, unknown>,
	{ protectedNames, ...options }: Rules = {},
	json: IDataObject = {},
) =>
	check((report) => {
		const item = itemOf(parameters, report, { json, options });
		const names = protectedNames && new Set(protectedNames);
		return checkAttributes(givenAttributes(item), item.options, report, names);
	});

const fromJson = (customerAttributesJson: unknown, rules: Rules = {}) =>
	read({ customerAttributesInput: 'json', customerAttributesJson }, rules);

const auto = (json: IDataObject, parameters: object = {}, rules: Rules = {}) =>
	read({ customerAttributesInput: 'auto', ...parameters }, rules, json);

const row = (name: string, value: unknown, type = 'string') => ({ id: name, name, type, value });

/** Attributes in one or several of the ways in which they can be given. */
interface Given {
	/** *Customer Attributes (JSON)*. */
	readonly json?: unknown;
	/** The usual ones. */
	readonly usual?: unknown;
	/** Rows of *Custom Attributes*: name and value. */
	readonly rows?: ReadonlyArray<[name: string, value?: unknown]>;
	/** The item, for automatic mapping, and the *Fields to Leave Out*. */
	readonly item?: IDataObject;
	readonly leaveOut?: string;
}
function readGiven({ json, usual, rows, item, leaveOut }: Given, rules: Rules) {
	const parameters = {
		...(usual !== undefined && { customerAttributes: usual }),
		...(rows && { customAttributes: { assignments: rows.map((each) => row(...each)) } }),
		...(leaveOut !== undefined && { autoMapExclude: leaveOut }),
	};
	if (item) return auto(item, parameters, rules);
	return json === undefined
		? read(parameters, rules)
		: read({ ...parameters, customerAttributesInput: 'json', customerAttributesJson: json }, rules);
}
type Case = [what: string, rules: Rules, given: Given, sent: IDataObject, ...said: string[]];
/** The cells: what it is, the options, the attributes, what is sent, and each problem and warning. */
const testCases = (table: string) => {
	test.each(casesOf<Case>(table))('%s', (_what, rules, given, sent, ...said) => {
		const { value, problems, warnings } = readGiven(given, rules);
		expect([value, ...problems, ...warnings]).toEqual([sent, ...said]);
	});
};

const UNREAD = 'contains U+FFFD, which stands for a character that could not be read';
const PROTECTED = 'is protected by Bluecore';
const NESTED =
	'Nested fields are not mapped automatically and were left out: address, tags. To send one of their values, put it into a field of its own before this node';

const ADDED =
	'Fields that a trigger, a chat, an AI agent or an earlier run added to the item are not mapped automatically and were left out';
const RENAME = 'Rename a field if it is an attribute of the customer';

describe('attribute names', () => {
	test.each([
		...pairsOf(`
			First-Name → first_name | first_name → first_name | Total ($) → total | a.b/c → a_b_c | _internal → _internal
			firstName → first_name | FirstName → first_name | FIRST_NAME → first_name | createdAtUTC → created_at_utc
			VIPLevel → vip_level | customerIDs → customer_ids | Address1City → address1_city | address2 → address2
			B2BCustomer → b2b_customer | WhatsApp → whatsapp | whatsAppOptIn → whatsapp_opt_in | TikTok2 → tiktok2
			hasPayPalAccount → has_paypal_account | iPhoneModel → iphone_model | iPadOSVersion → ipados_version
			YouTube Channel → youtube_channel | LinkedInURL → linkedin_url | MultiPad → multi_pad | APIPhone → api_phone
			LinkedInto → linked_into | Größe → grosse | Straße → strasse | STRAßE → strasse | Ærø → aero
			ŁódźName → lodz_name | Þórsœuvre Ðıħŧŋđƒ → thorsoeuvre_dihtndf | cafe\u0301 → cafe | Ｎａｍｅ → name
			İsim → isim | Hawaiʻi → hawaii
		`),
		['  Loyalty  Tier ', 'loyalty_tier'],
		['\ufeffEmail', 'email'],
		['Loyalty\u00a0Tier', 'loyalty_tier'],
		['Ci\u200bt\u00ady\ufe0f', 'city'],
		['--', ''],
		['😀', ''],
	])('%p becomes %p', (name, fixed) => expect(fixName(name)).toBe(fixed));

	describe.each(['fix', 'reject'] as const)('whether they are fixed or refused (%s)', (mode) => {
		const rules = { attributeNames: mode };

		test.each([
			...['Город', 'city_ж', '都市', 'tier_٣'].map((name) => {
				return [
					name,
					'has letters that cannot be written with a to z, and Bluecore would ignore it',
				];
			}),
			['Stra\ufffde', UNREAD],
		])('%s is refused: it %s', (name, problem) => {
			const { value, problems } = fromJson({ [name]: 'Rome', zip: '1' }, rules);
			expect([value, problems]).toEqual([
				{ zip: '1' },
				[`The attribute name "${name}" ${problem}`],
			]);
		});

		test('two that become one are refused', () =>
			expect(fromJson({ first_name: 'A', 'First-Name': 'B' }, rules).problems).toHaveLength(1));

		test.each(['__proto__', 'constructor', 'Prototype', '__PROTO__', '', ' - '])(
			'%p is refused',
			(name) => {
				const customAttributes = { assignments: [row(name, 'x')] };
				expect(read({ customAttributes }, rules).problems).toHaveLength(1);
				expect(fromJson(`{"${name}":1}`, rules).problems.length).toBeGreaterThan(0);
				expect(({} as { x?: unknown }).x).toBeUndefined();
			},
		);
	});

	testCases(`
		a usual one in another spelling is sent as it is, with a warning | {} | {"json": {"FIRSTNAME": "Jane", "lastname": "Doe", "city": "Rome"}} | {"firstname": "Jane", "lastname": "Doe", "city": "Rome"} | Bluecore usually has first_name, last_name instead of firstname, lastname. Rename the fields if they are the same
		a column without a name and a value is none     | {} | {"json": {"": "", " ": null, "city": "Rome"}} | {"city": "Rome"}
		those that Bluecore would ignore are fixed      | {} | {"json": {"First-Name": "Jane", "\\ufeffcity": "Rome"}} | {"first_name": "Jane", "city": "Rome"}
		those that Bluecore would ignore are refused on request | {"attributeNames": "reject"} | {"json": {"First-Name": "Jane", "city": "Rome"}} | {"city": "Rome"} | Bluecore ignores the attribute name "First-Name"
		an invisible character is named where a name is refused | {"attributeNames": "reject"} | {"json": {"\\ufeffcity": "Rome"}} | {} | Bluecore ignores the attribute name "\ufeffcity", which contains an invisible character (U+FEFF)
		of two that become one, the message names both  | {} | {"json": {"First Name": "A", "first-name": "B"}} | {"first_name": "A"} | The attributes "First Name" and "first-name" would both become "first_name"
		one that is given twice is refused              | {} | {"rows": [["tier", "a"], ["tier", "b"]]} | {"tier": "a"} | The attribute "tier" is given twice
		a usual one that is given twice is refused      | {} | {"usual": {"city": "Rome"}, "rows": [["City", "Bonn"]]} | {"city": "Rome"} | The attributes "city" and "City" would both become "city"
		a protected one of an operation is refused      | {"protectedNames": ["created"]} | {"json": {"Created": 1, "city": "Rome"}} | {"city": "Rome"} | The attribute "Created" ${PROTECTED}
		a protected one of all operations is refused    | {} | {"json": {"Email Hash Number": 1, "created": 1}} | {"created": 1} | The attribute "Email Hash Number" ${PROTECTED}
		those to send are listed in any spelling; one warning names the others, which are not checked | {"attributesToSend": ["first_name", "Loyalty-Tier"]} | {"json": {"email": "jane@example.com", "First Name": "Jane", "LoyaltyTier": "gold", "vip": true, "ключ": 1, "city": ""}} | {"email": "jane@example.com", "first_name": "Jane", "loyalty_tier": "gold"} | Left out, because Attributes to Send does not list them: vip, ключ
		without a list, all are sent                    | {"attributesToSend": []} | {"json": {"vip": true, "city": "Rome"}} | {"vip": true, "city": "Rome"}
		a birthday gets a warning that names the attributes that Bluecore has for it | {} | {"json": {"birthday": "1990-05-17"}} | {"birthday": "1990-05-17"} | Bluecore's own attributes for a birthday are birthday_day (1 to 31) and birthday_month (1 to 12). This is another one: birthday
		a birthday gets none besides these              | {} | {"json": {"birthday": "1990-05-17", "birthday_day": 17, "birthday_month": 5}} | {"birthday": "1990-05-17", "birthday_day": 17, "birthday_month": 5}
	`);
});

describe('attribute values', () => {
	testCases(`
		the usual ones are text under their own names   | {} | {"usual": {"first_name": "Jane", "city": 7, "phone": "", "state": null}} | {"first_name": "Jane", "city": "7"}
		a usual one must be text, and is named by its label | {} | {"usual": {"city": ["Rome"]}} | {} | City must be text, but is an array
		one that is not known must be text, too         | {} | {"usual": {"other": {}}}    | {} | other must be text, but is an object
		what is no collection has none                  | {} | {"usual": "x"}              | {}
		empty ones are left out, so that a blank cell erases nothing | {} | {"json": {"a": "", "b": null, "c": "  ", "d": 0, "e": false}} | {"d": 0, "e": false}
		empty ones are sent on request, with a warning  | {"sendEmptyValues": true} | {"json": {"a": "", "b": null, "c": 1}} | {"a": "", "b": null, "c": 1} | These empty values erase the values that Bluecore has: a, b
		empty usual ones are sent on request, too       | {"sendEmptyValues": true} | {"usual": {"city": null}} | {"city": null} | These empty values erase the values that Bluecore has: city
		one without any value is never sent             | {"sendEmptyValues": true} | {"rows": [["a"], ["b", ""]]} | {"b": ""} | These empty values erase the values that Bluecore has: b
		texts are trimmed                               | {} | {"json": {"a": " Rome\u00a0", "b": "\\tx y\\n", "c": ["  as it is "]}} | {"a": "Rome", "b": "x y", "c": ["  as it is "]}
		a text of blanks is empty                       | {"sendEmptyValues": true} | {"json": {"a": "  "}} | {"a": ""} | These empty values erase the values that Bluecore has: a
		texts that say true or false are converted on request | {"convertBooleans": true} | {"json": {"vip": "TRUE", "member": " false ", "note": "true story", "x": "untrue", "is_on": true}} | {"vip": true, "member": false, "note": "true story", "x": "untrue", "is_on": true}
		nested values stay objects where they are given on purpose | {} | {"json": {"address": {"city": "Rome"}}} | {"address": {"city": "Rome"}}
		a list is no JSON object                        | {} | {"json": []}                | {} | Customer Attributes (JSON) must be a JSON object, but is an array
	`);

	test.each(
		casesOf<[what: string, given: Given]>(`
			Last Name                  | {"usual": {"last_name": "M\ufffdller"}}
			Custom Attributes: "nick"  | {"rows": [["nick", "M\ufffdller"], ["city", "Rome"]]}
			Input field "Nick"         | {"item": {"Nick": "M\ufffdller"}}
			The attribute "Nick"       | {"json": {"Nick": "M\ufffdller"}}
			The attribute "Nick"       | {"json": {"Nick": [{"b": "M\ufffdller"}]}}
			The attribute "Nick"       | {"json": {"Nick": {"M\ufffdller": 1}}}
		`),
	)('one that was broken when the file was read is refused: %s of %j', (what, given) =>
		expect(readGiven(given, {}).problems).toEqual([`${what} ${UNREAD}`]),
	);

	test('texts that say true or false and nothing else are warned of', () => {
		const given = { vip: 'TRUE', member: ' false ', note: 'true story', x: 'untrue', is_on: true };
		expect(fromJson(given)).toMatchObject({
			value: { ...given, member: 'false' },
			warnings: [expect.stringContaining(': vip, member. ')],
		});
	});

	test('a parameter that could not be read gives none', () =>
		expect(read({ customerAttributesInput: UNREADABLE })).toMatchObject({
			value: {},
			problems: [],
		}));
});

test.each<[given: Given, advice: RegExp, rules?: Rules]>([
	[{ json: { 'jane@example.com': 'joe@example.com' } }, /Header Row/],
	[{ json: { '': 'x' } }, /^Give the column or field a name/],
	[{ json: { 'Stra\ufffde': 'x' } }, /encoding/],
	[{ usual: { last_name: 'M\ufffdller' } }, /encoding.*Latin1/],
	[
		{ json: { 'First-Name': 'Jane' } },
		/^Rename it to "first_name", or set the option Attribute Names to Fix\.$/,
		{ attributeNames: 'reject' },
	],
])('%j is refused with the advice %s', (given, advice, rules = {}) =>
	expect(readGiven(given, rules).fixes).toEqual([expect.stringMatching(advice)]),
);

describe('doubtful values', () => {
	const warnings = (value: unknown) => fromJson({ x: value }).warnings;

	test.each(['03/04/2025', '3.4.25', '03-04-2025 12:00', '12/1/1990', ' 1.2.2025 '])(
		'%p could be two days',
		(value) =>
			expect(warnings(value)).toEqual([
				`Dates in which day and month could be exchanged are stored as they are: x "${value.trim()}". Write them as year-month-day, such as 1990-05-17`,
			]),
	);

	test.each([
		...rowsOf(`
			1.234,50 | 1,234.50 | 1,234 | 12,50 | 1 234,50 | 1’234.50 | 1.234.567 | € 12.50 | 12.50 € | -$1,234
			EUR 12,50 | 20 USD | 12,5 % | 1.234.567,89 | 899kr | 1\u202f234,5
		`).flat(),
	])('%p is a number written for people', (value) =>
		expect(warnings(value)).toEqual([
			expect.stringContaining(`are stored as texts: x "${value}". If they are numbers, convert`),
		]),
	);

	test.each([
		...['2025-04-03', '13/04/2025', '04/13/2025', '04/04/2025', '03/04', '1.2.3', 20250403, 12.5],
		...['12.50', '1.234', '97201', '+1 503 555 0100', '600 123 456', '030 123 456', '1,2,3', '-5'],
		...['50 %', 'SKU 123', '97201-1234', '(503) 555-0100', '$', '10,5,2', '', 'a 1,5', '1.234.56'],
		...['913.249.5790', '44.242.120.158'],
	])('%p is neither', (value) => expect(warnings(value)).toEqual([]));

	test('those of one item are said together, cut where they are long', () => {
		const long = `03/04/2025 ${'x'.repeat(40)}`;
		expect(fromJson({ Since: '03/04/2025', b: long, c: '1,5', d: '2,5' }).warnings).toEqual([
			expect.stringContaining(`: since "03/04/2025", b "${long.slice(0, 30)}…". Write`),
			expect.stringContaining(': c "1,5", d "2,5". If'),
		]);
	});
});

describe('automatic mapping', () => {
	testCases(`
		every text, number and boolean field but the identity is an attribute | {} | {"item": {"Email": "jane@example.com", "distinct_id": "1", "First Name": "Jane", "Orders": 3, "VIP": true, "Phone": null}} | {"first_name": "Jane", "orders": 3, "vip": true}
		the identity is none in any spelling            | {} | {"item": {"\\ufeffE-Mail": "jane@example.com", "Distinct ID": "1", "distinctId": "1", "city": "Rome"}} | {"city": "Rome"}
		what only sounds like a secret is one           | {} | {"item": {"secretary": "Ann", "token_count": 3, "has_password": true, "password": ""}} | {"secretary": "Ann", "token_count": 3, "has_password": true}
		nested fields are left out with a warning that names them | {} | {"item": {"city": "Rome", "address": {"a": 1}, "tags": []}} | {"city": "Rome"} | ${NESTED}
		fields that n8n's nodes add are none            | {} | {"item": {"row_number": 1, "_rowsLeft": 1, "webhookUrl": "x", "executionMode": "x", "resumeUrl": "x", "resumeFormUrl": "x", "formMode": "x", "formQueryParameters": "x", "submittedAt": "x", "instanceId": "x", "city": "Rome"}} | {"city": "Rome"} | ${ADDED}: row_number, _rowsLeft, webhookUrl, executionMode, resumeUrl, resumeFormUrl, formMode, formQueryParameters, submittedAt, instanceId. ${RENAME}
		those of a chat are none                        | {} | {"item": {"sessionId": "3f2a", "action": "sendMessage", "chatInput": "Update, please", "city": "Rome"}} | {"city": "Rome"} | ${ADDED}: chatInput, sessionId, action. ${RENAME}
		those of an AI agent are none                   | {} | {"item": {"sessionId": "3f2a", "action": "sendMessage", "chatInput": "", "toolCallId": "call_7", "city": "Rome"}} | {"city": "Rome"} | ${ADDED}: chatInput, toolCallId, sessionId, action. ${RENAME}
		those of a failure are none                     | {} | {"item": {"error": "Email is required", "advice": "Map the email", "city": "Rome"}} | {"city": "Rome"} | ${ADDED}: error, advice. ${RENAME}
		the same names in another item are some         | {} | {"item": {"action": "renew", "session_id": "s-1", "error": "none", "city": "Rome"}} | {"action": "renew", "session_id": "s-1", "error": "none", "city": "Rome"}
		those of the Schedule Trigger are none          | {} | {"item": {"timestamp": "t", "Timezone": "z", "Year": "2024", "Hour": "7", "Readable date": "May 1st", "city": "Rome"}} | {"city": "Rome"} | ${ADDED}: Readable date, timestamp, Timezone, Year, Hour. ${RENAME}
		those of a schedule without its readable date are some | {} | {"item": {"Year": "2024", "city": "Rome"}} | {"year": "2024", "city": "Rome"}
		fields to leave out are none, nested or not     | {} | {"item": {"id": 1, "Notes": "x", "tags": [], "city": "Rome"}, "leaveOut": " id, Notes ,tags,"} | {"city": "Rome"}
		an Excel column without a name is none          | {} | {"item": {"__EMPTY": 1, "__EMPTY_1": "x", "city": "Rome"}} | {"city": "Rome"} | ${ADDED}: __EMPTY, __EMPTY_1. ${RENAME}
		fields to leave out are named as they are       | {} | {"item": {"Internal Notes": "x", "row_number": 2, "city": "Rome"}, "leaveOut": "Internal Notes, row_number"} | {"city": "Rome"}
		fields to leave out are named in another spelling | {} | {"item": {"Internal Notes": "x", "row_number": 2, "city": "Rome"}, "leaveOut": "internal_notes, Row-Number"} | {"city": "Rome"}
		fields to leave out are all that go by a name   | {} | {"item": {"first_name": "Jane", "First-Name": "JANE", "tags": [], "city": "Rome"}, "leaveOut": "First-Name, tags"} | {"city": "Rome"}
	`);

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

	test('a field without a value is none, a date is its ISO text, and one that is no number is refused', () => {
		const dates = { since: new Date('2024-05-01T09:30:00Z'), none: new Date(NaN) };
		expect(auto({ a: undefined, ...(dates as object) })).toMatchObject({
			...{ value: { since: '2024-05-01T09:30:00.000Z' }, problems: [], warnings: [] },
		});
		expect(auto({ score: NaN }).problems).toEqual([
			'Input field "score" is NaN, which JSON does not support',
		]);
	});
});

describe('assignments', () => {
	const assigned = (type: string, value: unknown) =>
		check((report) => {
			const collection = { assignments: [row('x', value, type)] };
			return assignments({ value: collection, label: 'Attributes', report })[0].read();
		});

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
		['boolean', ' \t', ' \t'],
		['array', ' ', ' '],
		['object', null, null],
	])('%s from %p is %p', (type, value, expected) => {
		expect(assigned(type, value)).toMatchObject({ value: expected, problems: [] });
	});

	const NOTHING = 'has no value: its field does not exist in this item';
	test.each([
		['number', '12,5', 'must be a number, but is "12,5"'],
		['boolean', 'yes', 'must be true or false, but is "yes"'],
		['array', '{"a":1}', 'must be an array, but is an object'],
		['object', [1], 'must be an object, but is an array'],
		['object', undefined, NOTHING],
		['string', NaN, 'is NaN, which JSON does not support'],
		['string', undefined, NOTHING],
	])('%s from %p is refused', (type, value, text) =>
		expect(assigned(type, value).problems).toEqual([`Attributes: "x" ${text}`]),
	);

	test('broken JSON is reported once', () =>
		expect(assigned('object', '{').problems).toHaveLength(1));

	test('rows of a wrong shape are no rows', () => {
		const [none, one] = [undefined, { assignments: [null, { value: 1 }] }].map((given) =>
			assignments(fieldOf(given)),
		);
		expect(none).toEqual([]);
		expect(one.map(({ name, read }) => [name, read()])).toEqual([['', '1']]);
	});
});

test('a list of many attributes to send is searched once for all items', () => {
	const names = Array.from({ length: 2000 }, (_, index) => `Column ${index}`);
	let read = 0;
	const attributesToSend = new Proxy(names, {
		get: (list, key) => (read++, Reflect.get(list, key) as unknown),
	});
	const json = Object.fromEntries(names.map((name) => [name, 'x']));
	const send = () => Object.keys(auto(json, {}, { attributesToSend }).value);
	expect(send()).toHaveLength(2000);
	read = 0;
	expect(send()).toHaveLength(2000);
	// Its length may be read for each attribute.
	expect(read).toBeLessThanOrEqual(2000);
});
