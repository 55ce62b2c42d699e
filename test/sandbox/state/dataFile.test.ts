import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../../../harness/paths';
import { scratchFolder } from '../../../harness/scratchFolder';
import { Sandbox, type SandboxOptions } from '../../../sandbox/bluecoreSandbox';
import { developerClientOf } from '../../support/developerApi';
import { clientOf, EMAIL } from '../../support/http';
import { startSandbox } from '../../support/startSandbox';

let file = '';
beforeEach(() => {
	file = path.join(scratchFolder(), 'data.jsonl');
});

let running: Sandbox | undefined;
const stop = async () => {
	await running?.stop();
	running = undefined;
};
afterEach(stop);

/** Starts a sandbox with the file, after the one that has it has ended. */
const start = async (options: SandboxOptions = {}) => {
	await stop();
	running = await new Sandbox({ dataFile: file, ...options }).start();
	return running;
};
const shop = async (sandbox: Sandbox) => {
	const { track, search, send } = clientOf(sandbox);
	await search('device-1');
	const customer = { email: 'jane@example.com', vip: true };
	await track('identify', { distinct_id: 'device-1', customer });
	await track('search', { distinct_id: 'device-1' });
	await send(EMAIL);
};
/** Everything that the sandbox shows, except its own address. */
const inspect = async (sandbox: Sandbox) => {
	const { get } = clientOf(sandbox);
	const all = await Promise.all(['calls', 'events', 'profiles', 'profiles/2', 'emails'].map(get));
	return [all, sandbox.state.totals, sandbox.state.profiles.newAttributes];
};

test('the state is the same after one restart and after two', async () => {
	const config = { sentAfterMs: 0, finalAfterMs: 0 };
	const first = await start(config);
	await shop(first);
	const before = await inspect(first);
	for (let restarts = 0; restarts < 2; restarts++) {
		const again = await start(config);
		expect(await inspect(again)).toEqual(before);
	}
});

test('what the Developer API has stored is the same after a restart, but tokens are no longer valid', async () => {
	const config = { sentAfterMs: 0, finalAfterMs: 0 };
	const first = await start(config);
	const { getToken, postCustomer, postSubscription, postMessage } = developerClientOf(first);
	const phone = { phone_number: '+15556667777' };
	await postCustomer({ id: { email: 'jane@example.com' }, link_ids: [phone] });
	await postSubscription(phone, { event: 'SIGNUP', message_type: 'TRANSACTIONAL' });
	first.confirmSubscriptions(phone.phone_number);
	const sms = { identifiers: [phone], campaign_ids: ['34545238548'] };
	await postMessage('1', sms);
	await postMessage('2', { identifiers: [phone], campaign_ids: ['34545238546', '34545238548'] });
	const { data: token } = await getToken();
	const everything = async (sandbox: Sandbox) =>
		await Promise.all(['calls', 'profiles', 'messages'].map(clientOf(sandbox).get));
	const before = await everything(first);
	expect(first.state.messages.size).toBe(3);
	expect(readFileSync(file, 'utf8')).not.toContain(token.access_token);
	await start(config);
	const again = await start(config);
	expect(await everything(again)).toEqual(before);
	const client = developerClientOf(again);
	expect((await client.postMessage('1', sms)).status).toBe(409);
	const headers = { authorization: `Bearer ${token.access_token}` };
	const { status } = await client.call('GET', 'transactional-messages/1', undefined, headers);
	expect(status).toBe(401);
});

test('after a restart, IDs and conversations continue, and links are known', async () => {
	await shop(await start());
	const again = await start({ keep: 3 });
	const { data } = await clientOf(again).send(EMAIL);
	await clientOf(again).search('device-1');
	expect(data.conversation_id).toBe('3123245000002');
	expect(again.state.calls.map(({ id }) => id)).toEqual([4, 5, 6]);
	expect(again.state.profiles.list()).toMatchObject([
		{ email: 'jane@example.com', timeline: [4, 5, 6] },
	]);
});

test('a reset is still in effect after a restart', async () => {
	const first = await start();
	await shop(first);
	first.reset();
	const again = await start();
	expect(again.state.totals.calls).toBe(0);
	expect(again.state.profiles.size).toBe(0);
});

test('the reset of one namespace is still in effect after one restart and after two', async () => {
	const first = await start();
	const named = async (namespace: string) => {
		const properties = { token: namespace, distinct_id: 'jane@example.com', search_term: 'a' };
		await clientOf(first).track('search', properties);
	};
	for (const namespace of ['a', 'b', 'a', 'c']) await named(namespace);
	first.resetNamespace('a');
	await named('a');
	const before = await inspect(first);
	const calls = first.state.calls.map(({ id, namespace }) => `${id} ${namespace}`);
	expect(calls).toEqual(['2 b', '4 c', '5 a']);
	for (let restarts = 0; restarts < 2; restarts++) {
		const again = await start();
		expect(await inspect(again)).toEqual(before);
		expect(again.state.nextCall).toBe(6);
	}
});

