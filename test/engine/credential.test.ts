import { CredentialTestContext } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	IDataObject,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { NODE_TYPES, runNode, type NodeRun } from '../support/nodes';
import { API_KEY, customCredential, NAMESPACE, useSandbox } from '../support/sandbox';

const sandbox = useSandbox();
const TYPES = [
	NODE_TYPES['n8n-nodes-bluecore.bluecoreEvents'],
	NODE_TYPES['n8n-nodes-bluecore.bluecoreEmail'],
];
const good = () => customCredential(sandbox);

describe("n8n's test of the credential", () => {
	/** As n8n does it: the function that the node names, called in n8n's own context. */
	const press = async (
		data: ICredentialDataDecryptedObject,
	): Promise<INodeCredentialTestResult> => {
		const [{ description, methods }] = TYPES;
		const name = description.credentials?.[0].testedBy as 'testCredential';
		const credential: ICredentialsDecrypted = { id: '1', name: 'x', type: 'bluecoreApi', data };
		return await methods.credentialTest[name].call(
			new CredentialTestContext({} as never),
			credential,
		);
	};

	test('both nodes name the same function', () => {
		for (const { description, methods } of TYPES) {
			expect(description.credentials).toEqual([
				{ name: 'bluecoreApi', required: true, testedBy: 'testCredential' },
			]);
			expect(methods.credentialTest).toHaveProperty('testCredential');
		}
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

	test.each([401, 403])('is red for %d', async (status) => {
		sandbox.interceptor = () => ({ status, body: { message: `No ${API_KEY}` } });
		const result = await press(good());
		expect(result).toMatchObject({
			status: 'Error',
			message: expect.stringContaining(`did not accept the API Key for this Namespace (${status})`),
		});
		expect(result.message).not.toContain(API_KEY);
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
			expect(await press({ ...environment, sandboxUrl })).toEqual({
				status: 'Error',
				message: expect.stringMatching(/^(?!.*(Events|Email) URL).*Sandbox URL/s),
			});
		}
	});

	const OTHER = "URL is not the address of Bluecore's API: {host} answered";
	const later = (what: string, status: number) =>
		`The ${what} was not checked: {host} answered ${status}. Try again later.`;
	const page = '<html>Sorry</html>';
	test.each<[api: string, status: number, body: IDataObject | string, text: string]>([
		...([200, 202, 302, 401, 404, 405] as const).map((status) => ['email', status, page, OTHER]),
		['email', 200, '<?xml version="1.0"?><ok/>', OTHER],
		...[200, 204, 303, 404].map((status) => ['email', status, '', OTHER]),
		['email', 200, 'OK', OTHER],
		['email', 200, { status: 'UP' }, OTHER],
		['email', 400, {}, OTHER],
		['email', 404, { error: 'Not Found', status: 404 }, OTHER],
		['email', 429, page, later('API Key', 429)],
		['email', 502, page, later('API Key', 502)],
		...[429, 500, 503, 504].map((status) => ['email', status, {}, later('API Key', status)]),
		['events', 403, page, OTHER],
		['events', 200, page, OTHER],
		['events', 500, page, later('Events URL', 500)],
	] as Array<[string, number, IDataObject | string, string]>)(
		'is red for an answer of another server for %s: %d %j',
		async (api, status, body, text) => {
			sandbox.interceptor = ({ path }) =>
				path.startsWith('/email') === (api === 'email') ? { status, body } : undefined;
			const { host } = new URL(sandbox.url);
			const { status: color, message } = await press(good());
			expect([color, message]).toEqual([
				'Error',
				expect.stringContaining(text.replace('{host}', host)),
			]);
			expect(message).not.toContain(API_KEY);
		},
	);

	test('is red when an answer is lost, and says what was not checked', async () => {
		sandbox.interceptor = ({ path }) =>
			path.startsWith('/email') ? { drop: 'after' } : { status: 404, body: {} };
		expect(await press(good())).toEqual({
			status: 'Error',
			message: expect.stringMatching(
				/^The API Key was not checked: The connection to .* was closed before [^,]*\. Try again later\. If this happens again, check the Email URL\. The Events URL is not the address of Bluecore's API: .* answered 404\. Check/,
			),
		});
	});

	test.each<[string, number, IDataObject]>([
		['email', 400, { message: 'Bad conversation' }],
		['email', 404, { message: 'Conversation not known' }],
		['email', 404, { error: { message: 'No such conversation.' } }],
		['email', 422, { message: 'conversation_id is not a number' }],
		['email', 200, { status: 'Being Processed', message: '' }],
		['email', 202, { status: 'Delivered', message: '' }],
		['events', 422, { message: 'no event' }],
		['events', 404, { message: 'Unknown token' }],
		['events', 200, {}],
		['events', 202, {}],
		...[202, 400, 401, 403].map((status): [string, number, IDataObject] => ['events', status, {}]),
	])('is green for an answer of the API: %s %d %j', async (api, status, body) => {
		sandbox.interceptor = ({ path }) =>
			path.startsWith('/email') === (api === 'email') ? { status, body } : undefined;
		expect(await press(good())).toMatchObject({ status: 'OK' });
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

	test('takes secrets only out of what came from outside', async () => {
		sandbox.interceptor = ({ path }) =>
			path.startsWith('/email')
				? { status: 401, body: { message: 'Key wrong of namespace wrong' } }
				: undefined;
		const { message } = await press({ ...good(), namespace: 'wrong', apiKey: 'Key' });
		expect(message).toContain('the key is wrong, was revoked');
		expect(message).toContain('Bluecore answered 401: "*** *** of namespace ***"');
	});

	test('names the proxy that answers in place of Bluecore', async () => {
		sandbox.interceptor = () => ({ status: 407, body: '' });
		expect((await press(sandbox.credential(NAMESPACE, API_KEY))).message).toMatch(
			/^The API Key and the Sandbox URL were not checked: The proxy that n8n uses wants a user name/,
		);
	});

	test('is red for a wrong key', async () => {
		expect(await press({ ...good(), apiKey: 'wrong' })).toMatchObject({ status: 'Error' });
	});

	test.each<[field: string, url: () => string, message: RegExp]>([
		['emailUrl', () => sandbox.url, /^The Email URL is not the address of Bluecore's API: 127/],
		['eventsUrl', () => `${sandbox.url}/email`, /^The Events URL is not the address/],
		['eventsUrl', () => 'https://nowhere.invalid', /nowhere\.invalid/],
		['eventsUrl', () => 'http://127.0.0.1:9', /^The Events URL was not checked: 127\.0\.0\.1:9/],
		[
			'emailUrl',
			() => 'http://127.0.0.1:9/email',
			/^The API Key was not checked: 127\.0\.0\.1:9 refused the connection\. Try again later\. If .* check the URL/,
		],
	])('is red for an %s where the API is not (%#)', async (field, url, message) => {
		for (const apiKey of field === 'eventsUrl' ? [API_KEY, ''] : [API_KEY]) {
			expect(await press({ ...good(), apiKey, [field]: url() })).toEqual({
				status: 'Error',
				message: expect.stringMatching(message),
			});
		}
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
		expect(await press({ ...good(), namespace: '' })).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('no Namespace'),
		});
		expect(await press({ ...good(), emailUrl: 'http://example.com' })).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('must use https'),
		});
		expect(await press(undefined as never)).toMatchObject({ status: 'Error' });
		expect(sandbox.state.calls).toEqual([]);
	});
});

