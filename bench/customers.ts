// Customers through the node Bluecore, beside the same customers through Bluecore Events: `npm run bench`.
import { table, whole } from '../scripts/markdown';
import type { Measured, Way } from './measure';
import { measure, median, startServer } from './servers';
import { isWhole, rounds, sized } from './size';

const COUNT = sized(10_000);
/** So many customers at once show that memory grows linearly. */
const MEMORY = isWhole ? [20_000, 40_000, 80_000] : [];
const ROUNDS = rounds(5);

async function main(): Promise<void> {
	const server = await startServer('bare', 0);
	const rows: Array<Array<string | number>> = [];
	const cpu = new Map<Way, number[]>([
		['patch', []],
		['upsert', []],
	]);
	const measureRow = async (way: Way, count: number): Promise<number> => {
		const { error, seconds, cpuSeconds, peakMb }: Measured = await measure(way, count, server);
		if (error !== undefined) throw new Error(error);
		const each = (cpuSeconds * 1e6) / count;
		const node = way === 'patch' ? 'Bluecore Events' : 'Bluecore';
		console.log(`${node}, ${count} customers: ${seconds.toFixed(2)} s`);
		rows.push([node, whole(count), seconds.toFixed(2), whole(each), whole(peakMb)]);
		return each;
	};
	// In turns, so that what is compared is measured side by side.
	for (let round = 1; round <= ROUNDS; round++) {
		for (const [way, all] of cpu) all.push(await measureRow(way, COUNT));
	}
	for (const count of MEMORY) await measureRow('upsert', count);
	console.log(table(['node', 'customers', 'seconds', 'CPU µs/customer', 'peak MB'], rows));
	const [events, developer] = [...cpu.values()].map(median);
	console.log(
		`CPU per customer, median of ${ROUNDS}: Bluecore ${whole(developer)} µs, Bluecore Events ${whole(events)} µs, ratio ${(developer / events).toFixed(2)}`,
	);
	server.child.kill();
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
