import { isRecord } from '../schemas/jsonValues';

/** Stands in an expectation in the place of a value. */
export interface Matcher {
	/** A regular expression that is found in the text. */
	readonly $pattern?: string;
	readonly $min?: number;
	readonly $max?: number;
	/** There is nothing in this place. */
	readonly $absent?: true;
}

export const isMatcher = (value: unknown): value is Matcher =>
	isRecord(value) && Object.keys(value).some((name) => name.startsWith('$'));

export function matches({ $pattern, $min, $max, $absent }: Matcher, actual: unknown): boolean {
	if ($absent) return actual === undefined;
	if ($pattern !== undefined) return typeof actual === 'string' && patternOf($pattern).test(actual);
	return (
		typeof actual === 'number' && actual >= ($min ?? -Infinity) && actual <= ($max ?? Infinity)
	);
}

/** What a matcher asks for, such as `must be from 1 to 5`. */
export function describeMatcher({ $pattern, $min, $max, $absent }: Matcher): string {
	if ($absent) return 'must not be there';
	if ($pattern !== undefined) return `must match ${JSON.stringify($pattern)}`;
	if ($max === undefined) return `must be at least ${$min}`;
	return $min === undefined ? `must be at most ${$max}` : `must be from ${$min} to ${$max}`;
}

const patternOf = (pattern: string) => new RegExp(pattern, 'u');

/** What is wrong with the matchers in an expectation; `path` is the place of `value` in it. */
export function matcherProblems(value: unknown, path: string): string[] {
	if (isMatcher(value)) {
		const problem = problemOf(value);
		return problem === undefined ? [] : [`${path} ${problem}`];
	}
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([name, inner]) =>
		matcherProblems(inner, `${path}.${name}`),
	);
}

/** Whether an expectation has a regular expression, which can take any time. */
export const hasPattern = (value: unknown): boolean =>
	typeof value === 'object' &&
	value !== null &&
	('$pattern' in value || Object.values(value).some(hasPattern));

const COMBINATIONS = ['$pattern', '$absent', '$min', '$max', '$max,$min'];

function problemOf(matcher: Matcher): string | undefined {
	const {
		$pattern,
		$min = 0,
		$max = 0,
		$absent = true,
	}: Readonly<Record<string, unknown>> = { ...matcher };
	const names = Object.keys(matcher).sort().join(',');
	if (!COMBINATIONS.includes(names)) {
		return 'must have $pattern, $min, $max, both $min and $max, or $absent, and nothing else.';
	}
	if (typeof $min !== 'number' || typeof $max !== 'number')
		return 'must have numbers as $min and $max.';
	if (names === '$max,$min' && $min > $max) return 'has a $min that is above its $max.';
	if ($absent !== true) return 'must have true as $absent.';
	if ($pattern === undefined) return undefined;
	if (typeof $pattern !== 'string') return 'must have text as $pattern.';
	try {
		patternOf($pattern);
		return undefined;
	} catch (error) {
		return `has a $pattern that is no regular expression: ${(error as Error).message}`;
	}
}
