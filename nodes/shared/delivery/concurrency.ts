/** The most requests in flight to one account. An account that takes 1,000 a second and answers after half a second needs so many. */
const MAX_CONCURRENCY = 512;
/** A run begins with so few, because nobody knows what the account takes. */
const INITIAL_LIMIT = 50;
/** Even an account that slows down at once gets so many at once, so that a run goes on. */
const MIN_LIMIT = 10;
/** Until answers slow down, the limit doubles in a fifth of a second: each answer raises it by so much for each millisecond it took. */
const RISE_PER_MS = 0.004;
/** The most by which one answer raises the limit: slow servers answer too late to rise faster. */
const MAX_RISE = 0.3;
/** Later, each round trip raises it by so many. */
const RISE_PER_ROUND = 5;
/** The limit is lowered when answers take so many times as long as at the limit before. */
const TOLERANCE = 1.8;
/** It is lowered to this part, less than 1 / TOLERANCE, so that a server that slows down is not loaded more each time. */
const KEPT_SHARE = 0.5;
/** What was measured so long ago says nothing of the account now. */
export const FORGOTTEN_AFTER_MS = 10_000;

/**
 * How many requests may be in flight to one account, in the words of TCP's congestion control: the limit doubles until answers slow
 * down (slow start); then it is halved, and rises by five a round trip until they slow down again (AIMD). How long answers take without
 * load is measured anew after each halving: a network that has become slower is no load. Times are milliseconds of one clock.
 */
export class Concurrency {
	limit = INITIAL_LIMIT;

	private isSlowStart = true;

	/** How long answers take at the least since the limit was lowered; those that started before raise it only until the next ones come. */
	private baseMs = Infinity;

	/** How long the answers of this round trip took, which has as many as may be in flight. */
	private durations: number[] = [];

	private usedAt = -Infinity;

	/** Begins anew if the account was not used for a while. */
	begin(now: number): void {
		if (now - this.usedAt < FORGOTTEN_AFTER_MS) return;
		this.limit = INITIAL_LIMIT;
		this.isSlowStart = true;
		this.baseMs = Infinity;
		this.durations = [];
	}

	/** Records an answer, which came while `inFlight` were in flight, itself included. */
	recordAnswer(startedAt: number, now: number, inFlight: number): void {
		const ms = now - startedAt;
		this.usedAt = now;
		// Slow answers raise nothing: before the round trip ends that they belong to, the limit would rise far.
		if (inFlight >= this.limit / 2 && ms <= TOLERANCE * this.baseMs) {
			const rise = this.isSlowStart
				? Math.min(MAX_RISE, RISE_PER_MS * ms)
				: RISE_PER_ROUND / this.limit;
			this.limit = Math.min(MAX_CONCURRENCY, this.limit + rise);
		}
		if (this.durations.push(ms) < this.limit) return;
		// Of all answers a quarter was quicker: a moment in which this process itself was busy changes nothing.
		const [quick] = this.durations.sort((a, b) => a - b).slice(this.durations.length >> 2);
		this.durations = [];
		if (quick > TOLERANCE * this.baseMs) this.lower();
		else this.baseMs = Math.min(this.baseMs, quick);
	}

	private lower(): void {
		this.limit = Math.max(MIN_LIMIT, KEPT_SHARE * this.limit);
		this.isSlowStart = false;
		this.baseMs = Infinity;
	}
}
