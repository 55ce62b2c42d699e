import type { IDataObject } from 'n8n-workflow';

import { useNodes, type NodeRun } from '../support/nodes';
import { NAMESPACE } from '../support/sandbox';

const { sandbox, run: runNode } = useNodes();
const EMAIL = 'jane@example.com';
const PHONE = '+15556667777';
const CAMPAIGN = '34545238546';
const SMS_CAMPAIGN = '34545238548';

const run = async (parameters: IDataObject, more?: Partial<NodeRun>) =>
	await runNode('bluecore', parameters, more);
const operationOf =
	(resource: string, common: IDataObject = {}) =>
	async (operation: string, parameters: IDataObject, more?: Partial<NodeRun>) =>
		await run({ resource, operation, ...common, ...parameters }, more);
const customer = operationOf('customer');
const subscription = operationOf('subscription', { change: 'OPTIN' });
const message = operationOf('message');
const send = async (parameters: IDataObject, more?: Partial<NodeRun>) =>
	await message('send', { campaignIds: CAMPAIGN, email: EMAIL, ...parameters }, more);

const IDS = [{ email: EMAIL }, { phone_number: PHONE }];
/** Attributes as the editor keeps them. */
const assigned = (...all: Array<[name: string, value: unknown, type: string]>): IDataObject => ({
	assignments: all.map(([name, value, type]) => ({ id: name, name, type, value }) as IDataObject),
});

/** The calls of the API, without those for tokens. */
const calls = () => sandbox.state.calls.filter(({ api }) => api !== 'token');
const bodies = () => calls().map(({ body }) => body as IDataObject);
const paths = () => calls().map(({ method, path }) => `${method} ${path}`);
const BASE = `/api/namespaces/${NAMESPACE}`;

describe('customers', () => {
	test('an upsert writes the attributes, and its output is the customer', async () => {
		const { json, main } = await customer('upsert', {
			email: EMAIL,
			customerAttributes: { first_name: ' Jane ', city: '' },
			customAttributes: assigned(['Loyalty-Points', '12', 'number'], ['vip', true, 'boolean']),
			additionalFields: { timestamp: '2024-05-01T09:30:00+02:00' },
		});
		const [id, timestamp] = [{ email: EMAIL }, '2024-05-01T07:30:00.000Z'];
		const attributes = { first_name: 'Jane', loyalty_points: 12, vip: true };
		expect(paths()).toEqual([`POST ${BASE}/customers`]);
		expect(bodies()).toEqual([{ id, attributes, timestamp }]);
		const found = { found: true, ...id, phone_number: null, ids: [id] };
		expect(json).toEqual([{ ...found, attributes, updated: timestamp, attempts: 1 }]);
		expect(main[0].pairedItem).toEqual({ item: 0 });
	});

	test('a phone number that is linked to several addresses is warned of', async () => {
		const items = ['jane', 'JANE', 'joe', 'ann'].map((name, n) => ({
			email: `${name}@example.com`,
			phone: n < 3 ? PHONE : '+15556667778',
		}));
		const [email, phone] = ['={{ $json.email }}', '={{ $json.phone }}'];
		const options = { validateOnly: true };
		const { json } = await customer('upsert', { email, phone, options }, { items });
		expect(json.map(({ warnings }) => warnings)).toEqual([
			...[undefined, undefined],
			[expect.stringMatching(/^Phone is also that of item 0, which has another email: /)],
			undefined,
		]);
	});

	test('get reads what was written; with both identifiers it asks for the email', async () => {
		await customer('upsert', { email: EMAIL, phone: PHONE, customerAttributes: { zip: '97201' } });
		const { json } = await customer('get', { email: EMAIL, phone: PHONE });
		expect(paths()[1]).toBe(`GET ${BASE}/customers?email=jane%40example.com`);
		const found = { found: true, email: EMAIL, phone_number: PHONE, attributes: { zip: '97201' } };
		const updated = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
		expect(json).toEqual([{ ...found, ids: IDS, updated, attempts: 1 }]);
	});
});

