import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import {
	NodeHelpers,
	type IDataObject,
	type INode,
	type INodeProperties,
	type INodePropertyCollection,
	type IRun,
} from 'n8n-workflow';

import { confirmSignUps, exampleIn, EXAMPLES, type Example } from '../../examples';
import { credentialsOf } from '../../harness/credentials';
import { outputsOf, runWorkflow } from '../../harness/engine';
import { ROOT } from '../../harness/paths';
import { LOADED } from '../support/nodes';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';
import { casesOf, rowsOf } from '../support/table';

const FOLDER = path.join(ROOT, 'examples');
const sandbox = useSandbox();

test.each(['segment', 'rudderstack', 'ga4'])('the webhook of %s answers at once', (name) => {
	const [{ parameters }] = exampleIn(`tracking-${name}.json`).workflow.nodes;
	expect(parameters.responseMode).toBe('onReceived');
});

test.each(EXAMPLES)('nobody real is named: $title', ({ workflow }) => {
	const text = JSON.stringify(workflow);
	const hosts = text.match(/(?<=https?:\/\/|@)[a-z0-9-]+(\.[a-z0-9-]+)+/gi) ?? [];
	expect(hosts.filter((host) => !/(^|\.)example\.com$/.test(host))).toEqual([]);
});

describe.each(readdirSync(FOLDER).filter((name) => name.endsWith('.json')))('%s', (file) => {
	const { nodes, connections } = JSON.parse(
		readFileSync(path.join(FOLDER, file), 'utf8'),
	) as Example['workflow'];
	const notes = nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote');
	const steps = nodes.filter((node) => !notes.includes(node));

	test('is run with the examples, and shown in their README', () => {
		expect(EXAMPLES.map((example) => example.file)).toContain(file);
		const readme = readFileSync(path.join(FOLDER, 'README.md'), 'utf8');
		expect(readme).toContain(`](${file})`);
		expect(readme).toContain(`](../docs/pictures/example-${file.replace('.json', '.png')})`);
	});

	test('has a note that says what to change, and hides no node', () => {
		expect(notes.map(({ parameters }) => parameters.content)).toEqual([
			expect.stringContaining('**To make it yours**\n1. Choose your'),
		]);
		const hidden = steps.filter((step) => notes.some((note) => overlap(boxOf(note), boxOf(step))));
		expect(hidden).toEqual([]);
	});

	test('says that it must be published or activated before it starts by itself', () => {
		const startsByItself = steps.some(({ type }) =>
			/\.(webhook|formTrigger|scheduleTrigger|mcpTrigger|executeWorkflowTrigger)$/.test(type),
		);
		const [note] = notes.map(({ parameters }) => parameters.content as string);
		expect(note.includes('Publish the workflow (n8n 2) or activate it (n8n 1)')).toBe(
			startsByItself,
		);
	});

	test('has nodes that stand apart from each other, with names and IDs of their own', () => {
		const close = steps.filter((step, n) =>
			steps.slice(n + 1).some((other) => {
				const [x, y] = step.position.map((value, axis) => Math.abs(value - other.position[axis]));
				return x < 160 && y < 160;
			}),
		);
		expect(close).toEqual([]);
		for (const each of [nodes.map(({ name }) => name), nodes.map(({ id }) => id)]) {
			expect(each).toEqual([...new Set(each)]);
		}
		const linked = Object.values(connections).flatMap((byKind) =>
			Object.values(byKind).flatMap((outputs) => outputs.flatMap((to) => to ?? [])),
		);
		expect([...Object.keys(connections), ...linked.map((to) => to.node)]).toEqual(
			expect.arrayContaining(steps.map(({ name }) => name)),
		);
	});

	test('sets only what our nodes know', () => {
		const ours = steps.filter(({ type }) => type.startsWith('n8n-nodes-bluecore.'));
		expect(ours).not.toEqual([]);
		for (const node of ours) {
			// As a tool of an agent, a node also has what n8n adds to it.
			const isTool = node.type.endsWith('Tool');
			const { descriptionType, toolDescription, ...parameters } = node.parameters;
			expect(descriptionType !== undefined && toolDescription !== undefined).toBe(isTool);
			expect(takenFrom({ ...node, parameters })).toMatchObject(parameters);
		}
	});
});

interface Box {
	readonly from: readonly [number, number];
	readonly to: readonly [number, number];
}

