import { createHmac } from 'node:crypto';

import type { IDataObject, INodeExecutionData, IPinData } from 'n8n-workflow';

import { exampleIn } from '../../examples';
import { credentialsOf } from '../../harness/credentials';
import { outputsOf, runWorkflow } from '../../harness/engine';
import type { FaultEffect } from '../../sandbox/faults/faultEffect';
import { LOADED } from '../support/nodes';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';
import { SHOP_ORDERS } from '../support/shopOrders';
import { casesOf } from '../support/table';

const sandbox = useSandbox();

/**
 * Runs a recipe with items of its first node, or of `start`. Only what is given is pinned, so that every node does its work.
 * `staticData` is what n8n keeps from run to run.
 */
function runnerOf(
	file: string,
	start?: string,
	staticData: IDataObject = {},
	pinData: IPinData = {},
) {
	const { workflow } = exampleIn(file);
	const node = start ?? workflow.nodes[0].name;
	return async (...items: INodeExecutionData[]) => {
		const ended = await runWorkflow({
			workflow: { ...workflow, pinData },
			start: { node, items },
			loaded: LOADED,
			credentials: credentialsOf(sandbox, NAMESPACE, API_KEY),
			staticData,
		});
		expect(ended.data.resultData.error).toBeUndefined();
		return (name: string) => outputsOf(ended, name).map(({ json }) => json);
	};
}

/** The secret with which a recipe checks the signature of the shop. */
const secretOf = (file: string) =>
	exampleIn(file).workflow.nodes.find(({ type }) => type.endsWith('.crypto'))?.parameters
		.secret as string;

/** What a Webhook node outputs for a call of the shop. */
function callOf(file: string, header: string, body: unknown, secret = secretOf(file)) {
	const raw = Buffer.from(JSON.stringify(body));
	const signature = createHmac('sha256', secret).update(raw).digest('base64');
	return {
		json: { headers: { [header]: signature }, params: {}, query: {}, body } as IDataObject,
		binary: { data: { data: raw.toString('base64'), mimeType: 'application/json' } },
	};
}

/** One text of this kind, or none. */
const matching = (text?: RegExp): unknown[] => (text ? [expect.stringMatching(text)] : []);

/** Runs something while Bluecore refuses everything. */
async function whileRefused<T>(run: () => Promise<T>): Promise<T> {
	sandbox.interceptor = () => ({ status: 403 });
	const ended = await run();
	sandbox.interceptor = undefined;
	return ended;
}

/** The city of the customer of each event. */
const cities = () =>
	sandbox.state.events.map(({ properties }) => (properties.customer as IDataObject).city);

interface Came {
	readonly events?: number;
	readonly emails?: number;
	/** The reason for which it was held back. */
	readonly reason?: RegExp;
	/** What is told in Slack. */
	readonly told?: RegExp;
}

/** What came of these runs together: how many events and emails, the reasons, and what was told. */
function outcomeOf(...runs: ReadonlyArray<(name: string) => IDataObject[]>): unknown[] {
	const all = (name: string) => runs.flatMap((of) => of(name));
	const reasons = all('Held Back, With the Reason').map(({ reason }) => reason);
	const told = all('Tell the Shop Team').map(({ text }) => text);
	return [sandbox.state.events.length, sandbox.state.emails.size, reasons, told];
}
const expected = ({ events = 0, emails = 0, reason, told }: Came): unknown[] => [
	...[events, emails, matching(reason), matching(told)],
];

