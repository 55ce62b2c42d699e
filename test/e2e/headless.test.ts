import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { NodeHelpers, type IDataObject, type INode, type INodeTypeDescription } from 'n8n-workflow';

import {
	arrivedAt,
	confirmSignUps,
	exampleIn,
	EXAMPLES,
	IN_PROCESS,
	lostCalls,
	type Example,
} from '../../examples';
import { credentialsOf } from '../../harness/credentials';
import { createCredentials, importWorkflow } from '../../harness/n8n/importWorkflow';
import { LINES, N8n } from '../../harness/n8n/n8n';
import { stopAll, until } from '../../harness/n8n/program';
import { http, type Execution } from '../../harness/n8n/rest';
import { node, sending, splitOut, webhook, workflowOf } from '../../harness/n8n/workflows';
import { ROOT } from '../../harness/paths';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';
import { OpenAiStandIn } from './support/openAi';
import { SftpStandIn } from './support/sftp';
import { SHOP_URL, ShopStandIn } from './support/shop';
import { post } from './support/webhooks';

const sandbox = useSandbox();
afterAll(stopAll);

/** A workflow that takes items by a webhook and sends them with one of our nodes. */
function workflow(
	name: string,
	parameters: IDataObject,
	more: {
		onError?: INode['onError'];
		settings?: IDataObject;
		answer?: 'onReceived' | 'lastNode';
		between?: Array<ReturnType<typeof node>>;
	} = {},
) {
	const { onError, settings, answer, between = [] } = more;
	const { nodes, connections } = workflowOf(name, [
		webhook(name, answer),
		splitOut('Rows', 'body.rows'),
		...between,
		{ ...sending('Bluecore', 'bluecoreEvents', parameters), ...(onError && { onError }) },
	]);
	return { name, settings: { executionOrder: 'v1', ...settings }, nodes, connections };
}

const SEARCH = {
	operation: 'search',
	email: '={{ $json.email }}',
	searchTerm: '={{ $json.term }}',
};
const SLOW = { ...SEARCH, options: { maxConcurrency: 5 } };
/** Fields as they are dragged in: bare references, which the nodes follow without n8n. */
const vip = (value: string) => ({
	customAttributes: { assignments: [{ id: '1', name: 'vip', type: 'boolean', value }] },
});
const PURCHASE: IDataObject = {
	operation: 'purchase',
	email: '={{ $json.email }}',
	orderId: '={{ $json.order["id"] }}',
	total: '={{ $json.order.total }}',
	productsInput: 'json',
	productsJson: '={{ $json.order.products }}',
	customerAttributes: { city: '={{ $json.city }}', zip: '={{ $json.zip }}' },
	...vip('={{ $json.vip }}'),
	options: { validateOnly: true, includePayload: true },
};

/** The same from a node before the last one, in all forms that the nodes follow. */
const EARLIER: IDataObject = {
	...PURCHASE,
	email: "={{ $('Rows').item.json.email }}",
	orderId: '=A-{{ $(\'Rows\').item.json.order["id"] }}-{{ $itemIndex }}',
	total: "={{ $('Rows').item.json.order.total }}",
	productsJson: "={{ $('Rows').item.json.order.products }}",
	customerAttributes: {
		city: "={{ $('Rows').first().json.city }}",
		zip: "=US {{ $('Rows').last().json.zip }}",
	},
	...vip("={{ $('Rows').all()[0].json.vip }}"),
};

/** The same, such that n8n has to evaluate them all. */
const evaluated = (parameters: IDataObject): IDataObject =>
	JSON.parse(
		JSON.stringify(parameters).replace(/\{\{ (\$[^}]+) \}\}/g, '{{ ($1) }}'),
	) as IDataObject;

/**
 * Pinned data is for runs by hand only. For a webhook that is called, what it brings comes in its body, and what Slack
 * would answer comes from a node in its place. What waits does so for a second, and files are really uploaded.
 */
