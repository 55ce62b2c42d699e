const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

export const isBlank = (value: unknown): value is '' | null | undefined =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

export const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value defines its own form in JSON, as dates do. */
export function hasToJson(value: unknown): value is { toJSON: () => unknown } {
	return (
		typeof value === 'object' &&
		value !== null &&
		typeof (value as { toJSON?: unknown }).toJSON === 'function'
	);
}

/** A finite number from a number or from text in decimal notation (`"12.50"`), else undefined. */
export function toNumber(value: unknown): number | undefined {
	if (typeof value === 'string' && DECIMAL.test(value.trim())) return toNumber(Number(value));
	return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Trimmed text from text, a number, a boolean or a date; `''` from nothing; undefined from anything else. */
export function toText(value: unknown): string | undefined {
	if (value === undefined || value === null) return '';
	if (typeof value === 'string') return value.trim();
	if (typeof value === 'boolean') return String(value);
	if (hasToJson(value)) return toText(value.toJSON());
	return toNumber(value)?.toString();
}

/** The same, with `''` also from anything else. */
export const textOf = (value: unknown): string => toText(value) ?? '';

/** A boolean from a boolean or from the texts `true` and `false` in any case, else undefined. */
export function toBoolean(value: unknown): boolean | undefined {
	if (typeof value === 'boolean') return value;
	if (typeof value !== 'string') return undefined;
	const word = value.trim().toLowerCase();
	if (word === 'true') return true;
	return word === 'false' ? false : undefined;
}

/** Whether a number is too large for JavaScript to keep all its digits; as an ID it may be someone else's. */
export const hasLostDigits = (value: unknown): boolean =>
	typeof value === 'number' && Number.isFinite(value) && !Number.isSafeInteger(Math.trunc(value));

export type Fields = Readonly<Record<string, unknown>>;

const ownField = (value: unknown, name: string): unknown =>
	typeof value === 'object' && value !== null && Object.hasOwn(value, name)
		? (value as Fields)[name]
		: undefined;

/** The value at a path such as `context.traits.email`, from own fields only; undefined if there is none. */
export const valueAt = (fields: Fields, path: string): unknown =>
	// Most paths are one name, and hundreds of them are looked up in an order.
	path.includes('.') ? path.split('.').reduce(ownField, fields as unknown) : ownField(fields, path);

/** Whether a value counts as given: blank texts and empty lists and objects do not. */
export const isGiven = (value: unknown): boolean =>
	!isBlank(value) &&
	(typeof value !== 'object' || hasToJson(value) || Object.keys(value as object).length > 0);

export interface Found {
	readonly path: string;
	readonly value: unknown;
}

/** The first path that has a value, or one that passes a test, with that value. */
export function firstValue(
	fields: Fields,
	paths: readonly string[],
	test: (value: unknown) => boolean = isGiven,
): Found | undefined {
	for (const path of paths) {
		const value = valueAt(fields, path);
		if (test(value)) return { path, value };
	}
	return undefined;
}

/** The object at a path, or an empty one. */
export function objectAt(fields: Fields, path: string): Fields {
	const value = valueAt(fields, path);
	return isObject(value) ? value : {};
}

/** The objects in a list of an object, such as the rows of a collection. */
export const rowsIn = (fields: unknown, name: string): Array<Record<string, unknown>> =>
	isObject(fields) && Array.isArray(fields[name]) ? fields[name].filter(isObject) : [];

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
