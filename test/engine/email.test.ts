import type { IDataObject } from 'n8n-workflow';

import type { FaultEffect } from '../../sandbox/faults/faultEffect';
import { useNodes, type NodeRun } from '../support/nodes';
import { NAMESPACE } from '../support/sandbox';

const { sandbox, run } = useNodes();
const ORDER_CAMPAIGN = '34545238545';
const PLAIN_CAMPAIGN = '34545238546';
const WELCOME_CAMPAIGN = '34545238547';
const EMAIL = 'jane@example.com';
/** Bluecore's limits, in bytes. */
const MAX_TEMPLATE_BYTES = 819_200;
const BODY_BYTES_LIMIT = 900_000;

const send = async (parameters: IDataObject, more?: Partial<NodeRun>) => {
	const common = { operation: 'send', campaignId: PLAIN_CAMPAIGN, email: EMAIL };
	return await run('bluecoreEmail', { ...common, ...parameters }, more);
};

const bodies = () => sandbox.state.calls.map(({ body }) => body as IDataObject);
const assignment = (name: string, value: unknown, type = 'string') =>
	({ id: name, name, type, value }) as IDataObject;

describe('send', () => {
	test('sends the email and outputs its conversation', async () => {
		const { json, main } = await send({ options: { useDraft: true } });
		const sent = { campaign_id: PLAIN_CAMPAIGN, email: EMAIL };
		expect(sandbox.state.calls).toMatchObject([
			{ method: 'POST', path: `/email/send/v1/${NAMESPACE}`, status: 202 },
		]);
		expect(bodies()).toEqual([{ ...sent, template_attributes: {}, use_draft: true }]);
		const [conversation_id] = sandbox.state.emails.keys();
		expect(json).toEqual([{ conversation_id, ...sent, status_code: 202, attempts: 1 }]);
		expect(main[0].pairedItem).toEqual({ item: 0 });
	});

	test('template attributes come from fields, with their types and null', async () => {
		await send({
			templateAttributes: {
				assignments: [
					assignment('first_name', 'Jane'),
					assignment('total', '12.50', 'number'),
					assignment('items', '[{"name":"Jacket"}]', 'array'),
					assignment('note', '={{ null }}'),
					assignment('empty', ''),
				],
			},
		});
		const items = [{ name: 'Jacket' }];
		const expected = { first_name: 'Jane', total: 12.5, items, note: null, empty: '' };
		expect(bodies()[0].template_attributes).toEqual(expected);
	});

	test('template attributes come from the whole item, but for what is left out', async () => {
		const data = { email: EMAIL, 'Order No': 7, items: [{ name: 'Jacket' }], note: null };
		await send(
			{ templateAttributesInput: 'auto', autoMapExclude: 'secret', email: '={{ $json.email }}' },
			{ items: [{ ...data, secret: 'x' }] },
		);
		expect(bodies()[0].template_attributes).toEqual(data);
	});

	const define = (...assignments: IDataObject[]) => ({ templateAttributes: { assignments } });
	const json = (templateAttributesJson: string) => ({
		templateAttributesInput: 'json',
		templateAttributesJson,
	});
	test.each<[IDataObject, string]>([
		[define(assignment('a', '={{ undefined }}')), ': "a" has no value: its field does not exist'],
		[define(assignment('a', 1), assignment('a', 2)), ': "a" is given twice'],
		[define(assignment('', 1)), ': the name "" cannot be used'],
		[define(assignment('__proto__', 1)), ': the name "__proto__" cannot be used'],
		[json('[]'), ' (JSON) must be a JSON object, but is an array'],
		[json("={{ 'x'.toDateTime() }}"), ' (JSON) could not be read'],
		[
			json('{ "a": { "b": "M\ufffdller" } }'),
			': "a" contains U+FFFD, which stands for a character',
		],
	])('template attributes are refused when they cannot be sent (%#)', async (given, message) => {
		const { error } = await send(given);
		expect(error?.message.startsWith(`Template Attributes${message}`)).toBe(true);
		expect(error?.message).toMatch(/^[^;]* \[item 0\]$/);
		expect(sandbox.state.calls).toEqual([]);
	});

	describe('size limits', () => {
		/** A template of exactly so many bytes: `{"a":"…"}`, its text in two-byte letters as far as possible. */
		const template = (bytes: number) => {
			const room = bytes - '{"a":""}'.length;
			return { a: 'é'.repeat(Math.floor(room / 2)) + 'x'.repeat(room % 2) };
		};

		test('a template of 819,200 bytes is sent, one more is refused with its size', async () => {
			const item = (bytes: number) => ({ items: [{ data: template(bytes) }] });
			const parameters = json('={{ $json.data }}');
			expect((await send(parameters, item(MAX_TEMPLATE_BYTES))).error).toBeUndefined();
			const { error } = await send(parameters, item(MAX_TEMPLATE_BYTES + 1));
			expect(error?.message).toBe(
				'Template Attributes have 819,201 bytes, but Bluecore accepts at most 819,200 [item 0]',
			);
			expect(error?.description).toContain('especially in "a"');
			expect(sandbox.state.calls).toHaveLength(1);
		});

		test('a body of 900,000 bytes is refused, one less is sent', async () => {
			const frame = {
				campaign_id: WELCOME_CAMPAIGN,
				email: EMAIL,
				template_attributes: { first_name: 'J' },
				customer_attributes: { note: '' },
				use_draft: false,
			};
			const room = BODY_BYTES_LIMIT - JSON.stringify(frame).length;
			const parameters = {
				campaignId: WELCOME_CAMPAIGN,
				...define(assignment('first_name', 'J')),
				customAttributes: { assignments: [assignment('note', '={{ $json.note }}')] },
			};
			const { error } = await send(parameters, { items: [{ note: 'x'.repeat(room) }] });
			expect(error?.message).toBe(
				'The email has 900,000 bytes of data, but Bluecore accepts less than 900,000 [item 0]',
			);
			expect(
				(await send(parameters, { items: [{ note: 'x'.repeat(room - 1) }] })).error,
			).toBeUndefined();
			expect(sandbox.state.calls).toHaveLength(1);
		});
	});

	test('customer attributes go along for welcome campaigns, but not those that Bluecore protects', async () => {
		const welcome = (...assignments: IDataObject[]) =>
			send({
				campaignId: WELCOME_CAMPAIGN,
				...define(assignment('first_name', 'Jane')),
				customerAttributes: { city: 'Rome', zip: '' },
				customAttributes: { assignments },
			});
		await welcome(assignment('Loyalty Tier', 'gold'));
		expect(bodies()[0].customer_attributes).toEqual({ city: 'Rome', loyalty_tier: 'gold' });
		const names = ['email', 'Created', 'merged', 'orphaned', 'aliases'];
		const { error } = await welcome(...names.map((name) => assignment(name, 'x')));
		expect(error?.message).toBe(
			`${names.map((name) => `The attribute "${name}" is protected by Bluecore`).join('; ')} [item 0]`,
		);
	});

	test('attributes that say yes and no in different ways are warned of', async () => {
		const auto = { campaignId: WELCOME_CAMPAIGN, customerAttributesInput: 'auto' };
		const given = { email: '={{ $itemIndex }}@example.com', options: { validateOnly: true } };
		const items = [{ vip: 'yes' }, { vip: 'N' }];
		const { json } = await send({ ...auto, ...given }, { items });
		expect(json.map(({ warnings }) => warnings)).toEqual([
			[expect.stringMatching(/^The attribute "vip" says yes and no in different ways/)],
			undefined,
		]);
	});

	test('everything that is wrong is said at once, before anything is sent', async () => {
		const { error } = await send(
			{ campaignId: ' ', email: '={{ $json.email }}', ...json('{') },
			{ items: [{ email: 'jürgen@example.com' }, { email: EMAIL }] },
		);
		expect(error?.message).toMatch(
			/^2 of 2 items cannot be sent, so nothing was sent: Campaign ID is required; Email contains characters that Bluecore cannot send emails to \(ü\): "jürgen@example.com"; Template Attributes \(JSON\) is not valid JSON.*\[item 0\] · Campaign ID is required; Template.*\[item 1\]$/,
		);
		expect(sandbox.state.calls).toEqual([]);
	});

	test('Validate Only shows the payload and sends nothing; Include Payload shows what was sent', async () => {
		const sent = { campaign_id: PLAIN_CAMPAIGN, email: EMAIL };
		const payload = { ...sent, template_attributes: { a: '1' }, use_draft: false };
		const parameters = define(assignment('a', '1'));
		expect((await send({ ...parameters, options: { validateOnly: true } })).json).toEqual([
			{ ...sent, valid: true, payload },
		]);
		expect(sandbox.state.calls).toEqual([]);
		const { json: sentItems } = await send({ ...parameters, options: { includePayload: true } });
		expect(sentItems[0].payload).toEqual(payload);
	});

	test('what Bluecore refuses ends the run, with what it says', async () => {
		const { error } = await send({
			campaignId: ORDER_CAMPAIGN,
			...json('{ "first_name": "J", "total": 1, "items": [] }'),
		});
		expect(error).toMatchObject({
			message:
				"Bluecore refused the email: The request is missing the attribute 'order_number' in the body. [item 0]",
			httpCode: '422',
			description: expect.stringContaining('with an empty value if they have none'),
		});
	});
});

