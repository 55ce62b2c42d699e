// A process that does one task after the other: it sends so many items in one of the ways, and tells what went wrong, if anything.
import { lastRunOf, outputsOf, runWorkflow } from '../harness/engine';
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

/** Sends the items; gives what went wrong, if anything. */
async function send(loaded: LoadedPackage, { way, count, url }: Task): Promise<string | undefined> {
	const custom = { environment: 'custom', eventsUrl: url, emailUrl: url };
	const bluecoreApi = { namespace: 'bluestore', ...custom, apiKey: way === 'emails' ? 'key' : '' };
	const rows = Array.from({ length: count }, (_, n) => row(n));
	const ended = await runWorkflow({
		workflow: pinned(rows, [WAYS[way]]),
		loaded,
		credentials: { bluecoreApi },
	});
	const sent = outputsOf(ended, 'Send').length;
	if (sent === count) return undefined;
	const error = ended.data.resultData.error ?? lastRunOf(ended, 'Send')?.error;
	return error?.message ?? `${sent} of ${count} items came out`;
}

async function main(): Promise<void> {
	const loaded = await loadPackage(ROOT);
	process.on('message', (task: Task) => {
		void send(loaded, task).then((error) => process.send?.({ error }));
	});
	process.send?.('loaded');
}

void main();
