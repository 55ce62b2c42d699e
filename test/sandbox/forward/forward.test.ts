import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { scratchFolder } from '../../../harness/scratchFolder';
import { Sandbox } from '../../../sandbox/bluecoreSandbox';
import { Forwarder, PRODUCTION } from '../../../sandbox/forward/forwarder';
import { developerClientOf } from '../../support/developerApi';
import { clientOf, EMAIL, http } from '../../support/http';
import { API_KEY, NAMESPACE, useSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/startSandbox';

const EVENT = {
	event: 'purchase',
	properties: { token: NAMESPACE, distinct_id: 'jane@example.com', order_id: 'A-1', total: '9,50' },
};

const closings: Array<() => void> = [];
afterEach(() => closings.splice(0).forEach((close) => close()));

/** A server that answers as it is told, and what it was asked last. */
async function serverThat(answer: (request: IncomingMessage, response: ServerResponse) => void) {
	const received: Array<{ request: IncomingMessage; body: Buffer }> = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			received.push({ request, body: Buffer.concat(chunks) });
			answer(request, response);
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const close = () => {
		server.closeAllConnections();
		server.close();
	};
	closings.push(close);
	return { url: `http://127.0.0.1:${port}`, received, close };
}

describe('before another sandbox', () => {
	const upstream = useSandbox();
	let front: Sandbox;
	let dataFile: string;
	beforeEach(async () => {
		dataFile = path.join(scratchFolder(), 'data');
		front = await startSandbox({ forward: `${upstream.url}/`, dataFile });
	});

	test('what to enter in a credential is not told: the keys are those of the server', async () => {
		const own = { apiKeys: ['key-1'], clients: [{ id: 'id-1', secret: 'secret-1', scopes: [] }] };
		const given = await startSandbox({ forward: upstream.url, ...own });
		const data = await clientOf(given).get<object>('summary');
		expect(JSON.stringify(data)).not.toMatch(/key-1|id-1|secret-1/);
		expect(data).toMatchObject({ credential: { apiKey: '(your own)' } });
	});

	test('a call is passed on, with the own verdict beside', async () => {
		const { status, data } = await http.post<unknown>(`${front.url}/api/track/mobile/v1`, EVENT);
		expect([status, data]).toEqual([202, { status: 'accepted' }]);
		expect(upstream.state.calls).toMatchObject([{ body: EVENT }]);
		const missing = ['products is missing.', 'customer is missing.'];
		const reasons = [...missing, 'total must be a number, but it is text.'];
		const forwarded = { to: upstream.url, ms: expect.any(Number) as number };
		expect(front.state.calls).toMatchObject([
			{ verdict: 'dropped', reasons, status: 202, answer: { status: 'accepted' }, forwarded },
		]);
		expect(await clientOf(front).get('summary')).toMatchObject({
			forwarding: { to: `${upstream.url}/`, waiting: 0 },
		});
	});

	test('all APIs are passed on, and no key, secret or token is kept', async () => {
		const { data: sent } = await clientOf(front).send(EMAIL);
		const key = { 'x-gateway': 'gw-5f2c-secret' };
		const asked = await http.get(
			`${front.url}/email/status/v1/${NAMESPACE}/${sent.conversation_id}?key=query-secret`,
			{ headers: { ...key, authorization: `Bearer ${API_KEY}` } },
		);
		expect(asked.status).toBe(202);
		const developer = developerClientOf(front);
		const { data: token } = await developer.getToken();
		const basic = Buffer.from('client-2:basic-secret').toString('base64');
		const form = { audience: 'https://a.bluecore.com', client_secret: 'form-secret' };
		const given = new URLSearchParams({ grant_type: 'client_credentials', ...form });
		await developer.getToken(given.toString(), {
			...{ authorization: `Basic ${basic}` },
			...{ 'content-type': 'application/x-www-form-urlencoded' },
		});
		const jane = { email: 'jane@example.com' };
		const { status } = await developer.postCustomer({ id: jane, attributes: { city: 'Rome' } });
		expect(status).toBe(200);
		const { data: customer } = await developer.getCustomer(jane);
		expect(customer.data.attributes).toEqual({ city: 'Rome' });
		const message = { identifiers: [jane], campaign_ids: ['34545238546'] };
		expect((await developer.postMessage('m-1', message)).status).toBe(200);
		await http.post(`${front.url}/oauth/revoke/path-secret`, { token: token.access_token });
		await http.post(`${front.url}/emails?key=query-secret`, {}, { headers: key });
		await http.get(`${front.url}/email/status/v2/path_key_5f2c7d8e/${sent.conversation_id}`);
		const long = 'x'.repeat(9e6);
		await http.post(`${front.url}/api/track/mobile/v1?key=query-secret`, long, { headers: key });
		expect(
			front.state.calls.map(({ api, verdict, who, what }) => [api, verdict, who, what]),
		).toEqual([
			['send', 'accepted', 'jane@example.com', 'Plain notice'],
			['status', 'accepted', sent.conversation_id, 'Get status'],
			['token', 'accepted', 'client-1', 'Get token'],
			['token', 'accepted', 'client-2', 'Get token'],
			['token', 'accepted', 'client-1', 'Get token'],
			['customers', 'accepted', 'jane@example.com', 'Write customer'],
			['customers', 'accepted', 'jane@example.com', 'Read customer'],
			['messages', 'accepted', 'jane@example.com', 'Send message'],
			['unknown', 'refused', '', 'Unknown address'],
			['unknown', 'refused', '', 'Unknown address'],
			['unknown', 'refused', '', 'Unknown address'],
			['events', 'refused', '', ''],
		]);
		expect(await clientOf(front).get('emails')).toMatchObject([
			{ conversation_id: sent.conversation_id, status: 'Forwarded' },
		]);
		const session = await clientOf(front).get<object>('session');
		const kept = [JSON.stringify(session), readFileSync(dataFile, 'utf8')].join('\n');
		const all = [
			...[API_KEY, 'secret-1-5f2c', token.access_token, basic, 'basic-secret', 'form-secret'],
			...['gw-5f2c-secret', 'query-secret', 'path-secret', 'path_key_5f2c7d8e'],
		];
		expect(all.filter((secret) => kept.includes(secret))).toEqual([]);
		expect(kept).toContain(`/email/status/v2/***/${sent.conversation_id}`);
		expect(kept).not.toContain(token.access_token.slice(-6));
		expect((await http.put<unknown>(`${front.url}/sandbox/session`, session)).data).toBe('');
	});

	test('what only the account knows is left to the server, and its refusal is shown', async () => {
		const { status, data } = await clientOf(front).send({ ...EMAIL, campaign_id: '1' });
		expect([status, data.message]).toEqual([
			404,
			`Could not find campaign with id: 1 for ${NAMESPACE}.`,
		]);
		const headers = { authorization: 'Bearer wrong' };
		const wrong = { ...EMAIL, email: 'a' };
		await http.post(`${front.url}/email/send/v1/${NAMESPACE}`, wrong, { headers });
		const answered = 'The server that calls are forwarded to answered';
		expect(front.state.calls.map(({ verdict, reasons }) => [verdict, ...reasons])).toEqual([
			['refused', `${answered} 404: Could not find campaign with id: 1 for ${NAMESPACE}.`],
			[
				'refused',
				`${answered} 401: Not authenticated or authorized.`,
				'The attribute email is not an email address.',
			],
		]);
	});

	test('a fault happens here, and the sandbox cannot be before itself', async () => {
		front.faults.add({ status: 503, count: 1 });
		expect((await clientOf(front).track('search', {})).status).toBe(503);
		expect(upstream.state.calls).toEqual([]);
		const port = Number(new URL(upstream.url).port);
		expect(new Forwarder(upstream.url).isOn(port)).toBe(true);
		const loop = new Sandbox({ forward: 'http://localhost:4999' });
		await expect(loop.start(4999)).rejects.toThrow('to itself');
	});
});

test('a call and its answer are passed on unchanged', async () => {
	const answered = gzipSync('{"status":"ok"}');
	const { url, received } = await serverThat((_request, response) => {
		response.sendDate = false;
		response.writeHead(299, 'Odd', [
			...['X-Odd-Case', 'a', 'Set-Cookie', 'b', 'Set-Cookie', 'c', 'Content-Encoding', 'gzip'],
		]);
		response.end(answered);
	});
	const front = await startSandbox({ forward: `${url}/base` });
	const body = Buffer.from('{"event":\t"x",  "n": 1.50, "big": 12345678901234567890}');
	const json = { 'Content-Type': 'application/json; charset=utf-8' };
	const response = await http.request<Buffer>({
		...{ method: 'POST', url: `${front.url}/api/track/mobile/v1?a=%2f&&b`, data: body },
		headers: { ...json, 'X-Own-Header': 'v', 'Accept-Encoding': 'gzip' },
		...{ decompress: false, responseType: 'arraybuffer' },
	});
	const [{ request, body: arrived }] = received;
	expect([request.method, request.url]).toEqual(['POST', '/base/api/track/mobile/v1?a=%2f&&b']);
	expect(arrived).toEqual(body);
	expect(request.rawHeaders).toEqual(
		expect.arrayContaining(['X-Own-Header', 'v', 'application/json; charset=utf-8']),
	);
	expect(request.headers.host).toBe(new URL(url).host);
	const { status, statusText, headers, data } = response;
	expect([status, statusText, headers['set-cookie'], headers.date, Buffer.from(data)]).toEqual([
		...[299, 'Odd', ['b', 'c'], undefined, answered],
	]);
	expect(front.state.calls[0]).toMatchObject({
		path: '/api/track/mobile/v1?***&***',
		answer: { status: 'ok' },
	});
});

const EVENTS = 'POST /api/track/mobile/v1';
const STATUS = 'GET /email/status/v1/a/1';
const DEEP = Buffer.from('['.repeat(150) + ']'.repeat(150));
const refused = (reason: string) => ({ verdict: 'refused', reasons: [reason] });
test.each<[string, string, object, Buffer | undefined, object]>([
	[
		...(['a compressed event', EVENTS, { 'content-encoding': 'gzip' }] as const),
		...([gzipSync(JSON.stringify(EVENT)), { what: 'purchase', verdict: 'dropped' }] as const),
	],
	['no body', 'PUT /api/namespaces/a/new', {}, undefined, { verdict: 'accepted' }],
	['an unknown address', 'GET /oauth/keys', {}, undefined, { path: '/oauth/***' }],
	['a read with a body', STATUS, {}, Buffer.from('{"a":1}'), { body: { a: 1 } }],
	[
		...(['no media type', EVENTS, { 'content-type': ';;' }, Buffer.from('x')] as const),
		refused('The body is not JSON.'),
	],
	['a deep body', EVENTS, {}, DEEP, refused('The body is nested more than 100 levels deep.')],
])('%s is passed on unchanged, and judged', async (_what, line, sent, body, call) => {
	const [method, address] = line.split(' ');
	const { url, received } = await serverThat((_request, response) => response.end());
	const front = await startSandbox({ forward: url });
	const { status } = await http.request({
		...{ method, url: front.url + address, data: body },
		headers: { 'content-type': 'application/json', ...sent },
	});
	const [{ request, body: arrived }] = received;
	expect([status, `${request.method} ${request.url}`]).toEqual([200, line]);
	expect(request.headers).not.toHaveProperty('transfer-encoding');
	expect(arrived).toEqual(body ?? Buffer.alloc(0));
	expect(front.state.calls).toMatchObject([call]);
});

test.each([API_KEY, 'verdict', 'message'])(
	'a server that echoes the key %s is cleaned of it',
	async (key) => {
		const { url } = await serverThat((request, response) => {
			response.writeHead(400, { 'content-type': 'application/json' });
			response.end(JSON.stringify({ message: `no such key: ${request.headers.authorization}` }));
		});
		const front = await startSandbox({ forward: url });
		const headers = { authorization: `Bearer ${key}` };
		await http.post(`${front.url}/email/send/v1/${NAMESPACE}`, EMAIL, { headers });
		// A key that is a word of the sandbox's own changes nothing else.
		expect(front.state.calls[0]).toMatchObject({
			verdict: 'refused',
			answer: { message: 'no such key: Bearer ***' },
			reasons: ['The server that calls are forwarded to answered 400: no such key: Bearer ***'],
		});
	},
);

test('a server that is gone, slow or in trouble is shown as that', async () => {
	const slow = await serverThat((request, response) => {
		const [status] = /\d{3}$/.exec(request.url ?? '') ?? [];
		if (status !== undefined) response.writeHead(Number(status)).end();
	});
	const front = await startSandbox({ forward: slow.url });
	for (const status of [302, 503]) await http.post(`${front.url}/api/track/${status}`, {});
	const waits = clientOf(front).track('search', { distinct_id: 'a', search_term: 'b' });
	await new Promise((resolve) => setTimeout(resolve, 1100));
	expect(await clientOf(front).get('summary')).toMatchObject({
		forwarding: { waiting: 1, waiting_seconds: 1 },
	});
	slow.close();
	expect((await waits).status).toBe(502);
	expect((await clientOf(front).track('search', { distinct_id: 'a' })).data).toEqual({
		message: expect.stringMatching(/^The sandbox got no answer from http:.*ECONNREFUSED/),
	});
	expect(
		front.state.calls.map(({ verdict, status, reasons }) => [verdict, status, reasons[0]]),
	).toEqual([
		['refused', 302, 'The server that calls are forwarded to answered 302.'],
		['faulted', 503, 'The server that calls are forwarded to answered 503.'],
		['faulted', 502, expect.stringMatching(/did not answer: /)],
		['faulted', 502, expect.stringMatching(/did not answer: .*ECONNREFUSED/)],
	]);
	expect(front.state.profiles.size).toBe(0);
	const hanging = await serverThat(() => undefined);
	const impatient = new Forwarder(hanging.url, 50);
	await expect(
		impatient.send(hanging.url, { method: 'GET', url: '/', rawHeaders: [] }, undefined),
	).rejects.toThrow('no answer within 0.05 seconds');
	impatient.close();
});

test.each([
	['/api/track/mobile/v1', 'https://api.bluecore.app'],
	['/email/send/v1/a', 'https://api.bluecore.com'],
	['/api/namespaces/a/customers', 'https://a.bluecore.com'],
	['/oauth/token', 'https://auth.bluecore.com'],
	['/favicon.ico', undefined],
	['/sandbox/x', undefined],
])('production: %s is answered by %s', (address, server) => {
	expect(new Forwarder(PRODUCTION).serverOf(address)).toBe(server);
});
