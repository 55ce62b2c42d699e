// What is published is linted by n8n's own configuration (eslint.config.mjs), which n8n does not let anybody change.
// This is for everything else: stricter about types, and free to use what Node.js offers.
import js from '@eslint/js';
import jest from 'eslint-plugin-jest';
import { defineConfig } from 'eslint/config';
import typescript from 'typescript-eslint';

/** Globals that are read and not set. */
const named = (names) => Object.fromEntries(names.split(' ').map((name) => [name, 'readonly']));

export default defineConfig(
	{ ignores: ['dist', 'sandbox/dist', 'coverage', 'nodes', 'credentials', '.e2e', '.stryker'] },
	js.configs.recommended,
	{
		files: ['**/*.ts'],
		extends: [typescript.configs.strictTypeChecked, typescript.configs.stylisticTypeChecked],
		languageOptions: { parserOptions: { projectService: true } },
		rules: {
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			'@typescript-eslint/no-unnecessary-condition': [
				'error',
				{ allowConstantLoopConditions: true },
			],
			'@typescript-eslint/array-type': ['error', { default: 'array-simple' }],
			'@typescript-eslint/require-await': 'off',
			'@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
			'@typescript-eslint/return-await': ['error', 'always'],
		},
	},
	{
		files: ['test/**/*.ts'],
		extends: [jest.configs['flat/recommended']],
		rules: {
			'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'clean'] }],
			// Jest's asymmetric matchers, such as expect.stringContaining, are typed as any.
			'@typescript-eslint/no-unsafe-assignment': 'off',
		},
	},
	{
		files: ['**/*.{js,mjs}'],
		languageOptions: {
			globals: named('process console module require exports __dirname URL'),
		},
	},
	{
		files: ['sandbox/page/*.js'],
		languageOptions: {
			globals: named(
				'addEventListener clearInterval clearTimeout document EventSource fetch localStorage location matchMedia navigator ' +
					'removeEventListener setInterval setTimeout URLSearchParams',
			),
		},
	},
);
