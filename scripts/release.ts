// Makes a version: `npm run release -- 0.2.0`; or, as the workflow does, checks that a tag is one: `npm run release -- --check v0.2.0`.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

import { Command } from 'commander';

interface Manifest {
	version: string;
	author: { name: string; email: string };
	homepage: string;
	repository: { url: string };
}

/** What `package.json` has until somebody fills it in. */
const PLACEHOLDER = 'example.com';
const UNRELEASED = '## [Unreleased]\n';

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
const read = (file: string) => readFileSync(file, 'utf8');
const manifest = (file = 'package.json') => JSON.parse(read(file)) as Manifest;

/** The sandbox's package has the version of the nodes, and comes from the same repository. */
const SANDBOX = 'sandbox/package.json';

/** What both packages have in common, as the sandbox's package says it. */
const common = ({ version, author, homepage, repository }: Manifest) => ({
	version,
	author,
	homepage,
	repository,
});

/** The other files that name the repository or the version, as they must be. */
function filesThatFollow({ version, homepage }: Manifest): Array<{ file: string; text: string }> {
	const site = homepage.replace(/#.*$/, '');
	const linking = [
		...readdirSync('credentials').map((name) => `credentials/${name}`),
		...readdirSync('nodes')
			.map((name) => `nodes/${name}/${name}.node.json`)
			.filter(existsSync),
	];
	return [
		...linking.map((file) => ({
			file,
			text: read(file).replace(
				/((?:documentationUrl =\s+'|"url": "))[^'"]*(\/blob\/)/g,
				`$1${site}$2`,
			),
		})),
		{
			file: 'README.md',
			text: read('README.md').replace(/(n8n-nodes-bluecore-)[\d.]+(\.tgz)/g, `$1${version}$2`),
		},
	];
}

/** What is to be filled in before anything is published. */
function placeholders({ author, homepage, repository }: Manifest): string[] {
	const values = { author: author.email, homepage, repository: repository.url };
	return Object.entries(values)
		.filter(([, value]) => value.includes(PLACEHOLDER))
		.map(([name]) => name);
}

/** The entries of the changelog that belong to no version yet. */
function unreleased(changelog: string): string {
	const [, after] = changelog.split(UNRELEASED) as Array<string | undefined>;
	if (after === undefined) throw new Error('CHANGELOG.md needs the heading ## [Unreleased].');
	return after.split(/^## /m)[0].trim();
}

function release(version: string): void {
	if (!/^\d+\.\d+\.\d+$/.test(version)) {
		throw new Error(`${version} is not a version: give one such as 0.2.0.`);
	}
	const missing = placeholders(manifest());
	if (missing.length > 0) {
		throw new Error(`Fill in ${missing.join(', ')} in package.json first.`);
	}
	if (git('status', '--porcelain') !== '') {
		throw new Error('There are changes that are not committed: commit them first.');
	}
	if (git('tag', '--list', `v${version}`) !== '') {
		throw new Error(`The tag v${version} is there already: choose another version.`);
	}
	const changelog = read('CHANGELOG.md');
	if (unreleased(changelog) === '') {
		throw new Error('CHANGELOG.md has nothing under Unreleased: say what is new.');
	}
	const today = new Date().toISOString().slice(0, 10);
	writeFileSync(
		'CHANGELOG.md',
		changelog.replace(UNRELEASED, `${UNRELEASED}\n## [${version}] - ${today}\n`),
	);
	const sandbox = { ...manifest(SANDBOX), ...common({ ...manifest(), version }) };
	writeFileSync(SANDBOX, `${JSON.stringify(sandbox, null, '\t')}\n`);
	const following = filesThatFollow({ ...manifest(), version });
	for (const { file, text } of following) writeFileSync(file, text);
	git('add', 'CHANGELOG.md', SANDBOX, ...following.map(({ file }) => file));
	// Sets the version, commits and tags; by force, because the changelog is part of the same commit.
	const args = ['version', version, '--force', '--allow-same-version', '--message', 'Version %s'];
	execFileSync('npm', args, { stdio: 'ignore', shell: process.platform === 'win32' });
	console.log(`Version ${version} is made. To publish it: git push origin HEAD v${version}`);
}

/** That a tag stands for what is checked out. */
function check(tag: string): void {
	const { version } = manifest();
	if (tag !== `v${version}`) {
		throw new Error(`The tag ${tag} is not v${version}, the version in package.json.`);
	}
	if (!read('CHANGELOG.md').includes(`## [${version}]`)) {
		throw new Error(`CHANGELOG.md has no heading ## [${version}].`);
	}
	const sandbox = common(manifest(SANDBOX));
	if (JSON.stringify(sandbox) !== JSON.stringify(common(manifest()))) {
		throw new Error(`${SANDBOX} does not have the version and the repository of package.json.`);
	}
	const wrong = filesThatFollow(manifest()).find(({ file, text }) => read(file) !== text);
	if (wrong)
		throw new Error(`${wrong.file} does not have the version or the repository of package.json.`);
	const missing = placeholders(manifest());
	if (missing.length > 0) throw new Error(`package.json has placeholders: ${missing.join(', ')}.`);
}

const program = new Command('npm run release --')
	.description(
		'Makes a version: the changelog, package.json of both packages, a commit and a tag. Pushes nothing.',
	)
	.argument('<version>', 'such as 0.2.0; with --check a tag, such as v0.2.0')
	.option('--check', 'only checks that the tag stands for what is checked out')
	.action((version: string, options: { check?: boolean }) => {
		(options.check ? check : release)(version);
	});
try {
	program.parse();
} catch (error) {
	console.error((error as Error).message);
	process.exitCode = 1;
}
