// Packs both packages, installs each tarball into an empty folder, and checks what is there: `npm run check:package`.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { devDependencies } from '../package.json';
import { loadPackage } from '../harness/loadPackage';
import { ROOT } from '../harness/paths';
import { scratchFolder } from '../harness/scratchFolder';
import { interfaceListing } from './interfaceListing';

/** What users need, and nothing else. */
const OF_NODES =
	/^(package\.json|README\.md|LICENSE|dist\/(credentials|nodes)\/[\w/.]+\.js|dist\/nodes\/\w+\/\w+\.node\.json|dist\/icons\/\w+(\.dark)?\.svg)$/;
const OF_SANDBOX =
	/^(package\.json|README\.md|LICENSE|Dockerfile|action\.yml|dist\/[\w/.]+(\.js|\.d\.ts|\.json|\.css|\.html|\.svg))$/;
const MAX_BYTES = 200_000;

const npm = (cwd: string, ...args: string[]) =>
	execFileSync('npm', [...args, '--loglevel=error'], {
		...{ cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
		shell: process.platform === 'win32',
	});

function check(sentence: string, holds: boolean): void {
	console.log(`  ${holds ? '✓' : '✗'} ${sentence}`);
	if (!holds) process.exitCode = 1;
}

/** Packs a package and installs the tarball, and what must be beside it, into an empty folder. */
function install(name: string, source: string, allowed: RegExp, ...beside: string[]) {
	const folder = scratchFolder();
	const [{ filename, size, files }] = JSON.parse(
		npm(source, 'pack', '--json', '--pack-destination', folder),
	) as Array<{ filename: string; size: number; files: Array<{ path: string }> }>;
	const what = `${filename}, ${files.length} files and ${size} bytes`;
	console.log(`Installing ${what}, into an empty folder …`);
	writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
	const packages = [`./${filename}`, ...beside];
	npm(folder, 'install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages);
	const paths = files.map((file) => file.path);
	const strangers = paths.filter((file) => !allowed.test(file)).map((file) => `, but ${file}`);
	check(`holds only what users need${strangers.join('')}`, strangers.length === 0);
	check(`has less than ${MAX_BYTES} bytes`, size < MAX_BYTES);
	return { folder, installed: path.join(folder, 'node_modules', name), paths };
}

/** Installs the nodes beside n8n-workflow alone, and loads them from there as n8n does. */
async function checkNodes(): Promise<void> {
	const workflow = `n8n-workflow@${devDependencies['n8n-workflow']}`;
	const { installed, paths } = install('n8n-nodes-bluecore', ROOT, OF_NODES, workflow);
	const { nodeTypes, credentialTypes } = await loadPackage(installed);
	const descriptions = Object.values(nodeTypes).map(({ description }) => description);
	const icons = [...descriptions, ...Object.values(credentialTypes)].flatMap(({ iconUrl }) =>
		Object.values((iconUrl ?? {}) as Record<string, string>),
	);
	check(
		'has its icons, light and dark',
		icons.length === 10 &&
			icons.every((url) => paths.includes(url.replace(/^icons\/n8n-nodes-bluecore\//, ''))),
	);
	check(
		'says what docs/interface.md lists; `npm run docs` writes it',
		(await interfaceListing(installed)) ===
			readFileSync(path.join(ROOT, 'docs', 'interface.md'), 'utf8'),
	);
	const { analyzePackage, SOURCE_FILE_PATTERNS } =
		await import('@n8n/scan-community-package/scanner/scanner.mjs');
	for (const [what, where, patterns] of [
		['the sources', ROOT, SOURCE_FILE_PATTERNS],
		['the tarball', installed, ['**/*.js', 'package.json']],
	] as const) {
		const { passed, details, message } = await analyzePackage(where, [...patterns]);
		if (!passed) console.log(details ?? message);
		check(`passes n8n's scan of community packages: ${what}`, passed);
	}
}

/** Starts the sandbox from its tarball, and calls it. */
async function checkSandbox(): Promise<void> {
	const source = path.join(ROOT, 'sandbox');
	const { folder } = install('bluecore-sandbox', source, OF_SANDBOX);
	const program = path.join(folder, 'node_modules/.bin/bluecore-sandbox');
	const sandbox = spawn(program, ['--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
	const ended = once(sandbox, 'exit');
	const [printed] = (await once(sandbox.stdout, 'data')) as [Buffer];
	const url = /http:\/\/127\.0\.0\.1:\d+/.exec(String(printed))?.[0] ?? '';
	const properties = { token: 'a', distinct_id: 'a', email: 'a@example.com' };
	const answers = await Promise.all([
		fetch(url),
		fetch(`${url}/page/vendor/preact.js`),
		fetch(`${url}/api/track/mobile/v1`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ event: 'optin', properties }),
		}),
	]);
	check(
		'the sandbox serves its page and accepts an event',
		answers.map(({ status }) => status).join() === '200,200,202',
	);
	sandbox.kill('SIGTERM');
	const [code] = (await ended) as [number | null];
	check('the sandbox ends cleanly', code === 0);
	const audit = spawnSync('npm', ['audit', '--json'], { cwd: folder, encoding: 'utf8' });
	// Not every registry can say.
	if (audit.stdout.includes('"auditReportVersion"')) {
		if (audit.status !== 0) console.log(audit.stdout);
		check('npm audit knows of nothing bad in what the sandbox needs', audit.status === 0);
	}
}

void checkNodes().then(checkSandbox);
