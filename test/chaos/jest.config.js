/** Longer runs under faults and hostile input: `npm run test:chaos`. */
module.exports = {
	...require('../../jest.config'),
	rootDir: '../..',
	roots: ['<rootDir>/test/chaos'],
	testPathIgnorePatterns: [],
	testTimeout: 900_000,
};
