import type { Response } from './outcome';

/** The starts of shorter windows are spaced evenly; their ends are not worth waiting for. */
const SHORT_WINDOW_MS = 3000;
/** Clocks and networks are not more exact than this. */
const MARGIN_MS = 100;
/** Answers tell whole seconds. */
const PRECISION_MS = 1000;

/** How many requests a service takes, as one of its answers says. */
export interface QuotaReading {
	/** At most `limit` requests are taken in each of these windows. */
	readonly windows: ReadonlyArray<{ readonly limit: number; readonly windowMs: number }>;
	/** The window that the answer counts, where it counts one. */
	readonly current?: {
		/** How many more requests it takes. */
		readonly remaining: number;
		/** How long after the answer it ends. */
		readonly resetMs: number;
	};
}

export type ReadQuota = (response: Response) => QuotaReading;

/**
 * The quota of an account whose service tells it in its answers: how many more requests the current fixed window takes, and when it
 * ends. Times are milliseconds of one clock.
 *
 * The requests in flight may not have been counted yet, so at most as many are in flight as the lowest number that an answer of this
 * window has told. When nothing is known of a window yet, one request goes alone to find it out.
 */
export class Quota {
	/** Starts per second that the short windows allow. */
	perSecond = Infinity;

	private isAwaited = false;

	private isTold = false;

	private remaining = Infinity;

	/** The current window is over at this time. */
	private endsAt = Infinity;

	/** It does not end before this time. */
	private lastsUntil = -Infinity;

	/** The window before was over at this time. */
	private beganAt = -Infinity;

	/** Says that the service tells its quota; until it has, one request is sent at a time. */
	expect(): void {
		this.isAwaited = !this.isTold;
	}

	/** How many requests may be in flight. */
	maxInFlight(now: number): number {
		return this.isAwaited || now >= this.endsAt ? 1 : this.remaining;
	}

	/** When that changes without an answer. */
	nextChange(now: number): number {
		return now < this.endsAt ? this.endsAt : Infinity;
	}

	/** How long nothing may start, whatever is in flight. */
	waitMs(now: number): number {
		return this.remaining === 0 ? Math.max(0, this.endsAt - now) : 0;
	}

	/** Records what the answer to a request says. */
	observe(startedAt: number, endedAt: number, { windows, current }: QuotaReading): void {
		this.isAwaited = false;
		const short = windows.filter(({ windowMs }) => windowMs < SHORT_WINDOW_MS);
		if (windows.length > 0) {
			this.isTold = true;
			this.perSecond = Math.min(
				Infinity,
				...short.map(({ limit, windowMs }) => (limit * 1000) / windowMs),
			);
		}
		if (current) {
			this.isTold = true;
			const end = startedAt + current.resetMs;
			this.observeWindow(
				current.remaining,
				{ earliest: end - PRECISION_MS, latest: end + endedAt - startedAt + MARGIN_MS },
				short.some(({ windowMs }) => current.resetMs <= windowMs),
			);
		} else if (startedAt >= this.endsAt) {
			// An endpoint that tells no window says nothing of the next one, so nothing is known of it.
			this.endsAt = this.remaining = Infinity;
		}
	}

	/** Records how many requests a window takes, which ends within a time, and may be a short one. */
	private observeWindow(
		remaining: number,
		{ earliest, latest }: { readonly earliest: number; readonly latest: number },
		mayBeShort: boolean,
	): void {
		const isKnown = this.endsAt !== Infinity;
		const isOver = latest <= this.beganAt + PRECISION_MS;
		// It counts a short window, while the end of a long one is known.
		const isShort = mayBeShort && isKnown && latest < this.lastsUntil;
		if (isOver || isShort) return;
		if (!isKnown || earliest >= this.endsAt) {
			this.beganAt = isKnown ? this.endsAt : -Infinity;
			this.endsAt = latest;
			this.lastsUntil = earliest;
			this.remaining = remaining;
		} else {
			this.endsAt = Math.min(this.endsAt, latest);
			this.lastsUntil = Math.max(this.lastsUntil, earliest);
			this.remaining = Math.min(this.remaining, remaining);
		}
	}
}
