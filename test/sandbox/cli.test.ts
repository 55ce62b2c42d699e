import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../../harness/paths';
import { scratchFolder } from '../../harness/scratchFolder';
import { version } from '../../sandbox/package.json';
import { http } from '../support/http';
import { useSandbox } from '../support/sandbox';

const sandbox = useSandbox();
const NODE = process.execPath;
const PROGRAM = ['--import', 'tsx', path.join(ROOT, 'sandbox/cli.ts')];

/** Runs the command to its end. */
const run = async (...args: string[]) =>
	await new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
		execFile(NODE, [...PROGRAM, ...args], (error, out, err) =>
			resolve({ code: error ? error.code : 0, out, err }),
		);
	});

/** Starts the command, and waits until it says where it is. */
async function start(args: string[], env: NodeJS.ProcessEnv = {}) {
	const child: ChildProcess = spawn(NODE, [...PROGRAM, '--port', '0', ...args], {
		env: { ...process.env, ...env },
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const ended = once(child, 'exit');
	let printed = '';
	child.stdout?.on('data', (chunk: Buffer) => (printed += String(chunk)));
	while (!printed.includes('/sandbox/emails')) await once(child.stdout ?? child, 'data');
	const [url] = /http:\/\/\S+:\d+/.exec(printed) ?? [''];
	return { child, ended, url, printed: () => printed };
}

test('the version and the help are printed', async () => {
	expect(await run('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
	const { code, out } = await run('--help');
	expect(code).toBe(0);
	const options = ['version', 'port', 'host', 'allow-host', 'namespace', 'api-key', 'config'];
	for (const option of [...options, 'keep', 'data', 'open', 'help']) {
		expect(out).toMatch(new RegExp(`^  --${option}\\b`, 'm'));
	}
});

test.each([
	[['--prt', '1'], /unknown option '--prt'/],
	[['--port', 'x'], /--port.*whole number/s],
	[['--allow-host', 'http://sandbox.lan'], /without http:\/\/ and port/],
	[['--forward', 'example.com'], /must be production, or begin with/],
	[['--forward', 'https://a:b@example.com'], /must be production, or begin with/],
	...['host', 'namespace', 'api-key', 'config', 'data'].map((name): [string[], RegExp] => [
		[`--${name}`, ''],
		/It must not be empty/,
	]),
	[['more'], /too many arguments/],
])('wrong options %j end with 2', async (args, message) => {
	expect(await run(...args)).toEqual({ code: 2, out: '', err: expect.stringMatching(message) });
});

test('what cannot start ends with 1, and says what to do', async () => {
	const { port } = new URL(sandbox.url);
	expect(await run('--port', port)).toEqual({
		code: 1,
		out: '',
		err: expect.stringMatching(new RegExp(`^Port ${port} of 127.0.0.1 is in use.*--port 0`)),
	});
	expect(await run('--port', '0', '--host', '192.0.2.1')).toMatchObject({
		code: 1,
		err: expect.stringMatching(/not an address of this machine.*--host/),
	});
	expect(await run('--config', 'nowhere.json')).toMatchObject({
		code: 1,
		err: expect.stringContaining('nowhere.json cannot be read'),
	});
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it, and its data is kept', async (signal) => {
	const file = path.join(scratchFolder(), 'data');
	const { child, ended, url, printed } = await start(['--data', file, '--allow-host', 'a.lan']);
	expect(printed()).toMatch(/Environment {2}Sandbox\n {2}Sandbox URL {2}http/);
	const get = async (host: string) =>
		(await http.get(`${url}/sandbox/summary`, { headers: { host } })).status;
	expect([await get('a.lan'), await get('b.lan')]).toEqual([200, 403]);
	await http.post(`${url}/api/track/mobile/v1`, {});
	// Neither a page that is open nor an answer that is late keeps it from ending.
	const live = await fetch(`${url}/sandbox/live`);
	await http.post(`${url}/sandbox/faults`, { delayMs: 60_000 });
	const late = http.post(`${url}/api/track/mobile/v1`, {}).catch((error: unknown) => error);
	child.kill(signal);
	expect(await ended).toEqual([0, null]);
	await Promise.all([late, live.text().catch(() => '')]);
	expect(existsSync(`${file}.lock`)).toBe(false);
	expect(readFileSync(file, 'utf8')).toContain('"path":"/api/track/mobile/v1"');
});

/** Runs the command with `--open` and these programs, until something has happened; returns the address of the sandbox. */
async function open(PATH: string, isDone: (printed: string) => boolean): Promise<string> {
	const { child, ended, url, printed } = await start(['--open'], { PATH });
	while (!isDone(printed())) await new Promise((resolve) => setTimeout(resolve, 20));
	child.kill('SIGTERM');
	expect(await ended).toEqual([0, null]);
	return url;
}

test('--open opens the page, and says so where there is no browser', async () => {
	const folder = scratchFolder();
	const opener = path.join(folder, 'xdg-open');
	const opened = path.join(folder, 'opened');
	writeFileSync(
		opener,
		`#!/bin/sh\nprintf '%s' "$1" > ${opened}.new && mv ${opened}.new ${opened}\n`,
	);
	chmodSync(opener, 0o755);
	const url = await open(`${folder}:/usr/bin:/bin`, () => existsSync(opened));
	expect(readFileSync(opened, 'utf8')).toBe(url);
	await open(scratchFolder(), (printed) => /Open http:\S+ yourself/.test(printed));
});
