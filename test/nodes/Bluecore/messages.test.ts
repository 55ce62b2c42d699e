import { getMessageStatus } from '../../../nodes/Bluecore/messageStatus';
import { sendMessage } from '../../../nodes/Bluecore/sendMessage';
import type { Confirmation } from '../../../nodes/shared/delivery/call';
import type { Outcome, Response } from '../../../nodes/shared/delivery/outcome';
import { UNREADABLE } from '../../../nodes/shared/values/field';
import { answer, EXECUTION, planOne } from '../../support/developerOperations';
import { casesOf } from '../../support/table';

const EMAIL = 'jane@example.com';
const GIVEN = { campaignIds: '1', email: EMAIL, messageId: 'm1' };
const statuses = (...all: unknown[]) => answer(200, { data: { statuses: all } });
const taken = statuses({ status: 'INITIATED' });

test('messages of a customer have one order, by the email if there is one', () => {
	const customerOf = (more: object) => planOne(sendMessage, { ...GIVEN, ...more }).request.customer;
	const phone = '+15556667777';
	expect(customerOf({ email: EMAIL.toUpperCase(), phone })).toMatch(new RegExp(` ${EMAIL}$`));
	expect(customerOf({ email: '', phone })).toMatch(/ \+15556667777$/);
	const { problems } = planOne(sendMessage, { campaignIds: '1' });
	expect(problems).toEqual(['Email or Phone is required']);
});

test.each([
	['x'.repeat(128), []],
	['x'.repeat(129), ['Message ID has 129 characters, but at most 128 are allowed']],
	['order 1001', ['Message ID contains characters that are not allowed: "order 1001"']],
	['null', ['Message ID is "null", which stands for a missing value']],
	['order\u200b1', [expect.stringMatching(/^Message ID contains .* character \(U\+200B\)/)]],
	// In an address, it would stand for another folder.
	['..', ['Message ID is "..", which stands for a missing value']],
])('a Message ID has up to 128 letters, digits and signs: %j', (messageId, problems) => {
	expect(planOne(sendMessage, { ...GIVEN, messageId }).problems).toEqual(problems);
});

const [EMPTY, NO_TEXT] = ['empty', 'not text'].map(
	(what) => `Product IDs must contain IDs only, but one of them is ${what}`,
);
test.each<[given: unknown, ids: string[] | undefined, ...problems: string[]]>([
	[' a , b,, a ', ['a', 'b']],
	['["A1",12]', ['A1', '12']],
	...['', ' , ', null, undefined, [], UNREADABLE].map((none): [unknown, undefined] => [
		none,
		undefined,
	]),
	[['a', ''], undefined, EMPTY],
	[['a', null], undefined, EMPTY],
	[[['a']], undefined, NO_TEXT],
	[[{ id: 'a' }], undefined, NO_TEXT],
	[{ id: 'a' }, undefined, NO_TEXT],
	[new Date(0), undefined, NO_TEXT],
	['["A1","B2"', undefined, 'Product IDs is not valid JSON: '],
	[['a', 'undefined'], undefined, 'Product IDs is "undefined", which stands for a missing value'],
	[[2 ** 60], undefined, 'Product IDs is a number with too many digits'],
])('the product IDs %j are %j, or refused: %s', (productIds, ids, ...problems) => {
	const planned = planOne(sendMessage, { ...GIVEN, productIds });
	const products = ids && { product_ids: ids };
	const sent = { message: { identifiers: [{ email: EMAIL }], campaign_ids: ['1'], ...products } };
	const isRefused = problems.length > 0;
	expect([planned.problems, isRefused || planned.request.payload]).toEqual([
		...[problems.map((each) => expect.stringContaining(each) as unknown), isRefused || sent],
	]);
});

test.each<[unknown, ...string[]]>([
	['', 'Campaign IDs is required'],
	[' , ', 'Campaign IDs is required'],
	[[], 'Campaign IDs is required'],
	// What could not be read has been reported.
	[UNREADABLE],
])('a campaign must be there: %p', (campaignIds, ...problems) =>
	expect(planOne(sendMessage, { ...GIVEN, campaignIds }).problems).toEqual(problems),
);

