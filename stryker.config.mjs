import jestConfig from './jest.config.js';

// Fewer random cases for each of the thousands of mutants.
process.env.PROPERTY_RUNS ??= '300';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
	plugins: ['@stryker-mutator/jest-runner', './scripts/mutationRunner.mjs'],
	testRunner: 'jest-by-file',
	jest: {
		enableFindRelatedTests: false,
		config: {
			...jestConfig.projects[0],
			projects: [],
			roots: ['<rootDir>/test/nodes', '<rootDir>/test/engine'],
			// Thousands of hostile items or messages would take too long for each mutant.
			testPathIgnorePatterns: ['/fuzz', '/manyMessages'],
		},
	},
	coverageAnalysis: 'perTest',
	ignoreStatic: true,
	// The code that decides, without the descriptions that the editor shows.
	mutate: [
		'nodes/**/*.ts',
		'!nodes/shared/options/optionDefinitions.ts',
		'!nodes/BluecoreEvents/catalogue.ts',
	],
	mutator: { excludedMutations: ['StringLiteral'] },
	ignorePatterns: ['.e2e', 'coverage', 'dist', 'docs', 'reports'],
	tempDirName: '.stryker',
	concurrency: 2,
	timeoutMS: 4000,
	dryRunTimeoutMinutes: 30,
	reporters: ['clear-text', 'progress-append-only', 'json'],
	jsonReporter: { fileName: 'reports/mutation.json' },
	clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
	// Some tests alone need not reach what all together do.
	thresholds: { high: 95, low: 92, break: process.argv.includes('--testFiles') ? null : 90 },
};
