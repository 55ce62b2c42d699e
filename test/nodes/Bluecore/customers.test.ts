import type { IDataObject } from 'n8n-workflow';

import { customerOperations } from '../../../nodes/Bluecore/customers';
import { UNREADABLE } from '../../../nodes/shared/values/field';
import { answer, planOne } from '../../support/developerOperations';
import { casesOf } from '../../support/table';

const { get: getCustomer, upsert: upsertCustomer } = customerOperations;

const EMAIL = 'jane@example.com';
const PHONE = '+15556667777';

describe('what Bluecore knows of a customer', () => {
	const outputOf = (data: unknown, parameters: IDataObject = { email: EMAIL }) => {
		const { operation, request } = planOne(getCustomer, parameters);
		return operation.output(request, answer(200, { data }));
	};
	const found = { found: true, email: EMAIL, phone_number: null, ids: [], attributes: {} };

	test.each(
		casesOf<[asked: IDataObject, ids: IDataObject[], email: string | null, phone: string | null]>(`
			{"email": "jane@example.com"} | [{"email": "old@example.com"}, {"email": "jane@example.com"}] | jane@example.com | null
			{"email": "JANE@example.com"} | [{"email": "old@example.com"}, {"email": "jane@example.com"}] | jane@example.com | null
			{"email": "jane@example.com"} | [{"email": "old@example.com"}]  | jane@example.com | null
			{"email": "jane@example.com", "phone": "+15556667777"} | [{"email": "jane@example.com"}] | jane@example.com | null
			{"email": "jane@example.com", "phone": "+15556667777"} | [{"email": "jane@example.com"}, {"phone_number": "+1999"}] | jane@example.com | +1999
			{"email": "jane@example.com", "phone": "+15556667777"} | [{"email": "jane@example.com"}, {"phone_number": "+1999"}, {"phone_number": "+15556667777"}] | jane@example.com | +15556667777
			{"phone": "+15556667777"}     | [{"phone_number": "+1999"}, {"email": "jane@example.com"}] | jane@example.com | +15556667777
			{"phone": "+15556667777"}     | [] | null | +15556667777
		`),
	)('has what was asked for: %j of %j', (asked, ids, email, phone) => {
		expect(outputOf({ ids }, asked)).toMatchObject({ email, phone_number: phone, ids });
	});

	test('is told, with the identifiers that Bluecore has linked', () => {
		const ids = [{ email: 'Jane@example.com' }, { phone_number: PHONE }, { other: 1 }];
		const attributes = { city: 'Portland' };
		const updated = '2024-05-01T10:00:00Z';
		expect(outputOf({ ids, attributes, updated })).toEqual({
			...{ found: true, email: 'Jane@example.com', phone_number: PHONE },
			...{ ids, attributes, updated },
		});
	});

	test.each<[unknown, object]>([
		[{ ids: [] }, {}],
		[{ ids: [null, 'x', {}] }, { ids: [{}] }],
		[{ ids: [], attributes: [] }, {}],
		[{ ids: 'x', attributes: null }, {}],
		[undefined, {}],
	])('in an answer with %j is what can be read', (data, more) => {
		expect(outputOf(data)).toEqual({ ...found, updated: null, ...more });
	});

	test.each([
		[{ ids: [] }, true],
		[{ ids: {} }, false],
		[{}, false],
	])('must have a list of identifiers: %j', (data, isGood) => {
		const { operation } = planOne(getCustomer, { email: EMAIL });
		const problem = operation.validateResponse?.(answer(200, { data }));
		expect(problem === undefined).toBe(isGood);
	});
});

describe('a customer that Bluecore does not have', () => {
	const read = async (ifNotFound: 'return' | 'fail', status: number, body: unknown) => {
		const given = { options: { ifNotFound }, response: answer(status, body) };
		const { operation, request } = planOne(getCustomer, { email: EMAIL }, given);
		const response = await request.send(new AbortController().signal);
		return { response, output: operation.output(request, response), operation };
	};
	const unknown = { code: 5, message: 'we could not find it' };

	test('is an empty answer, if the option says so', async () => {
		const { response, output, operation } = await read('return', 404, unknown);
		expect(response.statusCode).toBe(200);
		expect(operation.validateResponse?.(response)).toBeUndefined();
		expect(operation.explain?.(404, 'none')?.fix).toContain('set the option If Not Found');
		expect(output).toEqual({ found: false, email: EMAIL, phone_number: null, attempts: undefined });
	});

	test.each<['return' | 'fail', number, unknown]>([
		['fail', 404, unknown],
		['return', 404, { message: 'Cannot GET /api' }],
		['return', 400, unknown],
		['return', 200, { data: {} }],
	])('is not one with If Not Found %s and %d with %j', async (option, status, body) => {
		expect((await read(option, status, body)).response).toEqual(answer(status, body));
	});
});

