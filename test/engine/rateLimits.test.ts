import { DEFAULT_CONFIG } from '../../sandbox/account/config';
import { runNode, startNode, type NodeRun } from '../support/nodes';
import { NAMESPACE, useSandbox } from '../support/sandbox';

const sandbox = useSandbox({
	rateLimits: {
		...DEFAULT_CONFIG.rateLimits,
		steady: { limit: 60, seconds: 2 },
		// More than this machine sends in a second: how evenly requests arrive depends on what else it does.
		burst: { limit: 500, seconds: 1 },
	},
});

const statuses = () =>
	sandbox.state.calls.filter(({ api }) => api !== 'token').map(({ status }) => status);
const given = (length: number, prefix = 'c'): NodeRun => ({
	node: 'bluecore',
	credential: sandbox.oAuth2Credential(NAMESPACE),
	items: Array.from({ length }, (_, n) => ({ email: `${prefix}${n}@example.com` })),
	parameters: {
		resource: 'customer',
		operation: 'upsert',
		email: '={{ $json.email }}',
		customerAttributes: { city: 'Portland' },
		options: { retryBaseSeconds: 0.1 },
	},
});
const run = async (length: number, prefix?: string) => await runNode(given(length, prefix));

test('two runs at once keep to them together', async () => {
	const [{ json: first }, { json: second }] = await Promise.all([run(60, 'a'), run(60, 'b')]);
	expect([first.length, second.length]).toEqual([60, 60]);
	expect(statuses()).toEqual(Array.from({ length: 120 }, () => 200));
});

test('what another client takes is noticed, and nothing is lost', async () => {
	const { json } = await run(10);
	expect(json).toHaveLength(10);
	let isOver = false;
	const other = sandbox.developerApi.rateLimits;
	const taking = (async () => {
		while (!isOver) {
			other.count(NAMESPACE, Date.now());
			await new Promise((resolve) => setTimeout(resolve, 70));
		}
	})();
	const { json: all } = await run(90, 'd');
	isOver = true;
	await taking;
	expect(all).toHaveLength(90);
	const refused = statuses().filter((status) => status === 429).length;
	expect(refused).toBeLessThan(30);
});

test('a cancelled run does not wait until the limits allow more', async () => {
	const { result, cancel } = startNode(given(150, 'e'));
	while (statuses().length < 60) await new Promise((resolve) => setTimeout(resolve, 20));
	cancel();
	const { status } = await result;
	expect(status).toBe('canceled');
	const soon = statuses().length;
	expect(soon).toBeLessThan(150);
	await new Promise((resolve) => setTimeout(resolve, 2500));
	expect(statuses()).toHaveLength(soon);
});
