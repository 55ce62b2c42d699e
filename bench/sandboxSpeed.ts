// How many calls a second the sandbox takes, against a bare Node.js server, in turns; the same with `--forward`, against a bare proxy, both
// before a second sandbox; and its memory after 500,000 calls.
import { once } from 'node:events';

import autocannon from 'autocannon';

import { table, whole } from '../scripts/markdown';
import { median, rounds, sized } from './figures';
import { row } from './pool';
import { startServer, type Server, type ServerOptions } from './servers';

const ROUNDS = rounds(5);
const SECONDS = sized(4);
const CONNECTIONS = 50;
const CALLS = sized(500_000);
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

/** The calls a second of two servers, in turns; at the end the medians. */
async function compare(what: string, kinds: readonly ServerOptions[]) {
	const [ours, bare] = await Promise.all(kinds.map(startServer));
	const rates: Array<{ round: number | 'median'; first: number; second: number; ratio: number }> =
		[];
	for (let round = 1; round <= ROUNDS; round++) {
		const first = await load(ours, { duration: SECONDS });
		const second = await load(bare, { duration: SECONDS });
		rates.push({ round, first, second, ratio: first / second });
	}
	const middle = (field: 'first' | 'second' | 'ratio') => median(rates.map((rate) => rate[field]));
	const [first, second, ratio] = [middle('first'), middle('second'), middle('ratio')];
	console.log(
		table([...rates, { round: 'median', first, second, ratio }], {
			round: (row) => row.round,
			[`${what}, calls/s`]: (row) => whole(row.first),
			'bare one, calls/s': (row) => whole(row.second),
			ratio: (row) => row.ratio.toFixed(2),
		}),
	);
	for (const { child } of [ours, bare]) child.kill();
}

async function main(): Promise<void> {
	await compare('sandbox', [{ kind: 'sandbox' }, { kind: 'bare' }]);
	const upstream = await startServer({ kind: 'sandbox' });
	await compare('sandbox with --forward before another sandbox, instead of a proxy', [
		{ kind: 'forward', target: upstream.url },
		{ kind: 'proxy', target: upstream.url },
	]);
	upstream.child.kill();

	const fresh = await startServer({ kind: 'sandbox' });
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
