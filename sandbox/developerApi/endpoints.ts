import type { FastifyRequest } from 'fastify';

import { isRecord } from '../schemas/jsonValues';
import type { Api, DeveloperEndpoint, IncomingCall } from '../state/calls';
import { messageIdOf, type MessageBody } from '../state/messages';
import { textOfIdentifier } from '../state/identifiers';
import { shortenToken } from './tokens';

export interface Endpoint {
	readonly api: DeveloperEndpoint;
	readonly method: 'GET' | 'POST';
	/** The pattern of the address, as the HTTP server reads it. */
	readonly url: string;
	/** What a token must allow. */
	readonly scope?: string;
}

const NAMESPACE = '/api/namespaces/:namespace';
const MESSAGE = `${NAMESPACE}/transactional-messages/:id`;

/** The calls of Bluecore's Developer API. */
export const ENDPOINTS: readonly Endpoint[] = [
	{ api: 'token', method: 'POST', url: '/oauth/token' },
	{ api: 'customers', method: 'GET', url: `${NAMESPACE}/customers`, scope: 'customers:read' },
	{ api: 'customers', method: 'POST', url: `${NAMESPACE}/customers`, scope: 'customers:write' },
	{ api: 'eligibility', method: 'GET', url: `${NAMESPACE}/eligibility`, scope: 'eligibility:read' },
	{
		api: 'eligibility',
		method: 'POST',
		url: `${NAMESPACE}/eligibility_events`,
		scope: 'eligibility:write',
	},
	{ api: 'messages', method: 'GET', url: MESSAGE, scope: 'transactional:api' },
	{ api: 'messages', method: 'POST', url: MESSAGE, scope: 'transactional:api' },
];

const APIS: ReadonlySet<Api> = new Set(ENDPOINTS.map(({ api }) => api));
export const isDeveloperCall = ({ api }: Pick<IncomingCall, 'api'>): boolean => APIS.has(api);

/** Longer than a message ID may be, so that a call with one that is too long is refused with the reason. */
export const MAX_PARAMETER_LENGTH = 1000;

const PATTERNS = ENDPOINTS.map((endpoint) => ({
	endpoint,
	pattern: new RegExp(`^${endpoint.url.replaceAll(/:\w+/g, '[^/?]*')}(\\?|$)`),
}));

/** The endpoint with an address; undefined if the Developer API has none. */
export const endpointOf = (method: string, url: string): Endpoint | undefined =>
	PATTERNS.find(({ endpoint, pattern }) => endpoint.method === method && pattern.test(url))
		?.endpoint;

/** What a call for a token may show. */
const SHOWN_FIELDS = new Set(['grant_type', 'client_id', 'audience', 'scope']);

/** Reads a call: `call` is what every API reads. Keeps tokens and secrets out of everything that is stored. */
export function readDeveloperCall(
	{ api, method, scope }: Endpoint,
	call: IncomingCall,
	{ headers: { authorization = '' }, body }: FastifyRequest,
): IncomingCall {
	if (api === 'token') return readTokenCall(call, authorization, body);
	return {
		...call,
		...(scope !== undefined && { scope }),
		headers: {
			...call.headers,
			...(authorization !== '' && {
				authorization: call.apiKey === undefined ? '***' : `Bearer ${shortenToken(call.apiKey)}`,
			}),
		},
		who:
			api === 'messages' && method === 'GET'
				? messageIdOf(call.path)
				: method === 'GET'
					? textOfIdentifier(queryOf(call))
					: recipientOf(call.body),
	};
}

/** The query of an address. */
export const queryOf = ({ path }: Pick<IncomingCall, 'path'>): Record<string, string> =>
	Object.fromEntries(new URLSearchParams(path.split('?').slice(1).join('?')));

/** Whom a body is about: the customer, or the first recipient of a message. */
function recipientOf(body: unknown): string {
	if (!isRecord(body)) return '';
	if (body.id !== undefined) return textOfIdentifier(body.id);
	const { identifiers } = isRecord(body.message) ? (body as unknown as MessageBody).message : {};
	return Array.isArray(identifiers) ? textOfIdentifier(identifiers[0]) : '';
}

function readTokenCall(call: IncomingCall, authorization: string, text: unknown): IncomingCall {
	const isForm = /^application\/x-www-form-urlencoded/i.test(call.headers['content-type'] ?? '');
	const form = () => Object.fromEntries(new URLSearchParams(typeof text === 'string' ? text : ''));
	const body: unknown = isForm ? form() : call.body;
	const fields = isRecord(body) ? body : {};
	const [basicId, basicSecret] = basicCredentials(authorization);
	const id = basicId ?? fields.client_id;
	const secret = basicSecret ?? fields.client_secret;
	return {
		...call,
		path: call.path.replace(/\?.*$/s, '?***'),
		body: isRecord(body) ? hideSecrets(body) : body === undefined ? undefined : '***',
		isJson: isRecord(body),
		headers: { ...call.headers, ...(authorization !== '' && { authorization: '***' }) },
		apiKey: typeof secret === 'string' ? secret : undefined,
		who: typeof id === 'string' ? id : '',
	};
}

const hideSecrets = (fields: Readonly<Record<string, unknown>>) =>
	Object.fromEntries(
		Object.entries(fields).map(([name, value]) => [name, SHOWN_FIELDS.has(name) ? value : '***']),
	);

/** The client ID and secret of a header `Basic …`: each is percent-encoded, then both together are encoded as base64. */
function basicCredentials(authorization: string): Array<string | undefined> {
	const encoded = /^Basic (.+)$/i.exec(authorization)?.[1];
	if (encoded === undefined) return [];
	const [id, ...secret] = Buffer.from(encoded, 'base64').toString().split(':');
	return [id, secret.join(':')].map((part) => {
		try {
			return decodeURIComponent(part.replaceAll('+', ' '));
		} catch {
			return part;
		}
	});
}

const NAMES: Readonly<Record<DeveloperEndpoint, readonly [read: string, write: string]>> = {
	token: ['', 'Get token'],
	customers: ['Read customer', 'Write customer'],
	eligibility: ['Read subscription', 'Write subscription'],
	messages: ['Read message', 'Send message'],
};

/** The name of a call for people. */
export const nameOfDeveloperCall = (api: DeveloperEndpoint, method: string): string =>
	NAMES[api][method === 'POST' ? 1 : 0];
