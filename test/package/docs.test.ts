import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../../harness/paths';
import { PAGES_WITH_TABLES, withTables } from '../../scripts/tables';
import { PAGES, textOf } from '../support/pages';

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

/** The links of a page that lead to files. */
const linksOf = (page: string) =>
	[...textOf(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link]) => link);

test.each(PAGES)('%s links to what is there', (page) => {
	const broken = linksOf(page).filter((link) => {
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
			linksOf(page).map((link) =>
				path.posix.join(path.posix.dirname(page), link.replace(/#.*/, '')),
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

test('every npm script that a page or a workflow names exists', () => {
	const { scripts } = JSON.parse(textOf('package.json')) as { scripts: object };
	const named = [...PAGES.map(textOf), ...workflows].flatMap((text) =>
		[...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name),
	);
	expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
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
