/** @type {import('jest').Config} */
module.exports = {
	roots: ['<rootDir>/test'],
	// These need a browser, another n8n, or long: each has a jest.config.js of its own.
	testPathIgnorePatterns: ['/test/page/', '/test/chaos/', '/test/docs/', '/test/e2e/'],
	testEnvironment: 'node',
	// A node's sources stand beside its codex file, X.node.json: TypeScript comes first.
	moduleFileExtensions: ['ts', 'js', 'json'],
	transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.json' }] },
	globalSetup: '<rootDir>/test/support/scratchFolder.setup.ts',
	globalTeardown: '<rootDir>/test/support/scratchFolder.teardown.ts',
	setupFiles: ['<rootDir>/harness/scratchFolder.ts'],
	testTimeout: 30_000,
	collectCoverageFrom: ['nodes/**/*.ts', 'credentials/**/*.ts'],
	coverageDirectory: 'coverage',
	coverageReporters: ['text-summary', 'html', 'json-summary'],
	coverageThreshold: { global: { branches: 95, functions: 95, lines: 95, statements: 95 } },
};