describe('the status', () => {
	const sendTo = async (email: string) => (await send({ email })).json[0].conversation_id as string;
	const NAMED = { campaign_id: ORDER_CAMPAIGN, email: EMAIL };
	const statuses = async (
		items: IDataObject[],
		options: IDataObject,
		onError?: NodeRun['onError'],
	) => await run('bluecoreEmail', { operation: 'getStatus', options }, { items, onError });
	const status = async (conversation_id: string, options: IDataObject = {}) =>
		await statuses([{ conversation_id, ...NAMED }], options);
	const POLLED = { waitUntilFinal: true, pollSeconds: 0.05 };
	/** Answers the first calls in the given ways, and the others with a status. */
	const answerFirst = (first: FaultEffect[], then?: FaultEffect) => {
		sandbox.interceptor = () => first.shift() ?? then;
	};
	const saying = (text: string) => ({ status: 200, body: { status: text } });

	test('of an email just sent is not final', async () => {
		sandbox.interceptor = () => saying('Being Processed');
		const { json } = await status('77');
		const open = { status: 'Being Processed', message: '', is_final: false, is_delivered: false };
		expect(json).toEqual([{ conversation_id: '77', ...NAMED, ...open, attempts: 1 }]);
		expect(sandbox.state.calls[0].path).toBe(`/email/status/v1/${NAMESPACE}/77`);
	});

	test('is waited for until it is final', async () => {
		const ids = [await sendTo(EMAIL), await sendTo('bounce@example.com')];
		answerFirst([saying('Being Processed'), saying('Being Processed')]);
		const { json, main } = await statuses(
			ids.map((id) => ({ conversation_id: id })),
			POLLED,
		);
		const final = { is_final: true, attempts: expect.any(Number) as number };
		const failed = { status: 'Failed', message: 'Bounce', is_delivered: false };
		expect(json).toEqual([
			{ conversation_id: ids[0], status: 'Delivered', message: '', is_delivered: true, ...final },
			{ conversation_id: ids[1], ...failed, ...final },
		]);
		expect(json[0].attempts).toBeGreaterThan(1);
		expect(main.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
	});

	test('that is known stands when asking again does not succeed, with a warning', async () => {
		answerFirst([saying('Sent for Delivery')], { status: 404 });
		const { json, error } = await status('1', POLLED);
		expect(error).toBeUndefined();
		expect(json[0]).toMatchObject({
			status: 'Sent for Delivery',
			is_final: false,
			attempts: 2,
			warnings: [
				expect.stringMatching(/^This is the last known status\. Asking again gave none: /),
			],
		});
	});

	test('is asked for again when the connection broke, whatever Retry on Unknown Outcome says', async () => {
		answerFirst([{ drop: 'after' }], saying('Delivered'));
		const quick = { retryBaseSeconds: 0.01, retryMaxSeconds: 0.02 };
		const { json } = await status('1', { retryUnknownOutcome: false, ...quick });
		expect(json[0]).toMatchObject({ status: 'Delivered', attempts: 2 });
	});

	test('needs a conversation ID, and encodes it', async () => {
		const { error } = await statuses([{}], {});
		expect(error?.message).toBe('Conversation ID is required [item 0]');
		await status('a/b c');
		expect(sandbox.state.calls.at(-1)?.path).toBe(`/email/status/v1/${NAMESPACE}/a%2Fb%20c`);
	});

	test('of one among many that fails does not keep the others from theirs', async () => {
		const id = await sendTo(EMAIL);
		const items = [{ conversation_id: '77' }, { conversation_id: id }];
		const { main } = await statuses(items, POLLED, 'continueRegularOutput');
		expect(main[0].json).toEqual({
			conversation_id: '77',
			error: 'The conversation does not exist in this namespace [item 0]',
			advice: expect.stringContaining('conversation_id that Send returned'),
		});
		expect(main[1].json).toMatchObject({ status: 'Delivered', is_final: true });
	});
});
