import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import axios from 'axios';
import type { IDataObject } from 'n8n-workflow';

import { EXAMPLES, type Example } from '../../demo/examples';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';
import { N8n } from './support/n8n';
import { LINES, ROOT } from './support/paths';
import { pause, stopAll, until } from './support/program';
import { removeFolder, scratchFolder } from './support/scratch';
import { post } from './support/webhooks';
import { node, sending, splitOut, step, webhook } from './support/workflows';

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
	...EXAMPLES.map(({ workflow: example }) => ({ ...example, id: idOf(example), active: false })),
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
	let folder: string;
	let n8n: N8n;

	beforeAll(async () => {
		folder = scratchFolder();
		n8n = await N8n.prepare(line, folder);
		const file = (name: string, content: unknown) => {
			const given = path.join(folder, name);
			writeFileSync(given, JSON.stringify(content));
			return `--input=${given}`;
		};
		await n8n.command(
			'import:credentials',
			file('credentials.json', [
				{
					id: 'bluecore',
					name: 'Bluecore account',
					type: 'bluecoreApi',
					data: sandbox.credential(NAMESPACE, API_KEY),
				},
			]),
		);
		await n8n.command('import:workflow', file('workflows.json', WORKFLOWS));
		await n8n.start();
		for (const { id, nodes } of WORKFLOWS) {
			if (nodes.some(({ type }) => /\.(webhook|formTrigger)$/.test(type)))
				await n8n.rest.activate(id);
		}
	}, 300_000);

	afterAll(async () => {
		await n8n.stop();
		removeFolder(folder);
	});

	const call = async (hook: string, body: unknown) =>
		await post<unknown>(`${n8n.url}/webhook/${hook}`, body);

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
			const { data } = await axios.get<Array<{ name: string }>>(`${n8n.url}/types/${types}.json`, {
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
		const installed = path.join(folder, '.n8n', 'nodes', 'node_modules');
		expect(readdirSync(installed).filter((name) => !name.startsWith('.'))).toEqual([
			'n8n-nodes-bluecore',
		]);
	});

	test.each(EXAMPLES)('runs the example: $title', async ({ workflow: example, expected }) => {
		const id = idOf(example);
		const [first] = example.nodes;
		let executions = 1;
		if (first.type.endsWith('.webhook')) {
			const [deliveries] = Object.values(example.pinData ?? {});
			executions = deliveries.length;
			for (const [n, { json }] of deliveries.entries()) {
				await call(first.parameters.path as string, json.body);
				// One after another, so that each finds what the one before has remembered.
				await ends(id, n + 1);
			}
		} else if (first.type.endsWith('.formTrigger')) {
			const form = new FormData();
			const csv = readFileSync(path.join(ROOT, 'examples/data/customers.csv'));
			form.append('field-0', new Blob([csv], { type: 'text/csv' }), 'customers.csv');
			await post(`${n8n.url}/form/${String(first.webhookId)}`, form);
		} else {
			await n8n.rest.runByHand(id, first.name);
		}
		expect(await ends(id, executions)).toEqual(Array(executions).fill('success'));
		expect(sandbox.state.events).toHaveLength(expected.events);
		expect(sandbox.state.emails.size).toBe(expected.emails);
		expect(sandbox.state.totals).toMatchObject({ dropped: 0, refused: 0 });
	});

	describe('on an error', () => {
		const given = { rows: [...rows(2), { email: 'not an address', term: 'x', note: 'kept' }] };
		const bad = {
			email: 'not an address',
			term: 'x',
			note: 'kept',
			error: 'Email is not an email address: "not an address" [item 2]',
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