describe('a Shopify order', () => {
	const FILE = 'order-webhook.json';
	const HEADER = 'x-shopify-hmac-sha256';
	const { shopify } = SHOP_ORDERS;
	const [line] = shopify.line_items;
	const run = runnerOf(FILE);

	const nobody = { email: '', contact_email: null, customer: null };
	const card = { ...line, gift_card: true, title: 'Gift Card' };
	const withoutSku = { ...line, sku: null, title: 'Belt' };
	const bouncing = { contact_email: 'bounce.roe@example.com' };
	const letters = { note: 'Größe „M“ 😀', customer: { first_name: 'Łukasz' } };
	const SENT = { events: 1, emails: 1 };
	const NO_SKU = /^Order #8: No product of the order has a SKU/;
	const BOUNCED = /^Order #10: the confirmation did not arrive: Bounce/;
	test.each<[string, changes: IDataObject, came: Came]>([
		['is recorded and confirmed', {}, SENT],
		['without an email', { id: 4, ...nobody }, { reason: /^No email/ }],
		['for a test, with an ID beyond 2^53', { id: 2 ** 59, test: true }, { reason: /^Test order/ }],
		['with a gift card, and without a SKU', { id: 7, line_items: [line, card, withoutSku] }, SENT],
		['without any SKU', { id: 8, name: '#8', line_items: [withoutSku] }, { told: NO_SKU }],
		['that bounces', { id: 10, name: '#10', ...bouncing }, { ...SENT, told: BOUNCED }],
		['with other letters', { id: 11, ...letters }, SENT],
	])('%s', async (_name, changes, came) => {
		const of = await run(callOf(FILE, HEADER, { ...shopify, ...changes }));
		expect(outcomeOf(of)).toEqual(expected(came));
	});

	test('that is delivered twice is confirmed once', async () => {
		const runAgain = runnerOf(FILE);
		const call = callOf(FILE, HEADER, shopify);
		await runAgain(call);
		const of = await runAgain(call);
		expect(of('From Our Shop?')).toHaveLength(1);
		expect(of('Not Sent Before')).toEqual([]);
		expect([sandbox.state.events.length, sandbox.state.emails.size]).toEqual([1, 1]);
	});

	test.each<[string, api: string, effect: FaultEffect, emails: number]>([
		['whose purchase was refused is recorded and confirmed', 'events', { status: 403 }, 1],
		['whose confirmation was refused is confirmed', 'send', { status: 404 }, 1],
		['whose confirmation may have arrived is not confirmed again', 'send', { drop: 'after' }, 1],
	])('that comes again, and %s', async (_name, api, effect, emails) => {
		const runAgain = runnerOf(FILE);
		const call = callOf(FILE, HEADER, shopify);
		sandbox.interceptor = (each) => (each.api === api ? effect : undefined);
		await runAgain(call);
		sandbox.interceptor = undefined;
		await runAgain(call);
		expect(sandbox.state.events.length).toBeGreaterThan(0);
		expect(sandbox.state.emails.size).toBe(emails);
	});

	test.each<[string, INodeExecutionData]>([
		['another signature', callOf(FILE, HEADER, { ...shopify, id: 20 }, 'guessed')],
		['no signature', callOf(FILE, 'x-other', { ...shopify, id: 21 })],
	])('from somebody else, with %s, goes nowhere', async (_name, call) => {
		const of = await run(call);
		expect(of('Calls of Others')).toHaveLength(1);
		expect(sandbox.state.calls).toEqual([]);
	});
});

describe('a WooCommerce order', () => {
	const FILE = 'order-woocommerce.json';
	const HEADER = 'x-wc-webhook-signature';
	const order = SHOP_ORDERS.woocommerce;
	const [line] = order.line_items;
	const run = runnerOf(FILE);

	const paidLater = ['pending', 'processing', 'processing', 'completed'];
	const NOT_PAID = /^Not paid: status is pending$/;
	const withoutSku = { id: 2, line_items: [{ ...line, sku: '' }] };
	const deleted = { id: 3, number: '3', line_items: [{ ...line, product_id: 0 }] };
	const NO_ID = /^Order 3: No product of the order has a product ID \(product_id\): line 1/;
	/** Its calls one after another, and what came of all of them. */
	test.each<[string, calls: IDataObject[], came: Came]>([
		[
			'that is paid later, and changes then, is recorded once',
			paidLater.map((status) => ({ status })),
			{ events: 1, reason: NOT_PAID },
		],
		['without SKUs', [withoutSku], { events: 1 }],
		['with a deleted product', [deleted], { told: NO_ID }],
	])('%s', async (_name, calls, came) => {
		const runs: Array<Awaited<ReturnType<typeof run>>> = [];
		for (const changes of calls) {
			runs.push(await run(callOf(FILE, HEADER, { ...order, ...changes })));
		}
		expect(outcomeOf(...runs)).toEqual(expected(came));
	});

	test('that failed is recorded when it comes again', async () => {
		const call = callOf(FILE, HEADER, { ...order, id: 20 });
		const failed = await whileRefused(async () => await run(call));
		expect(failed('Tell the Shop Team')).toHaveLength(1);
		const sent = await run(call);
		expect([sent('Recorded?').length, sandbox.state.events.length]).toEqual([1, 1]);
	});

	test('and the call that tests the webhook, which has no signature, goes nowhere', async () => {
		const of = await run({ json: { headers: {}, body: { webhook_id: '3' } } });
		expect(of('Calls of Others')).toHaveLength(1);
	});
});

