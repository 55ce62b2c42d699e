import { hasToJson, isBlank, isObject } from './coerce';

type Fields = Readonly<Record<string, unknown>>;

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
