import { Report } from '../../../sandbox/verify/report';
import { clientOf, EMAIL, http } from '../../support/http';
import { developerClientOf } from '../../support/developerApi';
import { NAMESPACE, useSandbox } from '../../support/sandbox';
import { casesOf } from '../../support/table';

const sandbox = useSandbox();
const { track, search, send, get } = clientOf(sandbox);
const expectCalls = async (expectation: object, { url } = sandbox) => {
	const address = `${url}/sandbox/expect`;
	const { status, data } = await http.post<Record<string, unknown>>(address, expectation);
	return { ...data, code: status };
};

test('calls are found by what they are and by a part of their body', async () => {
	await search('jane@example.com', 'socks');
	await search('joe@example.com', 'shirts');
	const call = { what: 'search', body: { properties: { token: NAMESPACE, search_term: 'socks' } } };
	expect(await expectCalls({ call })).toEqual({
		code: 200,
		passed: true,
		name: 'search',
		message: '1 call matches; at least 1 is expected.',
		calls: [1],
	});
	expect(await expectCalls({ call: { api: 'events' }, times: 2 })).toMatchObject({ calls: [1, 2] });
	expect(await expectCalls({ call: { api: 'events' }, times: 2, after: 1 })).toMatchObject({
		code: 417,
		calls: [2],
	});
	const dropped = await expectCalls({ call: { verdict: 'dropped' }, times: 0 });
	expect(dropped).toMatchObject({ code: 200 });
});

test('what is missing is said with the nearest call and where it differs', async () => {
	const email = 'jane@example.com';
	const sent = { order_id: 'A-1', total: 60, products: [{ id: 'SOCKS' }] };
	await track('purchase', { distinct_id: email, customer: { email }, ...sent });
	await search(email, 'socks');
	const properties = { ...sent, total: 59.9, products: [{ id: 'SHIRT' }], coupon: 'X' };
	const call = { what: 'purchase', body: { properties } };
	expect(await expectCalls({ name: 'The order', call, times: 1 })).toEqual({
		code: 417,
		passed: false,
		name: 'The order',
		message:
			'No call matches; 1 is expected. The nearest is call 1: body.properties.total must be 59.9, but it is 60; body.properties.products.0.id must be "SHIRT", but it is "SOCKS"; body.properties.coupon must be "X", but it is missing.',
		calls: [],
		nearest: {
			call: 1,
			differences: [
				{ path: 'body.properties.total', expected: 59.9, actual: 60 },
				{ path: 'body.properties.products.0.id', expected: 'SHIRT', actual: 'SOCKS' },
				{ path: 'body.properties.coupon', expected: 'X' },
			],
		},
	});
});

test.each(
	casesOf<[times: unknown, passed: boolean, message: string]>(`
		0                          | false | 2 calls match; 0 are expected.
		2                          | true  | 2 calls match; 2 are expected.
		3                          | false | 2 calls match; 3 are expected. The nearest is call 3: what must be "search", but it is "visit".
		{"atLeast": 2}              | true  | 2 calls match; at least 2 are expected.
		{"atMost": 1}               | false | 2 calls match; at most 1 is expected.
		{"atLeast": 1, "atMost": 2} | true  | 2 calls match; 1 to 2 are expected.
	`),
)('%j times for two calls', async (times, passed, message) => {
	for (const id of ['a', 'b']) await search(id);
	await track('visit', { distinct_id: 'c' });
	const checked = await expectCalls({ call: { what: 'search' }, times });
	expect(checked).toMatchObject({ passed, message });
});

test('calls are expected in an order', async () => {
	for (const id of ['a', 'b', 'c']) await search(id, 'x');
	expect(await expectCalls({ inOrder: [{ who: 'a' }, { who: 'c' }] })).toMatchObject({
		code: 200,
		calls: [1, 3],
	});
	expect(await expectCalls({ inOrder: [{ who: 'b' }, { who: 'a' }] })).toMatchObject({
		code: 417,
		message:
			'Call 2 of 2, a, has not arrived after call 2. The nearest is call 3: who must be "a", but it is "c".',
	});
});

