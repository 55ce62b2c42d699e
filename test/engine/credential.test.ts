import { CredentialTestContext } from 'n8n-core';
import type { ICredentialDataDecryptedObject, IDataObject, INodeType } from 'n8n-workflow';

import { LOADED, useNodes } from '../support/nodes';
import { API_KEY, customCredential, NAMESPACE } from '../support/sandbox';

const { sandbox, run } = useNodes();
const [EVENTS, EMAIL, DEVELOPER] = Object.values(LOADED.nodeTypes);
const good = () => customCredential(sandbox);

/** Tests a credential as n8n does: by the function that the node names, called in n8n's own context. */
const testerOf =
	({ description, methods }: INodeType) =>
	async (data: ICredentialDataDecryptedObject) => {
		const [{ name: type, testedBy }] = description.credentials ?? [];
		const test = methods?.credentialTest?.[testedBy as string];
		if (!test) throw new Error('The node has no such function');
		const context = new CredentialTestContext({} as never);
		return await test.call(context, { id: '1', name: 'x', type, data });
	};
const failed = (message: RegExp) => ({
	status: 'Error',
	message: expect.stringMatching(message) as string,
});

describe("n8n's test of the credential", () => {
	const press = testerOf(EVENTS);

	test('is the same for both nodes', () => {
		const { description, methods } = EVENTS;
		expect(description.credentials).toMatchObject([{ name: 'bluecoreApi', required: true }]);
		expect(EMAIL.description.credentials).toEqual(description.credentials);
		expect(EMAIL.methods).toEqual(methods);
	});

	test('is green for a good key: the conversation that it asks for does not exist', async () => {
		expect(await press(good())).toEqual({
			status: 'OK',
			message: 'Bluecore accepts the API Key, and the Events URL answers.',
		});
		const byMethod = sandbox.state.calls.toSorted((a, b) => a.method.localeCompare(b.method));
		expect(byMethod).toMatchObject([
			{ method: 'GET', status: 404 },
			{ method: 'POST', status: 400, path: '/api/track/mobile/v1', body: {} },
		]);
		expect(sandbox.state.events).toEqual([]);
		expect(byMethod[0].path).toMatch(/^\/email\/status\/v1\/bluestore\/.+/);
	});

	test('in the environment Sandbox asks the sandbox, and names the Sandbox URL', async () => {
		const environment = sandbox.credential(NAMESPACE, API_KEY);
		expect(environment).toMatchObject({ environment: 'sandbox', sandboxUrl: sandbox.url });
		expect(await press(environment)).toEqual({
			status: 'OK',
			message: 'Bluecore accepts the API Key, and the Sandbox URL answers.',
		});
		expect(sandbox.state.calls.map(({ api }) => api).sort()).toEqual(['events', 'status']);
		for (const sandboxUrl of [`${sandbox.url}/nowhere`, 'http://api.example.com']) {
			expect(await press({ ...environment, sandboxUrl })).toEqual(
				failed(/^(?!.*(Events|Email) URL).*Sandbox URL/s),
			);
		}
	});

	const OTHER = "URL is not the address of Bluecore's API: {host} answered";
	const later = (what: string, status: number) =>
		`The ${what} was not checked: {host} answered ${status}. Try again later.`;
	const page = '<html>Sorry</html>';
	const answerOf = (api: string, status: number, body: IDataObject | string) => {
		sandbox.interceptor = ({ path }) =>
			path.startsWith('/email') === (api === 'email') ? { status, body } : undefined;
	};
	test.each<[api: string, status: number, body: IDataObject | string, text: string]>([
		['email', 401, page, OTHER],
		['email', 404, '', OTHER],
		['email', 200, { status: 'UP' }, OTHER],
		['email', 400, {}, OTHER],
		['email', 404, { error: 'Not Found', status: 404 }, OTHER],
		['email', 429, {}, later('API Key', 429)],
		['email', 502, page, later('API Key', 502)],
		['events', 403, page, OTHER],
		['events', 500, page, later('Events URL', 500)],
	])('is red for an answer of another server for %s: %d %j', async (api, status, body, text) => {
		answerOf(api, status, body);
		const { host } = new URL(sandbox.url);
		expect(await press(good())).toEqual({
			status: 'Error',
			message: expect.stringContaining(text.replace('{host}', host)),
		});
	});

	test.each<readonly [string, number, IDataObject]>([
		['email', 400, { message: 'Bad conversation' }],
		['email', 404, { error: { message: 'No such conversation.' } }],
		['email', 422, { message: 'conversation_id is not a number' }],
		['email', 200, { status: 'Being Processed', message: '' }],
		['email', 202, { status: 'Delivered', message: '' }],
		['events', 422, { message: 'no event' }],
		['events', 404, { message: 'Unknown token' }],
		...[200, 202, 400, 401, 403].map((status) => ['events', status, {}] as const),
	])('is green for an answer of the API: %s %d %j', async (api, status, body) => {
		answerOf(api, status, body);
		expect(await press(good())).toMatchObject({ status: 'OK' });
	});

	test('is red when an answer is lost, and says what was not checked', async () => {
		sandbox.interceptor = ({ path }) =>
			path.startsWith('/email') ? { drop: 'after' } : { status: 404, body: {} };
		expect(await press(good())).toEqual(
			failed(
				/^The API Key was not checked: The connection to .* was closed before [^,]*\. Try again later\. If this happens again, check the Email URL\. The Events URL is not the address of Bluecore's API: .* answered 404\. Check/,
			),
		);
	});

	test('says once what is the same for both', async () => {
		const environment = sandbox.credential(NAMESPACE, API_KEY);
		const { host } = new URL(sandbox.url);
		sandbox.interceptor = () => ({ status: 503, body: {} });
		expect(await press(environment)).toEqual({
			status: 'Error',
			message: `The API Key and the Sandbox URL were not checked: ${host} answered 503. Try again later. If this happens again, check the Sandbox URL.`,
		});
		sandbox.interceptor = () => ({ status: 404, body: '<html></html>' });
		expect((await press(environment)).message.match(/is not the address/g)).toHaveLength(1);
	});

	test.each([401, 403])(
		'is red for a refused key, without secrets from outside: %d',
		async (status) => {
			answerOf('email', status, { message: 'Key wrong of namespace wrong' });
			const { message } = await press({ ...good(), namespace: 'wrong', apiKey: 'Key' });
			expect(message).toContain('the key is wrong, was revoked');
			expect(message).toContain(`Bluecore answered ${status}: "*** *** of namespace ***"`);
		},
	);

	test.each([
		['API Key', { emailUrl: 'http://127.0.0.1:9/email' }],
		['Events URL', { eventsUrl: 'http://127.0.0.1:9', apiKey: '' }],
	])('is red when nobody answers, with the host: %s', async (subject, wrong) => {
		expect(await press({ ...good(), ...wrong })).toEqual(
			failed(
				new RegExp(`The ${subject} was not checked: 127.0.0.1:9 refused the connection. Try again`),
			),
		);
	});

	test('says once why http is not allowed, and what it is to a container', async () => {
		const urls = { eventsUrl: 'http://a.example.com', emailUrl: 'http://b.example.com' };
		const { message } = await press({ ...good(), environment: 'custom', ...urls });
		expect(message).toMatch(
			/^Events URL .* must use https, but is "http:\/\/a\.example\.com"\. Email URL .* must use https/,
		);
		expect(message.match(/container itself/g)).toHaveLength(1);
	});

	test('without a key asks only the Events URL, and says what was not checked', async () => {
		expect(await press({ ...good(), apiKey: ' ' })).toEqual({
			status: 'OK',
			message: expect.stringMatching(
				/^(?=[^]*Events URL)(?=[^]*Namespace was not checked)(?=[^]*API Key|[^]*the key)/,
			),
		});
		expect(sandbox.state.calls).toMatchObject([{ path: '/api/track/mobile/v1', status: 400 }]);
	});

	test('is red for a credential that is not usable, and asks nobody', async () => {
		expect(await press({ ...good(), namespace: '' })).toEqual(failed(/no Namespace/));
		expect(await press({ ...good(), emailUrl: 'http://example.com' })).toEqual(
			failed(/must use https/),
		);
		expect(await press(undefined as never)).toEqual(failed(/./));
		expect(sandbox.state.calls).toEqual([]);
	});
});