describe('a cart event', () => {
	const run = runnerOf('abandoned-cart.json');
	const item = { sku: 'SKU1', name: 'Jacket', price: 79.9, quantity: 1 };
	const added = {
		...{ event_id: 'e1', event: 'cart.item_added', occurred_at: '2026-11-20T09:10:00Z' },
		...{ email: 'jane@example.com', item },
	};

	test.each<[string, IDataObject, came: Came]>([
		['is sent', {}, { events: 1 }],
		['that comes again is not', {}, {}],
		['with a number as an ID', { event_id: 'e3', item: { ...item, sku: 1001 } }, { events: 1 }],
		['without an ID of its own', { event_id: undefined }, { events: 1 }],
		['that the shop does not name so', { event_id: 'e4', event: 'cart.viewed' }, {}],
		[
			'of nobody',
			{ event_id: 'e5', email: null },
			{ told: /^cart\.item_added at 2026-11-20T09:10:00Z: Email or Distinct ID is required/ },
		],
		['without a product', { event_id: 'e7', item: null }, { told: /Product 1 has no ID/ }],
	])('%s', async (_name, changes, came) => {
		const of = await run({ json: { headers: {}, body: { ...added, ...changes } } });
		expect(outcomeOf(of)).toEqual(expected(came));
	});

	test('that failed is sent when it comes again, and then no more', async () => {
		const runAgain = runnerOf('abandoned-cart.json');
		const call = { json: { body: added } };
		const failed = await whileRefused(async () => await runAgain(call));
		expect(failed('Tell the Shop Team')).toHaveLength(1);
		for (let n = 0; n < 2; n++) await runAgain(call);
		expect(sandbox.state.events).toHaveLength(1);
	});
});