const LINKED =
	'"id": {"email": "jane@example.com"}, "link_ids": [{"phone_number": "+15556667777"}]';
const BOTH = '{"email": "jane@example.com", "phone": "+15556667777"}';
const LISTS =
	'Customer Attributes must be text, numbers, booleans or times, but these are lists or objects';
const NEEDED =
	'Customer Attributes must contain at least one attribute, unless both Email and Phone are given';
const USUAL =
	'Bluecore usually has phone instead of phone_number. Rename the fields if they are the same';
/** The cells: what it is, who, the attributes, what is sent or null if it is refused, and each problem and warning. */
test.each(
	casesOf<[string, IDataObject, object, IDataObject | null, ...string[]]>(`
		an email in another letter case is not sent twice | ${BOTH} | {"email": "jane@EXAMPLE.com", "city": "x"} | {${LINKED}, "attributes": {"city": "x"}}
		a number written otherwise is not sent twice   | ${BOTH} | {"phone_number": "+1 (555) 666-7777", "city": "x"} | {${LINKED}, "attributes": {"city": "x"}}
		a number that is no text is not sent twice     | ${BOTH} | {"phone_number": 15556667777, "city": "x"} | {${LINKED}, "attributes": {"city": "x"}}
		both are not sent twice                        | ${BOTH} | {"email": "jane@example.com", "phone_number": "+15556667777", "city": "x"} | {${LINKED}, "attributes": {"city": "x"}}
		another email is refused                       | ${BOTH} | {"city": "x", "email": "x@example.com"} | null | The attribute "email" is different from the field Email
		another number is refused                      | ${BOTH} | {"city": "x", "phone_number": "+1"} | null | The attribute "phone_number" is different from the field Phone | ${USUAL}
		phone_number is an attribute without a phone number of the customer | {"email": "jane@example.com"} | {"phone_number": "+15556667777"} | {"id": {"email": "jane@example.com"}, "attributes": {"phone_number": "+15556667777"}} | ${USUAL}
		empty ones erase a value                       | {"email": "jane@example.com"} | {"a": null, "b": "", "c": 0, "d": false} | {"id": {"email": "jane@example.com"}, "attributes": {"a": "", "b": "", "c": 0, "d": false}} | These empty values erase the values that Bluecore has: a, b
		lists are refused by their names               | {"email": "jane@example.com"} | {"a": [1], "b": {}, "c": 1} | null | ${LISTS}: a, b
		one problem is enough for a list alone         | {"email": "jane@example.com"} | {"a": [1]} | null | ${LISTS}: a
		there must be one                              | {"email": "jane@example.com"} | {} | null | ${NEEDED}
		there need be none to link identifiers         | ${BOTH} | {} | {${LINKED}}
		an address that is wrong is one that was given | {"email": "x"} | {} | null | Email is not an email address: "x"
		a wrong address beside a number is all that is said | {"email": "x", "phone": "+15556667777"} | {} | null | Email is not an email address: "x"
	`),
)('of attributes, %s: of %j with %j', (_what, who, customerAttributesJson, sent, ...said) => {
	const given = { customerAttributesInput: 'json', ...who, customerAttributesJson };
	const options = { sendEmptyValues: true };
	const planned = planOne(upsertCustomer, given, { options });
	const payload = planned.problems.length > 0 ? null : planned.request.payload;
	const { warnings } = planned.report;
	expect([payload, ...planned.problems, ...warnings]).toEqual([sent, ...said]);
});

describe('Timestamp', () => {
	const plan = (additionalFields: unknown) =>
		planOne(upsertCustomer, { email: EMAIL, phone: PHONE, additionalFields });

	test.each<[unknown, string | undefined]>([
		[{ timestamp: '2024-07-31T09:30' }, '2024-07-31T13:30:00.000Z'],
		[{ timestamp: '' }, undefined],
		[{}, undefined],
		['', undefined],
		[null, undefined],
		// What the expression of the whole collection gave could not be read, which has been reported.
		[UNREADABLE, undefined],
	])('of %p is %s', (additionalFields, timestamp) => {
		const { request, problems } = plan(additionalFields);
		expect(request.payload?.timestamp).toBe(timestamp);
		expect(problems).toEqual([]);
	});

	test('is named in a message', () =>
		expect(plan({ timestamp: 'soon' }).problems).toEqual([
			'Timestamp is not a date and time: "soon"',
		]));
});
