import { hasToJson, isBlank, isObject } from './coerce';

type Fields = Readonly<Record<string, unknown>>;

/** The value at a path such as `context.traits.email`, from own fields only; undefined if there is none. */
export function valueAt(fields: Fields, path: string): unknown {
	// Most paths are one name, and hundreds of them are looked up in an order.
	if (!path.includes('.')) return Object.hasOwn(fields, path) ? fields[path] : undefined;
	let value: unknown = fields;
	for (const name of path.split('.')) {
		if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
			return undefined;
		value = (value as Record<string, unknown>)[name];
	}
	return value;
}

/** Whether a value counts as given: blank texts and empty lists and objects do not. */
export const isGiven = (value: unknown): boolean =>
	!isBlank(value) && !(isPlain(value) && Object.keys(value).length === 0);

/** Whether a value is a list or an object of fields, not a date. */
const isPlain = (value: unknown): value is object =>
	typeof value === 'object' && value !== null && !hasToJson(value);

/** A value, and the path at which it was found. */
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
