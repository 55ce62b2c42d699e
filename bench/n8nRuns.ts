// Runs in n8n itself, each in a process of its own: our node, a bare pool or n8n's HTTP Request node sends purchases.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import axios from 'axios';
import type { IDataObject } from 'n8n-workflow';

import { createCredentials } from '../harness/n8n/importWorkflow';
import type { N8n } from '../harness/n8n/n8n';
import { node, sending, workflowOf } from '../harness/n8n/workflows';
import { PARAMETERS } from './pool';
import type { Server } from './servers';

export const WAYS = [
	'node',
	'node, earlier fields',
	'pool',
	'HTTP Request',
	'HTTP Request, earlier fields',
] as const;
export type Way = (typeof WAYS)[number];

export interface Measured {
	readonly seconds: number;
	readonly peakMb: number;
	readonly connections: number;
	readonly outcome: string;
}

/** Fields as they are dragged in from a node before the last one. */
const EARLIER_PARAMETERS = JSON.parse(
	JSON.stringify(PARAMETERS).replaceAll('$json', "$('Rows').item.json"),
) as IDataObject;

const readsEarlier = (way: Way) => way.endsWith('earlier fields');

/** The node that sends, with the same expressions in all ways. */
function sender(way: Way, { url }: Server) {
	const parameters = readsEarlier(way) ? EARLIER_PARAMETERS : PARAMETERS;
	const { email, orderId, total, productsJson } = parameters as Record<string, string>;
	if (way.startsWith('HTTP Request')) {
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
	const ours = sending('Send', 'bluecoreEvents', parameters);
	return way === 'pool' ? { ...ours, type: 'n8n-nodes-bench.pool' } : ours;
}

/** A node that keeps nothing of the rows. */
const note = node('Note', 'n8n-nodes-base.set', 3.4, {
	assignments: { assignments: [{ id: '1', name: 'note', type: 'string', value: 'x' }] },
	options: {},
});

/** A workflow that fetches rows and sends them. */
export const workflow = (way: Way, count: number, server: Server) =>
	workflowOf(`${way}, ${count}`, [
		node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
		node('Rows', 'n8n-nodes-base.httpRequest', 4.2, {
			url: `${server.url}/rows/${count}`,
			options: {},
		}),
		...(readsEarlier(way) ? [note] : []),
		sender(way, server),
	]);

/** The credential of our node for a server. */
export const credentialFor = async ({ rest }: N8n, { url }: Server) =>
	await createCredentials(rest, {
		bluecoreApi: { namespace: 'bluestore', apiKey: '', environment: 'custom', eventsUrl: url },
	});

/** The highest resident memory of a process so far, in MB; 0 when it has ended. */
export function peakMb(pid: number): number {
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

/** Runs the workflow with this ID, which sends so many items to the server. */
export async function measure(
	n8n: N8n,
	{ id, count, server }: { readonly id: string; readonly count: number; readonly server: Server },
	env: Readonly<Record<string, string>> = {},
): Promise<Measured> {
	await axios.get(`${server.url}/connections`);
	const program = await n8n.launch('execute', [`--id=${id}`], env);
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