test('attributes name the types of their values', () => {
	const given = [
		['text', 'x', { string_value: 'x' }],
		['empty', null, { string_value: '' }],
		['number', 0, { number_value: 0 }],
		['boolean', false, { bool_value: false }],
		['time', '2024-05-01T09:30:00Z', { time_value: '2024-05-01T09:30:00Z' }],
		['day', '2024-05-01', { string_value: '2024-05-01' }],
	] as const;
	const customerAttributesJson = Object.fromEntries(given);
	const { request } = planOne(
		sendMessage,
		{ ...GIVEN, customerAttributesInput: 'json', customerAttributesJson },
		{ options: { sendEmptyValues: true } },
	);
	const customer_attributes = Object.fromEntries(given.map(([name, , sent]) => [name, sent]));
	expect(request.payload).toMatchObject({ message: { customer_attributes } });
});

test('a message without an ID has another one for other customers, campaigns and executions', () => {
	const idOf = (more: object, execution = EXECUTION) =>
		planOne(sendMessage, { ...GIVEN, messageId: '', ...more }, { execution }).request.summary
			.message_id;
	expect(idOf({})).toMatch(/^n8n-[0-9a-f]{32}$/);
	for (const same of [{ productIds: 'a' }, { email: EMAIL.toUpperCase() }]) {
		expect(idOf(same)).toBe(idOf({}));
	}
	const others = [{ email: 'joe@example.com' }, { campaignIds: '2' }, { phone: '+15556667777' }];
	for (const other of others) expect(idOf(other)).not.toBe(idOf({}));
	expect(idOf({}, { ...EXECUTION, getExecutionId: () => '2' })).not.toBe(idOf({}));
});