const event: NodeRun = {
	node: 'bluecoreEvents',
	credential: {},
	parameters: { operation: 'optin', email: 'jane@example.com' },
};
const email: NodeRun = {
	node: 'bluecoreEmail',
	credential: {},
	parameters: { operation: 'send', campaignId: '34545238546', email: 'jane@example.com' },
};

describe('a run', () => {
	test.each([
		['events', event, { namespace: ' ' }, 'The Bluecore credential has no Namespace'],
		['emails', email, { apiKey: '' }, 'The Bluecore credential has no API Key, but Bluecore Email'],
	])(
		'of %s with a credential that is not usable sends nothing (%#)',
		async (_w, run, wrong, text) => {
			const { error } = await runNode({ ...run, credential: { ...good(), ...wrong } });
			expect(error?.message).toContain(text);
			expect(sandbox.state.calls).toEqual([]);
		},
	);

	test('of events needs no API key, and sends none', async () => {
		const keys: boolean[] = [];
		sandbox.interceptor = ({ apiKey }) => {
			keys.push(apiKey !== undefined);
			return undefined;
		};
		for (const apiKey of ['', API_KEY]) {
			const { json } = await runNode({ ...event, credential: { ...good(), apiKey } });
			expect(json[0].accepted).toBe(true);
		}
		await runNode({ ...email, credential: good() });
		expect(keys).toEqual([false, false, true]);
	});

	test('trims what was pasted', async () => {
		const credential = {
			...good(),
			namespace: ` ${NAMESPACE} `,
			apiKey: ` ${API_KEY}\n`,
			emailUrl: `${sandbox.url}/email/`,
		};
		expect((await runNode({ ...email, credential })).json[0]).toHaveProperty('conversation_id');
		expect((await runNode({ ...event, credential })).json[0].accepted).toBe(true);
	});
});

