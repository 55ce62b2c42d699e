import { serviceHealth, type Outcome } from './outcome';
import { MAX_RETRY_AFTER_MS, MAX_TOTAL_WAIT_MS } from './retry';

/**
 * The circuit opens for a minute at the failure that would begin this round. Before it there are five waits, as many as Bluecore Email
 * makes for one email by default: about nine minutes. At the waits of Bluecore Events it is half a minute.
 */
const OPENS_AT_ROUND = 6;
/** So many failures in a row are needed if they are not 429: the retries of a few items that always fail stop nobody else. */
const MIN_FAILURES = 20;
/** A round is at least this long, so that short waits do not open the circuit at once. */
const MIN_ROUND_MS = 500;
/** Until an account has refused everything for so long, it works, and a 429 is about its rate. */
const WORKED_MS = 5000;
/** How long calls are given up at once, unless the server asks for more. */
const MIN_OPEN_MS = 60_000;
/** The longest time, whatever the server asks for. */
const MAX_OPEN_MS = 24 * 60 * 60_000;
/** So much of the pauses of an account one accepted call makes up for: an account that accepts a few does not keep a run for days. */
const PAUSE_PER_ACCEPTED_MS = 10_000;

/** The next attempt is not made, because nothing is sent to the account until a date. */
export type OpenCircuit = Extract<Outcome, { kind: 'circuitOpen' }>;

/** An attempt that has ended. Times are milliseconds of one clock. */
export interface Attempt {
	readonly startedAt: number;
	readonly endedAt: number;
	/** The time of day at which it ended, in milliseconds since the epoch. */
	readonly date: number;
	readonly outcome: Outcome;
	/** What the server asks for; 0 if it does not. */
	readonly retryAfterMs: number;
	/** The wait after so many failures. */
	retryDelay(failures: number): number;
}

/**
 * The circuit breaker of one account. While requests fail, it opens again and again, each time for longer; then it is half-open, and
 * one request starts as a probe. After six rounds of failures it gives up: all calls are rejected until a time, also those of runs
 * that start meanwhile. Failures of requests that were in flight together are one round.
 */
export class CircuitBreaker {
	/** Since the last answer that shows that the service works. */
	private failures = 0;

	/** Number of the current round of failures, from 1. */
	private round = 0;

	/** The first failure of a request that starts after this time begins the next round. */
	private roundEndsAt = -Infinity;

	/** When it last accepted something, or was sent the first request that failed since. */
	private workedAt = -Infinity;

	/** Then it is half-open; without an end it is closed. */
	private openUntil = -Infinity;

	/** Why calls are rejected while the circuit is open. */
	private rejection?: OpenCircuit;

	/** The pauses that no accepted call has made up for. */
	private pausedMs = 0;

	/** The time from which on a request may start, with so many in flight. */
	nextStart(inFlight: number): number {
		const isHalfOpen = this.openUntil > -Infinity;
		return isHalfOpen && inFlight > 0 ? Infinity : this.openUntil;
	}

	/** What becomes of a call now; undefined if it may wait. */
	rejectionAt(now: number): OpenCircuit | undefined {
		return now < this.openUntil ? this.rejection : undefined;
	}

	/** Whether something was accepted so shortly ago that a 429 is about the rate. */
	hasWorked(now: number): boolean {
		return now - this.workedAt <= WORKED_MS;
	}

	record(attempt: Attempt): void {
		const { startedAt, endedAt, outcome, retryAfterMs } = attempt;
		const health = serviceHealth(outcome);
		if (health === undefined) return;
		if (this.rejection && startedAt < this.openUntil) {
			const isLonger = health !== 'up' && endedAt + retryAfterMs > this.openUntil;
			if (isLonger) this.giveUp(attempt);
			return;
		}
		if (health === 'up') {
			this.close(endedAt);
			return;
		}
		if (this.rejection || retryAfterMs > MAX_RETRY_AFTER_MS) {
			this.giveUp(attempt);
			return;
		}
		this.fail(attempt, health === 'overloaded');
	}

	private fail(attempt: Attempt, isOverloaded: boolean): void {
		const { startedAt, endedAt } = attempt;
		if (endedAt - this.roundEndsAt > MAX_TOTAL_WAIT_MS) this.failures = this.round = 0;
		if (this.failures++ === 0) this.workedAt = startedAt;
		const hasFailed = isOverloaded ? !this.hasWorked(endedAt) : this.failures >= MIN_FAILURES;
		if (startedAt >= this.roundEndsAt) this.beginRound(attempt, isOverloaded, hasFailed);
		if ((hasFailed && this.round >= OPENS_AT_ROUND) || this.pausedMs > MAX_TOTAL_WAIT_MS) {
			this.giveUp(attempt);
		} else if (hasFailed) {
			this.openUntil = this.roundEndsAt;
		}
	}

	private beginRound(attempt: Attempt, isOverloaded: boolean, hasFailed: boolean): void {
		const isAboutRate = isOverloaded && !hasFailed;
		if (!isAboutRate || this.round === 0) this.round++;
		const delay = isAboutRate ? attempt.retryAfterMs : attempt.retryDelay(this.round);
		const pauseMs = Math.max(MIN_ROUND_MS, Math.min(delay, MAX_RETRY_AFTER_MS));
		this.roundEndsAt = attempt.endedAt + pauseMs;
		if (isOverloaded) this.pausedMs += pauseMs;
	}

	/** Opens the circuit for as long as the server asks for, within limits, and rejects all calls meanwhile. */
	giveUp({ endedAt, date, outcome, retryAfterMs }: Attempt): void {
		const openMs = Math.min(Math.max(retryAfterMs, MIN_OPEN_MS), MAX_OPEN_MS);
		this.openUntil = endedAt + openMs;
		this.rejection = { kind: 'circuitOpen', until: date + openMs, cause: outcome };
		this.pausedMs = 0;
	}

	private close(now: number): void {
		this.failures = 0;
		this.round = 0;
		this.roundEndsAt = -Infinity;
		this.workedAt = now;
		this.openUntil = -Infinity;
		this.rejection = undefined;
		this.pausedMs = Math.max(0, this.pausedMs - PAUSE_PER_ACCEPTED_MS);
	}
}
