// One measurement in a process of its own: sends so many events in one of the ways, and tells time, CPU time and memory.
import type { INodeType } from 'n8n-workflow';

import { lastRunOf, outputOf, startWorkflow } from '../harness/engine';
import { loadPackage } from '../harness/loadPackage';
import { ROOT } from '../harness/paths';
import { PARAMETERS, pool, row } from './pool';

export type Way = 'node' | 'pool';

export interface Measured {
	readonly seconds: number;
	readonly cpuSeconds: number;
	/** Peak of the whole process. */
	readonly peakMb: number;
	readonly error?: string;
}

async function measure(
	way: Way,
	count: number,
	url: string,
	options: Record<string, number>,
): Promise<Measured> {
	const loaded = await loadPackage(ROOT);
	const types: Record<Way, INodeType> = {
		node: loaded.nodeTypes['n8n-nodes-bluecore.bluecoreEvents'],
		pool,
	};
	const data = { namespace: 'bluestore', apiKey: '', environment: 'custom', eventsUrl: url };
	const run = async (items: number) => {
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
						parameters: { ...PARAMETERS, options: { ...options } },
						credentials: { bluecoreApi: { id: '1', name: 'Bluecore' } },
					},
				],
				connections: { Start: { main: [[{ node: 'Send', type: 'main', index: 0 }]] } },
			},
			nodeTypes: { bench: types[way] },
			credentials: { bluecoreApi: { type: loaded.credentialTypes.bluecoreApi, data } },
			start: { node: 'Start', items: Array.from({ length: items }, (_, n) => ({ json: row(n) })) },
		}).result;
	};
	await run(200);
	globalThis.gc?.();
	const cpu = process.cpuUsage();
	const began = performance.now();
	const ended = await run(count);
	const seconds = (performance.now() - began) / 1000;
	const { user, system } = process.cpuUsage(cpu);
	const sent = outputOf(ended, 'Send').length;
	const problem =
		ended.data.resultData.error?.message ?? lastRunOf(ended, 'Send')?.error?.message ?? undefined;
	return {
		seconds,
		cpuSeconds: (user + system) / 1e6,
		peakMb: process.resourceUsage().maxRSS / 1024,
		...(sent !== count && { error: problem ?? `${sent} of ${count} items came out` }),
	};
}

const [way, count, url, options = '{}'] = process.argv.slice(2);
measure(way as Way, Number(count), url, JSON.parse(options) as Record<string, number>).then(
	(measured) => {
		process.send?.(measured);
		process.exit(0);
	},
	(error: unknown) => {
		console.error(error);
		process.exit(1);
	},
);
