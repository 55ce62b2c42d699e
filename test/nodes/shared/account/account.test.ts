import { BluecoreApi } from '../../../../credentials/BluecoreApi.credentials';
import { readAccount, readClientAccount } from '../../../../nodes/shared/account/account';
import { redact } from '../../../../nodes/shared/messages/answers';

const GOOD = { namespace: ' bluestore ', apiKey: ' key-1 ', environment: 'production' };

describe('the account of a credential', () => {
	test('texts are trimmed, production goes to Bluecore', () => {
		const credential = { ...GOOD, eventsUrl: 'http://ignored', emailUrl: 'x' };
		expect(readAccount(credential, 'email')).toEqual({
			account: {
				namespace: 'bluestore',
				apiKey: 'key-1',
				credential,
				baseUrl: 'https://api.bluecore.com/email',
				urlLabel: 'Email URL',
			},
			problems: [],
		});
	});

	test.each([
		'https://api.example.com',
		'https://api.example.com/base',
		'http://localhost:4010',
		'http://127.0.0.1:4010',
		'http://127.1.2.3',
		'http://[::1]:4010',
	])('custom URLs may be %s, with or without a slash at the end', (url) => {
		for (const eventsUrl of [url, `${url}/`, `${url}//`]) {
			const { account, problems } = readAccount(
				{ ...GOOD, environment: 'custom', eventsUrl },
				'events',
			);
			expect(problems).toEqual([]);
			expect(account.baseUrl).toBe(url);
		}
	});

	test.each([
		['http://api.example.com', /must use https/],
		['http://10.0.0.1', /must use https/],
		['http://localhost.example.com', /must use https/],
		['http://127.0.0.1.example.com', /must use https/],
		['ftp://localhost', /must use https/],
		['api.example.com', /is not a URL/],
		['https://jane@api.example.com', /must not contain/],
		['https://api.example.com?x=1', /must not contain/],
		['https://api.example.com#x', /must not contain/],
		['https://api.example.com/?', /must not contain/],
	])('custom URLs may not be %s', (emailUrl, message) => {
		const { problems } = readAccount({ ...GOOD, environment: 'custom', emailUrl }, 'email');
		expect(problems).toEqual([
			{
				message: expect.stringMatching(message),
				fix: expect.stringMatching(
					/Email URL|^Open the credential and enter an address with https/,
				),
			},
		]);
		expect(problems[0].message).toMatch(/^Email URL /);
	});

	test.each([
		...[
			'http://localhost:4010',
			'http://127.0.0.2',
			'http://[::1]:4010',
			'https://api.example.com',
		],
		...[
			'http://10.0.0.1',
			'http://172.16.0.1',
			'http://172.31.255.255',
			'http://192.168.178.20:4010',
		],
		...['http://169.254.1.1', 'http://[fd12:3456::1]:4010', 'http://[fc00::1]', 'http://[fe80::1]'],
		...['http://sandbox:4010', 'http://my_sandbox-1:4010', 'http://nas.local', 'http://SANDBOX'],
		...['http://host.docker.internal:4010', 'http://sandbox.localhost:4010/base'],
		// A URL writes these as 10.0.0.1 and 127.0.0.1.
		...['http://167772161', 'http://0x7f.1'],
	])('the Sandbox URL may be %s, and both APIs are below it', (sandboxUrl) => {
		for (const text of [sandboxUrl, ` ${sandboxUrl}/ `]) {
			const credential = { ...GOOD, environment: 'sandbox', sandboxUrl: text };
			const addressOf = (api: 'events' | 'email') => readAccount(credential, api).account.baseUrl;
			expect(readAccount(credential, 'events').problems).toEqual([]);
			expect(addressOf('events')).toBe(sandboxUrl);
			expect(addressOf('email')).toBe(`${sandboxUrl}/email`);
		}
	});

	test('the Sandbox URL has a default, and counts in no other environment', () => {
		const sandbox = { ...GOOD, environment: 'sandbox', eventsUrl: 'x', emailUrl: 'x' };
		expect(readAccount(sandbox, 'email')).toMatchObject({
			account: { baseUrl: 'http://127.0.0.1:4010/email' },
			problems: [],
		});
		for (const environment of ['production', 'custom']) {
			const given = { ...GOOD, environment, sandboxUrl: 'http://sandbox:4010' };
			expect(readAccount(given, 'events')).toMatchObject({
				account: { baseUrl: 'https://api.bluecore.app' },
				problems: [],
			});
		}
		const custom = { ...GOOD, environment: 'custom', eventsUrl: 'http://sandbox:4010' };
		expect(readAccount(custom, 'events').problems).toHaveLength(1);
	});

	test.each([
		...['http://api.example.com', 'http://8.8.8.8', 'http://172.15.0.1', 'http://172.32.0.1'],
		...['http://100.64.0.1', 'http://192.169.0.1', 'http://0.0.0.0', 'http://134744072'],
		...['http://[2001:db8::1]', 'http://[::ffff:8.8.8.8]', 'http://[ff02::1]', 'http://[fcc::1]'],
		...['http://10.0.0.1.example.com', 'http://mylocalhost.example.com', 'http://a.local.'],
		...['http://sandbox.example', 'http://x.local.example.com', 'http://internal.example.com'],
	])('the Sandbox URL may not be %s', (sandboxUrl) => {
		const { problems } = readAccount({ ...GOOD, environment: 'sandbox', sandboxUrl }, 'events');
		expect(problems).toEqual([
			{
				message: expect.stringMatching(/^Sandbox URL .* must use https/),
				fix: expect.stringContaining('http://sandbox:4010'),
			},
		]);
	});

	test.each(['undefined', 'null', '[object Object]'])(
		'a namespace that stands for a missing value is refused: %s',
		(namespace) => {
			expect(readAccount({ ...GOOD, namespace }, 'events').problems).toEqual([
				{
					message: `Namespace in the Bluecore credential is "${namespace}", which stands for a missing value`,
					fix: 'Open the credential and check the expression in Namespace.',
				},
			]);
		},
	);

	test('what is wrong with a URL is told with an address that is right', () => {
		const problemsOf = (more: object) => readAccount({ ...GOOD, ...more }, 'events').problems;
		expect(problemsOf({ environment: 'sandbox', sandboxUrl: 'sandbox' })).toEqual([
			{
				message: 'Sandbox URL in the Bluecore credential is not a URL: "sandbox"',
				fix: 'Open the credential and set Sandbox URL to the address of the sandbox, such as http://127.0.0.1:4010, or http://sandbox:4010 for a container named sandbox.',
			},
		]);
		expect(problemsOf({ environment: 'custom', eventsUrl: 'bluecore' })).toEqual([
			{
				message: 'Events URL in the Bluecore credential is not a URL: "bluecore"',
				fix: 'Open the credential and set Events URL to an address such as https://api.example.com or http://127.0.0.1:4010.',
			},
		]);
	});

	test('a missing namespace and an unusable key are reported', () => {
		expect(readAccount({ namespace: ' ' }, 'events').problems).toEqual([
			expect.objectContaining({ message: 'The Bluecore credential has no Namespace' }),
		]);
		expect(readAccount({ ...GOOD, apiKey: 'a\nb' }, 'email').problems).toHaveLength(1);
		expect(readAccount({ ...GOOD, apiKey: 'schlüssel' }, 'email').problems).toHaveLength(1);
	});
});

