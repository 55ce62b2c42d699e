import {
	CLOSED_CIRCUIT,
	nextCircuit,
	openCircuit,
	pauseMs,
	type Attempt,
	type Circuit,
	type OpenCircuit,
} from './circuitBreaker';
import { concurrencyAtStart, INITIAL_CONCURRENCY, nextConcurrency } from './concurrencyLimit';
import { serviceHealth, type Outcome } from './outcome';
import { Quota, type QuotaReading } from './quota';
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

/** The limits of one run. */
export interface RunLimits {
	/** 0: no limit. */
	readonly requestsPerSecond: number;
	/** 0: found automatically, for all runs of the account together. */
	readonly maxConcurrency: number;
}

/** The rate of an account on a host, for all that is sent there. */
interface Rate {
	readonly window: RateWindow;
	/** The limits of the runs that have joined, in starts per second; 0 for none. */
	readonly limits: number[];
}

const newRate = (): Rate => ({ window: new RateWindow(), limits: [] });

/** Whether a request may start; if not, why. */
export type Admission = 'admitted' | 'cancelled' | OpenCircuit;

interface Waiter {
	readonly isCancelled: () => boolean;
	/** It has waited for too long when the account was paused in total for this long. */
	readonly maxPausedMs: number;
	readonly resolve: (admission: Admission) => void;
}

/**
 * Limits the requests of one account, of all runs of this process together, first come, first served. The lowest rate limit of
 * the runs that have joined applies to all of them, and so does the automatic limit of concurrency while one of them uses it.
 * After a pause one request starts alone (slow start), and each that is answered with anything but 429 and 5xx allows one more in
 * flight. While the circuit is open, nothing starts and nothing waits.
 *
 * An API that tells its quota has a throttle of its own, because requests to other APIs do not count in that quota. It shares starts,
 * pauses and limits of the rate with the other APIs on its host.
 */
export class Throttle {
	private readonly window: RateWindow;

	private readonly limits: number[];

	private readonly quota = new Quota();

	/** The starts that count in the quota. */
	private readonly quotaWindow = new RateWindow();

	private circuit: Circuit = CLOSED_CIRCUIT;

	/** Why the account paused last. */
	private pausedBy: Outcome = { kind: 'cancelled' };

	private concurrency = INITIAL_CONCURRENCY;

	/** Runs whose concurrency is found automatically. */
	private automaticRuns = 0;

	private inFlight = 0;

	private maxInFlight = Infinity;

	private waiters: Waiter[] = [];

	private isDraining = false;

	private cancelledCheckedAt = 0;

	constructor(
		private readonly clock: Clock,
		{ window, limits } = newRate(),
	) {
		this.window = window;
		this.limits = limits;
	}

	/** Adds a run with its limits. `tellsQuota`: the service tells its quota in its answers. */
	join({ requestsPerSecond, maxConcurrency }: RunLimits, tellsQuota = false): void {
		this.limits.push(requestsPerSecond);
		if (maxConcurrency === 0) this.automaticRuns++;
		if (this.inFlight === 0) {
			this.concurrency = concurrencyAtStart(this.concurrency, this.clock.now());
		}
		if (tellsQuota) this.quota.expect();
	}

	/** Removes such a run. */
	leave({ requestsPerSecond, maxConcurrency }: RunLimits): void {
		this.limits.splice(this.limits.indexOf(requestsPerSecond), 1);
		if (maxConcurrency === 0) this.automaticRuns--;
	}

	/**
	 * Waits until a request may start. Call `finish` for each that is admitted. When the pauses are longer than `maxPausedMs` in total
	 * meanwhile, the account takes too little, and the circuit opens.
	 */
	async admit(isCancelled: () => boolean, maxPausedMs: number): Promise<Admission> {
		const circuit = this.openCircuit();
		if (circuit) return circuit;
		if (this.waiters.length === 0 && this.tryStart()) return 'admitted';
		return await new Promise((resolve) => {
			this.waiters.push({ isCancelled, maxPausedMs: this.pausedMs() + maxPausedMs, resolve });
			void this.drain();
		});
	}

	/** Records how a request that was admitted has ended: a 429 pauses the account, and then there is a slow start. */
	finish(attempt: Attempt, quota?: QuotaReading): void {
		this.concurrency = nextConcurrency(this.concurrency, attempt, this.inFlight);
		this.inFlight--;
		const { outcome, startedAt, endedAt } = attempt;
		if (quota) this.quota.observe(startedAt, endedAt, quota);
		const health = serviceHealth(outcome);
		this.circuit = nextCircuit(this.circuit, attempt);
		if (this.circuit.kind === 'circuitOpen') {
			this.maxInFlight = 1;
		} else if (health === 'overloaded') {
			this.pausedBy = outcome;
			const until = endedAt + pauseMs(attempt, this.circuit.round);
			if (this.window.pause(endedAt, until)) this.maxInFlight = 1;
		} else if (health === 'up' && ++this.maxInFlight > RECOVERED_IN_FLIGHT) {
			this.maxInFlight = Infinity;
		}
		this.admitWaiting();
	}

