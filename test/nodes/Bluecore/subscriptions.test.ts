import type { IDataObject } from 'n8n-workflow';

import { subscriptionOperations } from '../../../nodes/Bluecore/subscriptions';
import type { Response } from '../../../nodes/shared/delivery/outcome';
import { answer, planOne } from '../../support/developerOperations';
import { casesOf } from '../../support/table';

const { get: getSubscription, update: updateSubscription } = subscriptionOperations;

const PHONE = '+15556667777';
const EMAIL = 'jane@example.com';
const withStates = (states: unknown) => answer(200, { data: { subscription: { states } } });
const subscription = (...states: unknown[]) => withStates(states);
const SUBSCRIBED = { message_type: 'MARKETING', status: 'SUBSCRIBED' };

describe('an answer', () => {
	const missing = { message: "Bluecore's answer has no subscription", mayHaveArrived: false };
	test.each<[data: unknown, problem: object | undefined]>([
		[{}, undefined],
		[{ subscription: { states: [] } }, undefined],
		[{ subscription: { states: [SUBSCRIBED] }, more: 1 }, undefined],
		[{ ok: true }, missing],
		[{ subscription: [] }, missing],
		[{ subscription: {} }, missing],
		[{ subscription: null }, missing],
		[[], missing],
	])('with %j is one of the API, or has the problem %j', (data, problem) => {
		const { operation } = planOne(getSubscription, { email: EMAIL });
		const { message, mayHaveArrived } = operation.validateResponse?.(answer(200, { data })) ?? {};
		expect(message === undefined ? undefined : { message, mayHaveArrived }).toEqual(problem);
	});

	test.each<[unknown, boolean, unknown[]]>([
		[[SUBSCRIBED], true, [SUBSCRIBED]],
		[[null, 'x', SUBSCRIBED], true, [SUBSCRIBED]],
		[[{ ...SUBSCRIBED, message_type: 'TRANSACTIONAL' }], false, expect.any(Array)],
		[[{ ...SUBSCRIBED, status: 'UNSUBSCRIBED' }], false, expect.any(Array)],
		[[], false, []],
		['x', false, []],
		[undefined, false, []],
	])('with the states %j says: subscribed %s', (states, is_subscribed, kept) => {
		const { operation, request } = planOne(getSubscription, { email: EMAIL });
		expect(operation.output(request, withStates(states))).toEqual({
			...{ found: true, email: EMAIL, is_subscribed, states: kept },
		});
	});

	test('after a change says whether the customer is subscribed to messages of that type', () => {
		const changed = (messageType: string) => {
			const given = { email: EMAIL, change: 'OPTIN', messageType };
			const { operation, request } = planOne(updateSubscription, given);
			return operation.output(request, subscription(SUBSCRIBED)).is_subscribed;
		};
		expect([changed('MARKETING'), changed('TRANSACTIONAL')]).toEqual([true, false]);
	});
});

const NO_PHONE = 'Phone is required for Sign Up';
const NO_CHANNEL = 'Channel Identifier is only for phone numbers';
const MISSING = 'Channel Identifier is "N/A", which stands for a missing value';
const UNCHANGED =
	'Sign Up is only for phone numbers, so the subscription of the email address was not changed';
const OPTIN = '"event": "OPTIN", "message_type": "MARKETING"';
const SIGNUP =
	'{"id": {"phone_number": "+15556667777"}, "state": {"event": "SIGNUP", "message_type": "MARKETING"}}';
