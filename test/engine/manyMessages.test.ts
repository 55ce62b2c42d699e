import { startNode, useNodes } from '../support/nodes';

const { runOf } = useNodes();

/** Starts a run whose one item holds so many messages, which are held back, so that no time goes into sending. */
function forward(count: number) {
	const body = Array.from({ length: count }, (_, n) => ({ type: 'screen', userId: `u-${n}` }));
	const parameters = { operation: 'forward', message: '={{ $json.body }}' };
	return startNode(runOf('bluecoreEvents', parameters, { items: [{ body }] }));
}

test('200,000 messages in one item come out one by one, in their order', async () => {
	const { status, main } = await forward(200_000).result;
	expect([status, main.length]).toEqual(['success', 200_000]);
	for (const n of [0, 99_999, 199_999]) expect(main[n].json.distinct_id).toBe(`u-${n}`);
	expect(main[199_999].pairedItem).toEqual({ item: 0 });
});

test('while the messages of one item are checked, n8n does its other work and notices a cancellation', async () => {
	const { result, cancel } = forward(100_000);
	let turns = 0;
	const otherWork = setInterval(() => {
		if (++turns === 5) cancel();
	}, 1);
	const { status, nodeError, main } = await result;
	clearInterval(otherWork);
	expect(status).toBe('canceled');
	expect(nodeError?.message).toMatch(/^The execution was canceled; 0 of \d+ \w+ were accepted$/);
	// Those who are interrupted put nothing out.
	expect(main).toEqual([]);
});