const email = 'jane@example.com';
const send = { operation: 'send', campaignId: '34545238546', email };

test('a run of emails without an API key sends nothing', async () => {
	const { error } = await run('bluecoreEmail', send, { credential: { ...good(), apiKey: '' } });
	expect(error?.message).toContain('The Bluecore credential has no API Key, but Bluecore Email');
	expect(sandbox.state.calls).toEqual([]);
});

test.each([
	['bluecoreEvents', { operation: 'optin', email }],
	['bluecoreEmail', send],
] as const)(
	'the API key and the namespace stand in no output, no error and no log of %s',
	async (node, given) => {
		const [namespace, apiKey] = ['ns-secret-9d1', 'key-secret-4b7'];
		const printed: string[] = [];
		for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
			jest.spyOn(console, method).mockImplementation((...texts: unknown[]) => {
				printed.push(texts.map(String).join(' '));
			});
		}
		const text = `Unknown ${namespace} with ${apiKey}`;
		const body = { message: text, request_id: text };
		for (const onError of ['stopWorkflow', 'continueErrorOutput'] as const) {
			for (const options of [{ includePayload: true }, { validateOnly: true }]) {
				for (const intercept of [
					undefined,
					{ status: 202, body: { conversation_id: '1' } },
					{ status: 422, body },
					{ status: 500, body },
					{ drop: 'after' as const },
				]) {
					sandbox.interceptor = () => intercept;
					const parameters = { ...given, options: { ...options, maxRetries: 0 } };
					const credential = sandbox.credential(namespace, apiKey);
					printed.push((await run(node, parameters, { credential, onError })).everything);
				}
			}
		}
		expect(printed.join('\n')).not.toMatch(/ns-secret-9d1|key-secret-4b7/);
	},
);

