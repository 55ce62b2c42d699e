/** @type {import('jest').Config} */
module.exports = {
	// Those that need a browser, another n8n, or long, are run by npm commands of their own, with `--roots`.
	roots: ['engine', 'nodes', 'package', 'sandbox'].map((folder) => `<rootDir>/test/${folder}`),
	testEnvironment: 'node',
	// As many tests at a time as there are cores, because many of them wait for a clock or a server. By default it is one less.
	maxWorkers: '100%',
	// A node's sources stand beside its codex file, X.node.json: TypeScript comes first.
	moduleFileExtensions: ['ts', 'js', 'json'],
	transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.json' }] },
	globalSetup: '<rootDir>/test/support/scratchFolder.setup.ts',
	setupFiles: ['<rootDir>/harness/engineFolder.ts'],
	testTimeout: 30_000,
	collectCoverageFrom: ['nodes/**/*.ts', 'credentials/**/*.ts'],
	coverageDirectory: 'coverage',
	coverageReporters: ['text-summary', 'html', 'json-summary'],
	coverageThreshold: { global: { branches: 95, functions: 95, lines: 95, statements: 95 } },
};
