const { spawn } = require('node:child_process');
const { rm } = require('node:fs/promises');
const { dest, parallel, series, src } = require('gulp');

const OUT = 'dist';
const TSC = require.resolve('typescript/bin/tsc');

const clean = () => rm(OUT, { recursive: true, force: true });

/** Compiles what is published. */
const compile = () =>
	spawn(process.execPath, [TSC, '--project', 'tsconfig.build.json'], { stdio: 'inherit' });

/** Copies the icons, and the codex files, by which n8n's node creator finds the nodes. */
const copy = () => src(['icons/*.svg', 'nodes/**/*.node.json'], { base: '.' }).pipe(dest(OUT));

exports.clean = clean;
exports.build = series(clean, parallel(compile, copy));
exports.default = exports.build;
