// Makes a version: `npm run release -- 0.2.0`; or, as the workflow does, checks that a tag is one: `npm run release -- --check v0.2.0`.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import type packageJson from '../package.json';

type Manifest = typeof packageJson;

/** What `package.json` has until somebody fills it in. */
const PLACEHOLDER = 'example.com';
const UNRELEASED = '## [Unreleased]\n';
const SANDBOX = 'sandbox/package.json';

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
const read = (file: string) => readFileSync(file, 'utf8');
const manifest = (file = 'package.json') => JSON.parse(read(file)) as Manifest;

/** The other files that name the version or the repository, as they must be. */
function filesThatFollow({ version, author, homepage, repository }: Manifest) {
	const sandbox = { ...manifest(SANDBOX), version, author, homepage, repository };
	const site = homepage.replace(/#.*$/, '');
	const linking = [
		...readdirSync('credentials').map((name) => `credentials/${name}`),
		...readdirSync('nodes').map((name) => `nodes/${name}/${name}.node.json`),
	];
	const links = /((?:documentationUrl =\s+'|"url": "))[^'"]*(\/blob\/)/g;
	const archives = /(n8n-nodes-bluecore-)[\d.]+(\.tgz)/g;
	return [
		{ file: SANDBOX, text: `${JSON.stringify(sandbox, null, '\t')}\n` },
		{ file: 'README.md', text: read('README.md').replace(archives, `$1${version}$2`) },
		...linking
			.filter(existsSync)
			.map((file) => ({ file, text: read(file).replace(links, `$1${site}$2`) })),
	];
}

/** Fails while something is to be filled in before anything is published. */
function checkFilledIn({ author, homepage, repository }: Manifest): void {
	const values = { author: author.email, homepage, repository: repository.url };
	const missing = Object.entries(values).filter(([, value]) => value.includes(PLACEHOLDER));
	const names = missing.map(([name]) => name).join(', ');
	assert(missing.length === 0, `Fill in ${names} in package.json first.`);
}

function release(version: string): void {
	assert(/^\d+\.\d+\.\d+$/.test(version), `${version} is not a version: give one such as 0.2.0.`);
	checkFilledIn(manifest());
	assert(
		git('status', '--porcelain') === '',
		'There are changes that are not committed: commit them first.',
	);
	assert(
		git('tag', '--list', `v${version}`) === '',
		`The tag v${version} is there already: choose another version.`,
	);
	const changelog = read('CHANGELOG.md');
	const [, after = ''] = changelog.split(UNRELEASED);
	assert(
		after.split(/^## /m)[0].trim() !== '',
		'CHANGELOG.md has nothing under Unreleased: say what is new.',
	);
	const today = new Date().toISOString().slice(0, 10);
	const heading = `${UNRELEASED}\n## [${version}] - ${today}\n`;
	const changed = [
		{ file: 'CHANGELOG.md', text: changelog.replace(UNRELEASED, heading) },
		...filesThatFollow({ ...manifest(), version }),
	];
	for (const { file, text } of changed) writeFileSync(file, text);
	git('add', ...changed.map(({ file }) => file));
	// Sets the version, commits and tags; by force, because the changelog is part of the same commit.
	const args = ['version', version, '--force', '--allow-same-version', '--message', 'Version %s'];
	execFileSync('npm', args, { stdio: 'ignore', shell: process.platform === 'win32' });
	console.log(`Version ${version} is made. To publish it: git push origin HEAD v${version}`);
}

/** That a tag stands for what is checked out. */
function check(tag: string): void {
	const { version } = manifest();
	assert(tag === `v${version}`, `The tag ${tag} is not v${version}, the version in package.json.`);
	assert(
		read('CHANGELOG.md').includes(`## [${version}]`),
		`CHANGELOG.md has no heading ## [${version}].`,
	);
	const wrong = filesThatFollow(manifest()).find(({ file, text }) => read(file) !== text);
	assert(!wrong, `${wrong?.file} does not have the version or the repository of package.json.`);
	checkFilledIn(manifest());
}

try {
	const options = { check: { type: 'boolean' } } as const;
	const { values, positionals } = parseArgs({ options, allowPositionals: true });
	const [version = 'Nothing'] = positionals;
	(values.check ? check : release)(version);
} catch (error) {
	console.error((error as Error).message);
	process.exitCode = 1;
}
