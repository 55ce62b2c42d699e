import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { strykerPlugins as jestRunner } from '@stryker-mutator/jest-runner';

/** The tests of the first run, with their files and milliseconds: written by one worker, and read by all, as each is a process. */
const TESTS = '.mutation-tests.json';
let tests;

const [{ kind, factory }] = jestRunner;

/**
 * Stryker's Jest runner, but for a mutant it loads only the test files that cover it, and stops after the first file in which a test
 * fails. Stryker's own loads every file for every mutant and runs all tests that cover it, because Jest ends the process if it is
 * told to stop at the first failure (https://github.com/jestjs/jest/issues/11766).
 */
function createRunner(injector) {
	const runner = factory(injector);
	const { dryRun, mutantRun, run } = runner;
	let testFiles;
	runner.run = (settings) => run.call(runner, { testFiles, ...settings });
	runner.dryRun = async (options) => {
		const result = await dryRun.call(runner, options);
		writeFileSync(TESTS, JSON.stringify(result.tests ?? []));
		return result;
	};
	runner.mutantRun = async (options) => {
		let result;
		for (const file of coveringFiles(options)) {
			testFiles = file === undefined ? undefined : [file];
			result = await mutantRun.call(runner, options);
			if (result.status !== 'survived') break;
		}
		return result;
	};
	return runner;
}
createRunner.inject = factory.inject;

/** About how long it takes to load a test file. */
const LOAD_MS = 500;

/**
 * The test files that cover a mutant, as patterns for Jest: first the one with the name of the mutated file, then those that run the
 * most tests in their time. `[undefined]`, which is every file, if all tests are to run.
 */
function coveringFiles({ testFilter, activeMutant }) {
	if (!testFilter) return [undefined];
	tests ??= JSON.parse(readFileSync(TESTS, 'utf8'));
	const wanted = new Set(testFilter);
	const ownName = `${path.basename(activeMutant.fileName, '.ts')}.test.ts`;
	const files = new Map();
	for (const { id, fileName, timeSpentMs } of tests) {
		if (!wanted.has(id)) continue;
		const { ms, count } = files.get(fileName) ?? { ms: LOAD_MS, count: 0 };
		files.set(fileName, { ms: ms + timeSpentMs, count: count + 1 });
	}
	const costOf = ([fileName, { ms, count }]) =>
		path.basename(fileName) === ownName ? 0 : ms / count;
	return [...files]
		.sort((one, other) => costOf(one) - costOf(other))
		.map(([fileName]) => `${fileName.replace(/[^\w/]/g, '\\$&')}$`);
}

export const strykerPlugins = [{ kind, name: 'jest-by-file', factory: createRunner }];
