/** What delivery needs of time and chance; tests replace it. */
export interface Clock {
	/** Milliseconds of a clock that nobody sets: for waits and time-outs. */
	now(): number;
	/** Milliseconds since the epoch, for dates that a server or a message names. */
	date(): number;
	sleep(ms: number): Promise<void>;
	/** From 0 up to 1. */
	random(): number;
}

/** Nothing sleeps longer at a time, so that a cancellation is noticed soon. */
export const MAX_SLEEP_MS = 250;
