import type { IDataObject } from 'n8n-workflow';

import type { FaultEffect } from '../../sandbox/faults/faultEffect';
import { runNode, startNode, type NodeRun } from '../support/nodes';
import { NAMESPACE, useSandbox } from '../support/sandbox';

const sandbox = useSandbox();
const EMAIL = 'jane@example.com';
const PHONE = '+15556667777';
const CAMPAIGN = '34545238546';
const SMS_CAMPAIGN = '34545238548';

const run = async (parameters: IDataObject, more: Partial<NodeRun> = {}) =>
	await runNode({
		node: 'bluecore',
		credential: sandbox.oAuth2Credential(NAMESPACE),
		parameters,
		...more,
	});

const customer = async (operation: string, parameters: IDataObject, more: Partial<NodeRun> = {}) =>
	await run({ resource: 'customer', operation, ...parameters }, more);
const subscription = async (
	operation: string,
	parameters: IDataObject,
	more: Partial<NodeRun> = {},
) => await run({ resource: 'subscription', operation, change: 'OPTIN', ...parameters }, more);
const message = async (operation: string, parameters: IDataObject, more: Partial<NodeRun> = {}) =>
	await run({ resource: 'message', operation, ...parameters }, more);
const send = async (parameters: IDataObject, more: Partial<NodeRun> = {}) =>
	await message('send', { campaignIds: CAMPAIGN, email: EMAIL, ...parameters }, more);

const assignment = (name: string, value: unknown, type = 'string') =>
	({ id: name, name, type, value }) as IDataObject;

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
			customAttributes: {
				assignments: [
					assignment('Loyalty-Points', '12', 'number'),
					assignment('vip', true, 'boolean'),
				],
			},
			additionalFields: { timestamp: '2024-05-01T09:30:00+02:00' },
		});
		const attributes = { first_name: 'Jane', loyalty_points: 12, vip: true };
		expect(paths()).toEqual([`POST ${BASE}/customers`]);
		expect(bodies()).toEqual([
			{ id: { email: EMAIL }, attributes, timestamp: '2024-05-01T07:30:00.000Z' },
		]);
		expect(json).toEqual([
			{
				found: true,
				email: EMAIL,
				phone_number: null,
				ids: [{ email: EMAIL }],
				attributes,
				updated: '2024-05-01T07:30:00.000Z',
				attempts: 1,
			},
		]);
		expect(main[0].pairedItem).toEqual({ item: 0 });
	});

	test('with both identifiers the phone number is linked, also without attributes', async () => {
		const { json } = await customer('upsert', { email: EMAIL, phone: '+1 (555) 666-77.77' });
		expect(bodies()).toEqual([{ id: { email: EMAIL }, link_ids: [{ phone_number: PHONE }] }]);
		expect(json).toMatchObject([
			{ found: true, email: EMAIL, phone_number: PHONE, attributes: {} },
		]);
	});

	test('get reads what was written; with both identifiers it asks for the email', async () => {
		await customer('upsert', { email: EMAIL, phone: PHONE, customerAttributes: { zip: '97201' } });
		const { json } = await customer('get', { email: EMAIL, phone: PHONE });
		expect(paths()[1]).toBe(`GET ${BASE}/customers?email=jane%40example.com`);
		expect(json).toEqual([
			{
				found: true,
				email: EMAIL,
				phone_number: PHONE,
				ids: [{ email: EMAIL }, { phone_number: PHONE }],
				attributes: { zip: '97201' },
				updated: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
				attempts: 1,
			},
		]);
	});

	test('a customer that does not exist is a failure, or an empty item', async () => {
		const { error } = await customer('get', { email: EMAIL });
		expect(error).toMatchObject({
			message: 'Bluecore does not know this customer [item 0]',
			description: expect.stringContaining('If Not Found'),
		});
		const { json } = await customer('get', { email: EMAIL, options: { ifNotFound: 'return' } });
		expect(JSON.parse(JSON.stringify(json))).toEqual([
			{ found: false, email: EMAIL, phone_number: null },
		]);
	});

	test('an address that is not the API is not a customer who does not exist', async () => {
		sandbox.interceptor = ({ api }) =>
			api === 'token' ? undefined : { status: 404, body: '<html>Not here</html>' };
		const { error } = await customer('get', { email: EMAIL, options: { ifNotFound: 'return' } });
		expect(error?.message).toMatch(
			/^The URL is not the address of Bluecore's API: 127\.0\.0\.1:\d+ answered 404/,
		);
	});

	test('without attributes is not sent', async () => {
		const { error } = await customer('upsert', { email: EMAIL });
		expect(error?.message).toMatch(/^Customer Attributes must contain .* are given \[item 0\]$/);
		expect(sandbox.state.calls).toEqual([]);
	});

	test('updates of one customer keep their order, also by another identifier', async () => {
		const items = [
			{ email: EMAIL, phone: '', n: 1 },
			{ email: '', phone: PHONE, n: 2 },
			{ email: EMAIL, phone: PHONE, n: 3 },
			{ email: 'joe@example.com', phone: '', n: 4 },
		];
		const started: number[] = [];
		sandbox.interceptor = ({ api, body }) => {
			if (api !== 'customers') return undefined;
			const { n } = (body as { attributes: { n: number } }).attributes;
			started.push(n);
			return n === 1 ? { delayMs: 300 } : undefined;
		};
		await customer(
			'upsert',
			{
				email: '={{ $json.email }}',
				phone: '={{ $json.phone }}',
				customerAttributesInput: 'json',
				customerAttributesJson: '={{ { n: $json.n } }}',
			},
			{ items },
		);
		expect(started.filter((n) => n < 4)).toEqual([1, 2, 3]);
		expect(started.indexOf(4)).toBeLessThan(started.indexOf(2));
	});

	test('a write of unknown outcome is repeated', async () => {
		let count = 0;
		sandbox.interceptor = ({ api }) =>
			api === 'customers' && count++ === 0 ? { drop: 'after' } : undefined;
		const { json } = await customer('upsert', {
			email: EMAIL,
			phone: PHONE,
			options: { retryBaseSeconds: 0.01 },
		});
		expect(json).toMatchObject([{ found: true, attempts: 2 }]);
	});
});

