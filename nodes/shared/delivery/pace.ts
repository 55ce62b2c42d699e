/** A rate is used by this part, so that starts which catch up do not exceed it in any second. */
const USED_SHARE = 0.95;
/** Late timers may catch up by at most this much. */
const CATCH_UP_MS = 30;

/** Spaces starts evenly: at most `perSecond` in any second. Times are milliseconds of one clock. */
export class Pace {
	private lastDue = -Infinity;

	/** The earliest time at which a start keeps the rate; in the past where it could have been earlier. */
	next(perSecond: number): number {
		return this.lastDue + 1000 / (USED_SHARE * perSecond);
	}

	record(now: number, perSecond: number): void {
		this.lastDue = Math.max(this.next(perSecond), now - CATCH_UP_MS);
	}
}
