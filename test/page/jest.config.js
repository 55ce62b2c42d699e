/** The tests that need a browser: `npm run test:page`. */
module.exports = {
	...require('../../jest.config'),
	rootDir: '../..',
	roots: ['<rootDir>/test/page'],
	testPathIgnorePatterns: [],
	testTimeout: 60_000,
};
