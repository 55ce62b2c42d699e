import type { IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

import { isDeeperThan, MAX_DEPTH } from '../schemas/jsonValues';
import type { IncomingCall } from '../state/calls';
import { queryOf, readTokenCall, shownToken } from '../developerApi/readCall';
import { describeCall, type Endpoint } from './endpoints';
import { SECRET, shownHeaders } from './headers';

/** Whether a browser asks for it without being told to, such as for an icon. Such requests are not recorded. */
export const isBrowserRequest = ({ api, method, path }: IncomingCall) =>
	api === 'unknown' && method === 'GET' && !path.includes('/v1/') && !path.startsWith('/api/');

/** The bytes of a body of at most `limit`; undefined if there is none. Of what is too large, the rest is passed over, so that its sender reads the answer. */
export const readBody = async (
	request: IncomingMessage,
	limit: number,
): Promise<Buffer | 'too large' | undefined> =>
	await new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		let bytes = 0;
		request.on('data', (chunk: Buffer) => {
			bytes += chunk.length;
			if (bytes <= limit) chunks.push(chunk);
			else chunks.length = 0;
		});
		request.on('end', () => {
			const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
			resolve(bytes > limit ? 'too large' : bytes === 0 ? undefined : body);
		});
		request.on('error', reject);
	});

/** The value of a parameter in an address whose name says that it is a secret. */
const SECRET_PARAMETER = new RegExp(`(?<=[?&][^=&]*(${SECRET.source})[^=&]*=)[^&]+`, 'gi');

/** Reads a request: parses its body, and keeps keys, tokens and secrets out of everything that is stored. */
export function readRequest(
	{ method = '', url: path = '', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
	bytes: Buffer | undefined,
	isForwarded = false,
): { call: IncomingCall; endpoint: Endpoint } {
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
		path: path.replace(SECRET_PARAMETER, '***'),
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
	// A client's secret can also be sent to a wrong address.
	const hasSecret = text?.includes('client_secret') === true;
	const isTokenCall = api === 'token' || (api === 'unknown' && hasSecret);
	const read = isTokenCall
		? readTokenCall(call, authorization, text)
		: { ...call, ...(hasSecret && { body: withoutClientSecret(call.body) }) };
	return { endpoint, call: isForwarded ? withoutUnknown(read) : read };
}

/** A body without the client's secret, wherever it stands; of a text that is not JSON, nothing is kept. */
const withoutClientSecret = (body: unknown): unknown =>
	typeof body === 'string'
		? '***'
		: JSON.parse(JSON.stringify(body), (name, value: unknown) =>
				name === 'client_secret' ? '***' : value,
			);

/** Parameters that are no secrets. */
const SHOWN_PARAMETERS = new Set(['email', 'phone_number']);

/** A part of an address that may be a key or a token: long, and with letters and digits. Names are short, or have one of the two. */
const MAY_BE_SECRET = /(?<=\/)(?=[^/?]*[a-z])(?=[^/?]*\d)[^/?]{16,}/gi;

/** A call that is meant for another server, without what may be a secret there. */
function withoutUnknown(call: IncomingCall): IncomingCall {
	const { api, headers, body } = call;
	// What follows `/oauth/` can be a token.
	const path =
		api === 'unknown'
			? call.path.replace(/^\/oauth\/.*/s, '/oauth/***').replace(MAY_BE_SECRET, '***')
			: call.path;
	const query = Object.entries(path.includes('?') ? queryOf(call) : {}).map(([name, value]) =>
		SHOWN_PARAMETERS.has(name) ? `${name}=${encodeURIComponent(value)}` : '***',
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
