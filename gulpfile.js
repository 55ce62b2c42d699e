const { execFile } = require('node:child_process');
const { rm } = require('node:fs/promises');
const path = require('node:path');
const { promisify } = require('node:util');
const { dest, parallel, series, src } = require('gulp');

const OUT = 'dist';
const run = promisify(execFile);

const clean = () => rm(OUT, { recursive: true, force: true });

/** Compiles what is published; prints the compiler's findings when it refuses. */
async function compile() {
	const tsc = require.resolve('typescript/bin/tsc');
	try {
		await run(process.execPath, [tsc, '--project', path.join(__dirname, 'tsconfig.build.json')]);
	} catch ({ stdout, stderr }) {
		throw new Error(`TypeScript found errors:\n${stdout}${stderr}`);
	}
}

const copyIcons = () => src('icons/*.svg').pipe(dest(`${OUT}/icons`));

/** The codex files, by which n8n's node creator finds the nodes. */
const copyCodex = () => src('nodes/**/*.node.json', { base: '.' }).pipe(dest(OUT));

exports.clean = clean;
exports.build = series(clean, parallel(compile, copyIcons, copyCodex));
exports.default = exports.build;
