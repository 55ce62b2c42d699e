import type { IDataObject } from 'n8n-workflow';

import { getCustomer, upsertCustomer } from '../../../nodes/Bluecore/customers';
import { UNREADABLE } from '../../../nodes/shared/values/field';
import { answer, planOne } from '../../support/developerOperations';

const EMAIL = 'jane@example.com';
const PHONE = '+15556667777';

describe('what Bluecore knows of a customer', () => {
	const outputOf = (data: unknown, parameters: IDataObject = { email: EMAIL }) => {
		const { operation, request } = planOne(getCustomer, parameters);
		return operation.output(request, answer(200, { data }));
	};
	const found = { found: true, email: EMAIL, phone_number: null, ids: [], attributes: {} };

	const OLD = { email: 'old@example.com' };
	const [JANE, NUMBER, OTHER] = [
		{ email: EMAIL },
		{ phone_number: PHONE },
		{ phone_number: '+1999' },
	];
	test.each<[IDataObject, IDataObject[], string | null, string | null]>([
		[JANE, [OLD, JANE], EMAIL, null],
		[{ email: 'JANE@example.com' }, [OLD, JANE], EMAIL, null],
		[JANE, [OLD], EMAIL, null],
		[{ email: EMAIL, phone: PHONE }, [JANE], EMAIL, null],
		[{ email: EMAIL, phone: PHONE }, [JANE, OTHER], EMAIL, '+1999'],
		[{ email: EMAIL, phone: PHONE }, [JANE, OTHER, NUMBER], EMAIL, PHONE],
		[{ phone: PHONE }, [OTHER, JANE], EMAIL, PHONE],
	])('has what was asked for: %j of %j', (asked, ids, email, phone) => {
		expect(outputOf({ ids }, asked)).toMatchObject({ email, phone_number: phone, ids });
	});

	test('is told, with the identifiers that Bluecore has linked', () => {
		const ids = [{ email: 'Jane@example.com' }, { phone_number: PHONE }, { other: 1 }];
		const attributes = { city: 'Portland' };
		expect(outputOf({ ids, attributes, updated: '2024-05-01T10:00:00Z' })).toEqual({
			found: true,
			email: 'Jane@example.com',
			phone_number: PHONE,
			ids,
			attributes,
			updated: '2024-05-01T10:00:00Z',
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

	test('without an answer about identifiers has the one that was asked for', () => {
		expect(outputOf({ ids: [] }, { phone: PHONE })).toMatchObject({
			email: null,
			phone_number: PHONE,
		});
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

	test.each([
		[getCustomer, false],
		[upsertCustomer, true],
	])('in an answer of another kind may come after a change: %#', (definition, mayHaveArrived) => {
		const { operation } = planOne(definition, { email: EMAIL });
		expect(operation.validateResponse?.(answer(200, { ok: true }))).toMatchObject({
			mayHaveArrived,
		});
	});
});

describe('a customer that Bluecore does not have', () => {
	const read = async (ifNotFound: 'return' | 'fail', status: number, body: unknown) => {
		const { operation, request } = planOne(
			getCustomer,
			{ email: EMAIL },
			{ options: { ifNotFound }, response: answer(status, body) },
		);
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
	const json = { customerAttributesInput: 'json' };
	const plan = (attributes: object, more: IDataObject = { email: EMAIL }) => {
		const { request, problems, report } = planOne(
			upsertCustomer,
			{ ...json, ...more, customerAttributesJson: attributes },
			{ options: { sendEmptyValues: true } },
		);
		return { payload: request.payload, problems, warnings: report.warnings };
	};

	test.each([
		{ email: 'jane@EXAMPLE.com' },
		{ phone_number: '+1 (555) 666-7777' },
		{ phone_number: 15556667777 },
		{ email: EMAIL, phone_number: PHONE },
	])('that are the identifiers are not sent twice: %j', (same) => {
		const attributes = { ...same, city: 'x' };
		expect(plan(attributes, { email: EMAIL, phone: PHONE })).toEqual({
			payload: {
				id: { email: EMAIL },
				link_ids: [{ phone_number: PHONE }],
				attributes: { city: 'x' },
			},
			problems: [],
			warnings: expect.any(Array),
		});
	});

	test.each([
		[{ email: 'x@example.com' }, 'The attribute "email" is different from the field Email'],
		[{ phone_number: '+1' }, 'The attribute "phone_number" is different from the field Phone'],
	])('%j differ from the identifiers, which is refused', (attributes, problem) => {
		const identifiers = { email: EMAIL, phone: PHONE };
		expect(plan({ city: 'x', ...attributes }, identifiers).problems).toEqual([problem]);
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
		expect(plan({}, { email: EMAIL, phone: PHONE }).problems).toEqual([]);
		expect(plan({ a: [] }).problems).toHaveLength(1);
		expect(plan({}, { email: 'x' }).problems).toEqual(['Email is not an email address: "x"']);
		// An address that is wrong is one that was given.
		expect(plan({}, { email: 'x', phone: PHONE }).problems).toEqual([
			'Email is not an email address: "x"',
		]);
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

	test('is named in a message', () => {
		expect(plan({ timestamp: 'soon' }).problems).toEqual([
			'Timestamp is not a date and time: "soon"',
		]);
	});
});
