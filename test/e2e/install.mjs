// Installs what these tests need beside the project's own packages, unless it is there: two n8n's, the Node.js that they run on,
// and from Debian a browser, Redis and PostgreSQL. About 5 GB, in .e2e.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, '..', '..', '.e2e');
const node = join(target, 'node', 'node_modules', '.bin');

function run(cwd, command, ...args) {
	const { status } = spawnSync(command, args, {
		cwd,
		stdio: ['ignore', 'inherit', 'inherit'],
		env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
	});
	if (status !== 0) {
		console.error(`${[command, ...args].join(' ')} ended with ${status}`);
		process.exit(1);
	}
}

/** Installs what a folder's lock file names; again when that has changed. */
function install(name, afterwards = () => {}) {
	const from = join(here, name);
	const to = join(target, name);
	const stamp = join(to, 'installed.json');
	const lock = readFileSync(join(from, 'package-lock.json'), 'utf8');
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
	console.log(`Installing ${name} …`);
	const began = Date.now();
	rmSync(to, { recursive: true, force: true });
	mkdirSync(to, { recursive: true });
	for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
		copyFileSync(join(from, file), join(to, file));
	}
	// Not `npm ci`: that refuses a lock file without the packages for other systems that not every registry has.
	run(to, 'npm', 'install', '--no-audit', '--no-fund', '--loglevel=error');
	afterwards(to);
	writeFileSync(stamp, lock);
	console.log(`… ${name} is installed after ${Math.round((Date.now() - began) / 1000)} s`);
}

/** The database driver has no binary in its package; it fetches or compiles one. */
const buildSqlite = (folder) =>
	run(folder, 'npm', 'rebuild', 'sqlite3', '--ignore-scripts=false', '--loglevel=error');

const isThere = (command) => spawnSync('which', [command], { stdio: 'ignore' }).status === 0;

install('node');
if (!existsSync(join(node, 'node'))) {
	console.error('There is no Node.js for this kind of machine among those of test/e2e/node.');
	process.exit(1);
}
for (const line of ['n8n-2', 'n8n-1']) install(line, buildSqlite);

if (!isThere('redis-server') || !existsSync('/usr/lib/postgresql')) {
	if (!isThere('apt-get')) {
		console.error('These tests need Redis and PostgreSQL: install them.');
		process.exit(1);
	}
	console.log('Installing Redis and PostgreSQL from Debian …');
	const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
	const packages = ['redis-server', 'postgresql'];
	for (const step of [
		['apt-get', 'update', '-qq'],
		['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages],
	]) {
		run(here, ...sudo, ...step);
	}
}
