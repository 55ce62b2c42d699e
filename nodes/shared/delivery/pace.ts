/** Late timers may catch up by at most this much. */
const CATCH_UP_MS = 30;
/** How much of a limit is used, so that starts which catch up, and take different times to arrive, do not exceed it in any second. */
const USED_SHARE = 0.95;

/** The rate that keeps a limit in any second. */
export const rateWithin = (perSecond: number): number => USED_SHARE * perSecond;

/** Spaces starts evenly, at a rate in starts per second. Times are milliseconds of one clock. */
export class Pace {
	private lastDue = -Infinity;

	/** The earliest time at which a start keeps the rate; in the past where it could have been earlier. */
	next(rate: number): number {
		return this.lastDue + 1000 / rate;
	}

	record(now: number, rate: number): void {
		this.lastDue = Math.max(this.next(rate), now - CATCH_UP_MS);
	}
}
