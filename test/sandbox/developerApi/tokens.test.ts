import { ADDRESSES, CLIENT, developerClientOf, JANE, refusal } from '../../support/developerApi';
import { http } from '../../support/http';
import { NAMESPACE, useSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/startSandbox';

const sandbox = useSandbox();
const { getToken } = developerClientOf(sandbox);
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const ALL_SCOPES =
	'customers:read customers:write eligibility:read eligibility:write transactional:api';

const { client_id: id, client_secret: secret, ...withoutClient } = CLIENT;
const WITHOUT_CLIENT = new URLSearchParams(withoutClient).toString();
const basic = { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };

test.each<[string, unknown, Record<string, string>]>([
	['JSON', CLIENT, {}],
	['a form', new URLSearchParams(CLIENT).toString(), FORM],
	['the client in the header', WITHOUT_CLIENT, { ...FORM, ...basic }],
])('a token is given for %s, and can be used', async (_how, body, headers) => {
	const { status, data } = await getToken(body, headers);
	expect(status).toBe(200);
	expect(data).toMatchObject({ token_type: 'Bearer', expires_in: 86_400, scope: ALL_SCOPES });
	const { call } = developerClientOf(sandbox);
	const token = { authorization: `Bearer ${data.access_token}` };
	expect((await call('POST', 'customers', { id: JANE }, token)).status).toBe(200);
});

test.each<[string, unknown, number, string, RegExp]>([
	['no secret', { ...CLIENT, client_secret: undefined }, 401, 'access_denied', /Unauthorized/],
	['no client ID', { ...CLIENT, client_id: '' }, 401, 'access_denied', /Unauthorized/],
	['another audience', { ...CLIENT, audience: 'https://x' }, 403, 'access_denied', /Service not/],
	['no audience', { ...CLIENT, audience: undefined }, 403, 'access_denied', /No audience/],
	['another grant', { ...CLIENT, grant_type: 'password' }, 403, 'unauthorized_client', /"pass/],
	['no grant', { ...CLIENT, grant_type: undefined }, 400, 'invalid_request', /grant_type/],
	['text', 'client_id', 400, 'invalid_request', /neither/],
	['nothing', '', 400, 'invalid_request', /neither/],
])('%s is refused', async (_what, body, status, error, description) => {
	const answer = await getToken(body);
	expect(answer.status).toBe(status);
	expect(answer.data).toEqual({ error, error_description: expect.stringMatching(description) });
	expect(sandbox.state.calls.at(-1)).toMatchObject({ api: 'token', verdict: 'refused' });
});

const strict = useSandbox({
	clients: [
		{ id: 'all', secret: 'a' },
		{ id: 'reader', secret: 'r', scopes: ['customers:read'] },
	],
});
const client = developerClientOf(strict);
const answerTo = async (client_id: string, client_secret: string) =>
	await client.getToken({ ...CLIENT, client_id, client_secret });

test('if clients are configured, only they get a token', async () => {
	expect((await answerTo('all', 'a')).status).toBe(200);
	expect((await answerTo('all', 'r')).data.error).toBe('access_denied');
	expect((await answerTo('other', 'a')).data.error).toBe('access_denied');
});

test('a token allows what the client may do; a call that needs another scope is refused', async () => {
	const { data } = await answerTo('reader', 'r');
	expect(data.scope).toBe('customers:read');
	const headers = { authorization: `Bearer ${data.access_token}` };
	const answers: number[][] = [];
	for (const [method, path] of ADDRESSES) {
		const { status, data: refused } = await client.call(method, path, undefined, headers);
		answers.push([status, refused.code]);
	}
	expect(answers).toEqual([[404, 5], ...Array<number[]>(5).fill([403, 7])]);
	expect(strict.state.calls.at(-1)?.reasons).toEqual([
		'The access token does not have the scope transactional:api.',
	]);
});

test.each([
	['no token', {}, /is missing/],
	['another token', { authorization: 'Bearer x' }, /has not given this token, or it has expired/],
	['a client instead of a token', basic, /is missing/],
])('%s is refused', async (_what, headers, reason) => {
	const { status, data } = await http.get<object>(
		`${sandbox.url}/api/namespaces/${NAMESPACE}/customers?email=a@example.com`,
		{ headers },
	);
	expect([status, data]).toEqual([401, refusal(16, 'The access token is not valid.')]);
	expect(sandbox.state.calls.at(-1)?.reasons).toEqual([expect.stringMatching(reason)]);
});

test('a token expires', async () => {
	const brief = await startSandbox({ tokenSeconds: 60 });
	const { postCustomer } = developerClientOf(brief);
	expect((await postCustomer({ id: JANE })).status).toBe(200);
	await http.put(`${brief.url}/sandbox/time`, { advanceMs: 60_000 });
	expect((await postCustomer({ id: JANE })).status).toBe(401);
});

test('a namespace that is not configured is refused', async () => {
	const { postCustomer } = developerClientOf(sandbox, 'other');
	const { status, data } = await postCustomer({ id: JANE });
	expect([status, data.message]).toEqual([403, 'The client has no access to the namespace other.']);
});

test('no token and no secret is shown, however they were sent', async () => {
	const { data } = await getToken();
	const { call } = developerClientOf(sandbox);
	await call('POST', 'customers', { id: JANE }, { authorization: `Bearer ${data.access_token}` });
	await getToken(WITHOUT_CLIENT, { ...FORM, ...basic });
	await getToken(new URLSearchParams(CLIENT).toString(), FORM);
	await getToken(`{"client_secret":"${secret}"`);
	await getToken({ ...CLIENT, clientSecret: secret });
	await http.post(`${sandbox.url}/oauth/token?client_secret=${secret}`, {});
	await http.post(`${sandbox.url}/oauth/oauth/token`, CLIENT);
	await http.post(`${sandbox.url}/token`, new URLSearchParams(CLIENT).toString(), {
		headers: FORM,
	});
	for (const path of ['api/track/mobile/v1', `email/send/v1/${NAMESPACE}`]) {
		await http.post(`${sandbox.url}/${path}`, CLIENT);
		await http.post(`${sandbox.url}/${path}`, { event: 'a', properties: [CLIENT] });
		await http.post(`${sandbox.url}/${path}`, new URLSearchParams(CLIENT).toString());
	}
	await call('POST', 'customers', CLIENT);
	await http.post(`${sandbox.url}/token?a=1&client_secret=${secret}&b=2`);
	await call('GET', `customers?email=a@example.com&access_token=${data.access_token}`);
	await call('POST', 'customers', { id: JANE }, { authorization: 'Bearer short' });
	const shown = JSON.stringify(sandbox.state.calls);
	expect(shown).not.toContain(secret);
	expect(shown).not.toContain(basic.authorization.slice(6));
	expect(shown).not.toContain(data.access_token);
	expect(sandbox.state.calls.at(-1)?.headers.authorization).toBe('Bearer ***');
	expect(sandbox.state.calls.find(({ api }) => api === 'customers')?.headers.authorization).toBe(
		`Bearer …${data.access_token.slice(-6)}`,
	);
	expect(sandbox.state.calls.map(({ path }) => path)).toContain('/token?a=1&client_secret=***&b=2');
	expect(sandbox.state.calls[0]).toMatchObject({
		who: 'client-1',
		body: { client_id: 'client-1', client_secret: '***' },
		answer: { access_token: `…${data.access_token.slice(-6)}`, scope: ALL_SCOPES },
	});
	const { data: session } = await http.get<object>(`${sandbox.url}/sandbox/session`);
	expect((await http.put(`${sandbox.url}/sandbox/session`, session)).status).toBe(204);
});
