import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createContext, runInContext } from 'node:vm';

import ts from 'typescript';

/** What a pattern with two ways to match can be given again and again, after what it may begin with. */
const PARTS = [
	...'. @ a a. a- 0 - + _ _a {{ }} \\ : / ?'.split(' '),
	...[' ', '\t', 'names in ', 'was linked to ', 'was ', 'The '],
];
const STARTS = [
	...['', 'Bearer ', 'Bluecore ignores the attribute ', 'names in '],
	...'a@ + +1 2025-01-01T00:00:00. {{ store_ / application/json [ https:// <'.split(' '),
];
/** With so many characters, two ways to match take seconds of the processor, and one takes less than a millisecond. */
const LENGTH = 50_000;
const MAX_MS = 500;
const CASES = STARTS.flatMap((start) => PARTS.map((part) => [start, part] as const));

/** The values of `pattern` in a schema or a list of rules. */
function patternsIn(value: unknown): string[] {
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([name, inner]) =>
		name === 'pattern' && typeof inner === 'string' ? [inner] : patternsIn(inner),
	);
}

function patternsOf(file: string): RegExp[] {
	const text = readFileSync(file, 'utf8');
	if (file.endsWith('.json'))
		return patternsIn(JSON.parse(text)).map((each) => new RegExp(each, 'u'));
	const found: RegExp[] = [];
	const visit = (node: ts.Node) => {
		if (ts.isRegularExpressionLiteral(node)) {
			const [, source, flags] = /^\/(.*)\/(\w*)$/s.exec(node.text) ?? [];
			found.push(new RegExp(source, flags.replace(/[gy]/g, '')));
		}
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022));
	return found;
}

const FOLDER = path.join(__dirname, '../../../sandbox');
const PATTERNS = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
	.filter((name) => /\.(ts|js|json)$/.test(name) && !name.startsWith('dist'))
	.flatMap((name) => patternsOf(path.join(FOLDER, name)))
	.map((pattern) => [String(pattern), pattern] as const);

test('the patterns of the schemas, the rules and the code are found', () => {
	expect(PATTERNS.length).toBeGreaterThan(60);
});

test.each(PATTERNS)(
	'no text makes %s slow',
	(_name, pattern) => {
		const match = () =>
			CASES.filter(([start, part]) => {
				const text = start + part.repeat(LENGTH / part.length);
				const before = process.cpuUsage();
				pattern.test(text);
				pattern.test(`${text}\u0000`);
				return process.cpuUsage(before).user / 1000 > MAX_MS;
			});
		const slow: unknown = runInContext('match()', createContext({ match }), { timeout: 30_000 });
		expect(slow).toEqual([]);
	},
	60_000,
);
