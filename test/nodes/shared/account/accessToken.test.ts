import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import {
	authenticateData,
	bearerOf,
	tokensOf,
	watchTokenRequest,
} from '../../../../nodes/shared/account/accessToken';
import { readClientAccount, type Http } from '../../../../nodes/shared/account/account';
import { fetchToken } from '../../../../nodes/shared/account/tokenServer';
import { NotSentError, type Response } from '../../../../nodes/shared/delivery/outcome';

let clients = 0;
/** Each has a client of its own, because this process remembers their tokens. */
const newAccount = (more: ICredentialDataDecryptedObject = {}) =>
	readClientAccount({
		namespace: 'bluestore',
		clientId: `client-${clients++}`,
		clientSecret: 'my-secret',
		...more,
	}).account;
type Account = ReturnType<typeof newAccount>;

const answer = (statusCode: number, body: unknown, headers = {}): Response => ({
	statusCode,
	headers,
	body,
});
const refusal = answer(401, { error: 'access_denied', error_description: 'Unauthorized' });

/** A server that gives token-1, token-2 and so on, or another answer; and what it was asked. */
function serverOf(answers: Array<Response | Error> = [], lifetime: unknown = 3600) {
	const asked: IHttpRequestOptions[] = [];
	const http: Http = async (options) => {
		asked.push(options);
		const given = answers.at(asked.length - 1);
		if (given instanceof Error) throw given;
		const token = { access_token: `token-${asked.length}`, expires_in: lifetime };
		return await Promise.resolve(given ?? answer(200, token));
	};
	return { http, asked };
}
const failure = (code: string) => Object.assign(new Error(code), { code });
const requestToken = async (http: Http, account: Account, timeoutMs?: number) =>
	await tokensOf(account).request(http, account, timeoutMs);
const usableToken = (account: Account) => tokensOf(account).usable(account.credential.accessToken);
const tokenOf = async (http: Http, account: Account) =>
	bearerOf((await requestToken(http, account)).kept);

