/**
 * Hands out indices 0 … n-1 such that of those with the same key one is out at a time, in order; different keys take turns.
 * Without a key an index waits for nobody. Time and memory are linear, and nothing is kept per waiting index but two numbers.
 */
export class OrderedQueue {
	private readonly ready: number[] = [];

	private taken = 0;

	/** For each index the next one with the same key, or -1. */
	private readonly successor: Int32Array;

	constructor(keys: ReadonlyArray<string | undefined>) {
		this.successor = new Int32Array(keys.length).fill(-1);
		const last = new Map<string, number>();
		keys.forEach((key, index) => {
			const before = key === undefined ? undefined : last.get(key);
			if (before === undefined) this.ready.push(index);
			else this.successor[before] = index;
			if (key !== undefined) last.set(key, index);
		});
	}

	/** The next index that may go, or undefined while all others wait for one that is out. */
	take(): number | undefined {
		return this.taken < this.ready.length ? this.ready[this.taken++] : undefined;
	}

	/** Says that an index is settled, so that the next of its key may go. */
	settle(index: number): void {
		const next = this.successor[index];
		if (next >= 0) this.ready.push(next);
	}
}
