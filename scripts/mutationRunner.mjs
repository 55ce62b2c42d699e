import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { strykerPlugins as jestRunner } from '@stryker-mutator/jest-runner';

/** The tests of the first run, with their files: written by one worker, and read by all, as each is a process. */
const TESTS = '.mutation-tests.json';

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
			testFiles = [file];
			result = await mutantRun.call(runner, options);
			if (result.status !== 'survived') break;
		}
		return result;
	};
	return runner;
}
createRunner.inject = factory.inject;

/** The test files that cover a mutant, as patterns for Jest: first the one with the name of the mutated file. */
function coveringFiles({ testFilter, activeMutant }) {
	const tests = JSON.parse(readFileSync(TESTS, 'utf8'));
	const covering = tests.filter(({ id }) => testFilter?.includes(id) ?? true);
	const files = [...new Set(covering.map(({ fileName }) => fileName))];
	const ownName = `${path.basename(activeMutant.fileName, '.ts')}.test.ts`;
	const isOwn = (file) => path.basename(file) === ownName;
	return files
		.sort((one, other) => isOwn(other) - isOwn(one))
		.map((file) => `${file.replace(/[^\w/]/g, '\\$&')}$`);
}

export const strykerPlugins = [{ kind, name: 'jest-by-file', factory: createRunner }];
