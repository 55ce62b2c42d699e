// In n8n itself, each run in a process of its own: our node and n8n's HTTP Request node send the same purchases. `npm run bench:scale`.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import type { IRun } from 'n8n-workflow';

import { lastRunOf, outputsOf } from '../harness/engine';
import { createCredentials, importWorkflow } from '../harness/n8n/importWorkflow';
import { N8n } from '../harness/n8n/n8n';
import { node, sending, workflowOf } from '../harness/n8n/workflows';
import { scaleTable, SENT, WAYS, type ScaleRow } from '../scripts/measuredTables';
import { PURCHASE } from './rows';
import { startServer, type Server } from './servers';

/** Set, so many items alone are sent once: to show that the benchmark runs, and nothing is written. */
const FEW = Number(process.env.BENCH_ITEMS ?? 0);
const COUNTS = FEW ? [FEW] : [1000, 5000, 20_000];
const DELAYS_MS = FEW ? [0] : [0, 50];
const ROUNDS = FEW ? 1 : Number(process.env.BENCH_ROUNDS ?? 3);
const FILE = path.join(__dirname, 'scale.json');

type Measured = Pick<ScaleRow, 'seconds' | 'peakMb' | 'connections' | 'outcome'>;

/** One way to send so many items to a server, in the workflow with this ID. */
interface Case extends Pick<ScaleRow, 'way' | 'items' | 'delayMs'> {
	readonly server: Server;
	readonly id: string;
	readonly measured: Measured[];
}

const readsEarlier = (way: string) => way.endsWith('earlier fields');
/** Fields as they are dragged in from a node before the last one. */
const EARLIER_PURCHASE = JSON.parse(
	JSON.stringify(PURCHASE).replaceAll('$json', "$('Rows').item.json"),
) as typeof PURCHASE;

/** The node that sends, with the same expressions in all ways. */
function sender(way: string, { url }: Server) {
	const purchase = readsEarlier(way) ? EARLIER_PURCHASE : PURCHASE;
	if (!way.startsWith('HTTP Request')) return sending('Send', 'bluecoreEvents', purchase);
	const [email, orderId, total, products] = (
		['email', 'orderId', 'total', 'productsJson'] as const
	).map((field) => purchase[field].replace(/^=\{\{|\}\}$/g, '').trim());
	return node('Send', 'n8n-nodes-base.httpRequest', 4.2, {
		method: 'POST',
		url: `${url}/api/track/mobile/v1`,
		sendBody: true,
		specifyBody: 'json',
		jsonBody: `={{ { event: "purchase", properties: { token: "bluestore", distinct_id: ${email}, products: ${products}, order_id: ${orderId}, total: ${total}, customer: { email: ${email} } } } }}`,
		options: {},
	});
}

/** A node that keeps nothing of the rows. */
const note = node('Note', 'n8n-nodes-base.set', 3.4, {
	assignments: { assignments: [{ id: '1', name: 'note', type: 'string', value: 'x' }] },
	options: {},
});

/** A workflow that fetches rows and sends them. */
const workflow = (way: string, count: number, server: Server) =>
	workflowOf(`${way}, ${count}`, [
		node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
		node('Rows', 'n8n-nodes-base.httpRequest', 4.2, {
			url: `${server.url}/rows/${count}`,
			options: {},
		}),
		...(readsEarlier(way) ? [note] : []),
		sender(way, server),
	]);

/** Starts the servers, and creates a workflow for each case. */
async function prepare(n8n: N8n, cases: Case[]): Promise<void> {
	await n8n.start();
	for (const delayMs of DELAYS_MS) {
		const server = await startServer({ delayMs });
		const custom = { environment: 'custom', eventsUrl: server.url };
		const known = await createCredentials(n8n.rest, {
			bluecoreApi: { namespace: 'bluestore', apiKey: '', ...custom },
		});
		for (const items of COUNTS) {
			for (const way of Object.keys(WAYS)) {
				const id = await importWorkflow(n8n.rest, workflow(way, items, server), known);
				cases.push({ way, items, delayMs, server, id, measured: [] });
			}
		}
	}
	await n8n.stop();
	cases.sort((a, b) => a.items - b.items);
}

/** Runs a case in a process of its own. */
async function measure(n8n: N8n, { id, items, server }: Case): Promise<Measured> {
	await server.seen();
	const program = await n8n.launch('execute', [`--id=${id}`]);
	let peak = 0;
	while (!program.hasEnded) {
		peak = Math.max(peak, program.peakMb);
		await pause(50);
	}
	const { connections } = await server.seen();
	const text = program.log;
	const run = JSON.parse(
		text.slice(text.indexOf('{', text.indexOf('====')), text.lastIndexOf('\n}') + 2),
	) as IRun;
	const sent = outputsOf(run, 'Send').length;
	const { executionTime = 0, error } = lastRunOf(run, 'Send') ?? {};
	const outcome = error?.message ?? (sent === items ? SENT : `${sent} of ${items} came out`);
	return { seconds: executionTime / 1000, peakMb: peak, connections, outcome };
}

async function main(): Promise<void> {
	const n8n = await N8n.prepare('2');
	const cases: Case[] = [];
	try {
		await prepare(n8n, cases);
		for (let round = 1; round <= ROUNDS; round++) {
			for (const each of cases) {
				const { way, items, delayMs, measured } = each;
				// What failed takes long, and fails again.
				if (measured.some(({ outcome }) => outcome !== SENT)) continue;
				const result = await measure(n8n, each);
				measured.push(result);
				console.log(
					`round ${round}: ${way}, ${items} items, ${delayMs} ms: ${result.seconds.toFixed(1)} s, ${result.outcome}`,
				);
			}
		}
		report(cases);
	} finally {
		for (const { server } of cases) server.stop();
	}
}

/** Prints the medians, and keeps them. */
function report(cases: readonly Case[]): void {
	const middle = ({ measured }: Case, field: 'seconds' | 'connections' | 'peakMb') =>
		measured.map((each) => each[field]).sort((a, b) => a - b)[Math.floor(measured.length / 2)];
	const rows = cases.map((each): ScaleRow => {
		const { way, items, delayMs, measured } = each;
		const seconds = middle(each, 'seconds');
		return {
			...{ way, items, delayMs, seconds },
			itemsPerSecond: items / seconds,
			connections: middle(each, 'connections'),
			peakMb: middle(each, 'peakMb'),
			outcome: measured.find(({ outcome }) => outcome !== SENT)?.outcome ?? SENT,
		};
	});
	console.log(scaleTable(rows));
	if (FEW) return;
	const date = new Date().toISOString().slice(0, 10);
	const environment = { n8n: '2.41.0', date, rounds: ROUNDS };
	writeFileSync(FILE, `${JSON.stringify({ environment, rows }, null, '\t')}\n`);
}

void main();
