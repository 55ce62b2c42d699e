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

	/**
	 * Stands before the oldest entry: a new iterator would pass the places of all deleted entries, each time. It is renewed now and
	 * then, because V8 keeps all earlier tables of a map for an iterator that does not move.
	 */
	private oldest = this.entries();

	/** Since the iterator was renewed. */
	private deletions = 0;

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
		const wasThere = super.delete(key);
		if (++this.deletions > this.size) this.renewIterator();
		return wasThere;
	}

	override clear(): void {
		super.clear();
		this.bytes = 0;
		this.renewIterator();
	}

	private renewIterator(): void {
		this.oldest = this.entries();
		this.deletions = 0;
	}

	private sizeOf(value: Value | undefined): number {
		return value === undefined ? 0 : (this.options.sizeOf?.(value) ?? 0);
	}
}