describe('what failed is tried again', () => {
	const FILE = 'failed-again.json';
	const changed = (id: string, city: string, email = 'jane@example.com') => ({
		json: { body: { id, email, first_name: 'Jane', city } },
	});
	/** The runs of the workflow's two triggers, and what it keeps. */
	function recipe() {
		const kept: IDataObject = {};
		const run = runnerOf(FILE, undefined, kept);
		const everyHour = runnerOf(FILE, 'Every Hour', kept);
		const rows = () => ((kept.global as IDataObject | undefined)?.rows ?? []) as IDataObject[];
		return { run, everyHour: async () => await everyHour({ json: {} }), rows };
	}

	test('a customer is kept with the reason, tried again each hour, and no longer kept when accepted', async () => {
		const { run, everyHour, rows } = recipe();
		await whileRefused(async () => {
			await run(changed('1', 'Rome'));
			await everyHour();
		});
		const reason = expect.stringContaining('did not accept the Namespace') as unknown;
		const attributes = '{"first_name":"Jane","city":"Rome"}';
		expect(rows()).toEqual([
			{
				...{ customer_id: '1', email: 'jane@example.com', attributes, reason, told: false },
				createdAt: expect.any(String) as unknown,
			},
		]);
		for (let n = 0; n < 2; n++) await everyHour();
		expect([cities(), rows()]).toEqual([['Rome'], []]);
	});

	test('of two changes the newer one is kept', async () => {
		const { run, everyHour } = recipe();
		await whileRefused(async () => {
			await run(changed('1', 'Rome'));
			await run(changed('1', 'Oslo'));
		});
		await everyHour();
		expect(cities()).toEqual(['Oslo']);
	});

	test('a newer change that is accepted takes the older one out', async () => {
		const { run, everyHour, rows } = recipe();
		await whileRefused(async () => await run(changed('1', 'Rome')));
		await run(changed('1', 'Oslo'));
		await everyHour();
		expect([cities(), rows()]).toEqual([['Oslo'], []]);
	});

	test('somebody is told after a day, once', async () => {
		const { run, everyHour, rows } = recipe();
		await run(changed('1', 'Rome', 'jane@example'), changed('2', 'Oslo', 'joe@example'));
		const soon = await everyHour();
		for (const row of rows()) row.createdAt = new Date(Date.now() - 25 * 3_600_000).toISOString();
		const late = await everyHour();
		const later = await everyHour();
		const told = [soon, late, later].map((of) => of('Tell the CRM Team').map(({ text }) => text));
		expect(told).toEqual([
			[],
			[
				'Customers that Bluecore has not accepted for more than a day: 2. The first: jane@example: Email is not an email address: "jane@example" [item 0]',
			],
			[],
		]);
		expect(rows().map((row) => row.told)).toEqual([true, true]);
	});
});

describe('only what changed', () => {
	const jane = { customer_id: '1', email: 'jane@example.com', city: 'Rome' };
	const joe = { customer_id: '2', email: 'joe@example.com', city: 'Oslo' };

	test('a customer is sent when new and after each change, also back to an earlier state', async () => {
		const kept: IDataObject = {};
		const nights: unknown[] = [];
		for (const city of ['Rome', 'Rome', 'Bonn', 'Rome', 'Rome']) {
			await nightOf([{ ...jane, city }, joe], kept);
			nights.push(cities());
			sandbox.reset();
		}
		expect(nights).toEqual([['Rome', 'Oslo'], [], ['Bonn'], ['Rome'], []]);
	});

	test('a customer that is not accepted is told of, and tried again the next night', async () => {
		const kept: IDataObject = {};
		const of = await whileRefused(async () => await nightOf([jane, joe], kept));
		expect(of('Tell the CRM Team')).toEqual([
			{ text: expect.stringMatching(/last night: 2\. The first: jane@example\.com: /) as unknown },
		]);
		await nightOf([jane, joe], kept);
		expect(sandbox.state.events).toHaveLength(2);
	});

	/** A night in which the database has these rows. */
	async function nightOf(rows: IDataObject[], kept: IDataObject) {
		const run = runnerOf('only-changed.json', 'Every Night', kept, {
			'All Customers': rows.map((json) => ({ json })),
		});
		return await run({ json: {} });
	}
});

