import { rulesOf } from '../../sandbox/answers/rules';
import { Sandbox, type SandboxOptions } from '../../sandbox/bluecoreSandbox';

export const NAMESPACE = 'bluestore';
export const API_KEY = 'sk-live-5f2c';

/** A credential with an address of its own for each API, both those of the sandbox. */
export const customCredential = ({ url }: Sandbox) => ({
	namespace: NAMESPACE,
	apiKey: API_KEY,
	environment: 'custom',
	eventsUrl: url,
	emailUrl: `${url}/email`,
});

/** A sandbox for the tests of a file. It is empty, and without faults, when a test starts; all that it said of a call follows from one of its rules. */
export function useSandbox(options: SandboxOptions = {}): Sandbox {
	const sandbox = new Sandbox({
		namespaces: [NAMESPACE],
		apiKeys: [API_KEY],
		sentAfterMs: 300,
		finalAfterMs: 600,
		...options,
	});
	beforeAll(async () => {
		await sandbox.start();
	});
	beforeEach(() => {
		sandbox.reset();
		sandbox.faults.clear();
		sandbox.interceptor = undefined;
	});
	afterEach(() => {
		const withoutRule = sandbox.state.calls.flatMap((call) => {
			const rules = rulesOf(call);
			return [...call.reasons, ...call.remarks].filter((text) => !Object.hasOwn(rules, text));
		});
		expect(withoutRule).toEqual([]);
	});
	afterAll(async () => {
		await sandbox.stop();
	});
	return sandbox;
}
