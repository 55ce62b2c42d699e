import type { IDataObject } from 'n8n-workflow';

import { runNode, type NodeRun } from '../support/nodes';
import { runContinuing, SENTENCE } from '../support/outputs';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';

const sandbox = useSandbox();

const A = 'a@example.com';
const patch = (items: IDataObject[], parameters: IDataObject = {}): NodeRun => ({
	node: 'bluecoreEvents',
	credential: sandbox.credential(NAMESPACE, API_KEY),
	parameters: {
		operation: 'customer_patch',
		email: A,
		customerAttributesInput: 'auto',
		...parameters,
	},
	items,
});
const email = (items: IDataObject[], parameters: IDataObject = {}): NodeRun => ({
	node: 'bluecoreEmail',
	credential: sandbox.credential(NAMESPACE, API_KEY),
	parameters: {
		operation: 'send',
		campaignId: '34545238547',
		email: A,
		templateAttributesInput: 'auto',
		options: { validateOnly: true },
		...parameters,
	},
	items,
});
const customer = () => sandbox.state.events.map(({ properties }) => properties.customer);
const accepted = {
	event: 'customer_patch',
	distinct_id: A,
	accepted: true,
	status_code: 202,
	attempts: 1,
};

describe('the fields of a chat become no columns', () => {
	/** What the Chat Trigger outputs, and what an agent adds to it when it calls the node as a tool. */
	const CHAT = { sessionId: '3f2a', action: 'sendMessage', chatInput: 'Update Jane, please' };
	const TOOL = { ...CHAT, toolCallId: 'call_7' };

	test('of an agent that calls the node as a tool: they are left out, with a warning that names them', async () => {
		const { json } = await runNode(patch([{ ...TOOL, city: 'Rome' }]));
		const named = ['sessionId', 'action', 'chatInput', 'toolCallId'].map(
			(name) => `(?=.*\\b${name}\\b)`,
		);
		expect(json).toEqual([
			{ ...accepted, warnings: [expect.stringMatching(new RegExp(named.join('')))] },
		]);
		expect(customer()).toEqual([{ email: A, city: 'Rome' }]);
	});

	test('in the customer attributes of an email', async () => {
		const { json } = await runNode(
			email([{ ...TOOL, city: 'Rome' }], {
				templateAttributesInput: 'define',
				customerAttributesInput: 'auto',
			}),
		);
		expect((json[0].payload as IDataObject).customer_attributes).toEqual({ city: 'Rome' });
		expect(json[0].warnings).toEqual([expect.stringContaining('chatInput')]);
	});

	test('but fields of these names of an item that is no chat do', async () => {
		const items = [{ action: 'renew', session_id: 's-1', city: 'Rome' }];
		expect((await runNode(patch(items))).json).toEqual([accepted]);
		expect(customer()).toEqual([{ email: A, action: 'renew', session_id: 's-1', city: 'Rome' }]);
	});
});

