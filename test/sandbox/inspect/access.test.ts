import { Sandbox } from '../../../sandbox/bluecoreSandbox';
import { clientOf, EMAIL, http } from '../../support/http';
import { API_KEY, NAMESPACE, useSandbox } from '../../support/sandbox';

const sandbox = useSandbox({ allowedHosts: ['Sandbox.lan'] });
const { search, send } = clientOf(sandbox);
const EVENT = {
	event: 'search',
	properties: { token: NAMESPACE, distinct_id: 'a', search_term: 'a' },
};
const OWN = ['', 'page/app.js', 'sandbox/calls', 'sandbox/summary', 'sandbox/live'];
const statusOf = async (path: string, headers: Record<string, string>) => {
	const response = await http.get<{ destroy?: () => void }>(`${sandbox.url}/${path}`, {
		headers,
		responseType: 'stream',
	});
	response.data.destroy?.();
	return response.status;
};

test.each([
	...['localhost:4010', 'LOCALHOST', '127.0.0.1', '127.8.8.8:80', '[::1]:4010', '10.1.2.3:4010'],
	...['bluecore.localhost', 'sandbox.lan:4010', 'SANDBOX.LAN', 'sandbox.lan.'],
])('the page and its JSON are served to who asks for %s', async (host) => {
	for (const path of OWN) expect([path, await statusOf(path, { host })]).toEqual([path, 200]);
});

test.each([
	...['evil.example.com', 'localhost.example.com', '127.0.0.1.example.com:4010', 'xlocalhost'],
	...['sandbox.lan.example.com', 'other.sandbox.lan', 'sandbox', 'a b', '@localhost'],
	'x@localhost',
])('a website that points the name %s at this machine gets nothing', async (host) => {
	for (const path of OWN) expect([path, await statusOf(path, { host })]).toEqual([path, 403]);
	const { status } = await http.delete(`${sandbox.url}/sandbox/state`, { headers: { host } });
	expect(status).toBe(403);
});

test('a name that is not known is named, with what to do', async () => {
	const { data } = await http.get<{ message: string }>(`${sandbox.url}/sandbox/calls`, {
		headers: { host: 'sandbox:4010' },
	});
	expect(data.message).toContain('--allow-host sandbox.');
});

test.each(['sandbox:4010', 'evil.example.com'])("Bluecore's APIs answer as %s", async (host) => {
	const headers = { host, authorization: `Bearer ${API_KEY}` };
	const answers = [
		await http.post(`${sandbox.url}/api/track/mobile/v1`, EVENT, { headers: { host } }),
		await http.post(`${sandbox.url}/email/send/v1/${NAMESPACE}`, EMAIL, { headers }),
		await http.get(`${sandbox.url}/email/status/v1/${NAMESPACE}/1`, { headers }),
	];
	expect(answers.map(({ status }) => status)).toEqual([202, 202, 404]);
});

const BROWSERS: Array<[string, Record<string, string>]> = [
	['its own origin', { origin: 'http://evil.example.com:4010' }],
	['Sec-Fetch headers', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }],
	['one Sec-Fetch header', { 'sec-fetch-mode': 'cors' }],
	['a link', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
	['no headers of this kind, as without HTTPS', { 'user-agent': 'Mozilla/5.0 Firefox/140.0' }],
	['a name of its own choice', { 'user-agent': 'x', 'accept-language': 'en-US' }],
];

test.each(BROWSERS)('a website that sends %s gets nothing', async (_what, sent) => {
	const headers = { ...sent, host: 'evil.example.com:4010', authorization: `Bearer ${API_KEY}` };
	const customers = `api/namespaces/${NAMESPACE}/customers?email=a@example.com`;
	const refused = [
		await http.get(`${sandbox.url}/email/status/v1/${NAMESPACE}/1`, { headers }),
		await http.get(`${sandbox.url}/${customers}`, { headers }),
		await http.post(`${sandbox.url}/api/track/mobile/v1`, EVENT, { headers }),
		await http.post(`${sandbox.url}/oauth/token`, {}, { headers }),
		await http.get(`${sandbox.url}/nowhere`, { headers }),
	].map(({ status }) => status);
	expect(refused).toEqual([403, 403, 403, 403, 403]);
	expect(sandbox.state.totals.calls).toBe(0);
});

