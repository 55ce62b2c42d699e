import type { IDataObject } from 'n8n-workflow';

import { useNodes } from '../support/nodes';
import { accepted } from '../support/outputs';

const { sandbox, run } = useNodes();

const A = 'a@example.com';
const patch = async (item: IDataObject, parameters: IDataObject) => {
	const given = { operation: 'customer_patch', email: A, customerAttributesInput: 'auto' };
	return await run('bluecoreEvents', { ...given, ...parameters }, { items: [item] });
};
const email = async (item: IDataObject, parameters: IDataObject) => {
	const send = { operation: 'send', campaignId: '34545238547', email: A };
	const given = { ...send, templateAttributesInput: 'auto', options: { validateOnly: true } };
	return await run('bluecoreEmail', { ...given, ...parameters }, { items: [item] });
};
const customer = () => sandbox.state.events.map(({ properties }) => properties.customer);

describe('the column of the email', () => {
	const row = { 'E-Mail-Adresse': A, Kundennr: 'K7', city: 'Rome' };

	test('and that of the distinct ID are no attributes, whatever their names', async () => {
		const identity = {
			email: '={{ $json["E-Mail-Adresse"] }}',
			distinctId: '={{ $json.Kundennr }}',
		};
		const { json } = await patch(row, identity);
		expect(json).toEqual([accepted('customer_patch', 'K7')]);
		expect(customer()).toEqual([{ email: A, city: 'Rome' }]);
	});

	test('is an attribute if the email is only made from it', async () => {
		await patch({ name: 'a', city: 'Rome' }, { email: '={{ $json.name }}@example.com' });
		await patch({ user: { name: A }, city: 'Oslo' }, { email: '={{ $json.user.name }}' });
		expect(customer()).toEqual([
			{ email: A, name: 'a', city: 'Rome' },
			{ email: A, city: 'Oslo' },
		]);
	});

	test('is refused if its name is an address, too: the first row of the file became its header', async () => {
		const item = { 'joe@example.com': A, Joe: 'Jane' };
		const { error } = await patch(item, { email: '={{ $json["joe@example.com"] }}' });
		expect(error?.message).toBe(
			'The attribute name "joe@example.com" is an email address [item 0]',
		);
	});

	test('and that of the phone are no attributes of the Developer API', async () => {
		const upsert = { resource: 'customer', operation: 'upsert', customerAttributesInput: 'auto' };
		const identity = { email: '={{ $json.Kontakt }}', phone: '={{ $json.Handy }}' };
		const { json } = await run(
			'bluecore',
			{ ...upsert, ...identity, options: { validateOnly: true } },
			{ items: [{ Kontakt: A, Handy: '+15035550100', city: 'Rome' }] },
		);
		expect(json[0].payload).toMatchObject({ attributes: { city: 'Rome' } });
		expect(JSON.stringify(json)).not.toMatch(/kontakt|handy/i);
	});
});

describe('Fields to Leave Out', () => {
	const item = { 'Internal Notes': 'owes us money', 'Row-Number': 7, VIPStatus: 'x', city: 'Rome' };

	test('keeps them from the template as from the attributes, however they are spelled', async () => {
		const autoMapExclude = 'internalNotes, ROW NUMBER, vip_status';
		const { json } = await email(item, { customerAttributesInput: 'auto', autoMapExclude });
		expect(json[0].payload).toMatchObject({
			template_attributes: { city: 'Rome' },
			customer_attributes: { city: 'Rome' },
		});
	});

	test('is refused when its expression comes out empty: everything would be sent', async () => {
		const autoMapExclude = '={{ $json.missing }}';
		for (const send of [patch, email]) {
			const { error } = await send(item, { autoMapExclude });
			expect(error?.message).toMatch(/^Fields to Leave Out.*\[item 0\]$/);
		}
		expect(sandbox.state.calls).toEqual([]);
	});
});
