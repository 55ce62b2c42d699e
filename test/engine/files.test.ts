import type { IDataObject } from 'n8n-workflow';

import { useNodes, type NodeRun } from '../support/nodes';
import { casesOf } from '../support/table';

/** Rows of files and of shops, as n8n reads them. */

const { sandbox, run } = useNodes();
const events = async (
	parameters: IDataObject,
	items: IDataObject[],
	onError?: NodeRun['onError'],
) => await run('bluecoreEvents', parameters, { items, onError });
const customers = async (
	items: IDataObject[],
	parameters: IDataObject = {},
	onError?: NodeRun['onError'],
) => {
	const patch = { operation: 'customer_patch', email: '={{ $json.Email }}' };
	return await events({ ...patch, customerAttributesInput: 'auto', ...parameters }, items, onError);
};
const warningsOf = (json: IDataObject[]) => json.map(({ warnings }) => warnings ?? []);
const addressOf = (index: number) => `c${index}@example.com`;

test('a column that is empty in some rows is no reason to look for another', async () => {
	// n8n leaves empty cells out.
	const items = [{ Email: addressOf(0), email_2: addressOf(9) }, { email_2: addressOf(9) }];
	const { error } = await events({ operation: 'optin', email: '={{ $json.Email }}' }, items);
	expect(error?.message).toBe(
		'1 of 2 items cannot be sent, so nothing was sent: Email is required [item 1]',
	);
});

test('a number that is required is told what the input has, too', async () => {
	const orderId = '={{ $json.order.name }}';
	const purchase = { operation: 'purchase', email: addressOf(1), orderId };
	const items = [{ order: { id: 1 }, 'Total ': 5 }];
	const products = { product: [{ id: 'A' }] };
	const { error } = await events({ ...purchase, products, total: '={{ $json.total }}' }, items);
	expect(error?.message).toBe(
		'Order ID is required, but "order.name" does not exist in this item; Total is required, but the input has a column "Total " with a blank: delete what is in Total, and drag it there [item 0]',
	);
});

test('booleans of one column in several spellings get one warning', async () => {
	const rows = ['ja', '0', 'ja'].map((Newsletter, n) => ({ Email: addressOf(n), Newsletter }));
	const warning =
		/^The attribute "newsletter" says yes and no .*: "ja" \[item 0\], "0" \[item 1\]\./;
	const { json } = await customers(rows);
	expect(warningsOf(json)).toEqual([[expect.stringMatching(warning)], [], []]);
});

test('dates, numbers and names of columns that get a warning get one for all rows, with the rows', async () => {
	const rows = Array.from({ length: 4 }, (_, index): IDataObject => ({
		Email: addressOf(index),
		firstname: 'Anna',
		...(index !== 1 && { Joined: `0${index + 1}/04/2025` }),
		...(index > 1 && { Spent: `1.23${index},50` }),
		...(index === 3 && { Born: '02.03.24', Club: 'true' }),
	}));
	const { json } = await customers(rows);
	expect(warningsOf(json)).toEqual([
		[
			'Bluecore usually has first_name instead of firstname [items 0–3]. Rename the fields if they are the same',
			'Dates in which day and month could be exchanged are stored as they are: joined "01/04/2025" [items 0, 2], born "02.03.24" [item 3]. Write them as year-month-day, such as 1990-05-17',
		],
		[],
		[expect.stringMatching(/^Numbers that are .*: spent "1\.232,50" \[items 2–3\]\. If /)],
		[expect.stringMatching(/^Bluecore stores .* as a boolean: club\. If /)],
	]);
	expect(sandbox.state.events).toHaveLength(4);
});

