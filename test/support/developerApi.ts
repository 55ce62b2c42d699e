import type { Sandbox } from '../../sandbox/bluecoreSandbox';
import {
	findDeveloperApiProblems,
	type DeveloperApiBody,
} from '../../sandbox/schemas/schemaChecks';
import { http } from './http';
import { NAMESPACE } from './sandbox';

export const CLIENT = {
	client_id: 'client-1',
	client_secret: 'secret-1-5f2c',
	audience: 'https://a.bluecore.com',
	grant_type: 'client_credentials',
};

export const JANE = { email: 'jane@example.com' };
export const PHONE = { phone_number: '+15556667777' };

/** The body of an answer that refuses a call. */
export const refusal = (code: number, message: string) => ({ code, message, details: [] });

/** What follows the namespace in each address of the API: what is read first, then what is written. */
export const ADDRESSES = [
	['GET', 'customers?email=a@example.com'],
	['GET', 'eligibility?email=a@example.com'],
	['GET', 'transactional-messages/1'],
	['POST', 'customers'],
	['POST', 'eligibility_events'],
	['POST', 'transactional-messages/1'],
] as const;

/** Any answer to which a test refers: a token, the reason why there is none, data of the API, or google.rpc.Status. */
interface Answer {
	access_token: string;
	token_type: string;
	expires_in: number;
	scope: string;
	error: string;
	error_description: string;
	data: {
		namespace: string;
		ids: object[];
		attributes: Record<string, unknown>;
		updated: string;
		subscription: { id: object; states: Array<Record<string, string>> };
		campaign_id: string;
		name: string;
		body: string;
		identifiers: object[];
		statuses: Array<{ status: string; timestamp: string; details?: string }>;
	};
	code: number;
	message: string;
	details: object[];
}

/** The schema that an answer must follow. */
function schemaOf(url: string, status: number): DeveloperApiBody {
	if (url.startsWith('/oauth')) return status === 200 ? 'answers/token' : 'answers/tokenRefused';
	if (status !== 200) return 'answers/refused';
	if (url.includes('/customers')) return 'answers/customers';
	return url.includes('/eligibility') ? 'answers/eligibility' : 'answers/messages';
}

/** Checks an answer of the sandbox against its schema. The refusal of a message with 400 has no body. */
function checkAnswer(url: string, method: string, status: number, data: unknown): void {
	const isEmpty = status === 400 && method === 'POST' && url.includes('/transactional-messages/');
	const given = [method, url, status, data];
	const problems = isEmpty ? data : findDeveloperApiProblems(schemaOf(url, status), data);
	expect([...given, problems]).toEqual([...given, isEmpty ? '' : undefined]);
}

/** Calls the sandbox's Developer API. Every answer is checked against its schema. */
export function developerClientOf(sandbox: Sandbox, namespace = NAMESPACE) {
	let token: string | undefined;
	const send = async (
		method: 'GET' | 'POST',
		url: string,
		body?: unknown,
		headers: Record<string, string> = {},
	) => {
		const { headers: given, ...answer } = await http.request<Answer>({
			method,
			url: sandbox.url + url,
			data: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
			headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
			transformRequest: [(data: unknown) => data],
		});
		checkAnswer(url, method, answer.status, answer.data);
		return { ...answer, headers: given as Record<string, string> };
	};
	const getToken = async (body: unknown = CLIENT, headers: Record<string, string> = {}) =>
		await send('POST', '/oauth/token', body, headers);
	/** `path` is what follows the namespace. The token is asked for once. */
	const call = async (
		method: 'GET' | 'POST',
		path: string,
		body?: unknown,
		headers: Record<string, string> = {},
	) => {
		token ??= (await getToken()).data.access_token;
		return await send(method, `/api/namespaces/${namespace}/${path}`, body, {
			authorization: `Bearer ${token}`,
			...headers,
		});
	};
	const read = (path: string) => async (query: Record<string, string>) =>
		await call('GET', `${path}?${new URLSearchParams(query).toString()}`);
	return {
		getToken,
		/** Lets the next call ask for a token. */
		forgetToken: () => {
			token = undefined;
		},
		call,
		getCustomer: read('customers'),
		postCustomer: async (body: unknown) => await call('POST', 'customers', body),
		getSubscription: read('eligibility'),
		postSubscription: async (id: object, state: object) =>
			await call('POST', 'eligibility_events', {
				id,
				state: { message_type: 'MARKETING', ...state },
			}),
		getMessage: async (id: string) => await call('GET', `transactional-messages/${id}`),
		postMessage: async (id: string, message: object) =>
			await call('POST', `transactional-messages/${id}`, { message }),
	};
}
