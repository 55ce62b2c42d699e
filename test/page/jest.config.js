/** The tests that need a browser: `npm run test:page`. */
const { collectCoverageFrom, coverageThreshold, ...common } = require('../../jest.config');

module.exports = {
	...common,
	rootDir: '../..',
	roots: ['<rootDir>/test/page'],
	testPathIgnorePatterns: [],
	testTimeout: 60_000,
};
