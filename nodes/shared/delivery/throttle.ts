import { CircuitBreaker } from './circuitBreaker';
import type { OpenCircuit, Outcome } from './outcome';
import { RateWindow } from './rateWindow';
import { MAX_RETRY_AFTER_MS } from './retryDelay';

export interface Clock {
	/** Milliseconds. */
	now(): number;
	sleep(ms: number): Promise<void>;
}

/** Nothing sleeps longer at a time, so that a cancellation is noticed soon. */
export const MAX_SLEEP_MS = 250;
/** An account that has so many requests in flight after a pause has recovered. */
const RECOVERED_IN_FLIGHT = 100;

/** Whether a request may start; otherwise why not. */
export type Admission = 'admitted' | 'cancelled' | OpenCircuit;

interface Waiter {
	readonly isCancelled: () => boolean;
	/** The circuit opens when the account was paused in all for this long. */
	readonly maxPausedMs: number;
	readonly resolve: (admission: Admission) => void;
}

/**
 * Limits the requests of one account, of all runs of this process together, first come, first served. The lowest rate limit of
 * the runs that have joined applies to all of them. After a pause one request starts alone (slow start), and each that is
 * answered allows one more in flight. While the circuit is open, nothing waits and nothing starts.
 */
export class Throttle {
	private readonly window = new RateWindow();

	private readonly breaker = new CircuitBreaker();

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

	/**
	 * Waits until a request may start, during pauses of `maxWaitMs` in all; when that is not enough, the circuit opens. Call
	 * `finish` for each that is admitted.
	 */
	async admit(isCancelled: () => boolean, maxWaitMs: number): Promise<Admission> {
		const circuit = this.openCircuit();
		if (circuit) return circuit;
		if (this.waiters.length === 0 && this.tryStart()) return 'admitted';
		return await new Promise((resolve) => {
			this.waiters.push({ isCancelled, maxPausedMs: this.pausedMs() + maxWaitMs, resolve });
			void this.drain();
		});
	}

	/** Records how a request ended. `delayOf` gives the wait before a retry, by the number of the attempt; `retryAfterMs` what the server asks for. */
	finish(outcome: Outcome, delayOf: (attempt: number) => number, retryAfterMs = 0): void {
		this.inFlight--;
		const now = this.clock.now();
		const isPaused = this.window.isPaused(now);
		switch (this.breaker.record(now, outcome, retryAfterMs, isPaused)) {
			case 'recover':
				if (++this.maxInFlight > RECOVERED_IN_FLIGHT) this.maxInFlight = Infinity;
				break;
			case 'pause':
				this.window.pause(now, now + Math.min(delayOf(this.breaker.pause), MAX_RETRY_AFTER_MS));
				if (!isPaused) this.maxInFlight = 1;
				break;
			case 'open':
				this.maxInFlight = 1;
		}
		this.admitWaiting();
	}

	/** The circuit, while it is open. */
	openCircuit(): OpenCircuit | undefined {
		return this.breaker.openAt(this.clock.now());
	}

	/** Whether there have only been failures for some time. */
	get isFailing(): boolean {
		return this.breaker.isFailing;
	}

	/** How long the account was paused in all. */
	pausedMs(): number {
		return this.window.pausedMs(this.clock.now());
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

	/** Admits from the front all waiters that may start now; rejects them all when the circuit is open. */
	private admitWaiting(): void {
		const circuit = this.openCircuit();
		for (let first = this.waiters.at(0); first !== undefined; first = this.waiters.at(0)) {
			const isCancelled = first.isCancelled();
			if (!isCancelled && !circuit && !this.tryStart()) return;
			this.waiters.shift();
			first.resolve(isCancelled ? 'cancelled' : (circuit ?? 'admitted'));
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
		for (const { resolve } of cancelled) resolve('cancelled');
		const pausedMs = this.window.pausedMs(now);
		if (others.some(({ maxPausedMs }) => pausedMs > maxPausedMs)) {
			this.breaker.open(now);
			this.maxInFlight = 1;
		}
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
