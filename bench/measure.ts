// A process that measures one task after the other: sends so many items in one of the ways, and tells how long it took.
import { lastRunOf, outputOf, startWorkflow } from '../harness/engine';
import { loadPackage, type LoadedPackage } from '../harness/loadPackage';
import { pinned, sending } from '../harness/n8n/workflows';
import { ROOT } from '../harness/paths';
import { CUSTOMER, EMAIL, PURCHASE, row } from './pool';

/** What is sent. */
const WAYS = {
	purchase: sending('Send', 'bluecoreEvents', PURCHASE),
	customer: sending('Send', 'bluecoreEvents', CUSTOMER),
	email: sending('Send', 'bluecoreEmail', EMAIL),
};
export type Way = keyof typeof WAYS;

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

async function measure(
	{ nodeTypes, credentialTypes }: LoadedPackage,
	{ way, count, url, options = {}, namespace = 'bluestore' }: Task,
): Promise<Measured> {
	const custom = { namespace, environment: 'custom', eventsUrl: url, emailUrl: url };
	const data = { ...custom, apiKey: way === 'email' ? 'key' : '' };
	const rows = Array.from({ length: count }, (_, n) => row(n));
	const send = { ...WAYS[way], parameters: { ...WAYS[way].parameters, options } };
	const began = performance.now();
	const ended = await startWorkflow({
		workflow: pinned(rows, [send]),
		nodeTypes,
		credentials: { bluecoreApi: { type: credentialTypes.bluecoreApi, data } },
	}).result;
	const seconds = (performance.now() - began) / 1000;
	const sent = outputOf(ended, 'Send').length;
	const problem = ended.data.resultData.error?.message ?? lastRunOf(ended, 'Send')?.error?.message;
	const error = problem ?? `${sent} of ${count} items came out`;
	return { seconds, ...(sent !== count && { error }) };
}

function fail(error: unknown): void {
	console.error(error);
	process.exit(1);
}

loadPackage(ROOT).then((loaded) => {
	process.on('message', (task: Task) => {
		measure(loaded, task).then((measured) => process.send?.(measured), fail);
	});
	process.send?.('loaded');
}, fail);