	/** The circuit while it is open. */
	openCircuit(): OpenCircuit | undefined {
		const { circuit } = this;
		const isOpen = circuit.kind === 'circuitOpen' && this.clock.now() < circuit.until;
		return isOpen ? circuit : undefined;
	}

	/** How long the account was paused in total. */
	pausedMs(): number {
		return this.window.pausedMs(this.clock.now());
	}

	private tryStart(): boolean {
		const now = this.clock.now();
		if (this.isFull(now) || this.nextStart(now) > now) return false;
		this.window.recordStart(now, this.limit() || this.quotaRate());
		this.quotaWindow.recordStart(now, this.quotaRate());
		this.inFlight++;
		return true;
	}

	private isFull(now: number): boolean {
		const automatic = this.automaticRuns > 0 ? this.concurrency.limit : Infinity;
		return this.inFlight >= Math.min(this.maxInFlight, this.quota.maxInFlight(now), automatic);
	}

	/** The earliest time, from `now` on, at which the rates allow the next start. */
	private nextStart(now: number): number {
		return Math.max(
			this.window.nextStart(now, this.limit()),
			this.quotaWindow.nextStart(now, this.quotaRate()),
		);
	}

	/** The starts per second that the quota allows; 0 for no limit. */
	private quotaRate(): number {
		const { perSecond } = this.quota;
		return perSecond === Infinity ? 0 : perSecond;
	}

	/** The lowest limit of the runs, in starts per second; 0 for none. */
	private limit(): number {
		let lowest = Infinity;
		for (const limit of this.limits) if (limit > 0 && limit < lowest) lowest = limit;
		return lowest === Infinity ? 0 : lowest;
	}

	/** Admits from the front all waiters that may start now; rejects them all while the circuit is open. */
	private admitWaiting(): void {
		const circuit = this.openCircuit();
		for (let first = this.waiters.at(0); first !== undefined; first = this.waiters.at(0)) {
			const rejection = first.isCancelled() ? 'cancelled' : circuit;
			if (!rejection && !this.tryStart()) return;
			this.waiters.shift();
			first.resolve(rejection ?? 'admitted');
		}
	}

	/** Runs until no waiter is left. */
	private async drain(): Promise<void> {
		if (this.isDraining) return;
		this.isDraining = true;
		for (this.admitWaiting(); this.waiters.length > 0; this.admitWaiting()) {
			const now = this.clock.now();
			const next = this.isFull(now) ? this.quota.nextChange(now) : this.nextStart(now);
			const wait = next - now;
			await this.clock.sleep(Math.min(wait, MAX_SLEEP_MS));
			this.rejectCancelled();
		}
		this.isDraining = false;
	}

	/**
	 * Rejects the cancelled waiters wherever they stand, and opens the circuit if one of the others has waited for too long; not more
	 * often than a cancellation must be noticed.
	 */
	private rejectCancelled(): void {
		const now = this.clock.now();
		if (now - this.cancelledCheckedAt < MAX_SLEEP_MS) return;
		this.cancelledCheckedAt = now;
		const [cancelled, others] = [[] as Waiter[], [] as Waiter[]];
		for (const waiter of this.waiters) (waiter.isCancelled() ? cancelled : others).push(waiter);
		this.waiters = others;
		for (const { resolve } of cancelled) resolve('cancelled');
		const pausedMs = this.pausedMs();
		if (others.every((waiter) => pausedMs <= waiter.maxPausedMs)) return;
		this.circuit = openCircuit(now, this.pausedBy);
		this.maxInFlight = 1;
	}
}

const rates = new Map<string, Rate>();
const throttles = new Map<string, Throttle>();

/**
 * The throttle of this process for an account on a host, shared by all nodes and executions; an API that tells its quota has one of
 * its own.
 */
export function throttleFor(
	host: string,
	namespace: string,
	clock: Clock,
	tellsQuota = false,
): Throttle {
	const account = `${host} ${namespace}`;
	const key = `${account} ${String(tellsQuota)}`;
	const known = throttles.get(key);
	if (known) return known;
	const rate = rates.get(account) ?? newRate();
	rates.set(account, rate);
	const throttle = new Throttle(clock, rate);
	throttles.set(key, throttle);
	return throttle;
}
