import type { Fate, Outcome, Response } from './outcome';
import type { Throttle } from './throttle';

/** One request to deliver. Those with the same `orderKey` are delivered one after another. */
export interface Call {
	readonly orderKey?: string;
	/** The throttle of its account, where calls are for several; else the one for all calls. */
	readonly throttle?: Throttle;
	send(signal: AbortSignal): Promise<Response>;
}

/** What became of a call. */
export interface Delivery {
	readonly fate: Fate;
	/** Of its last attempt; undefined for a call that was never started. */
	readonly outcome?: Outcome;
	readonly attempts: number;
	/** Whether it was accepted or given up; otherwise the run ended before. */
	readonly isSettled: boolean;
}

/** A call during its delivery. */
export class Job {
	attempts = 0;

	/** Attempts since the last answer that was not final. */
	tries = 0;

	/** Between its attempts, in all. */
	waitedMs = 0;

	isSettled = false;

	private outcome?: Outcome;

	/** Whether the outcome of one of its attempts is unknown. */
	private wasUnknown = false;

	constructor(readonly call: Call) {}

	get orderKey(): string | undefined {
		return this.call.orderKey;
	}

	recordAttempt(outcome: Outcome): void {
		this.attempts++;
		this.tries++;
		this.outcome = outcome;
		if (outcome.kind === 'unknown' || outcome.kind === 'cancelled') this.wasUnknown = true;
	}

	toDelivery(): Delivery {
		const { outcome, attempts, isSettled } = this;
		return { fate: this.fate(), outcome, attempts, isSettled };
	}

	private fate(): Fate {
		const { outcome, wasUnknown, isSettled } = this;
		if (outcome?.kind === 'accepted') return 'accepted';
		if (wasUnknown) return 'unknown';
		switch (outcome?.kind) {
			case 'invalid':
				return outcome.problem.mayHaveArrived ? 'unknown' : 'refused';
			case 'temporary':
			case 'refused':
				return isSettled ? 'refused' : 'notSent';
			default:
				return 'notSent';
		}
	}
}
