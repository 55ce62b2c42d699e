import { clientOf, http } from '../../support/http';
import { API_KEY, NAMESPACE, useSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/startSandbox';

const MINUTE_MS = 60_000;
const sandbox = useSandbox({ sentAfterMs: MINUTE_MS, finalAfterMs: 2 * MINUTE_MS });
const { send } = clientOf(sandbox);

const EMAIL = {
	campaign_id: '34545238545',
	email: 'jane@example.com',
	template_attributes: { order_number: 1, first_name: 'J', items: [], total: 1 },
};
const status = async (id: string, namespace = NAMESPACE) =>
	await http.get<{ status: string; message: string }>(
		`${sandbox.url}/email/status/v1/${namespace}/${id}`,
		{ headers: { authorization: `Bearer ${API_KEY}` } },
	);

const welcome = (customer_attributes: object) => ({
	...{ ...EMAIL, campaign_id: '34545238547', customer_attributes },
});
const template = (template_attributes: unknown) => ({ ...EMAIL, template_attributes });
const OTHERS = { ...EMAIL, customer_attributes: { city: 'Rome' } };
const TOO_LARGE = { ...EMAIL.template_attributes, x: 'x'.repeat(819_200) };
test.each<[string, object, number, RegExp]>([
	['an unknown campaign', { ...EMAIL, campaign_id: '7' }, 404, /^Could not find .* with id: 7/],
	['a body that is not an object', [], 422, /must be a JSON object/],
	['missing fields, all together', {}, 422, /campaign_id.*email.*template_attributes/],
	['missing variables', template({ items: [] }), 422, /'order_number'.*'first_name'.*'total'/],
	['template attributes that are a list', template([]), 422, /must be an object/],
	['customer attributes for another campaign', OTHERS, 422, /not accepted for transactional/],
	['a protected attribute', welcome({ created: 1 }), 422, /created is protected/],
	['an address that is not ASCII', { ...EMAIL, email: 'jürgen@example.com' }, 422, /ASCII/],
	[
		'an empty address',
		{ ...EMAIL, email: '' },
		422,
		/^The request is missing .* email in the body\.$/,
	],
	['a template that is too large', template(TOO_LARGE), 422, /819,200 bytes/],
	['a body that is too large', welcome({ x: 'x'.repeat(900_000) }), 422, /less than 900 KB/],
])('%s is refused', async (_what, body, code, message) => {
	const { status: answered, data } = await send(body);
	expect([answered, data.message]).toEqual([code, expect.stringMatching(message)]);
	expect(sandbox.state.emails.size).toBe(0);
});

test.each<[Record<string, string>, number, RegExp]>([
	[{ authorization: 'Bearer no' }, 401, /Not authenticated/],
	[{ authorization: '' }, 401, /Not authenticated/],
	[{ 'content-type': 'text/plain' }, 406, /media type is not supported/],
	[{ 'content-type': 'application/json-patch+json' }, 406, /media type/],
	[{ 'content-type': 'foo' }, 406, /media type/],
])('the headers %j are refused', async (more, code, message) => {
	const { status: answered, data } = await send(EMAIL, more);
	expect([answered, data.message]).toEqual([code, expect.stringMatching(message)]);
});

test.each([
	['jane@example.com', 'Delivered', ''],
	['bounce@example.com', 'Failed', 'Bounce'],
	['block@example.com', 'Failed', 'Block'],
	['previously@example.com', 'Failed', 'Previously Bounced/Blocked'],
	['norender@example.com', 'Failed', 'Email Content Generation Failed'],
])('the status of an email to %s becomes %s', async (email, final, message) => {
	const { data } = await send({ ...EMAIL, email });
	for (const expected of ['Being Processed', 'Sent for Delivery', final]) {
		expect((await status(data.conversation_id)).data.status).toBe(expected);
		await http.put(`${sandbox.url}/sandbox/time`, { advanceMs: MINUTE_MS });
	}
	expect((await status(data.conversation_id)).data.message).toBe(message);
});

const WELCOME = welcome({ city: 'Rome' });

test('a welcome email may have customer attributes, for a new customer and for an existing one', async () => {
	expect([(await send(WELCOME)).status, (await send(WELCOME)).status]).toEqual([202, 202]);
});

test('if duplicate welcome emails are suppressed, only for a new customer', async () => {
	const strict = clientOf(await startSandbox({ suppressDuplicateWelcomeEmails: true }));
	const answers: number[] = [];
	for (const body of [WELCOME, WELCOME, { ...WELCOME, customer_attributes: {} }]) {
		answers.push((await strict.send(body)).status);
	}
	expect(answers).toEqual([202, 422, 202]);
});

test('an email with use_draft needs the variables of the draft', async () => {
	const withSubject = (subject: string) => ({ subject, html: '' });
	const type = 'transactional' as const;
	const both = { name: 'B', type, template: withSubject('{{a}}'), draft: withSubject('{{b.0}}') };
	const unpublished = { name: 'U', type, draft: withSubject('') };
	const drafted = clientOf(await startSandbox({ campaigns: { both, unpublished } }));
	const sent = async (campaign_id: string, use_draft: boolean, template_attributes: object) =>
		await drafted.send({ ...EMAIL, campaign_id, template_attributes, use_draft });
	expect((await sent('both', false, { a: null })).status).toBe(202);
	expect((await sent('both', true, { a: null })).data.message).toMatch(/'b'/);
	expect((await sent('both', true, { b: [] })).status).toBe(202);
	expect((await sent('unpublished', false, {})).status).toBe(404);
	expect((await sent('unpublished', true, {})).status).toBe(202);
});

test('a conversation of another namespace is not found', async () => {
	const { data } = await send(EMAIL);
	expect((await status(data.conversation_id)).status).toBe(202);
	expect((await status('1')).status).toBe(404);
	expect((await status(data.conversation_id, 'other')).status).toBe(401);
});