describe('subscriptions', () => {
	test('an update makes the change, and its output is the subscription', async () => {
		const given = { email: EMAIL, change: 'UNSUBSCRIBE', messageType: 'TRANSACTIONAL' };
		const additionalFields = { consentedAt: '2023-01-31' };
		const { json } = await subscription('update', { ...given, additionalFields });
		const decided = { message_type: 'TRANSACTIONAL', consented_at: '2023-01-31T05:00:00.000Z' };
		expect(paths()).toEqual([`POST ${BASE}/eligibility_events`]);
		expect(bodies()).toEqual([
			{ id: { email: EMAIL }, state: { event: 'UNSUBSCRIBE', ...decided } },
		]);
		const states = [{ status: 'UNSUBSCRIBED', ...decided, source: 'public-api' }];
		expect(json).toEqual([
			{ found: true, email: EMAIL, is_subscribed: false, states, attempts: 1 },
		]);
	});

	test('of two changes of an item, the one that fails is an error item of its own', async () => {
		sandbox.interceptor = ({ api, who }) =>
			api === 'eligibility' && who === PHONE ? { status: 400 } : undefined;
		const { main, errors } = await subscription(
			'update',
			{ email: '={{ $json.email }}', phone: PHONE },
			{ items: [{ email: EMAIL }], onError: 'continueErrorOutput' },
		);
		expect(main).toMatchObject([
			{ json: { email: EMAIL, is_subscribed: true }, pairedItem: { item: 0 } },
		]);
		const state = { event: 'OPTIN', message_type: 'MARKETING' };
		expect(bodies()).toEqual(expect.arrayContaining(IDS.map((id) => ({ id, state }))));
		const error = expect.stringMatching(/^Phone: Bluecore refused the change.*\[item 0\]$/);
		expect(errors.map(({ json }) => json)).toEqual([
			{ email: EMAIL, error, advice: expect.stringContaining('400') },
		]);
	});

	test('get asks for the email where both are given', async () => {
		await subscription('update', { email: EMAIL });
		const { json } = await subscription('get', { email: EMAIL, phone: PHONE });
		expect(paths()[1]).toBe(`GET ${BASE}/eligibility?email=jane%40example.com`);
		const states = [expect.objectContaining({ status: 'SUBSCRIBED' })];
		expect(json).toEqual([{ found: true, email: EMAIL, is_subscribed: true, states, attempts: 1 }]);
	});
});