function withoutServices(example: Example['workflow']): Example['workflow'] {
	const { pinData = {} } = example;
	const nodes = example.nodes.map((each) => {
		const { name, type, parameters, position } = each;
		if (type === 'n8n-nodes-base.wait') {
			return { ...each, parameters: { ...parameters, amount: 1, unit: 'seconds' } };
		}
		if (type !== 'n8n-nodes-base.slack') return each;
		const jsonOutput = JSON.stringify(pinData[name][0].json);
		const answer = { mode: 'raw', jsonOutput, options: {} };
		return { ...node(name, 'n8n-nodes-base.set', 3.4, answer), position };
	});
	const pinned = Object.entries(pinData).filter(([name]) => name !== 'Upload to Bluecore');
	return { ...example, nodes, pinData: Object.fromEntries(pinned) };
}

/** The header with the signature of a call, for an example that checks it. */
function signatureOf({ workflow: { nodes } }: Example, { headers, body }: IDataObject) {
	const signs = nodes.find(({ type }) => type.endsWith('.crypto'));
	const header = Object.keys(headers as IDataObject).find((name) => /hmac|signature/.test(name));
	if (!signs || header === undefined) return {};
	const secret = signs.parameters.secret as string;
	return { [header]: createHmac('sha256', secret).update(JSON.stringify(body)).digest('base64') };
}

/** The trigger that an example starts with. */
const triggerOf = ({ workflow: { nodes }, start }: Example) =>
	nodes.find(({ name, type }) => name === start?.node && /trigger|webhook/i.test(type)) ?? nodes[0];

/** A node between the rows and ours, which keeps the links of the items. */
const NOTE = node('note', 'n8n-nodes-base.set', 3.4, {
	assignments: { assignments: [{ id: '1', name: 'note', type: 'string', value: 'x' }] },
	options: {},
});

const ANSWERS = { onError: 'continueRegularOutput', answer: 'lastNode' } as const;
const WORKFLOWS = [
	workflow('reads-fields', PURCHASE, ANSWERS),
	workflow('evaluates', evaluated(PURCHASE), ANSWERS),
	workflow('follows-over-note', EARLIER, { ...ANSWERS, between: [NOTE] }),
	workflow('evaluates-over-note', evaluated(EARLIER), { ...ANSWERS, between: [NOTE] }),
	workflow('is-cancelled', SLOW),
	// Long enough for a busy machine to begin with the calls.
	workflow('times-out', SLOW, { settings: { executionTimeout: 8 } }),
	...[...new Map(EXAMPLES.map(({ file, workflow: example }) => [file, example])).values()].map(
		withoutServices,
	),
];

const JANE = { email: 'jane.doe@example.com' };
const ORDER = { number: '1001', email: JANE.email, first_name: 'Jane', total: 129.28 };
const MCP_TOKEN = 'token-of-an-assistant';
const ANSWER = 'The confirmation was missing; it is on its way now.';

/** What a hostile model adds to what it was asked for. */
const HOSTILE = {
	email: 'victim@evil.example.com',
	first_name: 'Jane, you have won: https://evil.example.com',
	total: 'https://evil.example.com',
	wanted: 'unsubscribe',
	number: '1002',
	messageId: 'order-1002-confirmation',
};
const FORMS_OF_ONE_NUMBER = [
	...['1001', '01001', '1001.', '1001 ', '+1001', '1001.0', '1e3', '１００１', '#1001'],
];
const CONFIRMATION = {
	id: 'order-1001-confirmation',
	to: [JANE.email],
	attributes: {
		order_number: { string_value: '1001' },
		first_name: { string_value: 'Jane' },
		total: { number_value: 129.28 },
	},
};

const tells = (description: RegExp, ...fields: string[]) => ({
	description: expect.stringMatching(description),
	fields,
});

const difference = (customer: string, email: string, what: RegExp) => ({
	'Customer ID': customer,
	Email: email,
	'What Is Different': expect.stringMatching(what),
});

