import { exampleIn } from '../../examples';
import { LINES, N8n } from '../../harness/n8n/n8n';
import { stopAll, until } from '../../harness/n8n/program';
import type { Execution } from '../../harness/n8n/rest';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';
import { OpenAiStandIn } from './support/openAi';

const sandbox = useSandbox();
afterAll(stopAll);

const ID = 'agent';
const JANE = { email: 'jane.doe@example.com', first_name: 'Jane' };
const ANSWER = 'Jane is opted in, and her welcome email is on its way.';
const example = exampleIn('ai-agent.json');

describe.each(LINES)('n8n %s', (line) => {
	let n8n: N8n;
	let model: OpenAiStandIn;
	let execution: Execution;

	beforeAll(async () => {
		model = await new OpenAiStandIn().start();
		n8n = await N8n.prepare(line);
		await n8n.import('credentials', [
			{
				id: 'bluecore',
				name: 'Bluecore account',
				type: 'bluecoreApi',
				data: sandbox.credential(NAMESPACE, API_KEY),
			},
			{
				id: 'openai',
				name: 'OpenAI account',
				type: 'openAiApi',
				data: { apiKey: 'sk-stand-in', url: model.url },
			},
		]);
		const workflow = { ...example.workflow, id: ID, active: false };
		await n8n.import('workflow', [workflow]);
		await n8n.start();
	}, 300_000);

	afterAll(async () => {
		await n8n.stop();
		await model.stop();
	});

	beforeEach(async () => {
		model.begin([
			{ tool: 'Record_Opt-In', given: JANE },
			{ tool: 'Send_Welcome_Email', given: JANE },
			{ says: ANSWER },
		]);
		const before = (await n8n.rest.executions(ID)).length;
		await n8n.rest.runByHand(ID, 'Chat With the Store');
		await until('the agent has answered', async () => {
			const executions = await n8n.rest.executions(ID);
			[execution] = executions;
			return (
				executions.length > before && !['new', 'running', 'waiting'].includes(execution.status)
			);
		});
	});

	test('an agent records an opt-in and sends a welcome email with the nodes as its tools', async () => {
		expect(execution.status).toBe('success');
		expect(await n8n.rest.outputOf(execution.id, 'Store Assistant')).toEqual([{ output: ANSWER }]);

		expect(sandbox.state.events).toMatchObject([
			{
				event: 'optin',
				properties: {
					distinct_id: JANE.email,
					email: JANE.email,
					customer: { first_name: 'Jane' },
				},
			},
		]);
		expect([...sandbox.state.emails.values()]).toMatchObject([
			{
				campaign_id: '34545238547',
				email: JANE.email,
				template_attributes: { first_name: 'Jane' },
			},
		]);
		expect(sandbox.state.totals).toMatchObject({
			events: example.expected.events,
			emails: example.expected.emails,
			dropped: 0,
			refused: 0,
		});
	});

	test('the model is told what the tools are for, and may fill in only what the workflow leaves open', () => {
		const [{ tools, messages }] = model.requests;
		const told = tools.map(({ function: { name, description, parameters } }) => ({
			name,
			description,
			fields: Object.keys(parameters.properties).sort(),
			required: [...(parameters.required ?? [])].sort(),
		}));
		const fields = ['email', 'first_name'];
		expect(told.sort((a, b) => a.name.localeCompare(b.name))).toEqual([
			{
				name: 'Record_Opt-In',
				description: expect.stringContaining('Use it only when the customer has clearly said yes'),
				fields,
				required: fields,
			},
			{
				name: 'Send_Welcome_Email',
				description: expect.stringContaining('Sends the welcome email'),
				fields,
				required: fields,
			},
		]);
		expect(JSON.stringify(messages)).toContain(
			'If the customer has not clearly said yes, do neither',
		);
	});

	test('the model reads what came of each tool', () => {
		const [, afterOptIn, afterEmail] = model.requests.map(({ messages }) =>
			JSON.stringify(messages.filter(({ role }) => role === 'tool')),
		);
		expect(afterOptIn).toContain('accepted');
		expect(afterEmail).toContain('conversation_id');
	});
});
