/** A FIFO queue for each key: at most one in flight per key, in order; different keys run concurrently. No key: no order. */
export class OrderedQueue<T extends { readonly orderKey?: string }> {
	private readonly ready: T[] = [];

	private taken = 0;

	/** For each entry the next one with the same key. */
	private readonly successors = new Map<T, T>();

	/** How many there were at the beginning. */
	readonly size: number;

	constructor(entries: readonly T[]) {
		this.size = entries.length;
		const last = new Map<string, T>();
		for (const entry of entries) {
			const { orderKey } = entry;
			const previous = orderKey === undefined ? undefined : last.get(orderKey);
			if (previous === undefined) this.ready.push(entry);
			else this.successors.set(previous, entry);
			if (orderKey !== undefined) last.set(orderKey, entry);
		}
	}

	/** Whether an entry may start. */
	hasReady(): boolean {
		return this.taken < this.ready.length;
	}

	/** Whether an entry has not started. */
	hasMore(): boolean {
		return this.taken < this.size;
	}

	/** The next entry that may start; undefined while all others wait for one that is in flight. */
	take(): T | undefined {
		return this.hasReady() ? this.ready[this.taken++] : undefined;
	}

	/** Marks an entry as done, so that the next one with its key may start. */
	settle(entry: T): void {
		const next = this.successors.get(entry);
		if (next !== undefined) this.ready.push(next);
	}
}
