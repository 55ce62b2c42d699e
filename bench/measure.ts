// A process that does one task after the other: it sends so many items in one of the ways.
import { runWorkflow } from '../harness/engine';
import { loadPackage, type LoadedPackage } from '../harness/loadPackage';
import { pinned, sending } from '../harness/n8n/workflows';
import { ROOT } from '../harness/paths';
import { row } from './rows';

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

async function send(loaded: LoadedPackage, { way, count, url }: Task): Promise<void> {
	const custom = { environment: 'custom', eventsUrl: url, emailUrl: url };
	const bluecoreApi = { namespace: 'bluestore', ...custom, apiKey: way === 'emails' ? 'key' : '' };
	const rows = Array.from({ length: count }, (_, n) => row(n));
	await runWorkflow({
		workflow: pinned(rows, [WAYS[way]]),
		loaded,
		credentials: { bluecoreApi },
	});
}

async function main(): Promise<void> {
	const loaded = await loadPackage(ROOT);
	process.on('message', (task: Task) => {
		void send(loaded, task).then(() => process.send?.('sent'));
	});
	process.send?.('loaded');
}

void main();
