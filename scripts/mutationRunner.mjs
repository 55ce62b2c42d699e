import { readFileSync, writeFileSync } from 'node:fs';

import { strykerPlugins as jestRunner } from '@stryker-mutator/jest-runner';

/** The tests of the first run, with their files and milliseconds: written by one worker, and read by all, as each is a process. */
const TESTS = '.mutation-tests.json';
let tests;

const [{ kind, factory }] = jestRunner;

/**
 * Stryker's Jest runner, but for a mutant it loads only the test files that cover it, the quickest first, and stops after the first
 * file in which a test fails. Stryker's own loads every file for every mutant, and runs all its tests, because Jest ends the process
 * when it is told to stop early (https://github.com/jestjs/jest/issues/11766).
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
		for (const file of coveringFiles(options.testFilter)) {
			testFiles = file === undefined ? undefined : [file];
			result = await mutantRun.call(runner, options);
			if (result.status !== 'survived') break;
		}
		return result;
	};
	return runner;
}
createRunner.inject = factory.inject;

/** The files of these tests as patterns for Jest, the quickest first; `[undefined]`, which is every file, if all tests are to run. */
function coveringFiles(testFilter) {
	if (!testFilter) return [undefined];
	const wanted = new Set(testFilter);
	const times = new Map();
	tests ??= JSON.parse(readFileSync(TESTS, 'utf8'));
	for (const { id, fileName, timeSpentMs } of tests) {
		if (wanted.has(id)) times.set(fileName, (times.get(fileName) ?? 0) + timeSpentMs);
	}
	return [...times]
		.sort(([, time], [, other]) => time - other)
		.map(([fileName]) => `${fileName.replace(/[^\w/]/g, '\\$&')}$`);
}

export const strykerPlugins = [{ kind, name: 'jest-by-file', factory: createRunner }];
