import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

import type { FastifyRequest } from 'fastify';

import { isDeeperThan, MAX_DEPTH } from '../schemas/jsonValues';
import type { IncomingCall } from '../state/calls';
import { queryOf, readTokenCall, shownToken } from '../developerApi/readCall';
import { describeCall, type Endpoint } from './endpoints';
import { shownHeaders } from './headers';

/** Whether a browser asks for it without being told to, such as for an icon. Such requests are not recorded. */
export const isBrowserRequest = ({ api, method, path }: IncomingCall) =>
	api === 'unknown' && method === 'GET' && !path.includes('/v1/') && !path.startsWith('/api/');

/** Reads a request: parses its body, and keeps keys, tokens and secrets out of everything that is stored. */
export function readRequest(
	request: Pick<FastifyRequest, 'method' | 'url' | 'headers' | 'body'>,
	isForwarded = false,
): { call: IncomingCall; endpoint: Endpoint } {
	const { method, url: path, headers } = request;
	const bytes = request.body as Buffer | undefined;
	const text =
		isForwarded && bytes ? decompressed(bytes, headers['content-encoding']) : bytes?.toString();
	const parsed = parseBody(text);
	const { endpoint, ...described } = describeCall(method, path, parsed.body);
	const { api, scope } = endpoint;
	const { authorization = '' } = headers;
	const apiKey = /^Bearer (.+)$/.exec(authorization)?.[1];
	const call = {
		...parsed,
		...described,
		api,
		method,
		path,
		headers: shownHeaders(
			{
				...headers,
				...(authorization !== '' && {
					authorization: scope === undefined ? 'Bearer ***' : shownToken(apiKey),
				}),
			},
			isForwarded,
		),
		apiKey,
		...(scope !== undefined && { scope }),
		bytes: text === undefined ? 0 : Buffer.byteLength(text),
	};
	const read = api === 'token' ? readTokenCall(call, authorization, text) : call;
	return { endpoint, call: isForwarded ? withoutUnknown(read) : read };
}

/** Parameters that are no secrets. */
const SHOWN_PARAMETERS = new Set(['email', 'phone_number']);

/** A call that is meant for another server, without what may be a secret there. */
function withoutUnknown(call: IncomingCall): IncomingCall {
	const { api, headers, body } = call;
	// What follows can be a token.
	const path = api === 'unknown' ? call.path.replace(/^\/oauth\/.*/s, '/oauth/***') : call.path;
	const query = Object.keys(queryOf(call)).map((name) =>
		SHOWN_PARAMETERS.has(name) ? `${name}=${encodeURIComponent(queryOf(call)[name])}` : '***',
	);
	return {
		...call,
		path: query.length === 0 ? path : `${path.split('?')[0]}?${query.join('&')}`,
		headers: { ...headers, ...('authorization' in headers && { authorization: '***' }) },
		body: api === 'unknown' && body !== undefined ? '***' : body,
	};
}

/** Compressed bytes that are more than this are not read. */
const MAX_TEXT_BYTES = 8 * 1024 * 1024;

/** The text of a body, decompressed if need be. */
export function decompressed(body: Buffer, encoding = ''): string {
	const options = { maxOutputLength: MAX_TEXT_BYTES };
	const readers: Readonly<Partial<Record<string, (from: Buffer) => Buffer>>> = {
		gzip: (from) => gunzipSync(from, options),
		deflate: (from) => inflateSync(from, options),
		br: (from) => brotliDecompressSync(from, options),
		'': (from) => from,
	};
	try {
		return (readers[encoding]?.(body) ?? Buffer.from('(compressed)')).toString();
	} catch {
		return '(cannot be read)';
	}
}

function parseBody(text: string | undefined): Pick<IncomingCall, 'body' | 'isJson' | 'isTooDeep'> {
	const unread = { body: text, isJson: false, isTooDeep: false };
	if (text === undefined) return unread;
	try {
		const body = JSON.parse(text) as unknown;
		if (isDeeperThan(MAX_DEPTH, body)) return { ...unread, isTooDeep: true };
		return { ...unread, body, isJson: true };
	} catch {
		// The answer says that the body is not JSON.
		return unread;
	}
}
