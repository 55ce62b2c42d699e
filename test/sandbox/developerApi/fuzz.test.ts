import fc from 'fast-check';

import { DEFAULT_CONFIG } from '../../../sandbox/account/config';
import { checkAnswer, CLIENT, developerClientOf } from '../../support/developerApi';
import { clientOf } from '../../support/http';
import { NAMESPACE, useSandbox } from '../../support/sandbox';

const sandbox = useSandbox({
	keep: 200,
	rateLimits: {
		...DEFAULT_CONFIG.rateLimits,
		steady: { limit: 1_000_000, seconds: 60 },
		burst: { limit: 1_000_000, seconds: 1 },
	},
});
const { call, getToken } = developerClientOf(sandbox);

const json = fc.jsonValue({ maxDepth: 2 });
const text = fc.oneof(
	fc.constantFrom('', '__proto__', 'constructor', 'jane@example.com', '+15556667777', '2025-01-01'),
	fc.string({ unit: 'binary', maxLength: 8 }),
);
/** Mostly one of these values, sometimes any JSON. */
const mostly = (...values: unknown[]) =>
	fc.oneof({ arbitrary: fc.constantFrom(...values), weight: 5 }, text, json);
/** An object that often lacks some of these fields. */
const partly = (model: Record<string, fc.Arbitrary<unknown>>) =>
	fc.oneof(fc.record(model), fc.record(model, { requiredKeys: [] }), json);
const identifier = mostly(
	...[{ email: ' JANE@example.com' }, { email: { email: 'joe@example.com' } }],
	...[{ phone_number: '15556667777' }, { phone_number: { phone_number: '+15556667777' } }],
);
const time = mostly(
	...['2025-01-01T05:00:00.00Z', '1000-01-01T00:00:00+23:59', '2999-12-31T23:59:59-23:59'],
	...['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-23:59'],
	...['2025-02-31T00:00:00Z', '2025-13-01T00:00:00Z'],
);
const customer = partly({
	id: identifier,
	link_ids: fc.oneof(fc.array(identifier, { maxLength: 5 }), fc.constant([])),
	attributes: fc.dictionary(text, fc.oneof(text, json), { maxKeys: 3 }),
	timestamp: time,
});
const consent = partly({
	id: identifier,
	state: partly({
		event: mostly('OPTIN', 'UNSUBSCRIBE', 'SIGNUP', 'CONFIRM'),
		message_type: mostly('MARKETING', 'TRANSACTIONAL'),
		consented_at: time,
	}),
});
const message = partly({
	message: partly({
		identifiers: fc.array(identifier, { minLength: 1, maxLength: 3 }),
		campaign_ids: fc.array(mostly('34545238546', '34545238548'), { maxLength: 2 }),
		product_ids: mostly([], ['P1']),
		customer_attributes: fc.dictionary(
			fc.constantFrom('first_name', 'A'),
			mostly({ string_value: 'Jane' }, { time_value: '2025-01-01T00:00:00Z' }),
		),
		use_draft: mostly(true, false),
	}),
});
/** Most of the messages above break a rule. */
const validMessage = fc.constantFrom('34545238546', '34545238548').map((campaign) => ({
	message: { identifiers: [{ email: 'jane@example.com' }], campaign_ids: [campaign] },
}));
const query = fc
	.tuple(fc.constantFrom('email', 'phone_number', 'x'), text)
	.map(([key, value]) => `?${key}=${encodeURIComponent(value)}`);
const messageId = fc.oneof(
	fc.constantFrom('1', '2', '3'),
	text.map((id) => encodeURIComponent(id) || '_'),
);
const anyCall = fc.oneof(
	fc.tuple(fc.constant('customers'), customer),
	fc.tuple(fc.constant('eligibility_events'), consent),
	fc.tuple(
		messageId.map((id) => `transactional-messages/${id}`),
		fc.oneof(message, validMessage),
	),
	fc.tuple(
		fc.tuple(fc.constantFrom('customers', 'eligibility'), query).map((parts) => parts.join('')),
		fc.constant(undefined),
	),
);

/** The statuses that Bluecore documents for calls with a valid token that has all scopes. */
const STATUSES = [200, 400, 404, 409, 422];

test('every answer follows its schema, whatever is sent', async () => {
	const seen = new Set<number>();
	await fc.assert(
		fc.asyncProperty(anyCall, async ([url, body]) => {
			// `call` checks the answer against its schema.
			const { status } = await call(url.includes('?') ? 'GET' : 'POST', url, body);
			expect(STATUSES).toContain(status);
			seen.add(status);
		}),
		{ numRuns: 800 },
	);
	expect([...seen]).toEqual(expect.arrayContaining([200, 400, 422]));
	const lists = ['calls', 'profiles', 'messages', 'emails', 'summary'];
	const { get } = clientOf(sandbox);
	for (const list of lists) expect(JSON.stringify(await get(list))).not.toMatch(/"statusCode":/);
	expect(({} as Record<string, unknown>).email).toBeUndefined();
});

test('whatever is in a message: sent again, it is refused as before, or because its ID was used', async () => {
	const seen = new Set<number>();
	await fc.assert(
		fc.asyncProperty(messageId, fc.oneof(message, validMessage), async (id, body) => {
			const url = `transactional-messages/${id}`;
			const { status } = await call('POST', url, body);
			const isSent = (await call('GET', url)).status === 200;
			expect(isSent || ![200, 409].includes(status)).toBe(true);
			expect((await call('POST', url, body)).status).toBe(status === 200 ? 409 : status);
			seen.add(status);
		}),
		{ numRuns: 300 },
	);
	expect([...seen]).toEqual(expect.arrayContaining([200, 400, 409, 422]));
});

test('every answer to a call for a token follows its schema, and shows no secret', async () => {
	const field = fc.oneof(json, text);
	await fc.assert(
		fc.asyncProperty(
			fc.oneof(
				json,
				fc
					.record({ client_id: field, audience: field, grant_type: field }, { requiredKeys: [] })
					.map((fields) => ({ ...CLIENT, ...fields })),
			),
			async (fields) => {
				expect([200, 400, 401, 403]).toContain((await getToken(JSON.stringify(fields))).status);
			},
		),
		{ numRuns: 500 },
	);
	expect(JSON.stringify(sandbox.state.calls)).not.toContain(CLIENT.client_secret);
});

test('a body in which the schema is broken in every way is refused with a message for each', async () => {
	const { status, data } = await call('POST', 'eligibility_events', {
		id: { email: 'jane', phone_number: 'x' },
		state: { event: 'YES', consented_at: 'now', more: 1 },
	});
	expect(status).toBe(422);
	expect(data.message.match(/\./g)?.length).toBeGreaterThan(5);
});

test('an answer that breaks its schema is noticed', () => {
	const url = `/api/namespaces/${NAMESPACE}/customers`;
	expect(() => checkAnswer(url, 'GET', 200, { data: {} })).toThrow(/data\.namespace is missing/);
});
