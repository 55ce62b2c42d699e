// How many calls a second the sandbox takes, against a bare Node.js server, in turns; the same with `--forward`, against a bare proxy, both
// before a second sandbox; and its memory after 500,000 calls.
import { once } from 'node:events';

import autocannon from 'autocannon';

import { table, whole } from '../scripts/markdown';
import { row } from './pool';
import { median, startServer, type Server } from './servers';
import { rounds, sized } from './size';

const ROUNDS = rounds(5);
const SECONDS = sized(4);
const CONNECTIONS = 50;
const CALLS = sized(500_000);
const MB = 1024 * 1024;

type Kind = Parameters<typeof startServer>[0];

let customers = 0;
const body = () => {
	const { email, ...order } = row(++customers);
	const customer = { email, first_name: 'Jane', city: 'Rome' };
	const properties = { token: 'bluestore', distinct_id: email, ...order, customer };
	return JSON.stringify({ event: 'purchase', properties });
};

async function load({ url }: Server, limit: { duration: number } | { amount: number }) {
	const result = await autocannon({
		url: `${url}/api/track/mobile/v1`,
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		connections: CONNECTIONS,
		requests: [{ setupRequest: (request) => ({ ...request, body: body() }) }],
		...limit,
	});
	if (result.non2xx > 0 || result.errors > 0) throw new Error('Not every call was accepted');
	return result['2xx'] / result.duration;
}

async function memoryOf({ child }: Server) {
	child.send('memory');
	const [memory] = (await once(child, 'message')) as [{ rss: number; heap: number }];
	return `${Math.round(memory.heap / MB)} MB heap, ${Math.round(memory.rss / MB)} MB resident`;
}

/** The calls a second of two servers, in turns. */
async function compare(kinds: readonly [Kind, Kind], names: readonly [string, string]) {
	const servers = [await startServer(kinds[0]), await startServer(kinds[1])];
	const rates: number[][] = [];
	for (let round = 1; round <= ROUNDS; round++) {
		const [first, second] = [
			await load(servers[0], { duration: SECONDS }),
			await load(servers[1], { duration: SECONDS }),
		];
		rates.push([first, second, first / second]);
	}
	const medians = [0, 1, 2].map((column) => median(rates.map((rate) => rate[column])));
	const rows = [...rates, medians].map(([first, second, ratio], n) => [
		n < rates.length ? n + 1 : 'median',
		whole(first),
		whole(second),
		ratio.toFixed(2),
	]);
	console.log(table(['round', ...names.map((name) => `${name}, calls/s`), 'ratio'], rows));
	for (const { child } of servers) child.kill();
}

async function main(): Promise<void> {
	await compare(['sandbox', 'bare'], ['sandbox', 'bare server']);
	const upstream = await startServer('sandbox');
	await compare(
		[`forward ${upstream.url}`, `proxy ${upstream.url}`],
		['sandbox with --forward before another sandbox', 'bare proxy before it'],
	);
	upstream.child.kill();

	const fresh = await startServer('sandbox');
	console.log(`Memory at the start: ${await memoryOf(fresh)}`);
	for (let calls = 0; calls < CALLS; calls += CALLS / 4) {
		await load(fresh, { amount: CALLS / 4 });
		console.log(
			`Memory after ${whole(calls + CALLS / 4)} calls, 10,000 of them kept: ${await memoryOf(fresh)}`,
		);
	}
	fresh.child.kill();
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
