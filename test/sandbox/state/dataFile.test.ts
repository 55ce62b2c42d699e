import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, {
	appendFileSync,
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Sandbox, type SandboxOptions } from '../../../sandbox/bluecoreSandbox';
import { clientOf } from '../../support/http';

let folder = '';
let file = '';
beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'sandbox-'));
	file = path.join(folder, 'data.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const start = async (options: SandboxOptions = {}) =>
	await new Sandbox({ dataFile: file, ...options }).start();
const EMAIL = { campaign_id: '34545238546', email: 'jane@example.com', template_attributes: {} };
const shop = async (sandbox: Sandbox) => {
	const { track, send } = clientOf(sandbox);
	await track('search', { distinct_id: 'device-1', search_term: 'a' });
	await track('identify', {
		distinct_id: 'device-1',
		customer: { email: 'jane@example.com', vip: true },
	});
	await track('search', { distinct_id: 'device-1' });
	await send(EMAIL);
};
/** Everything that it tells, but for its own address. */
const told = async (sandbox: Sandbox) => {
	const { get } = clientOf(sandbox);
	const all = await Promise.all(['calls', 'events', 'profiles', 'profiles/2', 'emails'].map(get));
	return [all, sandbox.state.totals, sandbox.state.profiles.newAttributes];
};

test('the state is the same after a restart, and after another', async () => {
	const config = { sentAfterMs: 0, finalAfterMs: 0 };
	const first = await start(config);
	await shop(first);
	const before = await told(first);
	await first.stop();
	for (let restarts = 0; restarts < 2; restarts++) {
		const again = await start(config);
		expect(await told(again)).toEqual(before);
		await again.stop();
	}
});

test('it goes on where it was: IDs, conversations, links, what is kept', async () => {
	const first = await start();
	await shop(first);
	await first.stop();
	const again = await start({ keep: 3 });
	const { data } = await clientOf(again).send(EMAIL);
	await clientOf(again).track('search', { distinct_id: 'device-1', search_term: 'b' });
	expect(data.conversation_id).toBe('3123245000002');
	expect(again.state.calls.map(({ id }) => id)).toEqual([4, 5, 6]);
	expect(again.state.profiles.list()).toMatchObject([
		{ email: 'jane@example.com', timeline: [4, 5, 6] },
	]);
	await again.stop();
});

test('a reset holds after a restart', async () => {
	const first = await start();
	await shop(first);
	first.reset();
	await first.stop();
	const again = await start();
	expect(again.state.totals.calls).toBe(0);
	expect(again.state.profiles.size).toBe(0);
	await again.stop();
});

test('a line that a kill has cut off anywhere costs that call only', async () => {
	const first = await start();
	await shop(first);
	await first.stop();
	const whole = readFileSync(file);
	const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1;
	for (let end = lastLine; end < whole.length; end += 17) {
		writeFileSync(file, whole);
		truncateSync(file, end);
		const again = await start();
		expect(again.state.calls).toHaveLength(3);
		await again.stop();
	}
});

test('a line that is damaged in the middle is named, and the file is left alone', async () => {
	const first = await start();
	await shop(first);
	await first.stop();
	const lines = readFileSync(file, 'utf8').split('\n');
	lines[2] = lines[2].slice(0, 40);
	writeFileSync(file, lines.join('\n'));
	await expect(start()).rejects.toThrow(/^Line 3 of .* is damaged/);
	expect(readFileSync(file, 'utf8')).toBe(lines.join('\n'));
});

test.each([
	['of something else', 'name,city\nJane,Rome\n'],
	['that is JSON', '{"a":1}\n'],
])('a file %s is refused, and left alone', async (_what, text) => {
	writeFileSync(file, text);
	await expect(start()).rejects.toThrow(
		/is not a data file of this sandbox\. Choose another with --data/,
	);
	expect(readFileSync(file, 'utf8')).toBe(text);
});

test('a file that another sandbox keeps is refused, until that one stops', async () => {
	const first = await start();
	await expect(start()).rejects.toThrow(/is kept by another sandbox, process \d+/);
	await shop(first);
	await first.stop();
	const again = await start();
	expect(again.state.totals.calls).toBe(4);
	await expect(again.start(Number(new URL(again.url).port))).rejects.toThrow();
	await again.stop();
});

test('a lock whose process is gone does not count', async () => {
	writeFileSync(`${file}.lock`, '2147483646');
	const sandbox = await start();
	await sandbox.stop();
	expect(existsSync(`${file}.lock`)).toBe(false);
});

test('a port that is taken frees the file', async () => {
	const other = await new Sandbox().start();
	const port = Number(new URL(other.url).port);
	await expect(new Sandbox({ dataFile: file }).start(port)).rejects.toThrow(/EADDRINUSE/);
	const sandbox = await start();
	await sandbox.stop();
	await other.stop();
});

test('a file that cannot be written is told of, and stays whole', async () => {
	const first = await start();
	await shop(first);
	const spy = jest.spyOn(fs, 'writeFileSync').mockImplementation(() => {
		throw new Error('ENOSPC: no space left on device');
	});
	const printed = jest.spyOn(console, 'error').mockImplementation(() => undefined);
	const { track, get } = clientOf(first);
	expect((await track('search', { distinct_id: 'a', search_term: 'a' })).status).toBe(202);
	expect(printed).toHaveBeenCalledWith(expect.stringMatching(/cannot be written.*ENOSPC/));
	expect(await get('summary')).toMatchObject({ problem: expect.stringMatching(/ENOSPC/) });
	spy.mockRestore();
	printed.mockRestore();
	await track('search', { distinct_id: 'b', search_term: 'a' });
	expect(await get<object>('summary')).not.toHaveProperty('problem');
	await first.stop();
	const again = await start();
	expect(again.state.calls.map(({ who }) => who)).toEqual([
		'device-1',
		'device-1',
		'device-1',
		'jane@example.com',
		'b',
	]);
	await again.stop();
});

test('an empty file is begun', async () => {
	appendFileSync(file, '');
	const sandbox = await start();
	expect(sandbox.state.totals.calls).toBe(0);
	await sandbox.stop();
});

test('a kill in the middle of the work loses no call that was answered', async () => {
	const root = path.join(__dirname, '../../..');
	const arguments_ = ['sandbox/cli.ts', '--port', '0', '--data', file];
	const child = spawn(process.execPath, ['--import', 'tsx', ...arguments_], { cwd: root });
	const [greeting] = (await once(child.stdout, 'data')) as [Buffer];
	const url = /http:\/\/[\d.]+:\d+/.exec(greeting.toString())?.[0] ?? '';
	let answered = 0;
	const customer = async (id: number) => {
		for (let n = 0; ; n++) {
			const body = {
				event: 'search',
				properties: { token: 'x', distinct_id: `c${id}@example.com`, search_term: `${n}` },
			};
			await fetch(`${url}/api/track/mobile/v1`, { method: 'POST', body: JSON.stringify(body) });
			answered++;
		}
	};
	const customers = Array.from(
		{ length: 8 },
		async (_, id) => await customer(id).catch(() => undefined),
	);
	const until = Date.now() + 20_000;
	while (answered < 500 && Date.now() < until)
		await new Promise((resolve) => setTimeout(resolve, 5));
	const ended = once(child, 'exit');
	child.kill('SIGKILL');
	await Promise.all([ended, ...customers]);
	expect(answered).toBeGreaterThanOrEqual(500);
	const again = await start();
	expect(again.state.totals.calls).toBeGreaterThanOrEqual(answered);
	expect(again.state.totals.calls).toBeLessThanOrEqual(answered + 8);
	await again.stop();
});
