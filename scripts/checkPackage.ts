import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
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

/** Whether npm finds nothing to warn of in what users install. Not every registry can say. */
function isAudited(folder: string): boolean {
	try {
		npm(['audit', '--omit=dev', '--json'], folder);
		return true;
	} catch (error) {
		const { stdout = '' } = error as { stdout?: string };
		const isReport = stdout.includes('"auditReportVersion"');
		console.log(isReport ? stdout : 'The registry has no audit: this was not checked.');
		return !isReport;
	}
}

/** Packs the package, installs the tarball beside n8n-workflow alone, and loads it from there as n8n does. */
async function main(): Promise<void> {
	const scratch = scratchFolder();
	const [{ filename, size }] = JSON.parse(
		npm(['pack', '--json', '--pack-destination', scratch], ROOT),
	) as Array<{ filename: string; size: number }>;
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
			'n8n-nodes-bluecore.bluecoreEvents,n8n-nodes-bluecore.bluecoreEmail,n8n-nodes-bluecore.bluecore',
	);
	check(
		'loads its credentials',
		Object.keys(credentialTypes).join() === 'bluecoreApi,bluecoreOAuth2Api',
	);
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
	check('has nothing that npm audit knows of', isAudited(ROOT));

	const icons = Object.values({ ...nodeTypes, ...credentialTypes }).flatMap((type) =>
		Object.values<string>(
			(('description' in type ? type.description : type).iconUrl ?? {}) as Record<string, string>,
		),
	);
	check(
		'has its icons, light and dark',
		icons.length === 10 &&
			icons.every((url) => files.includes(url.replace(/^icons\/n8n-nodes-bluecore\//, ''))),
	);
}

/** Packs the sandbox, installs the tarball into an empty folder, and calls it from there. */
async function checkSandbox(): Promise<void> {
	const folder = scratchFolder();
	const source = path.join(ROOT, 'sandbox');
	const [{ filename, size, entryCount }] = JSON.parse(
		npm(['pack', '--json', '--pack-destination', folder], source),
	) as Array<{ filename: string; size: number; entryCount: number }>;
	writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
	console.log("Installing the sandbox's tarball into an empty folder …");
	npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', `./${filename}`], folder);
	const { packages } = readJson(path.join(folder, 'package-lock.json')) as {
		packages: Record<string, object>;
	};
	console.log(
		`The sandbox: ${entryCount} files, ${size} bytes packed, ${Object.keys(packages).length - 1} installed packages.`,
	);
	check(
		'the sandbox has its page and its license, and no sources',
		['LICENSE', 'README.md', 'dist/page/index.html', 'dist/bluecoreSandbox.d.ts'].every((file) =>
			filesBelow(path.join(folder, 'node_modules/bluecore-sandbox')).includes(file),
		) &&
			!filesBelow(path.join(folder, 'node_modules/bluecore-sandbox')).some((file) =>
				/(?<!\.d)\.ts$/.test(file),
			),
	);

	const began = performance.now();
	const program = path.join(folder, 'node_modules/.bin/bluecore-sandbox');
	const sandbox = spawn(program, ['--port', '0'], {
		cwd: folder,
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const ended = once(sandbox, 'exit');
	const [printed] = (await once(sandbox.stdout, 'data')) as [Buffer];
	const url = /http:\/\/127\.0\.0\.1:\d+/.exec(String(printed))?.[0] ?? '';
	const page = await fetch(url);
	console.log(
		`The sandbox answered ${Math.round(performance.now() - began)} ms after it was started.`,
	);
	const event = {
		event: 'optin',
		properties: { token: 'a', distinct_id: 'a', email: 'a@example.com' },
	};
	const { status } = await fetch(`${url}/api/track/mobile/v1`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(event),
	});
	const script = await fetch(`${url}/page/vendor/preact.js`);
	check('the sandbox serves its page and accepts an event', page.ok && script.ok && status === 202);
	sandbox.kill('SIGTERM');
	const [code] = (await ended) as [number | null];
	check('the sandbox ends cleanly', code === 0);
	check('the sandbox has nothing that npm audit knows of', isAudited(folder));
}

main()
	.then(checkSandbox)
	.catch((error: unknown) => {
		console.error(error);
		failed++;
	})
	.finally(() => {
		console.log(`${passed} passed, ${failed} failed`);
		process.exitCode = failed === 0 ? 0 : 1;
	});