describe("n8n's test of the credential of the Developer API", () => {
	const press = testerOf(DEVELOPER);
	const SECRET = 'secret-of-the-client';
	const client = () => sandbox.oAuth2Credential(NAMESPACE);

	test('is green for a client that may read subscriptions; it asks for those of nobody', async () => {
		expect(await press(client())).toEqual({
			status: 'OK',
			message: 'Bluecore accepts the client.',
		});
		expect(sandbox.state.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
			'POST /oauth/token',
			`GET /api/namespaces/${NAMESPACE}/eligibility?email=n8n-credential-test%40example.com`,
		]);
	});

	const OTHERS = 'customers:read customers:write eligibility:write transactional:api';
	const MISSING = ` It does not have the scopes ${OTHERS.replaceAll(' ', ', ')}, and cannot be used for what they are for.`;
	test.each<[string, IDataObject, string]>([
		['that are missing', { scope: 'eligibility:read' }, MISSING],
		['that the node needs, and others', { scope: `openid eligibility:read ${OTHERS}` }, ''],
		['of which nothing is said', {}, ''],
	])('is green with the scopes %s', async (_what, scope, more) => {
		sandbox.interceptor = ({ api }) =>
			api === 'token'
				? { status: 200, body: { access_token: 'abc', expires_in: 60, ...scope } }
				: { status: 404, body: { code: 5, message: 'we could not find it' } };
		expect(await press(client())).toEqual({
			status: 'OK',
			message: `Bluecore accepts the client.${more}`,
		});
	});

	test('is red for a client that is refused a token, without its secret', async () => {
		const body = { error: 'access_denied', error_description: `bad ${SECRET}` };
		sandbox.interceptor = () => ({ status: 401, body });
		const { message } = await press({ ...client(), clientSecret: SECRET });
		expect(message).toMatch(/^Bluecore did not accept the client .*bad \*\*\*/);
		expect(sandbox.state.calls).toHaveLength(1);
	});

	const isOther = /^The Sandbox URL is not the address of Bluecore's API: .* answered 200/;
	test.each<[number, IDataObject | string, RegExp]>([
		[403, { code: 7 }, /the client may not read .* in this Namespace \(403\).*eligibility:read/],
		[401, { code: 16 }, /the client may not read subscriptions in this Namespace \(401\)/],
		[200, '<html></html>', isOther],
		[200, { ok: true }, isOther],
		[
			503,
			{ data: {} },
			/^The client was accepted, but the Sandbox URL was not checked: 127\.0\.0\.1:\d+ answered 503\. Try again later\. If this happens again, check the Sandbox URL\.$/,
		],
	])('is red for %d %j in place of subscriptions', async (status, body, text) => {
		sandbox.interceptor = ({ api }) => (api === 'token' ? undefined : { status, body });
		expect(await press(client())).toEqual(failed(text));
	});

	test.each<[number, IDataObject]>([
		[404, { code: 5, message: 'no such customer' }],
		[422, { code: 3, message: 'email is not valid' }],
		[400, { code: 3, message: 'email is not valid' }],
		[200, { data: {} }],
		[202, { data: {} }],
	])('is green for an answer of the API: %d %j', async (status, body) => {
		sandbox.interceptor = ({ api }) => (api === 'token' ? undefined : { status, body });
		expect(await press(client())).toMatchObject({ status: 'OK' });
	});

	test.each<[IDataObject, RegExp]>([
		[{ namespace: '' }, /has no Namespace/],
		[{ environment: 'custom', apiUrl: 'http://a.example.com' }, /API URL .* must use https/],
		[{ environment: 'custom', authUrl: 'ftp://a.example.com' }, /Auth URL .* must use https/],
	])('is red for a credential with %j, and asks nobody', async (wrong, text) => {
		expect(await press({ ...client(), ...wrong })).toEqual(failed(text));
		expect(sandbox.state.calls).toEqual([]);
	});
});
