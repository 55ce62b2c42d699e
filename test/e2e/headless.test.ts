import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import { exampleIn, IN_PROCESS, type Example } from '../../examples';
import { LINES, N8n } from '../../harness/n8n/n8n';
import { pause, stopAll, until } from '../../harness/n8n/program';
import { http } from '../../harness/n8n/rest';
import { node, sending, splitOut, step, webhook } from '../../harness/n8n/workflows';
import { ROOT } from '../../harness/paths';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';
import { post } from './support/webhooks';

const sandbox = useSandbox();
afterAll(stopAll);

/** A workflow that takes items by a webhook and sends them with one of our nodes. */
function workflow(
	id: string,
	parameters: IDataObject,
	more: { onError?: string; settings?: IDataObject; answer?: 'onReceived' | 'lastNode' } = {},
) {
	const { onError, settings, answer } = more;
	const apart = onError === 'continueErrorOutput';
	return {
		id,
		name: id,
		active: false,
		settings: { executionOrder: 'v1', ...settings },
		nodes: [
			webhook(id, answer),
			splitOut('Rows', 'body.rows'),
			{ ...sending('Bluecore', 'bluecoreEvents', parameters), ...(onError && { onError }) },
			...(apart
				? [marked('good'), marked('bad'), node('Both', 'n8n-nodes-base.merge', 3, {})]
				: []),
		],
		connections: {
			Webhook: { main: [[step('Rows')]] },
			Rows: { main: [[step('Bluecore')]] },
			...(apart && {
				Bluecore: { main: [[step('good')], [step('bad')]] },
				good: { main: [[step('Both')]] },
				bad: { main: [[step('Both', 1)]] },
			}),
		},
	};
}

/** A node that writes its name into its items. */
const marked = (name: string) =>
	node(name, 'n8n-nodes-base.set', 3.4, {
		includeOtherFields: true,
		assignments: { assignments: [{ id: name, name: 'output', type: 'string', value: name }] },
		options: {},
	});

const SEARCH = {
	operation: 'search',
	email: '={{ $json.email }}',
	searchTerm: '={{ $json.term }}',
};
const SLOW = { ...SEARCH, options: { maxConcurrency: 5 } };
/** Fields as they are dragged in: bare references, which the nodes follow without n8n. */
const PURCHASE: IDataObject = {
	operation: 'purchase',
	email: '={{ $json.email }}',
	orderId: '={{ $json.order["id"] }}',
	total: '={{ $json.order.total }}',
	productsInput: 'json',
	productsJson: '={{ $json.order.products }}',
	customerAttributes: { city: '={{ $json.city }}', zip: '={{ $json.zip }}' },
	customAttributes: {
		assignments: [{ id: '1', name: 'vip', type: 'boolean', value: '={{ $json.vip }}' }],
	},
	options: { validateOnly: true, includePayload: true },
};

/** The same, such that n8n has to evaluate them all. */
const evaluated = (parameters: IDataObject): IDataObject =>
	JSON.parse(
		JSON.stringify(parameters).replace(/\{\{ (\$json[^ ]+) \}\}/g, '{{ ($1) }}'),
	) as IDataObject;

/**
 * Pinned data is for runs by hand only. For a webhook that is called, what it brings comes in its body, and what Slack
 * would answer comes from a node in its place.
 */
function withoutServices(example: Example['workflow']): Example['workflow'] {
	const { pinData = {} } = example;
	const nodes = example.nodes.map((each) =>
		each.type === 'n8n-nodes-base.slack'
			? {
					...each,
					...node(each.name, 'n8n-nodes-base.set', 3.4, {
						mode: 'raw',
						jsonOutput: JSON.stringify(pinData[each.name][0].json),
						options: {},
					}),
					position: each.position,
					credentials: {},
				}
			: each,
	);
	return { ...example, nodes } as Example['workflow'];
}

/** The header with the signature of a call, for an example that checks it. */
function signatureOf({ workflow: { nodes } }: Example, { headers, body }: IDataObject) {
	const signs = nodes.find(({ type }) => type.endsWith('.crypto'));
	const header = Object.keys(headers as IDataObject).find((name) => /hmac|signature/.test(name));
	if (!signs || header === undefined) return {};
	const secret = signs.parameters.secret as string;
	return {
		[header]: createHmac('sha256', secret).update(JSON.stringify(body)).digest('base64'),
	};
}

/** The trigger that an example starts with. */
const triggerOf = ({ workflow: { nodes }, start }: Example) =>
	nodes.find(({ name, type }) => name === start?.node && /trigger|webhook/i.test(type)) ?? nodes[0];

