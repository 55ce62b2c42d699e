import { isBlank, isObject, toText } from '../../shared/values/coerce';
import { firstValue, valueAt } from '../../shared/values/paths';
import type { Form, NotAnOrder, Paths, Shop, Words } from './shop';

export { firstValue, valueAt };

/** An order, or one of its lines. */
export type OrderFields = Readonly<Record<string, unknown>>;

const hasValue = (fields: OrderFields, path: string): boolean => !isBlank(valueAt(fields, path));

export const hasAll = (fields: OrderFields, paths: Paths): boolean =>
	paths.every((path) => hasValue(fields, path));

export const hasAny = (fields: OrderFields, paths: Paths): boolean =>
	paths.some((path) => hasValue(fields, path));

export const lacksAll = (fields: OrderFields, paths: Paths): boolean => !hasAny(fields, paths);

/** Whether the value at one of some paths has a form. */
export const isLike = (fields: OrderFields, { at, like }: Form): boolean =>
	at.some((path) => like.test(toText(valueAt(fields, path)) ?? ''));

/** Whether something that a shop sends is this, and not an order. */
export const isThis = (fields: OrderFields, { has = [], lacks = [], form }: NotAnOrder): boolean =>
	hasAll(fields, has) && lacksAll(fields, lacks) && (form === undefined || isLike(fields, form));

/** What says that there is no value: exports write the words. */
const NOTHING_FOUND = /^(?:null|none|false)$/i;

/** Whether the value at a path is one of these words. */
export function isOneOf(fields: OrderFields, path: string, words: Words): boolean {
	const value = valueAt(fields, path);
	const text = toText(value) ?? '';
	if (isBlank(value) || (words === 'any' && NOTHING_FOUND.test(text))) return false;
	return words === 'any' || words.includes(text.toLowerCase());
}

/** What an object has under one name of a path: `*` is any name, `type=gift` the object itself if its `type` is `gift`. */
function step(fields: unknown, name: string): unknown[] {
	if (!isObject(fields)) return [];
	if (name === '*') return Object.values(fields);
	const [field, word] = name.split('=');
	if (word !== undefined) return isOneOf(fields, field, [word]) ? [fields] : [];
	return Object.hasOwn(fields, name) ? [fields[name]] : [];
}

/** All values at a path, also if there are lists on the way. */
export const valuesAt = (fields: OrderFields, path: string): unknown[] =>
	path
		.split('.')
		.reduce<unknown[]>(
			(values, name) => values.flatMap((value) => step(value, name)).flat(),
			[fields],
		)
		.filter((value) => !isBlank(value));

/**
 * The entries of the list at a path, also if there are lists on the way; undefined if there is none. `*` in a path is any name, so
 * that several lists become one.
 */
export function listAt(value: unknown, path: string): unknown[] | undefined {
	let values = [value];
	let isList = false;
	let isInList = false;
	for (const name of path.split('.')) {
		const next = values.flatMap((each) => step(each, name));
		isList = next.some(Array.isArray);
		isInList ||= isList;
		values = next.flat();
	}
	return isList || (isInList && values.length > 0) ? values : undefined;
}

/** The path and the entries of the first list that an order has, if possible of one that is not empty. */
export function linesIn(order: OrderFields, { lines }: Shop) {
	const found = lines.in.flatMap((path) => {
		const list = listAt(order, path);
		return list ? { path, list } : [];
	});
	return found.find(({ list }) => list.length > 0) ?? found.at(0);
}
