import { fuzz } from '../support/hostileItems';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';

const sandbox = useSandbox();

test('1,500 hostile items come out as valid payloads or with a clear error, and nothing is sent', async () => {
	const { valid, refused } = await fuzz(1500, 1, sandbox.credential(NAMESPACE, API_KEY));
	expect(valid).toBeGreaterThan(50);
	expect(refused).toBeGreaterThan(500);
	expect(sandbox.state.totals.calls).toBe(0);
});
