import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../../harness/paths';
import { scratchFolder } from '../../harness/scratchFolder';

const ENTRY = '- Something new.';
const CHANGELOG = `# Changelog\n\n## [Unreleased]\n\n### Added\n\n${ENTRY}\n\n## [0.0.1] - 2020-01-01\n`;
const FILLED_IN = {
	author: { name: 'Jane Doe', email: 'jane@filled-in.test' },
	homepage: 'https://filled-in.test/repository#readme',
	repository: { type: 'git', url: 'https://filled-in.test/repository.git' },
};

let folder: string;
const file = (name: string) => path.join(folder, name);
const read = (name: string) => readFileSync(file(name), 'utf8');
const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
const manifest = () => JSON.parse(read('package.json')) as Record<string, unknown>;
const commit = () => {
	git('add', '--all');
	git('commit', '--quiet', '--allow-empty', '--message', 'Change');
};
const release = (...args: string[]) => {
	const tsx = path.join(ROOT, 'node_modules/.bin/tsx');
	const script = path.join(ROOT, 'scripts/release.ts');
	const { status, stdout, stderr } = spawnSync(tsx, [script, ...args], {
		cwd: folder,
		encoding: 'utf8',
	});
	return { status, text: stdout + stderr };
};

beforeEach(() => {
	folder = scratchFolder();
	const names = ['package.json', 'package-lock.json', 'README.md', 'sandbox/package.json'];
	for (const name of [...names, 'credentials', 'nodes/Bluecore/Bluecore.node.json']) {
		cpSync(path.join(ROOT, name), file(name), { recursive: true });
	}
	writeFileSync(file('package.json'), JSON.stringify({ ...manifest(), ...FILLED_IN }, null, '\t'));
	writeFileSync(file('CHANGELOG.md'), CHANGELOG);
	git('init', '--quiet');
	git('config', 'user.name', 'Jane');
	git('config', 'user.email', 'jane@example.com');
	commit();
});

test('a release sets the version, moves the entries of the changelog, commits and tags', () => {
	expect(release('0.2.0')).toEqual({
		status: 0,
		text: 'Version 0.2.0 is made. To publish it: git push origin HEAD v0.2.0\n',
	});
	const today = new Date().toISOString().slice(0, 10);
	expect(read('CHANGELOG.md')).toBe(
		CHANGELOG.replace('## [Unreleased]\n', `## [Unreleased]\n\n## [0.2.0] - ${today}\n`),
	);
	expect(manifest().version).toBe('0.2.0');
	expect(JSON.parse(read('sandbox/package.json'))).toMatchObject({
		...FILLED_IN,
		version: '0.2.0',
		dependencies: { fastify: expect.any(String) },
	});
	const lock = JSON.parse(read('package-lock.json')) as {
		version: string;
		packages: Record<string, { version: string }>;
	};
	expect([lock.version, lock.packages[''].version]).toEqual(['0.2.0', '0.2.0']);
	const pages = ['BluecoreApi', 'BluecoreOAuth2Api'].map((name) => {
		const page = /documentationUrl =\s+'(.*)'/.exec(
			read(`credentials/${name}.credentials.ts`),
		)?.[1];
		expect(page).toMatch(
			/^https:\/\/filled-in\.test\/repository\/blob\/main\/docs\/credentials\.md#/,
		);
		return page;
	});
	expect(new Set(pages).size).toBe(2);
	expect(read('nodes/Bluecore/Bluecore.node.json')).toContain(
		`"url": "${pages[1]?.replace(/credentials.*/, 'developer-api.md')}"`,
	);
	const archives = read('README.md').match(/n8n-nodes-bluecore-[\d.]+\.tgz/g);
	expect(new Set(archives)).toEqual(new Set(['n8n-nodes-bluecore-0.2.0.tgz']));
	expect(git('status', '--porcelain')).toBe('');
	expect(git('log', '-1', '--format=%s %D').trim()).toMatch(/^Version 0\.2\.0 .*tag: v0\.2\.0/);
	expect(release('--check', 'v0.2.0').status).toBe(0);
	expect(release('--check', 'v0.3.0')).toMatchObject({ status: 1 });
	for (const name of ['sandbox/package.json', 'README.md']) {
		cpSync(path.join(ROOT, name), file(name));
		expect(release('--check', 'v0.2.0')).toEqual({
			status: 1,
			text: `${name} does not have the version or the repository of package.json.\n`,
		});
		git('checkout', name);
	}
});

const withPlaceholders = () => {
	cpSync(path.join(ROOT, 'package.json'), file('package.json'));
	commit();
};
const withoutEntries = () => {
	writeFileSync(file('CHANGELOG.md'), CHANGELOG.replace(`### Added\n\n${ENTRY}\n\n`, ''));
	commit();
};
const withAFile = () => writeFileSync(file('x'), '');
const tagged = () => git('tag', 'v0.2.0');
test.each<[string, string, () => unknown, RegExp]>([
	['what is no version', 'next', commit, /next is not a version: give one such as 0\.2\.0/],
	[
		...(['while package.json has placeholders', '0.2.0', withPlaceholders] as const),
		/Fill in author, homepage, repository in package\.json first/,
	],
	['what is not committed', '0.2.0', withAFile, /changes that are not committed/],
	['nothing new', '0.2.0', withoutEntries, /nothing under Unreleased/],
	['a version that is there already', '0.2.0', tagged, /v0\.2\.0 is there already/],
])('a release refuses %s, and changes nothing', (_what, version, change, message) => {
	change();
	const before = [git('status', '--porcelain'), git('rev-parse', 'HEAD')];
	const { status, text } = release(version);
	expect(status).toBe(1);
	expect(text).toMatch(message);
	expect([git('status', '--porcelain'), git('rev-parse', 'HEAD')]).toEqual(before);
});
