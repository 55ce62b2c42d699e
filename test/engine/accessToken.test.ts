import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { MemoryCredentials } from '../../harness/credentials';
import { BluecoreOAuth2Api } from '../../credentials/BluecoreOAuth2Api.credentials';
import { runNode, startNode, useNodes, type NodeRun } from '../support/nodes';
import { NAMESPACE } from '../support/sandbox';

/** Each test has a client of its own, because this process remembers their tokens. */
const CLIENTS = Array.from({ length: 40 }, (_, n) => ({ id: `c${n}`, secret: `secret-of-c${n}` }));
const READER = { id: 'reader', secret: 'secret-of-reader', scopes: ['customers:read'] };
const { sandbox, runOf } = useNodes({ clients: [...CLIENTS, READER] });
let client = CLIENTS[0];
let tests = 0;
beforeEach(() => {
	client = CLIENTS[tests++];
});
const QUICK = { retryBaseSeconds: 0.01, retryMaxSeconds: 0.05 };

const credential = (of = client) => sandbox.oAuth2Credential(NAMESPACE, of);
const read = (parameters: IDataObject = {}, more: Partial<NodeRun> = {}) => {
	const get = { resource: 'customer', operation: 'get', email: '={{ $json.email }}' };
	const options = { ifNotFound: 'return', ...QUICK, ...(parameters.options as IDataObject) };
	const given = { credential: credential(), items: [{ email: 'jane@example.com' }], ...more };
	return runOf('bluecore', { ...get, ...parameters, options }, given);
};
const many = (length: number) => Array.from({ length }, (_, n) => ({ email: `c${n}@example.com` }));
const tokenCalls = () => sandbox.state.calls.filter(({ api }) => api === 'token');

test('one token is enough for a run of many items, and for the next runs', async () => {
	const { json } = await runNode(read({}, { items: many(200) }));
	expect(json).toHaveLength(200);
	await Promise.all([runNode(read()), runNode(read()), runNode(read())]);
	expect(tokenCalls()).toHaveLength(1);
});

test('n8n keeps the token in the credential, and another process uses it', async () => {
	const authentication = jest.spyOn(MemoryCredentials.prototype, 'preAuthentication');
	await runNode(read());
	const [{ value }] = authentication.mock.results;
	const { accessToken } = (await value) as ICredentialDataDecryptedObject;
	jest.resetModules();
	const other = await import('../support/nodes');
	const { json } = await other.runNode(read({}, { credential: { ...credential(), accessToken } }));
	expect(json).toMatchObject([{ found: false }]);
	expect(tokenCalls()).toHaveLength(1);
});

test.each([403, 401])('after a %d, a scope that is granted later is used', async (status) => {
	sandbox.interceptor = ({ api }) =>
		api === 'token' ? undefined : { status, body: { code: 7, message: 'no scope' } };
	const run = () => read({}, { items: many(20), onError: 'continueErrorOutput' });
	expect((await runNode(run())).errors).toHaveLength(20);
	const before = tokenCalls().length;
	sandbox.interceptor = undefined;
	await new Promise((resolve) => setTimeout(resolve, 5));
	expect((await runNode(run())).json).toHaveLength(20);
	expect(tokenCalls()).toHaveLength(before + 1);
	expect((await runNode(run())).json).toHaveLength(20);
	expect(tokenCalls()).toHaveLength(before + 1);
});

test.each([
	['closes the connection', { drop: 'before' } as const],
	['does not answer', { delayMs: 60_000 }],
])(
	'when the server of tokens %s, it is asked again, and nothing is called sent',
	async (_what, effect) => {
		sandbox.interceptor = ({ api }) => (api === 'token' ? effect : undefined);
		const options = { timeoutSeconds: 1, maxRetries: 1 };
		const { error } = await runNode(
			read({ resource: 'message', operation: 'send', campaignIds: '34545238546', options }),
		);
		expect(error?.message).toMatch(
			/^127\.0\.0\.1:\d+ gave no access token: .*, so the message was not sent \(tried 2 times\) \[item 0\]$/,
		);
	},
);

test('a server of tokens that asks for a wait of an hour is asked once', async () => {
	sandbox.faults.add({ status: 429, retryAfterSeconds: 3600, api: 'token' });
	const own = sandbox.oAuth2Credential('waits-an-hour', client);
	const { error } = await runNode(read({}, { credential: own }));
	expect(error?.message).toMatch(/gave no access token: it answered 429, so the request was not/);
	expect(tokenCalls()).toHaveLength(1);
});

test('neither the token nor the secret is in what n8n keeps of a run', async () => {
	sandbox.interceptor = ({ api }) =>
		api === 'customers' ? { status: 400, body: { code: 3, message: 'bad' } } : undefined;
	const { everything } = await runNode(read({}, { onError: 'continueErrorOutput' }));
	expect(everything).not.toContain(client.secret);
	expect(everything).not.toMatch(/sandbox-[0-9a-f]{20}/);
});

test('a cancelled execution does not wait for a token', async () => {
	const { result, cancel } = startNode(read());
	sandbox.interceptor = ({ api }) => {
		if (api !== 'token') return undefined;
		cancel();
		return { delayMs: 60_000 };
	};
	const began = Date.now();
	const { nodeError } = await result;
	expect(Date.now() - began).toBeLessThan(50_000);
	expect(nodeError?.message).toContain('canceled');
});

test.each([
	['https://a.bluecore.com/api/namespaces/x/customers', true],
	['https://a.bluecore.com/other', false],
	['https://a.bluecore.com.example.com/api/x', false],
	['https://example.com/?https://a.bluecore.com/api/', false],
	['https://auth.bluecore.com/oauth/token', false],
])('the token of another node of n8n goes to the API only: %s', async (url, isAdded) => {
	const kept = { token: 'abc', expiresAt: Date.now() + 60_000, client: '' };
	const data = {
		...{ namespace: NAMESPACE, clientId: 'a', clientSecret: 'b', environment: 'production' },
		accessToken: JSON.stringify(kept),
	};
	const { headers } = await new BluecoreOAuth2Api().authenticate(data, { url });
	expect(headers?.Authorization).toBe(isAdded ? 'Bearer abc' : undefined);
});
