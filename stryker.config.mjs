// Fewer random cases for each of the thousands of mutants.
process.env.PROPERTY_RUNS ??= '150';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
	testRunner: 'jest',
	jest: { enableFindRelatedTests: false, config: { roots: ['<rootDir>/test/nodes'] } },
	coverageAnalysis: 'perTest',
	ignoreStatic: true,
	mutate: [
		'nodes/shared/delivery/*.ts',
		'nodes/shared/{attributes,values}/*.ts',
		'nodes/BluecoreEvents/{buildEvent,eventFields,products}.ts',
		'nodes/BluecoreEvents/forward/*.ts',
		'!nodes/BluecoreEvents/forward/forwardParameters.ts',
	],
	mutator: { excludedMutations: ['StringLiteral'] },
	ignorePatterns: ['coverage', 'dist', 'docs', 'reports'],
	tempDirName: '.stryker',
	concurrency: 2,
	timeoutMS: 4000,
	reporters: ['clear-text', 'progress-append-only', 'json'],
	jsonReporter: { fileName: 'reports/mutation.json' },
	clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
	thresholds: { high: 95, low: 92, break: 90 },
};
