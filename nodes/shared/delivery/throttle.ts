import { RateWindow } from './rateWindow';

export interface Clock {
	/** Milliseconds. */
	now(): number;
	sleep(ms: number): Promise<void>;
}

/** Nothing sleeps longer at a time, so that a cancellation is noticed soon. */
export const MAX_SLEEP_MS = 250;
/** An account that has so many requests in flight after a pause has recovered. */
const RECOVERED_IN_FLIGHT = 100;

interface Waiter {
	readonly isCancelled: () => boolean;
	readonly resolve: (isAdmitted: boolean) => void;
}

/**
 * Limits the requests of one account, of all runs of this process together, first come, first served. The lowest rate limit of
 * the runs that have joined applies to all of them. After a pause one request starts alone (slow start), and each that is
 * accepted allows one more in flight.
 */
export class Throttle {
	private readonly window = new RateWindow();

	private readonly limits: number[] = [];

	private limit = 0;

	private inFlight = 0;

	private maxInFlight = Infinity;

	private waiters: Waiter[] = [];

	private isDraining = false;

	private cancelledCheckedAt = 0;

	constructor(private readonly clock: Clock) {}

	/** Adds a run, with its limit of starts per second; 0 for none. */
	join(limit: number): void {
		this.limits.push(limit);
		this.updateLimit();
	}

	/** Removes such a run. */
	leave(limit: number): void {
		this.limits.splice(this.limits.indexOf(limit), 1);
		this.updateLimit();
	}

	/** Waits until a request may start; false when it was cancelled before. Call `finish` for each that starts. */
	async admit(isCancelled: () => boolean): Promise<boolean> {
		if (this.waiters.length === 0 && this.tryStart()) return true;
		return await new Promise((resolve) => {
			this.waiters.push({ isCancelled, resolve });
			void this.drain();
		});
	}

	/** Records that a request that was admitted has ended. */
	finish(isAccepted: boolean): void {
		this.inFlight--;
		if (isAccepted && ++this.maxInFlight > RECOVERED_IN_FLIGHT) this.maxInFlight = Infinity;
		this.admitWaiting();
	}

	/** Allows no start before a time, and then a slow start. */
	pause(until: number): void {
		if (this.window.pause(this.clock.now(), until)) this.maxInFlight = 1;
	}

	private updateLimit(): void {
		const limits = this.limits.filter((limit) => limit > 0);
		this.limit = limits.length > 0 ? Math.min(...limits) : 0;
	}

	private tryStart(): boolean {
		const now = this.clock.now();
		if (this.inFlight >= this.maxInFlight || this.window.nextStart(now, this.limit) > now) {
			return false;
		}
		this.window.recordStart(now, this.limit);
		this.inFlight++;
		return true;
	}

	/** Admits from the front all waiters that may start now. */
	private admitWaiting(): void {
		for (let first = this.waiters.at(0); first !== undefined; first = this.waiters.at(0)) {
			const isCancelled = first.isCancelled();
			if (!isCancelled && !this.tryStart()) return;
			this.waiters.shift();
			first.resolve(!isCancelled);
		}
	}

	/** Runs until no waiter is left. */
	private async drain(): Promise<void> {
		if (this.isDraining) return;
		this.isDraining = true;
		for (this.admitWaiting(); this.waiters.length > 0; this.admitWaiting()) {
			const now = this.clock.now();
			const isFull = this.inFlight >= this.maxInFlight;
			const wait = isFull ? MAX_SLEEP_MS : this.window.nextStart(now, this.limit) - now;
			await this.clock.sleep(Math.min(wait, MAX_SLEEP_MS));
			this.rejectCancelled();
		}
		this.isDraining = false;
	}

	/** Rejects the cancelled waiters wherever they stand; not more often than a cancellation must be noticed. */
	private rejectCancelled(): void {
		const now = this.clock.now();
		if (now - this.cancelledCheckedAt < MAX_SLEEP_MS) return;
		this.cancelledCheckedAt = now;
		const [cancelled, others] = [[] as Waiter[], [] as Waiter[]];
		for (const waiter of this.waiters) (waiter.isCancelled() ? cancelled : others).push(waiter);
		this.waiters = others;
		for (const { resolve } of cancelled) resolve(false);
	}
}

const throttles = new Map<string, Throttle>();

/** The one throttle of this process for an account on a host, shared by all nodes and executions. */
export function throttleFor(host: string, namespace: string, clock: Clock): Throttle {
	const key = `${host} ${namespace}`;
	let throttle = throttles.get(key);
	if (!throttle) throttles.set(key, (throttle = new Throttle(clock)));
	return throttle;
}
