import type { INode, INodeCredentials } from 'n8n-workflow';

import { exampleIn } from '../../examples';
import { importWorkflow } from './importWorkflow';
import { until } from './program';
import type { QueueServices } from './queue';
import type { Rest } from './rest';

/** What a run of the recipe changes in it. */
export interface MillionSettings {
	readonly rowsPerPart: number;
	/** How many runs send at a time. */
	readonly runs: number;
	/** How long a part stays with a run that does not end. */
	readonly leaseSeconds: number;
	/** Another node that sends. */
	readonly sender?: INode;
}

export const SENDER = 'Create or Update Customer';

/** The recipe with other numbers, and without Slack. */
function millionWorkflow(settings: MillionSettings) {
	const { rowsPerPart, runs, leaseSeconds, sender } = settings;
	const { workflow } = exampleIn('million.json');
	const changes: ReadonlyArray<readonly [from: string, to: string]> = [
		['/ 2000.0', `/ ${rowsPerPart}.0`],
		['now()) < 4', `now()) < ${runs}`],
		["'11 minutes'", `'${leaseSeconds} seconds'`],
		['"executionTimeout":600', `"executionTimeout":${leaseSeconds - 2}`],
	];
	const text = changes.reduce((before, [from, to]) => {
		if (!before.includes(from)) throw new Error(`The recipe has no ${from}`);
		return before.replace(from, to);
	}, JSON.stringify(workflow));
	const { nodes, ...rest } = JSON.parse(text) as typeof workflow;
	const changed = nodes.map((each) => ({
		...each,
		...(each.name === SENDER && sender),
		// Its items pass through it.
		disabled: each.name === 'Tell the CRM Team',
	}));
	return { ...rest, nodes: changed };
}

/** Imports the recipe, and has it cut the table into parts; gives its ID. They are sent once it is activated. */
export async function cutTable(
	rest: Rest,
	known: INodeCredentials,
	settings: MillionSettings,
): Promise<string> {
	const id = await importWorkflow(rest, millionWorkflow(settings), known);
	await rest.runByHand(id, 'Start');
	await until('the table is cut', async () =>
		(await rest.executions(id)).some(({ status }) => status === 'success'),
	);
	return id;
}

/** Which rows no node accepts: those without an email, and those whose email is none. */
export const isBadRow = (id: number) => id % 100 >= 98;

/** Makes a table of so many customers. Every tenth row is a second one of the customer before, whose email is in capitals; `points` is the number of the row. */
export function createCustomers(services: QueueServices, rows: number): void {
	services.query(`
		DROP TABLE IF EXISTS customers, bluecore_parts, bluecore_refused;
		CREATE TABLE customers AS
		SELECT n AS id,
			CASE
				WHEN n % 100 = 98 THEN NULL
				WHEN n % 100 = 99 THEN 'c' || n || '@example'
				WHEN n % 10 = 1 THEN 'C' || n - 1 || '@EXAMPLE.COM'
				ELSE 'c' || n || '@example.com'
			END AS email,
			'Jane' AS first_name, 'Doe ' || n AS last_name, 'Portland' AS city, 'gold' AS loyalty_tier, n AS points
		FROM generate_series(0, ${rows - 1}) AS n`);
}

/** Waits until a run has reported that all parts are done. */
export async function untilReported(services: QueueServices, seconds: number): Promise<void> {
	const counts = () =>
		services.query('SELECT count(*), count(done_at), count(reported_at) FROM bluecore_parts')[0];
	await until(
		() => `all parts are reported: parts, done, reported: ${counts().join(', ')}`,
		() => {
			const [parts, , reported] = counts();
			return parts !== '0' && parts === reported;
		},
		seconds,
		500,
	);
}
