import { startNode, useNodes } from '../support/nodes';

const { runOf } = useNodes();

/** Starts a run whose one item holds so many messages, which are held back, so that no time goes into sending. */
const forward = (count: number) =>
	startNode(
		runOf(
			'bluecoreEvents',
			{ operation: 'forward', message: '={{ $json.body }}' },
			{
				items: [
					{ body: Array.from({ length: count }, (_, n) => ({ type: 'screen', userId: `u-${n}` })) },
				],
			},
		),
	);

test('200,000 messages in one item come out one by one, in their order', async () => {
	const { status, main } = await forward(200_000).result;
	expect([status, main.length]).toEqual(['success', 200_000]);
	expect([0, 99_999, 199_999].map((n) => main[n].json.distinct_id)).toEqual([
		'u-0',
		'u-99999',
		'u-199999',
	]);
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