test('a row that is refused is none of the rows of a warning; the hint counts each of the others', async () => {
	const rows = ['a', addressOf(1), addressOf(2)].map((Email) => ({ Email, firstname: 'Anna' }));
	const { main, errors, hints } = await customers(rows, {}, 'continueErrorOutput');
	expect(errors).toHaveLength(1);
	expect(warningsOf(main.map(({ json }) => json))).toEqual([
		[expect.stringContaining('firstname [items 1–2].')],
		[],
	]);
	expect(hints?.map(({ message }) => message)).toEqual([
		'2 accepted · 1 refused · 2 with warnings',
		expect.stringMatching(/^2 × Bluecore usually has first_name /),
	]);
});

describe('emails', () => {
	const send = async (items: IDataObject[], more: IDataObject = {}) => {
		const campaignId = '={{ $json.campaign ?? "34545238546" }}';
		const common = { operation: 'send', campaignId, email: '={{ $json.email }}' };
		const templateAttributesJson = '={{ $json.data ?? {} }}';
		const data = { templateAttributesInput: 'json', templateAttributesJson };
		return await run('bluecoreEmail', { ...common, ...data, ...more }, { items });
	};

	test('a second one of the same campaign with the same data to the same address gets a warning', async () => {
		const email = addressOf(1);
		const data = { first_name: 'Jane', order: '1001', lines: [{ name: 'Jacket' }] };
		const { json, error } = await send([
			{ email, data },
			{ email, data: { ...data, order: '1002' } },
			{ email: email.toUpperCase(), data },
			{ email, data, campaign: '34545238547' },
			{ email: addressOf(2), data },
		]);
		expect(error).toBeUndefined();
		const warning = (address: string, others: string) =>
			`"${address}" gets campaign "34545238546" more than once, with the same template attributes: also from ${others}`;
		expect(warningsOf(json)).toEqual([
			[warning(email, 'item 2')],
			[],
			[warning(email.toUpperCase(), 'item 0')],
			[],
			[],
		]);
	});

	const EMPTY = 'To show nothing, leave the value empty';
	const READ = 'Read the file as UTF-8, with the option Encoding where it is read';
	test.each(
		casesOf<[data: IDataObject, ...warnings: string[]]>(`
			{"first_name": "", "coupon": null, "total": 0, "note": " ", "city": " Rome "} | Template attributes are blank, so the email shows nothing there: first_name, coupon, note
			{"first_name": "null", "coupon": " Undefined", "city": "Null Island", "note": "not null"} | Template attributes are the word "null" or "undefined", and the email shows this word: first_name, coupon. ${EMPTY}
			{"total": "#REF!", "name": "[object Object]", "city": "MÃ¼nchen", "note": "None"} | Template attributes say that there is no value, and the email shows this: total "#REF!", name "[object Object]". ${EMPTY} | Letters in template attributes were broken when a file was read or converted: city. ${READ}
			{"name": "{{ $json.name }}", "order": "Order [object Object]", "code": "{{code}} [object]"} | Template attributes have an expression that was not evaluated, or an object within a text, and the email shows this: name, order. Switch the field to Expression, and map one value of the object
			{"order_number": 820982911946154508, "total": 12.5} | Numbers have too many digits, and some of them are lost: order_number. Pass them as text from where they are first read
		`),
	)('doubtful template attributes go out with a warning: %j', async (data, ...warnings) => {
		const { json } = await send([{ email: addressOf(1), data }]);
		expect(warningsOf(json)).toEqual([warnings]);
		expect(sandbox.state.calls).toMatchObject([{ body: { template_attributes: data } }]);
	});

	test('a template attribute without a value is told which part of its path is missing', async () => {
		const value = '={{ $json.order.customer.first_name }}';
		const assignments = [{ id: '1', name: 'first_name', type: 'string', value }];
		const { error } = await send([{ email: addressOf(1), order: { id: 1 } }], {
			templateAttributesInput: 'define',
			templateAttributes: { assignments },
		});
		expect(error).toMatchObject({
			message:
				'Template Attributes: "first_name" has no value: "order.customer" does not exist in this item [item 0]',
			description:
				'If the value may be missing, write {{ $json.order?.customer?.first_name ?? null }} to send null. Otherwise drag the field in again.',
		});
	});
});
