import type { Attempt } from './circuitBreaker';
import { serviceHealth } from './outcome';

/** The highest limit. */
export const MAX_AUTOMATIC_CONCURRENCY = 256;
const INITIAL_LIMIT = 50;
const MIN_LIMIT = 10;
/** Answers may take so many times as long as without load before the limit is lowered. */
const TOLERANCE = 2;
/** While the limit is multiplied, it changes in large steps, so that answers may slow down less before that ends. */
const STARTING_TOLERANCE = 1.5;
const STARTING_GROWTH = 1.6;
/** The limit changes after as many answers as it allows in flight, which is about one round trip, and at least after so many. */
const MIN_WINDOW_ANSWERS = 30;
/** After so many changes one window is spent at half the limit, to measure how long answers take without load. */
const WINDOWS_BEFORE_PROBE = 40;
/** So many failures in a row that are not a 429 halve the limit, as one 429 does. */
const FAILURES_FOR_BACKOFF = 5;

/** What was measured so long ago says nothing of the account now. */
const FORGOTTEN_AFTER_MS = 300_000;

/** A linked list, the last answer first: it grows by one without a copy. */
interface Durations {
	readonly duration: number;
	readonly before?: Durations;
}

/** How many requests may be in flight to one account, and what was measured for it. Times are milliseconds of one clock. */
export interface ConcurrencyLimit {
	readonly limit: number;
	/** How long an answer takes without load. */
	readonly baseMs: number;
	/** Whether the limit is still multiplied, because no answer has slowed down so far. */
	readonly isStarting: boolean;
	/** When the limit was last set. Failures of requests that started earlier change nothing. */
	readonly windowStart: number;
	/** So many answers are not measured yet, as many as were in flight when the limit changed. */
	readonly toSkip: number;
	/** How long the answers of this window took, and how many they are. */
	readonly durations?: Durations;
	readonly measured: number;
	/** Whether the limit was needed: at least half of it was in flight. */
	readonly isNeeded: boolean;
	readonly windows: number;
	/** The highest limit since the time without load was measured. */
	readonly highest: number;
	readonly failures: number;
	/** The limit before the probe, during it. */
	readonly limitBeforeProbe?: number;
}

export const INITIAL_CONCURRENCY: ConcurrencyLimit = {
	limit: INITIAL_LIMIT,
	baseMs: Infinity,
	isStarting: true,
	windowStart: -Infinity,
	// The first requests start together and make the connections, which takes longer.
	toSkip: INITIAL_LIMIT,
	measured: 0,
	isNeeded: false,
	windows: 0,
	highest: INITIAL_LIMIT,
	failures: 0,
};

/** The limit for a run that starts while nothing is in flight. */
export const concurrencyAtStart = (state: ConcurrencyLimit, now: number): ConcurrencyLimit =>
	now - state.windowStart < FORGOTTEN_AFTER_MS ? state : INITIAL_CONCURRENCY;

/**
 * The limit after one more attempt, which ended while `inFlight` were in flight, itself included. It is the gradient limit of
 * Netflix's concurrency-limits (GradientLimit): the limit is multiplied by the time without load over the present time, and the
 * square root of the limit is added, so that a few requests queue at the server. Before answers slow down for the first time, it
 * is multiplied (slow start). The time without load is measured again and again at half the limit, and also when the limit has fallen
 * to half: if answers are still slow then, the reason is not the number of requests. Not its successor Gradient2: that
 * compares with a long average, which rises with the queue that long runs themselves cause.
 *
 * Instead of the mean and the minimum it takes the medians of windows, because the times of single answers differ much.
 */
export function nextConcurrency(
	state: ConcurrencyLimit,
	{ startedAt, endedAt, outcome }: Attempt,
	inFlight: number,
): ConcurrencyLimit {
	const health = serviceHealth(outcome);
	if (health === undefined) return state;
	if (health === 'up') return nextWindow(state, endedAt - startedAt, endedAt, inFlight);
	if (startedAt < state.windowStart) return state;
	const failures = state.failures + 1;
	if (health === 'down' && failures < FAILURES_FOR_BACKOFF) return { ...state, failures };
	const { limit, limitBeforeProbe = limit } = state;
	return startWindow({ ...state, isStarting: false }, limitBeforeProbe / 2, endedAt, inFlight);
}

function nextWindow(
	state: ConcurrencyLimit,
	duration: number,
	endedAt: number,
	inFlight: number,
): ConcurrencyLimit {
	if (state.toSkip > 0) return { ...state, toSkip: state.toSkip - 1, failures: 0 };
	const durations = { duration, before: state.durations };
	const measured = state.measured + 1;
	const isNeeded = state.isNeeded || inFlight >= state.limit / 2;
	if (measured < Math.max(MIN_WINDOW_ANSWERS, state.limit))
		return { ...state, durations, measured, isNeeded, failures: 0 };
	const middle = median(durations);
	const { limit, limitBeforeProbe, isStarting, windows } = state;
	if (limitBeforeProbe !== undefined) {
		const probed = { ...state, baseMs: middle, windows: 0, highest: limitBeforeProbe };
		return startWindow(probed, limitBeforeProbe, endedAt, inFlight);
	}
	const baseMs = Math.min(state.baseMs, middle);
	const gradient = Math.max(0.5, Math.min(1, (TOLERANCE * baseMs) / middle));
	const isSlower = gradient < 1;
	const isAsQuick = middle <= STARTING_TOLERANCE * baseMs;
	const next = { ...state, baseMs, isStarting: isStarting && isAsQuick };
	if (isNeeded && windows >= WINDOWS_BEFORE_PROBE) {
		return { ...startWindow(next, limit / 2, endedAt, inFlight), limitBeforeProbe: limit };
	}
	const growth = next.isStarting ? limit * (STARTING_GROWTH - 1) : Math.sqrt(limit);
	const highest = Math.max(state.highest, limit);
	const counted = { ...next, windows: windows + Number(isNeeded), highest };
	const started = startWindow(
		counted,
		limit * gradient + (isNeeded ? growth : 0),
		endedAt,
		inFlight,
	);
	const isHalf = isSlower && started.limit <= highest / 2;
	return isHalf ? { ...started, limitBeforeProbe: started.limit } : started;
}

const startWindow = (
	state: ConcurrencyLimit,
	limit: number,
	windowStart: number,
	inFlight: number,
): ConcurrencyLimit => ({
	...state,
	limit: Math.round(Math.min(Math.max(limit, MIN_LIMIT), MAX_AUTOMATIC_CONCURRENCY)),
	windowStart,
	toSkip: inFlight - 1,
	durations: undefined,
	measured: 0,
	isNeeded: false,
	failures: 0,
	limitBeforeProbe: undefined,
});

function median(durations: Durations): number {
	const values: number[] = [];
	for (let at: Durations | undefined = durations; at; at = at.before) values.push(at.duration);
	return values.sort((a, b) => a - b)[values.length >> 1];
}
