import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';

import fc from 'fast-check';

import { shorten } from '../../sandbox/schemas/jsonValues';
import { applyEvent } from '../../sandbox/state/applyCall';
import { ProfileStore } from '../../sandbox/state/profileStore';
import { usedHeap } from '../support/heap';
import { http } from '../support/http';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';

const sandbox = useSandbox({ keep: 100 });
const PATHS = [
	'/api/track/mobile/v1',
	`/email/send/v1/${NAMESPACE}`,
	`/email/status/v1/${NAMESPACE}/1`,
	...['/sandbox/faults', '/sandbox/calls?limit=3&search=a', '/sandbox/profiles'],
	...['/sandbox/emails', '/sandbox/live', '/nowhere'],
];
const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };

/** What the sandbox answers to two harmless requests. */
const answers = async () => [
	(await http.get(`${sandbox.url}/sandbox/calls`)).status,
	(await http.get(`${sandbox.url}/sandbox/profiles`)).status,
];

test('no bytes stop the sandbox', async () => {
	const { port } = new URL(sandbox.url);
	const sendBytes = async (bytes: Uint8Array) =>
		await new Promise<void>((resolve) => {
			const socket = connect(Number(port), '127.0.0.1', () => socket.end(bytes));
			socket.on('error', () => resolve()).on('close', () => resolve());
			socket.resume();
			setTimeout(() => socket.destroy(), 200).unref();
		});
	const odd = ['/%zz', '/sandbox/emails/%00/html', '/sandbox/profiles/-1', '//', '*'];
	const LINES = [
		...['content-length: 5', 'content-length: -1', 'transfer-encoding: chunked'],
		...['content-type: x', 'host: x', 'expect: 100-continue'],
	];
	const request = fc
		.tuple(
			fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'OPTIONS', 'HEAD', 'X'),
			fc.constantFrom(...PATHS, ...odd),
			fc.array(fc.constantFrom(...LINES)),
			fc.uint8Array({ maxLength: 200 }),
		)
		.map(([method, path, lines, body]) => {
			const head = `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
			return Buffer.concat([Buffer.from(head), body]);
		});
	const bytes = fc.oneof(fc.uint8Array({ maxLength: 500 }), request);
	await fc.assert(fc.asyncProperty(bytes, sendBytes), { numRuns: 1000 });
	expect(await answers()).toEqual([200, 200]);
});

const event = (properties: object) =>
	JSON.stringify({
		event: 'wishlist',
		properties: { token: NAMESPACE, distinct_id: 'a', ...properties },
	});
const manyAttributes = () => Array.from({ length: 50_000 }, (_, n) => [`a${n}`, n] as const);
test.each([
	['nested deeply', '['.repeat(200_000) + ']'.repeat(200_000)],
	['nested deeply in an event', event({ x: 0 }).replace('0', '['.repeat(5000) + ']'.repeat(5000))],
	['a long list', event({ products: Array(2_000_000).fill(1) })],
	['many attributes', event({ customer: Object.fromEntries(manyAttributes()) })],
	['more text than is read', 'x'.repeat(9_000_000)],
])('%s in a body does not stop it', async (_what, body) => {
	const { status } = await http.post(sandbox.url + PATHS[0], body, { headers });
	expect(status).toBeLessThan(500);
	expect(await answers()).toEqual([200, 200]);
});

test('many small objects count as what they take in memory', async () => {
	const body = `{"event":"x","properties":{"token":"${NAMESPACE}","distinct_id":"a","x":[${'{},'.repeat(800_000)}1]}}`;
	for (let n = 0; n < 4; n++) await http.post(sandbox.url + PATHS[0], body, { headers });
	expect(sandbox.state.calls.map(({ id }) => id)).toEqual([3, 4]);
});

test('the customers of many and large attributes are bounded', async () => {
	const attributes = Object.fromEntries(
		Array.from({ length: 1000 }, (_, n) => [`a${n}`, 'x'.repeat(1000)]),
	);
	const before = usedHeap();
	const profiles = new ProfileStore({}, 10_000, 20_000_000);
	for (let n = 0; n < 300; n++) {
		const customer = { ...attributes, long: 'y'.repeat(1_000_000 + n) };
		const properties = { token: 'a', distinct_id: `${n}@example.com`, customer };
		applyEvent(profiles, { event: 'customer_patch', properties }, { id: n + 1, at: 0 });
	}
	expect(profiles.size).toBeLessThan(20);
	expect(profiles.find('a', '299@example.com')?.attributes.a999).toBeDefined();
	expect(profiles.find('a', '0@example.com')).toBeUndefined();
	expect(usedHeap() - before).toBeLessThan(30_000_000);
});

test('a part of a long text does not keep the whole text in memory', () => {
	const before = usedHeap();
	const kept = Array.from({ length: 50 }, (_, n) => shorten('y'.repeat(1_000_000) + String(n)));
	expect(usedHeap() - before).toBeLessThan(5_000_000);
	expect(kept).toHaveLength(50);
});

test('a request that never arrives as a whole is ended', async () => {
	const { server } = (sandbox as unknown as { app: { server: Server } }).app;
	expect([server.requestTimeout, server.headersTimeout]).toEqual([60_000, 60_000]);
	Object.assign(server, { requestTimeout: 500, headersTimeout: 500 });
	const socket = connect(Number(new URL(sandbox.url).port), '127.0.0.1', () =>
		socket.write('POST /api/track/mobile/v1 HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{'),
	);
	socket.resume();
	await once(socket, 'close');
	Object.assign(server, { requestTimeout: 60_000, headersTimeout: 60_000 });
});

test.each<[string, string, object]>([
	['an email', PATHS[1], {}],
	['a fault', '/sandbox/faults', { status: 503 }],
])('%s that is nested deeply is refused', async (_what, path, rest) => {
	const body = JSON.parse('['.repeat(100) + ']'.repeat(100)) as unknown;
	const text = JSON.stringify({ ...rest, body });
	const { status } = await http.post(sandbox.url + path, text, { headers });
	expect([status, sandbox.faults.list()]).toEqual([400, []]);
	expect((await http.get(`${sandbox.url}/sandbox/calls`)).status).toBe(200);
});

test('a body that is far too large is refused and recorded, too', async () => {
	const url = `${sandbox.url}/email/send/v1/${NAMESPACE}`;
	const body = { x: 'x'.repeat(9_000_000) };
	const { status, data } = await http.post<object>(url, JSON.stringify(body), { headers });
	const message = 'The total size of the payload must be less than 900 KB.';
	expect([status, data]).toMatchObject([422, { message }]);
	expect(sandbox.state.calls).toMatchObject([{ api: 'send', verdict: 'refused', status: 422 }]);
});

test.each([
	['post', `/send/v1/${NAMESPACE}`],
	['get', `/status/v1/${NAMESPACE}/1`],
	['get', '/api/tracks'],
	['post', '/favicon.ico'],
] as const)(
	'an address that Bluecore does not have is refused and recorded: %s %s',
	async (method, path) => {
		const { status } = await http.request({ method, url: sandbox.url + path });
		expect(status).toBe(404);
		expect(sandbox.state.calls).toMatchObject([
			{
				api: 'unknown',
				verdict: 'refused',
				reasons: [expect.stringMatching(/no such address.*credential/i)],
			},
		]);
	},
);

test('the sandbox listens on this machine only', () =>
	expect(sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/));
