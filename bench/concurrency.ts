// Automatic concurrency against fixed bounds, on servers that behave differently: `npm run bench:concurrency`.
import { lastRunOf, outputOf, startWorkflow } from '../harness/engine';
import { loadPackage } from '../harness/loadPackage';
import { ROOT } from '../harness/paths';
import { PARAMETERS, row } from './pool';
import { median, startServer } from './servers';
import { rounds, sized } from './size';

interface Seen {
	readonly most: number;
	readonly refused: number;
}

const ROUNDS = rounds(5);
const AUTOMATIC = 0;
const nameOf = (bound: number) => (bound === AUTOMATIC ? 'automatic' : `${bound} at once`);

async function main(): Promise<void> {
	const loaded = await loadPackage(ROOT);
	let runs = 0;
	/** Seconds for so many events. Each namespace has a throttle of its own. */
	const send = async (url: string, count: number, maxConcurrency: number, namespace: string) => {
		const common = { typeVersion: 1, position: [0, 0] as [number, number] };
		const start = { ...common, id: '1', name: 'Start', parameters: {} };
		const parameters = { ...PARAMETERS, options: { maxConcurrency } };
		const credentials = { bluecoreApi: { id: '1', name: 'Bluecore' } };
		const data = { namespace, apiKey: '', environment: 'custom', eventsUrl: url };
		const items = Array.from({ length: count }, (_, n) => ({ json: row(n) }));
		const began = performance.now();
		const ended = await startWorkflow({
			workflow: {
				nodes: [
					{ ...start, type: 'n8n-nodes-base.manualTrigger' },
					{ ...common, id: '2', name: 'Send', type: 'bench', parameters, credentials },
				],
				connections: { Start: { main: [[{ node: 'Send', type: 'main', index: 0 }]] } },
			},
			nodeTypes: { bench: loaded.nodeTypes['n8n-nodes-bluecore.bluecoreEvents'] },
			credentials: { bluecoreApi: { type: loaded.credentialTypes.bluecoreApi, data } },
			start: { node: 'Start', items },
		}).result;
		if (outputOf(ended, 'Send').length !== count) {
			throw new Error(lastRunOf(ended, 'Send')?.error?.message ?? 'Not all items came out');
		}
		return (performance.now() - began) / 1000;
	};
	const namespace = () => `account-${runs++}`;
	const seenBy = async (url: string) => (await (await fetch(`${url}/seen`)).json()) as Seen;

	/** The time with automatic concurrency over the best of the fixed bounds; one round after another. */
	const compare = async (what: string, url: string, count: number, bounds: readonly number[]) => {
		const times = new Map([AUTOMATIC, ...bounds].map((bound) => [bound, [] as number[]]));
		let most = 0;
		for (let round = 0; round < ROUNDS; round++) {
			for (const [bound, seconds] of times) {
				await seenBy(url);
				seconds.push(await send(url, count, bound, namespace()));
				if (bound === AUTOMATIC) most = Math.max(most, (await seenBy(url)).most);
			}
		}
		const medians = [...times].map(([bound, seconds]) => ({ bound, seconds: median(seconds) }));
		const best = medians.slice(1).reduce((a, b) => (b.seconds < a.seconds ? b : a));
		const all = medians.map(({ bound, seconds }) => `${nameOf(bound)} ${seconds.toFixed(2)} s`);
		console.log(`${what}, ${count} events: ${all.join(', ')}`);
		console.log(
			`\tautomatic ${(medians[0].seconds / best.seconds).toFixed(2)} × ${nameOf(best.bound)}; at most ${most} at once`,
		);
	};

	const [quick, slowing, limited] = await Promise.all([
		startServer('bare', 50),
		startServer('slowing', 50),
		startServer('limited', 50),
	]);
	// Until the code is compiled, everything is slow.
	for (let n = 0; n < 3; n++) await send(quick.url, sized(2000), AUTOMATIC, namespace());
	await compare('answers after 50 ms', quick.url, sized(5000), [50, 100, 150, 200, 256]);
	await compare('slower beyond 40 at once', slowing.url, sized(3000), [20, 40, 80]);
	for (const count of [1, 10, 100]) await compare('small run', quick.url, count, [50]);

	const count = sized(18_000);
	await seenBy(limited.url);
	const seconds = await send(limited.url, count, AUTOMATIC, namespace());
	const { refused } = await seenBy(limited.url);
	console.log(
		`300 a second are accepted, ${count} events: ${(count / seconds).toFixed(0)} a second (${((count / seconds / 300) * 100).toFixed(1)} %), ${((refused / (count + refused)) * 100).toFixed(2)} % refused`,
	);

	const shared = namespace();
	const both = await Promise.all(
		[1, 2].map(async () => await send(quick.url, sized(5000), AUTOMATIC, shared)),
	);
	console.log(`two runs at once: ${both.map((time) => `${time.toFixed(2)} s`).join(', ')}`);
	for (const { child } of [quick, slowing, limited]) child.kill();
}

void main();
