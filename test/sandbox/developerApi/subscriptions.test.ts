import { developerClientOf, JANE, PHONE } from '../../support/developerApi';
import { clientOf, http } from '../../support/http';
import { NAMESPACE, useSandbox } from '../../support/sandbox';

const sandbox = useSandbox();
const { track, get } = clientOf(sandbox);
const { call, getSubscription, postSubscription, postCustomer } = developerClientOf(sandbox);

const consented_at = '2019-05-04T12:00:00.123456789Z';
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

const statesOf = async (id: Record<string, string>) =>
	(await getSubscription(id)).data.data.subscription.states;

test('a subscription is changed, with the time of the consent, and can be read at once', async () => {
	const { status, data } = await postSubscription(JANE, { event: 'OPTIN', consented_at });
	expect(status).toBe(200);
	const state = { status: 'SUBSCRIBED', message_type: 'MARKETING', consented_at };
	const subscription = { id: JANE, states: [{ ...state, source: 'public-api' }] };
	expect(data).toEqual({ data: { namespace: NAMESPACE, subscription } });
	expect((await getSubscription({ email: 'JANE@example.com' })).data).toEqual(data);
});

test('each type of messages, and each identifier, has a subscription of its own', async () => {
	await postCustomer({ id: JANE, link_ids: [PHONE] });
	await postSubscription(JANE, { event: 'OPTIN' });
	await postSubscription(JANE, { event: 'UNSUBSCRIBE', message_type: 'TRANSACTIONAL' });
	await postSubscription(PHONE, { event: 'SIGNUP', channel_identifier: '12345' });
	expect(await statesOf(JANE)).toMatchObject([
		{ status: 'SUBSCRIBED', message_type: 'MARKETING', consented_at: TIME },
		{ status: 'UNSUBSCRIBED', message_type: 'TRANSACTIONAL' },
	]);
	expect(await statesOf(PHONE)).toMatchObject([
		{ status: 'PENDING_CONFIRMATION', message_type: 'MARKETING', channel_identifier: '12345' },
	]);
});

test('it is the same subscription that events change', async () => {
	const marketing = async () => (await get('profiles')).map((profile) => profile.marketing);
	await track('optin', { distinct_id: 'device-1', email: 'JANE@example.com' });
	expect(await statesOf(JANE)).toEqual([
		{ status: 'SUBSCRIBED', message_type: 'MARKETING', consented_at: TIME, source: 'integration' },
	]);
	await postSubscription(JANE, { event: 'UNSUBSCRIBE' });
	expect(await marketing()).toEqual(['unknown', 'opted out']);
	await postSubscription(JANE, { event: 'OPTIN' });
	expect(await marketing()).toEqual(['unknown', 'opted in']);
	await track('unsubscribe', { distinct_id: 'device-1', email: JANE.email });
	expect(await statesOf(JANE)).toMatchObject([{ status: 'UNSUBSCRIBED', source: 'integration' }]);
});

test('a consent that is older than the one that it replaces gets a remark', async () => {
	await postSubscription(JANE, { event: 'UNSUBSCRIBE' });
	await postSubscription(JANE, { event: 'OPTIN', consented_at });
	expect(await statesOf(JANE)).toMatchObject([{ status: 'SUBSCRIBED', consented_at }]);
	expect(sandbox.state.calls.at(-2)?.remarks).toEqual([
		expect.stringMatching(
			/^This consent is of 2019-.* which is later: UNSUBSCRIBED became SUBSCRIBED\.$/,
		),
	]);
});

test('a customer without any consent has no states; an unknown customer is not found', async () => {
	await postCustomer({ id: JANE });
	expect(await statesOf(JANE)).toEqual([]);
	const { status, data } = await getSubscription(PHONE);
	expect([status, data.code]).toEqual([404, 5]);
});

test.each<[string, object, object, number, RegExp]>([
	['no event', JANE, {}, 422, /^state\.event is missing\.$/],
	['no type', JANE, { event: 'OPTIN', message_type: undefined }, 422, /message_type is missing/],
	['no id', {}, { event: 'OPTIN' }, 422, /^id is empty\.$/],
	['another event', JANE, { event: 'optin' }, 400, /one of OPTIN, UNSUBSCRIBE, SIGNUP/],
	['another type', JANE, { event: 'OPTIN', message_type: 'NEWS' }, 400, /MARKETING, TRANSACTIONAL/],
	['a sign-up by email', JANE, { event: 'SIGNUP' }, 400, /^SIGNUP .* needs a phone_number\.$/],
	['a code for emails', JANE, { event: 'OPTIN', channel_identifier: '1' }, 400, /needs a phone/],
	['a date', JANE, { event: 'OPTIN', consented_at: '2025-01-01' }, 400, /RFC 3339/],
])('%s is refused', async (_what, id, state, status, message) => {
	const answer = await postSubscription(id, state);
	expect([answer.status, answer.data.message]).toEqual([status, expect.stringMatching(message)]);
	expect(sandbox.state.profiles.size).toBe(0);
});

test('a body in which the schema is broken in every way is refused with a message for each', async () => {
	const { status, data } = await call('POST', 'eligibility_events', {
		id: { email: 'jane', phone_number: 'x' },
		state: { event: 'YES', consented_at: 'now', more: 1 },
	});
	expect(status).toBe(422);
	expect(data.message.match(/\./g)?.length).toBeGreaterThan(5);
});

describe('the double opt-in', () => {
	const confirm = async (phone: string) =>
		(await http.put(`${sandbox.url}/sandbox/confirmations/${encodeURIComponent(phone)}`)).status;
	const messages = async () => await get('messages');

	test('sends a message, and the subscription is confirmed when the customer answers', async () => {
		expect(await confirm(PHONE.phone_number)).toBe(404);
		await postSubscription(PHONE, { event: 'SIGNUP' });
		expect(await messages()).toMatchObject([
			{
				deliveries: [
					{ campaign: 'Double opt-in', to: PHONE.phone_number, text: expect.stringMatching(/YES/) },
				],
				can_be_confirmed: true,
			},
		]);
		expect(await confirm(PHONE.phone_number.replace('+', ''))).toBe(204);
		expect(await statesOf(PHONE)).toMatchObject([{ status: 'SUBSCRIBED' }]);
		expect(await messages()).toMatchObject([{ can_be_confirmed: false }]);
		expect(await confirm(PHONE.phone_number)).toBe(404);
		expect(sandbox.state.calls.map(({ what }) => what)).toContain('Confirm sign-up, marketing');
	});

	test('sends a message again for each sign-up; it is no message of the API', async () => {
		await postSubscription(PHONE, { event: 'SIGNUP' });
		await postSubscription(PHONE, { event: 'SIGNUP' });
		expect(await messages()).toHaveLength(2);
		expect(sandbox.state.totals.messages).toBe(0);
		const { status } = await call('GET', 'transactional-messages/double%20opt-in%202');
		expect(status).toBe(400);
	});
});
