import { serviceHealth, type Outcome } from './outcome';
import { MAX_RETRY_AFTER_MS, MAX_TOTAL_WAIT_MS } from './retryDelay';

/**
 * The circuit opens at the failure that would begin this round. Before it there are five waits, as many as Bluecore Email makes for
 * one email by default: about nine minutes. At the waits of Bluecore Events it is half a minute.
 */
const OPENS_AT_ROUND = 6;
/** So many failures are needed if the last one is not a 429: the retries of one item that always fails open no circuit. */
const MIN_FAILURES = 20;
/** A round is at least this long, so that short waits do not open the circuit at once. */
const MIN_ROUND_MS = 500;
/** How long the circuit stays open, unless the server asks for more. */
const MIN_OPEN_MS = 60_000;
/** The longest time, whatever the server asks for. */
const MAX_OPEN_MS = 24 * 60 * 60_000;

/** No request starts before `until`. Then the circuit is half-open: one request starts as a probe. */
export type OpenCircuit = Extract<Outcome, { kind: 'circuitOpen' }>;

/** Requests start as usual. */
interface ClosedCircuit {
	readonly kind: 'circuitClosed';
	/** Since the last answer that shows that the service works. */
	readonly failures: number;
	/** Number of the current round of failures, from 1; those of requests that were in flight together are one round. */
	readonly round: number;
	/** The first failure of a request that starts after this time begins the next round. */
	readonly roundEndsAt: number;
}

/** The state of the circuit breaker of one account. */
export type Circuit = ClosedCircuit | OpenCircuit;

/** An attempt that has ended. Times are milliseconds of one clock. */
export interface Attempt {
	readonly startedAt: number;
	readonly endedAt: number;
	readonly outcome: Outcome;
	/** What the server asks for; 0 if it does not. */
	readonly retryAfterMs: number;
	/** The wait after so many failures. */
	retryDelay(failures: number): number;
}

export const CLOSED_CIRCUIT: ClosedCircuit = {
	kind: 'circuitClosed',
	failures: 0,
	round: 0,
	roundEndsAt: -Infinity,
};

/** An open circuit, for as long as the server asks for, within limits. */
export function openCircuit(now: number, cause: Outcome, retryAfterMs = 0): OpenCircuit {
	const openMs = Math.min(Math.max(retryAfterMs, MIN_OPEN_MS), MAX_OPEN_MS);
	return { kind: 'circuitOpen', until: now + openMs, cause };
}

/** The state of a circuit breaker after one more attempt. */
export function nextCircuit(circuit: Circuit, attempt: Attempt): Circuit {
	const { startedAt, endedAt, outcome, retryAfterMs } = attempt;
	const health = serviceHealth(outcome);
	if (health === undefined) return circuit;
	const opened = openCircuit(endedAt, outcome, retryAfterMs);
	if (circuit.kind === 'circuitOpen') {
		const isProbe = startedAt >= circuit.until;
		if (isProbe) return health === 'up' ? CLOSED_CIRCUIT : opened;
		const isLonger = endedAt < circuit.until && endedAt + retryAfterMs > circuit.until;
		return isLonger ? opened : circuit;
	}
	if (health === 'up') return CLOSED_CIRCUIT;
	if (retryAfterMs > MAX_RETRY_AFTER_MS) return opened;

	const isInARow = endedAt - circuit.roundEndsAt <= MAX_TOTAL_WAIT_MS;
	const previous = isInARow ? circuit : CLOSED_CIRCUIT;
	const failures = previous.failures + 1;
	if (startedAt < previous.roundEndsAt) return { ...previous, failures };
	const round = previous.round + 1;
	const isEnough = health === 'overloaded' || failures >= MIN_FAILURES;
	if (round >= OPENS_AT_ROUND && isEnough) return opened;
	const roundMs = Math.max(MIN_ROUND_MS, pauseMs(attempt, round));
	return { kind: 'circuitClosed', failures, round, roundEndsAt: endedAt + roundMs };
}

/** How long an account pauses in a round: twice as long as in the round before, as the waits between the attempts of one request. */
export const pauseMs = (attempt: Attempt, round: number): number =>
	Math.min(attempt.retryDelay(round), MAX_RETRY_AFTER_MS);
