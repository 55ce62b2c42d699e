import type { IDataObject, IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import {
	developerApi,
	explainFor,
	leavesOpen,
	validateData,
} from '../../../nodes/Bluecore/developerApi';
import { authenticateData } from '../../../nodes/shared/account/accessToken';
import { readClientAccount, type ClientAccount } from '../../../nodes/shared/account/account';
import type { Outcome, Response } from '../../../nodes/shared/delivery/outcome';
import { dataOf, isNotFound } from '../../../nodes/shared/messages/answers';

const answer = (statusCode: number, body: unknown): Response => ({ statusCode, headers: {}, body });

describe('the data of an answer', () => {
	test.each([
		[{ data: { ids: [] } }, { ids: [] }],
		[{ data: {} }, {}],
		[{ data: [] }, undefined],
		[{ data: 'x' }, undefined],
		[{}, undefined],
		['data', undefined],
		[null, undefined],
		[[{ data: {} }], undefined],
	])('of %j is %j', (body, data) => expect(dataOf(answer(200, body))).toEqual(data));
});

describe('an answer that says that there is no such thing', () => {
	test.each([
		[404, { code: 5, message: 'we could not find it' }, true],
		[404, {}, true],
		// Another server, which does not have this address.
		[404, { message: 'Cannot GET /api/namespaces/x/customers' }, false],
		[404, '', false],
		[404, '<html></html>', false],
		[404, [], false],
		[400, { code: 5, message: 'not found' }, false],
		[200, { data: {} }, false],
	])('is %d with %j: %s', (status, body, is) => expect(isNotFound(answer(status, body))).toBe(is));
});

describe('after an attempt it is open whether it has arrived', () => {
	const problem = { message: '', fix: '' };
	const response = (statusCode: number) => answer(statusCode, {});
	test.each<[Outcome, boolean]>([
		[{ kind: 'accepted', response: response(200) }, false],
		[{ kind: 'refused', response: response(409) }, false],
		[{ kind: 'temporary', response: response(429) }, false],
		[{ kind: 'temporary', response: response(503) }, true],
		[{ kind: 'notSent', code: 'ECONNREFUSED', retryable: true }, false],
		[{ kind: 'unknown', code: 'ECONNRESET' }, true],
		[{ kind: 'cancelled' }, false],
		[
			{ kind: 'invalid', response: response(200), problem: { ...problem, mayHaveArrived: true } },
			true,
		],
		[
			{ kind: 'invalid', response: response(200), problem: { ...problem, mayHaveArrived: false } },
			false,
		],
	])('of %j: %s', (outcome, is) => expect(leavesOpen(outcome)).toBe(is));
});

describe('an answer of 2xx', () => {
	const validate = (body: unknown, isChange = true) =>
		validateData(
			'customer',
			isChange,
			({ ids }) => ids !== undefined,
		)({ ...answer(200, body), url: 'https://api.example.com/x', urlLabel: 'API URL' });
	const withoutCustomer = {
		message: "Bluecore's answer has no customer",
		fix: 'Check the API URL in the Bluecore credential.',
	};
	const notTheApi = (what: string) => ({
		message: `The API URL is not the address of Bluecore's API: api.example.com answered 200${what}`,
		fix: expect.stringContaining('no proxy or sign-in page'),
	});

	test('with what was asked for is right', () => {
		expect(validate({ data: { ids: [] } })).toBeUndefined();
	});

	test.each([true, false])('of the API, but with something else, may be to a change: %s', (is) => {
		const expected = { ...withoutCustomer, mayHaveArrived: is };
		expect(validate({ data: {} }, is)).toEqual(expected);
		expect(validate({ ok: true }, is)).toEqual(expected);
		expect(validate('OK', is)).toEqual({ ...notTheApi(''), mayHaveArrived: is });
	});

	test('that is a page comes from another server, which has changed nothing', () => {
		expect(validate('<html></html>')).toEqual({
			...notTheApi(' with a web page'),
			mayHaveArrived: false,
		});
	});
});

describe('what a status means', () => {
	const own = { message: 'own', fix: 'own' };
	const explain = explainFor('a:read', (status) => (status === 404 ? own : undefined));
	const general = explainFor('a:read');
	const scope = { message: expect.any(String), fix: expect.stringContaining('a:read') };

	test('the operation says it first, unless another server has answered', () => {
		expect(explain(404, 'no such customer')).toBe(own);
		expect(explain(404, 'Cannot GET /api')).toBeUndefined();
		expect(explain(404, undefined)).toBeUndefined();
		expect(explainFor('a:read', () => own)(409, undefined)).toBe(own);
		expect(explain(401, undefined)).toEqual(general(401));
	});

	test('in general it names the scope, or what Bluecore said', () => {
		expect(general(404, 'no such namespace')).toEqual({
			message: 'Bluecore did not find it: no such namespace',
			fix: expect.stringContaining('Check Namespace'),
		});
		expect(general(401)).toEqual({ ...scope, message: expect.stringContaining('(401)') });
		expect(general(403)).toEqual({
			message: expect.stringContaining('(403): it needs the scope a:read'),
			fix: expect.stringContaining('Ask Bluecore to give the client this scope'),
		});
		expect(general(422, 'id is missing')?.message).toBe(
			'Bluecore refused the request: id is missing',
		);
		expect(general(422)?.message).toBe('Bluecore refused the request: something is missing in it');
		expect(general(500, 'internal')).toBeUndefined();
	});
});

describe('a request', () => {
	let clients = 0;
	/** Each test has a client of its own, because this process remembers their tokens. */
	const newAccount = (more: Partial<ClientAccount> = {}): ClientAccount => ({
		...readClientAccount({
			namespace: 'blue store/1',
			clientId: `client-${clients++}`,
			clientSecret: 'secret',
		}).account,
		...more,
	});

	/**
	 * A context whose helper authenticates a request as n8n does, and answers with the status, and the text, that the n-th request
	 * is given. The tokens are token-1, token-2 and so on.
	 */
	function contextOf(
		account: ClientAccount,
		answerTo: (n: number, token: string) => [status: number, body: unknown],
	) {
		const sent: Array<IHttpRequestOptions & { token: string }> = [];
		const kept: unknown[] = [];
		let tokens = 0;
		const http = async () =>
			await Promise.resolve(answer(200, { access_token: `token-${++tokens}`, expires_in: 3600 }));
		const helper = async (
			_name: string,
			options: IHttpRequestOptions,
			{ credentialsDecrypted: { data } }: { credentialsDecrypted: { data: IDataObject } },
		) => {
			if (data.accessToken === '') {
				kept.push(await authenticateData(http, data as never, account));
			}
			const { token } = JSON.parse(data.accessToken as string) as { token: string };
			sent.push({ ...options, token });
			return await Promise.resolve(answer(...answerTo(sent.length, token)));
		};
		const context = { helpers: { httpRequestWithAuthentication: helper } };
		return { api: developerApi(context as unknown as IExecuteFunctions, 1000), sent, kept };
	}
	const good: [number, unknown] = [200, { data: {} }];

	test('has the address of the namespace, the query or the body, and what all requests have', async () => {
		const account = newAccount();
		const { api, sent } = contextOf(account, () => good);
		await api(account, { method: 'GET', path: ['customers'], query: { email: 'a+b@example.com' } });
		await api(account, { method: 'POST', path: ['messages', 'a:1'], body: { x: 1 } });
		const base = 'https://a.bluecore.com/api/namespaces/blue%20store%2F1';
		expect(sent).toEqual([
			expect.objectContaining({
				method: 'GET',
				url: `${base}/customers?email=a%2Bb%40example.com`,
				body: undefined,
				timeout: 1000,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
			}),
			expect.objectContaining({ method: 'POST', url: `${base}/messages/a%3A1`, body: { x: 1 } }),
		]);
	});

	test('that is answered with 401 is sent once more with another token', async () => {
		const account = newAccount();
		const { api, sent } = contextOf(account, (_n, token) =>
			// Each token is accepted once.
			sent.filter((other) => other.token === token).length > 1
				? [401, { message: 'expired' }]
				: good,
		);
		const request = { method: 'GET' as const, path: ['customers'] };
		for (let n = 0; n < 3; n++) expect((await api(account, request)).statusCode).toBe(200);
		const [first, second, third] = ['token-1', 'token-2', 'token-3'];
		expect(sent.map(({ token }) => token)).toEqual([first, first, second, second, third]);
	});

	test('is not sent again and again with new tokens, if none is accepted', async () => {
		const account = newAccount();
		const { api, sent } = contextOf(account, () => [401, { message: 'no' }]);
		const request = { method: 'GET' as const, path: ['customers'] };
		for (let n = 0; n < 3; n++) expect((await api(account, request)).statusCode).toBe(401);
		expect(sent.map(({ token }) => token)).toEqual(['token-1', 'token-2', 'token-2', 'token-2']);
	});

	test('lets n8n keep a new token, unless the credential differs between items', async () => {
		for (const [variesByItem, expected] of [
			[false, { accessToken: expect.stringContaining('token-1') }],
			[true, {}],
		] as const) {
			const account = newAccount({ variesByItem });
			const { api, kept } = contextOf(account, () => good);
			await api(account, { method: 'GET', path: ['customers'] });
			expect(kept).toEqual([expected]);
		}
	});

	test('has an answer without the token, in which everything else is as it was', async () => {
		const account = newAccount();
		const body = { message: 'hello', list: [1, null] };
		const { api } = contextOf(account, (n, token) =>
			n === 1 ? good : [400, n === 2 ? { ...body, seen: `Bearer ${token}` } : body],
		);
		const request = { method: 'GET' as const, path: ['customers'] };
		await api(account, request);
		expect((await api(account, request)).body).toEqual({ ...body, seen: 'Bearer ***' });
		expect((await api(account, request)).body).toBe(body);
	});
});
