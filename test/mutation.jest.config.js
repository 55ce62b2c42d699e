/** The tests that Stryker runs for each mutant: `npm run test:mutation`. */
process.env.PROPERTY_RUNS ??= '150';

module.exports = {
	...require('../jest.config'),
	rootDir: '..',
	roots: ['<rootDir>/test/nodes'],
};