test.each(['node', 'my-shop/1.0'])('the program %s is answered under any name', async (agent) => {
	const ofFetch = { 'sec-fetch-mode': 'cors', 'accept-language': '*' };
	const headers = { host: 'sandbox:4010', 'user-agent': agent, ...ofFetch };
	const { status } = await http.get(`${sandbox.url}/email/status/v1/${NAMESPACE}/1`, {
		headers: { ...headers, authorization: `Bearer ${API_KEY}` },
	});
	expect(status).toBe(404);
});

const OTHER_SITES: Array<[string, Record<string, string>]> = [
	['another website', { origin: 'https://evil.example.com' }],
	['a website without a name', { origin: 'null' }],
	['another program on this machine', { origin: 'http://127.0.0.1:3000' }],
	['a browser that says so', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
	['another port, in a browser that says so', { 'sec-fetch-site': 'same-site' }],
	['a form', { origin: 'https://evil.example.com', 'sec-fetch-mode': 'navigate' }],
];

test.each(OTHER_SITES)('a page of %s changes nothing', async (_who, site) => {
	await search('a');
	const headers = { ...site, 'content-type': 'application/json' };
	const fault = JSON.stringify({ status: 503 });
	const refused = [
		await http.post(`${sandbox.url}/sandbox/faults`, fault, { headers }),
		await http.delete(`${sandbox.url}/sandbox/state`, { headers }),
		await http.post(`${sandbox.url}/api/track/mobile/v1`, '{}', { headers }),
		await http.post(`${sandbox.url}/email/send/v1/x`, '{}', { headers }),
		await http.post(`${sandbox.url}/nowhere`, '{}', { headers }),
	].map(({ status }) => status);
	expect(refused).toEqual([403, 403, 403, 403, 403]);
	expect(sandbox.state.totals.calls).toBe(1);
	expect(sandbox.faults.list()).toEqual([]);
});

test.each(OTHER_SITES.slice(0, 5))('a page of %s reads nothing', async (_who, site) => {
	for (const path of OWN) expect([path, await statusOf(path, site)]).toEqual([path, 403]);
});

test('the own page may do all this, and other websites may link to it', async () => {
	const headers = { origin: sandbox.url, 'sec-fetch-site': 'same-origin' };
	expect((await http.delete(`${sandbox.url}/sandbox/state`, { headers })).status).toBe(204);
	// A proxy in front of the sandbox changed the Host header.
	const proxied = { origin: 'https://sandbox.lan', 'sec-fetch-site': 'same-origin' };
	expect((await http.delete(`${sandbox.url}/sandbox/state`, { headers: proxied })).status).toBe(
		204,
	);
	const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
	expect(await statusOf('', link)).toBe(200);
	expect(await statusOf('', { 'sec-fetch-site': 'none' })).toBe(200);
});

test('no answer can be embedded or read as something else', async () => {
	await send(EMAIL);
	const { conversation_id: id } = [...sandbox.state.emails.values()][0];
	for (const path of ['', 'page/app.js', 'sandbox/calls', `sandbox/emails/${id}/html`]) {
		const { headers } = await http.get(`${sandbox.url}/${path}`);
		expect(headers).toMatchObject({
			'x-content-type-options': 'nosniff',
			'cross-origin-resource-policy': 'same-origin',
			'cache-control': 'no-store',
		});
		expect(headers).not.toHaveProperty('access-control-allow-origin');
	}
	const policies = ['', `sandbox/emails/${id}/html`].map(
		async (path) =>
			(await http.get(`${sandbox.url}/${path}`)).headers['content-security-policy'] as string,
	);
	expect(await Promise.all(policies)).toEqual([
		expect.stringContaining("frame-ancestors 'none'"),
		expect.stringContaining("frame-ancestors 'self'"),
	]);
});

test('a host that is a name is a name of the page', async () => {
	const named = await new Sandbox().start(0, 'localhost');
	expect(named.url).toMatch(/^http:\/\/localhost:\d+$/);
	expect((await http.get(`${named.url}/sandbox/summary`)).status).toBe(200);
	await named.stop();
	const everywhere = await new Sandbox().start(0, '0.0.0.0');
	expect(everywhere.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
	await everywhere.stop();
});
