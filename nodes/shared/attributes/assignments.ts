import { pathIn } from '../input/missingValue';
import type { Field } from '../values/field';
import { parseJson, plainJson, type JsonValue } from '../values/json';
import { describeType, quoted } from '../values/text';
import { isObject, toBoolean, toNumber, toText } from '../values/value';

/** One row of an n8n assignment collection. */
interface Assignment {
	readonly name: string;
	readonly type: string;
	readonly value: unknown;
	/** The value as it was entered. */
	readonly entered?: unknown;
}

/** The rows of an assignment collection, as n8n stores them: `{ assignments: [{ id, name, type, value }] }`. */
export function assignments({ value: collection, entered }: Field): Assignment[] {
	const enteredRows = rowsOf(entered);
	return rowsOf(collection).map(({ name, type, value }, index) => ({
		name: toText(name) ?? '',
		type: typeof type === 'string' ? type : 'string',
		value,
		entered: enteredRows.at(index)?.value,
	}));
}

const rowsOf = (collection: unknown): Array<Record<string, unknown>> =>
	isObject(collection) && Array.isArray(collection.assignments)
		? collection.assignments.filter(isObject)
		: [];

/**
 * An assignment's value in the chosen type, so that `"12.50"` from a CSV column becomes a number if the row says Number.
 * Blank values are not changed. Undefined, and reported, if the value does not fit.
 */
export function assignedValue(
	{ name, type, value, entered }: Assignment,
	{ label: collection, report, explain }: Field,
): JsonValue | undefined {
	const field: Field = { value, label: `${collection}: ${quoted(name)}`, report };
	if (value === null || value === '') return value;
	if (value === undefined) {
		report.problem(
			`${field.label} has no value: ${explain?.(entered) || 'its field does not exist in this item'}`,
			`If the value may be missing, write ${orNull(entered)} to send null. Otherwise drag the field in again.`,
		);
		return undefined;
	}
	switch (type) {
		case 'number':
			return fitting(
				toNumber(value),
				field,
				'a number',
				'Write numbers with a decimal point and without thousands separators, such as 1250.50, or choose the type String.',
			);
		case 'boolean':
			return fitting(
				toBoolean(value),
				field,
				'true or false',
				'Use true or false, or choose the type String.',
			);
		case 'array':
		case 'object':
			return structured(type, field);
		default:
			return writtenOut(value) ?? plainJson(field);
	}
}

/** A value in a type; undefined, and reported, if the given one does not fit. */
function fitting<Value>(
	value: Value | undefined,
	{ value: given, label, report }: Field,
	what: string,
	fix: string,
): Value | undefined {
	if (value === undefined) {
		report.problem(`${label} must be ${what}, but is ${quoted(given)}`, fix);
	}
	return value;
}

/** An array or an object, also from JSON text. */
function structured(type: 'array' | 'object', field: Field): JsonValue | undefined {
	const { value, label, report } = field;
	const data = typeof value === 'string' ? parseJson(value, { label, report }) : value;
	if (data === undefined) return undefined;
	if (type === 'array' ? Array.isArray(data) : isObject(data)) {
		return plainJson({ value: data, label, report });
	}
	report.problem(
		`${label} must be an ${type}, but is ${describeType(data)}`,
		`Use an ${type}, or choose another type.`,
	);
	return undefined;
}

/** An expression that gives null where the field that it reads does not exist. */
function orNull(entered: unknown): string {
	const [first, ...rest] = pathIn(entered) ?? ['field'];
	const step = (name: string) =>
		/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
	const steps = rest.map((name) => `?.${step(name).replace(/^\./, '')}`).join('');
	return `{{ $json${step(first)}${steps} ?? null }}`;
}

/** The text of a number or a boolean. */
const writtenOut = (value: unknown): string | undefined =>
	typeof value === 'number' || typeof value === 'boolean' ? toText(value) : undefined;