describe('a file of customers', () => {
	const run = runnerOf('customers-csv.json');
	const fileOf = (data: Buffer | string, separator?: string, encoding?: string) => ({
		json: { 'Columns Are Separated By': separator, Encoding: encoding },
		binary: { Customers: { data: Buffer.from(data).toString('base64'), mimeType: 'text/csv' } },
	});
	const HEAD = 'Email,First Name,City';
	const BOM = '\ufeff';
	const jane = { email: 'jane@example.com', first_name: 'Jane', city: 'Köln' };
	const JANE = 'jane@example.com,Jane,Köln';
	const latin1 = Buffer.from(`${HEAD}\r\n${JANE}`.replaceAll(',', ';'), 'latin1');
	const utf16 = Buffer.from(`${BOM}${HEAD}\n${JANE}`.replaceAll(',', '\t'), 'utf16le');

	const came = async (file: INodeExecutionData) => {
		const of = await run(file);
		const customers = sandbox.state.events.map(({ properties }) => properties.customer);
		return [customers, ...of('Report').map((json) => json['What Is Wrong'])];
	};

	test.each<[string, INodeExecutionData]>([
		['of Excel, with a mark at the beginning', fileOf(`${BOM}${HEAD}\r\n${JANE}\r\n`)],
		['of Excel in Europe', fileOf(latin1, 'Semicolon', 'Windows (Latin 1)')],
		['saved as Unicode text', fileOf(utf16, 'Tab', 'Unicode text (UTF-16)')],
	])('%s', async (_name, file) => expect(await came(file)).toEqual([[jane]]));

	const SENT = JSON.stringify([jane]);
	test.each(
		casesOf<[string, csv: string, customers: IDataObject[], ...wrong: string[]]>(`
			with quotes, separators and line breaks | "${HEAD}\\njane@example.com,\\"Jane \\"\\"JJ\\"\\", Dr.\\",\\"Köln\\nDeutz\\"" | [{"email": "jane@example.com", "first_name": "Jane \\"JJ\\", Dr.", "city": "Köln\\nDeutz"}]
			with rows that have too few or too many columns | "${HEAD}\\nshort@example.com\\n${JANE}\\na,b,c,d" | ${SENT} | 2 of the lines were not read, because they have too few or too many columns.
			with empty lines, cells and columns without a name | "${HEAD},\\n\\n${JANE},\\njoe@example.com,,,\\n\\n" | ${SENT} | Customer Attributes must contain at least one attribute
			with customers without an email, or with none that can be | "${HEAD}\\n,Joe,Rom\\nnone,Ann,Rom\\n${JANE}" | ${SENT} | Email or Distinct ID is required | Email is not an email address: "none"
			with columns that Bluecore must not get, and booleans | "Customer ID,Email,Accepts Marketing,Internal Notes\\n7,jane@example.com,TRUE,grumpy" | [{"email": "jane@example.com", "accepts_marketing": true}]
		`),
	)('%s', async (_name, csv, customers, ...wrong) => {
		const reasons = wrong.map((text) => expect.stringContaining(text) as unknown);
		expect(await came(fileOf(csv))).toEqual([customers, ...reasons]);
	});

	test('the report names customers whatever the columns are called, and has the warnings of what was sent', async () => {
		const rows = 'Jane Doe,jane@example.com,02/03/1934\nJoe Bloggs,joe,';
		const of = await run(fileOf(`full_name,Email,Born\n${rows}`));
		const report = of('Report').map((row) => Object.values(row));
		expect(report).toEqual([
			[2, 'Jane Doe jane@example.com', expect.stringContaining('born "02/03/1934"'), ''],
			[
				...[3, 'Joe Bloggs joe', 'Email is not an email address: "joe"'],
				expect.stringMatching(/./),
			],
		]);
		const columns = ['Row', 'Customer', 'What Is Wrong', 'What to Do'];
		expect(Object.keys(of('Report')[0])).toEqual(columns);
	});
});

describe('the customers of a night', () => {
	const run = runnerOf('customers-nightly.json', 'Changed Customers');
	const row = { customer_id: 1, email: 'jane@example.com', first_name: 'Jane', points: 12 };

	test('a customer is created or updated, without what the database does not have or nests', async () => {
		const of = await run({ json: { ...row, city: null, vip: false, address: { city: 'Rome' } } });
		expect(sandbox.state.events.map(({ properties }) => properties.customer)).toEqual([
			{ email: 'jane@example.com', first_name: 'Jane', points: 12, vip: false },
		]);
		expect(of('Tell the CRM Team')).toEqual([]);
	});

	test('a customer without an email is told of', async () => {
		const of = await run({ json: { ...row, email: null } });
		expect(sandbox.state.events).toEqual([]);
		const text = expect.stringMatching(
			/^Customers that were not sent to Bluecore last night: 1\. The first: .*Email or Distinct ID/,
		) as string;
		expect(of('Tell the CRM Team')).toEqual([{ text }]);
	});
});
