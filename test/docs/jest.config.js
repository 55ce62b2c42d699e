/** The commands and snippets of the documentation: `npm run test:docs`. */
module.exports = {
	...require('../../jest.config'),
	rootDir: '../..',
	roots: ['<rootDir>/test/docs'],
	testPathIgnorePatterns: [],
	testTimeout: 300_000,
};