describe('whether a message has arrived', () => {
	const meaning = (read: ReturnType<Confirmation['read']>) =>
		typeof read === 'object' ? read.kind : read;
	const plan = (ifAlreadySent: 'return' | 'fail' = 'return', response?: Response) => {
		const parameters = { ...GIVEN, phone: '+15556667777' };
		const planned = planOne(sendMessage, parameters, { options: { ifAlreadySent }, response });
		const { confirmation } = planned.request;
		if (!confirmation) throw new Error('There is no confirmation');
		return { ...planned, confirmation };
	};
	const used: Outcome = { kind: 'refused', response: answer(409, { code: 6 }) };
	const invalid = (mayHaveArrived: boolean): Outcome => {
		const problem = { message: '', fix: '', mayHaveArrived };
		return { kind: 'invalid', response: answer(200, {}), problem };
	};

	test.each<[Outcome, 'return' | 'fail', boolean]>([
		[{ kind: 'unknown', code: 'ECONNRESET' }, 'fail', true],
		[{ kind: 'temporary', response: answer(503, {}) }, 'fail', true],
		[{ kind: 'temporary', response: answer(429, {}) }, 'return', false],
		[{ kind: 'notSent', code: 'ECONNREFUSED', retryable: true }, 'return', false],
		[used, 'return', true],
		// It may be another message, or one of an earlier attempt.
		[used, 'fail', true],
		[{ kind: 'refused', response: answer(400, {}) }, 'return', false],
		[{ kind: 'accepted', response: answer(409, {}) }, 'return', false],
		[{ kind: 'cancelled' }, 'return', false],
		[invalid(true), 'return', true],
		[invalid(false), 'return', false],
	])('is asked after %j (If Already Sent: %s): %s', (outcome, option, is) => {
		expect(plan(option).confirmation.isNeeded(outcome)).toBe(is);
	});

	test.each(
		casesOf<[said: string, status: number, ...bodies: unknown[]]>(`
			accepted   | 200 | {"data": {"statuses": []}}
			unknown    | 200 | {} | {"data": {}} | {"data": []} | {"data": "x"} | data | null | [{"data": {}}] | <html>
			notArrived | 404 | {"code": 5, "message": "not found"} | {}
			unknown    | 404 | {"message": "Cannot GET /api"} | "" | <html></html> | []
			unknown    | 400 | {"code": 5, "message": "not found"}
			unknown    | 500 | {"data": {"statuses": []}}
		`),
	)('is %s after an answer %d', (said, status, ...bodies) => {
		const read = bodies.map((body) => meaning(plan().confirmation.read(answer(status, body))));
		expect(read).toEqual(bodies.map(() => (said === 'unknown' ? undefined : said)));
	});

	/** Asks after a message that was sent now; the service's clock says that it took it so many seconds ago. */
	async function ask(mayBeOwn: boolean, secondsAgo: number) {
		const now = Date.parse('2024-05-01T10:00:00Z');
		const timestamp = new Date(now - secondsAgo * 1000).toISOString();
		const data = { statuses: [{ status: 'INITIATED', timestamp }] };
		const response = answer(200, { data }, { date: new Date(now).toUTCString() });
		const planned = plan('return', response);
		const { request, confirmation, asked, operation } = planned;
		await request.send(new AbortController().signal);
		const confirmed = await confirmation.ask(new AbortController().signal, mayBeOwn);
		const path = ['transactional-messages', 'm1'];
		expect(asked).toEqual([{ path, body: request.payload }, { path }]);
		expect(meaning(confirmation.read(confirmed))).toBe('accepted');
		return operation.output(request, confirmed).already_sent;
	}

	test.each([
		[false, 0, true],
		[true, 0, false],
		// The header Date has whole seconds.
		[true, 0.9, false],
		[true, 5, true],
	])('by itself: not, if own %s and %d seconds old: %s', async (mayBeOwn, seconds, was) =>
		expect(await ask(mayBeOwn, seconds)).toBe(was),
	);

	test('an age that the answer does not say proves nothing', async () => {
		const { request, confirmation } = plan('return', taken);
		await request.send(new AbortController().signal);
		const asked = await confirmation.ask(new AbortController().signal, true);
		expect(asked).toMatchObject({ isFromBefore: false });
	});

	test.each(
		casesOf<[what: string, has: object, said?: string]>(`
			names nothing             | {}
			has the same customer     | {"identifiers": [{"email": "Jane@Example.com"}]}
			has the same customer as its examples do | {"identifiers": [{"email": {"email": "jane@example.com"}}]}
			has one of two identifiers, without its plus sign | {"identifiers": [{"email": "old@example.com"}, {"phone_number": "15556667777"}]}
			has one of the campaigns  | {"campaign_id": 2}
			has the same products     | {"product_ids": ["b", "a", "b"]}
			has a longer address      | {"identifiers": [{"email": "xjane@example.com"}]} | for xjane@example.com
			has another number        | {"identifiers": [{"phone_number": {"phone_number": "+1999"}}]} | for +1999
			has another campaign      | {"campaign_id": "12"}    | of campaign 12
			has fewer products        | {"product_ids": ["a"]}   | with the products a
			has no products           | {"product_ids": []}      | without products
			has no draft              | {"use_draft": false}
			has a draft               | {"use_draft": true}      | from the draft of its campaign
			has nothing that is the same | {"identifiers": [{"email": "joe@example.com"}], "campaign_id": "3", "product_ids": ["secret"]} | for joe@example.com of campaign 3 with the products ***
		`),
	)('an ID under which Bluecore %s', (_what, has, ...[said]) => {
		const parameters = { ...GIVEN, phone: '+15556667777', campaignIds: '1, 2', productIds: 'a, b' };
		const { request, report } = planOne(sendMessage, parameters);
		const response = answer(200, { data: { statuses: [], ...has } });
		// The same holds if this run may have sent it: then its answer would name what was sent.
		for (const isFromBefore of [true, false]) {
			const outcome = request.confirmation?.read({ ...response, isFromBefore } as Response);
			const message = `Bluecore has another message with the Message ID "m1", ${said}, so this one was not sent`;
			const problem = { message, mayHaveArrived: false };
			expect(outcome).toMatchObject(
				said === undefined ? { kind: 'accepted' } : { kind: 'invalid', problem },
			);
		}
		expect(report.warnings).toEqual([]);
	});
});

