import type { IDataObject } from 'n8n-workflow';

import { startNode, type NodeRun } from '../../support/nodes';
import { API_KEY, NAMESPACE, useSandbox } from '../../support/sandbox';

const sandbox = useSandbox();

const forward = (items: IDataObject[]): NodeRun => ({
	node: 'bluecoreEvents',
	credential: sandbox.credential(NAMESPACE, API_KEY),
	parameters: {
		operation: 'forward',
		message: '={{ $json.body }}',
		options: { validateOnly: true },
	},
	items,
});
const messages = (count: number) =>
	Array.from({ length: count }, (_, n) => ({ type: 'screen', userId: `u-${n}` }));

test('200,000 messages in one item come out one by one, in their order', async () => {
	const count = 200_000;
	const { status, json, main } = await startNode(forward([{ body: messages(count) }])).result;
	expect(status).toBe('success');
	expect(json).toHaveLength(count);
	expect([0, 99_999, count - 1].map((n) => json[n].distinct_id)).toEqual([
		'u-0',
		'u-99999',
		'u-199999',
	]);
	expect(main.at(-1)?.pairedItem).toEqual({ item: 0 });
}, 60_000);

test('while the messages of one item are checked, n8n does its other work and notices a cancellation', async () => {
	const { result, cancel } = startNode(forward([{ body: { batch: messages(100_000) } }]));
	// The timer runs only if the node lets it, long before all are checked.
	setTimeout(cancel, 20);
	const { status, nodeError } = await result;
	expect(status).toBe('canceled');
	expect(nodeError?.message).toMatch(/^The execution was canceled; 0 of \d+ \w+ were accepted$/);
	expect(sandbox.state.calls).toEqual([]);
}, 60_000);
