/** The sandbox's time: the time of this machine, moved by whoever does not want to wait for a status or for the end of a token. */
export class Clock {
	/** By how much it is moved, in milliseconds. */
	offsetMs = 0;

	/** Milliseconds since the epoch. */
	now(): number {
		return Date.now() + this.offsetMs;
	}
}
