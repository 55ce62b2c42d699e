import { BluecoreApi } from '../../../../credentials/BluecoreApi.credentials';
import { readAccount, readClientAccount } from '../../../../nodes/shared/account/account';
import { redact } from '../../../../nodes/shared/messages/answers';
import { casesOf, rowsOf } from '../../../support/table';

type Api = 'events' | 'email';
const GOOD = { namespace: ' bluestore ', apiKey: ' key-1 ', environment: 'production' };

const problemsOf = (more: object, api: Api = 'events') =>
	readAccount({ ...GOOD, ...more }, api).problems;

describe('the account of a credential', () => {
	test('texts are trimmed, production goes to Bluecore', () => {
		const credential = { ...GOOD, eventsUrl: 'http://ignored', emailUrl: 'x' };
		const baseUrl = 'https://api.bluecore.com/email';
		const texts = { namespace: 'bluestore', apiKey: 'key-1', urlLabel: 'Email URL' };
		expect(readAccount(credential, 'email')).toEqual({
			...{ account: { ...texts, credential, baseUrl }, problems: [] },
		});
	});

	test.each(
		rowsOf(`
			custom  | https://api.example.com | https://api.example.com/base | http://localhost:4010 | http://127.0.0.1:4010
			custom  | http://127.1.2.3 | http://[::1]:4010
			sandbox | http://localhost:4010 | http://127.0.0.2 | http://[::1]:4010 | https://api.example.com | http://10.0.0.1
			sandbox | http://172.16.0.1 | http://172.31.255.255 | http://192.168.178.20:4010 | http://169.254.1.1
			sandbox | http://[fd12:3456::1]:4010 | http://[fc00::1] | http://[fe80::1] | http://sandbox:4010 | http://SANDBOX
			sandbox | http://my_sandbox-1:4010 | http://nas.local | http://host.docker.internal:4010
			sandbox | http://sandbox.localhost:4010/base | http://167772161 | http://0x7f.1
		`).flatMap(([environment, ...urls]) => urls.map((url) => [environment, url])),
	)('the URL of the environment %s may be %s, also with slashes at the end', (environment, url) => {
		const emailUrl = environment === 'sandbox' ? `${url}/email` : url;
		for (const text of [url, `${url}/`, ` ${url}// `]) {
			const given = { ...GOOD, environment, eventsUrl: text, emailUrl: text, sandboxUrl: text };
			const read = (['events', 'email'] as const).map((api) => readAccount(given, api));
			expect(read.map(({ account, problems }) => [account.baseUrl, problems])).toEqual([
				...[url, emailUrl].map((baseUrl) => [baseUrl, []]),
			]);
		}
	});

	test.each(
		rowsOf(`
			custom  | must use https   | http://api.example.com | http://10.0.0.1 | http://localhost.example.com
			custom  | must use https   | http://127.0.0.1.example.com | ftp://localhost
			custom  | is not a URL     | api.example.com
			custom  | must not contain | https://jane@api.example.com | https://api.example.com?x=1 | https://api.example.com#x
			custom  | must not contain | https://api.example.com/?
			sandbox | must use https | http://api.example.com | http://8.8.8.8 | http://172.15.0.1 | http://172.32.0.1
			sandbox | must use https | http://192.169.0.1 | http://0.0.0.0 | http://134744072 | http://[2001:db8::1]
			sandbox | must use https | http://[ff02::1] | http://[fcc::1] | http://10.0.0.1.example.com | http://a.local.
			sandbox | must use https | http://mylocalhost.example.com | http://sandbox.example | http://x.local.example.com
			sandbox | must use https | http://internal.example.com | http://100.64.0.1 | http://[::ffff:8.8.8.8]
		`).flatMap(([environment, problem, ...urls]) => urls.map((url) => [environment, url, problem])),
	)('the URL of the environment %s may not be %s: it %s', (environment, url, problem) => {
		const label = environment === 'sandbox' ? 'Sandbox URL' : 'Email URL';
		const fix =
			/Email URL|^Open the credential and enter an address with https|http:\/\/sandbox:4010/;
		expect(problemsOf({ environment, emailUrl: url, sandboxUrl: url }, 'email')).toEqual([
			{
				message: expect.stringMatching(`^${label} .*${problem}`),
				fix: expect.stringMatching(fix),
			},
		]);
	});

	test.each(
		casesOf<[environment: string, api: Api, given: object, url: string, problems: number]>(`
			sandbox    | email  | {"eventsUrl": "x", "emailUrl": "x"}    | http://127.0.0.1:4010/email | 0
			production | events | {"sandboxUrl": "http://sandbox:4010"}  | https://api.bluecore.app    | 0
			custom     | events | {"sandboxUrl": "http://sandbox:4010"}  | https://api.bluecore.app    | 0
			custom     | events | {"eventsUrl": "http://sandbox:4010"}   | http://sandbox:4010         | 1
			custom     | events | {"apiKey": "a b", "emailUrl": "x"}     | https://api.bluecore.app    | 0
			custom     | email  | {"eventsUrl": "x"}                     | https://api.bluecore.com/email | 0
		`),
	)('%s, %s API: with %j its address is %s', (environment, api, given, url, count) => {
		const { account, problems } = readAccount({ ...GOOD, environment, ...given }, api);
		expect([account.baseUrl, problems.length]).toEqual([url, count]);
	});

	const IN_CREDENTIAL = 'in the Bluecore credential';
	const MISSING = 'which stands for a missing value';
	const CHECK = 'Open the credential and check the expression in Namespace.';
	test.each(
		casesOf<[given: object, message: string, fix: string]>(`
			{"namespace": "undefined"}       | Namespace ${IN_CREDENTIAL} is "undefined", ${MISSING} | ${CHECK}
			{"namespace": "null"}            | Namespace ${IN_CREDENTIAL} is "null", ${MISSING} | ${CHECK}
			{"namespace": "[object Object]"} | Namespace ${IN_CREDENTIAL} is "[object Object]", ${MISSING} | ${CHECK}
			{"namespace": "blue\\u200bstore"} | Namespace ${IN_CREDENTIAL} contains an invisible character (U+200B) | Open the credential and type the Namespace again: with this character, it is that of no account.
			{"environment": "sandbox", "sandboxUrl": "text"} | Sandbox URL ${IN_CREDENTIAL} is not a URL: "text" | Open the credential and set Sandbox URL to the address of the sandbox, such as http://127.0.0.1:4010, or http://sandbox:4010 for a container named sandbox.
			{"environment": "custom", "eventsUrl": "text"} | Events URL ${IN_CREDENTIAL} is not a URL: "text" | Open the credential and set Events URL to an address such as https://api.example.com or http://127.0.0.1:4010.
		`),
	)('what is wrong is told with what is right: %j', (given, message, fix) =>
		expect(problemsOf(given)).toEqual([{ message, fix }]),
	);

	test('a missing namespace and an unusable key are reported', () => {
		expect(problemsOf({ namespace: ' ' })).toMatchObject([
			{ message: 'The Bluecore credential has no Namespace' },
		]);
		expect(problemsOf({ apiKey: 'a\nb' }, 'email')).toHaveLength(1);
		expect(problemsOf({ apiKey: 'schlüssel' }, 'email')).toHaveLength(1);
	});

	test('a password in a URL is not repeated', () => {
		const emailUrl = 'http://jane:secret@example.com';
		const problems = problemsOf({ environment: 'custom', emailUrl }, 'email');
		expect(problems.length).toBeGreaterThan(0);
		expect(JSON.stringify(problems)).not.toContain('secret');
	});
});