/** Where a node is drawn, with the name under it; an agent is the widest. */
function boxOf({ type, position: [x, y], parameters: { width, height } }: INode): Box {
	if (type === 'n8n-nodes-base.stickyNote') {
		return { from: [x, y], to: [x + Number(width), y + Number(height)] };
	}
	return { from: [x - 64, y - 32], to: [x + 320, y + 160] };
}

const overlap = (a: Box, b: Box) =>
	[0, 1].every((axis) => a.from[axis] < b.to[axis] && b.from[axis] < a.to[axis]);

/** The parameters that n8n takes from a node of ours: those that the node knows and shows, with its defaults. */
function takenFrom(node: INode): IDataObject {
	const { description } = LOADED.nodeTypes[node.type.replace(/Tool$/, '')];
	const { properties } = description;
	const taken =
		NodeHelpers.getNodeParameters(properties, node.parameters, true, false, node, description) ??
		{};
	const shown = properties.filter((property) =>
		NodeHelpers.displayParameter(taken, property, node, description),
	);
	expect(otherChoices(shown, taken as IDataObject)).toEqual([]);
	return taken;
}

/** The values of dropdowns that are none of their options. */
function otherChoices(properties: readonly INodeProperties[], values: IDataObject): unknown[] {
	return properties.flatMap(({ name, type, options = [] }) => {
		const value = values[name];
		if (value === undefined || (typeof value === 'string' && value.startsWith('='))) return [];
		if (type === 'options') {
			return options.some((each) => 'value' in each && each.value === value) ? [] : [value];
		}
		if (type === 'collection')
			return otherChoices(options as INodeProperties[], value as IDataObject);
		if (type !== 'fixedCollection') return [];
		return (options as INodePropertyCollection[]).flatMap((group) =>
			[(value as IDataObject)[group.name] ?? []]
				.flat()
				.flatMap((row) => otherChoices(group.values, row as IDataObject)),
		);
	});
}

/** `tables` is what the workflow and the one before it keep. */
async function run({ workflow, start, after }: Example, tables: IDataObject = {}): Promise<IRun> {
	if (after !== undefined) await run(exampleIn(after), tables);
	return await runWorkflow({
		workflow,
		start,
		staticData: tables,
		loaded: LOADED,
		credentials: credentialsOf(sandbox, NAMESPACE, API_KEY),
	});
}

const titled = (words: string) => {
	const found = EXAMPLES.find(({ title }) => title.includes(words));
	if (!found) throw new Error(`no example ${words}`);
	return found;
};

const reportOf = async (words: string) =>
	outputsOf(await run(titled(words)), 'Report').map(({ json }) => json);

test.each(
	casesOf<[words: string, first: IDataObject]>(`
		Nightly customers    | {"Customer ID": "1003", "Customer": "Mary Major <mary.major@example>", "What Is Wrong": "Email is not an email address: \\"mary.major@example\\" [item 2]"}
		Unsubscribes by list | {"Unsubscribed At": "2026-11-20T10:00:00Z", "Customer": "richard.miles@example", "What Is Wrong": "Email is not an email address: \\"richard.miles@example\\" [item 2]", "What to Do": "Use one full address, such as jane@example.com."}
	`),
)('the report says which row, which customer and what is wrong: %s', async (words, first) => {
	const report = await reportOf(words);
	expect(report).toHaveLength(titled(words).expected.refused);
	expect(report[0]).toEqual(first);
});

test.each([
	['Two years of orders', ['Cancelled: status is cancelled', 'No email: the order has none']],
	['A list of opt-outs', ['Email is not an email address']],
])('the report of %s has what is not in the file', async (words, wrong) => {
	const report = (await reportOf(words)).map((row) => row['What Is Wrong']);
	expect(report).toEqual(wrong.map((text) => expect.stringContaining(text) as unknown));
});

test('a confirmation and a shipping notice are sent once for each order; one that bounces is told of', async () => {
	const example = titled('Order messages');
	const ended = await run(example);
	expect(outputsOf(ended, 'Tell the Shop Team')).toHaveLength(1);
	const ids = [...sandbox.state.messages.values()].map(({ id }) => id).sort();
	expect(ids).toEqual(['order-1001-confirmation', 'order-1001-shipped', 'order-1002-confirmation']);
	const again = await run(example);
	const sent = outputsOf(again, 'Send Confirmation').map(({ json }) => json.already_sent);
	expect(sent).toEqual([true, true]);
	expect(sandbox.state.messages.size).toBe(3);
});

