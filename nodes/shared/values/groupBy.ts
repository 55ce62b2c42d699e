/** The entries with the same key, in groups. */
export function groupBy<T>(entries: readonly T[], keyOf: (entry: T) => string | undefined): T[][] {
	const groups = new Map<string | undefined, T[]>();
	for (const entry of entries) {
		const key = keyOf(entry);
		const group = groups.get(key);
		if (group) group.push(entry);
		else groups.set(key, [entry]);
	}
	return [...groups.values()];
}
