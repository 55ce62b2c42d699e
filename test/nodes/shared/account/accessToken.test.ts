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
import { answer } from '../../../support/developerOperations';
import { casesOf } from '../../../support/table';

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
		const keptFor = (accessToken: unknown) =>
			usableToken({ ...fresh, credential: { accessToken } as ICredentialDataDecryptedObject });
		expect(keptFor(JSON.stringify(other))).toBe('');
		const own = JSON.parse((await requestToken(serverOf().http, fresh)).kept) as { client: string };
		tokensOf(fresh).reject(usableToken(fresh));
		const valid = JSON.stringify({ ...other, client: own.client });
		expect(keptFor(valid)).toBe(valid);
		expect(keptFor(JSON.stringify({ ...other, client: own.client, expiresAt: now }))).toBe('');
		for (const text of ['', 'no JSON', undefined, 5]) expect(keptFor(text)).toBe('');
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

test('a rejected token is replaced by another one, but not again and again', async () => {
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
		for (const waitMs of [0, 9_999]) {
			now += waitMs;
			const request = requestToken(http, account);
			await expect(request).rejects.toThrow('Bluecore did not accept the client');
		}
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
		const client = { client_id: account.clientId, client_secret: 'my-secret' };
		const wanted = { audience: 'https://a.bluecore.com', grant_type: 'client_credentials' };
		const url = `https://${host}/oauth/token`;
		expect(asked).toEqual([
			expect.objectContaining({
				...{ method: 'POST', url, json: true, timeout: 1000, body: { ...client, ...wanted } },
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

	const NONE = `${host} gave no access token`;
	const OTHER = `${host} is not where Bluecore gives access tokens`;
	const REFUSED = 'Bluecore did not accept the client of the credential';
	const CHECK = 'Check the Auth URL in the Bluecore credential, and that n8n reaches the network.';
	const CLIENT = 'Check Client ID and Client Secret in the Bluecore credential.';
	/** The cells: the status or the code of what was thrown, the body, whether it can be tried again, the message and its advice. */
	test.each(
		casesOf<[number | string, unknown, boolean, string, string]>(`
			ENOTFOUND    | null          | true  | ${NONE}: it could not be reached (ENOTFOUND)  | ${CHECK}
			ECONNRESET   | null          | true  | ${NONE}: it could not be reached (ECONNRESET) | ${CHECK}
			ERR_CANCELED | null          | true  | ${NONE}: it could not be reached              | ${CHECK}
			ECONNABORTED | null          | true  | ${NONE}: it did not answer within 1 second    | ${CHECK}
			429 | {"error": "x", "error_description": "Unauthorized"} | true | ${NONE}: it answered 429 | Try again later.
			500 | {"error": "x", "error_description": "Unauthorized"} | true | ${NONE}: it answered 500 | Try again later.
			503 | <html></html>          | true  | ${NONE}: it answered 503                      | Try again later.
			200 | <html></html>          | false | ${OTHER}: it answered 200 with a web page     | ${CHECK}
			403 | <html></html>          | false | ${OTHER}: it answered 403 with a web page     | ${CHECK}
			200 | {"access_token": ""}   | false | ${OTHER}: it answered 200                     | ${CHECK}
			200 | {"access_token": 5}    | false | ${OTHER}: it answered 200                     | ${CHECK}
			200 | [{"access_token": "abc"}] | false | ${OTHER}: it answered 200                  | ${CHECK}
			404 | {"message": "Cannot POST /oauth/token"} | false | ${OTHER}: it answered 404    | ${CHECK}
			302 | ""                     | false | ${OTHER}: it answered 302                     | ${CHECK}
			401 | {"error": {"message": "x"}} | false | ${OTHER}: it answered 401                | ${CHECK}
			DEPTH_ZERO_SELF_SIGNED_CERT  | null | false | ${NONE}: The certificate of ${host} was not accepted (DEPTH_ZERO_SELF_SIGNED_CERT)  | NODE_EXTRA_CA_CERTS
			CERT_HAS_EXPIRED             | null | false | ${NONE}: The certificate of ${host} was not accepted (CERT_HAS_EXPIRED)             | NODE_EXTRA_CA_CERTS
			ERR_TLS_CERT_ALTNAME_INVALID | null | false | ${NONE}: The certificate of ${host} was not accepted (ERR_TLS_CERT_ALTNAME_INVALID) | NODE_EXTRA_CA_CERTS
			407 | ""                     | false | No access token was given: The proxy that n8n uses wants a user name and password before it connects to ${host} (407) | HTTPS_PROXY
			502 | ""                     | true  | No access token was given: The proxy or gateway between n8n and ${host} answered 502 | Ask whoever runs the network of n8n
			403 | {"error": "access_denied", "error_description": "Bad my-secret"} | false | ${REFUSED} (403) | ${CLIENT} Bluecore answered: "Bad ***"
			403 | {"error": "access_denied"}             | false | ${REFUSED} (403) | ${CLIENT} Bluecore answered: "access_denied"
			403 | {"error": "x", "error_description": 5} | false | ${REFUSED} (403) | ${CLIENT} Bluecore answered: "x"
			403 | {"error": ""}                          | false | ${REFUSED} (403) | ${CLIENT}
			400 | {"error": "invalid", "access_token": "abc"} | false | ${REFUSED} (400) | ${CLIENT} Bluecore answered: "invalid"
		`),
	)(
		'after %s %j it may be asked for again (%s): %s',
		async (given, body, retryable, message, fix) => {
			const problem = await problemOf(
				typeof given === 'string' ? failure(given) : answer(given, body),
			);
			expect(problem).toEqual({ retryable, message, fix: expect.stringContaining(fix) });
			expect(problem.fix.split(' Bluecore answered')).toHaveLength(
				fix.includes('answered') ? 2 : 1,
			);
		},
	);
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
		expect([bearerOf(data.accessToken), kept]).toEqual(['token-1', {}]);
	});

	test('get one in another node of n8n, too', async () => {
		const elsewhere = { isWatched: false };
		const { data, kept, asked } = await authenticate(newAccount(), serverOf(), elsewhere);
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
