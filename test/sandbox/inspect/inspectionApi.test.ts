import { clientOf, http } from '../../support/http';
import { API_KEY, NAMESPACE, useSandbox } from '../../support/sandbox';

const sandbox = useSandbox();
const { track, send, get } = clientOf(sandbox);

const ORDER = {
	campaign_id: '34545238545',
	email: 'jane@example.com',
	template_attributes: {
		order_number: 'A-1',
		first_name: null,
		total: '<b>9.50</b>',
		items: [{ name: 'Socks' }],
	},
};
const search = async (term: string) =>
	await track('search', { distinct_id: 'jane@example.com', search_term: term });

test('calls are listed without the API key, filtered by the query', async () => {
	await search('socks');
	await track('search', { distinct_id: 'jane@example.com' });
	await send(ORDER);
	const calls = await get('calls');
	expect(calls).toMatchObject([
		{
			id: 1,
			api: 'events',
			method: 'POST',
			path: '/api/track/mobile/v1',
			status: 202,
			verdict: 'accepted',
			what: 'search',
			who: 'jane@example.com',
			namespace: NAMESPACE,
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
	expect((await get('calls?brief=true'))[0]).not.toHaveProperty('body');
	expect(await get('calls/2')).toMatchObject({ id: 2 });
	expect(await get('calls/9')).toEqual({
		message: 'There is no call 9, or it is no longer kept.',
	});
	expect(await get('calls?verdit=dropped')).toMatchObject({
		message: 'querystring must NOT have additional properties',
	});
	expect(await get('calls?limit=some')).toMatchObject({
		message: 'querystring/limit must be integer',
	});
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
			conversation_id: id,
			email: 'jane@example.com',
			campaign: 'Order confirmation',
			subject: 'Your order A-1',
			missing: ['items.0.quantity'],
			unprintable: [],
			status: 'Being Processed',
			call: 1,
		},
	]);
	expect(sandbox.state.calls[0].remarks).toEqual([
		"The template's variable items.0.quantity has no value: its place in the email stays empty.",
	]);
	const html = '<h1>Thank you, !</h1><p>We have received your order <b>A-1</b> of <b>9.50</b>.</p>';
	expect((await get<{ html: string }>(`emails/${id}`)).html).toBe(
		`${html}<p>First on the list: <mark>{{items.0.quantity}}</mark> × Socks.</p>`,
	);
	const { headers, data: page } = await http.get<string>(
		`${sandbox.url}/sandbox/emails/${id}/html`,
	);
	expect(page).toContain(html);
	expect(headers['content-security-policy']).toMatch(/^sandbox; default-src 'none'/);
	expect((await http.get(`${sandbox.url}/sandbox/emails/7`)).status).toBe(404);
	expect((await http.get(`${sandbox.url}/sandbox/emails/7/html`)).status).toBe(404);
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

test('a website whose host name is pointed at this machine gets nothing', async () => {
	for (const path of ['', 'sandbox/calls', 'sandbox/summary']) {
		const { status } = await http.get(`${sandbox.url}/${path}`, {
			headers: { host: 'evil.example.com' },
		});
		expect(status).toBe(403);
	}
	expect((await http.get(`${sandbox.url}/`, { headers: { host: 'localhost:4010' } })).status).toBe(
		200,
	);
});
