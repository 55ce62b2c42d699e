interface Options<Value> {
	/** At most this many values are kept. */
	readonly count: number;
	/** At most so much memory is taken, as `sizeOf` measures it roughly. */
	readonly bytes?: number;
	readonly sizeOf?: (value: Value) => number;
	readonly onEvicted?: (value: Value) => void;
}

/** A map of limited size, in order of insertion: a new entry evicts the oldest ones. The newest is always kept. */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
	private bytes = 0;

	/** Stands before the oldest entry. A new iterator would have to pass the places of all deleted entries, each time. */
	private oldest = this.entries();

	constructor(private readonly options: Options<Value>) {
		super();
	}

	override set(key: Key, value: Value): this {
		this.bytes += this.sizeOf(value) - this.sizeOf(this.get(key));
		super.set(key, value);
		const { count, bytes = Infinity, onEvicted } = this.options;
		while (this.size > 1 && (this.size > count || this.bytes > bytes)) {
			const next = this.oldest.next();
			if (next.done) break;
			const [oldest, evicted] = next.value;
			this.delete(oldest);
			onEvicted?.(evicted);
		}
		return this;
	}

	override delete(key: Key): boolean {
		this.bytes -= this.sizeOf(this.get(key));
		return super.delete(key);
	}

	override clear(): void {
		super.clear();
		this.bytes = 0;
		this.oldest = this.entries();
	}

	private sizeOf(value: Value | undefined): number {
		return value === undefined ? 0 : (this.options.sizeOf?.(value) ?? 0);
	}
}