describe('the API key and the namespace', () => {
	const namespace = 'ns-secret-9d1';
	const apiKey = 'key-secret-4b7';
	const credential = () => sandbox.credential(namespace, apiKey);
	const clean = (everything: string) => {
		expect(everything).not.toContain(apiKey);
		expect(everything).not.toContain(namespace);
	};

	test.each([
		['events', event],
		['emails', email],
	])('stand in no output, no error and no log of %s', async (_what, run) => {
		const printed: string[] = [];
		const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((method) =>
			jest
				.spyOn(console, method)
				.mockImplementation(
					(...texts: unknown[]) => void printed.push(texts.map(String).join(' ')),
				),
		);
		for (const onError of ['stopWorkflow', 'continueErrorOutput'] as const) {
			for (const options of [{ includePayload: true }, { validateOnly: true }, { maxRetries: 0 }]) {
				const body = {
					message: `Unknown ${namespace} with ${apiKey}`,
					request_id: `${namespace} ${apiKey}`,
				};
				for (const intercept of [
					undefined,
					{ status: 202, body: { conversation_id: '1' } },
					{ status: 422, body },
					{ status: 500, body },
					{ drop: 'after' as const },
				]) {
					sandbox.interceptor = () => intercept;
					const parameters = {
						...run.parameters,
						options: { retryBaseSeconds: 0.01, retryMaxSeconds: 0.01, ...options },
					};
					clean(
						(await runNode({ ...run, credential: credential(), parameters, onError })).everything,
					);
				}
			}
		}
		spies.forEach((spy) => spy.mockRestore());
		clean(printed.join('\n'));
	});
});

