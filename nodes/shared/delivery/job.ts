import type { OpenCircuit } from './circuitBreaker';
import type { Fate, Outcome, Response } from './outcome';
import type { Throttle } from './throttle';

/** How it is found out whether a call has arrived, after an attempt that left this open. */
export interface Confirmation {
	/** Whether an attempt with this outcome leaves it open. `mayBeOwn`: an earlier attempt of the call may have arrived, too. */
	isNeeded(outcome: Outcome, mayBeOwn: boolean): boolean;
	/** Asks the service. `mayBeOwn` is false if what arrived cannot have come from this call. */
	ask(signal: AbortSignal, mayBeOwn: boolean): Promise<Response>;
	/** Whether the call has arrived, by the service's answer; undefined if the answer does not say so. */
	hasArrived(response: Response): boolean | undefined;
}

/** One request to deliver. Those with the same `orderKey` are delivered one after another. */
export interface Call {
	readonly orderKey?: string;
	/** The throttle of its account. */
	readonly throttle: Throttle;
	send(signal: AbortSignal): Promise<Response>;
	/** Without it, nobody can know what became of an attempt that was not answered. */
	readonly confirmation?: Confirmation;
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

	/** Whether the outcome of one of its attempts is unknown, and nobody has found it out. */
	private wasUnknown = false;

	/** The same, whatever was found out: an answer that says that nothing has arrived can be too early. */
	private mayBeOwn = false;

	/** Whether it must be found out whether it has arrived, before it is sent again. */
	isOpen = false;

	/** How often that was asked without an answer since the last attempt. */
	asked = 0;

	constructor(readonly call: Call) {}

	get orderKey(): string | undefined {
		return this.call.orderKey;
	}

	recordAttempt(outcome: Outcome): void {
		this.attempts++;
		if (outcome.kind === 'accepted') {
			this.accept(outcome.response);
			this.tries = 0;
			return;
		}
		this.outcome = outcome;
		this.tries++;
		this.isOpen = this.call.confirmation?.isNeeded(outcome, this.mayBeOwn) ?? false;
		this.asked = 0;
		const isUnknown = outcome.kind === 'unknown' || outcome.kind === 'cancelled';
		if (isUnknown || (this.isOpen && outcome.kind !== 'refused')) {
			this.wasUnknown = true;
			this.mayBeOwn = true;
		}
	}

	/** Sends the call, or asks whether it has arrived. */
	send(signal: AbortSignal): Promise<Response> {
		const { call, isOpen, mayBeOwn } = this;
		return isOpen && call.confirmation
			? call.confirmation.ask(signal, mayBeOwn)
			: call.send(signal);
	}

	/** Records the answer to the question whether it has arrived. */
	recordConfirmation(outcome: Outcome): void {
		const response = 'response' in outcome ? outcome.response : undefined;
		const hasArrived = response && this.call.confirmation?.hasArrived(response);
		if (response && hasArrived === true) {
			this.accept(response);
		} else if (hasArrived === false) {
			this.wasUnknown = false;
		} else {
			this.asked++;
			return;
		}
		this.isOpen = false;
	}

	/** Keeps an answer without its headers: they were read, and of a long run they would take more memory than its events. */
	private accept(response: Response): void {
		this.outcome = { kind: 'accepted', response: { ...response, headers: {} } };
		this.answer = this.outcome;
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