describe('subscriptions', () => {
	test('an update makes the change, and its output is the subscription', async () => {
		const { json } = await subscription('update', {
			email: EMAIL,
			change: 'UNSUBSCRIBE',
			messageType: 'TRANSACTIONAL',
			additionalFields: { consentedAt: '2023-01-31' },
		});
		expect(paths()).toEqual([`POST ${BASE}/eligibility_events`]);
		expect(bodies()).toEqual([
			{
				id: { email: EMAIL },
				state: {
					event: 'UNSUBSCRIBE',
					message_type: 'TRANSACTIONAL',
					consented_at: '2023-01-31T05:00:00.000Z',
				},
			},
		]);
		expect(json).toEqual([
			{
				found: true,
				email: EMAIL,
				is_subscribed: false,
				states: [
					{
						status: 'UNSUBSCRIBED',
						message_type: 'TRANSACTIONAL',
						consented_at: '2023-01-31T05:00:00.000Z',
						source: 'public-api',
					},
				],
				attempts: 1,
			},
		]);
	});

	test('with both identifiers there is one change for each', async () => {
		const { json, main } = await subscription('update', {
			email: EMAIL,
			phone: PHONE,
			additionalFields: { channelIdentifier: '55555' },
		});
		const state = { event: 'OPTIN', message_type: 'MARKETING' };
		const sent = bodies().sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
		expect(sent).toEqual([
			{ id: { email: EMAIL }, state },
			{ id: { phone_number: PHONE }, state: { ...state, channel_identifier: '55555' } },
		]);
		expect(json).toMatchObject([
			{ found: true, email: EMAIL, is_subscribed: true },
			{ found: true, phone_number: PHONE, is_subscribed: true },
		]);
		expect(main.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }]);
	});

	test('of two changes of an item, the one that fails is an error item of its own', async () => {
		sandbox.interceptor = ({ api, who }) =>
			api === 'eligibility' && who === PHONE ? { status: 400 } : undefined;
		const { main, errors } = await subscription(
			'update',
			{ email: '={{ $json.email }}', phone: PHONE },
			{ items: [{ email: EMAIL }], onError: 'continueErrorOutput' },
		);
		expect(main.map(({ json }) => json)).toMatchObject([{ email: EMAIL, is_subscribed: true }]);
		expect(errors.map(({ json }) => json)).toEqual([
			{
				email: EMAIL,
				error: expect.stringMatching(/^Phone: Bluecore refused the change.*\[item 0\]$/),
				advice: expect.stringContaining('400'),
			},
		]);
	});

	test('a sign-up begins the double opt-in of a phone number', async () => {
		const { json } = await subscription('update', { phone: PHONE, change: 'SIGNUP' });
		expect(json).toMatchObject([
			{
				found: true,
				phone_number: PHONE,
				is_subscribed: false,
				states: [{ status: 'PENDING_CONFIRMATION', message_type: 'MARKETING' }],
			},
		]);
	});

	test('get asks for the email where both are given', async () => {
		await subscription('update', { email: EMAIL });
		const { json } = await subscription('get', { email: EMAIL, phone: PHONE });
		expect(paths()[1]).toBe(`GET ${BASE}/eligibility?email=jane%40example.com`);
		expect(json).toMatchObject([
			{ found: true, email: EMAIL, is_subscribed: true, states: [{ status: 'SUBSCRIBED' }] },
		]);
		expect(json[0]).not.toHaveProperty('phone_number');
	});

	test('a subscription that does not exist is a failure, or an empty item', async () => {
		const { error } = await subscription('get', { phone: PHONE });
		expect(error?.message).toBe('Bluecore has no subscription of this customer [item 0]');
		const { json } = await subscription('get', { phone: PHONE, options: { ifNotFound: 'return' } });
		expect(JSON.parse(JSON.stringify(json))).toEqual([{ found: false, phone_number: PHONE }]);
	});

	test.each<[IDataObject, string]>([
		// Nobody is opted in because a column is missing.
		[
			{ change: '={{ $json.none }}' },
			'Change must be one of OPTIN, SIGNUP, UNSUBSCRIBE, but is empty',
		],
		[
			{ messageType: '={{ $json.none }}' },
			'Message Type must be one of MARKETING, TRANSACTIONAL, but is empty',
		],
	])('nothing is sent for %j', async (parameters, problem) => {
		const { error } = await subscription('update', { email: EMAIL, ...parameters });
		expect(error?.message).toContain(problem);
		expect(sandbox.state.calls).toEqual([]);
	});
});

