import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { ROOT } from '../../harness/paths';
import { scratchFolder } from '../../harness/scratchFolder';
import { readConfig } from '../../sandbox/account/config';
import { SNIPPETS } from '../support/pages';
import { runNode } from '../support/nodes';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';

const run = promisify(execFile);
const tsx = path.join(ROOT, 'node_modules/.bin/tsx');

/** The shell commands of a snippet, one string each. */
const commandsIn = (code: string) =>
	code
		.replaceAll('\\\n', ' ')
		.split('\n')
		.map((line) => line.replace(/\s+# .*$/, '').trim())
		.filter((line) => line !== '' && !line.startsWith('#'));

const COMMANDS = SNIPPETS.filter(({ language }) => language === 'sh').flatMap(({ page, code }) =>
	commandsIn(code).map((command) => ({ page, command })),
);
const of = (pattern: RegExp) => COMMANDS.filter(({ command }) => pattern.test(command));

const scratch = scratchFolder();

test.each(of(/^test -e /))('$page: the secrets', async ({ command }) => {
	await run('bash', ['-c', command], { cwd: scratch });
	expect(fs.readFileSync(path.join(scratch, '.env'), 'utf8')).toMatch(
		/^N8N_ENCRYPTION_KEY=\w{48}\nPOSTGRES_PASSWORD=\w{48}\nN8N_WEBHOOK_URL=https:\/\/n8n\.example\.com\/\n$/,
	);
});

describe('the package of a clone', () => {
	const home = path.join(scratch, 'home');
	const bin = path.join(scratch, 'bin');
	const env = { ...process.env, HOME: home, PATH: `${bin}:${process.env.PATH}` };
	const sh = (command: string) => run('bash', ['-c', command], { cwd: scratch, env });
	const installed = path.join(home, '.n8n/nodes/node_modules');

	beforeAll(async () => {
		fs.mkdirSync(home);
		fs.mkdirSync(bin);
		// Does in the scratch folder what Docker would do in the container.
		const docker = `#!/bin/bash
case $1 in
	cp) test -f "$2" ;;
	exec) shift 4; "\${@/#'/home/node'/${home}}" ;;
	restart) ;;
	*) exit 1 ;;
esac`;
		fs.writeFileSync(path.join(bin, 'docker'), docker, { mode: 0o755 });
		await run('npm', ['pack', '--pack-destination', scratch], { cwd: ROOT });
	});

	test.each([
		['n8n', of(/^npm install --prefix/)],
		['a container', of(/^docker /)],
	])('is installed where %s finds it, without another package', async (_, commands) => {
		expect(commands.length).toBeGreaterThan(0);
		fs.rmSync(installed, { recursive: true, force: true });
		for (const { command } of commands) {
			await sh(command.replace('/tmp/n8n-nodes', `${scratch}/n8n-nodes`));
		}
		const packages = fs.readdirSync(installed).filter((name) => !name.startsWith('.'));
		expect(packages).toEqual(['n8n-nodes-bluecore']);
		await sh('npm uninstall --prefix ~/.n8n/nodes n8n-nodes-bluecore');
		expect(fs.existsSync(path.join(installed, 'n8n-nodes-bluecore'))).toBe(false);
	});
});

test.each(of(/^(npm run sandbox|npx bluecore-sandbox)\b/))(
	'$page: $command',
	async ({ command }) => {
		const args = command.replace(/^(npm run sandbox( --)?|npx bluecore-sandbox)/, '').split(' ');
		// Those without a port would need the usual one to be free.
		const port = args.includes('--port') ? [] : ['--port', '0'];
		const program = path.join(ROOT, 'sandbox/dist/cli.js');
		const sandbox = spawn(process.execPath, [program, ...args.filter(Boolean), ...port]);
		const closed = once(sandbox, 'close');
		let printed = '';
		for await (const chunk of sandbox.stdout) {
			printed += String(chunk);
			if (/http:\/\/127\.0\.0\.1:\d+/.test(printed)) break;
		}
		// The help has ended by itself.
		if (sandbox.exitCode === null) sandbox.kill();
		await closed;
		expect(printed).toMatch(/Sandbox URL|--port <number>/);
	},
);

describe('the calls of the sandbox', () => {
	const sandbox = useSandbox({ apiKeys: [] });

	test.each(of(/^curl /))('$page: $command', async ({ command }) => {
		const credential = sandbox.credential(NAMESPACE, API_KEY);
		const { json } = await runNode({
			node: 'bluecoreEmail',
			credential,
			parameters: { operation: 'send', campaignId: '34545238546', email: 'jane@example.com' },
		});
		await runNode({
			node: 'bluecoreEvents',
			credential,
			parameters: { operation: 'optin', email: 'jane@example.com' },
		});
		const fault = sandbox.faults.add({ status: 503, api: 'status' });
		const here = command
			.replace('http://127.0.0.1:4010', sandbox.url)
			.replace(/faults\/1$/, `faults/${fault.id}`)
			.replace('CONVERSATION_ID', json[0].conversation_id as string);
		const fail = here.replace(/^curl /, 'curl --fail --silent --show-error ');
		// Fails where the sandbox answers that there is no such thing.
		const { stderr } = await run('bash', ['-c', fail]);
		expect(stderr).toBe('');
	});
});

test.each(SNIPPETS.filter(({ language }) => language === 'json'))(
	'$page: the configuration of the sandbox',
	({ code }) => {
		const file = path.join(scratch, 'config.json');
		fs.writeFileSync(file, code);
		expect(Object.keys(readConfig(file))).toEqual(
			expect.arrayContaining(Object.keys(JSON.parse(code) as object)),
		);
	},
);

test.each(SNIPPETS.filter(({ language }) => language === 'ts'))(
	'$page: the program',
	async ({ code }) => {
		const file = path.join(scratch, 'snippet.mts');
		fs.writeFileSync(file, code.replace("'bluecore-sandbox'", `'${ROOT}/sandbox/bluecoreSandbox'`));
		const { stdout, stderr } = await run(tsx, [file], { cwd: ROOT });
		expect(stderr).toBe('');
		expect(stdout).toContain('[]');
	},
);

test('CONTRIBUTING: the change makes an event that works', async () => {
	const [{ code }] = SNIPPETS.filter(({ language }) => language === 'diff');
	const copy = path.join(scratch, 'copy');
	fs.cpSync(path.join(ROOT, 'nodes'), path.join(copy, 'nodes'), { recursive: true });
	fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
	fs.writeFileSync(path.join(copy, 'change.diff'), `${code}\n`);
	await run('git', ['apply', '--unidiff-zero', 'change.diff'], { cwd: copy });
	const { BluecoreEvents } = jest.requireActual<
		typeof import('../../nodes/BluecoreEvents/BluecoreEvents.node')
	>(path.join(copy, 'nodes/BluecoreEvents/BluecoreEvents.node.ts'));
	const node = new BluecoreEvents();
	const operation = node.description.properties.find(({ name }) => name === 'operation');
	const names = (operation?.options ?? []).map(({ name }) => name);
	expect(names).toContain('Page View');
	expect(names).toEqual([...names].sort());

	const { json } = await runNode({
		node: 'bluecoreEvents',
		nodeTypes: { 'n8n-nodes-bluecore.bluecoreEvents': node },
		credential: { namespace: NAMESPACE },
		parameters: {
			operation: 'viewed_page',
			email: 'jane@example.com',
			options: { validateOnly: true, includePayload: true },
		},
	});
	expect(json[0].payload).toEqual({
		event: 'viewed_page',
		properties: { distinct_id: 'jane@example.com', customer: { email: 'jane@example.com' } },
	});
});
