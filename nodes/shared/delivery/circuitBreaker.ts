import { healthOf, type OpenCircuit, type Outcome } from './outcome';
import { MAX_RETRY_AFTER_MS } from './retryDelay';

/** After so many failures in a row each further one pauses the account, as every 429 does. */
const FAILURES_BEFORE_PAUSE = 20;
/**
 * The circuit opens in place of this pause in a row. With exponential backoff the account then had as much time as Bluecore Email
 * gives one email by default, about nine minutes; at the waits of Bluecore Events it is half a minute.
 */
const CIRCUIT_OPENS_AFTER = 6;
/** How long the circuit stays open, unless the server asks for more. */
const MIN_OPEN_MS = 60_000;
/** The longest time, whatever the server asks for. */
const MAX_OPEN_MS = 24 * 60 * 60_000;

/**
 * A circuit breaker for one account. While the circuit is open, no request starts. Then one is sent as a probe: an answer closes
 * the circuit, and a failure opens it again. Times are milliseconds of one clock.
 */
export class CircuitBreaker {
	/** Since the last answer that shows that the service works. */
	private failures = 0;

	private pauses = 0;

	private lastFailure: Outcome = { kind: 'cancelled' };

	private circuit?: OpenCircuit;

	/** The open circuit; undefined when requests may start, if only one as a probe. */
	openAt(now: number): OpenCircuit | undefined {
		return this.circuit && now < this.circuit.until ? this.circuit : undefined;
	}

	/** Number of the current pause in a row, from 1. */
	get pause(): number {
		return Math.max(1, this.pauses);
	}

	/** Whether there have only been failures for some time. */
	get isFailing(): boolean {
		return this.failures >= FAILURES_BEFORE_PAUSE;
	}

	/** Records how a request ended, and returns what follows for the account; `isPaused` says whether it is paused already. */
	record(
		now: number,
		outcome: Outcome,
		retryAfterMs: number,
		isPaused: boolean,
	): 'recover' | 'pause' | 'open' | undefined {
		const health = healthOf(outcome);
		if (health === undefined) return undefined;
		const isOpen = this.openAt(now) !== undefined;
		if (health === 'up') {
			// The answer to a request that was in flight when the circuit opened does not close it.
			if (isOpen) return undefined;
			this.failures = 0;
			this.pauses = 0;
			this.circuit = undefined;
			return 'recover';
		}
		this.failures++;
		this.lastFailure = outcome;
		const isProbe = this.circuit !== undefined && !isOpen;
		if (isProbe || retryAfterMs > MAX_RETRY_AFTER_MS) return this.open(now, retryAfterMs);
		if (isOpen || !(health === 'overloaded' || this.isFailing || this.pauses > 0)) return undefined;
		if (!isPaused && ++this.pauses === CIRCUIT_OPENS_AFTER) return this.open(now, retryAfterMs);
		return 'pause';
	}

	/** Opens the circuit for as long as the server asks for, within limits. */
	open(now: number, retryAfterMs = 0): 'open' {
		const until = now + Math.min(Math.max(retryAfterMs, MIN_OPEN_MS), MAX_OPEN_MS);
		this.circuit = { until: Math.max(until, this.circuit?.until ?? 0), cause: this.lastFailure };
		return 'open';
	}
}
