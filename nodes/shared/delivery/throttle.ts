/** The window in which starts are counted, in milliseconds. */
const WINDOW_MS = 1000;

/** When requests to one account may start: at most so many in any second, and none while the account is paused. */
export class Throttle {
	/** Times of the starts of the last second and of those reserved ahead, ascending. */
	private starts: number[] = [];

	private pausedUntil = 0;

	/**
	 * Reserves the next start and returns its time, in milliseconds as of `now`'s clock.
	 * `perSecond` 0 stands for no limit; such starts count for those who have one.
	 */
	reserve(now: number, perSecond: number): number {
		this.forget(now);
		const { starts } = this;
		const earliest = Math.max(now, this.pausedUntil);
		const window = Math.max(1, Math.floor(perSecond));
		const last = perSecond > 0 ? starts[starts.length - window] : undefined;
		// A limit below 1 spaces single starts: 0.5 is one in two seconds.
		const span = perSecond > 0 && perSecond < 1 ? WINDOW_MS / perSecond : WINDOW_MS;
		const start = last === undefined ? earliest : Math.max(earliest, last + span);
		starts.push(start);
		return start;
	}

	/** Gives a reserved start back that is not used. */
	release(start: number): void {
		const at = this.starts.lastIndexOf(start);
		if (at >= 0) this.starts.splice(at, 1);
	}

	/** Lets nothing start before a time. */
	pause(until: number): void {
		this.pausedUntil = Math.max(this.pausedUntil, until);
	}

	isPaused(now: number): boolean {
		return now < this.pausedUntil;
	}

	private forget(now: number): void {
		const { starts } = this;
		let past = 0;
		while (past < starts.length && starts[past] <= now - WINDOW_MS) past++;
		if (past > 0) starts.splice(0, past);
	}
}

const throttles = new Map<string, Throttle>();

/** The one throttle that this process has for an account on a host, shared by all nodes and executions. */
export function throttleFor(host: string, namespace: string): Throttle {
	const key = `${host} ${namespace}`;
	let throttle = throttles.get(key);
	if (!throttle) throttles.set(key, (throttle = new Throttle()));
	return throttle;
}
