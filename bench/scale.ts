// In n8n itself, each run in a process of its own: our node, n8n's HTTP Request node and a bare pool send the same purchases. `npm run bench:scale`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

import { importWorkflow } from '../harness/n8n/importWorkflow';
import { N8n } from '../harness/n8n/n8n';
import { scaleTable } from '../scripts/measuredTables';
import { credentialFor, measure, WAYS, workflow, type Measured, type Way } from './n8nRuns';
import { CONCURRENCY } from './pool';
import { median, startServer, type Server } from './servers';
import { isWhole, rounds, sized } from './size';

const COUNTS = isWhole ? [1000, 5000, 20_000] : [sized(1000)];
const DELAYS_MS = isWhole ? [0, 50] : [0];
const ROUNDS = rounds(3);
const FILE = path.join(__dirname, 'scale.json');

/** One way to send so many items to a server, in the workflow with this ID. */
interface Case {
	readonly way: Way;
	readonly count: number;
	readonly delayMs: number;
	readonly server: Server;
	readonly id: string;
	readonly measured: Measured[];
}

/** Puts the bare pool of `pool.ts` where n8n looks for community nodes. */
function installPool({ folder }: N8n): void {
	const target = path.join(folder, '.n8n', 'nodes', 'node_modules', 'n8n-nodes-bench');
	mkdirSync(target, { recursive: true });
	const manifest = {
		name: 'n8n-nodes-bench',
		version: '1.0.0',
		n8n: { n8nNodesApiVersion: 1, nodes: ['Pool.node.js'], credentials: [] },
	};
	writeFileSync(path.join(target, 'package.json'), JSON.stringify(manifest));
	const source = readFileSync(path.join(__dirname, 'pool.ts'), 'utf8');
	const { outputText } = transpileModule(source, {
		compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 },
	});
	writeFileSync(path.join(target, 'pool.js'), outputText);
	writeFileSync(
		path.join(target, 'Pool.node.js'),
		"const { pool } = require('./pool');\nexports.Pool = class { constructor() { Object.assign(this, pool); } };\n",
	);
}

/** Starts the servers, and creates a workflow for each case. */
async function prepare(n8n: N8n, cases: Case[]): Promise<void> {
	await n8n.start();
	for (const delayMs of DELAYS_MS) {
		const server = await startServer('bare', delayMs);
		const known = await credentialFor(n8n, server);
		for (const count of COUNTS) {
			for (const way of WAYS) {
				const id = await importWorkflow(n8n.rest, workflow(way, count, server), known);
				cases.push({ way, count, delayMs, server, id, measured: [] });
			}
		}
	}
	await n8n.stop();
	cases.sort((a, b) => a.count - b.count);
}

async function main(): Promise<void> {
	const n8n = await N8n.prepare('2');
	installPool(n8n);
	const cases: Case[] = [];
	try {
		await prepare(n8n, cases);
		for (let round = 1; round <= ROUNDS; round++) {
			for (const each of cases) {
				// What failed takes long, and fails again.
				if (each.measured.some(({ outcome }) => outcome !== 'all sent')) continue;
				const measured = await measure(n8n, each);
				each.measured.push(measured);
				console.log(
					`round ${round}: ${each.way}, ${each.count} items, ${each.delayMs} ms: ${measured.seconds.toFixed(1)} s, ${measured.outcome}`,
				);
			}
		}
		report(cases);
	} finally {
		for (const { server } of cases) server.child.kill();
	}
}

const middle = ({ measured }: Case, pick: (each: Measured) => number) => median(measured.map(pick));

function report(cases: readonly Case[]): void {
	const rows = cases.map((each) => {
		const { way, count, delayMs, measured } = each;
		const isPool = (other: Case) =>
			other.way === 'pool' && other.count === count && other.delayMs === delayMs;
		const seconds = middle(each, (one) => one.seconds);
		const [pool] = cases.filter(isPool).map((other) => middle(other, (one) => one.seconds));
		return {
			way,
			items: count,
			delayMs,
			seconds,
			itemsPerSecond: count / seconds,
			connections: middle(each, (one) => one.connections),
			peakMb: middle(each, (one) => one.peakMb),
			speedOfPool: pool / seconds,
			outcome: measured.find(({ outcome }) => outcome !== 'all sent')?.outcome ?? 'all sent',
		};
	});
	console.log(scaleTable({ rows }));
	console.log(`The pool keeps at most ${CONCURRENCY} requests under way.`);
	if (!isWhole) return;
	const environment = {
		n8n: '2.41.0',
		date: new Date().toISOString().slice(0, 10),
		rounds: ROUNDS,
	};
	writeFileSync(FILE, `${JSON.stringify({ environment, rows }, null, '\t')}\n`);
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
