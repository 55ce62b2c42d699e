const MAX_WAITING = 100;

/** Calls that are to be tried again, each at its time. */
export class RetryList {
	/** Ascending by time; those of the same time in the order in which they came. */
	private readonly entries: Array<{ readonly index: number; readonly time: number }> = [];

	add(index: number, time: number): void {
		let at = this.entries.length;
		while (at > 0 && this.entries[at - 1].time > time) at--;
		this.entries.splice(at, 0, { index, time });
	}

	/** Takes the earliest call whose time has come. */
	takeDue(now: number): number | undefined {
		return this.entries.length > 0 && this.entries[0].time <= now
			? this.entries.shift()?.index
			: undefined;
	}

	/** Whether so many calls wait that the service must be in trouble, and nothing new should be sent to it. */
	get isFull(): boolean {
		return this.entries.length >= MAX_WAITING;
	}

	/** The time of the earliest call, if there is one. */
	nextTime(): number | undefined {
		return this.entries.at(0)?.time;
	}
}
