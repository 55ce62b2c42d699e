interface ScheduledEntry<T> {
	readonly value: T;
	/** Milliseconds. */
	readonly time: number;
	/** Counts up, so that entries of the same time keep their order. */
	readonly sequence: number;
}

const isBefore = (a: ScheduledEntry<unknown>, b: ScheduledEntry<unknown>) =>
	a.time < b.time || (a.time === b.time && a.sequence < b.sequence);

/** A priority queue by time: a binary heap with the earliest entry on top. */
export class Schedule<T> {
	private readonly heap: Array<ScheduledEntry<T>> = [];

	private added = 0;

	add(value: T, time: number): void {
		const { heap } = this;
		const entry = { value, time, sequence: this.added++ };
		let at = heap.push(entry) - 1;
		while (at > 0) {
			const parent = (at - 1) >> 1;
			if (isBefore(heap[parent], entry)) break;
			heap[at] = heap[parent];
			at = parent;
		}
		heap[at] = entry;
	}

	/** Removes and returns the earliest entry whose time has come. */
	takeDue(now: number): T | undefined {
		const top = this.heap.at(0);
		if (top === undefined || top.time > now) return undefined;
		const last = this.heap.pop() as ScheduledEntry<T>;
		if (this.heap.length > 0) this.siftDown(last);
		return top.value;
	}

	/** The time of the earliest entry; infinite where there is none. */
	nextTime(): number {
		return this.heap.at(0)?.time ?? Infinity;
	}

	/** Removes and returns values, the earliest first. */
	remove(isRemoved: (value: T) => boolean): T[] {
		const removed: T[] = [];
		for (const { value, time } of this.heap.splice(0).sort((a, b) => (isBefore(a, b) ? -1 : 1))) {
			if (isRemoved(value)) removed.push(value);
			else this.add(value, time);
		}
		return removed;
	}

	/** Puts an entry on top, and moves it down to its place. */
	private siftDown(entry: ScheduledEntry<T>): void {
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
