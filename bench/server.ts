// A server for the benchmarks, in a process of its own, that only reads and answers, after a delay.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { row } from './rows';
import { limiter } from './rateLimit';
import type { Seen, ServerOptions } from './servers';

/** Starts a server; gives its address. */
async function start({ delayMs = 0, limit }: ServerOptions): Promise<string> {
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
			const rows = Array.from({ length: Number(count) }, (_, n) => row(n));
			answer(200, rows);
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
			if (delayMs > 0) setTimeout(end, delayMs);
			else end();
		});
	});
	server.on('connection', (socket) => {
		seen.connections = Math.max(seen.connections, ++connections);
		socket.once('close', () => connections--);
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

// When the process that has started it ends, however that is.
process.once('disconnect', () => process.exit());
void start(JSON.parse(process.argv[2]) as ServerOptions).then((url) => process.send?.({ url }));
