// Where the time of a run in n8n goes: `npm run bench:profile -- 20000 "node"`.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { importWorkflow } from '../harness/n8n/importWorkflow';
import { N8n } from '../harness/n8n/n8n';
import { credentialFor, measure, WAYS, workflow } from './n8nRuns';
import { startServer } from './servers';
import { sized } from './size';

/** What of a profile that V8 writes is read here. */
interface Profile {
	readonly nodes: ReadonlyArray<{
		readonly id: number;
		readonly callFrame: { readonly functionName: string; readonly url: string };
		readonly children?: readonly number[];
	}>;
	readonly samples: readonly number[];
	readonly timeDeltas: readonly number[];
}

/** The first that is in the path of a file says whose code it is. */
const OWNERS: ReadonlyArray<readonly [owner: string, part: RegExp]> = [
	['ours', /n8n-nodes-bluecore/],
	[
		'axios and what it uses',
		/node_modules\/(axios|follow-redirects|form-data|agent-base|[a-z-]*proxy[a-z-]*)\//,
	],
	[
		"n8n's HTTP helper",
		/n8n-core\/dist\/(http-proxy|ssrf|execution-engine\/node-execution-context\/utils\/request)|backend-network/,
	],
	[
		'expressions',
		/expression-runtime|tournament|isolated-vm|n8n-workflow\/dist\/cjs\/(expression|workflow-data-proxy)/,
	],
	['the engine: n8n-core and n8n-workflow', /n8n-core|n8n-workflow/],
	['the rest of n8n', /node_modules/],
];
const OTHER = 'Node.js: sockets and HTTP';

/**
 * The milliseconds for each owner, from the first item that is checked to the last that is output, while the process was busy. What
 * Node.js itself does counts for the code that called it, and is listed apart where no such code did.
 */
function shares({ nodes, samples, timeDeltas }: Profile): Map<string, number> {
	const byId = new Map(nodes.map((node) => [node.id, node]));
	const owners = new Map<number, string>();
	const ofRun = new Set<number>();
	const visit = (id: number, above: string, isOfRun: boolean) => {
		const node = byId.get(id);
		if (!node) return;
		const { functionName, url } = node.callFrame;
		const isWhole = functionName === '(garbage collector)' || functionName === '(idle)';
		const owner = OWNERS.find(([, part]) => part.test(url))?.[0] ?? above;
		const isOurs = owner === 'ours' && /^(planRequests|outputItems)$/.test(functionName);
		if (isOurs || isOfRun) ofRun.add(id);
		owners.set(id, isWhole ? functionName : owner);
		for (const child of node.children ?? []) visit(child, owner, isOurs || isOfRun);
	};
	visit(nodes[0].id, OTHER, false);
	const first = samples.findIndex((id) => ofRun.has(id));
	const last = samples.findLastIndex((id) => ofRun.has(id));
	const times = new Map<string, number>();
	for (let index = first; index <= last; index++) {
		const owner = owners.get(samples[index]) ?? OTHER;
		times.set(owner, (times.get(owner) ?? 0) + timeDeltas[index] / 1000);
	}
	times.delete('(idle)');
	return times;
}

async function main(): Promise<void> {
	const [count = '20000', given = 'node'] = process.argv.slice(2);
	const way = WAYS.find((each) => each === given);
	if (!way) throw new Error(`The way must be one of: ${WAYS.join(', ')}`);
	const n8n = await N8n.prepare('2');
	const server = await startServer('bare');
	try {
		await n8n.start();
		const items = sized(Number(count));
		const id = await importWorkflow(
			n8n.rest,
			workflow(way, items, server),
			await credentialFor(n8n, server),
		);
		await n8n.stop();
		const plain = await measure(n8n, { id, count: items, server });
		const folder = path.join(n8n.folder, 'profiles');
		const profiled = await measure(
			n8n,
			{ id, count: items, server },
			{ NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` },
		);
		for (const { outcome } of [plain, profiled]) {
			if (outcome !== 'all sent') throw new Error(`A run failed: ${outcome}`);
		}
		console.log(
			`${way}, ${items} items: ${plain.seconds.toFixed(1)} s, at most ${Math.round(plain.peakMb)} MB`,
		);
		for (const file of readdirSync(folder)) {
			const times = shares(JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Profile);
			const total = [...times.values()].reduce((sum, time) => sum + time, 0);
			console.log(`${(total / 1000).toFixed(1)} s of CPU time:`);
			for (const [owner, time] of [...times].sort(([, a], [, b]) => b - a)) {
				console.log(
					`\t${((100 * time) / total).toFixed(1)} %\t${(time / 1000).toFixed(2)} s\t${owner}`,
				);
			}
		}
	} finally {
		server.child.kill();
	}
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
