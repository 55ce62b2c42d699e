/** Starts are counted over this window: a second, and a little for what the network adds between a start and its arrival. */
const WINDOW_MS = 1020;
/** Starts that come late by less are made up for, so that what is lost by waking late is not lost for good. */
const CATCH_UP_MS = 100;
/** So many refusals at a time show that the account takes less than it is sent: then requests start at half the rate again. */
const OVERLOAD = 3;
/** The slowest such rate, in starts per second. */
const SLOWEST = 5;
/** In this time the rate doubles. */
const DOUBLING_MS = 2000;
/** So long after a pause an account without a limit is free again. */
const RECOVERY_MS = 10_000;

/**
 * When requests to one account may start: evenly, at most so many in any second, none while the account is paused, and after a
 * pause ever faster again. Times are milliseconds of one clock; `limit` is in starts per second, 0 for none.
 */
export class Pace {
	/** Starts of the last window, ascending, from `oldest` on. */
	private starts: number[] = [];

	private oldest = 0;

	private last = -Infinity;

	/** When the next start is due at an even pace. */
	private due = -Infinity;

	private pausedUntil = -Infinity;

	/** In the present pause, or the last one. */
	private refusals = 0;

	/** In the second before it. */
	private startsBefore = 0;

	/** The rate at the end of the last pause; infinite where nothing has to recover. */
	private recoveryRate = Infinity;

	/** The earliest time, from `now` on, at which the next request may start. */
	slot(now: number, limit: number): number {
		this.forget(now);
		const earliest = Math.max(now, this.pausedUntil);
		const rate = this.rateAt(earliest, limit);
		if (rate === Infinity) return earliest;
		return Math.max(earliest, this.due, this.free(limit));
	}

	/** Counts a start, and says when the next one is due. */
	start(now: number, limit: number): void {
		const rate = this.rateAt(now, limit);
		const wasDue = now - this.due < CATCH_UP_MS ? this.due : now;
		this.due = wasDue + spacing(rate);
		this.starts.push(now);
		this.last = now;
	}

	/**
	 * Lets nothing start before a time, because a request was refused. Returns whether that begins a pause: requests that were
	 * under way only prolong it.
	 */
	pause(now: number, until: number): boolean {
		const isNew = now >= this.pausedUntil;
		if (isNew) {
			this.forget(now);
			this.refusals = 0;
			this.startsBefore = this.starts.length - this.oldest;
			this.recoveryRate = this.rateAt(now, 0);
		}
		if (++this.refusals === OVERLOAD) this.recoveryRate = Math.max(SLOWEST, this.startsBefore / 2);
		this.pausedUntil = Math.max(this.pausedUntil, until);
		this.due = this.pausedUntil;
		return isNew;
	}

	/** Starts per second that are allowed at a time. */
	private rateAt(now: number, limit: number): number {
		const allowed = limit > 0 ? limit : Infinity;
		const elapsed = now - this.pausedUntil;
		if (elapsed >= RECOVERY_MS) return allowed;
		return Math.min(allowed, this.recoveryRate * 2 ** (Math.max(0, elapsed) / DOUBLING_MS));
	}

	/** When the window has room for one more. */
	private free(limit: number): number {
		if (limit <= 0) return -Infinity;
		// A limit below 1 spaces single starts: 0.5 is one in two seconds.
		if (limit < 2) return this.last + spacing(Math.min(limit, 1));
		const first = this.starts.length - Math.floor(limit);
		return first < this.oldest ? -Infinity : this.starts[first] + WINDOW_MS;
	}

	private forget(now: number): void {
		const { starts } = this;
		// Ends at the latest behind the last one, where there is no time to compare.
		while (starts[this.oldest] <= now - WINDOW_MS) this.oldest++;
		// Moves the rest to the front when that is the smaller part: each start is moved once on average.
		if (this.oldest * 2 > starts.length) {
			this.starts = starts.slice(this.oldest);
			this.oldest = 0;
		}
	}
}

const spacing = (rate: number) => WINDOW_MS / rate;
