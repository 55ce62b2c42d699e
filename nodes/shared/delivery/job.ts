import type { OpenCircuit } from './circuitBreaker';
import type { Fate, Outcome, Response } from './outcome';
import type { Throttle } from './throttle';

/** One request to deliver. Those with the same `orderKey` are delivered one after another. */
export interface Call {
	readonly orderKey?: string;
	/** The throttle of its account. */
	readonly throttle: Throttle;
	send(signal: AbortSignal): Promise<Response>;
}

/** What became of a call. */
export interface Delivery {
	readonly fate: Fate;
	/** Its last accepted answer, else how its last attempt ended or why that was not made; undefined for a call that was never started. */
	readonly outcome?: Outcome;
	readonly attempts: number;
	/** Whether it was accepted or given up; otherwise the run ended before. */
	readonly isSettled: boolean;
	/** Where the outcome is the last answer that was had: why asking again did not give another. */
	readonly pollFailure?: Outcome;
}

/** A call during its delivery. */
export class Job {
	attempts = 0;

	/** Attempts since the last answer that was accepted. */
	tries = 0;

	/** For retries and during pauses of its account, in total. */
	waitedMs = 0;

	isSettled = false;

	/** How the last attempt ended, or why it was not made. */
	private outcome?: Outcome;

	/** The last answer that was accepted: when asking again fails, it stands. */
	private answer?: Outcome;

	/** Whether the outcome of one of its attempts is unknown. */
	private wasUnknown = false;

	constructor(readonly call: Call) {}

	get orderKey(): string | undefined {
		return this.call.orderKey;
	}

	recordAttempt(outcome: Outcome): void {
		this.attempts++;
		this.outcome = outcome;
		if (outcome.kind === 'accepted') {
			this.answer = outcome;
			this.tries = 0;
			return;
		}
		this.tries++;
		if (outcome.kind === 'unknown' || outcome.kind === 'cancelled') this.wasUnknown = true;
	}

	/** Records that the next attempt is not made. */
	reject(circuit: OpenCircuit): void {
		this.outcome = circuit;
	}

	/** Whether it has no answer that was accepted. */
	get isFailed(): boolean {
		return this.answer === undefined;
	}

	toDelivery(): Delivery {
		const { answer, outcome, attempts, isSettled } = this;
		const common = { fate: this.fate(), attempts, isSettled };
		return answer && answer !== outcome
			? { ...common, outcome: answer, pollFailure: outcome }
			: { ...common, outcome };
	}

	private fate(): Fate {
		const { answer, outcome, wasUnknown, isSettled } = this;
		if (answer) return 'accepted';
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