test('if a kill cut off the last line, only that call is lost', async () => {
	await shop(await start());
	const whole = readFileSync(file);
	const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1;
	for (let end = lastLine; end < whole.length; end += 17) {
		writeFileSync(file, whole);
		truncateSync(file, end);
		const again = await start();
		expect(again.state.calls).toHaveLength(3);
	}
});

test('a damaged line in the middle is named, and the file is not changed', async () => {
	await shop(await start());
	const lines = readFileSync(file, 'utf8').split('\n');
	lines[2] = lines[2].slice(0, 40);
	writeFileSync(file, lines.join('\n'));
	await expect(start()).rejects.toThrow(/^Line 3 of .* is damaged/);
	expect(readFileSync(file, 'utf8')).toBe(lines.join('\n'));
});

test.each([
	['that is not JSON', 'name,city\nJane,Rome\n'],
	['of other JSON', '{"a":1}\n'],
])('a file %s is refused and not changed', async (_what, text) => {
	writeFileSync(file, text);
	await expect(start()).rejects.toThrow(
		/is not a data file of the sandbox\. Choose another file with --data/,
	);
	expect(readFileSync(file, 'utf8')).toBe(text);
});

test('a file that another sandbox uses is refused until that sandbox stops', async () => {
	const first = await start();
	const second = new Sandbox({ dataFile: file }).start();
	await expect(second).rejects.toThrow(/is in use by another sandbox, process \d+/);
	await shop(first);
	const again = await start();
	expect(again.state.totals.calls).toBe(4);
	await expect(again.start(Number(new URL(again.url).port))).rejects.toThrow();
});

test('an empty file is a new file; a lock of a process that no longer runs is ignored', async () => {
	writeFileSync(file, '');
	// After a kill in a container, the next process often has the same ID.
	for (const processId of [2_147_483_646, process.pid]) {
		writeFileSync(`${file}.lock`, String(processId));
		const sandbox = await start();
		expect(sandbox.state.totals.calls).toBe(0);
		await stop();
		expect(existsSync(`${file}.lock`)).toBe(false);
	}
});

test.each([
	['a file in a folder that does not exist', () => `${file}/data`, /data cannot be used: ENO/],
	['a folder', () => path.dirname(file), / cannot be used: EISDIR/],
])('%s cannot be used', async (_, name, message) => {
	const sandbox = new Sandbox({ dataFile: name() });
	await expect(sandbox.start()).rejects.toThrow(message);
	await expect(sandbox.start()).rejects.toThrow('Choose another file with --data.');
});

test('if the port is in use, the file is not locked', async () => {
	const other = await startSandbox();
	const port = Number(new URL(other.url).port);
	await expect(new Sandbox({ dataFile: file }).start(port)).rejects.toThrow(/EADDRINUSE/);
	await start();
});

test('if the file cannot be written, the sandbox says so, and the file stays intact', async () => {
	const first = await start();
	await shop(first);
	const spy = jest.spyOn(fs, 'writeFileSync').mockImplementation(() => {
		throw new Error('ENOSPC: no space left on device');
	});
	const printed = jest.spyOn(console, 'error').mockImplementation(() => undefined);
	const { search, get } = clientOf(first);
	expect((await search('a')).status).toBe(202);
	expect(printed).toHaveBeenCalledWith(expect.stringMatching(/cannot be written.*ENOSPC/));
	expect(await get('summary')).toMatchObject({ problem: expect.stringMatching(/ENOSPC/) });
	spy.mockRestore();
	printed.mockRestore();
	await search('b');
	expect(await get<object>('summary')).not.toHaveProperty('problem');
	const again = await start();
	expect(again.state.calls.map(({ who }) => who).slice(-2)).toEqual(['jane@example.com', 'b']);
});

test('a kill loses no call that was answered', async () => {
	const arguments_ = ['sandbox/cli.ts', '--port', '0', '--data', file];
	const child = spawn(process.execPath, ['--import', 'tsx', ...arguments_], { cwd: ROOT });
	const [greeting] = (await once(child.stdout, 'data')) as [Buffer];
	const url = /http:\/\/[\d.]+:\d+/.exec(greeting.toString())?.[0] ?? '';
	let answered = 0;
	const customer = async (id: number) => {
		for (let n = 0; ; n++) {
			const properties = { token: 'x', distinct_id: `c${id}@example.com`, search_term: `${n}` };
			const body = { event: 'search', properties };
			await fetch(`${url}/api/track/mobile/v1`, { method: 'POST', body: JSON.stringify(body) });
			answered++;
		}
	};
	const customers = Array.from(
		{ length: 8 },
		async (_, id) => await customer(id).catch(() => undefined),
	);
	while (answered < 500) await new Promise((resolve) => setTimeout(resolve, 5));
	const ended = once(child, 'exit');
	child.kill('SIGKILL');
	await Promise.all([ended, ...customers]);
	const again = await start();
	expect(again.state.totals.calls).toBeGreaterThanOrEqual(answered);
	expect(again.state.totals.calls).toBeLessThanOrEqual(answered + 8);
});
