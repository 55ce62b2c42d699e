/** The most requests in flight to one account. An account that takes 1,000 a second and answers after half a second needs so many. */
export const MAX_CONCURRENCY = 512;
/** A run begins with so few, because nobody knows what the account takes. */
const INITIAL_LIMIT = 15;
/** A run with so few calls is over before it could do harm, and begins with more. */
const SMALL_RUN = 100;
const SMALL_RUN_LIMIT = 50;
const MIN_LIMIT = 10;
/** The limit rises while answers take at most so many times as long as without load. */
const RISING_TOLERANCE = 1.5;
/** It is halved when they take so many times as long. */
const TOLERANCE = 3;
/** With this rise for each millisecond of an answer's time, the limit doubles in a fifth of a second. */
const RISE_PER_MS = 0.004;
/** The most by which one answer raises the limit: slow servers answer too late to rise faster. */
const MAX_RISE = 0.3;
/** After so many round trips the time without load is measured again, at half the limit: a network that has become slower is no load. */
const ROUNDS_BEFORE_MEASURING = 30;
/** A round trip has as many answers as may be in flight, and at least so many. */
const MIN_ANSWERS = 10;
/** What was measured so long ago says nothing of the account now. */
const FORGOTTEN_AFTER_MS = 10_000;

/**
 * How many requests may be in flight to one account. It rises with each answer until answers slow down, and is halved when they take
 * three times as long as without load (AIMD). Times are milliseconds of one clock.
 */
export class Concurrency {
	limit = INITIAL_LIMIT;

	/** How long an answer takes without load. */
	private baseMs = Infinity;

	private isRising = true;

	/** The limit before the time without load is measured, meanwhile. */
	private limitBefore?: number;

	/** What started before the limit was changed at once says nothing of the new one. */
	private changedAt = -Infinity;

	/** How long the answers of this round trip took. */
	private durations: number[] = [];

	private rounds = 0;

	private usedAt = -Infinity;

	/** Begins anew for a run of so many calls if the account was not used for a while. */
	begin(now: number, calls: number): void {
		if (now - this.usedAt < FORGOTTEN_AFTER_MS) return;
		this.limit = calls <= SMALL_RUN ? SMALL_RUN_LIMIT : INITIAL_LIMIT;
		this.baseMs = Infinity;
		this.isRising = true;
		this.limitBefore = undefined;
		this.durations = [];
		this.rounds = 0;
	}

	/** Records an answer, which came while `inFlight` were in flight, itself included. */
	recordAnswer(startedAt: number, now: number, inFlight: number): void {
		const ms = now - startedAt;
		const isNeeded = inFlight >= this.limit / 2;
		this.usedAt = now;
		if (this.isRising && isNeeded) {
			const rise = Math.min(MAX_RISE, RISE_PER_MS * ms);
			this.limit = Math.min(MAX_CONCURRENCY, this.limit + rise);
		}
		if (startedAt < this.changedAt || this.durations.push(ms) < Math.max(MIN_ANSWERS, this.limit)) {
			return;
		}
		// Of all answers a quarter was quicker: a moment in which this process itself was busy changes nothing.
		const [quick] = this.durations.sort((a, b) => a - b).slice(this.durations.length >> 2);
		this.durations = [];
		this.endRound(quick, isNeeded, now);
	}

	private endRound(ms: number, isNeeded: boolean, now: number): void {
		if (this.limitBefore !== undefined) {
			this.baseMs = ms;
			this.change(this.limitBefore, now);
			this.limitBefore = undefined;
			this.rounds = 0;
			return;
		}
		this.baseMs = Math.min(this.baseMs, ms);
		this.isRising = ms <= RISING_TOLERANCE * this.baseMs;
		if (isNeeded && ++this.rounds >= ROUNDS_BEFORE_MEASURING) {
			this.limitBefore = this.limit;
			this.isRising = false;
			this.change(this.limit / 2, now);
		} else if (ms > TOLERANCE * this.baseMs) {
			this.change(this.limit / 2, now);
		}
	}

	private change(limit: number, now: number): void {
		this.limit = Math.max(MIN_LIMIT, limit);
		this.changedAt = now;
	}
}
