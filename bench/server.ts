// A server for the benchmarks, in a process of its own: the sandbox, or a bare one that only reads and answers, after a delay. A
// `slowing` one answers more slowly with more than 40 requests at once. A `forward` one is a sandbox before another server, and a `proxy` one
// passes calls on and does nothing else.
import { Agent, createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Sandbox } from '../sandbox/bluecoreSandbox';
import { row } from './pool';
import { limiter } from './rateLimit';
import type { ServerOptions } from './servers';

/** What a server has seen since it was asked last; times in milliseconds. */
export interface Seen {
	readonly acceptedAt: number[];
	refused: number;
	/** The most calls at once. */
	most: number;
	/** The most connections at once. */
	connections: number;
}

const tell = (message: object) => process.send?.(message);

process.on('message', (message) => {
	if (message === 'memory') {
		globalThis.gc?.();
		tell({ rss: process.memoryUsage.rss(), heap: process.memoryUsage().heapUsed });
	}
});

function bareServer({ kind, delayMs = 0, limit }: ServerOptions): Server {
	const isAccepted = limit ? limiter(limit) : () => true;
	let [connections, inProgress] = [0, 0];
	const nothingSeen = (): Seen => ({ acceptedAt: [], refused: 0, most: 0, connections });
	let seen = nothingSeen();
	const server = createServer((request, response) => {
		const [, resource, count] = (request.url ?? '').split('/');
		const answer = (status: number, body?: object, headers = {}) => {
			response.writeHead(status, { 'content-type': 'application/json', ...headers });
			response.end(JSON.stringify(body));
		};
		if (resource === 'rows') {
			answer(
				200,
				Array.from({ length: Number(count) }, (_, n) => row(n)),
			);
			return;
		}
		if (resource === 'seen') {
			answer(200, seen);
			seen = nothingSeen();
			return;
		}
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			JSON.parse(Buffer.concat(chunks).toString());
			seen.most = Math.max(seen.most, ++inProgress);
			const now = performance.now();
			const accepted = isAccepted(now);
			if (accepted) seen.acceptedAt.push(now);
			else seen.refused++;
			const end = () => {
				inProgress--;
				if (!accepted) answer(429, undefined, limit?.retryAfter ? { 'retry-after': '1' } : {});
				else answer(202, resource === 'send' ? { conversation_id: 'c' } : { status: 'accepted' });
			};
			const slowdown = kind === 'slowing' ? Math.max(1, inProgress / 40) : 1;
			if (delayMs > 0) setTimeout(end, delayMs * slowdown);
			else end();
		});
	});
	return server.on('connection', (socket) => {
		seen.connections = Math.max(seen.connections, ++connections);
		socket.once('close', () => connections--);
	});
}

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

async function main(options: ServerOptions): Promise<void> {
	const { kind, target = '' } = options;
	if (kind === 'sandbox' || kind === 'forward') {
		const forward = kind === 'forward' && { forward: target };
		const { url } = await new Sandbox({ keep: 10_000, ...forward }).start();
		tell({ url });
		return;
	}
	const server = kind === 'proxy' ? proxyServer(target) : bareServer(options);
	server.listen(0, '127.0.0.1', () => {
		tell({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
	});
}

void main(JSON.parse(process.argv[2]) as ServerOptions);