const WORKFLOWS = [
	workflow('continues', SEARCH, { onError: 'continueRegularOutput', answer: 'lastNode' }),
	workflow('continues-apart', SEARCH, { onError: 'continueErrorOutput', answer: 'lastNode' }),
	workflow('reads-fields', PURCHASE, { onError: 'continueRegularOutput', answer: 'lastNode' }),
	workflow('evaluates', evaluated(PURCHASE), {
		onError: 'continueRegularOutput',
		answer: 'lastNode',
	}),
	workflow('is-cancelled', SLOW),
	workflow('times-out', SLOW, { settings: { executionTimeout: 3 } }),
	// The agent has a model to talk to in agent.test.ts.
	...[...new Map(IN_PROCESS.map(({ file, workflow: example }) => [file, example])).values()].map(
		(example) => ({ ...withoutServices(example), id: idOf(example), active: false }),
	),
];

/** n8n keeps nothing from run to run for a workflow with an ID of more than 16 characters. */
function idOf({ name }: Example['workflow']): string {
	return name
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '-')
		.slice(0, 16);
}

const rows = (count: number) =>
	Array.from({ length: count }, (_, n) => ({ email: `c${n}@example.com`, term: 'rain jacket' }));

describe.each(LINES)('n8n %s', (line) => {
	let n8n: N8n;

	beforeAll(async () => {
		n8n = await N8n.prepare(line);
		await n8n.import('credentials', [
			{
				id: 'bluecore',
				name: 'Bluecore account',
				type: 'bluecoreApi',
				data: sandbox.credential(NAMESPACE, API_KEY),
			},
		]);
		await n8n.import('workflow', WORKFLOWS);
		await n8n.start();
		for (const { id, nodes } of WORKFLOWS) {
			if (nodes.some(({ type }) => /\.(webhook|formTrigger)$/.test(type)))
				await n8n.rest.activate(id);
		}
	}, 300_000);

	afterAll(async () => {
		await n8n.stop();
	});

	const call = async (hook: string, body: unknown, headers?: Record<string, string>) =>
		await post<unknown>(`${n8n.url}/webhook/${hook}`, body, headers);

	/** Waits until all executions of a workflow have ended; gives how. */
	async function ends(id: string, count: number): Promise<string[]> {
		let statuses: string[] = [];
		const isUnderWay = (status: string) => ['new', 'running', 'waiting'].includes(status);
		await until(`${count} executions of ${id} have ended`, async () => {
			statuses = (await n8n.rest.executions(id)).map(({ status }) => status);
			return statuses.length >= count && !statuses.some(isUnderWay);
		});
		return statuses;
	}

	test("our nodes and the credential are there, and n8n-workflow is n8n's own", async () => {
		const headers = { cookie: `${n8n.rest.cookie.name}=${n8n.rest.cookie.value}` };
		const ours = async (types: string) => {
			const { data } = await http.get<Array<{ name: string }>>(`${n8n.url}/types/${types}.json`, {
				headers,
			});
			const names = data.map(({ name }) => name);
			return [...new Set(names.filter((name) => /bluecore/i.test(name)))].sort();
		};
		expect(await ours('nodes')).toEqual([
			'n8n-nodes-bluecore.bluecoreEmail',
			'n8n-nodes-bluecore.bluecoreEmailTool',
			'n8n-nodes-bluecore.bluecoreEvents',
			'n8n-nodes-bluecore.bluecoreEventsTool',
		]);
		expect(await ours('credentials')).toEqual(['bluecoreApi']);
		// There is no other copy that the nodes could have loaded.
		const installed = path.join(n8n.folder, '.n8n', 'nodes', 'node_modules');
		expect(readdirSync(installed).filter((name) => !name.startsWith('.'))).toEqual([
			'n8n-nodes-bluecore',
		]);
	});

	/** Calls the webhook of an example with each of the calls that are pinned; gives their number. */
	async function deliver(example: Example): Promise<number> {
		const id = idOf(example.workflow);
		const { name, parameters } = triggerOf(example);
		const deliveries = example.workflow.pinData?.[name] ?? [];
		const before = (await n8n.rest.executions(id)).length;
		for (const [n, { json }] of deliveries.entries()) {
			await call(parameters.path as string, json.body, signatureOf(example, json));
			// One after another, so that each finds what the one before has remembered.
			await ends(id, before + n + 1);
		}
		return deliveries.length;
	}

	test.each(IN_PROCESS)('runs the example: $title', async (example) => {
		const { workflow: ran, expected } = example;
		const id = idOf(ran);
		const trigger = triggerOf(example);
		const before = (await n8n.rest.executions(id)).length;
		let executions = 1;
		if (trigger.type.endsWith('.webhook')) {
			executions = await deliver(example);
		} else if (trigger.type.endsWith('.formTrigger')) {
			const form = new FormData();
			const csv = readFileSync(path.join(ROOT, 'examples/data/customers.csv'));
			form.append('field-0', new Blob([csv], { type: 'text/csv' }), 'customers.csv');
			await post(`${n8n.url}/form/${String(trigger.webhookId)}`, form);
		} else {
			await n8n.rest.runByHand(id, trigger.name);
		}
		const statuses = await ends(id, before + executions);
		expect(statuses).toEqual(Array(before + executions).fill('success'));
		expect(sandbox.state.events).toHaveLength(expected.events);
		expect(sandbox.state.emails.size).toBe(expected.emails);
		expect(sandbox.state.totals).toMatchObject({ dropped: 0, refused: 0 });
		const [{ id: last }] = await n8n.rest.executions(id);
		const makesReport = expected.refused > 0 && ran.nodes.some(({ name }) => name === 'Report');
		expect(await n8n.rest.outputOf(last, 'Report')).toHaveLength(makesReport ? 1 : 0);
	});

	test('an email that is not delivered is told of in Slack, one that is delivered is not', async () => {
		const welcome = exampleIn('welcome-email.json');
		const count = await deliver(welcome);
		const executions = await n8n.rest.executions(idOf(welcome.workflow));
		const told: number[] = [];
		for (const { id } of executions.slice(0, count)) {
			told.push((await n8n.rest.outputOf(id, 'Tell the CRM Team')).length);
		}
		// The newest first: the second of the two sign-ups bounces.
		expect(told).toEqual([1, 0]);
	});

	describe('on an error', () => {
		const given = { rows: [...rows(2), { email: 'not an address', term: 'x', note: 'kept' }] };
		const bad = {
			email: 'not an address',
			term: 'x',
			note: 'kept',
			error: 'Email is not an email address: "not an address" [item 2]',
			advice: 'Use one full address, such as jane@example.com.',
		};
		const good = rows(2).map(({ email }) => ({
			event: 'search',
			distinct_id: email,
			accepted: true,
			status_code: 202,
			attempts: 1,
		}));

		test('continues, with the bad item among the others', async () => {
			expect(await call('continues', given)).toEqual([...good, bad]);
		});

		test('continues, with the bad item on the error output', async () => {
			expect(await call('continues-apart', given)).toEqual([
				...good.map((item) => ({ ...item, output: 'good' })),
				{ ...bad, output: 'bad' },
			]);
		});
	});

	test('a field reads the same whether we follow its reference or n8n evaluates it', async () => {
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
		const followed = await call('reads-fields', { rows: given });
		expect(followed).toMatchObject([
			{ valid: true, payload: { properties: { order_id: '7', total: 59.9 } } },
			...given.slice(1).map(() => ({})),
		]);
		expect(await call('evaluates', { rows: given })).toEqual(followed);
	});

	/** Starts a long run, ends it in a way, and gives how many calls came in a second after that and later. */
	async function callsAfter(id: string, end: (execution: string) => Promise<void>) {
		sandbox.interceptor = () => ({ delayMs: 300 });
		await call(id, { rows: rows(3000) });
		await until('calls come in', () => sandbox.state.totals.calls >= 10);
		const [execution] = await n8n.rest.executions(id);
		await end(execution.id);
		await pause(1000);
		const soon = sandbox.state.totals.calls;
		await pause(2500);
		return { soon, later: sandbox.state.totals.calls, statuses: await ends(id, 1) };
	}

	test('a cancelled run stops sending within a second', async () => {
		const { soon, later, statuses } = await callsAfter(
			'is-cancelled',
			async (execution) => await n8n.rest.stopExecution(execution),
		);
		expect(later).toBe(soon);
		expect(statuses).toEqual(['canceled']);
	});

	test('a run that takes too long stops sending within a second', async () => {
		const { soon, later, statuses } = await callsAfter('times-out', async () => await pause(3000));
		expect(later).toBe(soon);
		expect(later).toBeLessThan(200);
		expect(statuses).toEqual(['canceled']);
	});

	test('nothing of the credential is in the log', () => {
		expect(n8n.log).not.toContain(API_KEY);
	});
});
