import type { Fate, Outcome, Response } from './outcome';
import type { Throttle } from './throttle';

/** How it is found out whether a call has arrived, after an attempt that left this open. */
export interface Confirmation {
	/** Whether an attempt with this outcome leaves it open. `mayBeOwn`: an earlier attempt of the call may have arrived, too. */
	isNeeded(outcome: Outcome, mayBeOwn: boolean): boolean;
	/** Asks the service. `mayBeOwn` is false if what arrived cannot have come from this call. */
	ask(signal: AbortSignal, mayBeOwn: boolean): Promise<Response>;
	/** What the service's answer says: that the call was accepted or refused, or has not arrived; undefined if it says none of these. */
	read(response: Response): Outcome | 'notArrived' | undefined;
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
