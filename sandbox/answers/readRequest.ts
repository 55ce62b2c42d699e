import type { FastifyRequest } from 'fastify';

import type { Api, Decision, IncomingCall } from '../state/calls';
import { isRecord } from '../schemas/jsonValues';

/** A body that nests deeper is told as text. */
const DEEPEST = 100;

/** Which API an address belongs to. */
export function apiOf(url: string): Api | undefined {
	if (url.startsWith('/api/track/mobile/v1')) return 'events';
	if (url.startsWith('/email/send/v1/')) return 'send';
	return url.startsWith('/email/status/v1/') ? 'status' : undefined;
}

/** How Bluecore refuses a body that the server itself does not read. */
export function unreadable(api: Api, statusCode: number, message: string): Decision {
	const isSend = api === 'send';
	const [status, answer] =
		statusCode === 415
			? [isSend ? 406 : 400, 'Requested media type is not supported.']
			: [isSend ? 422 : 400, 'The total size of the payload must be less than 900 KB.'];
	return {
		status,
		answer: { message: answer },
		verdict: 'refused',
		reasons: [answer, message],
		remarks: [],
	};
}

/** What a browser asks for by itself, such as an icon. */
export const isByBrowser = ({ api, method, path }: IncomingCall) =>
	api === 'unknown' && method === 'GET' && !path.includes('/v1/');

/** A request as the answers look at it: its body parsed, its secrets apart. */
export function incoming(api: Api, request: FastifyRequest): IncomingCall {
	const { method, url: path, headers } = request;
	const text = request.body as string | undefined;
	const params = request.params as { namespace?: string; conversation_id?: string };
	const { body, isJson } = parsed(text);
	const apiKey = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
	const properties = isRecord(body) && isRecord(body.properties) ? body.properties : {};
	return {
		api,
		method,
		path,
		body,
		isJson,
		headers: {
			...(headers['content-type'] !== undefined && { 'content-type': headers['content-type'] }),
			...(headers['user-agent'] !== undefined && { 'user-agent': headers['user-agent'] }),
			...(headers.authorization !== undefined && { authorization: 'Bearer ***' }),
		},
		apiKey,
		namespace: api === 'events' ? textOf(properties.token) : (params.namespace ?? ''),
		event: api === 'events' && isRecord(body) ? textOf(body.event) : '',
		who: whoIn(api, body, properties, params.conversation_id),
		bytes: text === undefined ? 0 : Buffer.byteLength(text),
	};
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

function whoIn(api: Api, body: unknown, properties: Record<string, unknown>, conversation = '') {
	if (api === 'events') return textOf(properties.distinct_id);
	if (api === 'send') return isRecord(body) ? textOf(body.email) : '';
	return conversation;
}

/** A body as JSON; as text where it is none, or nests so deeply that it could not be told again. */
function parsed(text: string | undefined): { body: unknown; isJson: boolean } {
	if (text === undefined) return { body: undefined, isJson: false };
	try {
		const body = JSON.parse(text) as unknown;
		if (!isDeeper(body, DEEPEST)) return { body, isJson: true };
	} catch {
		// Is said by the answer.
	}
	return { body: text, isJson: false };
}

const isDeeper = (value: unknown, levels: number): boolean =>
	typeof value === 'object' &&
	value !== null &&
	(levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));