test.each(
	casesOf<[what: string, given: IDataObject, payloads: object[], ...said: string[]]>(`
		is made for each identifier; the channel identifier is that of the phone number | {"email": "jane@example.com", "phone": "+15556667777", "additionalFields": {"channelIdentifier": "55555", "consentedAt": "2024-01-31"}} | [{"id": {"email": "jane@example.com"}, "state": {${OPTIN}, "consented_at": "2024-01-31T05:00:00.000Z"}}, {"id": {"phone_number": "+15556667777"}, "state": {${OPTIN}, "consented_at": "2024-01-31T05:00:00.000Z", "channel_identifier": "55555"}}]
		is made for a phone number alone              | {"phone": "+15556667777"} | [{"id": {"phone_number": "+15556667777"}, "state": {${OPTIN}}}]
		to sign up is made for the phone number       | {"phone": "+15556667777", "change": "SIGNUP"} | [${SIGNUP}]
		to sign up is made for no email, which is said | {"phone": "+15556667777", "email": "jane@example.com", "change": "SIGNUP"} | [${SIGNUP}] | ${UNCHANGED}
		to sign up is refused without a phone number  | {"email": "jane@example.com", "change": "SIGNUP"} | [] | ${NO_PHONE}
		of an email is refused with a channel         | {"email": "jane@example.com", "additionalFields": {"channelIdentifier": "5"}} | [] | ${NO_CHANNEL}
		to sign up an email is refused with a channel, too | {"email": "jane@example.com", "change": "SIGNUP", "additionalFields": {"channelIdentifier": "5"}} | [] | ${NO_PHONE} | ${NO_CHANNEL}
		must be chosen                                | {"email": "jane@example.com", "change": ""} | [] | Change is required
		is refused with a channel that is missing     | {"phone": "+15556667777", "additionalFields": {"channelIdentifier": "N/A"}} | [] | ${MISSING}
		for nobody is refused, and nothing more is said of it | {"change": "SIGNUP", "additionalFields": {"channelIdentifier": "5"}} | [] | Email or Phone is required
	`),
)('a change %s: %j', (_what, given, payloads, ...said) => {
	const { requests, problems, report } = planOne(updateSubscription, { change: 'OPTIN', ...given });
	const sent = requests.map(({ payload }) => payload);
	expect([sent, ...problems, ...report.warnings]).toEqual([payloads, ...said]);
});

test.each([
	['another consent', { additionalFields: { consentedAt: '2024-01-31' } }, true],
	['another type of messages', { messageType: 'TRANSACTIONAL' }, false],
	['another number', { phone: '+15556667778' }, false],
	['another change', { change: 'OPTIN' }, false],
])('a sign-up with %s repeats one: %s', (_what, given, repeats) => {
	const repeatableOf = (more: IDataObject) => {
		const { operation, request } = planOne(updateSubscription, {
			...{ phone: PHONE, change: 'SIGNUP', ...more },
		});
		return operation.repeatableOf?.(request);
	};
	const first = repeatableOf({});
	expect(first?.warning('item 3')).toBe(
		`"${PHONE}" is signed up more than once, and gets a text message each time: also by item 3`,
	);
	expect(repeatableOf(given)?.key === first?.key).toBe(repeats);
});

describe('whether a sign-up has arrived', () => {
	const plan = (parameters: IDataObject = {}, response?: Response) =>
		planOne(updateSubscription, { phone: PHONE, change: 'SIGNUP', ...parameters }, { response });

	test('is asked only of sign-ups: another change does no harm if it is made twice', () => {
		expect(plan({ change: 'OPTIN' }).request.confirmation).toBeUndefined();
		expect(plan({ change: 'UNSUBSCRIBE' }).request.confirmation).toBeUndefined();
		expect(plan().request.confirmation).toBeDefined();
		expect(plan({ change: 'OPTIN' }).request.unknownFix).toBeUndefined();
		expect(plan().request.unknownFix).toContain('a second text message');
	});

	test('is asked of the subscription of the number', async () => {
		const { request, asked } = plan();
		await request.confirmation?.ask(new AbortController().signal, true);
		const query = { phone_number: PHONE };
		expect(asked).toEqual([{ path: ['eligibility'], query }]);
	});

	const ofType = (status: string, message_type = 'MARKETING') => ({ status, message_type });
	const OTHER = ofType('UNSUBSCRIBED', 'TRANSACTIONAL');
	test.each<[string, Response, 'accepted' | 'notArrived' | undefined]>([
		['it waits for the customer', subscription(ofType('PENDING_CONFIRMATION')), 'accepted'],
		['the customer has confirmed', subscription(ofType('SUBSCRIBED')), 'accepted'],
		['the customer has unsubscribed', subscription(ofType('UNSUBSCRIBED')), 'notArrived'],
		['that is of another type', subscription(ofType('SUBSCRIBED', 'TRANSACTIONAL')), 'notArrived'],
		['one of both is of the type', subscription(OTHER, ofType('PENDING_CONFIRMATION')), 'accepted'],
		['there is no state', subscription(), 'notArrived'],
		['there is no subscription', answer(404, { code: 5, message: 'not found' }), 'notArrived'],
		['there is no such address', answer(404, { message: 'Cannot GET /api' }), undefined],
		['the answer is not one of the API', answer(200, { ok: true }), undefined],
		['the API fails', answer(500, { data: {} }), undefined],
	])('%s: %j says %s', (_what, response, said) => {
		const read = plan().request.confirmation?.read(response);
		expect(typeof read === 'object' ? read.kind : read).toBe(said);
	});
});
