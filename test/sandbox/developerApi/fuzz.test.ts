import fc from 'fast-check';

import { DEFAULT_CONFIG } from '../../../sandbox/account/config';
import { checkAnswer, developerClientOf } from '../../support/developerApi';
import { NAMESPACE, useSandbox } from '../../support/sandbox';

const ENDLESS = { limit: 1_000_000, seconds: 60 };
const sandbox = useSandbox({
	keep: 200,
	rateLimits: { ...DEFAULT_CONFIG.rateLimits, steady: ENDLESS, burst: ENDLESS },
});
const { call } = developerClientOf(sandbox);

/** Mostly one of these values, sometimes any JSON. */
const mostly = (...values: unknown[]) =>
	fc.oneof({ arbitrary: fc.constantFrom(...values), weight: 5 }, fc.jsonValue({ maxDepth: 2 }));
const message = fc.record({
	message: fc.record(
		{
			identifiers: mostly(
				...[[{ email: ' JANE@example.com' }], [{ phone_number: { phone_number: '+15556667777' } }]],
			),
			campaign_ids: mostly(['34545238546'], ['34545238548'], ['34545238546', '34545238548']),
			product_ids: mostly([], ['P1']),
			customer_attributes: mostly({ first_name: { string_value: 'Jane' } }, { A: {} }),
			use_draft: mostly(true, false),
		},
		{ requiredKeys: ['identifiers', 'campaign_ids'] },
	),
});
const messageId = fc.oneof(
	fc.constantFrom('1', '2', '3'),
	fc.string({ unit: 'binary', maxLength: 8 }).map((id) => encodeURIComponent(id) || '_'),
);

// `call` checks each answer against its schema; test/sandbox/openapi does so for all endpoints.
test('whatever is in a message: sent again, it is refused as before, or because its ID was used', async () => {
	const seen = new Set<number>();
	await fc.assert(
		fc.asyncProperty(messageId, message, async (id, body) => {
			const url = `transactional-messages/${id}`;
			const { status } = await call('POST', url, body);
			const isSent = (await call('GET', url)).status === 200;
			expect(isSent || ![200, 409].includes(status)).toBe(true);
			expect((await call('POST', url, body)).status).toBe(status === 200 ? 409 : status);
			seen.add(status);
		}),
		{ numRuns: 500 },
	);
	expect([...seen]).toEqual(expect.arrayContaining([200, 400, 409]));
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
