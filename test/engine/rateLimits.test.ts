import { DEFAULT_CONFIG } from '../../sandbox/account/config';
import { useNodes } from '../support/nodes';

const { sandbox, run } = useNodes({
	rateLimits: {
		...DEFAULT_CONFIG.rateLimits,
		steady: { limit: 60, seconds: 2 },
		// More than this machine sends in a second: how evenly requests arrive depends on what else it does.
		burst: { limit: 500, seconds: 1 },
	},
});

test('two runs at once keep to the limits of the account together', async () => {
	const upsert = { resource: 'customer', operation: 'upsert', email: '={{ $json.email }}' };
	const parameters = { ...upsert, customerAttributes: { city: 'Portland' } };
	const runs = await Promise.all(
		['a', 'b'].map(async (prefix) => {
			const items = Array.from({ length: 60 }, (_, n) => ({ email: `${prefix}${n}@example.com` }));
			return await run('bluecore', parameters, { items });
		}),
	);
	expect(runs.map(({ json }) => json.length)).toEqual([60, 60]);
	const calls = sandbox.state.calls.filter(({ api }) => api !== 'token');
	expect(calls.map(({ status }) => status)).toEqual(Array.from({ length: 120 }, () => 200));
});
