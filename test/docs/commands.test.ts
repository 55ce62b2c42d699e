import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { ROOT } from '../../harness/paths';
import { scratchFolder } from '../../harness/scratchFolder';
import { PAGES, textOf } from '../support/pages';

const run = promisify(execFile);

/** Recorded tracking messages, as a page has them in a file. */
const MESSAGES = path.join(scratchFolder(), 'messages.jsonl');
writeFileSync(
	MESSAGES,
	[
		{ type: 'track', event: 'Signed Up', userId: 'jane@example.com' },
		{ type: 'track', event: 'Order Completed', userId: 'u-1', properties: { order_id: '7' } },
	]
		.map((message) => `${JSON.stringify(message)}\n`)
		.join(''),
);

/** The commands that take long, such that they only show that they run. */
const SMALL: Readonly<Record<string, { args?: string[]; env?: Record<string, string> }>> = {
	bench: { env: { BENCH_SCALE: '0.005' } },
	'bench:limits': { args: ['--quick', '--seconds', '0.1'] },
	'bench:million': {
		args: ['--workers', '1', '--send', 'events'],
		env: { BENCH_SCALE: '0.002' },
	},
	'bench:profile': { args: ['200', 'node'] },
	'bench:scale': { env: { BENCH_SCALE: '0.01' } },
	docs: {},
	pictures: { args: [scratchFolder()], env: { EXAMPLE_PICTURES: '1' } },
	'test:chaos': { env: { CHAOS_SCALE: '0.01' } },
	'try:forward': { args: [MESSAGES] },
	'test:mutation': {
		args: ['--mutate', 'nodes/shared/values/readField.ts'],
		env: { MUTATION_TESTS: 'test/nodes/shared/values' },
	},
};
/** Those that other tests here run. */
const ELSEWHERE = ['release', 'sandbox'];

test('every command that a page names is run by the gate or here', () => {
	const gate = [...textOf('.ci/run').matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name);
	const named = PAGES.flatMap((page) =>
		[...textOf(page).matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name),
	);
	const known = [...gate, ...Object.keys(SMALL), ...ELSEWHERE];
	expect(named.filter((name) => !known.includes(name))).toEqual([]);
});

test.each(Object.entries(SMALL))('npm run %s', async (name, { args = [], env }) => {
	const { stdout } = await run('npm', ['run', name, '--', ...args], {
		cwd: ROOT,
		env: { ...process.env, ...env },
		maxBuffer: 64 * 1024 * 1024,
	});
	expect(stdout).not.toBe('');
});