describe('the column of the email', () => {
	const row = { 'E-Mail-Adresse': A, Kundennr: 'K7', city: 'Rome' };

	test('and that of the distinct ID are no attributes, whatever their names', async () => {
		const { json } = await runNode(
			patch([row], {
				email: '={{ $json["E-Mail-Adresse"] }}',
				distinctId: '={{ $json.Kundennr }}',
			}),
		);
		expect(json).toEqual([{ ...accepted, distinct_id: 'K7' }]);
		expect(customer()).toEqual([{ email: A, city: 'Rome' }]);
	});

	test('is an attribute if the email is only made from it', async () => {
		await runNode(patch([{ name: 'a', city: 'Rome' }], { email: '={{ $json.name }}@example.com' }));
		await runNode(
			patch([{ user: { name: A }, city: 'Oslo' }], { email: '={{ $json.user.name }}' }),
		);
		expect(customer()).toEqual([
			{ email: A, name: 'a', city: 'Rome' },
			{ email: A, city: 'Oslo' },
		]);
	});

	test('stays in a template', async () => {
		const { json } = await runNode(
			email([row], { email: '={{ $json["E-Mail-Adresse"] }}', customerAttributesInput: 'auto' }),
		);
		expect(json[0].payload).toMatchObject({
			template_attributes: row,
			customer_attributes: { kundennr: 'K7', city: 'Rome' },
		});
	});

	test('and that of the phone are no attributes of the Developer API', async () => {
		const { json } = await runNode({
			node: 'bluecore',
			credential: sandbox.oAuth2Credential(NAMESPACE),
			parameters: {
				resource: 'customer',
				operation: 'upsert',
				email: '={{ $json.Kontakt }}',
				phone: '={{ $json.Handy }}',
				customerAttributesInput: 'auto',
				options: { validateOnly: true },
			},
			items: [{ Kontakt: A, Handy: '+15035550100', city: 'Rome' }],
		});
		expect(JSON.stringify(json)).not.toMatch(/kontakt|handy/i);
		expect(JSON.stringify(json)).toContain('"city":"Rome"');
	});
});

test('the error and the advice of an item that is sent again become no columns', async () => {
	const bad = [{ email: 'nope', city: 'Rome' }];
	const { main } = await runContinuing(
		'continueRegularOutput',
		patch(bad, { email: '={{ $json.email }}' }),
	);
	const [[, failed]] = main;
	expect(failed).toEqual({ ...bad[0], error: SENTENCE, advice: SENTENCE });

	const again = await runContinuing('continueRegularOutput', patch([{ ...failed, email: A }]));
	expect(again.main).toEqual([
		[0, { ...accepted, warnings: [expect.stringMatching(/(?=.*\berror\b)(?=.*\badvice\b)/)] }],
	]);
	expect(customer()).toEqual([{ email: A, city: 'Rome' }]);
});

/** Expressions that come out empty. */
const EMPTY = ['={{ $json.missing }}', '={{ null }}', '={{ "" }}'];

describe('Fields to Leave Out', () => {
	const item = { 'Internal Notes': 'owes us money', 'Row-Number': 7, VIPStatus: 'x', city: 'Rome' };

	test('keeps them from the template as from the attributes, however they are spelled', async () => {
		const autoMapExclude = 'internalNotes, ROW NUMBER, vip_status';
		const { json } = await runNode(
			email([item], { customerAttributesInput: 'auto', autoMapExclude }),
		);
		expect(json[0].payload).toMatchObject({
			template_attributes: { city: 'Rome' },
			customer_attributes: { city: 'Rome' },
		});
	});

	test('keeps all out that would go by the name, not only the one that is spelled so', async () => {
		const items = [{ 'Internal Notes': 'a', internal_notes: 'b', city: 'Rome' }];
		const autoMapExclude = 'internal_notes';
		await runNode(patch(items, { autoMapExclude }));
		expect(customer()).toEqual([{ email: A, city: 'Rome' }]);
		const { json } = await runNode(email(items, { autoMapExclude }));
		expect((json[0].payload as IDataObject).template_attributes).toEqual({ city: 'Rome' });
	});

	test('is refused when its expression comes out empty: everything would be sent', async () => {
		for (const autoMapExclude of EMPTY) {
			for (const run of [patch([item], { autoMapExclude }), email([item], { autoMapExclude })]) {
				expect((await runNode(run)).error?.message).toMatch(/^Fields to Leave Out.*\[item 0\]$/);
			}
		}
		expect(sandbox.state.calls).toEqual([]);
	});
});

test('Validate Only is refused when its expression comes out empty: everything would be sent', async () => {
	for (const validateOnly of EMPTY) {
		const run = patch([{ city: 'Rome' }], { options: { validateOnly } });
		expect((await runNode(run)).error?.message).toMatch(/Validate Only.*\[item 0\]$/);
	}
	expect(sandbox.state.calls).toEqual([]);
});
