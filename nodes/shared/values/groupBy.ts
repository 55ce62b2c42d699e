/** The entries with the same key, in groups. */
export function groupBy<T, K>(entries: readonly T[], keyOf: (entry: T) => K): T[][] {
	const groups = new Map<K, T[]>();
	for (const entry of entries) {
		const key = keyOf(entry);
		const group = groups.get(key);
		if (group) group.push(entry);
		else groups.set(key, [entry]);
	}
	return [...groups.values()];
}
