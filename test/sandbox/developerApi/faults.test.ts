import { developerClientOf, JANE, refusal } from '../../support/developerApi';
import { clientOf, http } from '../../support/http';
import { useSandbox } from '../../support/sandbox';

const sandbox = useSandbox();
const { get } = clientOf(sandbox);
const client = developerClientOf(sandbox);
const { call, getToken, getCustomer, postCustomer, postMessage, getMessage } = client;
beforeEach(client.forgetToken);

const EMAIL = { identifiers: [JANE], campaign_ids: ['34545238546'] };
const set = async (fault: object) => {
	const { status } = await http.post(`${sandbox.url}/sandbox/faults`, fault);
	expect(status).toBe(201);
};
/** The tokens that are given are not the ones that faults are meant for. */
const statusWithNewToken = async () => {
	const { data } = await getToken();
	return async () => {
		const headers = { authorization: `Bearer ${data.access_token}` };
		return (await call('POST', 'customers', { id: JANE }, headers)).status;
	};
};

test.each([
	[429, 8, 'too many requests'],
	[500, 13, 'Unhandled exception.'],
	[503, 14, 'Service unavailable.'],
	[401, 16, 'Not authenticated or authorized.'],
])('a status %i is answered as google.rpc.Status', async (status, code, message) => {
	await set({ status, api: 'customers' });
	const { data, headers, ...answer } = await postCustomer({ id: JANE });
	expect(answer.status).toBe(status);
	expect(data).toEqual({
		code,
		message,
		details: [],
		...(status >= 500 && { request_id: headers['x-bluecore-id'] }),
	});
	expect(headers['x-bluecore-id']).toBe('sandbox-2');
	expect(sandbox.state.profiles.size).toBe(0);
});

test('every answer has the ID of its request', async () => {
	expect((await getToken()).headers['x-bluecore-id']).toBe('sandbox-1');
	expect((await postCustomer({ id: JANE })).headers['x-bluecore-id']).toBe('sandbox-3');
	expect((await getMessage('1')).headers['x-bluecore-id']).toBe('sandbox-4');
});

test.each([
	[401, 'access_denied'],
	[429, 'too_many_requests'],
	[500, 'server_error'],
	[503, 'temporarily_unavailable'],
])('a status %i is answered to a call for a token as OAuth 2.0 has it', async (status, error) => {
	await set({ status, api: 'token', retryAfterSeconds: 2 });
	const { data, headers, ...answer } = await getToken();
	expect([answer.status, data.error]).toEqual([status, error]);
	expect(headers['retry-after']).toBe('2');
});

test('a status 400 is answered to a message without a body', async () => {
	await set({ status: 400, api: 'messages' });
	expect((await postMessage('1', EMAIL)).status).toBe(400);
	expect((await getMessage('1')).data).toMatchObject({ code: 3 });
});

test.each([
	[{ address: '+15556667777' }, [503, 200, 200]],
	[{ address: 'order-1' }, [200, 503, 200]],
	[{ address: 'client-1' }, [200, 200, 503]],
])('a fault is applied only to calls that match %j', async (match, expected) => {
	await getCustomer(JANE);
	await postMessage('order-1', EMAIL);
	await set({ status: 503, ...match });
	expect([
		(await postCustomer({ id: { phone_number: '15556667777' } })).status,
		(await getMessage('order-1')).status,
		(await getToken()).status,
	]).toEqual(expected);
});

test('a token is ended on command: every call with it is refused, until there is a new one', async () => {
	const status = await statusWithNewToken();
	expect(await status()).toBe(200);
	await set({ expireToken: true, count: 1 });
	expect([await status(), await status()]).toEqual([401, 401]);
	expect(await get('faults')).toMatchObject([{ matched: 1, happened: 1 }]);
	expect(sandbox.state.calls.at(-2)).toMatchObject({ verdict: 'refused', fault: 'token ended' });
	const renewed = await statusWithNewToken();
	expect(await renewed()).toBe(200);
});

test('all tokens are ended on command', async () => {
	const status = await statusWithNewToken();
	expect((await http.delete(`${sandbox.url}/sandbox/tokens`)).status).toBe(204);
	expect(await status()).toBe(401);
});

test('a scope is taken away on command, and given back when the fault is removed', async () => {
	await getCustomer(JANE);
	await set({ missingScope: 'customers:write' });
	expect((await getCustomer(JANE)).status).toBe(404);
	const { status, data } = await postCustomer({ id: JANE });
	expect([status, data]).toEqual([
		403,
		refusal(7, 'The access token does not have the scope customers:write.'),
	]);
	const withoutScope = await statusWithNewToken();
	expect(sandbox.state.calls.at(-1)?.answer).toMatchObject({
		scope: 'customers:read eligibility:read eligibility:write transactional:api',
	});
	await http.delete(`${sandbox.url}/sandbox/faults`);
	expect((await postCustomer({ id: JANE })).status).toBe(200);
	expect(await withoutScope()).toBe(403);
});

test('faults of the other calls are not applied to calls for tokens, which need none', async () => {
	await set({ expireToken: true });
	expect((await getToken()).status).toBe(200);
	expect(await get('faults')).toMatchObject([{ matched: 0 }]);
});
