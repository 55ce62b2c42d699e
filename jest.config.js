/** The tests of some folders of `test`. */
const project = (displayName, ...folders) => ({
	displayName,
	roots: folders.map((folder) => `<rootDir>/test/${folder}`),
	testEnvironment: 'node',
	// A node's sources stand beside its codex file, X.node.json: TypeScript comes first.
	moduleFileExtensions: ['ts', 'js', 'json'],
	transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.json' }] },
	globalSetup: '<rootDir>/test/support/scratchFolder.setup.ts',
	setupFiles: ['<rootDir>/harness/engineFolder.ts'],
	restoreMocks: true,
	collectCoverageFrom: ['nodes/**/*.ts', 'credentials/**/*.ts'],
});

/** @type {import('jest').Config} */
module.exports = {
	// `npm test` runs the first one. The others need a browser, another n8n, or long, and have npm commands of their own.
	projects: [
		project('unit', 'engine', 'nodes', 'package', 'sandbox'),
		...['page', 'docs', 'e2e', 'chaos'].map((folder) => project(folder, folder)),
	],
	// As many tests at a time as there are cores, because many of them wait for a clock or a server. By default it is one less.
	maxWorkers: '100%',
	// Only for what hangs: a busy machine takes long for everything.
	testTimeout: 300_000,
	coverageDirectory: 'coverage',
	coverageReporters: ['text-summary', 'html'],
	coverageThreshold: { global: { branches: 95, functions: 95, lines: 95, statements: 95 } },
};