test('events do not depend on what only emails use, nor the other way round', () => {
	const wrong = { ...GOOD, environment: 'custom' };
	expect(readAccount({ ...wrong, apiKey: 'a b', emailUrl: 'x' }, 'events').problems).toEqual([]);
	expect(readAccount({ ...wrong, eventsUrl: 'x' }, 'email').problems).toEqual([]);
});

test('a password in a URL is not repeated', () => {
	const emailUrl = 'http://jane:secret@example.com';
	const { problems } = readAccount({ ...GOOD, environment: 'custom', emailUrl }, 'email');
	expect(problems.length).toBeGreaterThan(0);
	expect(JSON.stringify(problems)).not.toContain('secret');
});

describe('the API key', () => {
	const credential = new BluecoreApi();
	const data = { ...GOOD, environment: 'custom', emailUrl: 'http://127.0.0.1:9/email' };
	const headersFor = async (url: string, given: object = data, baseURL?: string) =>
		(await credential.authenticate(given as never, { url, baseURL, headers: { a: '1' } })).headers;

	test('goes to the email API', async () => {
		expect(await headersFor('http://127.0.0.1:9/email/send/v1/bluestore')).toEqual({
			a: '1',
			Authorization: 'Bearer key-1',
		});
		expect(await headersFor('/send/v1/x', data, 'http://127.0.0.1:9/email')).toHaveProperty(
			'Authorization',
		);
	});

	test.each([
		'http://127.0.0.1:9/other',
		'http://127.0.0.1:9/emailer',
		'https://api.bluecore.com/email/send',
		'https://example.com/http://127.0.0.1:9/email/',
	])('does not go to %s', async (url) => {
		expect(await headersFor(url)).toEqual({ a: '1' });
		// An absolute address counts, whatever the base is.
		expect(await headersFor(url, data, 'http://127.0.0.1:9/email')).toEqual({ a: '1' });
	});

	test('is not sent when there is none, or the credential is not usable', async () => {
		const url = 'http://127.0.0.1:9/email/send/v1/bluestore';
		expect(await headersFor(url, { ...data, apiKey: '' })).toEqual({ a: '1' });
		expect(await headersFor(url, { ...data, namespace: '' })).toEqual({ a: '1' });
	});
});

