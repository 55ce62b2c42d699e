/** The tests in a real n8n: `npm run test:e2e`. One file at a time. */
module.exports = {
	...require('../../jest.config'),
	rootDir: '../..',
	roots: ['<rootDir>/test/e2e'],
	testPathIgnorePatterns: [],
	maxWorkers: 1,
	globalSetup: '<rootDir>/test/e2e/support/pack.setup.ts',
	globalTeardown: undefined,
	setupFiles: [],
	testTimeout: 120_000,
};
