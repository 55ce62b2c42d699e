// Which folder may import from which: `npm run lint:imports`. Imports of types count like all others.

/** What somebody imports who may only import from packages and from the folders of this pattern. */
const localExcept = (pathNot) => ({ dependencyTypes: ['local'], pathNot });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
	forbidden: [
		{
			name: 'no-circles',
			severity: 'error',
			comment: 'Files that import each other can only be read, tested and changed together.',
			from: {},
			to: { circular: true },
		},
		{
			name: 'published-code-stands-alone',
			severity: 'error',
			comment: 'Only nodes and credentials are published, so they import nothing else.',
			from: { path: '^(nodes|credentials)/' },
			to: localExcept('^(nodes|credentials)/'),
		},
		{
			name: 'sandbox-stands-alone',
			severity: 'error',
			comment: 'The sandbox can only judge the nodes if it shares no code with them.',
			from: { path: '^sandbox/' },
			to: localExcept('^sandbox/'),
		},
		{
			name: 'shared-knows-no-node',
			severity: 'error',
			comment: 'What the nodes share must not depend on one of them.',
			from: { path: '^nodes/shared/' },
			to: { path: '^nodes/', pathNot: '^nodes/shared/' },
		},
		{
			name: 'delivery-knows-only-values',
			severity: 'error',
			comment:
				'Delivery is tested without n8n, under a clock that the test sets; so it imports nothing of n8n, and no package at all.',
			from: { path: '^nodes/shared/delivery/' },
			to: { pathNot: ['^nodes/shared/delivery/', '^nodes/shared/values/(?:report|value)\\.ts$'] },
		},
		{
			name: 'tests-are-for-tests',
			severity: 'error',
			comment: 'What tests and other programs share stands in harness or examples.',
			from: { pathNot: '^test/' },
			to: { path: '^test/' },
		},
		{
			name: 'harness-serves-all',
			severity: 'error',
			comment:
				'The harness is used by tests, benchmarks, the demo and scripts, and depends on none of them.',
			from: { path: '^(harness|examples)/' },
			to: localExcept('^(harness|examples|sandbox)/|^package\\.json$'),
		},
		{
			name: 'all-is-found',
			severity: 'error',
			comment: 'No rule can judge an import whose file is not found.',
			from: {},
			// The page's sandbox serves Preact at this address.
			to: { couldNotResolve: true, pathNot: '^\\./vendor/preact\\.js$' },
		},
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		exclude: { path: '^sandbox/dist/' },
		tsConfig: { fileName: 'tsconfig.json' },
		tsPreCompilationDeps: true,
		enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node'] },
	},
};
