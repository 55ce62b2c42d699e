// A server for the benchmarks, in a process of its own: the sandbox, or a bare one that only reads and answers, after a delay. A
// `slowing` one answers more slowly with more than 40 requests at once. A `forward` one is a sandbox before another server, and a `proxy` one
// passes calls on and does nothing else. One that is given a limit refuses what is more.
import { Agent, createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { IDataObject } from 'n8n-workflow';

import { Sandbox } from '../sandbox/bluecoreSandbox';
import { row } from './pool';
import { limiter, type Limit } from './rateLimit';

/** What a server has seen since it was asked last; times in milliseconds. */
export interface Seen {
	readonly acceptedAt: number[];
	refused: number;
	/** The most calls at once. */
	most: number;
}

const nothingSeen = (): Seen => ({ acceptedAt: [], refused: 0, most: 0 });

const tell = (message: object) => process.send?.(message);

process.on('message', (message) => {
	if (message === 'memory') {
		globalThis.gc?.();
		tell({ rss: process.memoryUsage.rss(), heap: process.memoryUsage().heapUsed });
	}
});

/** What each API answers, in the fewest words. */
function answerTo(url: string, { id, attributes }: IDataObject): [status: number, body: string] {
	if (url.endsWith('/oauth/token'))
		return [200, '{"access_token":"token-of-the-bench","expires_in":86400}'];
	if (url.endsWith('/customers')) {
		return [200, JSON.stringify({ data: { namespace: 'bluestore', ids: [id], attributes } })];
	}
	if (url.startsWith('/send/')) return [202, '{"conversation_id":"conversation-of-the-bench"}'];
	return [202, '{"status":"accepted"}'];
}

function bareServer(kind: string, delayMs: number, limit?: Limit): Server {
	/** When calls came in, in milliseconds. */
	let arrivals: number[] = [];
	let open = 0;
	let mostOpen = 0;
	const isAccepted = limit ? limiter(limit) : () => true;
	let inProgress = 0;
	let seen = nothingSeen();
	const server = createServer((request, response) => {
		const [, resource, count] = (request.url ?? '').split('/');
		if (resource === 'rows') {
			const rows = Array.from({ length: Number(count) }, (_, n) => row(n));
			response.setHeader('content-type', 'application/json').end(JSON.stringify(rows));
			return;
		}
		if (resource === 'connections') {
			response.end(String(mostOpen));
			mostOpen = open;
			return;
		}
		if (resource === 'seen') {
			response.end(JSON.stringify(seen));
			seen = nothingSeen();
			return;
		}
		if (request.method === 'GET') {
			response.end(JSON.stringify(arrivals));
			arrivals = [];
			return;
		}
		arrivals.push(performance.now());
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const body = JSON.parse(Buffer.concat(chunks).toString()) as IDataObject;
			seen.most = Math.max(seen.most, ++inProgress);
			const now = performance.now();
			const accepted = isAccepted(now);
			if (accepted) seen.acceptedAt.push(now);
			else seen.refused++;
			const slowdown = kind === 'slowing' ? Math.max(1, inProgress / 40) : 1;
			const answer = () => {
				inProgress--;
				if (!accepted) {
					response.writeHead(429, limit?.retryAfter ? { 'retry-after': '1' } : {}).end();
					return;
				}
				const [status, content] = answerTo(request.url ?? '', body);
				response.writeHead(status, { 'content-type': 'application/json' }).end(content);
			};
			if (delayMs > 0) setTimeout(answer, delayMs * slowdown);
			else answer();
		});
	});
	server.on('connection', (socket) => {
		mostOpen = Math.max(mostOpen, ++open);
		socket.once('close', () => open--);
	});
	return server;
}

/** Passes calls on to another server, and does nothing else. */
function proxyServer(target: string): Server {
	const agent = new Agent({ keepAlive: true });
	return createServer((request, response) => {
		const { method, url, headers } = request;
		const passed = httpRequest(`${target}${url ?? ''}`, { method, headers, agent }, (answer) => {
			response.writeHead(answer.statusCode ?? 0, answer.headers);
			answer.pipe(response);
		});
		request.pipe(passed);
	});
}

async function main(): Promise<void> {
	const [kinds, delayMs = '0', limit] = process.argv.slice(2);
	const [kind, target = ''] = kinds.split(' ');
	if (kind === 'sandbox' || kind === 'forward') {
		const forward = target === '' ? {} : { forward: target };
		const sandbox = await new Sandbox({ keep: 10_000, ...forward }).start();
		tell({ url: sandbox.url });
		return;
	}
	const server =
		kind === 'proxy'
			? proxyServer(target)
			: bareServer(kind, Number(delayMs), limit ? (JSON.parse(limit) as Limit) : undefined);
	server.listen(0, '127.0.0.1', () => {
		tell({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
	});
}

void main();
