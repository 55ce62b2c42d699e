import { readFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'csv-parse/sync';
import type { IDataObject, INodeExecutionData, IWorkflowBase } from 'n8n-workflow';

import type { Sandbox } from '../sandbox/bluecoreSandbox';

const read = (file: string) => readFileSync(path.join(__dirname, file), 'utf8');

export interface Example {
	readonly title: string;
	readonly file: string;
	readonly workflow: Pick<IWorkflowBase, 'name' | 'nodes' | 'connections' | 'pinData' | 'settings'>;
	/** Where it starts, unless at its first node with pinned data; the items, where they are not pinned. */
	readonly start?: { readonly node: string; readonly items?: INodeExecutionData[] };
	/** The file of the example that runs before it, because it reads what that one has sent. */
	readonly after?: string;
	/** Why it runs only in a whole n8n, not in its engine alone. */
	readonly needsN8n?: string;
	/** What must come of it. */
	readonly expected: {
		readonly events: number;
		readonly emails: number;
		/** The messages of the Developer API that are sent: emails and text messages. */
		readonly messages?: number;
		/** How many of the emails and messages do not arrive. */
		readonly undelivered?: number;
		/** How many changes of customers and subscriptions are made by the Developer API. */
		readonly changes?: number;
		readonly refused: number;
		readonly heldBack: number;
	};
}

/** The rows of the file as n8n's Extract From File gives them: one item a row, every value a text. */
function customers(): INodeExecutionData[] {
	const rows = parse<IDataObject>(read('data/customers.csv'), { columns: true });
	return rows.map((json) => ({ json }));
}

/** The file of an example, and the workflow in it. */
const from = (file: string) => ({ file, workflow: JSON.parse(read(file)) as Example['workflow'] });

export const EXAMPLES: readonly Example[] = [
	{
		title: 'A Shopify order: purchase, confirmation, delivery',
		...from('order-webhook.json'),
		expected: { events: 1, emails: 1, refused: 0, heldBack: 0 },
	},
	{
		title: 'A customers CSV of 500 rows: create or update, bad rows apart',
		...from('customers-csv.json'),
		start: { node: 'Read CSV', items: customers() },
		expected: { events: 494, emails: 0, refused: 6, heldBack: 0 },
	},
	{
		title: 'One day of shop events: each kind, in order',
		...from('shop-day.json'),
		expected: { events: 120, emails: 0, refused: 0, heldBack: 0 },
	},
	{
		title: 'Tracking messages of Segment: what they mean to Bluecore, with consent',
		...from('tracking-segment.json'),
		expected: { events: 11, emails: 0, refused: 0, heldBack: 3 },
	},
	{
		title: 'Tracking messages of RudderStack',
		...from('tracking-rudderstack.json'),
		expected: { events: 11, emails: 0, refused: 0, heldBack: 1 },
	},
	{
		title: 'Tracking events of GA4',
		...from('tracking-ga4.json'),
		expected: { events: 10, emails: 0, refused: 0, heldBack: 2 },
	},
	{
		title: 'Nightly customers from Postgres: create or update, bad rows in a report',
		...from('customers-nightly.json'),
		start: { node: 'Every Night' },
		expected: { events: 4, emails: 0, refused: 2, heldBack: 0 },
	},
	{
		title: 'Only what changed: nightly customers by fingerprint',
		...from('only-changed.json'),
		start: { node: 'Every Night' },
		expected: { events: 2, emails: 0, refused: 1, heldBack: 0 },
	},
	{
		title: 'Changed customers: what fails is kept',
		...from('failed-again.json'),
		expected: { events: 2, emails: 0, refused: 1, heldBack: 0 },
	},
	{
		title: 'Every hour: what failed is tried again',
		...from('failed-again.json'),
		start: { node: 'Every Hour' },
		after: 'failed-again.json',
		expected: { events: 0, emails: 0, refused: 1, heldBack: 0 },
	},
	{
		title: 'A million customers in parts: one part, bad rows in a table',
		...from('million.json'),
		start: { node: 'Every 2 Seconds' },
		expected: { events: 4, emails: 0, refused: 2, heldBack: 0 },
	},
	{
		title: 'Two years of orders as an import file',
		...from('orders-import-file.json'),
		start: { node: 'Start' },
		expected: { events: 0, emails: 0, refused: 2, heldBack: 0 },
	},
	{
		title: 'A list of opt-outs as a file',
		...from('opt-outs-file.json'),
		start: { node: 'Start' },
		expected: { events: 0, emails: 0, refused: 1, heldBack: 0 },
	},
	{
		title: "Abandoned cart: the shop's cart events",
		...from('abandoned-cart.json'),
		expected: { events: 5, emails: 0, refused: 1, heldBack: 0 },
	},
	{
		title: 'A sign-up: opt-in, welcome email, an alert for one that bounces',
		...from('welcome-email.json'),
		expected: { events: 2, emails: 2, undelivered: 1, refused: 0, heldBack: 0 },
	},
	{
		title: 'Unsubscribes one by one, from a preference center',
		...from('unsubscribe-sync.json'),
		start: { node: 'Preference Center' },
		expected: { events: 1, emails: 0, refused: 0, heldBack: 0 },
	},
	{
		title: 'Unsubscribes by list, every night',
		...from('unsubscribe-sync.json'),
		start: { node: 'Every Night' },
		expected: { events: 3, emails: 0, refused: 1, heldBack: 0 },
	},
	{
		title: 'A WooCommerce order: purchase',
		...from('order-woocommerce.json'),
		expected: { events: 1, emails: 0, refused: 0, heldBack: 0 },
	},
	{
		title: 'Did they arrive? Customers read back and compared',
		...from('did-they-arrive.json'),
		start: { node: 'Every Morning' },
		after: 'customers-nightly.json',
		expected: { events: 0, emails: 0, refused: 2, heldBack: 0 },
	},
	{
		title: 'Order messages by email and SMS, each exactly once',
		...from('order-messages.json'),
		expected: {
			events: 0,
			emails: 0,
			messages: 3,
			undelivered: 1,
			changes: 1,
			refused: 0,
			heldBack: 0,
		},
	},
	{
		title: 'An SMS sign-up with double opt-in, which the customer confirms',
		...from('sms-double-opt-in.json'),
		expected: { events: 0, emails: 0, changes: 2, refused: 0, heldBack: 0 },
	},
	{
		title: 'Consents of an earlier system, with their dates',
		...from('consent-migration.json'),
		start: { node: 'Start' },
		after: 'unsubscribe-sync.json',
		expected: { events: 0, emails: 0, changes: 4, refused: 3, heldBack: 0 },
	},
	{
		title: 'An AI agent with Bluecore as its tools',
		...from('ai-agent.json'),
		needsN8n: 'an agent, a chat and a model are not part of n8n-core',
		expected: { events: 0, emails: 0, messages: 1, refused: 0, heldBack: 0 },
	},
	{
		title: 'Bluecore as an MCP server',
		...from('mcp-server.json'),
		needsN8n: 'an MCP server is not part of n8n-core',
		expected: { events: 0, emails: 0, messages: 1, changes: 1, refused: 0, heldBack: 0 },
	},
];

/** Those that run in n8n's engine alone. */
export const IN_PROCESS = EXAMPLES.filter(({ needsN8n }) => needsN8n === undefined);

/** The first example of a file. */
export function exampleIn(file: string): Example {
	const found = EXAMPLES.find((example) => example.file === file);
	if (!found) throw new Error(`There is no example ${file}`);
	return found;
}

/** Has customers confirm their sign-ups by SMS before anybody reads their subscriptions. */
export function confirmSignUps(sandbox: Sandbox): void {
	sandbox.interceptor = ({ api, method, who }) => {
		if (api === 'eligibility' && method === 'GET') sandbox.confirmSubscriptions(who);
		return undefined;
	};
}

/** The calls that Bluecore refused or whose events it dropped. That it does not have what was asked for is an answer. */
export const lostCalls = ({ state }: Sandbox): unknown[] =>
	state.calls.filter(
		({ verdict, method, status }) =>
			verdict === 'dropped' || (verdict === 'refused' && !(method === 'GET' && status === 404)),
	);

/** What Bluecore would have got; of the messages of the Developer API not those that ask for a confirmation, and of its calls those that have changed something. */
export const arrivedAt = ({ state }: Sandbox) => ({
	events: state.events,
	emails: [...state.emails.values()],
	messages: [...state.messages.values()].filter(({ text }) => text === undefined),
	changes: state.calls.filter(
		({ api, verdict, method }) =>
			['customers', 'eligibility'].includes(api) && verdict === 'accepted' && method === 'POST',
	),
});