describe("n8n's test of the credential of the Developer API", () => {
	const { description, methods } = NODE_TYPES['n8n-nodes-bluecore.bluecore'];
	const press = async (
		data: ICredentialDataDecryptedObject,
	): Promise<INodeCredentialTestResult> => {
		const name = description.credentials?.[0].testedBy as 'testClient';
		const credential: ICredentialsDecrypted = {
			id: '1',
			name: 'x',
			type: 'bluecoreOAuth2Api',
			data,
		};
		return await methods.credentialTest[name].call(
			new CredentialTestContext({} as never),
			credential,
		);
	};
	const client = () => sandbox.oAuth2Credential(NAMESPACE);
	const error = (text: RegExp) => ({ status: 'Error', message: expect.stringMatching(text) });

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

	test.each<[string, IDataObject, string]>([
		[
			'that are missing',
			{ scope: 'eligibility:read' },
			' It does not have the scopes customers:read, customers:write, eligibility:write, transactional:api, and cannot be used for what they are for.',
		],
		[
			'that the node needs, and others',
			{
				scope:
					'openid customers:read customers:write eligibility:read eligibility:write transactional:api',
			},
			'',
		],
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

	test('is green for an address that has a subscription', async () => {
		sandbox.interceptor = ({ api }) =>
			api === 'token' ? undefined : { status: 200, body: { data: { subscription: {} } } };
		expect(await press(client())).toMatchObject({ status: 'OK' });
	});

	test.each<[string, number, IDataObject | string, RegExp]>([
		['a refused client', 401, { error: 'access_denied' }, /^Bluecore did not accept the client/],
		[
			'a sign-in page',
			200,
			'<html></html>',
			/is not where Bluecore gives access tokens: it answered 200 with a web page/,
		],
		[
			'another server',
			404,
			{ message: 'Cannot POST /oauth/token' },
			/is not where Bluecore gives access tokens: it answered 404/,
		],
		['a server that is down', 503, {}, /gave no access token: it answered 503\. Try again later/],
	])('is red for %s in place of a token', async (_what, status, body, text) => {
		sandbox.interceptor = ({ api }) => (api === 'token' ? { status, body } : undefined);
		expect(await press(client())).toEqual(error(text));
		expect(sandbox.state.calls).toHaveLength(1);
	});

	test.each<[string, number, IDataObject | string, RegExp]>([
		[
			'a missing scope',
			403,
			{ code: 7, message: 'no' },
			/the client may not read subscriptions in this Namespace \(403\).*eligibility:read/,
		],
		[
			'a refused token',
			401,
			{ code: 16, message: 'no' },
			/the client may not read subscriptions in this Namespace \(401\)/,
		],
		[
			'a web page',
			200,
			'<html></html>',
			/^The Sandbox URL is not the address of Bluecore's API: .* answered 200 with a web page/,
		],
		[
			'another server',
			404,
			{ message: 'Cannot GET /api' },
			/^The Sandbox URL is not the address of Bluecore's API: .* answered 404/,
		],
		[
			'another answer',
			200,
			{ ok: true },
			/^The Sandbox URL is not the address of Bluecore's API: .* answered 200/,
		],
		[
			'the page of a proxy that lets nobody pass',
			403,
			'<html></html>',
			/^The Sandbox URL is not the address of Bluecore's API: .* answered 403 with a web page/,
		],
		[
			'a server that is down',
			503,
			{ data: {} },
			/^The client was accepted, but the Sandbox URL was not checked: 127\.0\.0\.1:\d+ answered 503\. Try again later\. If this happens again, check the Sandbox URL\.$/,
		],
		['the page of a gateway', 502, '<html></html>', /was not checked: .* answered 502\. Try again/],
		['too many requests', 429, {}, /was not checked: .* answered 429\. Try again later/],
		['a server that fails', 500, {}, /was not checked: .* answered 500\. Try again later/],
		['a proxy', 407, '', /was not checked: The proxy that n8n uses wants a user name/],
	])('is red for %s in place of subscriptions', async (_what, status, body, text) => {
		sandbox.interceptor = ({ api }) => (api === 'token' ? undefined : { status, body });
		expect(await press(client())).toEqual(error(text));
	});

	test('is red when nobody answers, with the host', async () => {
		const nobody = { ...client(), environment: 'custom', authUrl: 'http://127.0.0.1:9' };
		expect(await press(nobody)).toEqual(
			error(/^127\.0\.0\.1:9 gave no access token: it could not be reached \(ECONNREFUSED\)/),
		);
		const noApi = {
			...client(),
			environment: 'custom',
			authUrl: sandbox.url,
			apiUrl: 'http://127.0.0.1:9/api',
		};
		expect(await press(noApi)).toEqual(
			error(
				/^The client was accepted, but the API URL was not checked: 127\.0\.0\.1:9 refused the connection\. Try again later\. If .* check the URL/,
			),
		);
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

	test('is red when the answer is lost, with advice that is not about an item', async () => {
		sandbox.interceptor = ({ api }) => (api === 'token' ? undefined : { drop: 'after' });
		expect(await press(client())).toEqual(
			error(
				/was not checked: The connection to .* was closed before [^,]*\. Try again later\. If this happens again, check the Sandbox URL\.$/,
			),
		);
	});

	test.each<[IDataObject, RegExp]>([
		[{ namespace: '' }, /has no Namespace/],
		[{ clientId: ' ' }, /has no Client ID/],
		[{ clientSecret: '' }, /has no Client Secret/],
		[{ environment: 'custom', apiUrl: 'http://a.example.com' }, /API URL .* must use https/],
		[{ environment: 'custom', authUrl: 'ftp://a.example.com' }, /Auth URL .* must use https/],
		[
			{ environment: 'sandbox', sandboxUrl: 'http://sandbox.example.com' },
			/Sandbox URL .* must use https/,
		],
	])('is red for a credential with %j, and asks nobody', async (wrong, text) => {
		expect(await press({ ...client(), ...wrong })).toEqual(error(text));
		expect(sandbox.state.calls).toEqual([]);
	});

	test('tells neither the secret nor the token', async () => {
		const secret = 'secret-of-the-client';
		sandbox.interceptor = ({ api }) =>
			api === 'token'
				? { status: 401, body: { error: 'access_denied', error_description: `bad ${secret}` } }
				: undefined;
		const { message } = await press({ ...client(), clientSecret: secret });
		expect(message).toContain('bad ***');
	});
});
