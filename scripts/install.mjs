// Makes `npm test`, `npm run demo` and the like work in a fresh clone: installs what package-lock.json names, unless it is there.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const packagesOf = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).packages;

/** Whether every package of the lock file is installed in its version; optional ones may be missing, as on other systems. */
function isInstalled() {
	if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false;
	const installed = packagesOf('node_modules/.package-lock.json');
	return Object.entries(packagesOf('package-lock.json')).every(
		([path, { version, optional }]) =>
			path === '' || (path in installed ? installed[path].version === version : optional === true),
	);
}

if (!isInstalled()) {
	console.log('Installing the development dependencies; this takes a few minutes the first time …');
	const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
		cwd: root,
		stdio: 'inherit',
		shell: process.platform === 'win32',
	});
	process.exitCode = status ?? 1;
}