test('a call that has something of an object is nearer than one without it', async () => {
	await track('search', { distinct_id: 'a', search_term: 'x', more: { a: 0, b: 0 } });
	await track('visit', { distinct_id: 'a' });
	const call = { what: 'search', body: { properties: { more: { a: 1, b: 1 } } } };
	expect(await expectCalls({ call })).toMatchObject({ nearest: { call: 1 } });
});

test('calls are waited for', async () => {
	const late = expectCalls({ call: { who: 'late' }, withinMs: 20_000 });
	await search('early', 'x');
	await search('late', 'x');
	expect(await late).toMatchObject({ code: 200, calls: [2] });
	expect(await expectCalls({ call: { who: 'never' }, withinMs: 50 })).toMatchObject({ code: 417 });
});

test.each([
	[{ times: 0 }, 'late'],
	[{ times: 1 }, 'late'],
	[{ times: { atMost: 1 } }, 'early'],
])('%j is not met before all of withinMs has passed', async (times, first) => {
	await search('early', 'x');
	const wanted = { call: { who: first === 'late' ? 'late' : { $pattern: '' } }, ...times };
	if (times.times === 1) await search('late', 'x');
	const checked = expectCalls({ ...wanted, withinMs: 5000 });
	await new Promise((resolve) => setTimeout(resolve, 100));
	await search('late', 'x');
	// It fails at once, because no later call can change it.
	expect(await checked).toMatchObject({ code: 417, calls: expect.any(Array) });
	const { entries } = await get<{ entries: Array<{ waitedMs: number }> }>('report');
	expect(entries[0].waitedMs).toBeLessThan(4000);
	expect(await expectCalls({ call: { who: 'never' }, times: 0, withinMs: 300 })).toMatchObject({
		code: 200,
	});
	const report = await get<{ entries: Array<{ waitedMs: number }> }>('report');
	expect(report.entries[1].waitedMs).toBeGreaterThanOrEqual(299);
});

const small = useSandbox({ keep: 3 });
const client = clientOf(small);
const check = async (expectation: object) => await expectCalls(expectation, small);
const DISCARDED =
	'Calls that could have counted are no longer kept: start the sandbox with a higher --keep, or check earlier.';

test('calls that are no longer kept are not taken for calls that never were', async () => {
	await client.track('search', { distinct_id: 'a' });
	for (const id of ['b', 'c', 'd', 'e']) await client.search(id);
	const dropped = { call: { verdict: 'dropped' }, times: 0 };
	expect(await check(dropped)).toMatchObject({
		passed: false,
		message: `No call matches; 0 are expected. ${DISCARDED}`,
	});
	for (const times of [3, { atMost: 9 }]) {
		expect(await check({ call: { what: 'search' }, times })).toMatchObject({ passed: false });
	}
	// Those that could not have counted do not matter.
	expect(await check({ ...dropped, after: 2 })).toMatchObject({ passed: true });
	for (const call of [{ api: 'send' }, { verdict: 'refused' }, { namespace: 'other' }]) {
		expect(await check({ call, times: 0 })).toMatchObject({ passed: true });
	}
	expect(await check({ call: { what: 'search' } })).toMatchObject({ passed: true });
	expect(await check({ inOrder: [{ who: 'b' }, { who: 'e' }] })).toMatchObject({
		passed: false,
		message: expect.stringContaining(DISCARDED),
	});
});

const properties = (expected: object) => ({ body: { properties: expected } });
const ABSENT = { $absent: true };
test.each<[call: object, difference: string | undefined]>([
	[{ who: { $pattern: '^jane@' }, body: { event: { $pattern: '^se' } } }, undefined],
	[{ what: { $pattern: '^x' } }, 'what must match "^x", but it is "search"'],
	[properties({ n: { $min: 5, $max: 5 } }), undefined],
	[properties({ n: { $min: 6 } }), 'body.properties.n must be at least 6, but it is 5'],
	[properties({ n: { $max: 4 } }), 'body.properties.n must be at most 4, but it is 5'],
	[
		properties({ search_term: { $min: 1, $max: 9 } }),
		'body.properties.search_term must be from 1 to 9, but it is "x"',
	],
	[properties({ phone: ABSENT, customer: { phone: ABSENT } }), undefined],
	[properties({ n: ABSENT }), 'body.properties.n must not be there, but it is 5'],
	[properties({ y: { $pattern: 'a' } }), 'body.properties.y must match "a", but it is missing'],
])('a call may be expected by matchers: %j', async (call, difference) => {
	await track('search', { distinct_id: 'jane@example.com', search_term: 'x', n: 5 });
	const message = `No call matches; at least 1 is expected. The nearest is call 1: ${difference}.`;
	expect(await expectCalls({ call })).toMatchObject(
		difference === undefined ? { code: 200, calls: [1] } : { code: 417, message },
	);
});

