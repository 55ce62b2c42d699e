import type { IDataObject } from 'n8n-workflow';

import { runNode, type NodeRun } from '../support/nodes';
import { accepted } from '../support/outputs';
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

describe('the column of the email', () => {
	const row = { 'E-Mail-Adresse': A, Kundennr: 'K7', city: 'Rome' };

	test('and that of the distinct ID are no attributes, whatever their names', async () => {
		const { json } = await runNode(
			patch([row], {
				email: '={{ $json["E-Mail-Adresse"] }}',
				distinctId: '={{ $json.Kundennr }}',
			}),
		);
		expect(json).toEqual([accepted('customer_patch', 'K7')]);
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

	test('and that of the phone are no attributes of the Developer API', async () => {
		const { json } = await runNode({
			node: 'bluecore',
			credential: sandbox.oAuth2Credential(NAMESPACE),
			parameters: {
				...{ resource: 'customer', operation: 'upsert', customerAttributesInput: 'auto' },
				...{ email: '={{ $json.Kontakt }}', phone: '={{ $json.Handy }}' },
				options: { validateOnly: true },
			},
			items: [{ Kontakt: A, Handy: '+15035550100', city: 'Rome' }],
		});
		expect(json[0].payload).toMatchObject({ attributes: { city: 'Rome' } });
		expect(JSON.stringify(json)).not.toMatch(/kontakt|handy/i);
	});
});

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

	test('is refused when its expression comes out empty: everything would be sent', async () => {
		const autoMapExclude = '={{ $json.missing }}';
		for (const run of [patch([item], { autoMapExclude }), email([item], { autoMapExclude })]) {
			expect((await runNode(run)).error?.message).toMatch(/^Fields to Leave Out.*\[item 0\]$/);
		}
		expect(sandbox.state.calls).toEqual([]);
	});
});