const BASE = 'http://127.0.0.1:9/email';
test.each<[isSent: boolean, url: string, baseURL?: string, given?: object]>([
	[true, `${BASE}/send/v1/bluestore`],
	[true, '/send/v1/x', BASE],
	// An absolute address counts, whatever the base is.
	...['http://127.0.0.1:9/other', `${BASE}er`, 'https://api.bluecore.com/email/send'].flatMap(
		(url): Array<[boolean, string, string?]> => [
			[false, url],
			[false, url, BASE],
		],
	),
	[false, `https://example.com/${BASE}/`],
	[false, `https://example.com/${BASE}/`, BASE],
	[false, `${BASE}/send/v1/bluestore`, undefined, { apiKey: '' }],
	[false, `${BASE}/send/v1/bluestore`, undefined, { namespace: '' }],
])('the API key is sent (%s) to %s', async (isSent, url, ...[baseURL, given]) => {
	const data = { ...GOOD, environment: 'custom', emailUrl: BASE, ...given };
	const request = { url, baseURL, headers: { a: '1' } };
	const { headers } = await new BluecoreApi().authenticate(data, request);
	expect(headers).toEqual({ a: '1', ...(isSent && { Authorization: 'Bearer key-1' }) });
});

test.each([
	['key-1 and bluestore.', '*** and ***.'],
	['for bluestore', 'for ***'],
	['bluestores and mybluestore', 'bluestores and mybluestore'],
	['xkey-1x', 'x***x'],
	['/send/v1/bluestore/7', '/send/v1/***/7'],
	['for a.b(c)!', 'for ***!', { apiKey: '', namespace: 'a.b(c)' }],
	['/v1/blue%2Fstore', '/v1/***', { apiKey: '', namespace: 'blue/store' }],
	['text', 'text', { apiKey: '', namespace: '' }],
])(
	'without secrets, %p is %p',
	(text, clean, secrets = { apiKey: 'key-1', namespace: 'bluestore' }) =>
		expect(redact(text, secrets)).toBe(clean),
);

describe('the account of a credential of the Developer API', () => {
	const client = { namespace: ' bluestore ', clientId: ' id ', clientSecret: ' secret ' };

	const BLUECORE = ['https://a.bluecore.com/api', 'https://auth.bluecore.com'] as const;
	const own = { apiUrl: 'https://a.example.com/api/', authUrl: 'http://localhost:1' };
	test.each<[object, apiUrl: string, authUrl: string]>([
		[{ environment: 'production', apiUrl: 'http://ignored' }, ...BLUECORE],
		[{ environment: 'custom', apiUrl: '', authUrl: '' }, ...BLUECORE],
		[{ environment: 'custom', ...own }, 'https://a.example.com/api', 'http://localhost:1'],
		[
			{ environment: 'sandbox', sandboxUrl: 'http://sandbox:4010/' },
			'http://sandbox:4010/api',
			'http://sandbox:4010',
		],
	])('with %j it has these addresses', (environment, apiUrl, authUrl) => {
		const { account, problems } = readClientAccount({ ...client, ...environment });
		expect(problems).toEqual([]);
		expect(account).toMatchObject({
			...{ namespace: 'bluestore', clientId: 'id', apiKey: 'secret' },
			...{ baseUrl: apiUrl, tokenServer: { baseUrl: authUrl } },
		});
	});

	test.each([
		['Namespace', { namespace: ' ' }],
		['Client ID', { clientId: '' }],
		['Client Secret', { clientSecret: ' ' }],
	])('without a %s it cannot be used', (label, given) =>
		expect(readClientAccount({ ...client, environment: 'production', ...given }).problems).toEqual([
			{
				message: `The Bluecore credential has no ${label}`,
				fix: expect.stringContaining(`fill in ${label}`),
			},
		]),
	);
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
