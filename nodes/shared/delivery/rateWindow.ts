/** Starts are counted over this window: a second, and a little more, because requests do not all take the same time to arrive. */
const WINDOW_MS = 1020;
/** Late timers may catch up by at most this much. */
const CATCH_UP_MS = 100;
/** With so many refusals in one pause the account is sent too much: it continues at half the rate. */
const REFUSALS_FOR_BACKOFF = 3;
/** The lowest rate after a pause, in starts per second. */
const MIN_RECOVERY_RATE = 5;
/** After a pause the rate doubles in this time. */
const DOUBLING_MS = 2000;
/** This long after a pause the rate is limited by nothing but the user's own limit. */
const RECOVERY_MS = 10_000;
/** The part of the rate that an account accepted for a second at which it continues after it refused more. */
const HELD_PART = 0.97;
/** A held rate stays nearly as it is for a minute and a half, then rises ever faster: it has doubled after this time. */
const HELD_DOUBLING_MS = 240_000;
/** This long after the pause a held rate is free again. */
const HELD_RECOVERY_MS = 300_000;
/** Another refusal so soon after the pause shows that a held rate is still too high. */
const SOON_MS = 2500;

/**
 * A sliding-window rate limiter for one account: starts are evenly spaced, at most `limit` in any second, none during a pause,
 * and at a rising rate after it. Times are milliseconds of one clock; `limit` is in starts per second, 0 for none.
 */
export class RateWindow {
	/** Times of the starts in the window, ascending, from the index `oldest` on. */
	private starts: number[] = [];

	private oldest = 0;

	private lastStart = -Infinity;

	/** When the next start is due at an even rate. */
	private dueAt = -Infinity;

	private pausedUntil = -Infinity;

	/** The length of all pauses until `pausedUntil`. */
	private totalPausedMs = 0;

	/** In the current pause, or the last one. */
	private refusals = 0;

	/** In the second before that pause. */
	private startsBeforePause = 0;

	/** The rate at the end of the last pause; infinite where it need not be limited. */
	private recoveryRate = Infinity;

	/** Whether the user limits the rate. */
	private isLimited = false;

	/** Whether the account was used for at least a second before the pause, so that it is known which rate it accepts. */
	private isRateKnown = false;

	/** Whether that rate is held: see `HELD_PART`. */
	private isHeld = false;

	/** The earliest time, from `now` on, at which the next request may start. */
	nextStart(now: number, limit: number): number {
		this.dropExpired(now);
		const earliest = Math.max(now, this.pausedUntil);
		if (this.rateAt(earliest, limit) === Infinity) return earliest;
		return Math.max(earliest, this.dueAt, this.windowFreeAt(limit));
	}

	/** Records a start. */
	recordStart(now: number, limit: number): void {
		const wasDue = now - this.dueAt < CATCH_UP_MS ? this.dueAt : now;
		this.dueAt = wasDue + spacing(this.rateAt(now, limit));
		this.starts.push(now);
		this.lastStart = now;
		this.isLimited = limit > 0;
	}

	/**
	 * Allows no start before `until`, because a request was refused. Returns whether a new pause begins: the refusals of requests
	 * that were already in flight belong to the current one.
	 */
	pause(now: number, until: number): boolean {
		const isNew = now >= this.pausedUntil;
		if (isNew) {
			this.startPause(now);
		}
		if (++this.refusals >= REFUSALS_FOR_BACKOFF) {
			this.isHeld ||= this.isRateKnown;
			const accepted = this.startsBeforePause - this.refusals;
			const rate = this.isHeld ? HELD_PART * accepted : this.startsBeforePause / 2;
			this.recoveryRate = Math.max(MIN_RECOVERY_RATE, rate);
		}
		this.totalPausedMs += Math.max(0, until - Math.max(now, this.pausedUntil));
		this.pausedUntil = Math.max(this.pausedUntil, until);
		this.dueAt = this.pausedUntil;
		return isNew;
	}

	private startPause(now: number): void {
		this.dropExpired(now);
		this.refusals = 0;
		this.startsBeforePause = this.starts.length - this.oldest;
		this.recoveryRate = this.rateAt(now, 0);
		const elapsed = now - this.pausedUntil;
		this.isRateKnown =
			!this.isLimited && elapsed >= WINDOW_MS && this.starts[this.oldest] <= now - WINDOW_MS / 2;
		this.isHeld &&= elapsed < HELD_RECOVERY_MS;
		if (this.isHeld && elapsed < SOON_MS) this.recoveryRate *= HELD_PART;
	}

	/** How long the account was paused in total, up to now. */
	pausedMs(now: number): number {
		return this.totalPausedMs - Math.max(0, this.pausedUntil - now);
	}

	/** Starts per second that are allowed at a time. */
	private rateAt(now: number, limit: number): number {
		const allowed = limit > 0 ? limit : Infinity;
		const elapsed = now - this.pausedUntil;
		if (elapsed >= (this.isHeld ? HELD_RECOVERY_MS : RECOVERY_MS)) return allowed;
		const doublings = Math.max(0, elapsed) / (this.isHeld ? HELD_DOUBLING_MS : DOUBLING_MS);
		return Math.min(allowed, this.recoveryRate * 2 ** (this.isHeld ? doublings ** 3 : doublings));
	}

	/** When one more start fits into the window. */
	private windowFreeAt(limit: number): number {
		if (limit <= 0) return -Infinity;
		// A limit below 1 spaces single starts: 0.5 is one in two seconds.
		if (limit < 2) return this.lastStart + spacing(Math.min(limit, 1));
		const first = this.starts.length - Math.floor(limit);
		return first < this.oldest ? -Infinity : this.starts[first] + WINDOW_MS;
	}

	private dropExpired(now: number): void {
		const { starts } = this;
		// Ends behind the last start at the latest: a comparison with undefined is false.
		while (starts[this.oldest] <= now - WINDOW_MS) this.oldest++;
		// Copies only when at least half can be dropped, so that each start is copied once on average.
		if (this.oldest * 2 > starts.length) {
			this.starts = starts.slice(this.oldest);
			this.oldest = 0;
		}
	}
}

const spacing = (rate: number) => WINDOW_MS / rate;
