import { developerClientOf, JANE, PHONE, refusal } from '../../support/developerApi';
import { clientOf } from '../../support/http';
import { NAMESPACE, useSandbox } from '../../support/sandbox';

const sandbox = useSandbox();
const { track, get } = clientOf(sandbox);
const { call, getCustomer, postCustomer } = developerClientOf(sandbox);

test('a customer is written and can be read at once', async () => {
	const attributes = { first_name: 'Jane', age: 38, vip: true };
	const body = { id: JANE, attributes, timestamp: '2025-01-01T00:00:00.0Z' };
	const { status, data } = await postCustomer(body);
	expect(status).toBe(200);
	const updated = '2025-01-01T00:00:00.000Z';
	expect(data).toEqual({ data: { namespace: NAMESPACE, ids: [JANE], attributes, updated } });
	expect((await getCustomer(JANE)).data).toEqual(data);
	expect(sandbox.state.calls.map(({ what, who }) => [what, who])).toEqual([
		['Get token', 'client-1'],
		['Write customer', JANE.email],
		['Read customer', JANE.email],
	]);
});

test('it is the same customer that events build', async () => {
	await track('customer_patch', { distinct_id: 'JANE@example.com', customer: { city: 'Rome' } });
	await postCustomer({ id: JANE, attributes: { first_name: 'Jane', city: null } });
	await track('customer_patch', { distinct_id: JANE.email, customer: { zip: '1' } });
	const { data } = await getCustomer({ email: ' Jane@Example.com ' });
	expect(data.data).toMatchObject({
		ids: [JANE],
		attributes: { city: null, first_name: 'Jane', zip: '1' },
	});
	expect(await get('profiles')).toHaveLength(1);
	expect((await get<{ timeline: object[] }>('profiles/1')).timeline).toMatchObject([
		{ what: 'customer_patch' },
		{ what: 'Write customer' },
		{ what: 'customer_patch' },
	]);
});

test('an ID of an event that is neither an email address nor a phone number is no identifier', async () => {
	await track('search', { distinct_id: '4477', search_term: 'a' });
	await track('identify', { distinct_id: '4477', customer: JANE });
	expect((await getCustomer(JANE)).data.data).toMatchObject({ ids: [JANE] });
	expect((await getCustomer(JANE)).data.data).not.toHaveProperty('attributes');
	expect((await getCustomer({ phone_number: '4477' })).status).toBe(404);
});

test('a phone number is linked; what was known under it belongs to the customer then', async () => {
	await postCustomer({ id: { phone_number: '15556667777' }, attributes: { city: 'Rome', a: 1 } });
	await postCustomer({ id: JANE, attributes: { a: 2 } });
	const { data } = await postCustomer({ id: JANE, link_ids: [PHONE] });
	expect(data.data).toMatchObject({ ids: [JANE, PHONE], attributes: { city: 'Rome', a: 2 } });
	expect((await getCustomer(PHONE)).data).toEqual(data);
	expect(await get('profiles')).toMatchObject([{ email: JANE.email, is_orphan: false }]);
	expect(sandbox.state.calls.at(-2)?.remarks).toEqual([
		'What was known of +15556667777 now belongs to jane@example.com.',
	]);
});

test('a customer of whom only the phone number is known is no orphan, and gets the email address that is linked', async () => {
	await postCustomer({ id: PHONE });
	expect(await get('profiles')).toMatchObject([{ email: null, is_orphan: false }]);
	await track('customer_patch', { distinct_id: JANE.email, customer: { city: 'Rome' } });
	const { data } = await postCustomer({ id: PHONE, link_ids: [JANE, { email: 'J@example.com' }] });
	expect(data.data).toMatchObject({
		ids: [JANE, { email: 'j@example.com' }, PHONE],
		attributes: { city: 'Rome' },
	});
	expect(await get('profiles')).toMatchObject([{ email: JANE.email }]);
});

test('attributes get the remarks that they get from events', async () => {
	await postCustomer({ id: JANE, attributes: { 'First-Name': 'J', vip: 'true', city: '' } });
	expect(sandbox.state.calls.at(-1)?.remarks).toEqual([
		expect.stringMatching(/ignores the attribute "First-Name"/),
		expect.stringMatching(/vip is stored as the text "true"/),
		expect.stringMatching(/vip is new/),
		expect.stringMatching(/city is empty/),
	]);
});

test('a customer that nobody has written is not found', async () => {
	const { status, data } = await getCustomer(JANE);
	expect([status, data]).toEqual([
		404,
		refusal(5, 'we could not find a customer matching: jane@example.com'),
	]);
});

test.each<[string, unknown, number, RegExp]>([
	['no id', { attributes: {} }, 422, /^id is missing\.$/],
	['an empty id', { id: {} }, 422, /^id is empty\.$/],
	['two identifiers in the id', { id: { ...JANE, ...PHONE } }, 400, /^id has more than 1 entry\.$/],
	['no email address', { id: { email: 'jane' } }, 400, /^id\.email is not an email address/],
	['a long address', { id: { email: `${'a'.repeat(250)}@example.com` } }, 400, /254 characters/],
	['no phone number', { id: { phone_number: '0049' } }, 400, /^id\.phone_number .*E\.164/],
	['a phone number with spaces', { id: { phone_number: '+1 555' } }, 400, /E\.164/],
	[
		'five links',
		{ id: JANE, link_ids: Array(5).fill(PHONE) },
		400,
		/^link_ids has more than 4 entries/,
	],
	['a list as attribute', { id: JANE, attributes: { tags: ['a'] } }, 400, /attributes\.tags must/],
	['a date as timestamp', { id: JANE, timestamp: '2025-01-01' }, 400, /timestamp .*RFC 3339/],
	['an unknown name', { id: JANE, attribute: {} }, 400, /^attribute is not a known name here\.$/],
	['a list', [], 400, /must be an object, but it is a list/],
	['text that is not JSON', '{', 400, /not JSON/],
])('%s is refused', async (_what, body, status, message) => {
	const answer = await call('POST', 'customers', body, { 'content-type': 'application/json' });
	expect([answer.status, answer.data.message]).toEqual([status, expect.stringMatching(message)]);
	expect(sandbox.state.profiles.size).toBe(0);
});

test.each<[string, number, RegExp]>([
	['', 422, /needs email or phone_number/],
	['?mail=a@example.com', 422, /needs email or phone_number/],
	['?email=jane', 400, /email is not an email address/],
	['?phone_number=+15556667777', 400, /phone_number is not a phone number/],
])('the query %j is refused', async (query, status, message) => {
	const answer = await call('GET', `customers${query}`);
	expect([answer.status, answer.data.message]).toEqual([status, expect.stringMatching(message)]);
});

const OTHER_TYPES = ['text/plain', 'application/json-patch+json', 'foo', ''];
test.each(OTHER_TYPES)('the media type %j is refused', async (type) => {
	const body = JSON.stringify({ id: JANE });
	const answer = await call('POST', 'customers', body, { 'content-type': type });
	expect([answer.status, answer.data.code]).toEqual([406, 3]);
});
