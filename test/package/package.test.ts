import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import { ROOT } from '../../harness/paths';

const text = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const json = (file: string) => JSON.parse(text(file)) as IDataObject;

test('package.json keeps to what n8n verifies', () => {
	const manifest = json('package.json');
	expect(manifest).toMatchObject({
		name: 'n8n-nodes-bluecore',
		license: 'MIT',
		files: ['dist'],
		peerDependencies: { 'n8n-workflow': '*' },
		keywords: expect.arrayContaining(['n8n-community-node-package']),
		n8n: { n8nNodesApiVersion: 1, strict: true },
	});
	const absent = ['dependencies', 'optionalDependencies', 'bundledDependencies', 'overrides'];
	for (const name of absent) expect(manifest).not.toHaveProperty(name);
	const scripts = Object.keys(manifest.scripts as IDataObject);
	expect(scripts.filter((name) => /^(pre|post)|install|prepare/.test(name))).toEqual([]);
});

test("the published code is linted by n8n's own configuration, unchanged", () => {
	const original = text(
		'node_modules/@n8n/node-cli/dist/template/templates/shared/default/eslint.config.mjs',
	);
	const squeeze = (code: string) => code.replace(/\s+/g, ' ').trim();
	expect(squeeze(text('eslint.config.mjs'))).toBe(squeeze(original));
});

test.each([
	'nodes/BluecoreEvents/BluecoreEvents',
	'nodes/BluecoreEmail/BluecoreEmail',
	'nodes/Bluecore/Bluecore',
])('%s has a codex file that n8n finds it by', (base) => {
	const codex = json(`${base}.node.json`);
	expect(codex.node).toBe(`n8n-nodes-bluecore.${path.basename(base).replace(/^B/, 'b')}`);
	expect(codex.categories).toEqual(['Marketing & Content']);
	// They lead to pages of this package.
	const homepage = json('package.json').homepage as string;
	const links = Object.values(codex.resources as Record<string, Array<{ url: string }>>).flat();
	for (const { url } of links) {
		const [, page] = url.split(`${homepage}/blob/main/`);
		expect(existsSync(path.join(ROOT, page.replace(/#.*/, '')))).toBe(true);
	}
});

test("the sandbox's package has the version, the license and the dependencies of this repository", () => {
	const [nodes, sandbox] = ['package.json', 'sandbox/package.json'].map(json);
	for (const same of ['version', 'license', 'author', 'homepage', 'engines', 'repository']) {
		expect([same, sandbox[same]]).toEqual([same, nodes[same]]);
	}
	expect(text('sandbox/LICENSE')).toBe(text('LICENSE'));
	// They are installed, tested and locked in the version that the users of the package get at least.
	const installed = nodes.devDependencies as Record<string, string>;
	expect(sandbox.dependencies).toEqual(
		Object.fromEntries(
			Object.keys(sandbox.dependencies as object).map((name) => [name, `^${installed[name]}`]),
		),
	);
	expect(sandbox).not.toHaveProperty('scripts');
});

test('the lock file names what is needed, and not where it was fetched from', () => {
	expect(text('package-lock.json')).not.toMatch(/"resolved"|"extraneous"/);
	expect(text('.npmrc')).toMatch(/^ignore-scripts=true$/m);
});
