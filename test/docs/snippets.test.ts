import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { readConfig } from '../../sandbox/account/config';
import { ROOT, SNIPPETS, textOf } from '../support/pages';
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

let scratch: string;
beforeAll(() => {
	scratch = mkdtempSync(path.join(tmpdir(), 'n8n-nodes-bluecore-'));
});
afterAll(() => {
	rmSync(scratch, { recursive: true, force: true });
});

test('every snippet is run by one of these tests', () => {
	const known = /^(npm (test|run (demo|release -- \S+|sandbox\b.*))|curl .*)$/;
	expect(COMMANDS.filter(({ command }) => !known.test(command))).toEqual([]);
	const languages = SNIPPETS.map(({ language }) => language);
	expect([...new Set(languages)].sort()).toEqual(['diff', 'json', 'mermaid', 'sh', 'ts']);
});

test('what sets everything up is run by the gate, as it stands in the pages', () => {
	const gate = textOf('.ci/run');
	const setUp = of(/^npm (test|run demo)$/);
	expect(setUp.length).toBeGreaterThan(1);
	for (const { command } of setUp) expect(gate).toMatch(new RegExp(`^suite \\w+ ${command}$`, 'm'));
});

test.each(of(/^npm run sandbox/))('$page: $command', async ({ command }) => {
	const args = command.split(' ').slice(2);
	// Those without a port would need the usual one to be free.
	const port = args.includes('--port') ? [] : ['--', '--port', '0'];
	const sandbox = spawn('npm', ['run', ...args, ...port], { cwd: ROOT, detached: true });
	const closed = once(sandbox, 'close');
	let printed = '';
	for await (const chunk of sandbox.stdout) {
		printed += String(chunk);
		if (/http:\/\/127\.0\.0\.1:\d+/.test(printed)) break;
	}
	// The help has ended by itself.
	if (sandbox.exitCode === null) process.kill(-(sandbox.pid ?? 0));
	await closed;
	expect(printed).toMatch(/Events URL|--port <number>/);
});

describe('the calls of the sandbox', () => {
	const sandbox = useSandbox();

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
			.replace('http://127.0.0.1:4010', credential.eventsUrl)
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
		writeFileSync(file, code);
		expect(Object.keys(readConfig(file))).toEqual(
			expect.arrayContaining(Object.keys(JSON.parse(code) as object)),
		);
	},
);

test.each(SNIPPETS.filter(({ language }) => language === 'ts'))(
	'$page: the program',
	async ({ code }) => {
		const file = path.join(scratch, 'snippet.mts');
		writeFileSync(file, code.replace(/from '\.\//g, `from '${ROOT}/`));
		const { stdout, stderr } = await run(tsx, [file], { cwd: ROOT });
		expect(stderr).toBe('');
		expect(stdout).toContain('[]');
	},
);

test('CONTRIBUTING: the change makes an event that works', async () => {
	const [{ code }] = SNIPPETS.filter(({ language }) => language === 'diff');
	const copy = path.join(scratch, 'copy');
	for (const folder of ['nodes', 'credentials', 'icons', 'scripts', 'harness']) {
		cpSync(path.join(ROOT, folder), path.join(copy, folder), { recursive: true });
	}
	symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
	writeFileSync(path.join(copy, 'change.diff'), `${code}\n`);
	await run('git', ['apply', '--unidiff-zero', 'change.diff'], { cwd: copy });
	writeFileSync(
		path.join(copy, 'try.ts'),
		`import { BluecoreEvents } from './nodes/BluecoreEvents/BluecoreEvents.node.ts';
import { EVENTS } from './nodes/BluecoreEvents/catalogue';
import { buildEvent } from './nodes/BluecoreEvents/buildEvent';
import { Report } from './nodes/shared/report';
const [operation] = new BluecoreEvents().description.properties;
const values: Record<string, unknown> = { email: 'jane@example.com' };
const read = ({ name }: { name: string }) => values[name] ?? '';
const event = buildEvent('viewed_page', EVENTS.viewed_page, { json: {}, read }, {} as never, new Report());
console.log(JSON.stringify({ options: (operation.options ?? []).map((option) => option.name), event }));
`,
	);
	const { stdout } = await run(tsx, ['try.ts'], { cwd: copy });
	const { options, event } = JSON.parse(stdout) as { options: string[]; event: unknown };
	expect(options).toContain('Page View');
	expect(options).toEqual([...options].sort());
	expect(event).toEqual({
		event: 'viewed_page',
		properties: { distinct_id: 'jane@example.com', customer: { email: 'jane@example.com' } },
	});
});