describe('messages', () => {
	test('are sent with typed attributes, to all identifiers and campaigns', async () => {
		const { json } = await send({
			phone: PHONE,
			campaignIds: `${CAMPAIGN}, ${SMS_CAMPAIGN}`,
			messageId: 'order-1001:confirmation',
			productIds: '={{ ["A1", "B2"] }}',
			customAttributes: assigned(
				['order_number', '1001', 'string'],
				['total', 49.9, 'number'],
				['gift', true, 'boolean'],
				['ordered_at', '={{ DateTime.fromISO("2024-05-01T10:00:00Z").toUTC() }}', 'string'],
			),
			options: { useDraft: true },
		});
		expect(paths()).toEqual([`POST ${BASE}/transactional-messages/order-1001%3Aconfirmation`]);
		const campaign_ids = [CAMPAIGN, SMS_CAMPAIGN];
		const customer_attributes = {
			order_number: { string_value: '1001' },
			total: { number_value: 49.9 },
			gift: { bool_value: true },
			ordered_at: { time_value: '2024-05-01T10:00:00.000Z' },
		};
		const sent = { product_ids: ['A1', 'B2'], customer_attributes, use_draft: true };
		expect(bodies()).toEqual([{ message: { identifiers: IDS, campaign_ids, ...sent } }]);
		const taken = { message_id: 'order-1001:confirmation', email: EMAIL, phone_number: PHONE };
		const statuses = [{ status: 'INITIATED', timestamp: expect.any(String) as string }];
		expect(json).toEqual([
			{ ...taken, campaign_ids, status: 'INITIATED', statuses, already_sent: false, attempts: 1 },
		]);
	});

	test('get status waits until the message is at its end, and has its whole history', async () => {
		await send({ messageId: 'm1' });
		const options = { waitUntilFinal: true, pollSeconds: 0.1 };
		const { json } = await message('getStatus', { messageId: 'm1', options });
		const statuses = ['INITIATED', 'SENT', 'DELIVERED'].map(
			(status) => expect.objectContaining({ status }) as unknown,
		);
		expect(json).toMatchObject([
			{ message_id: 'm1', status: 'DELIVERED', is_final: true, is_delivered: true, statuses },
		]);
		expect(json[0].attempts).toBeGreaterThan(1);
	});

	test('two messages of a run with one ID are refused', async () => {
		const items = [{ id: 'a' }, { id: 'b' }, { id: 'a' }];
		const { main, errors } = await send(
			{ messageId: '={{ $json.id }}' },
			{ items, onError: 'continueErrorOutput' },
		);
		expect(main.map(({ json }) => json.message_id)).toEqual(['b']);
		expect(errors.map(({ json }) => json)).toMatchObject([
			{ id: 'a', error: expect.stringMatching(/"a" is also that of item 2, but .* \[item 0\]$/) },
			{ id: 'a', error: expect.stringMatching(/"a" is also that of item 0, but .* \[item 2\]$/) },
		]);
		expect(sandbox.state.messages.size).toBe(1);
	});
});

describe('each message is sent exactly once', () => {
	const QUICK = { retryBaseSeconds: 0.01, retryMaxSeconds: 0.05, timeoutSeconds: 30 };
	const methods = () => calls().map(({ method, status }) => `${method} ${status}`);

	test('when the request was lost, Bluecore is asked for the message before it is sent again', async () => {
		sandbox.faults.add({ drop: 'before', api: 'messages', count: 1 });
		const { json } = await send({ messageId: 'm1', options: QUICK });
		expect(methods()).toEqual(['POST 0', 'GET 404', 'POST 200']);
		expect(json).toMatchObject([{ message_id: 'm1', already_sent: false, attempts: 2 }]);
	});

	test('a message that did not arrive or may have arrived is reported so, with its ID', async () => {
		sandbox.interceptor = ({ api, method }) =>
			api === 'messages' && method === 'POST' ? { drop: 'before' } : undefined;
		const lost = await send({ messageId: 'm1', options: { ...QUICK, maxRetries: 0 } });
		expect(lost.error?.message).toMatch(/, and the message has not arrived \[item 0\]$/);
		sandbox.interceptor = ({ api }) => (api === 'messages' ? { drop: 'after' } : undefined);
		const { error } = await send({ messageId: 'm1', options: { ...QUICK, maxRetries: 1 } });
		expect(error?.message).toContain('it is unknown whether the message arrived');
		expect(error?.description).toContain('Run the item again with the Message ID m1');
	});

	test('an ID that was used before gives the message of that time, or is refused', async () => {
		await send({ messageId: 'm1' });
		sandbox.state.calls.length = 0;
		const { json } = await send({ messageId: 'm1' });
		expect(methods().slice(-2)).toEqual(['POST 409', 'GET 200']);
		const before = { message_id: 'm1', email: EMAIL, campaign_ids: [CAMPAIGN], already_sent: true };
		const first = expect.objectContaining({ status: 'INITIATED' }) as unknown;
		const statuses = expect.arrayContaining([first]) as unknown[];
		expect(json).toEqual([{ ...before, status: expect.any(String), statuses, attempts: 1 }]);
		const { error } = await send({ messageId: 'm1', options: { ifAlreadySent: 'fail' } });
		expect(error?.message).toBe(
			'Bluecore has a message with this Message ID from before, so it was not sent again [item 0]',
		);
		expect(sandbox.state.totals.messages).toBe(1);
	});
});

