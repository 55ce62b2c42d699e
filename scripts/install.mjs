// Makes every npm command work in a fresh clone: installs what package-lock.json names, unless it is there. Besides, by argument:
//   chromium  for the tests in a browser, from Debian
//   build     the package in dist, and packed in .e2e
//   n8n       two n8n's in .e2e, the Node.js that they run on, and from Debian Redis and PostgreSQL: about 5 GB
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const e2e = join(root, '.e2e');
const wants = (what) => process.argv.slice(2).includes(what);

const exists = (...path) => fs.existsSync(join(...path));
const read = (...path) => fs.readFileSync(join(...path), 'utf8');
const packagesOf = (...path) => JSON.parse(read(...path)).packages;
const linesOf = (command, ...args) =>
	spawnSync(command, args, { encoding: 'utf8' }).stdout?.split('\n') ?? [''];
const whereIs = (...commands) => linesOf('which', ...commands)[0];

function run(cwd, command, ...args) {
	const { status, error } = spawnSync(command, args, {
		cwd,
		stdio: ['ignore', 'ignore', 'inherit'],
		env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
		shell: process.platform === 'win32',
	});
	if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${error ?? status}`);
}
const npm = (cwd, ...args) =>
	run(cwd, 'npm', ...args, '--no-audit', '--no-fund', '--loglevel=error');

/** Makes something unless it is there. */
function ensure(name, isThere, make) {
	if (isThere) return;
	console.log(`Preparing ${name} …`);
	make();
}

/** Whether every package of the lock file is installed in its version; optional ones may be missing, as on other systems. */
function hasPackages() {
	if (!exists(root, 'node_modules/.package-lock.json')) return false;
	const installed = packagesOf(root, 'node_modules/.package-lock.json');
	return Object.entries(packagesOf(root, 'package-lock.json')).every(
		([path, { version, optional }]) =>
			path === '' || (path in installed ? installed[path].version === version : optional === true),
	);
}

const findChromium = () => whereIs('chromium', 'chromium-browser', 'google-chrome');

/** Installs what is missing of Debian's packages. */
function ensureDebianPackages() {
	const missing = [];
	if (wants('chromium') && !findChromium()) missing.push('chromium', 'fonts-dejavu-core');
	if (wants('n8n') && !whereIs('redis-server')) missing.push('redis-server');
	if (wants('n8n') && !exists('/usr/lib/postgresql')) missing.push('postgresql');
	ensure('Debian packages', missing.length === 0, () => {
		if (!whereIs('apt-get')) throw new Error(`Please install ${missing.join(', ')}`);
		const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
		run(root, ...sudo, 'apt-get', '-qq', 'update');
		run(root, ...sudo, 'apt-get', '-qq', 'install', '-y', '--no-install-recommends', ...missing);
	});
}

/** Writes into a lock file where each package is, by the registry's convention; else npm asks for the versions of each. */
function addAddresses(file) {
	const [registry] = linesOf('npm', 'config', 'get', 'registry');
	const lock = JSON.parse(read(file));
	for (const [path, entry] of Object.entries(lock.packages)) {
		if (path === '') continue;
		const name = entry.name ?? path.split('node_modules/').pop();
		entry.resolved ??= `${registry}${name}/-/${name.split('/').pop()}-${entry.version}.tgz`;
	}
	fs.writeFileSync(file, JSON.stringify(lock));
}

/** Installs what a folder of `test/e2e` names into `.e2e`; again when its lock file has changed. */
function ensureFolder(name, afterwards = () => {}) {
	const [from, to] = [join(root, 'test/e2e', name), join(e2e, name)];
	const stamp = join(to, 'installed.json');
	const lock = read(from, 'package-lock.json');
	ensure(name, exists(stamp) && read(stamp) === lock, () => {
		fs.rmSync(to, { recursive: true, force: true });
		fs.cpSync(from, to, { recursive: true });
		addAddresses(join(to, 'package-lock.json'));
		// Not `npm ci`: that refuses a lock file without the packages for other systems that not every registry has.
		npm(to, 'install');
		afterwards(to);
		fs.writeFileSync(stamp, lock);
	});
}

/** The database driver has no binary in its package, and fetches or compiles one; once, where both n8n's have the same. */
function buildSqlite(folder) {
	const driver = 'node_modules/sqlite3';
	const versionIn = (from) => packagesOf(from, 'package-lock.json')[driver].version;
	const other = join(e2e, 'n8n-2');
	if (folder !== other && versionIn(other) === versionIn(folder)) {
		fs.cpSync(join(other, driver, 'build'), join(folder, driver, 'build'), { recursive: true });
	} else {
		// The compiler takes half as long when it optimises little.
		Object.assign(process.env, { CFLAGS: '-O1', CXXFLAGS: '-O1' });
		npm(folder, 'rebuild', 'sqlite3', '--ignore-scripts=false');
	}
}

/** What is compiled and copied, and how. */
const FOLDERS = ['credentials', 'icons', 'nodes', 'sandbox'];
const TSCONFIGS = ['tsconfig.json', 'tsconfig.build.json', 'tsconfig.sandbox.json'];
const FILES = ['gulpfile.js', 'package.json', ...TSCONFIGS];

/** Builds and packs the package, unless nothing has changed since; the removal of a file changes its folder. */
function ensureBuild() {
	const stamp = join(e2e, 'built');
	const changedAt = (path) => fs.statSync(path).mtimeMs;
	const isUnchanged = (path) => changedAt(join(root, path)) <= changedAt(stamp);
	const inFolders = FOLDERS.flatMap((folder) =>
		fs.readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)),
	);
	const sources = [...FILES, ...FOLDERS, ...inFolders];
	const isBuilt = exists(stamp) && exists(root, 'dist') && sources.every(isUnchanged);
	ensure('the build', isBuilt, () => {
		npm(root, 'run', 'build');
		npm(root, 'pack', '--pack-destination', e2e);
		fs.writeFileSync(stamp, '');
	});
}

try {
	fs.mkdirSync(e2e, { recursive: true });
	ensureDebianPackages();
	if (wants('chromium')) fs.writeFileSync(join(e2e, 'chromium'), findChromium());
	if (wants('n8n')) {
		ensureFolder('node');
		if (!exists(e2e, 'node/node_modules/.bin/node')) {
			throw new Error('There is no Node.js for this kind of machine among those of test/e2e/node');
		}
		ensureFolder('n8n-2', buildSqlite);
		ensureFolder('n8n-1', buildSqlite);
	}
	ensure('packages', hasPackages(), () => npm(root, 'ci'));
	if (wants('build')) ensureBuild();
} catch (error) {
	console.error(error.message);
	process.exitCode = 1;
}
