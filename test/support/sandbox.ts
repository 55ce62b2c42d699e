import type { SandboxConfig } from '../../sandbox/config';
import { Sandbox } from '../../sandbox/server';

export const NAMESPACE = 'bluestore';
export const API_KEY = 'sk-live-5f2c';

/** A sandbox for the tests of a file, empty at the start of each. */
export function useSandbox(config: Partial<SandboxConfig> = {}): Sandbox {
	const sandbox = new Sandbox({
		namespaces: [NAMESPACE],
		apiKeys: [API_KEY],
		sentAfterMs: 300,
		finalAfterMs: 600,
		...config,
	});
	beforeAll(async () => {
		await sandbox.start();
	});
	beforeEach(() => {
		sandbox.state.reset();
		sandbox.interceptor = undefined;
	});
	afterAll(async () => {
		await sandbox.stop();
	});
	return sandbox;
}
