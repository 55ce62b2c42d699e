import { isRecord, kindOf } from '../schemas/jsonValues';
import type { RecordedCall } from '../state/calls';
import type { DiscardedCalls } from '../state/discardedCalls';
import { describeMatcher, isMatcher, matches, type Matcher } from './matchers';

/** What a call must have: `what: 'purchase'`, or a part of its body. A matcher can stand in the place of most values. */
export type ExpectedCall = {
	readonly [Name in keyof RecordedCall]?: RecordedCall[Name] | Matcher;
};

/** As in schemas/expectation.schema.json. */
export interface Expectation {
	readonly name?: string;
	readonly call?: ExpectedCall;
	readonly times?: number | { readonly atLeast?: number; readonly atMost?: number };
	readonly inOrder?: readonly ExpectedCall[];
	readonly after?: number;
	readonly withinMs?: number;
}

/** Where a call differs from what is expected of it. */
export interface Difference {
	/** Such as `body.properties.products.0.id`. */
	readonly path: string;
	readonly expected: unknown;
	/** Left out: the call has nothing there. */
	readonly actual?: unknown;
}

export interface Verification {
	readonly name: string;
	readonly passed: boolean;
	/** One or more sentences for people. */
	readonly message: string;
	/** IDs of the calls that match. */
	readonly calls: readonly number[];
	/** The call that comes nearest to what was expected and did not arrive. */
	readonly nearest?: { readonly call: number; readonly differences: readonly Difference[] };
}

/** The calls that an expectation is compared with. */
interface Arrived {
	readonly calls: readonly RecordedCall[];
	/** Those that are no longer kept. */
	readonly discarded?: readonly DiscardedCalls[];
}

/** At most this many differences of a call are listed. */
const MAX_DIFFERENCES = 20;
/** A longer value is cut in messages. */
const MAX_VALUE = 200;
/** A longer value is cut in differences, where it is then JSON text. */
const MAX_DIFFERENT_VALUE = 2000;

/** The least and the highest number of calls that an expectation allows. */
function boundsOf({ times = { atLeast: 1 } }: Expectation): { atLeast: number; atMost: number } {
	const { atLeast = 0, atMost = Infinity } =
		typeof times === 'number' ? { atLeast: times, atMost: times } : times;
	return { atLeast, atMost };
}

/** What is wrong with the numbers of an expectation that no calls can meet. */
export function timesProblems(expectation: Expectation): string[] {
	const { atLeast, atMost } = boundsOf(expectation);
	return atLeast > atMost ? ['times has an atLeast that is above its atMost.'] : [];
}

/** Whether a later call could break what is met now. */
export const isBrokenByMore = (expectation: Expectation): boolean =>
	expectation.inOrder === undefined && boundsOf(expectation).atMost < Infinity;

/** Whether no later call can meet it, because there are too many already. */
export const isBeyondHope = (expectation: Expectation, { calls }: Verification): boolean =>
	expectation.inOrder === undefined && calls.length > boundsOf(expectation).atMost;

/** Compares the calls with an expectation. */
export function verify(expectation: Expectation, { calls, discarded = [] }: Arrived): Verification {
	const { name, call: expected = {}, inOrder, after = 0 } = expectation;
	const candidates = calls.filter(({ id }) => id > after);
	const isDiscarded = discarded.some(
		({ lastId, ...group }) =>
			lastId > after && (inOrder ?? [expected]).some((each) => isPossible(each, group)),
	);
	if (inOrder) return verifyOrder(name ?? 'Calls in order', inOrder, candidates, isDiscarded);
	const found = candidates.filter((each) => differencesOf(expected, each).length === 0);
	const { atLeast, atMost } = boundsOf(expectation);
	const isTooFew = found.length < atLeast;
	const isUncertain = isDiscarded && atMost < Infinity;
	const near = isTooFew ? nearestOf(expected, candidates) : undefined;
	const sentences = [
		`${describeCount(found.length)} ${found.length < 2 ? 'matches' : 'match'}; ${describeTimes(atLeast, atMost)} expected.`,
		...(isUncertain || (isTooFew && isDiscarded) ? [DISCARDED] : []),
		...(isTooFew && !near ? ['No other call has arrived.'] : []),
		...(near ? [describeNearest(near)] : []),
	];
	return {
		name: name ?? describeCall(expected),
		passed: !isTooFew && !isUncertain && found.length <= atMost,
		message: sentences.join(' '),
		calls: found.map(({ id }) => id),
		...(near && { nearest: near }),
	};
}

const DISCARDED =
	'Calls that could have counted are no longer kept: start the sandbox with a higher --keep, or check earlier.';

/** Whether a call that is no longer kept could have been an expected one, by what is still known of it. */
const isPossible = (expected: ExpectedCall, known: Partial<RecordedCall>) =>
	differencesOf(
		Object.fromEntries(Object.entries(expected).filter(([name]) => Object.hasOwn(known, name))),
		known,
	).length === 0;

