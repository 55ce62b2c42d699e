import { readFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'csv-parse/sync';
import type { IDataObject, INodeExecutionData, IWorkflowBase } from 'n8n-workflow';

const FOLDER = path.join(__dirname, '..', 'examples');

const read = (file: string) => readFileSync(path.join(FOLDER, file), 'utf8');

export interface Example {
	readonly title: string;
	readonly workflow: Pick<IWorkflowBase, 'name' | 'nodes' | 'connections' | 'pinData' | 'settings'>;
	/** What an outside service would bring in, where it is not pinned in the workflow. */
	readonly start?: { readonly node: string; readonly items: INodeExecutionData[] };
	/** What must come of it. */
	readonly expected: {
		readonly events: number;
		readonly emails: number;
		readonly refused: number;
		readonly heldBack: number;
	};
}

/** The rows of the file as n8n's Extract From File gives them: one item a row, every value a text. */
function customers(): INodeExecutionData[] {
	const rows = parse<IDataObject>(read('data/customers.csv'), { columns: true });
	return rows.map((json) => ({ json }));
}

const workflow = (file: string) => JSON.parse(read(file)) as Example['workflow'];

export const EXAMPLES: readonly Example[] = [
	{
		title: 'A Shopify order: purchase, confirmation, delivery',
		workflow: workflow('order-webhook.json'),
		expected: { events: 1, emails: 1, refused: 0, heldBack: 0 },
	},
	{
		title: 'A customers CSV of 500 rows: create or update, bad rows apart',
		workflow: workflow('customers-csv.json'),
		start: { node: 'Read CSV', items: customers() },
		expected: { events: 494, emails: 0, refused: 6, heldBack: 0 },
	},
	{
		title: 'One day of shop events: each kind, in order',
		workflow: workflow('shop-day.json'),
		expected: { events: 120, emails: 0, refused: 0, heldBack: 0 },
	},
	{
		title: 'Tracking messages of Segment: what they mean to Bluecore, with consent',
		workflow: workflow('tracking-segment.json'),
		expected: { events: 11, emails: 0, refused: 0, heldBack: 3 },
	},
	{
		title: 'Tracking messages of RudderStack',
		workflow: workflow('tracking-rudderstack.json'),
		expected: { events: 11, emails: 0, refused: 0, heldBack: 1 },
	},
	{
		title: 'Tracking events of GA4',
		workflow: workflow('tracking-ga4.json'),
		expected: { events: 10, emails: 0, refused: 0, heldBack: 2 },
	},
];