describe('the output', () => {
	test('has the last status and the whole history', () => {
		const { operation, request } = planOne(sendMessage, GIVEN);
		const first = { status: 'INITIATED' };
		const halted = { status: 'HALTED' };
		expect(operation.output(request, statuses(first, null, 'x', halted))).toEqual({
			...{ message_id: 'm1', email: EMAIL, campaign_ids: ['1'], status: 'HALTED' },
			...{ statuses: [first, halted], already_sent: false },
		});
		for (const response of [statuses(), answer(200, { data: { statuses: 'x' } })]) {
			expect(operation.output(request, response)).toMatchObject({ status: '', statuses: [] });
		}
	});

	test.each(
		casesOf<[has: object, told: object]>(`
			{"identifiers": [{"email": "a@example.com"}, {"phone_number": "+1"}, {"email": "b@example.com"}]} | {"email": "a@example.com", "phone_number": "+1"}
			{"identifiers": [{"phone_number": {"phone_number": "+1"}}], "campaign_id": 34545238545} | {"phone_number": "+1", "campaign_id": "34545238545"}
			{"body": "bluestore: the secret of style"} | {"body": "bluestore: the *** of style"}
			{"identifiers": [null, "x", {"email": ""}], "campaign_id": "", "body": null} | {}
			{"identifiers": "x", "campaign_id": {}, "body": [""]} | {}
		`),
	)('of a status tells what Bluecore knows of the message: %j', (has, told) => {
		const { operation, request } = planOne(getMessageStatus, { messageId: 'm1' });
		expect(operation.output(request, answer(200, { data: { statuses: [], ...has } }))).toEqual({
			...{ message_id: 'm1', ...told, status: '', details: '', statuses: [] },
			...{ is_final: false, is_delivered: false },
		});
	});

	test.each([
		['INITIATED', false, false],
		['DELIVERED', true, true],
		['HALTED', true, false],
		['DELIVERY_FAILURE', true, false],
		[undefined, false, false],
	])('of a status %s: final %s, delivered %s', (status, isFinal, isDelivered) => {
		const { operation, request } = planOne(getMessageStatus, { messageId: 'm1' });
		const response = statuses({ status: 'INITIATED' }, { status, details: 'Key secret refused' });
		expect(operation.isPending?.(response)).toBe(!isFinal);
		expect(operation.output(request, response)).toMatchObject({
			message_id: 'm1',
			status: status ?? '',
			details: 'Key *** refused',
			is_final: isFinal,
			is_delivered: isDelivered,
		});
	});
});

test("an AI agent's tool that n8n tries again needs a Message ID: each try would have another automatic one", () => {
	const problemsOf = (retryOnFail: boolean, isTool: boolean, messageId = '') => {
		const node = { getNode: () => ({ id: 'node', retryOnFail }), isToolExecution: () => isTool };
		const execution = { ...EXECUTION, ...node } as unknown as typeof EXECUTION;
		return planOne(sendMessage, { ...GIVEN, messageId }, { execution }).problems;
	};
	expect(problemsOf(true, true)).toEqual([
		expect.stringContaining('Message ID is required while Retry On Fail is on'),
	]);
	const fine = [problemsOf(true, true, 'm-1'), problemsOf(true, false), problemsOf(false, true)];
	expect(fine).toEqual([[], [], []]);
});

test.each([sendMessage, getMessageStatus])(
	'a secret in the details of a status is hidden everywhere: %#',
	(definition) => {
		const statusesOf = (first: string, last: string) => [
			{ status: 'RECEIVED', details: `for ${first}` },
			{ status: 'DELIVERED', details: `by ${last}` },
		];
		const { operation, request } = planOne(definition, GIVEN);
		const data = { statuses: statusesOf('bluestore', 'secret') };
		const output = operation.output(request, answer(200, { data }));
		expect(output.statuses).toEqual(statusesOf('***', '***'));
	},
);
