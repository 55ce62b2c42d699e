/** The query of a list. */
export interface ListQuery {
	/** Leaves out what is long: bodies, answers, attributes. */
	brief?: boolean;
	/** At most this many entries, the newest ones. */
	limit?: number;
	/** Only entries that contain this text, in any letter case. */
	search?: string;
}

export const LIMIT = { type: 'integer', minimum: 1 };

export const LIST_QUERY = {
	type: 'object',
	additionalProperties: false,
	properties: { brief: { type: 'boolean' }, limit: LIMIT, search: { type: 'string' } },
};

/** The schema of the parameters of an address that ends with a number. */
export const NUMBER_ID = { type: 'object', properties: { id: { type: 'integer' } } };

/** The newest entries that match, at most `limit`, in their order. */
export function newest<T>(
	entries: readonly T[],
	limit = Infinity,
	matches: (entry: T) => boolean,
): T[] {
	const found: T[] = [];
	for (let n = entries.length - 1; n >= 0 && found.length < limit; n--) {
		if (matches(entries[n])) found.push(entries[n]);
	}
	return found.reverse();
}

/** Whether one of the parts contains the text, in any letter case. */
export const contains = (search = '', parts: () => unknown[]) =>
	search === '' || JSON.stringify(parts()).toLowerCase().includes(search.toLowerCase());

/** A copy of a value without some of its properties. */
export function omit<T extends object, Name extends keyof T>(
	value: T,
	...names: Name[]
): Omit<T, Name> {
	const rest = { ...value };
	for (const name of names) Reflect.deleteProperty(rest, name);
	return rest;
}
