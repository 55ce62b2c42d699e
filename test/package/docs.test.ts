import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import { ROOT } from '../../harness/paths';
import { PAGES_WITH_TABLES, withTables } from '../../scripts/tables';
import { PAGES, textOf } from '../support/pages';

const scripts = (JSON.parse(textOf('package.json')) as { scripts: IDataObject }).scripts;

test.each(PAGES_WITH_TABLES)('the tables of %s are as `npm run docs` writes them', (page) => {
	expect(withTables(page, textOf(page))).toBe(textOf(page));
	expect(() => withTables(page, 'no marks')).toThrow(/needs the marks/);
});

/** The anchors that a page's headings get on GitHub. */
const anchorsOf = (page: string) =>
	[...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
		heading
			.toLowerCase()
			.replace(/[^\p{L}\p{N} _-]/gu, '')
			.replaceAll(' ', '-'),
	);

test.each(PAGES)('%s links to what is there', (page) => {
	const links = [...textOf(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link]) => link);
	const broken = links.filter((link) => {
		const [file, anchor] = link.split('#') as [string, string?];
		const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
		if (!existsSync(path.join(ROOT, target))) return true;
		return anchor !== undefined && !anchorsOf(target).includes(anchor);
	});
	expect(broken).toEqual([]);
});

test('every page and picture is linked from another page', () => {
	const linked = new Set(
		PAGES.flatMap((page) =>
			[...textOf(page).matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, link]) =>
				path.posix.join(path.posix.dirname(page), link),
			),
		),
	);
	const pictures = readdirSync(path.join(ROOT, 'docs/pictures')).map(
		(file) => `docs/pictures/${file}`,
	);
	const isAlone = (file: string) =>
		file !== 'README.md' && !linked.has(file) && !linked.has(path.posix.dirname(file));
	expect([...PAGES, ...pictures].filter(isAlone)).toEqual([]);
});

const workflows = readdirSync(path.join(ROOT, '.github/workflows')).map((file) =>
	textOf(`.github/workflows/${file}`),
);
const scriptsIn = (...texts: string[]) =>
	texts.flatMap((text) => [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name));

test('every npm script that a page or a workflow names exists, and CONTRIBUTING names each', () => {
	const named = scriptsIn(...PAGES.map(textOf), ...workflows);
	expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
	const internal = ['test', 'format', 'lint:imports', 'lint:published', 'lint:tooling'];
	const expected = Object.keys(scripts).filter((name) => !internal.includes(name));
	expect(scriptsIn(textOf('CONTRIBUTING.md'))).toEqual(expect.arrayContaining(expected));
	// The two commands that set everything up by themselves.
	for (const command of ['`npm test`', 'npm run demo']) {
		expect(textOf('README.md')).toContain(command);
	}
});

test('every npm script is run by the gate or another workflow, or what it starts is tested otherwise', () => {
	const parts = (textOf('package.json').match(/npm run [\w:]+/g) ?? []).join();
	// By the tests of the release, the sandbox and the forwarding, by `check:package`, and by the check of the format.
	const otherwise = ['test', 'release', 'sandbox', 'try:forward', 'build', 'docs', 'format'];
	const run = [...scriptsIn(textOf('.ci/run'), parts, ...workflows), ...otherwise];
	expect(Object.keys(scripts).filter((name) => !run.includes(name))).toEqual([]);
});

/** The files and folders of the repository, without what is installed or made. */
const PATHS = readdirSync(ROOT)
	.filter((name) => !/^(\.git|\.e2e|\.stryker|coverage|dist|node_modules|reports)$/.test(name))
	.flatMap((name) => [
		name,
		...(statSync(path.join(ROOT, name)).isDirectory()
			? readdirSync(path.join(ROOT, name), { recursive: true, encoding: 'utf8' })
			: []
		).map((file) => path.posix.join(name, file)),
	]);

test.each(['CONTRIBUTING.md', 'docs/architecture.md'])('the files that %s names exist', (page) => {
	const text = textOf(page).replaceAll(/Node\.js|^(---|\+\+\+) [ab]\//gm, '');
	const named = new Set([
		...(text.match(/[\w*./-]*\w\.(ts|js|mjs|json|md)\b/g) ?? []),
		...(text.match(/(?<=`)[\w.]+(\/[\w.]+)+(?=`)/g) ?? []),
	]);
	const isThere = (name: string) => {
		const end = name
			.replace(/^(\.+\/)+/, '')
			.replaceAll('.', '\\.')
			.replaceAll('*', '[^/]*');
		return PATHS.some((file) => new RegExp(`(^|/)${end}$`).test(file));
	};
	expect(named.size).toBeGreaterThan(20);
	expect([...named].filter((name) => !isThere(name))).toEqual([]);
});

describe('the workflows of the repository', () => {
	test('use actions of a fixed commit', () => {
		const used = workflows.flatMap((text) => text.match(/uses: .*/g) ?? []);
		expect(used.length).toBeGreaterThan(2);
		for (const line of used) expect(line).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v[\d.]+$/);
	});

	test('publish with a statement of provenance, and without a token', () => {
		const publish = textOf('.github/workflows/publish.yml');
		expect(publish).toContain('npm publish --provenance --access public');
		expect(publish).toContain('id-token: write');
		expect(publish).not.toMatch(/secrets\./);
	});
});
