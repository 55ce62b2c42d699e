import { Sandbox, type SandboxOptions } from '../../sandbox/bluecoreSandbox';

let started: Sandbox[] = [];

/** Starts one more sandbox, which is stopped when the test has ended. */
export async function startSandbox(options?: SandboxOptions): Promise<Sandbox> {
	const sandbox = await new Sandbox(options).start();
	started.push(sandbox);
	return sandbox;
}
afterEach(async () => {
	await Promise.all(started.map(async (sandbox) => await sandbox.stop()));
	started = [];
});
