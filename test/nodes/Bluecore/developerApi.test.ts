import type { IDataObject, IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import {
	developerApi,
	explainFor,
	validateData,
	type DeveloperOperation,
} from '../../../nodes/Bluecore/developerApi';
import { customerOperations } from '../../../nodes/Bluecore/customers';
import { getMessageStatus } from '../../../nodes/Bluecore/messageStatus';
import { sendMessage } from '../../../nodes/Bluecore/sendMessage';
import { subscriptionOperations } from '../../../nodes/Bluecore/subscriptions';
import { authenticateData } from '../../../nodes/shared/account/accessToken';
import { readClientAccount, type ClientAccount } from '../../../nodes/shared/account/account';
import { answer, planOne } from '../../support/developerOperations';
import { casesOf } from '../../support/table';

const { get: getCustomer, upsert: upsertCustomer } = customerOperations;
const { get: getSubscription, update: updateSubscription } = subscriptionOperations;

const NO_CUSTOMER = "Bluecore's answer has no customer";
const OTHER = "The API URL is not the address of Bluecore's API: api.example.com answered 200";
const CHECK = 'Check the API URL in the Bluecore credential';
test.each<
	[body: unknown, isChange: boolean, mayHaveArrived?: boolean, message?: string, fix?: string]
>([
	[{ data: { ids: [] } }, true],
	[{ data: {} }, true, true, NO_CUSTOMER, `${CHECK}.`],
	[{ data: {} }, false, false, NO_CUSTOMER, `${CHECK}.`],
	[{ ok: true }, true, true, NO_CUSTOMER, `${CHECK}.`],
	[{ ok: true }, false, false, NO_CUSTOMER, `${CHECK}.`],
	['OK', true, true, OTHER, 'no proxy or sign-in page'],
	['OK', false, false, OTHER, 'no proxy or sign-in page'],
	// A page comes from another server, which has changed nothing.
	['<html></html>', true, false, `${OTHER} with a web page`, 'no proxy or sign-in page'],
])('200 with %j to a change (%s) may have arrived: %s; %s', (body, isChange, ...problem) => {
	const validate = validateData('customer', isChange, ({ ids }) => ids !== undefined);
	const [mayHaveArrived, message, fix = ''] = problem;
	const expected = { message, mayHaveArrived, fix: expect.stringContaining(fix) };
	expect(
		validate({ ...answer(200, body), url: 'https://api.example.com/x', urlLabel: 'API URL' }),
	).toEqual(message === undefined ? undefined : expected);
});

test.each<[DeveloperOperation, mayHaveArrived: boolean, scope: string, none: string]>([
	[getCustomer, false, 'customers:read', 'Bluecore does not know this customer'],
	[upsertCustomer, true, 'customers:write', 'Bluecore did not find it: none'],
	[sendMessage, true, 'transactional:api', 'Bluecore did not find what the message needs: none'],
	[getMessageStatus, false, 'transactional:api', 'Bluecore has no message with this Message ID'],
	[getSubscription, false, 'eligibility:read', 'Bluecore has no subscription of this customer'],
	[updateSubscription, true, 'eligibility:write', 'Bluecore did not find it: none'],
])(
	'operation %#: an answer of another kind may come after a change, a refusal names the scope, and what is not there is said',
	(definition, mayHaveArrived, scope, none) => {
		const given = { email: 'jane@example.com', campaignIds: '1', messageId: 'm1', change: 'OPTIN' };
		const { operation } = planOne(definition, given);
		const validated = operation.validateResponse?.(answer(200, { ok: true }));
		expect(validated).toMatchObject({ mayHaveArrived });
		const refused = operation.explain?.(403, undefined)?.message;
		expect(refused).toMatch(new RegExp(`\\(403\\): it needs the scope ${scope}$`));
		expect(operation.explain?.(404, 'none')?.message).toBe(none);
	},
);

describe('what a status means', () => {
	const own = { message: 'own', fix: 'own' };
	const explain = explainFor('a:read', { 404: () => own });
	const general = explainFor('a:read');

	test('the operation says it first, unless another server has answered', () => {
		expect(explain(404, 'no such customer')).toBe(own);
		expect(explain(404, 'Cannot GET /api')).toBeUndefined();
		expect(explain(404, undefined)).toBeUndefined();
		expect(explainFor('a:read', { 409: () => own })(409, undefined)).toBe(own);
		expect(explain(401, undefined)).toEqual(general(401));
	});

	test.each(
		casesOf<[status: number, apiMessage: string, message: string, fix: string]>(`
			404 | no such shop  | Bluecore did not find it: no such shop      | Check Namespace
			401 |               | (401)                                       | the scope a:read
			403 |               | (403): it needs the scope a:read            | Ask Bluecore to give the client this scope
			422 | id is missing | Bluecore refused the request: id is missing |
			422 |               | Bluecore refused the request: something is missing in it |
		`),
	)('in general, %d names the scope, or what Bluecore said: %s', (status, said, message, fix) =>
		expect(general(status, said || undefined)).toEqual({
			message: expect.stringContaining(message),
			fix: expect.stringContaining(fix),
		}),
	);

	test('in general, it is what it is for every API', () =>
		expect(general(500, 'internal')).toBeUndefined());
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
	const request = { path: ['customers'] };

	test('has the address of the namespace, the query or the body, and what all requests have', async () => {
		const account = newAccount();
		const { api, sent } = contextOf(account, () => good);
		await api(account, { ...request, query: { email: 'a+b@example.com' } });
		await api(account, { path: ['messages', 'a:1'], body: { x: 1 } });
		const base = 'https://a.bluecore.com/api/namespaces/blue%20store%2F1';
		const common = { timeout: 1000, ignoreHttpStatusErrors: true, disableFollowRedirect: true };
		const get = { method: 'GET', url: `${base}/customers?email=a%2Bb%40example.com` };
		const post = { method: 'POST', url: `${base}/messages/a%3A1`, body: { x: 1 } };
		expect(sent).toEqual([
			expect.objectContaining({ ...common, ...get, body: undefined }),
			expect.objectContaining({ ...common, ...post }),
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
		for (let n = 0; n < 3; n++) expect((await api(account, request)).statusCode).toBe(200);
		const [first, second, third] = ['token-1', 'token-2', 'token-3'];
		expect(sent.map(({ token }) => token)).toEqual([first, first, second, second, third]);
	});

	test('is not sent again and again with new tokens, if none is accepted', async () => {
		const account = newAccount();
		const { api, sent } = contextOf(account, () => [401, { message: 'no' }]);
		for (let n = 0; n < 3; n++) expect((await api(account, request)).statusCode).toBe(401);
		expect(sent.map(({ token }) => token)).toEqual(['token-1', 'token-2', 'token-2', 'token-2']);
	});

	test('lets n8n keep a new token, unless the credential differs between items', async () => {
		const keptIf = async (variesByItem: boolean) => {
			const account = newAccount({ variesByItem });
			const { api, kept } = contextOf(account, () => good);
			await api(account, request);
			return kept;
		};
		expect(await keptIf(false)).toEqual([{ accessToken: expect.stringContaining('token-1') }]);
		expect(await keptIf(true)).toEqual([{}]);
	});

	test('has an answer without the token, in which everything else is as it was', async () => {
		const account = newAccount();
		const body = { message: 'hello', list: [1, null] };
		const { api } = contextOf(account, (n, token) =>
			n === 1 ? good : [400, n === 2 ? { ...body, seen: `Bearer ${token}` } : body],
		);
		await api(account, request);
		expect((await api(account, request)).body).toEqual({ ...body, seen: 'Bearer ***' });
		expect((await api(account, request)).body).toBe(body);
	});
});
