import { BluecoreApi } from '../../credentials/BluecoreApi.credentials';
import { lastRunOf, outputOf, startWorkflow } from '../../harness/engine';
import { NODE_TYPES } from '../support/nodes';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';

const sandbox = useSandbox();

/** Messages that are held back, so that no time goes into sending. */
const messages = (count: number) =>
	Array.from({ length: count }, (_, n) => ({ type: 'screen', userId: `u-${n}` }));

/** Starts a run whose one item holds all messages; nothing is made of its result that is as long as they are. */
function forward(count: number) {
	const common = { typeVersion: 1, position: [0, 0] as [number, number] };
	return startWorkflow({
		workflow: {
			nodes: [
				{ ...common, id: '1', name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} },
				{
					...common,
					id: '2',
					name: 'Bluecore',
					type: 'n8n-nodes-bluecore.bluecoreEvents',
					parameters: { operation: 'forward', message: '={{ $json.body }}' },
					credentials: { bluecoreApi: { id: '1', name: 'Bluecore' } },
				},
			],
			connections: { Start: { main: [[{ node: 'Bluecore', type: 'main', index: 0 }]] } },
		},
		nodeTypes: NODE_TYPES,
		credentials: {
			bluecoreApi: { type: new BluecoreApi(), data: sandbox.credential(NAMESPACE, API_KEY) },
		},
		start: { node: 'Start', items: [{ json: { body: messages(count) } }] },
	});
}

test('200,000 messages in one item come out one by one, in their order', async () => {
	const ended = await forward(200_000).result;
	const items = outputOf(ended, 'Bluecore');
	expect([ended.status, items.length]).toEqual(['success', 200_000]);
	expect([0, 99_999, 199_999].map((n) => items[n].json.distinct_id)).toEqual([
		'u-0',
		'u-99999',
		'u-199999',
	]);
	expect(items[199_999].pairedItem).toEqual({ item: 0 });
});

test('while the messages of one item are checked, n8n does its other work and notices a cancellation', async () => {
	const { result, cancel } = forward(100_000);
	let turns = 0;
	const otherWork = setInterval(() => {
		if (++turns === 5) cancel();
	}, 1);
	const ended = await result;
	clearInterval(otherWork);
	expect(ended.status).toBe('canceled');
	expect(lastRunOf(ended, 'Bluecore')?.error?.message).toMatch(
		/^The execution was canceled; 0 of \d+ \w+ were accepted$/,
	);
	// Those who are interrupted put nothing out.
	expect(outputOf(ended, 'Bluecore')).toEqual([]);
});
