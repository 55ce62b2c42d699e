import { isRecord, kindOf } from '../schemas/jsonValues';
import type { RecordedCall } from '../state/calls';

/** What a call must have: `what: 'purchase'`, or a part of its body. */
export type ExpectedCall = Partial<RecordedCall>;

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

/** At most this many differences of a call are listed. */
const MAX_DIFFERENCES = 20;
/** A longer value is cut in messages. */
const MAX_VALUE = 200;

/** Compares the calls with an expectation. */
export function verify(
	{ name, call, times = { atLeast: 1 }, inOrder, after = 0 }: Expectation,
	calls: readonly RecordedCall[],
): Verification {
	const candidates = calls.filter(({ id }) => id > after);
	if (inOrder) return verifyOrder(name ?? 'Calls in order', inOrder, candidates);
	const expected = call ?? {};
	const found = candidates.filter((each) => differencesOf(expected, each).length === 0);
	const { atLeast = 0, atMost = Infinity } =
		typeof times === 'number' ? { atLeast: times, atMost: times } : times;
	const passed = found.length >= atLeast && found.length <= atMost;
	const isTooFew = found.length < atLeast;
	const near = isTooFew ? nearestOf(expected, candidates) : undefined;
	const sentences = [
		`${describeCount(found.length)} ${found.length < 2 ? 'matches' : 'match'}; ${describeTimes(atLeast, atMost)} expected.`,
		...(isTooFew && !near ? ['No other call has arrived.'] : []),
		...(near ? [describeNearest(near)] : []),
	];
	return {
		name: name ?? describeCall(expected),
		passed,
		message: sentences.join(' '),
		calls: found.map(({ id }) => id),
		...(near && { nearest: near }),
	};
}

function verifyOrder(
	name: string,
	expected: readonly ExpectedCall[],
	candidates: readonly RecordedCall[],
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
	[verdict, api, what, who].filter((part) => part !== undefined).join(' ') || 'a call';

const describeNearest = ({ call, differences }: NonNullable<Verification['nearest']>) =>
	`The nearest is call ${call}: ${differences.map(describeDifference).join('; ')}.`;

const describeDifference = (difference: Difference) =>
	`${difference.path} must be ${inShort(difference.expected)}, ${'actual' in difference ? `but it is ${inShort(difference.actual)}` : 'but it is missing'}`;

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
		if (!nearest || differences.length <= nearest.differences.length) {
			nearest = { call: call.id, differences };
		}
	}
	return nearest;
}

/** Where a value differs from what is expected: an object may have more properties, everything else must be equal. */
export function differencesOf(expected: unknown, actual: unknown, path = ''): Difference[] {
	const inner = (name: string | number) => (path === '' ? String(name) : `${path}.${name}`);
	if (isRecord(expected) && isRecord(actual)) {
		return Object.entries(expected)
			.flatMap(([name, value]) =>
				Object.hasOwn(actual, name)
					? differencesOf(value, actual[name], inner(name))
					: [{ path: inner(name), expected: value }],
			)
			.slice(0, MAX_DIFFERENCES);
	}
	if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
		return expected
			.flatMap((value, n) => differencesOf(value, actual[n], inner(n)))
			.slice(0, MAX_DIFFERENCES);
	}
	const isEqual =
		kindOf(expected) === kindOf(actual) && JSON.stringify(expected) === JSON.stringify(actual);
	return isEqual ? [] : [{ path, expected, ...(actual !== undefined && { actual }) }];
}
