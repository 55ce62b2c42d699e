// A process that measures one task after the other: sends so many items in one of the ways, and tells how long it took.
import type { IDataObject, INodeType } from 'n8n-workflow';

import { lastRunOf, outputOf, startWorkflow } from '../harness/engine';
import { loadPackage, type LoadedPackage } from '../harness/loadPackage';
import { ROOT } from '../harness/paths';
import { CUSTOMER, EMAIL, PARAMETERS, row } from './pool';

/** Purchases, customers, emails. */
export type Way = 'node' | 'patch' | 'email';

export interface Task {
	readonly way: Way;
	readonly count: number;
	readonly url: string;
	readonly options?: Readonly<Record<string, number>>;
	/** The node learns anew what an account takes. */
	readonly namespace?: string;
}

export interface Measured {
	readonly seconds: number;
	readonly error?: string;
}

interface Sender {
	readonly type: INodeType;
	readonly parameters: IDataObject;
}

function sendersOf({ nodeTypes }: LoadedPackage): Readonly<Record<Way, Sender>> {
	const events = nodeTypes['n8n-nodes-bluecore.bluecoreEvents'];
	return {
		node: { type: events, parameters: PARAMETERS },
		patch: { type: events, parameters: { operation: 'customer_patch', ...CUSTOMER } },
		email: { type: nodeTypes['n8n-nodes-bluecore.bluecoreEmail'], parameters: EMAIL },
	};
}

async function measure(
	loaded: LoadedPackage,
	{ way, count, url, options = {}, namespace = 'bluestore' }: Task,
): Promise<Measured> {
	const { type, parameters } = sendersOf(loaded)[way];
	const custom = { namespace, environment: 'custom' };
	const data = { ...custom, apiKey: way === 'email' ? 'key' : '', eventsUrl: url, emailUrl: url };
	const credentials = { bluecoreApi: { type: loaded.credentialTypes.bluecoreApi, data } };
	const run = async () => {
		const common = { typeVersion: 1, position: [0, 0] as [number, number] };
		return await startWorkflow({
			workflow: {
				nodes: [
					{
						...common,
						id: '1',
						name: 'Start',
						type: 'n8n-nodes-base.manualTrigger',
						parameters: {},
					},
					{
						...common,
						id: '2',
						name: 'Send',
						type: 'bench',
						parameters: { ...parameters, options: { ...options } },
						credentials: { bluecoreApi: { id: '1', name: 'Bluecore' } },
					},
				],
				connections: { Start: { main: [[{ node: 'Send', type: 'main', index: 0 }]] } },
			},
			nodeTypes: { bench: type },
			credentials,
			start: { node: 'Start', items: Array.from({ length: count }, (_, n) => ({ json: row(n) })) },
		}).result;
	};
	const began = performance.now();
	const ended = await run();
	const seconds = (performance.now() - began) / 1000;
	const sent = outputOf(ended, 'Send').length;
	const problem = ended.data.resultData.error?.message ?? lastRunOf(ended, 'Send')?.error?.message;
	return {
		seconds,
		...(sent !== count && { error: problem ?? `${sent} of ${count} items came out` }),
	};
}

async function main(): Promise<void> {
	const loaded = await loadPackage(ROOT);
	process.on('message', (task: Task) => {
		measure(loaded, task).then((measured) => process.send?.(measured), fail);
	});
	process.send?.('loaded');
}

function fail(error: unknown): void {
	console.error(error);
	process.exit(1);
}

main().catch(fail);
