// How many calls a second the sandbox takes, against a bare Node.js server, in turns; and the same with `--forward`, against a bare
// proxy, both before a second sandbox.
import autocannon from 'autocannon';

import { table, whole } from '../scripts/markdown';
import { median, rounds, sized } from './figures';
import { row } from './pool';
import { startServer, type ServerOptions } from './servers';

let customers = 0;
const body = () => {
	const { email, ...order } = row(++customers);
	const customer = { email, first_name: 'Jane', city: 'Rome' };
	const properties = { token: 'bluestore', distinct_id: email, ...order, customer };
	return JSON.stringify({ event: 'purchase', properties });
};

/** How many calls a second a server accepts. */
async function rateOf(url: string): Promise<number> {
	const result = await autocannon({
		url: `${url}/api/track/mobile/v1`,
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		connections: 50,
		duration: sized(4),
		requests: [{ setupRequest: (request) => ({ ...request, body: body() }) }],
	});
	if (result.non2xx > 0 || result.errors > 0) throw new Error('Not every call was accepted');
	return result['2xx'] / result.duration;
}

/** The calls a second of two servers, in turns; at the end the medians. */
async function compare(what: string, ...kinds: readonly ServerOptions[]): Promise<void> {
	const servers = await Promise.all(kinds.map(startServer));
	const [ours, bare] = servers.map(({ url }) => url);
	const rates: Array<{ round: string; first: number; second: number; ratio: number }> = [];
	for (let round = 1; round <= rounds(5); round++) {
		const [first, second] = [await rateOf(ours), await rateOf(bare)];
		rates.push({ round: String(round), first, second, ratio: first / second });
	}
	const middle = (field: 'first' | 'second' | 'ratio') => median(rates.map((rate) => rate[field]));
	const medians = { first: middle('first'), second: middle('second'), ratio: middle('ratio') };
	console.log(
		table([...rates, { round: 'median', ...medians }], {
			round: ({ round }) => round,
			[`${what}, calls/s`]: ({ first }) => whole(first),
			'bare one, calls/s': ({ second }) => whole(second),
			ratio: ({ ratio }) => ratio.toFixed(2),
		}),
	);
	for (const { stop } of servers) stop();
}

async function main(): Promise<void> {
	await compare('sandbox', { kind: 'sandbox' }, { kind: 'bare' });
	const upstream = await startServer({ kind: 'sandbox' });
	await compare(
		'sandbox with --forward before another sandbox, instead of a proxy',
		{ kind: 'forward', target: upstream.url },
		{ kind: 'proxy', target: upstream.url },
	);
	upstream.stop();
}

void main();
