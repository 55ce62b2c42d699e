// In n8n itself, each run in a process of its own: our node, n8n's HTTP Request node and a bare pool send the same purchases. `npm run bench:scale`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import axios from 'axios';
import type { IDataObject } from 'n8n-workflow';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

import { createCredentials, importWorkflow } from '../harness/n8n/importWorkflow';
import { N8n } from '../harness/n8n/n8n';
import { node, sending, workflowOf } from '../harness/n8n/workflows';
import { scaleTable } from '../scripts/measuredTables';
import { CONCURRENCY, PARAMETERS } from './pool';
import { median, startServer, type Server } from './servers';
import { isWhole, rounds, sized } from './size';

const WAYS = ['node', 'node, 200 at once', 'pool', 'HTTP Request'] as const;
type Way = (typeof WAYS)[number];

const COUNTS = isWhole ? [1000, 5000, 20_000] : [sized(1000)];
const DELAYS_MS = isWhole ? [0, 50] : [0];
const ROUNDS = rounds(3);
const FILE = path.join(__dirname, 'scale.json');

interface Measured {
	readonly seconds: number;
	readonly peakMb: number;
	readonly connections: number;
	readonly outcome: string;
}

/** One way to send so many items to a server, in the workflow with this ID. */
interface Case {
	readonly way: Way;
	readonly count: number;
	readonly delayMs: number;
	readonly server: Server;
	readonly id: string;
	readonly measured: Measured[];
}

/** The node that sends, with the same expressions in all ways. */
function sender(way: Way, { url }: Server) {
	const { email, orderId, total, productsJson } = PARAMETERS as Record<string, string>;
	if (way === 'HTTP Request') {
		const inner = (expression: string) => expression.replace(/^=\{\{|\}\}$/g, '').trim();
		return node('Send', 'n8n-nodes-base.httpRequest', 4.2, {
			method: 'POST',
			url: `${url}/api/track/mobile/v1`,
			sendBody: true,
			specifyBody: 'json',
			jsonBody: `={{ { event: "purchase", properties: { token: "bluestore", distinct_id: ${inner(email)}, products: ${inner(productsJson)}, order_id: ${inner(orderId)}, total: ${inner(total)}, customer: { email: ${inner(email)} } } } }}`,
			options: {},
		});
	}
	const options = way === 'node, 200 at once' ? { maxConcurrency: 200 } : {};
	const ours = sending('Send', 'bluecoreEvents', { ...PARAMETERS, options });
	return way === 'pool' ? { ...ours, type: 'n8n-nodes-bench.pool' } : ours;
}

/** A workflow that fetches rows and sends them. */
const workflow = (way: Way, count: number, server: Server) =>
	workflowOf(`${way}, ${count}`, [
		node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
		node('Rows', 'n8n-nodes-base.httpRequest', 4.2, {
			url: `${server.url}/rows/${count}`,
			options: {},
		}),
		sender(way, server),
	]);

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

/** The highest resident memory of a process so far, in MB; 0 when it has ended. */
function peakMb(pid: number): number {
	try {
		const status = readFileSync(`/proc/${pid}/status`, 'utf8');
		return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
	} catch {
		return 0;
	}
}

interface NodeRun {
	readonly executionTime: number;
	readonly error?: { readonly message: string };
	readonly data?: { readonly main: IDataObject[][] };
}

async function measure(n8n: N8n, { id, count, server }: Case): Promise<Measured> {
	await axios.get(`${server.url}/connections`);
	const program = await n8n.launch('execute', [`--id=${id}`]);
	let peak = 0;
	while (!program.hasEnded) {
		peak = Math.max(peak, peakMb(program.pid));
		await pause(50);
	}
	const { data: connections } = await axios.get<number>(`${server.url}/connections`);
	const text = program.log;
	const json = text.slice(text.indexOf('{', text.indexOf('====')), text.lastIndexOf('\n}') + 2);
	const runs = (
		JSON.parse(json) as { data: { resultData: { runData: Record<string, NodeRun[]> } } }
	).data.resultData.runData;
	const [{ executionTime, error, data }] = runs.Send;
	const sent = data?.main[0].length ?? 0;
	return {
		seconds: executionTime / 1000,
		peakMb: peak,
		connections,
		outcome: error?.message ?? (sent === count ? 'all sent' : `${sent} of ${count} came out`),
	};
}

/** Starts the servers, and creates a workflow for each case. */
async function prepare(n8n: N8n, cases: Case[]): Promise<void> {
	await n8n.start();
	for (const delayMs of DELAYS_MS) {
		const server = await startServer('bare', delayMs);
		const known = await createCredentials(n8n.rest, {
			bluecoreApi: {
				namespace: 'bluestore',
				apiKey: '',
				environment: 'custom',
				eventsUrl: server.url,
			},
		});
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
	console.log(
		`The node and the pool keep at most ${CONCURRENCY} requests under way, unless it says otherwise.`,
	);
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
