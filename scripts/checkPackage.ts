import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import { loadPackage } from '../harness/loadPackage';
import { ROOT } from '../harness/paths';
import { scratchFolder } from '../harness/scratchFolder';
import { interfaceListing } from './interfaceListing';

/** What users need, and nothing else. */
const ALLOWED =
	/^(package\.json|README\.md|LICENSE|dist\/(credentials|nodes)\/[\w/.]+\.js|dist\/nodes\/\w+\/\w+\.node\.json|dist\/icons\/\w+(\.dark)?\.svg)$/;
const MAX_BYTES = 200_000;

const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as IDataObject;
const npm = (args: string[], cwd: string) =>
	execFileSync('npm', [...args, '--loglevel=error'], {
		cwd,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'inherit'],
		shell: process.platform === 'win32',
	});

let passed = 0;
let failed = 0;
function check(sentence: string, holds: boolean): void {
	if (holds) passed++;
	else failed++;
	console.log(`  ${holds ? '✓' : '✗'} ${sentence}`);
}

function filesBelow(folder: string): string[] {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => statSync(path.join(folder, file)).isFile())
		.map((file) => file.split(path.sep).join('/'));
}

/** Whether npm finds nothing to warn of in what users install. */
function isAudited(): boolean {
	try {
		npm(['audit', '--omit=dev'], ROOT);
		return true;
	} catch (error) {
		console.log((error as { stdout?: string }).stdout);
		return false;
	}
}

/** Packs the package, installs the tarball beside n8n-workflow alone, and loads it from there as n8n does. */
async function main(): Promise<void> {
	const scratch = scratchFolder();
	const [{ filename, size }] = JSON.parse(
		npm(['pack', '--json', '--pack-destination', scratch], ROOT),
	) as Array<{
		filename: string;
		size: number;
	}>;
	const { devDependencies } = readJson(path.join(ROOT, 'package.json')) as {
		devDependencies: Record<string, string>;
	};
	const workflowVersion = devDependencies['n8n-workflow'];
	writeFileSync(path.join(scratch, 'package.json'), '{ "private": true }');
	console.log('Installing the tarball and n8n-workflow into an empty folder …');
	npm(
		[
			'install',
			'--ignore-scripts',
			'--no-audit',
			'--no-fund',
			`./${filename}`,
			`n8n-workflow@${workflowVersion}`,
		],
		scratch,
	);

	const installed = path.join(scratch, 'node_modules', 'n8n-nodes-bluecore');
	const files = filesBelow(installed);
	const strangers = files.filter((file) => !ALLOWED.test(file));
	console.log(`The tarball: ${files.length} files, ${size} bytes packed.`);
	check(
		`holds only what users need${strangers.map((file) => `, but ${file}`).join('')}`,
		strangers.length === 0,
	);
	check(`has less than ${MAX_BYTES} bytes`, size < MAX_BYTES);

	check(
		'has the package.json that the tests check',
		readFileSync(path.join(installed, 'package.json'), 'utf8') ===
			readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
	);
	const resolve = createRequire(path.join(installed, 'dist', 'x.js')).resolve;
	check(
		'takes n8n-workflow from beside it',
		resolve('n8n-workflow').startsWith(path.join(scratch, 'node_modules', 'n8n-workflow')),
	);

	const { nodeTypes, credentialTypes } = await loadPackage(installed);
	const codex = Object.values(nodeTypes).every(
		({ description }) => (description.codex?.alias?.length ?? 0) > 0,
	);
	check(
		'loads its nodes',
		Object.keys(nodeTypes).join() ===
			'n8n-nodes-bluecore.bluecoreEvents,n8n-nodes-bluecore.bluecoreEmail',
	);
	check('loads its credential', Object.keys(credentialTypes).join() === 'bluecoreApi');
	check('has words to find the nodes by', codex);
	const listing = readFileSync(path.join(ROOT, 'docs', 'interface.md'), 'utf8');
	check(
		'says what docs/interface.md lists; `npm run docs` writes it',
		(await interfaceListing(installed)) === listing,
	);
	const { analyzePackage, SOURCE_FILE_PATTERNS } =
		await import('@n8n/scan-community-package/scanner/scanner.mjs');
	for (const [what, folder, patterns] of [
		['the sources', ROOT, SOURCE_FILE_PATTERNS],
		['the tarball', installed, ['**/*.js', 'package.json']],
	] as const) {
		const { passed: isClean, details, message } = await analyzePackage(folder, [...patterns]);
		if (!isClean) console.log(details ?? message);
		check(`passes n8n's scan of community packages: ${what}`, isClean);
	}
	check('has nothing that npm audit knows of', isAudited());

	const icons = Object.values({ ...nodeTypes, ...credentialTypes }).flatMap((type) =>
		Object.values<string>(
			(('description' in type ? type.description : type).iconUrl ?? {}) as Record<string, string>,
		),
	);
	check(
		'has its icons, light and dark',
		icons.length === 6 &&
			icons.every((url) => files.includes(url.replace(/^icons\/n8n-nodes-bluecore\//, ''))),
	);
}

main()
	.catch((error: unknown) => {
		console.error(error);
		failed++;
	})
	.finally(() => {
		console.log(`${passed} passed, ${failed} failed`);
		process.exitCode = failed === 0 ? 0 : 1;
	});
