import { isBlank, isObject } from './coerce';
import type { Report } from './report';

/** The value of a parameter whose expression could not be evaluated, which has been reported. */
export const UNREADABLE = Symbol('unreadable');

/** One value as it was given, and what its checks need to report about it. */
export interface Field {
	/** `''` when it was not given; `UNREADABLE` when it could not be read. */
	readonly value: unknown;
	/** The parameter as it was entered, before its expressions were evaluated; undefined for what is not a parameter. */
	readonly entered?: unknown;
	/** What messages call it: `Email`, or `Email (traits.email)` in a tracking message. */
	readonly label: string;
	/** What to do when it has no value; without it, the advice for a parameter of the node. */
	readonly advice?: string;
	/** Says what of the input keeps an expression from having a value, by default that of this field; `''` if nothing is known. */
	readonly explain?: (expression?: unknown) => string;
	/** Where its checks report to. */
	readonly report: Report;
}

/** Whether a parameter was entered as an expression: an empty result is then a mapping that failed, not the choice of the default. */
export const isExpression = (entered: unknown): entered is string =>
	typeof entered === 'string' && entered.startsWith('=');

/** The end of a message about a field that has no value: what the input has instead, if that is known. */
export function butInput({ explain }: Pick<Field, 'explain'>): string {
	const reason = explain?.() ?? '';
	return reason === '' ? '' : `, but ${reason}`;
}

/** One field of a collection, such as an option. */
export function fieldIn(
	{ value, entered, report }: Field,
	{ name, displayName: label }: { readonly name: string; readonly displayName: string },
): Field {
	const own = (collection: unknown) =>
		isObject(collection) && Object.hasOwn(collection, name) ? collection[name] : '';
	return { value: own(value), entered: own(entered), label, report };
}

/**
 * Reports an expression without a result where nothing would mean something else than the field that was mapped. `so` says what, as
 * the end of a sentence.
 */
export function refuseEmptyExpression(
	{ value, entered, label, report }: Field,
	so: string,
	isEmpty = isBlank(value),
	fix = `Check what ${label} is mapped to: the expression must have a result for every item. Otherwise clear ${label}.`,
): boolean {
	if (value === UNREADABLE || !isEmpty || !isExpression(entered)) return false;
	report.problem(`${label} is an expression whose result is empty${so}`, fix);
	return true;
}