test('a regular expression that takes too long stops nothing', async () => {
	await search('a', `${'a'.repeat(50)}!`);
	const call = { body: { properties: { search_term: { $pattern: '^(a+)+$' } } } };
	expect(await expectCalls({ call })).toEqual({
		code: 400,
		message:
			'A $pattern takes longer than 1000 ms: write it so that each text can match in one way only.',
	});
});

test.each<[object, string]>([
	[{ call: { who: { $patern: 'a' } } }, 'call.who must have $pattern, $min, $max'],
	[{ call: { body: { a: { $min: 1, b: 2 } } } }, 'call.body.a must have $pattern, $min, $max'],
	[{ call: { body: { a: { $min: 'x' } } } }, 'call.body.a must have numbers'],
	[{ call: { body: { a: { $pattern: 1 } } } }, 'call.body.a must have text'],
	[{ inOrder: [{ who: { $pattern: '(' } }] }, 'inOrder.0.who has a $pattern that is no regular'],
	[{ call: { body: { a: { $absent: false } } } }, 'call.body.a must have true'],
	[{}, 'There must be either call, with times if need be, or inOrder.'],
	[{ call: { what: 'a' }, inOrder: [{ what: 'a' }] }, 'There must be either call, with times'],
	[{ inOrder: [{ what: 'a' }], times: 0 }, 'There must be either call, with times'],
	[{ call: { what: 'a' }, time: 1 }, 'time is not a known name here.'],
	[{ call: { event: 'a' } }, 'call.event is not a known name here.'],
	[{ call: {} }, 'call is empty.'],
	[{ call: { what: 'a' }, times: -1 }, 'times must be a whole number'],
	[{ call: { what: 'a' }, times: { atLeast: 2, atMost: 1 } }, 'times has an atLeast that is above'],
	[{ call: { status: { $min: 2, $max: 1 } } }, 'call.status has a $min that is above its $max.'],
])('%j is no expectation', async (expectation, message) => {
	expect(await expectCalls(expectation)).toEqual({
		code: 400,
		message: expect.stringContaining(message),
	});
	expect(await get('report')).toMatchObject({ expectations: 0 });
});