let now: number;
beforeEach(() => {
	now = Date.parse('2024-05-01T10:00:00Z');
	jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

describe('a token', () => {
	test.each<[lifetime: unknown, usableSeconds: number]>([
		// A minute less than its time, or a tenth if that is shorter.
		[3600, 3540],
		['3600', 3540],
		[100, 90],
		[undefined, 3540],
		['soon', 3540],
	])('that is valid for %p seconds is used for %d', async (lifetime, seconds) => {
		const account = newAccount();
		const { http } = serverOf([], lifetime);
		expect(usableToken(account)).toBe('');
		const { kept } = await requestToken(http, account);
		now += seconds * 1000 - 1;
		expect(usableToken(account)).toBe(kept);
		now += 1;
		expect(usableToken(account)).toBe('');
	});

	test('that the credential keeps is used, unless it is that of another client', async () => {
		const account = newAccount();
		const { kept } = await requestToken(serverOf().http, account);
		const { client } = JSON.parse(kept) as { client: string };
		const other = { token: 'kept', expiresAt: now + 1, client };
		// Another process of n8n has put it there.
		const fresh = newAccount();
		const keptFor = (of: Account, accessToken: unknown) =>
			usableToken({ ...of, credential: { accessToken } as ICredentialDataDecryptedObject });
		expect(keptFor(fresh, JSON.stringify(other))).toBe('');
		const { client: own } = JSON.parse((await requestToken(serverOf().http, fresh)).kept) as {
			client: string;
		};
		tokensOf(fresh).reject(usableToken(fresh));
		const valid = JSON.stringify({ ...other, client: own });
		expect(keptFor(fresh, valid)).toBe(valid);
		expect(keptFor(fresh, JSON.stringify({ ...other, client: own, expiresAt: now }))).toBe('');
		for (const text of ['', 'no JSON', undefined, 5]) expect(keptFor(fresh, text)).toBe('');
	});

	test('is that of its client, secret and address', async () => {
		const account = newAccount();
		const { kept } = await requestToken(serverOf().http, account);
		expect(usableToken({ ...account })).toBe(kept);
		const tokenServer = { ...account.tokenServer, baseUrl: 'https://x' };
		for (const other of [{ clientId: 'x' }, { apiKey: 'x' }, { tokenServer }])
			expect(usableToken({ ...account, ...other })).toBe('');
	});

	test.each([
		['{"token":"abc"}', 'abc'],
		['', ''],
		['no JSON', ''],
		[undefined, ''],
		[{ token: 'abc' }, ''],
	])('is read from %p as %p', (kept, token) => expect(bearerOf(kept)).toBe(token));
});

describe('a rejected token', () => {
	test('is replaced by another one, but not again and again', async () => {
		const account = newAccount();
		const { http } = serverOf();
		const { kept: first } = await requestToken(http, account);
		expect(tokensOf(account).reject(first)).toBe(true);
		expect(usableToken(account)).toBe('');
		const { kept: second } = await requestToken(http, account);
		// A request that started earlier comes back with the first one.
		expect(tokensOf(account).reject(first)).toBe(true);
		expect(usableToken(account)).toBe(second);
		// The second was never accepted, so it is not the token that is wrong.
		expect(tokensOf(account).reject(second)).toBe(false);
		expect(usableToken(account)).toBe(second);
		tokensOf(account).accept(second);
		expect(tokensOf(account).reject(second)).toBe(true);
		expect(usableToken(account)).toBe('');
	});
});

describe('asking for a token', () => {
	test('is done once for all who need it at the same time', async () => {
		const account = newAccount();
		const { http, asked } = serverOf();
		const given = await Promise.all([1, 2, 3].map(async () => await requestToken(http, account)));
		expect(asked).toHaveLength(1);
		expect(given.map(({ isFirst }) => isFirst)).toEqual([true, false, false]);
		expect(new Set(given.map(({ kept }) => kept)).size).toBe(1);
		expect(await requestToken(http, account)).toMatchObject({ isFirst: true });
	});

	test('a client that was refused is asked about again after ten seconds', async () => {
		const account = newAccount();
		const { http, asked } = serverOf([refusal]);
		await expect(requestToken(http, account)).rejects.toThrow('Bluecore did not accept the client');
		now += 9_999;
		await expect(requestToken(http, account)).rejects.toThrow('Bluecore did not accept the client');
		expect(asked).toHaveLength(1);
		now += 1;
		expect(await tokenOf(http, account)).toBe('token-2');
	});

	test.each([answer(503, {}), answer(429, {}), failure('ECONNREFUSED')])(
		'after a failure of the moment it is asked at once again: %j',
		async (given) => {
			const account = newAccount();
			const { http, asked } = serverOf([given]);
			await expect(requestToken(http, account)).rejects.toMatchObject({ retryable: true });
			expect(await tokenOf(http, account)).toBe('token-2');
			expect(asked).toHaveLength(2);
		},
	);

	test('has the time that the request has, or 30 seconds', async () => {
		const { http, asked } = serverOf();
		await requestToken(http, newAccount());
		await requestToken(http, newAccount(), 5000);
		expect(asked.map(({ timeout }) => timeout)).toEqual([30_000, 5000]);
	});
});

describe('the answer to the question for a token', () => {
	const host = 'auth.bluecore.com';
	const fetched = async (given: Response | Error, account = newAccount()) =>
		await fetchToken(serverOf([given]).http, account, 1000);
	const problemOf = async (given: Response | Error) => {
		const thrown: unknown = await fetched(given).catch((error: unknown) => error);
		if (!(thrown instanceof NotSentError)) throw new Error('It is not a NotSentError');
		return { ...thrown.problem, retryable: thrown.retryable };
	};

	test('is asked for in JSON, with the client and the audience', async () => {
		const account = newAccount();
		const { http, asked } = serverOf();
		await fetchToken(http, account, 1000);
		expect(asked).toEqual([
			expect.objectContaining({
				method: 'POST',
				url: `https://${host}/oauth/token`,
				json: true,
				timeout: 1000,
				body: {
					client_id: account.clientId,
					client_secret: 'my-secret',
					audience: 'https://a.bluecore.com',
					grant_type: 'client_credentials',
				},
			}),
		]);
	});

	test.each<[object, string[]]>([
		[{ scope: 'customers:read eligibility:read' }, ['customers:read', 'eligibility:read']],
		[{ scope: ['customers:read'] }, []],
		[{ scope: '' }, []],
		[{}, []],
	])('with %j has the scopes %j', async (scope, scopes) => {
		const token = { access_token: 'abc', expires_in: 60, ...scope };
		expect(await fetched(answer(200, token))).toEqual({ token: 'abc', lifetimeMs: 60_000, scopes });
	});

	test.each([
		[failure('ENOTFOUND'), 'it could not be reached (ENOTFOUND)'],
		[failure('ECONNRESET'), 'it could not be reached (ECONNRESET)'],
		[failure('ERR_CANCELED'), 'it could not be reached'],
		[answer(429, refusal.body), 'it answered 429'],
		[answer(500, refusal.body), 'it answered 500'],
		[answer(503, '<html></html>'), 'it answered 503'],
	])('that does not come is a failure of the moment: %p', async (given, what) => {
		expect(await problemOf(given)).toEqual({
			message: `${host} gave no access token: ${what}`,
			fix:
				given instanceof Error
					? 'Check the Auth URL in the Bluecore credential, and that n8n reaches the network.'
					: 'Try again later.',
			retryable: true,
		});
	});

	test.each([
		[answer(200, '<html></html>'), 'it answered 200 with a web page'],
		[answer(403, '<html></html>'), 'it answered 403 with a web page'],
		[answer(200, { access_token: '' }), 'it answered 200'],
		[answer(200, { access_token: 5 }), 'it answered 200'],
		[answer(200, [{ access_token: 'abc' }]), 'it answered 200'],
		[answer(404, { message: 'Cannot POST /oauth/token' }), 'it answered 404'],
		[answer(302, ''), 'it answered 302'],
		[answer(401, { error: { message: 'x' } }), 'it answered 401'],
	])('that another server gave is told: %j', async (given, what) => {
		expect(await problemOf(given)).toEqual({
			message: `${host} is not where Bluecore gives access tokens: ${what}`,
			fix: 'Check the Auth URL in the Bluecore credential, and that n8n reaches the network.',
			retryable: false,
		});
	});

	test.each([
		[{ error: 'access_denied', error_description: 'Bad my-secret' }, 'Bad ***'],
		[{ error: 'access_denied' }, 'access_denied'],
		[{ error: 'x', error_description: 5 }, 'x'],
		[{ error: '' }, undefined],
	])('that refuses the client has its reason, without the secret: %j', async (body, reason) => {
		expect(await problemOf(answer(403, body))).toEqual({
			message: 'Bluecore did not accept the client of the credential (403)',
			fix: `Check Client ID and Client Secret in the Bluecore credential.${reason === undefined ? '' : ` Bluecore answered: "${reason}"`}`,
			retryable: false,
		});
	});

	test('is a refusal although it has a token, if its status is one', async () => {
		expect(await problemOf(answer(400, { error: 'invalid', access_token: 'abc' }))).toMatchObject({
			message: expect.stringContaining('did not accept the client'),
		});
	});
});

describe("the credential's data, for a request", () => {
	const authenticate = async (
		account: Account,
		server = serverOf(),
		{ accessToken = '', isKept = true, isWatched = true } = {},
	) => {
		const data: ICredentialDataDecryptedObject = { accessToken };
		const watched = { timeoutMs: 1234, isKept, runStartedAt: 0 };
		const request = isWatched ? watchTokenRequest(data, watched) : undefined;
		const kept = await authenticateData(server.http, data, account).catch(
			(thrown: unknown) => thrown,
		);
		return { data, kept, request, ...server };
	};

	test('get a new token, which n8n keeps once', async () => {
		const account = newAccount();
		const first = await authenticate(account);
		expect(bearerOf(first.data.accessToken)).toBe('token-1');
		expect(first.kept).toEqual({ accessToken: first.data.accessToken });
		expect(first.asked[0].timeout).toBe(1234);
		const second = await authenticate(account);
		expect(second).toMatchObject({ data: first.data, kept: {}, asked: [] });
	});

	test('get one that n8n does not keep, if the request says so', async () => {
		const { data, kept } = await authenticate(newAccount(), serverOf(), { isKept: false });
		expect(bearerOf(data.accessToken)).toBe('token-1');
		expect(kept).toEqual({});
	});

	test('get one in another node of n8n, too', async () => {
		const { data, kept, asked } = await authenticate(newAccount(), serverOf(), {
			isWatched: false,
		});
		expect(kept).toEqual({ accessToken: data.accessToken });
		expect(asked[0].timeout).toBe(30_000);
	});

	test('get another one if they have one: the API did not accept it', async () => {
		const account = newAccount();
		const server = serverOf();
		const { data } = await authenticate(account, server);
		const given = { accessToken: data.accessToken as string };
		const { data: next, asked } = await authenticate(account, server, given);
		expect(asked).toHaveLength(2);
		expect(bearerOf(next.accessToken)).toBe('token-2');
	});

	test('of a client that is refused get none, and the request learns why', async () => {
		const { data, kept, request } = await authenticate(newAccount(), serverOf([refusal]));
		expect(data.accessToken).toBe('');
		expect(kept).toBeInstanceOf(NotSentError);
		expect(request?.failure).toBe(kept);
		const other = await authenticate(newAccount(), serverOf([refusal]), { isWatched: false });
		expect(other.kept).toBeInstanceOf(NotSentError);
	});
});

test('a certificate that is not accepted is said at once, with what to do', async () => {
	const codes = ['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID'];
	for (const code of codes) {
		const http = async () => await Promise.reject(Object.assign(new Error(), { code }));
		const failure = await fetchToken(http, newAccount(), 1000).catch((thrown: unknown) => thrown);
		expect(failure).toMatchObject({
			retryable: false,
			problem: {
				message: `auth.bluecore.com gave no access token: The certificate of auth.bluecore.com was not accepted (${code})`,
				fix: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
			},
		});
	}
});

test.each([
	[407, false, 'The proxy that n8n uses wants a user name'],
	[502, true, 'The proxy or gateway between n8n and auth.bluecore.com answered 502'],
])(
	'a proxy that answers %d in place of the server is named',
	async (statusCode, retryable, text) => {
		const http = async () => await Promise.resolve({ statusCode, headers: {}, body: '' });
		const failure = await fetchToken(http, newAccount(), 1000).catch((thrown: unknown) => thrown);
		expect(failure).toMatchObject({
			retryable,
			problem: { message: expect.stringContaining(text) },
		});
	},
);
