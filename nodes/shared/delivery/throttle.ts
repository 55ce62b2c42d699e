import { CircuitBreaker, type Attempt, type OpenCircuit } from './circuitBreaker';
import { MAX_SLEEP_MS, type Clock } from './clock';
import { Concurrency } from './concurrency';
import { serviceHealth } from './outcome';
import { Quota, type ReadQuota } from './quota';
import { Pace, Rate, rateWithin } from './rate';
import { MAX_RETRY_AFTER_MS } from './retry';

/** The limits of one run. */
export interface RunLimits {
	/** 0: no limit. */
	readonly requestsPerSecond: number;
	/** 0: found automatically, for all runs of the account together. */
	readonly maxConcurrency: number;
	/** What an answer says of the account's quota, for a service that tells it in its answers. */
	readonly readQuota?: ReadQuota;
}

/** Whether a request may start; if not, why. */
export type Admission = 'admitted' | 'cancelled' | OpenCircuit;

/** The requests of one run that wait for the account. */
export interface Run {
	/** Takes the next request that may start at a time: a function that begins it, or gives it up. */
	take(time: number): ((admission: Admission) => void) | undefined;
	/** When the next request may start, as far as the run decides it: any time in the past for now. */
	nextTime(): number;
	/** Whether it has a request that could have started by a time if the run did not limit how many are in flight. */
	hasMore(time: number): boolean;
}

/**
 * Limits the requests of one account, of all runs of this process together, which take turns. The lowest rate limit of the runs that
 * have joined applies to all of them, and so does the automatic limit of concurrency while one of them uses it.
 *
 * An API that tells its quota has a throttle of its own, because requests to other APIs do not count in that quota. It shares the rate
 * with the other APIs on its host.
 */
export class Throttle {
	private readonly concurrency = new Concurrency();

	private readonly circuitBreaker = new CircuitBreaker();

	private readonly quota = new Quota();

	/** Spaces the starts that count in the quota. */
	private readonly quotaPace = new Pace();

	/** Runs whose concurrency is found automatically. */
	private automaticRuns = 0;

	private inFlight = 0;

	/** In the order of their turns. */
	private readonly runs: Run[] = [];

	/** When `start` is called again by itself. */
	private wakesAt = Infinity;

	constructor(
		private readonly clock: Clock,
		/** Shared by the APIs of an account on one host. */
		readonly rate = new Rate(),
	) {}

	/** Adds a run of so many calls with its limits. */
	join(run: Run, limits: RunLimits, calls: number): void {
		this.runs.push(run);
		this.rate.join(limits.requestsPerSecond);
		if (limits.maxConcurrency === 0) this.automaticRuns++;
		if (this.inFlight === 0) this.concurrency.begin(this.clock.now());
		this.rate.begin(this.clock.now(), calls);
		if (limits.readQuota) this.quota.expect();
	}

	/** Removes such a run. */
	leave(run: Run, limits: RunLimits): void {
		this.runs.splice(this.runs.indexOf(run), 1);
		this.rate.leave(limits.requestsPerSecond);
		if (limits.maxConcurrency === 0) this.automaticRuns--;
		this.start();
	}

	/** Starts all requests that may start now; the runs take turns. Call `finish` for each, and `start` when a run has more. */
	start(): void {
		const now = this.clock.now();
		const rejection = this.circuitBreaker.rejectionAt(now);
		while ((rejection ?? this.nextStart(now) <= now) && this.startNext(now, rejection));
		const time = Math.max(this.nextStart(now), Math.min(...this.runs.map((run) => run.nextTime())));
		if (time < Infinity) this.wakeAt(Math.min(time, now + MAX_SLEEP_MS), now);
	}

	/**
	 * Records how a request that was admitted has ended, and what its answer says of the account's quota. Returns whether it was refused
	 * only because the account, which works, was sent too much.
	 */
	finish(attempt: Attempt, readQuota?: ReadQuota): boolean {
		const { outcome, startedAt, endedAt, retryAfterMs } = attempt;
		const health = serviceHealth(outcome);
		if (health === 'up') {
			this.rate.recordAccepted(startedAt, endedAt);
			this.concurrency.recordAnswer(startedAt, endedAt, this.inFlight);
		} else if (health === 'overloaded') {
			this.rate.recordRefusal({
				startedAt,
				endedAt,
				// For longer waits the circuit is open.
				pauseMs: Math.min(retryAfterMs, MAX_RETRY_AFTER_MS),
				isAlone: this.inFlight === 1 && !this.runs.some((run) => run.hasMore(endedAt)),
			});
		}
		this.inFlight--;
		this.circuitBreaker.record(attempt);
		if (readQuota && 'response' in outcome) {
			this.quota.observe(startedAt, endedAt, readQuota(outcome.response));
			const waitMs = this.quota.waitMs(endedAt);
			if (waitMs > MAX_RETRY_AFTER_MS)
				this.circuitBreaker.giveUp({ ...attempt, retryAfterMs: waitMs });
		}
		return health === 'overloaded' && this.circuitBreaker.hasWorked(endedAt);
	}

	/** Starts the next request of the run whose turn it is. Returns whether there was one. */
	private startNext(now: number, rejection?: OpenCircuit): boolean {
		for (const run of this.runs) {
			const begin = run.take(rejection ? Infinity : now);
			if (!begin) continue;
			this.runs.splice(this.runs.indexOf(run), 1);
			this.runs.push(run);
			if (!rejection) this.recordStart(now);
			begin(rejection ?? 'admitted');
			return true;
		}
		return false;
	}

	private wakeAt(time: number, now: number): void {
		if (time >= this.wakesAt) return;
		this.wakesAt = time;
		void this.clock.sleep(Math.max(1, time - now)).then(() => {
			if (this.wakesAt !== time) return;
			this.wakesAt = Infinity;
			this.start();
		});
	}

	private recordStart(now: number): void {
		this.inFlight++;
		this.rate.recordStart(now);
		this.quotaPace.record(now, rateWithin(this.quota.perSecond));
	}

	/** The time from which on the next request may start; infinite while it depends on those in flight. */
	private nextStart(now: number): number {
		const automatic = this.automaticRuns > 0 ? Math.floor(this.concurrency.limit) : Infinity;
		if (this.inFlight >= automatic) return Infinity;
		return Math.max(
			this.circuitBreaker.nextStart(this.inFlight),
			this.rate.nextStart(now),
			this.quotaPace.next(rateWithin(this.quota.perSecond)),
			this.inFlight < this.quota.maxInFlight(now) ? now : this.quota.nextChange(now),
		);
	}
}

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
	const keyOf = (hasQuota: boolean) => `${host} ${namespace} ${String(hasQuota)}`;
	const known = throttles.get(keyOf(tellsQuota));
	if (known) return known;
	const throttle = new Throttle(clock, throttles.get(keyOf(!tellsQuota))?.rate);
	throttles.set(keyOf(tellsQuota), throttle);
	return throttle;
}