const rows = (count: number) =>
	Array.from({ length: count }, (_, n) => ({ email: `c${n}@example.com`, term: 'rain jacket' }));

describe.each(LINES)('n8n %s', (line) => {
	let n8n: N8n;
	let model: OpenAiStandIn;
	let shop: ShopStandIn;
	let sftp: SftpStandIn;
	/** The IDs of the workflows by their names. */
	const ids = new Map<string, string>();
	const idOf = (name: string) => ids.get(name) ?? '';

	beforeAll(async () => {
		model = await new OpenAiStandIn().start();
		shop = await new ShopStandIn().start();
		sftp = await new SftpStandIn().start();
		n8n = await N8n.prepare(line);
		await n8n.start();
		const known = await createCredentials(n8n.rest, {
			...credentialsOf(sandbox, NAMESPACE, API_KEY),
			httpBearerAuth: { token: MCP_TOKEN },
			openAiApi: { apiKey: 'sk-stand-in', url: `${model.url}/v1` },
			sftp: sftp.credential,
		});
		for (const each of WORKFLOWS) {
			const here = JSON.stringify(each).replaceAll(SHOP_URL, shop.url);
			const id = await importWorkflow(n8n.rest, JSON.parse(here) as typeof each, known);
			ids.set(each.name, id);
			const starts = /\.(webhook|formTrigger|mcpTrigger|executeWorkflowTrigger)$/;
			if (each.nodes.some(({ type }) => starts.test(type))) await n8n.rest.activate(id);
		}
	}, 300_000);

	beforeEach(() => {
		shop.orders = [ORDER];
	});

	afterAll(async () => {
		await model.stop();
		await shop.stop();
		await n8n.stop();
		await sftp.stop();
	});

	const call = async (hook: string, body: unknown, headers?: Record<string, string>) =>
		await post<unknown>(`${n8n.url}/webhook/${hook}`, body, headers);

	const executions = async (name: string) => await n8n.rest.executions(idOf(name));

	/** Waits until all executions of a workflow have ended; gives how. */
	async function ends(name: string, count: number): Promise<string[]> {
		let statuses: string[] = [];
		const isUnderWay = (status: string) => ['new', 'running', 'waiting'].includes(status);
		await until(`${count} executions of ${name} have ended`, async () => {
			statuses = (await executions(name)).map(({ status }) => status);
			return statuses.length >= count && !statuses.some(isUnderWay);
		});
		return statuses;
	}

	/** What n8n tells its editor of all nodes or credentials. */
	async function typesOf<T extends { name: string }>(kind: 'nodes' | 'credentials'): Promise<T[]> {
		const headers = { cookie: `${n8n.rest.cookie.name}=${n8n.rest.cookie.value}` };
		return (await http.get<T[]>(`${n8n.url}/types/${kind}.json`, { headers })).data;
	}

	test("our nodes and the credential are there, and n8n-workflow is n8n's own", async () => {
		const ours = async (kind: 'nodes' | 'credentials') => {
			const names = (await typesOf(kind)).map(({ name }) => name);
			return [...new Set(names.filter((name) => /bluecore/i.test(name)))].sort();
		};
		const types = ['bluecore', 'bluecoreEmail', 'bluecoreEvents'];
		const nodes = types.flatMap((type) => [type, `${type}Tool`]).sort();
		expect(await ours('nodes')).toEqual(nodes.map((name) => `n8n-nodes-bluecore.${name}`));
		expect(await ours('credentials')).toEqual(['bluecoreApi', 'bluecoreOAuth2Api']);
		// There is no other copy that the nodes could have loaded.
		const installed = path.join(n8n.folder, '.n8n', 'nodes', 'node_modules');
		expect(readdirSync(installed).filter((name) => !name.startsWith('.'))).toEqual([
			'n8n-nodes-bluecore',
		]);
	});

	test('this n8n has every node of the examples in its version, and finds nothing to fix in it', async () => {
		const types = await typesOf<INodeTypeDescription>('nodes');
		const problemOf = (each: INode) => {
			const type = types.find(
				({ name, version }) => name === each.type && [version].flat().includes(each.typeVersion),
			);
			if (!type) return `no version ${each.typeVersion}`;
			const { properties } = type;
			const { parameters } = each;
			const all = NodeHelpers.getNodeParameters(properties, parameters, true, false, each, type);
			const complete = { ...each, parameters: all ?? {} };
			const issues = NodeHelpers.getNodeParametersIssues(properties, complete, type)?.parameters;
			// The user creates the table, and chooses it.
			const other = Object.entries(issues ?? {}).filter(([name]) => name !== 'dataTableId');
			return other.length > 0 ? other : undefined;
		};
		const problems = EXAMPLES.flatMap(({ file, workflow: { nodes } }) =>
			nodes.map((each) => [file, each.name, problemOf(each)]),
		);
		expect(problems.filter(([, , problem]) => problem !== undefined)).toEqual([]);
	});

	/** Calls the webhook of an example with each of the calls that are pinned; gives their number. */
	async function deliver(example: Example): Promise<number> {
		const { name, parameters } = triggerOf(example);
		const deliveries = example.workflow.pinData?.[name] ?? [];
		const before = (await executions(example.workflow.name)).length;
		for (const [n, { json }] of deliveries.entries()) {
			await call(parameters.path as string, json.body, signatureOf(example, json));
			// One after another, so that each finds what the one before has remembered.
			await ends(example.workflow.name, before + n + 1);
		}
		return deliveries.length;
	}

	/** Runs an example as its trigger does, and waits until it has ended; gives how its executions have. */
	async function runExample(example: Example): Promise<string[]> {
		const { workflow: ran } = example;
		const trigger = triggerOf(example);
		const before = (await executions(ran.name)).length;
		let count = 1;
		if (trigger.type.endsWith('.webhook')) {
			count = await deliver(example);
		} else if (trigger.type.endsWith('.formTrigger')) {
			const form = new FormData();
			const csv = readFileSync(path.join(ROOT, 'examples/data/customers.csv'));
			form.append('field-0', new Blob([csv], { type: 'text/csv' }), 'customers.csv');
			const url = `${n8n.url}/form/${String(trigger.webhookId)}`;
			await post(url, form);
			// n8n shows this text of the page in the place of the form when it is submitted.
			const { data: page } = await http.get<string>(url);
			expect(page).toMatch(/The file has arrived\. Rows that cannot be sent .* are in the report/);
		} else {
			await n8n.rest.runByHand(idOf(ran.name), trigger.name);
		}
		return (await ends(ran.name, before + count)).slice(0, count);
	}

	test.each(IN_PROCESS)('runs the example: $title', async (example) => {
		const { workflow: ran, expected, after } = example;
		confirmSignUps(sandbox);
		if (after !== undefined) await runExample(exampleIn(after));
		const { length: before } = sandbox.state.events;
		const statuses = await runExample(example);
		expect(statuses).toEqual(statuses.map(() => 'success'));
		const { messages = 0, changes = 0 } = expected;
		const { events, ...others } = arrivedAt(sandbox);
		expect(events).toHaveLength(before + expected.events);
		const counts = Object.values(others).map(({ length }) => length);
		expect(counts).toEqual([expected.emails, messages, changes]);
		expect(lostCalls(sandbox)).toEqual([]);
		const [{ id: last }] = await executions(ran.name);
		const isFile = ({ name, type }: INode) => name === 'Report' && type.endsWith('.convertToFile');
		const makesReport = expected.refused > 0 && ran.nodes.some(isFile);
		expect(await n8n.rest.outputOf(last, 'Report')).toHaveLength(makesReport ? 1 : 0);
	});

	test("n8n's Compare Datasets finds who is not there, who is different, and who could not be read", async () => {
		const arrivals = exampleIn('did-they-arrive.json');
		await runExample(exampleIn(arrivals.after ?? ''));
		await runExample(arrivals);
		const [{ id }] = await executions(arrivals.workflow.name);
		expect(await n8n.rest.outputOf(id, 'All Differences')).toEqual([
			difference('1007', 'tina.test@example.com', /^Bluecore does not have this customer$/),
			difference('1004', 'richard.miles@example.com', /^loyalty_tier is "silver", but "" in/),
			difference('1003', 'mary.major@example', /^Not read back: Email is not an email address/),
			{ ...difference('1005', '', /^Not read back: Email or Phone is required/), Email: null },
		]);
		expect(await n8n.rest.outputOf(id, 'Arrived')).toHaveLength(3);
	});

	test.each([
		['orders-import-file.json', /^\/import\/store_purchasedata_\d{4}-\d\d-\d\d\.csv$/],
		['opt-outs-file.json', /^\/import\/store_unsubscribes_\d{4}-\d\d-\d\d\.csv$/],
	])('%s uploads a file by SFTP of which Bluecore takes every row', async (file, name) => {
		sftp.files.clear();
		await runExample(exampleIn(file));
		const [[uploaded, csv]] = sftp.files;
		expect(uploaded).toMatch(name);
		const address = `${sandbox.url}/sandbox/imports/${path.posix.basename(uploaded)}`;
		const headers = { 'content-type': 'text/csv' };
		const { data } = await http.post<unknown>(address, csv, { headers });
		expect(data).toEqual({ rows: 3, accepted: 3, problems: [] });
	});

	test("n8n's data table knows what was accepted: an order that comes again is not sent again", async () => {
		const order = exampleIn('order-webhook.json');
		await deliver(order);
		const { calls } = sandbox.state.totals;
		await deliver(order);
		expect(sandbox.state.totals.calls).toBe(calls);
		const [{ id }] = await executions(order.workflow.name);
		expect(await n8n.rest.outputOf(id, 'From Our Shop?')).toHaveLength(1);
		expect(await n8n.rest.outputOf(id, 'Not Sent Before')).toEqual([]);
	});

	test("n8n's data table keeps what failed, until a later hour sends it", async () => {
		const { workflow: ran } = exampleIn('failed-again.json');
		const everyHour = async () => {
			const before = (await executions(ran.name)).length;
			await n8n.rest.runByHand(idOf(ran.name), 'Every Hour');
			await ends(ran.name, before + 1);
			return sandbox.state.events.filter(({ properties }) => properties.distinct_id === JANE.email);
		};
		const before = (await executions(ran.name)).length;
		sandbox.interceptor = () => ({ status: 403 });
		await call('customer-changed', { id: '2001', email: JANE.email, city: 'Rome' });
		await ends(ran.name, before + 1);
		expect(await everyHour()).toEqual([]);
		sandbox.interceptor = undefined;
		const sent = [expect.objectContaining({ event: 'customer_patch' })];
		expect(await everyHour()).toEqual(sent);
		expect(await everyHour()).toEqual(sent);
	});

	test('an email that is not delivered is told of in Slack, one that is delivered is not', async () => {
		const welcome = exampleIn('welcome-email.json');
		const count = await deliver(welcome);
		const told: number[] = [];
		for (const { id } of (await executions(welcome.workflow.name)).slice(0, count)) {
			told.push((await n8n.rest.outputOf(id, 'Tell the CRM Team')).length);
		}
		// The newest first: the second of the two sign-ups bounces.
		expect(told).toEqual([1, 0]);
	});

	describe('whether we follow its reference or n8n evaluates it,', () => {
		const order = { id: 7, total: '59.90', products: [{ id: 'SHIRT-M', price: 39.9 }] };
		const whole = { email: 'jane@example.com', order, city: 'Portland', zip: '', vip: true };
		const without = { email: whole.email, city: whole.city };
		const given = [
			whole,
			without,
			{ ...whole, vip: null, zip: 97201, city: ['a'] },
			{ ...whole, vip: 'yes', order: { ...order, products: '[{"id":"x"}]', total: null } },
			{ ...whole, email: ' Jane@Example.com ', order: { ...order, products: {}, id: null } },
			{ ...whole, order: 'A-1' },
			{},
		];

		const customer = { city: 'Portland', zip: 'US', vip: true };
		const OVER_NOTE = ['follows-over-note', 'evaluates-over-note'];
		test.each<[string, string[], IDataObject]>([
			['', ['reads-fields', 'evaluates'], { order_id: '7' }],
			[' of an earlier node', OVER_NOTE, { order_id: 'A-7-0', customer }],
		])('a field%s reads the same', async (_of, [follows, evaluates], more) => {
			const rows = [...given, whole];
			const followed = await call(follows, { rows });
			const sent = { valid: true, payload: { properties: { total: 59.9, ...more } } };
			expect(followed).toMatchObject([sent, ...given.map(() => ({}))]);
			expect(await call(evaluates, { rows })).toEqual(followed);
		});
	});

	/** Starts a long run, ends it in a way, and gives how many calls came in a second after that and later. */
	async function callsAfter(name: string, end: (execution: string) => Promise<void>) {
		sandbox.interceptor = () => ({ delayMs: 300 });
		await call(name, { rows: rows(600) });
		await until('calls come in', () => sandbox.state.totals.calls >= 10);
		const [execution] = await executions(name);
		await end(execution.id);
		await pause(1000);
		const soon = sandbox.state.totals.calls;
		await pause(2500);
		return { soon, later: sandbox.state.totals.calls, statuses: await ends(name, 1) };
	}

	test('a cancelled run stops sending within a second', async () => {
		const { soon, later, statuses } = await callsAfter(
			'is-cancelled',
			async (execution) => await n8n.rest.call('post', `/executions/${execution}/stop`),
		);
		expect(later).toBe(soon);
		expect(statuses).toEqual(['canceled']);
	});

	test('a run that takes too long stops sending within a second', async () => {
		const { soon, later, statuses } = await callsAfter('times-out', async () => await pause(8000));
		expect(later).toBe(soon);
		expect(later).toBeLessThan(200);
		expect(statuses).toEqual(['canceled']);
	});

	/** What Bluecore has of each message. */
	const confirmations = () =>
		[...sandbox.state.messages.values()].map(
			({ id, identifiers: to, customer_attributes: attributes }) => ({ id, to, attributes }),
		);

	describe('an AI agent with our nodes as its tools', () => {
		const agent = exampleIn('ai-agent.json');
		let execution: Execution;

		beforeEach(async () => {
			const given = { order_number: '1001' };
			model.begin([
				{ tool: 'Check_Order_Confirmation', given },
				{ tool: 'Send_Order_Confirmation', given: { ...given, ...HOSTILE } },
				{ says: ANSWER },
			]);
			const { name } = agent.workflow;
			const before = (await executions(name)).length;
			await n8n.rest.runByHand(idOf(name), 'Chat With the Staff');
			await until('the agent has answered', () => model.requests.length === 3);
			await ends(name, before + 1);
			execution = (await executions(name))[(await executions(name)).length - before - 1];
		});

		test('an agent finds out that a confirmation is missing, and sends it to the address in the order', async () => {
			expect(execution.status).toBe('success');
			expect(await n8n.rest.outputOf(execution.id, 'Order Assistant')).toEqual([
				{ output: ANSWER },
			]);
			expect(confirmations()).toEqual([CONFIRMATION]);
			const { messages } = agent.expected;
			expect(sandbox.state.totals).toMatchObject({ messages, events: 0, emails: 0, dropped: 0 });
		});

		test('the model is told what the tools are for, and may fill in only the number of an order', () => {
			const [{ tools }] = model.requests;
			const told = tools.map(({ function: { name, description, parameters } }) => ({
				name,
				description,
				fields: Object.keys(parameters.properties),
				required: parameters.required,
			}));
			const required = ['order_number'];
			const [checks, sends] = [/Changes nothing, sends nothing/, /^SENDS A REAL EMAIL/];
			expect(told.sort((a, b) => a.name.localeCompare(b.name))).toEqual([
				{ name: 'Check_Order_Confirmation', ...tells(checks, ...required), required },
				{ name: 'Send_Order_Confirmation', ...tells(sends, ...required), required },
			]);
		});

		test('the model reads what came of each tool', () => {
			const [, afterCheck, afterEmail] = model.requests.map(({ messages }) =>
				JSON.stringify(messages.filter(({ role }) => role === 'tool')),
			);
			expect(afterCheck).toContain('Bluecore has no message with this Message ID');
			expect(afterEmail).toContain('is on its way to the address in the order');
		});
	});

	describe('Bluecore as an MCP server', () => {
		let client: Client;

		/** Connects as an assistant does. */
		async function connect(server: string, token = MCP_TOKEN): Promise<Client> {
			const transport = new StreamableHTTPClientTransport(new URL(`${n8n.url}/mcp/${server}`), {
				requestInit: { headers: { authorization: `Bearer ${token}` } },
			});
			client = new Client({ name: 'assistant', version: '1.0.0' });
			await client.connect(transport);
			return client;
		}

		afterEach(async () => {
			await client.close();
		});

		/** What a tool answers, as text. */
		async function answerOf(name: string, given: Record<string, unknown>): Promise<string> {
			const { content } = await client.callTool({ name, arguments: given });
			return JSON.stringify(content).replaceAll('\\', '');
		}

		test('"is jane subscribed, and did her confirmation arrive?" is answered, and nothing is changed', async () => {
			await connect('bluecore-actions');
			await answerOf('Send_Order_Confirmation', { order_number: '1001' });
			await client.close();
			await http.post(`${sandbox.url}/api/track/mobile/v1`, {
				event: 'optin',
				properties: { token: NAMESPACE, distinct_id: JANE.email, email: JANE.email },
			});
			await until('the confirmation is delivered', async () => {
				const { data } = await http.get<IDataObject[]>(`${sandbox.url}/sandbox/messages`);
				return data[0]?.status === 'DELIVERED';
			});
			const before = sandbox.state.calls.length;

			await connect('bluecore-lookup');
			const subscription = await answerOf('Check_Subscription', { email: JANE.email });
			expect(subscription).toContain('"is_subscribed":true');
			const confirmation = await answerOf('Check_Order_Confirmation', { order_number: '1001' });
			expect(confirmation).toContain('"is_delivered":true');
			expect(confirmation).toContain('"status":"DELIVERED"');
			const made = sandbox.state.calls.slice(before).filter(({ api }) => api !== 'token');
			expect(made.map(({ method }) => method)).toEqual(['GET', 'GET']);
		});

		test('what is not there is an answer that a model can read', async () => {
			await connect('bluecore-lookup');
			const nobody = { email: 'nobody@example.com' };
			expect(await answerOf('Check_Subscription', nobody)).toContain('"found":false');
			expect(await answerOf('Find_Customer', nobody)).toContain('"found":false');
			expect(await answerOf('Check_Order_Confirmation', { order_number: '404' })).toContain(
				'Bluecore has no message with this Message ID',
			);
		});

		test('what an assistant sends or changes is for the customer of the order', async () => {
			await connect('bluecore-actions');
			const given = { order_number: '1001' };
			expect(await answerOf('Send_Order_Confirmation', given)).toContain(
				'The confirmation of the order is on its way to the address in the order.',
			);
			expect(await answerOf('Send_Order_Confirmation', given)).toContain(
				'had been sent before, and nothing was sent now.',
			);
			expect(await answerOf('Unsubscribe_Customer_of_Order', given)).toContain(
				'The customer of the order no longer gets marketing emails.',
			);
			const { messages } = exampleIn('mcp-server.json').expected;
			expect(sandbox.state.totals).toMatchObject({ messages, events: 0, dropped: 0 });
			expect(confirmations()).toEqual([CONFIRMATION]);
			expect(sandbox.state.profiles.find(NAMESPACE, JANE.email)).toMatchObject({
				subscriptions: [{ status: 'UNSUBSCRIBED', message_type: 'MARKETING' }],
			});
		});

		describe('and an assistant that is hostile', () => {
			const send = async (given: Record<string, unknown>) =>
				await answerOf('Send_Order_Confirmation', given);

			beforeEach(async () => {
				await connect('bluecore-actions');
			});

			test('puts no link, address, text or ID of its own into an email', async () => {
				await send({ order_number: '1001', ...HOSTILE });
				expect(confirmations()).toEqual([CONFIRMATION]);
				expect(JSON.stringify(sandbox.state.calls)).not.toContain('evil.example.com');
			});

			test('gets one confirmation of one order, however it writes the number', async () => {
				for (const order_number of FORMS_OF_ONE_NUMBER) await send({ order_number });
				expect(confirmations()).toEqual([CONFIRMATION]);
			});

			test.each([
				...['1001.', ' 1001', '+1001', '1001-confirmation', '1001/../1002'],
				...['https://evil.example.com', ''],
			])('reaches neither the shop nor Bluecore with "%s" as a number', async (order_number) => {
				expect(await send({ order_number })).toContain(
					'order_number must be the digits of an order number',
				);
				expect(sandbox.state.calls).toEqual([]);
			});

			test('does not use up the Message ID of an order that comes later', async () => {
				expect(await send({ order_number: '1005' })).toContain('the shop has no order 1005');
				shop.orders = [ORDER, { ...ORDER, number: '1005', email: 'joe@example.com' }];
				expect(await send({ order_number: '1005' })).toContain('is on its way');
				expect(confirmations()).toMatchObject([
					{ id: 'order-1005-confirmation', to: ['joe@example.com'] },
				]);
			});

			test('is told of a Message ID that another customer has, and nothing is sent', async () => {
				shop.orders = [{ ...ORDER, email: 'joe@example.com' }];
				await send({ order_number: '1001' });
				shop.orders = [ORDER];
				expect(await send({ order_number: '1001' })).toContain(
					'This was not done: Bluecore has another message with the Message ID "order-1001-confirmation"',
				);
				expect(confirmations()).toEqual([{ ...CONFIRMATION, to: ['joe@example.com'] }]);
			});
		});

		test('each server has its own tools, whose descriptions are for a model', async () => {
			const toolsOf = async (server: string) => {
				const { tools } = await (await connect(server)).listTools();
				await client.close();
				return Object.fromEntries(
					tools.map(({ name, description, inputSchema }) => [
						name,
						{ description, fields: Object.keys(inputSchema.properties ?? {}).sort() },
					]),
				);
			};
			expect(await toolsOf('bluecore-lookup')).toEqual({
				Find_Customer: tells(/Changes nothing/, 'email'),
				Check_Subscription: tells(/Changes nothing/, 'email'),
				Check_Order_Confirmation: tells(/Changes nothing, sends nothing/, 'order_number'),
				Check_Earlier_Email: tells(/Changes nothing, sends nothing/, 'conversation_id'),
			});
			expect(await toolsOf('bluecore-actions')).toEqual({
				Send_Order_Confirmation: tells(/^SENDS A REAL EMAIL/, 'order_number'),
				Unsubscribe_Customer_of_Order: tells(/^CHANGES DATA/, 'order_number'),
			});
		});

		test('an assistant without the token gets nothing', async () => {
			await expect(connect('bluecore-lookup', 'guessed')).rejects.toThrow();
			expect(sandbox.state.calls).toEqual([]);
		});
	});

	test('nothing of the credential is in the log', () => {
		expect(n8n.log).not.toContain(API_KEY);
	});
});
