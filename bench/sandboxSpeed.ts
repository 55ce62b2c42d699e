// How many calls a second the sandbox takes, against a bare Node.js server, in turns; and its memory after 100,000 calls.
import { once } from 'node:events';

import autocannon from 'autocannon';

import { table, whole } from '../scripts/markdown';
import { row } from './pool';
import { median, startServer, type Server } from './servers';
import { rounds, sized } from './size';

const ROUNDS = rounds(5);
const SECONDS = sized(4);
const CONNECTIONS = 50;
const CALLS = sized(100_000);
const MB = 1024 * 1024;

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

async function main(): Promise<void> {
	const [sandbox, bare] = [await startServer('sandbox'), await startServer('bare')];
	const rates: Array<{ sandbox: number; bare: number }> = [];
	const rows: Array<Array<string | number>> = [];
	for (let round = 1; round <= ROUNDS; round++) {
		const rate = {
			sandbox: await load(sandbox, { duration: SECONDS }),
			bare: await load(bare, { duration: SECONDS }),
		};
		rates.push(rate);
		rows.push([
			round,
			whole(rate.sandbox),
			whole(rate.bare),
			(rate.sandbox / rate.bare).toFixed(2),
		]);
	}
	rows.push([
		'median',
		whole(median(rates.map((rate) => rate.sandbox))),
		whole(median(rates.map((rate) => rate.bare))),
		median(rates.map((rate) => rate.sandbox / rate.bare)).toFixed(2),
	]);
	console.log(table(['round', 'sandbox, calls/s', 'bare server, calls/s', 'ratio'], rows));
	sandbox.child.kill();
	bare.child.kill();

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
