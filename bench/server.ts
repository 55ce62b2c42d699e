// A server for the benchmarks, in a process of its own, that only reads and answers, after a delay. A `slowing` one answers more slowly
// with more than 40 requests at once. One that is given a limit refuses what is more.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { IDataObject } from 'n8n-workflow';

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

const [kind, delayMs = '0', limit] = process.argv.slice(2);
const server = bareServer(kind, Number(delayMs), limit ? (JSON.parse(limit) as Limit) : undefined);
server.listen(0, '127.0.0.1', () => {
	process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