describe('messages', () => {
	test('are sent with typed attributes, to all identifiers and campaigns', async () => {
		const { json } = await send({
			phone: PHONE,
			campaignIds: `${CAMPAIGN}, ${SMS_CAMPAIGN}`,
			messageId: 'order-1001:confirmation',
			productIds: '={{ ["A1", "B2"] }}',
			customAttributes: {
				assignments: [
					assignment('order_number', '1001'),
					assignment('total', 49.9, 'number'),
					assignment('gift', true, 'boolean'),
					assignment('ordered_at', '={{ DateTime.fromISO("2024-05-01T10:00:00Z").toUTC() }}'),
				],
			},
			options: { useDraft: true },
		});
		expect(paths()).toEqual([`POST ${BASE}/transactional-messages/order-1001%3Aconfirmation`]);
		expect(bodies()).toEqual([
			{
				message: {
					identifiers: [{ email: EMAIL }, { phone_number: PHONE }],
					campaign_ids: [CAMPAIGN, SMS_CAMPAIGN],
					product_ids: ['A1', 'B2'],
					customer_attributes: {
						order_number: { string_value: '1001' },
						total: { number_value: 49.9 },
						gift: { bool_value: true },
						ordered_at: { time_value: '2024-05-01T10:00:00.000Z' },
					},
					use_draft: true,
				},
			},
		]);
		expect(json).toEqual([
			{
				message_id: 'order-1001:confirmation',
				email: EMAIL,
				phone_number: PHONE,
				campaign_ids: [CAMPAIGN, SMS_CAMPAIGN],
				status: 'INITIATED',
				statuses: [{ status: 'INITIATED', timestamp: expect.any(String) }],
				already_sent: false,
				attempts: 1,
			},
		]);
	});

	test('get status tells how far a message is, and can wait until that is final', async () => {
		await send({ messageId: 'm1' });
		const { json: now } = await message('getStatus', { messageId: 'm1' });
		expect(now).toMatchObject([
			{ message_id: 'm1', status: 'INITIATED', is_final: false, is_delivered: false, attempts: 1 },
		]);
		const { json: final } = await message('getStatus', {
			messageId: 'm1',
			options: { waitUntilFinal: true, pollSeconds: 0.1 },
		});
		expect(final).toMatchObject([
			{ message_id: 'm1', status: 'DELIVERED', details: '', is_final: true, is_delivered: true },
		]);
		expect((final[0].statuses as IDataObject[])[0]).toMatchObject({ status: 'INITIATED' });
		expect(final[0].attempts).toBeGreaterThan(1);
	});

	test('one that cannot be sent stays among the others, with its own fields', async () => {
		const items = [{ id: 'a' }, { id: 'b c', note: 'kept' }];
		const { json, main } = await send(
			{ messageId: '={{ $json.id }}' },
			{ items, onError: 'continueRegularOutput' },
		);
		expect(json).toMatchObject([
			{ message_id: 'a', already_sent: false },
			{
				...items[1],
				error: expect.stringMatching(/^Message ID contains characters .* \[item 1\]$/),
				advice: expect.stringContaining('without spaces'),
			},
		]);
		expect(main.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
	});

	test('the status of a text message has the number, the text and why it was halted', async () => {
		await send({ email: '', phone: PHONE, campaignIds: SMS_CAMPAIGN, messageId: 'm1' });
		const { json } = await message('getStatus', {
			messageId: 'm1',
			options: { waitUntilFinal: true, pollSeconds: 0.1 },
		});
		expect(json).toEqual([
			{
				message_id: 'm1',
				phone_number: PHONE,
				campaign_id: SMS_CAMPAIGN,
				body: expect.stringMatching(/\w/),
				status: 'HALTED',
				details: expect.stringMatching(/\w/),
				is_final: true,
				is_delivered: false,
				statuses: expect.any(Array),
				attempts: expect.any(Number),
			},
		]);
	});

	test('the status of a message that does not exist is a failure', async () => {
		const { error } = await message('getStatus', { messageId: 'm1' });
		expect(error?.message).toBe('Bluecore has no message with this Message ID [item 0]');
	});

	test.each<[IDataObject, string]>([
		[{ campaignIds: '={{ "" }}' }, 'Campaign IDs is required'],
		[{ campaignIds: '={{ [{ id: 1 }] }}' }, 'Campaign IDs must contain IDs only'],
		[{ messageId: '=order-{{ $json.none }}' }, 'only its fixed text, because its expressions'],
	])('nothing is sent for %j', async (parameters, problem) => {
		const { error } = await send(parameters);
		expect(error?.message).toContain(problem);
		expect(sandbox.state.calls).toEqual([]);
	});

	test('a campaign that does not exist is named, and the address is not blamed', async () => {
		const { error } = await send({ campaignIds: '404' });
		expect(error?.message).toBe(
			'Bluecore did not find what the message needs: we could not find a campaign matching that ID: 404 [item 0]',
		);
		expect(error?.description).toContain('Copy Campaign IDs');
	});

	test('two messages of a run with one ID are refused', async () => {
		const items = [{ id: 'a' }, { id: 'b' }, { id: 'a' }];
		const { error } = await send({ messageId: '={{ $json.id }}' }, { items });
		expect(error?.message).toContain('2 of 3 items cannot be sent, so nothing was sent');
		expect(error?.message).toContain('Message ID "a" is also that of item 2');
		expect(sandbox.state.calls).toEqual([]);
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
	const QUICK = { retryBaseSeconds: 0.01, retryMaxSeconds: 0.05, timeoutSeconds: 1 };
	/** Faults for the calls of messages with a method, in order; then there are none. */
	const disturb = (method: string, ...effects: FaultEffect[]) => {
		let count = 0;
		sandbox.interceptor = (call) =>
			call.api === 'messages' && call.method === method ? effects[count++] : undefined;
	};
	const methods = () => calls().map(({ method, status }) => `${method} ${status}`);

	test.each<[string, FaultEffect, string[]]>([
		['answer was lost', { drop: 'after' }, ['POST 0', 'GET 200']],
		['request was lost', { drop: 'before' }, ['POST 0', 'GET 404', 'POST 200']],
		[
			'answer is no message',
			{ status: 200, body: { ok: true } },
			['POST 200', 'GET 404', 'POST 200'],
		],
		['gateway gave up', { status: 504 }, ['POST 504', 'GET 404', 'POST 200']],
		['answer came too late', { delayMs: 1500 }, ['POST 200', 'GET 200']],
	])('when the %s, Bluecore is asked for the message', async (_what, effect, expected) => {
		disturb('POST', effect);
		const { json } = await send({ messageId: 'm1', options: QUICK });
		expect(methods().sort()).toEqual([...expected].sort());
		expect(json).toMatchObject([
			{
				message_id: 'm1',
				already_sent: false,
				attempts: expected.filter((call) => call.startsWith('POST')).length,
			},
		]);
		expect(sandbox.state.totals.messages).toBe(1);
	});

	test('a message that did not arrive, and may not be repeated, is reported so', async () => {
		disturb('POST', { drop: 'before' });
		const { error } = await send({ messageId: 'm1', options: { ...QUICK, maxRetries: 0 } });
		expect(error?.message).toMatch(
			/^The connection to 127\.0\.0\.1:\d+ was closed before the answer was complete .*, and the message has not arrived \[item 0\]$/,
		);
	});

	test('a message of which nobody can say whether it arrived is reported so, with its ID', async () => {
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
		expect(json).toEqual([
			{
				message_id: 'm1',
				email: EMAIL,
				campaign_ids: [CAMPAIGN],
				status: expect.any(String),
				statuses: expect.arrayContaining([expect.objectContaining({ status: 'INITIATED' })]),
				already_sent: true,
				attempts: 1,
			},
		]);
		const { error } = await send({ messageId: 'm1', options: { ifAlreadySent: 'fail' } });
		expect(error?.message).toBe(
			'Bluecore has a message with this Message ID from before, so it was not sent again [item 0]',
		);
		expect(sandbox.state.totals.messages).toBe(1);
	});

	test('an ID that was used for another message is refused, and nothing is called sent', async () => {
		await send({ messageId: 'order-1001' });
		const others = [
			{ email: 'joe@example.com' },
			{ campaignIds: SMS_CAMPAIGN, phone: PHONE },
			{ productIds: 'A1' },
			{ productIds: 'A1', options: { ifAlreadySent: 'fail' } },
		];
		for (const other of others) {
			const { json, errors } = await send(
				{ messageId: 'order-1001', ...other },
				{ onError: 'continueErrorOutput' },
			);
			expect(json).toEqual([]);
			expect(errors.map(({ json: item }) => item)).toEqual([
				{
					error: expect.stringMatching(
						/^Bluecore has another message with the Message ID "order-1001", .*, so this one was not sent \[item 0\]$/,
					),
					advice: expect.stringContaining('an ID of its own'),
				},
			]);
		}
		const { json: same } = await send({ messageId: 'order-1001', email: 'Jane@Example.com' });
		expect(same).toMatchObject([{ already_sent: true }]);
		expect(sandbox.state.totals.messages).toBe(1);
	});

	test('without an ID of its own a message has the same one when n8n runs the node again', async () => {
		const items = [{ n: 1 }, { n: 2 }];
		const { json: first } = await send({}, { items });
		const { json: second } = await send({}, { items });
		expect(second.map((item) => item.message_id)).toEqual(first.map((item) => item.message_id));
		expect(second).toMatchObject([{ already_sent: true }, { already_sent: true }]);
		expect(new Set(first.map((item) => item.message_id)).size).toBe(2);
		const { json: other } = await send({ email: 'joe@example.com' }, { items });
		expect(other).toMatchObject([{ already_sent: false }, { already_sent: false }]);
	});

	test('a run that was cut off is made again with the same IDs: nothing is lost, nothing is sent twice', async () => {
		const items = Array.from({ length: 60 }, (_, n) => ({ id: `order-${n}` }));
		const given = {
			node: 'bluecore' as const,
			credential: sandbox.oAuth2Credential(NAMESPACE),
			parameters: {
				resource: 'message',
				operation: 'send',
				campaignIds: CAMPAIGN,
				email: EMAIL,
				messageId: '={{ $json.id }}',
				options: QUICK,
			},
			items,
		};
		const { result, cancel } = startNode(given);
		let count = 0;
		sandbox.interceptor = ({ api }) => {
			if (api !== 'messages') return undefined;
			if (++count === 20) cancel();
			return count % 3 === 0 ? { drop: 'after' } : undefined;
		};
		await result;
		const before = sandbox.state.totals.messages;
		expect(before).toBeGreaterThan(0);
		expect(before).toBeLessThan(items.length);
		const { json } = await runNode(given);
		expect(json.map((item) => item.message_id)).toEqual(items.map(({ id }) => id));
		expect(sandbox.state.totals.messages).toBe(items.length);
	});

	test('when the run stops at another item, it is still found out what has arrived', async () => {
		const items = [{ id: 'lost' }, { id: 'bad' }, { id: 'never' }];
		sandbox.interceptor = ({ api, path, method }) => {
			if (api !== 'messages' || method === 'GET') return undefined;
			if (path.endsWith('/bad')) return { status: 400, delayMs: 100 };
			return path.endsWith('/lost') ? { drop: 'after' } : undefined;
		};
		const { error } = await send(
			{
				messageId: '={{ $json.id }}',
				email: 'c@example.com',
				options: { maxConcurrency: 2, retryBaseSeconds: 0.3 },
			},
			{ items: items.slice(0, 2).map((item, n) => ({ ...item, email: `c${n}@example.com` })) },
		);
		expect(error?.message).toMatch(/0 of 2|1 of 2/);
		expect(error?.description).not.toContain('May have arrived');
	});

	test.each<[string, FaultEffect, string[]]>([
		['answer', { drop: 'after' }, ['POST 0', 'GET 200']],
	])(
		'a sign-up whose %s was lost is settled by reading the subscription',
		async (_w, effect, expected) => {
			let count = 0;
			sandbox.interceptor = ({ api, method }) =>
				api === 'eligibility' && method === 'POST' && count++ === 0 ? effect : undefined;
			const { json } = await subscription('update', {
				phone: PHONE,
				change: 'SIGNUP',
				options: QUICK,
			});
			expect(methods()).toEqual(expected);
			expect(json).toMatchObject([
				{ found: true, phone_number: PHONE, states: [{ status: 'PENDING_CONFIRMATION' }] },
			]);
		},
	);
});

test('after a run the editor says how many items were accepted and refused', async () => {
	const { hints } = await customer(
		'upsert',
		{ email: '={{ $json.email }}', customerAttributes: { city: 'Rome' } },
		{ items: [{ email: EMAIL }, { email: 'jane' }], onError: 'continueRegularOutput' },
	);
	expect(hints).toEqual([
		{ message: '1 accepted · 1 refused', type: 'info', location: 'outputPane' },
	]);
});

describe('Validate Only', () => {
	test.each<[string, string, IDataObject, IDataObject]>([
		['customer', 'get', { email: EMAIL }, { email: EMAIL, payload: { email: EMAIL } }],
		[
			'customer',
			'upsert',
			{ email: EMAIL, phone: PHONE },
			{
				email: EMAIL,
				phone_number: PHONE,
				payload: { id: { email: EMAIL }, link_ids: [{ phone_number: PHONE }] },
			},
		],
		[
			'subscription',
			'update',
			{ phone: PHONE, change: 'OPTIN' },
			{
				phone_number: PHONE,
				payload: {
					id: { phone_number: PHONE },
					state: { event: 'OPTIN', message_type: 'MARKETING' },
				},
			},
		],
		[
			'message',
			'send',
			{ email: EMAIL, campaignIds: '1', messageId: 'm1' },
			{
				message_id: 'm1',
				email: EMAIL,
				payload: { message: { identifiers: [{ email: EMAIL }], campaign_ids: ['1'] } },
			},
		],
		['message', 'getStatus', { messageId: 'm1' }, { message_id: 'm1' }],
	])(
		'of %s: %s builds everything and sends nothing',
		async (resource, operation, given, output) => {
			const options = { validateOnly: true };
			const { json } = await run({ resource, operation, ...given, options });
			expect(json).toEqual([{ ...output, valid: true }]);
			expect(sandbox.state.calls).toEqual([]);
		},
	);
});

describe('what the API answers', () => {
	test.each<[number, IDataObject, RegExp, RegExp]>([
		[
			400,
			{
				code: 3,
				message: 'Bad customer.',
				details: [
					{
						'@type': 'type.googleapis.com/google.rpc.BadRequest',
						field_violations: [{ field: 'attributes.zip', description: 'too long' }],
					},
				],
			},
			/^Bluecore refused the change: Bad customer\. attributes\.zip: too long \[item 0\]$/,
			/Request ID: req-77/,
		],
		[400, { code: 3, message: 'Bad.', details: [null, 5] }, /refused the change: Bad\. \[/, /400/],
		[400, { code: 3 }, /refused the change: status 400/, /400/],
	])('%d is said in words, with the ID of the request', async (status, body, message, advice) => {
		sandbox.interceptor = ({ api }) =>
			api === 'token' ? undefined : { status, body, headers: { 'x-bluecore-id': 'req-77' } };
		const { error } = await customer('upsert', { email: EMAIL, phone: PHONE });
		expect(error?.message).toMatch(message);
		expect(error?.description).toMatch(advice);
		expect(error?.description).toContain('req-77');
	});
});

test.each([
	['customer', 'get', { email: EMAIL }, 'customers:read'],
	['subscription', 'get', { email: EMAIL }, 'eligibility:read'],
	['message', 'getStatus', { messageId: 'm1' }, 'transactional:api'],
	['message', 'send', { email: EMAIL, campaignIds: CAMPAIGN }, 'transactional:api'],
])(
	'another refusal than 404 of %s %s is not called a missing thing',
	async (resource, operation, given, scope) => {
		sandbox.interceptor = ({ api }) =>
			api === 'token' ? undefined : { status: 403, body: { code: 7, message: 'No scope.' } };
		const { error } = await run({ resource, operation, ...given });
		expect(error?.message).toContain(`(403): it needs the scope ${scope}`);
	},
);

test.each([
	['customer', 'get', { email: EMAIL, options: { ifNotFound: 'return' } }],
	['subscription', 'get', { email: EMAIL, options: { ifNotFound: 'return' } }],
	['message', 'getStatus', { messageId: 'm1' }],
])('a read whose answer is lost is repeated: %s %s', async (resource, operation, given) => {
	await send({ messageId: 'm1' });
	sandbox.state.calls.length = 0;
	let count = 0;
	sandbox.interceptor = ({ method }) =>
		method === 'GET' && count++ === 0 ? { drop: 'after' } : undefined;
	const options = { retryBaseSeconds: 0.01, ...('options' in given && given.options) };
	const { json } = await run({ resource, operation, ...given, options });
	expect(json).toHaveLength(1);
	expect(calls().filter(({ method }) => method === 'GET')).toHaveLength(2);
});

test('one change of an item is not named in its error', async () => {
	sandbox.interceptor = ({ api }) => (api === 'eligibility' ? { status: 400 } : undefined);
	const { error } = await subscription('update', { phone: PHONE });
	expect(error?.message).toMatch(/^Bluecore refused the change/);
});

test.each([
	['customer', 'none'],
	['customer', 'toString'],
])('the operation %s %s is refused', async (resource, operation) => {
	const { error } = await run({ resource, operation, email: EMAIL });
	expect(error).toMatchObject({
		message: `Unknown operation "${operation}" of "${resource}"`,
		description: 'Choose a resource and an operation from the lists.',
	});
});

describe('an expression without a result is refused, because nothing means something else', () => {
	const update = (additionalFields: IDataObject) => ({
		resource: 'subscription',
		operation: 'update',
		phone: PHONE,
		change: 'OPTIN',
		additionalFields,
	});
	const sent = (more: IDataObject) => ({
		resource: 'message',
		operation: 'send',
		campaignIds: CAMPAIGN,
		email: EMAIL,
		...more,
	});
	const NONE = '={{ $json.none }}';

	test.each<[string, IDataObject]>([
		['Message ID', sent({ messageId: NONE })],
		['Consented At', update({ consentedAt: NONE })],
		['Channel Identifier', update({ channelIdentifier: NONE })],
		[
			'Timestamp',
			{
				resource: 'customer',
				operation: 'upsert',
				email: EMAIL,
				customerAttributes: { city: 'Rome' },
				additionalFields: { timestamp: NONE },
			},
		],
		['The option Use Draft', sent({ messageId: 'm-1', options: { useDraft: NONE } })],
		[
			'Customer Attributes (JSON)',
			sent({ customerAttributesInput: 'json', customerAttributesJson: '={{ "" }}' }),
		],
	])('%s: %j', async (label, parameters) => {
		const { error } = await run(parameters);
		expect(error?.message).toMatch(
			new RegExp(
				`^${label.replace(/[()]/g, '.')} is an expression whose result is empty.*\\[item 0\\]$`,
			),
		);
		expect(calls()).toEqual([]);
	});
});

test.each<[string, IDataObject]>([
	['Email or Phone', { email: '={{ $json.Emial }}' }],
	['Email or Phone', { phone: '={{ $json.Emial }}' }],
	['Campaign IDs', { email: EMAIL, campaignIds: '={{ $json.Emial }}' }],
])('a column that is not there is named: %s %j', async (label, parameters) => {
	const { error } = await message(
		'send',
		{ campaignIds: CAMPAIGN, ...parameters },
		{ items: [{ address: 'x', city: 'Rome' }] },
	);
	expect(error?.message).toBe(
		`${label} is required, but the input has no column "Emial", only "address", "city" [item 0]`,
	);
});