test.each([
	['key-1 and bluestore.', '*** and ***.'],
	['for bluestore', 'for ***'],
	['bluestores and mybluestore', 'bluestores and mybluestore'],
	['xkey-1x', 'x***x'],
	['/send/v1/bluestore/7', '/send/v1/***/7'],
])('secrets are removed from %p', (text, clean) => {
	expect(redact(text, { apiKey: 'key-1', namespace: 'bluestore' })).toBe(clean);
});

test('a namespace with special characters is removed, an empty secret changes nothing', () => {
	expect(redact('for a.b(c)!', { apiKey: '', namespace: 'a.b(c)' })).toBe('for ***!');
	expect(redact('/v1/blue%2Fstore', { apiKey: '', namespace: 'blue/store' })).toBe('/v1/***');
	expect(redact('text', { apiKey: '', namespace: '' })).toBe('text');
});

describe('the account of a credential of the Developer API', () => {
	const client = { namespace: ' bluestore ', clientId: ' id ', clientSecret: ' secret ' };

	test.each([
		[
			{ environment: 'production', apiUrl: 'http://ignored' },
			'https://a.bluecore.com/api',
			'https://auth.bluecore.com',
		],
		[
			{ environment: 'sandbox', sandboxUrl: 'http://sandbox:4010/' },
			'http://sandbox:4010/api',
			'http://sandbox:4010',
		],
		[
			{
				environment: 'custom',
				apiUrl: 'https://a.example.com/api/',
				authUrl: 'http://localhost:1',
			},
			'https://a.example.com/api',
			'http://localhost:1',
		],
		[
			{ environment: 'custom', apiUrl: '', authUrl: '' },
			'https://a.bluecore.com/api',
			'https://auth.bluecore.com',
		],
	])('with %j it has these addresses', (environment, apiUrl, authUrl) => {
		const { account, problems } = readClientAccount({ ...client, ...environment });
		expect(problems).toEqual([]);
		expect(account).toMatchObject({
			namespace: 'bluestore',
			clientId: 'id',
			apiKey: 'secret',
			baseUrl: apiUrl,
			tokenServer: { baseUrl: authUrl },
		});
	});
});

test.each([undefined, null, '', 'staging', 'Production'])(
	'an environment that is none is not taken for production: %p',
	(environment) => {
		const data = { ...GOOD, clientId: 'c', clientSecret: 's', environment } as never;
		const problem = {
			message: expect.stringMatching(
				/^Environment in the Bluecore credential must be one of production, sandbox, custom, but is /,
			),
			fix: expect.any(String),
		};
		expect(readAccount(data, 'events').problems).toEqual([problem]);
		expect(readClientAccount(data).problems).toEqual([problem]);
	},
);
