// A process that measures one task after the other: sends so many items in one of the ways, and tells how long it took.
import { lastRunOf, outputOf, runWorkflow } from '../harness/engine';
import { loadPackage, type LoadedPackage } from '../harness/loadPackage';
import { pinned, sending } from '../harness/n8n/workflows';
import { ROOT } from '../harness/paths';
import { row } from './pool';

const assigned = (name: string, type: string) => ({
	assignments: [{ id: 'a1', name, type, value: `={{ $json.${name} }}` }],
});

/** What is sent, as a workflow maps it from a row. */
const WAYS = {
	events: sending('Send', 'bluecoreEvents', {
		operation: 'customer_patch',
		email: '={{ $json.email }}',
		customerAttributes: { first_name: '={{ $json.first_name }}', city: '={{ $json.city }}' },
		customAttributes: assigned('points', 'number'),
	}),
	emails: sending('Send', 'bluecoreEmail', {
		operation: 'send',
		campaignId: '34545238545',
		email: '={{ $json.email }}',
		templateAttributes: assigned('order_id', 'string'),
	}),
};
export type Way = keyof typeof WAYS;

export interface Task {
	readonly way: Way;
	readonly count: number;
	readonly url: string;
}

export interface Measured {
	readonly seconds: number;
	readonly error?: string;
}

async function measure(loaded: LoadedPackage, { way, count, url }: Task): Promise<Measured> {
	const custom = { environment: 'custom', eventsUrl: url, emailUrl: url };
	const bluecoreApi = { namespace: 'bluestore', ...custom, apiKey: way === 'emails' ? 'key' : '' };
	const rows = Array.from({ length: count }, (_, n) => row(n));
	const began = performance.now();
	const ended = await runWorkflow({
		workflow: pinned(rows, [WAYS[way]]),
		loaded,
		credentials: { bluecoreApi },
	});
	const seconds = (performance.now() - began) / 1000;
	const sent = outputOf(ended, 'Send').length;
	const problem = ended.data.resultData.error?.message ?? lastRunOf(ended, 'Send')?.error?.message;
	const error = problem ?? `${sent} of ${count} items came out`;
	return { seconds, ...(sent !== count && { error }) };
}

async function main(): Promise<void> {
	const loaded = await loadPackage(ROOT);
	process.on('message', (task: Task) => {
		void measure(loaded, task).then((measured) => process.send?.(measured));
	});
	process.send?.('loaded');
}

void main();
