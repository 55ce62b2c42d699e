interface Entry {
	readonly index: number;
	/** Milliseconds. */
	readonly time: number;
	/** Counts the entries, so that those of the same time keep their order. */
	readonly turn: number;
}

const isBefore = (a: Entry, b: Entry) => a.time < b.time || (a.time === b.time && a.turn < b.turn);

/** Calls that wait for a time each: a binary heap, the earliest on top. */
export class Schedule {
	private readonly heap: Entry[] = [];

	private turns = 0;

	add(index: number, time: number): void {
		const { heap } = this;
		const entry = { index, time, turn: this.turns++ };
		let at = heap.push(entry) - 1;
		while (at > 0) {
			const parent = (at - 1) >> 1;
			if (isBefore(heap[parent], entry)) break;
			heap[at] = heap[parent];
			at = parent;
		}
		heap[at] = entry;
	}

	/** Takes the earliest call whose time has come. */
	takeDue(now: number): number | undefined {
		const top = this.heap.at(0);
		if (top === undefined || top.time > now) return undefined;
		const last = this.heap.pop() as Entry;
		if (this.heap.length > 0) this.sink(last);
		return top.index;
	}

	/** The time of the earliest call, if there is one. */
	nextTime(): number | undefined {
		return this.heap.at(0)?.time;
	}

	/** Puts an entry on top, and moves it down to its place. */
	private sink(entry: Entry): void {
		const { heap } = this;
		let at = 0;
		for (let child = 1; child < heap.length; child = 2 * at + 1) {
			if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
			if (isBefore(entry, heap[child])) break;
			heap[at] = heap[child];
			at = child;
		}
		heap[at] = entry;
	}
}
