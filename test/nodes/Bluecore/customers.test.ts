import type { IDataObject } from 'n8n-workflow';

import { getCustomer, upsertCustomer } from '../../../nodes/Bluecore/customers';
import { UNREADABLE } from '../../../nodes/shared/values/field';
import { answer, planOne } from '../../support/developerOperations';
import { casesOf } from '../../support/table';

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

describe('attributes', () => {
	const plan = (customerAttributesJson: object, more: IDataObject = { email: EMAIL }) => {
		const given = { customerAttributesInput: 'json', ...more, customerAttributesJson };
		const options = { sendEmptyValues: true };
		const { request, problems, report } = planOne(upsertCustomer, given, { options });
		return { payload: request.payload, problems, warnings: report.warnings };
	};
	const BOTH = { email: EMAIL, phone: PHONE };

	test.each([
		{ email: 'jane@EXAMPLE.com' },
		{ phone_number: '+1 (555) 666-7777' },
		{ phone_number: 15556667777 },
		{ email: EMAIL, phone_number: PHONE },
	])('that are the identifiers are not sent twice: %j', (same) => {
		const { payload, problems } = plan({ ...same, city: 'x' }, BOTH);
		const link_ids = [{ phone_number: PHONE }];
		expect(payload).toEqual({ id: { email: EMAIL }, link_ids, attributes: { city: 'x' } });
		expect(problems).toEqual([]);
	});

	test.each([
		[{ email: 'x@example.com' }, 'The attribute "email" is different from the field Email'],
		[{ phone_number: '+1' }, 'The attribute "phone_number" is different from the field Phone'],
	])('%j differ from the identifiers, which is refused', (attributes, problem) => {
		expect(plan({ city: 'x', ...attributes }, BOTH).problems).toEqual([problem]);
	});

	test('phone_number is one of them without a phone number of the customer', () => {
		expect(plan({ phone_number: PHONE })).toEqual({
			payload: { id: { email: EMAIL }, attributes: { phone_number: PHONE } },
			problems: [],
			warnings: [
				'Bluecore usually has phone instead of phone_number. Rename the fields if they are the same',
			],
		});
	});

	test('that are empty erase a value, and lists are refused by their names', () => {
		expect(plan({ a: null, b: '', c: 0, d: false }).payload).toMatchObject({
			attributes: { a: '', b: '', c: 0, d: false },
		});
		expect(plan({ a: [1], b: {}, c: 1 }).problems).toEqual([
			'Customer Attributes must be text, numbers, booleans or times, but these are lists or objects: a, b',
		]);
	});

	test('must be there, unless identifiers are linked; one problem is enough', () => {
		const needed = expect.stringContaining('must contain at least one attribute');
		expect(plan({}).problems).toEqual([needed]);
		expect(plan({}, BOTH).problems).toEqual([]);
		expect(plan({ a: [] }).problems).toHaveLength(1);
		// An address that is wrong is one that was given.
		for (const more of [{}, { phone: PHONE }]) {
			expect(plan({}, { email: 'x', ...more }).problems).toEqual([
				'Email is not an email address: "x"',
			]);
		}
	});
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
