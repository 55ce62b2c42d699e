export interface Limits {
	readonly count: number;
	readonly bytes: number;
}

interface Sized {
	/** Roughly what the value takes in memory. */
	readonly bytes: number;
}

/** A map of limited size, in order of insertion: a new entry evicts the oldest ones. The newest is always kept. */
export class BoundedMap<Key, Value extends Sized> extends Map<Key, Value> {
	private bytes = 0;

	constructor(
		private readonly limits: Limits,
		private readonly onEvicted: (value: Value) => void = () => undefined,
	) {
		super();
	}

	override set(key: Key, value: Value): this {
		super.set(key, value);
		this.bytes += value.bytes;
		for (const [oldest, evicted] of this) {
			const isWithin = this.size <= this.limits.count && this.bytes <= this.limits.bytes;
			if (isWithin || this.size === 1) break;
			this.delete(oldest);
			this.onEvicted(evicted);
		}
		return this;
	}

	override delete(key: Key): boolean {
		this.bytes -= this.get(key)?.bytes ?? 0;
		return super.delete(key);
	}

	override clear(): void {
		this.bytes = 0;
		super.clear();
	}
}
