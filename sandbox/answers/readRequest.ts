import type { FastifyRequest } from 'fastify';

import { isRecord } from '../schemas/jsonValues';
import type { Api, IncomingCall } from '../state/calls';

/** A body that is nested more deeply is treated as text: it could not be written as JSON again. */
const MAX_DEPTH = 100;

/** The API that an address belongs to. */
export function apiOf(url: string): Api | undefined {
	if (url.startsWith('/api/track/mobile/v1')) return 'events';
	if (url.startsWith('/email/send/v1/')) return 'send';
	return url.startsWith('/email/status/v1/') ? 'status' : undefined;
}

/** Whether a browser asks for it without being told to, such as for an icon. Such requests are not recorded. */
export const isBrowserRequest = ({ api, method, path }: IncomingCall) =>
	api === 'unknown' && method === 'GET' && !path.includes('/v1/') && !path.startsWith('/api/');

/** Reads a request: parses its body and keeps the API key out of everything that is stored. */
export function readRequest(api: Api, request: FastifyRequest): IncomingCall {
	const { method, url: path, headers } = request;
	const text = request.body as string | undefined;
	const params = request.params as { namespace?: string; conversation_id?: string };
	const { body, isJson } = parseBody(text);
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
		who: recipientOf(api, body, properties, params.conversation_id),
		bytes: text === undefined ? 0 : Buffer.byteLength(text),
	};
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

function recipientOf(
	api: Api,
	body: unknown,
	properties: Record<string, unknown>,
	conversationId = '',
): string {
	if (api === 'events') return textOf(properties.distinct_id);
	if (api === 'send') return isRecord(body) ? textOf(body.email) : '';
	return conversationId;
}

function parseBody(text: string | undefined): { body: unknown; isJson: boolean } {
	if (text === undefined) return { body: undefined, isJson: false };
	try {
		const body = JSON.parse(text) as unknown;
		if (!isDeeperThan(MAX_DEPTH, body)) return { body, isJson: true };
	} catch {
		// The answer says that the body is not JSON.
	}
	return { body: text, isJson: false };
}

function isDeeperThan(levels: number, value: unknown): boolean {
	if (typeof value !== 'object' || value === null) return false;
	if (levels === 0) return true;
	const record = value as Readonly<Record<string, unknown>>;
	// Without the list of values that Object.values would make of every object.
	for (const name in record) if (isDeeperThan(levels - 1, record[name])) return true;
	return false;
}