test('what Bluecore refuses is said in its words, with the ID of the request', async () => {
	const body = { code: 3, message: 'Bad customer.', details: [] };
	sandbox.interceptor = ({ api }) =>
		api === 'token' ? undefined : { status: 400, body, headers: { 'x-bluecore-id': 'req-77' } };
	for (const refused of [
		await customer('upsert', { email: EMAIL, phone: PHONE }),
		// The only change of an item is not named.
		await subscription('update', { phone: PHONE }),
	]) {
		expect(refused.error?.message).toBe('Bluecore refused the change: Bad customer. [item 0]');
		expect(refused.error?.description).toContain('Request ID: req-77');
	}
});

test.each<[string, string, IDataObject]>([
	['customer', 'get', { email: EMAIL, ifNotFound: 'return' }],
	['customer', 'upsert', { email: EMAIL, phone: PHONE }],
	['subscription', 'get', { email: EMAIL, ifNotFound: 'return' }],
	['message', 'getStatus', { messageId: 'm1' }],
])('a call whose answer is lost is repeated: %s %s', async (resource, operation, given) => {
	await send({ messageId: 'm1' });
	let count = 0;
	sandbox.interceptor = ({ api }) =>
		api !== 'token' && count++ === 0 ? { drop: 'after' } : undefined;
	const { ifNotFound, ...parameters } = given;
	const options = { retryBaseSeconds: 0.01, ...(ifNotFound && { ifNotFound }) } as IDataObject;
	const { json } = await run({ resource, operation, ...parameters, options });
	expect(json).toMatchObject([ifNotFound === 'return' ? { found: false } : { attempts: 2 }]);
	expect(calls().slice(1)).toHaveLength(2);
});

test('an unknown operation is refused', async () => {
	const { error } = await run({ resource: 'customer', operation: 'toString', email: EMAIL });
	expect(error).toMatchObject({
		message: 'Unknown operation "toString" of "customer"',
		description:
			'Choose a resource and an operation from the lists. An expression is not evaluated there.',
	});
});

const NONE = '={{ $json.none }}';
const optIn = (more: IDataObject) => ({
	...{ resource: 'subscription', operation: 'update', change: 'OPTIN', phone: PHONE },
	...more,
});
const given = (more: IDataObject) => ({ resource: 'message', operation: 'send', ...more });
const isEmpty = (label: string) => `${label} is an expression whose result is empty`;
const hasNoColumn = (label: string) =>
	`${label} is required, but the input has no column "none", only "address", "city" [item 0]`;
test.each<[IDataObject, string]>([
	// Nobody is opted in because a column is missing.
	[optIn({ change: NONE }), 'Change must be one of OPTIN, SIGNUP, UNSUBSCRIBE, but is empty'],
	[optIn({ messageType: NONE }), 'Message Type must be one of MARK'],
	[optIn({ additionalFields: { consentedAt: NONE } }), isEmpty('Consented At')],
	[optIn({ additionalFields: { channelIdentifier: NONE } }), isEmpty('Channel Identifier')],
	[
		{ resource: 'customer', operation: 'upsert', additionalFields: { timestamp: NONE } },
		isEmpty('Timestamp'),
	],
	[given({ campaignIds: NONE }), hasNoColumn('Campaign IDs')],
	[given({ email: '', phone: NONE }), hasNoColumn('Email or Phone')],
])('nothing is sent for an expression without a result: %j', async (parameters, message) => {
	const { error } = await run(
		{ campaignIds: CAMPAIGN, email: EMAIL, ...parameters },
		{ items: [{ address: 'x', city: 'Rome' }] },
	);
	expect(error?.message).toContain(message);
	expect(calls()).toEqual([]);
});