function verifyOrder(
	name: string,
	expected: readonly ExpectedCall[],
	candidates: readonly RecordedCall[],
	isDiscarded: boolean,
): Verification {
	const found: number[] = [];
	let rest = candidates;
	for (const [n, each] of expected.entries()) {
		const index = rest.findIndex((call) => differencesOf(each, call).length === 0);
		if (index < 0) {
			const near = nearestOf(each, rest);
			const where = n === 0 ? '' : ` after call ${found[n - 1]}`;
			return {
				name,
				passed: false,
				message: [
					`Call ${n + 1} of ${expected.length}, ${describeCall(each)}, has not arrived${where}.`,
					...(isDiscarded ? [DISCARDED] : []),
					...(near ? [describeNearest(near)] : []),
				].join(' '),
				calls: found,
				...(near && { nearest: near }),
			};
		}
		found.push(rest[index].id);
		rest = rest.slice(index + 1);
	}
	return { name, passed: true, message: 'All calls arrived in this order.', calls: found };
}

const describeCount = (count: number) =>
	count === 0 ? 'No call' : count === 1 ? '1 call' : `${count} calls`;

function describeTimes(atLeast: number, atMost: number): string {
	if (atLeast === atMost) return `${atLeast} ${atLeast === 1 ? 'is' : 'are'}`;
	if (atMost === Infinity) return `at least ${atLeast} ${atLeast === 1 ? 'is' : 'are'}`;
	if (atLeast === 0) return `at most ${atMost} ${atMost === 1 ? 'is' : 'are'}`;
	return `${atLeast} to ${atMost} are`;
}

/** An expected call for people, such as `events purchase jane@example.com`. */
const describeCall = ({ api, what, who, verdict }: ExpectedCall) =>
	[verdict, api, what, who]
		.filter((part) => part !== undefined)
		.map((part) => (typeof part === 'string' ? part : describeMatcher(part)))
		.join(' ') || 'a call';

const describeNearest = ({ call, differences }: NonNullable<Verification['nearest']>) =>
	`The nearest is call ${call}: ${differences.map(describeDifference).join('; ')}.`;

const describeDifference = ({ path, expected, ...rest }: Difference) =>
	`${path} ${isMatcher(expected) ? describeMatcher(expected) : `must be ${inShort(expected)}`}, but it is ${'actual' in rest ? inShort(rest.actual) : isMatcher(expected) && expected.$absent ? 'there' : 'missing'}`;

/** A value as JSON text. */
function inShort(value: unknown): string {
	const text = JSON.stringify(value);
	return text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE)}…`;
}

/** The call that does not match and has the fewest differences; of several, the newest. */
function nearestOf(expected: ExpectedCall, calls: readonly RecordedCall[]) {
	let nearest: Verification['nearest'];
	for (const call of calls) {
		const differences = differencesOf(expected, call);
		if (differences.length === 0) continue;
		if (!nearest || countOf(differences) <= countOf(nearest.differences)) {
			nearest = { call: call.id, differences };
		}
	}
	return nearest;
}

/** How much differs: an object that is missing counts as what is expected of it. */
const countOf = (differences: readonly Difference[]) =>
	differences
		.map(({ expected }) => (isRecord(expected) ? Object.keys(expected).length : 1))
		.reduce((sum, count) => sum + count, 0);

/** Where a value differs from what is expected: an object may have more properties, everything else must be equal. */
export function differencesOf(expected: unknown, actual: unknown, path = ''): Difference[] {
	const inner = (name: string | number) => (path === '' ? String(name) : `${path}.${name}`);
	const difference = () => [
		{ path, expected: cut(expected), ...(actual !== undefined && { actual: cut(actual) }) },
	];
	if (isMatcher(expected)) return matches(expected, actual) ? [] : difference();
	if (isRecord(expected) && (isRecord(actual) || (actual === undefined && isAbsence(expected)))) {
		return Object.entries(expected)
			.flatMap(([given, value]) => {
				// The names of headers are the same in any letter case, and are recorded in small letters.
				const name = path === 'headers' ? given.toLowerCase() : given;
				const found = actual && Object.hasOwn(actual, name) ? actual[name] : undefined;
				return differencesOf(value, found, inner(name));
			})
			.slice(0, MAX_DIFFERENCES);
	}
	if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
		return expected
			.flatMap((value, n) => differencesOf(value, actual[n], inner(n)))
			.slice(0, MAX_DIFFERENCES);
	}
	const isEqual =
		kindOf(expected) === kindOf(actual) && JSON.stringify(expected) === JSON.stringify(actual);
	return isEqual ? [] : difference();
}

/** Whether all that is expected of an object is that something is not in it, which holds if there is no object at all. */
function isAbsence(expected: Readonly<Record<string, unknown>>): boolean {
	const values = Object.values(expected);
	return (
		values.length > 0 &&
		values.every((value) =>
			isMatcher(value) ? value.$absent === true : isRecord(value) && isAbsence(value),
		)
	);
}

function cut(value: unknown): unknown {
	if (typeof value !== 'object' && typeof value !== 'string') return value;
	const text = JSON.stringify(value);
	return text.length <= MAX_DIFFERENT_VALUE ? value : `${text.slice(0, MAX_DIFFERENT_VALUE)}…`;
}
