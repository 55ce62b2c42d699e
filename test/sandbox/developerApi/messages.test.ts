import { developerClientOf, JANE, PHONE, refusal } from '../../support/developerApi';
import { clientOf } from '../../support/http';
import { NAMESPACE, useSandbox } from '../../support/sandbox';

const sandbox = useSandbox();
const { get } = clientOf(sandbox);
const client = developerClientOf(sandbox);
const { call, getMessage, postMessage, postSubscription, postCustomer } = client;

const EMAIL_CAMPAIGN = '34545238546';
const SMS_CAMPAIGN = '34545238548';
const EMAIL = { identifiers: [JANE], campaign_ids: [EMAIL_CAMPAIGN] };
const ATTRIBUTES = {
	first_name: { string_value: 'Jane' },
	order_number: { int_value: '9007199254740993' },
};
const SMS = { identifiers: [PHONE], campaign_ids: [SMS_CAMPAIGN], customer_attributes: ATTRIBUTES };
const allowSms = async () =>
	await postSubscription(PHONE, { event: 'OPTIN', message_type: 'TRANSACTIONAL' });

/** The statuses of a message as they are added, until the last of them is final. */
async function historyOf(id: string) {
	for (;;) {
		const { data } = await getMessage(id);
		const { status, details } = data.data.statuses[data.data.statuses.length - 1];
		if (['DELIVERED', 'HALTED', 'DELIVERY_FAILURE'].includes(status)) {
			return { history: data.data.statuses.map((each) => each.status), details, data: data.data };
		}
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}

test('an email is sent and has a history', async () => {
	const { status, data } = await postMessage('order:A-1_x.2', { ...EMAIL, product_ids: ['P1'] });
	expect(status).toBe(200);
	const sent = { campaign_id: EMAIL_CAMPAIGN, identifiers: [{ email: JANE }], product_ids: ['P1'] };
	const statuses = [{ status: 'INITIATED', timestamp: expect.any(String) as string }];
	expect(data).toEqual({ data: { ...sent, use_draft: false, statuses } });
	const { history, data: read } = await historyOf('order:A-1_x.2');
	expect(history).toEqual(['INITIATED', 'SENT', 'DELIVERED']);
	expect(read.name).toBe(`namespaces/${NAMESPACE}/messages/order:A-1_x.2`);
	const times = read.statuses.map(({ timestamp }) => Date.parse(timestamp));
	expect([times[1] - times[0], times[2] - times[0]]).toEqual([300, 600]);
	expect(sandbox.state.calls[1]).toMatchObject({ what: 'Send message', who: JANE.email });
});

test('a text message shows its text', async () => {
	await allowSms();
	await postMessage('1', SMS);
	const { history, data } = await historyOf('1');
	expect(history).toEqual(['INITIATED', 'TEMPLATE_PARAMETERS_UPDATED', 'SENT', 'DELIVERED']);
	expect(data).toMatchObject({
		campaign_id: SMS_CAMPAIGN,
		identifiers: [{ phone_number: PHONE }],
		customer_attributes: ATTRIBUTES,
		body: 'Hi Jane, your order 9007199254740993 is on its way.',
	});
});

test('an ID is used once in a namespace: the second message is refused, whatever is in it', async () => {
	expect((await postMessage('1', EMAIL)).status).toBe(200);
	const { status, data } = await postMessage('1', { ...EMAIL, product_ids: ['P1'] });
	expect([status, data]).toEqual([409, refusal(6, 'a message with that ID was sent before: 1')]);
	expect((await postMessage('2', EMAIL)).status).toBe(200);
	expect(sandbox.state.messages.size).toBe(2);
	expect(sandbox.state.totals.messages).toBe(2);
});

test('of many messages with one ID that are sent at once, one is accepted', async () => {
	await client.getToken();
	const answers = await Promise.all(
		Array.from({ length: 20 }, async () => (await postMessage('1', EMAIL)).status),
	);
	expect(answers.filter((status) => status === 200)).toHaveLength(1);
	expect(answers.filter((status) => status === 409)).toHaveLength(19);
});

test('a message that is refused is not found, and does not use up its ID', async () => {
	expect((await postMessage('1', { ...EMAIL, campaign_ids: ['7'] })).status).toBe(404);
	expect((await postMessage('1', { ...EMAIL, identifiers: [{ email: 'jane' }] })).status).toBe(400);
	const { status, data } = await getMessage('1');
	const unknown = refusal(5, 'we could not find a message matching that ID: 1');
	expect([status, data]).toEqual([404, unknown]);
	expect((await postMessage('1', EMAIL)).status).toBe(200);
});

test('identifiers may be nested as in examples of Bluecore', async () => {
	const { data } = await postMessage('1', { ...EMAIL, identifiers: [{ email: JANE }] });
	expect(data.data.identifiers).toEqual([{ email: JANE }]);
	expect(sandbox.state.calls.at(-1)?.who).toBe(JANE.email);
});

test('a message with several campaigns goes to all of them, over the channel of each', async () => {
	await allowSms();
	const both = { identifiers: [JANE, PHONE], campaign_ids: [EMAIL_CAMPAIGN, SMS_CAMPAIGN] };
	await postMessage('1', both);
	expect([...sandbox.state.messages.values()][0].deliveries).toEqual([
		{ campaign_id: EMAIL_CAMPAIGN, channel: 'email', to: JANE.email },
		{ campaign_id: SMS_CAMPAIGN, channel: 'sms', to: PHONE.phone_number },
	]);
	expect((await historyOf('1')).history).toEqual(['INITIATED', 'SENT', 'DELIVERED']);
});

test('the phone number of a customer is known when it was linked', async () => {
	await postCustomer({ id: JANE, link_ids: [PHONE] });
	await allowSms();
	await postMessage('1', { ...SMS, identifiers: [JANE] });
	expect([...sandbox.state.messages.values()][0].deliveries[0].to).toBe(PHONE.phone_number);
});

const SIGN_UP = { event: 'SIGNUP', message_type: 'TRANSACTIONAL' };
const NOT_SUBSCRIBED = /is not subscribed to transactional text messages/;
const NOT_CONFIRMED = /has not confirmed the subscription to transactional text messages yet/;
test.each<[string, object[], object, RegExp]>([
	['a phone number without consent', [], SMS, NOT_SUBSCRIBED],
	['a phone number that is not confirmed yet', [SIGN_UP], SMS, NOT_CONFIRMED],
	['a phone number that allows marketing only', [{ event: 'OPTIN' }], SMS, NOT_SUBSCRIBED],
	['an SMS without a phone number', [], { ...SMS, identifiers: [JANE] }, /no phone number/],
	['an email without an address', [], { ...EMAIL, identifiers: [PHONE] }, /no email address/],
])('%s is halted', async (_what, consents, message, details) => {
	for (const consent of consents) await postSubscription(PHONE, consent);
	expect((await postMessage('1', message)).status).toBe(200);
	const { history, details: given } = await historyOf('1');
	expect(history).toEqual(['INITIATED', 'HALTED']);
	expect(given).toMatch(/^Not eligible: /);
	expect(given).toMatch(details);
	expect(sandbox.state.calls.find(({ what }) => what === 'Send message')?.remarks).toEqual([given]);
	expect((await postMessage('1', message)).status).toBe(409);
});

test('who has unsubscribed from marketing gets transactional emails, but no welcome email', async () => {
	await postSubscription(JANE, { event: 'UNSUBSCRIBE' });
	await postMessage('transactional', EMAIL);
	await postMessage('welcome', { ...EMAIL, campaign_ids: ['34545238547'] });
	expect((await historyOf('transactional')).history).toContain('DELIVERED');
	expect((await historyOf('welcome')).details).toMatch(/has unsubscribed from marketing emails/);
});

test('who has unsubscribed from transactional emails gets none; a later consent changes nothing of it', async () => {
	await postSubscription(JANE, { event: 'UNSUBSCRIBE', message_type: 'TRANSACTIONAL' });
	await postMessage('1', EMAIL);
	await postSubscription(JANE, { event: 'OPTIN', message_type: 'TRANSACTIONAL' });
	await postMessage('2', EMAIL);
	expect((await historyOf('1')).details).toMatch(/has unsubscribed from transactional emails/);
	expect((await historyOf('2')).history).toContain('DELIVERED');
});

test('a message to an address that fails ends with the reason', async () => {
	await postMessage('1', { ...EMAIL, identifiers: [{ email: 'Bounce@example.com' }] });
	expect(await historyOf('1')).toMatchObject({
		history: ['INITIATED', 'SENT', 'DELIVERY_FAILURE'],
		details: 'Bounce',
	});
});

test('a message is in the timeline of its recipient', async () => {
	await postCustomer({ id: JANE });
	await postMessage('1', EMAIL);
	expect(await get('profiles/1')).toMatchObject({
		emails: 1,
		timeline: [{ what: 'Write customer' }, { what: 'Send message' }],
	});
});

const attributes = (customer_attributes: object) => ({ ...EMAIL, customer_attributes });
test.each<[string, object, number]>([
	['no identifiers', { campaign_ids: ['1'] }, 422],
	['no campaigns', { identifiers: [JANE] }, 422],
	['an empty list of campaigns', { ...EMAIL, campaign_ids: [] }, 422],
	['a campaign that is a number', { ...EMAIL, campaign_ids: [1] }, 400],
	['an identifier without a name', { ...EMAIL, identifiers: ['jane@example.com'] }, 400],
	['a value without a type', attributes({ a: 'b' }), 400],
	['a value with two types', attributes({ a: { string_value: '', bool_value: true } }), 400],
	['a number as int_value', attributes({ a: { int_value: 1 } }), 400],
	['a name with a capital', attributes({ A: { string_value: '' } }), 400],
	['a draft that is text', { ...EMAIL, use_draft: 'true' }, 400],
])('%s is refused', async (_what, message, status) => {
	const answer = await postMessage('1', message);
	expect(answer.status).toBe(status);
	expect(sandbox.state.messages.size).toBe(0);
	expect(sandbox.state.calls.at(-1)?.reasons).toHaveLength(1);
});

test.each<[string, number]>([
	['x'.repeat(128), 200],
	['x'.repeat(129), 400],
	['a%20b', 400],
	['ü', 400],
])('the ID %s is answered with %i', async (id, status) => {
	const path = `transactional-messages/${encodeURI(decodeURI(id))}`;
	expect((await call('POST', path, { message: EMAIL })).status).toBe(status);
});