describe('an SMS sign-up', () => {
	const signUp = titled('SMS sign-up');
	const PHONE = '+15556667777';

	test('that is confirmed is noted; a second one of the same customer does nothing', async () => {
		confirmSignUps(sandbox);
		await run(signUp);
		expect(sandbox.state.profiles.find(NAMESPACE, PHONE)).toMatchObject({
			attributes: { first_name: 'Jane', sms_source: 'checkout' },
			subscriptions: [{ status: 'SUBSCRIBED' }],
		});
		const again = await run(signUp);
		expect(outputsOf(again, 'Nothing to Do')).toHaveLength(1);
		expect(sandbox.state.messages.size).toBe(1);
	});

	test('that is not confirmed is asked about six times, and nothing else is done', async () => {
		const ended = await run(signUp);
		expect(outputsOf(ended, 'Subscription Now')).toHaveLength(6);
		expect(outputsOf(ended, 'Never Confirmed')).toHaveLength(1);
		expect(sandbox.state.profiles.find(NAMESPACE, PHONE)).toMatchObject({
			attributes: {},
			subscriptions: [{ status: 'PENDING_CONFIRMATION' }],
		});
	});

	test('is told of in Slack if the number is none', async () => {
		const { 'Text Sign-Up': pinned = [] } = signUp.workflow.pinData ?? {};
		const [{ json }] = pinned;
		const body = { ...(json.body as IDataObject), phone: '0555-7777' };
		const pinData = { 'Text Sign-Up': [{ json: { ...json, body } }] };
		const ended = await run({ ...signUp, workflow: { ...signUp.workflow, pinData } });
		expect(outputsOf(ended, 'Tell the CRM Team')).toMatchObject([
			{ json: { text: expect.stringContaining('of Jane: Phone is not a phone number') } },
		]);
	});
});

test('consents keep their dates; a later decision in Bluecore stays, and none without a date is recorded', async () => {
	const ended = await run(titled('Consents of an earlier system'));
	const consents = sandbox.state.profiles
		.list()
		.flatMap(({ subscriptions }) => subscriptions)
		.map(({ id, status, consented_at: at, source }) => [id, status, source, at])
		.sort();
	expect(consents).toEqual([
		['+49301234567', 'SUBSCRIBED', 'public-api', '2020-02-29T09:00:00.000Z'],
		['jane.doe@example.com', 'UNSUBSCRIBED', 'integration', expect.any(String)],
		['paula.poe@example.com', 'SUBSCRIBED', 'public-api', '2019-05-31T22:30:00.000Z'],
		['sam.sample@example.com', 'UNSUBSCRIBED', 'public-api', '2024-12-31T08:15:00.000Z'],
	]);
	const [columns, ...rows] = rowsOf(`
		Customer ID | Address               | Decision | What Is Wrong
		2005        | 030 1234567           | yes      | Phone is not a phone number with a country code: "030 1234567" [item 4]
		2006        | tina.test@example.com | yes      | Consented At is not a date and time: "no date" [item 3]
		2007        | john.roe@example.com  | pending  | Change must be one of OPTIN, SIGNUP, UNSUBSCRIBE, but is "pending" [item 4]
	`);
	expect(outputsOf(ended, 'Report').map(({ json }) => json)).toEqual(
		rows.map((row) => Object.fromEntries(row.map((cell, n) => [columns[n], cell]))),
	);
});

test('on the MCP servers, what only reads is apart from what sends or changes, each behind a token', () => {
	const { nodes, connections } = titled('MCP server').workflow;
	const operationsOf = (server: string) =>
		nodes
			.filter(({ name }) => 'ai_tool' in (connections[name] ?? {}))
			.filter(({ name }) => connections[name].ai_tool[0]?.[0].node === server)
			.map(({ parameters }) => parameters.operation);
	expect(operationsOf('Bluecore Lookup')).toEqual(['get', 'get', 'getStatus', 'getStatus']);
	// Not our nodes themselves, but the part of the workflow that looks the order up.
	expect(operationsOf('Bluecore Actions')).toEqual([undefined, undefined]);
	const servers = nodes.filter(({ type }) => type.endsWith('.mcpTrigger'));
	expect(servers.map(({ parameters }) => parameters.authentication)).toEqual(
		servers.map(() => 'bearerAuth'),
	);
	const tokens = servers.map(({ credentials }) => credentials?.httpBearerAuth.id);
	expect(new Set(tokens).size).toBe(servers.length);
});
