import { developerClientOf } from '../../support/developerApi';
import { clientOf, http } from '../../support/http';
import { API_KEY, NAMESPACE, useSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/startSandbox';
import { rowsOf } from '../../support/table';

const sandbox = useSandbox();
const { track, search: searchAs, send, get } = clientOf(sandbox);

const ORDER = {
	...{ campaign_id: '34545238545', email: 'jane@example.com' },
	template_attributes: {
		...{ order_number: 'A-1', first_name: null, total: '<b>9.50</b>' },
		items: [{ name: 'Socks' }],
	},
};
const search = async (term: string) => await searchAs('jane@example.com', term);

test('calls are listed without the API key, filtered by the query', async () => {
	await search('socks');
	await track('search', { distinct_id: 'jane@example.com' });
	await send(ORDER);
	const calls = await get('calls');
	expect(calls).toMatchObject([
		{
			...{ id: 1, api: 'events', method: 'POST', path: '/api/track/mobile/v1', status: 202 },
			...{ verdict: 'accepted', what: 'search', who: 'jane@example.com', namespace: NAMESPACE },
			body: { event: 'search', properties: { search_term: 'socks' } },
			answer: { status: 'accepted' },
		},
		{ id: 2, verdict: 'dropped' },
		{ id: 3, api: 'send', what: 'Order confirmation', headers: { authorization: 'Bearer ***' } },
	]);
	expect(JSON.stringify(calls)).not.toContain(API_KEY);

	const ids = async (query: string) => (await get(`calls?${query}`)).map(({ id }) => id);
	expect(await ids('limit=2')).toEqual([2, 3]);
	expect(await ids('limit=1&before=3')).toEqual([2]);
	expect(await ids('verdict=dropped')).toEqual([2]);
	expect(await ids('api=send')).toEqual([3]);
	expect(await ids('marked=remarks')).toEqual([3]);
	expect(await ids('marked=fault')).toEqual([]);
	expect(await ids('search=SOCKS')).toEqual([1, 3]);
	expect(await get('events?search=SOCKS')).toEqual([calls[0].body]);
	expect(await get('events?limit=1')).toEqual([calls[1].body]);
	expect((await get('calls?brief=true'))[0]).not.toHaveProperty('body');
	expect(await get('calls/2')).toMatchObject({ id: 2 });
	expect(await get('calls/9')).toEqual({ message: 'There is no call 9, or it is no longer kept.' });
	expect(await get('calls?verdit=dropped')).toMatchObject({
		message: 'There is no parameter verdit here.',
	});
	expect(await get('calls?limit=some')).toMatchObject({
		message: 'The parameter limit must be integer.',
	});
	expect(await get('calls?namespace=')).toEqual({ message: 'The parameter namespace is empty.' });
	expect(await get('calls?verdict=drop')).toEqual({
		message: 'The parameter verdict must be one of accepted, dropped, refused, faulted.',
	});
});

const ADDRESSES = `
	get calls/1 | get events | get emails/1 | get messages/1 | get profiles/1 | get summary
	get rules | get session | get time | get report | post faults | post expect | delete state
	delete faults | delete faults/1 | delete tokens | put confirmations/1
`;
test.each(rowsOf(ADDRESSES).flat())('an unknown parameter is refused: %s', async (address) => {
	await search('a');
	const [method, path] = address.split(' ');
	const url = `${sandbox.url}/sandbox/${path}?x=1`;
	const { status, data } = await http.request<object>({ method, url });
	expect([status, data]).toEqual([400, { message: 'There is no parameter x here.' }]);
	expect(sandbox.state.calls).toHaveLength(1);
});

test('one namespace can be reset and listed alone', async () => {
	const other = await startSandbox({ sentAfterMs: 0, finalAfterMs: 0 });
	const client = clientOf(other);
	const both = ['a', 'b'];
	for (const namespace of both) {
		const customer = { email: 'jane@example.com', loyalty: 1 };
		const properties = { token: namespace, distinct_id: 'jane@example.com', customer };
		await client.track('customer_patch', properties);
		await client.track('purchase', properties);
		const headers = { authorization: 'Bearer a' };
		const email = { ...ORDER, campaign_id: '34545238546' };
		await http.post(`${other.url}/email/send/v1/${namespace}`, email, { headers });
		const developer = developerClientOf(other, namespace);
		await developer.postSubscription({ phone_number: '+15556667777' }, { event: 'SIGNUP' });
	}
	await client.get('faults');
	other.faults.add({ status: 503, namespace: 'a', count: 1 });
	const counts = async (query: string) => {
		const lists = ['calls', 'events', 'profiles', 'emails', 'messages'];
		const all = await Promise.all(lists.map((list) => client.get(`${list}${query}`)));
		return all.map((list) => list.length);
	};
	expect(await counts('')).toEqual([10, 4, 4, 2, 2]);
	expect(await counts('?namespace=b')).toEqual([4, 2, 2, 1, 1]);
	expect((await http.delete(`${other.url}/sandbox/state?namespace=a`)).status).toBe(204);
	expect(await counts('?namespace=a')).toEqual([0, 0, 0, 0, 0]);
	expect(await counts('?namespace=b')).toEqual([4, 2, 2, 1, 1]);
	expect(await client.get('summary')).toMatchObject({
		...{ calls: 6, accepted: 5, dropped: 1, events: 2, emails: 1, profiles: 2 },
		new_attributes: ['loyalty'],
	});
	const patch = { token: 'a', distinct_id: 'jane@example.com', customer: { loyalty: 1 } };
	expect((await client.track('customer_patch', patch)).status).toBe(503);
	await client.track('customer_patch', patch);
	const last = (await client.get('calls')).at(-1);
	// IDs go on, and the account does not know the attribute anymore.
	expect(last).toMatchObject({ id: 12, remarks: [expect.stringContaining('loyalty is new')] });
	const phone = encodeURIComponent('+15556667777');
	const confirm = async (namespace: string) =>
		(await http.put(`${other.url}/sandbox/confirmations/${phone}?namespace=${namespace}`)).status;
	expect([await confirm('a'), await confirm('b')]).toEqual([404, 204]);
});

test('a namespace whose name is cut is found and reset by its whole name', async () => {
	const namespace = 'n'.repeat(1100);
	await track('search', { distinct_id: 'a', token: namespace });
	expect(await get(`calls?namespace=${namespace}`)).toHaveLength(1);
	await http.delete(`${sandbox.url}/sandbox/state?namespace=${namespace}`);
	expect(await get('calls')).toEqual([]);
});

test('events are listed unchanged', async () => {
	await search('a');
	expect(await get('events')).toEqual([
		{
			event: 'search',
			properties: { token: NAMESPACE, distinct_id: 'jane@example.com', search_term: 'a' },
		},
	]);
});

test('emails are listed as their recipients would see them', async () => {
	const { data } = await send(ORDER);
	const id = data.conversation_id;
	expect(await get('emails')).toMatchObject([
		{
			...{ conversation_id: id, email: 'jane@example.com', campaign: 'Order confirmation' },
			...{ subject: 'Your order A-1', missing: ['items.0.quantity'], unprintable: [] },
			...{ status: 'Being Processed', call: 1 },
		},
	]);
	expect(sandbox.state.calls[0].remarks).toEqual([
		"The template's variable items.0.quantity has no value: its place in the email stays empty.",
	]);
	const html = '<h1>Thank you, !</h1><p>We have received your order <b>A-1</b> of <b>9.50</b>.</p>';
	expect((await get<{ html: string }>(`emails/${id}`)).html).toBe(
		`${html}<p>First on the list: <mark>{{items.0.quantity}}</mark> × Socks.</p>`,
	);
	const read = async (path: string) =>
		await http.get<string>(`${sandbox.url}/sandbox/emails/${path}`);
	const { headers, data: page } = await read(`${id}/html`);
	expect(page).toContain(html);
	expect(headers['content-security-policy']).toMatch(/^sandbox; default-src 'none'/);
	for (const none of ['7', '7/html']) expect((await read(none)).status).toBe(404);
});

test('the live summary is sent again when it has changed', async () => {
	const response = await fetch(`${sandbox.url}/sandbox/live`);
	const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
	const next = async () =>
		JSON.parse((await reader?.read())?.value?.replace(/^data: /, '') ?? '') as { calls: number };
	expect((await next()).calls).toBe(0);
	await search('a');
	expect((await next()).calls).toBe(1);
	await reader?.cancel();
});

test('a reset deletes everything', async () => {
	await search('a');
	await send(ORDER);
	expect((await http.delete(`${sandbox.url}/sandbox/state`)).status).toBe(204);
	for (const list of ['calls', 'events', 'emails', 'profiles']) expect(await get(list)).toEqual([]);
	expect(await get('summary')).toMatchObject({ calls: 0, emails: 0, events: 0, profiles: 0 });
});
