const { spawn } = require('node:child_process');
const { rm } = require('node:fs/promises');
const { dest, parallel, series, src } = require('gulp');

const NODES = 'dist';
const SANDBOX = 'sandbox/dist';
const TSC = require.resolve('typescript/bin/tsc');

const clean = () =>
	Promise.all([NODES, SANDBOX].map((folder) => rm(folder, { recursive: true, force: true })));

const compile = (project) =>
	spawn(process.execPath, [TSC, '--project', project], { stdio: 'inherit' });
const compileNodes = () => compile('tsconfig.build.json');
const compileSandbox = () => compile('tsconfig.sandbox.json');

/** Copies the icons, and the codex files, by which n8n's node creator finds the nodes. */
const copyNodes = () =>
	src(['icons/*.svg', 'nodes/**/*.node.json'], { base: '.' }).pipe(dest(NODES));
/** Copies the page, which the browser runs as it is. */
const copySandbox = () => src('sandbox/page/*', { base: 'sandbox' }).pipe(dest(SANDBOX));

exports.clean = clean;
/** Builds both packages: the nodes, and the sandbox. */
exports.build = series(clean, parallel(compileNodes, copyNodes, compileSandbox, copySandbox));
exports.default = exports.build;