test('the report has every expectation, as JSON and as JUnit', async () => {
	await search('<a>&"\u0000', 'x');
	await expectCalls({ name: 'good <&">', call: { what: 'search' } });
	await expectCalls({ name: 'bad\u0001', call: { who: '<b>' } });
	expect(await get('report')).toMatchObject({
		passed: false,
		expectations: 2,
		failures: 1,
		entries: [
			{ name: 'good <&">', passed: true },
			{ passed: false, nearest: { call: 1 } },
		],
	});
	const { data, headers } = await http.get<string>(`${sandbox.url}/sandbox/report?format=junit`);
	expect(headers['content-type']).toBe('application/xml; charset=utf-8');
	expect(data.replace(/time="[\d.]+"/g, 'time=""')).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bluecore-sandbox" tests="2" failures="1">
	<testsuite name="Expectations" tests="2" failures="1">
		<testcase classname="bluecore-sandbox" name="good &lt;&amp;&quot;&gt;" time=""/>
		<testcase classname="bluecore-sandbox" name="bad\ufffd" time="">
			<failure message="No call matches; at least 1 is expected. The nearest is call 1: who must be &quot;&lt;b&gt;&quot;, but it is &quot;&lt;a&gt;&amp;\\&quot;\\u0000&quot;.">{&#10;&#9;&quot;call&quot;: 1,&#10;&#9;&quot;differences&quot;: [&#10;&#9;&#9;{&#10;&#9;&#9;&#9;&quot;path&quot;: &quot;who&quot;,&#10;&#9;&#9;&#9;&quot;expected&quot;: &quot;&lt;b&gt;&quot;,&#10;&#9;&#9;&#9;&quot;actual&quot;: &quot;&lt;a&gt;&amp;\\&quot;\\u0000&quot;&#10;&#9;&#9;}&#10;&#9;]&#10;}</failure>
		</testcase>
	</testsuite>
</testsuites>
`);
	await http.delete(`${sandbox.url}/sandbox/report`);
	expect(await get('report')).toMatchObject({ passed: true, expectations: 0 });
});

test('the report is bounded, and still counts what it no longer has', () => {
	const report = new Report();
	const entry = { name: 'a', message: 'x'.repeat(1_000_000), calls: [], at: 0, waitedMs: 0 };
	for (let n = 0; n < 20; n++) report.add({ ...entry, passed: n > 0 });
	const { entries, ...counts } = report.toJson();
	expect(counts).toEqual({ passed: false, expectations: 20, failures: 1, discarded: 4 });
	expect(entries).toHaveLength(16);
	expect(report.toJUnit()).toContain('tests="17" failures="1"');
	expect(report.toJUnit()).toContain('name="4 expectations that are no longer kept"');
});

describe('the time', () => {
	const move = async (body: object) =>
		await http.put<{ now: string; message: string }>(`${sandbox.url}/sandbox/time`, body);

	test('is moved, and statuses with it', async () => {
		const { data } = await send(EMAIL);
		const status = async () =>
			(await get<{ status: string }>(`emails/${data.conversation_id}`)).status;
		expect(await status()).toBe('Being Processed');
		await move({ advanceMs: 60_000 });
		expect(await status()).toBe('Delivered');
		await search('a', 'a');
		expect(sandbox.state.calls[1].at - sandbox.state.calls[0].at).toBeGreaterThanOrEqual(60_000);
		await http.delete(`${sandbox.url}/sandbox/time`);
		expect(await status()).not.toBe('Delivered');
	});

	test('can be set, and goes on', async () => {
		expect((await move({ now: '2030-01-01T00:00:00Z' })).data.now).toMatch(/^2030-01-01T00:00:0/);
		expect((await get<{ now: string }>('time')).now).toMatch(/^2030-01-01T00:0/);
		sandbox.reset();
		expect((await get<{ offsetMs: number }>('time')).offsetMs).toBe(0);
	});

	test.each([
		[{}, /either advanceMs or now/],
		[{ advanceMs: 1, now: '2030-01-01T00:00:00Z' }, /either advanceMs or now/],
		[{ now: 'tomorrow' }, /not a time in RFC 3339/],
		[{ advanceMs: 1e300 }, /between the years/],
		[{ advanceMs: 'x' }, /must be a number/],
	])('is not moved by %j', async (body, message) => {
		const { status, data } = await move(body);
		expect([status, data.message]).toEqual([400, expect.stringMatching(message)]);
		expect(sandbox.state.clock.offsetMs).toBe(0);
	});
});

describe('a session', () => {
	const open = async (session: unknown) =>
		await http.put<{ message: string }>(`${sandbox.url}/sandbox/session`, session);

	test('is exported and opened again, with all that follows from its calls', async () => {
		await track('identify', {
			distinct_id: 'device-1',
			customer: { email: 'jane@example.com', city: 'Rome' },
		});
		await track('search', { distinct_id: 'jane@example.com' });
		await send(EMAIL);
		await http.get(`${sandbox.url}/email/status/v1/${NAMESPACE}/x`);
		await http.head(`${sandbox.url}/email/status/v1/${NAMESPACE}/x%20y?z`);
		await http.post(`${sandbox.url}/nowhere`, 'text', { headers: { 'x-other': 'ä' } });
		const developer = developerClientOf(sandbox);
		const id = { phone_number: '+15556667777' };
		await developer.postCustomer({ id });
		for (const event of ['SIGNUP', 'x']) await developer.postSubscription(id, { event });
		await developer.getMessage('a');
		await http.put(`${sandbox.url}/sandbox/confirmations/%2B15556667777`);
		const everything = async () => {
			const lists = await Promise.all(['calls', 'profiles', 'emails'].map((name) => get(name)));
			// The status of an email follows its time, and what a call takes in memory may differ.
			return lists.map((list) =>
				list.map((each) => ({ ...each, ...('subject' in each && { status: '' }), bytes: 0 })),
			);
		};
		const before = await everything();
		const session = await get<object>('session');
		sandbox.reset();
		await search('other');
		expect((await open(session)).data).toBe('');
		expect(await everything()).toEqual(before);
		expect(await get('summary')).toMatchObject({ calls: 12, accepted: 6, dropped: 1, emails: 1 });
	});

	const UNKNOWN = {
		...{ api: 'unknown', path: '/x', what: 'Unknown address', who: '', namespace: '' },
		...{ verdict: 'refused', reasons: ['Bluecore has no such address.'], body: undefined },
	};
	const ACCEPTED = { verdict: 'accepted', reasons: [] };
	const DEEP = JSON.parse('['.repeat(200) + ']'.repeat(200)) as unknown;
	const CONFIRMATION = {
		...{ api: 'eligibility', method: 'PUT', path: '/sandbox/confirmations/x', who: 'x' },
		what: 'Confirm sign-up, marketing',
	};
	test.each<[string, (call: Record<string, unknown>) => unknown]>([
		['has no calls', () => ({ file: 'Bluecore sandbox session', version: 1 })],
		['is another file', (call) => ({ file: 'x', version: 1, calls: [call] })],
		['has a call without a path', (call) => [{ ...call, path: undefined }]],
		['has an accepted event that is none', (call) => [call, { ...call, body: { event: 1 } }]],
		['has an accepted email that is none', (call) => [{ ...call, api: 'send' }]],
		['has an accepted customer that is none', (call) => [{ ...call, api: 'customers' }]],
		['has an accepted message that is none', (call) => [{ ...call, api: 'messages', path: 1 }]],
		['has a method that is a command', (call) => [{ ...call, method: 'POST;touch x;#' }]],
		['has a method that HTTP does not have', (call) => [{ ...call, ...UNKNOWN, method: 'AAA' }]],
		['leads to another host', (call) => [{ ...call, ...UNKNOWN, path: '@evil.example.com/' }]],
		['has a method that the address does not take', (call) => [{ ...call, method: 'PUT' }]],
		['has a time before all times', (call) => [{ ...call, at: -1e16 }]],
		['has a time after all times', (call) => [{ ...call, at: 1e16 }]],
		['has an address with a line break', (call) => [{ ...call, path: '/api/track/mobile/v1?\nx' }]],
		['has an address of another API', (call) => [{ ...call, path: '/email/send/v1/a' }]],
		['has another namespace than its body', (call) => [{ ...call, namespace: 'other' }]],
		['is of somebody else than its body', (call) => [{ ...call, who: 'joe@example.com' }]],
		['has another name than its body', (call) => [{ ...call, what: 'purchase' }]],
		['has a key', (call) => [{ ...call, headers: { authorization: 'Bearer sk-live-5f2c' } }]],
		['has a key of another name', (call) => [{ ...call, headers: { 'x-api-key': 'sk-live' } }]],
		['has a header with a line break', (call) => [{ ...call, headers: { accept: 'a\r\nb' } }]],
		['has a header with a name that is none', (call) => [{ ...call, headers: { "a'b c": 'a' } }]],
		['has an accepted call with reasons', (call) => [{ ...call, reasons: ['because'] }]],
		['has a refused call without reasons', (call) => [{ ...call, verdict: 'refused' }]],
		['has what no call has', (call) => [{ ...call, more: 1 }]],
		['has a number that is too long to say', (call) => [{ ...call, status: 1e9 }]],
		['is nested deeply', (call) => [{ ...call, answer: DEEP }]],
		['has an accepted call of no API', (call) => [{ ...call, ...UNKNOWN, ...ACCEPTED }]],
		['has a confirmation of nobody', (call) => [{ ...call, ...CONFIRMATION }]],
	])('that %s is refused, and changes nothing', async (_what, change) => {
		await search('a', 'a');
		const session = await get<{ calls: Array<Record<string, unknown>> }>('session');
		const changed = change(session.calls[0]);
		const { status, data } = await open(
			Array.isArray(changed) ? { ...session, calls: changed } : changed,
		);
		expect([status, data.message]).toEqual([400, expect.stringMatching(/^This is not a session/)]);
		expect(sandbox.state.calls).toHaveLength(1);
	});
});
