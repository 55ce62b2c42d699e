import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { scratchFolder } from '../../harness/scratchFolder';
import { tryFile } from '../../scripts/tryForward';
import { LOADED } from '../support/nodes';

async function reportOn(text: string, parameters = {}) {
	const file = join(scratchFolder(), 'messages');
	writeFileSync(file, text);
	return await tryFile(LOADED, file, parameters);
}
const view = (email: string, more: object = {}) => ({
	event: 'Product Viewed',
	traits: { email, plan: 'gold', company: { name: 'Example' } },
	properties: { product_id: 'SKU1' },
	timestamp: '2021-01-05T10:00:00Z',
	...more,
});
const MESSAGES = [
	view('a@example.com'),
	{ source: 'a file', message: view('b@example.com') },
	{ headers: {}, body: { batch: [view('c@example.com'), { event: 'Quick View' }] } },
	{ event: 'Quick View' },
	{ event: 'Product Viewed', userId: 'u-1', properties: { product_id: '' } },
	{ type: 'track', properties: {} },
];
const lines = MESSAGES.map((message) => JSON.stringify(message)).join('\n');

test('counts what messages would become by outcome and reason, with a sample of each', async () => {
	const report = await reportOn(`${lines}\n\n`);
	expect(report).toContain('6 entries. Nothing was sent.');
	for (const row of [
		...['| would be sent | 3 |', '| held back | 3 |', '| refused | 1 |'],
		'| 3 | would be sent | viewed_product |  |',
		'| 2 | held back |  | Unmapped: no Bluecore event is mapped to "…" |',
		'| 1 | held back |  | Unmapped: the track message has no event |',
		'| 3 | warning |  | Nested traits were left out, because each would become an attribute: …. To send them, set the option Nested Traits to Send |',
	]) {
		expect(report.split('\n')).toContain(row);
	}
	expect(report).toContain('3 events would be sent, 3 of them with attributes');
	expect(report).toContain('(1): plan (3)\n');
	expect(report).toContain('mapped to (1): Quick View (2)\n');
	expect(report).toContain(
		[
			'would be sent: viewed_product (entry 1)',
			`  ${JSON.stringify(MESSAGES[0])}`,
			'  → {"event":"viewed_product","properties":{"distinct_id":"a@example.com","products":[{"id":"SKU1"}],"customer":{"email":"a@example.com","plan":"gold"}}}',
		].join('\n'),
	);
	expect(report).toMatch(/^refused: Products .* \(entry 5\)\n.*\n.*"advice":/m);
});

test('reads a JSON array, and takes parameters of the node', async () => {
	const parameters = { unmappedEvents: 'fail', options: { traitsToSend: 'first_name' } };
	const report = await reportOn(JSON.stringify(MESSAGES), parameters);
	expect(report.split('\n')).toContain('| 2 | refused |  | No Bluecore event is mapped to "…" |');
	expect(report).toContain('3 events would be sent, 0 of them with attributes');
	expect(report).toContain('(0): none');
});

test('says which line is not JSON', async () => {
	await expect(reportOn('{}\n{ not')).rejects.toThrow(/^Line 2 is not JSON/);
});
