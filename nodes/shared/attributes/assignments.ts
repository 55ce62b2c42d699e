import { isBlank, isObject, toBoolean, toNumber, toText } from '../values/coerce';
import type { Field } from '../values/field';
import { plainJson, type JsonValue } from '../values/plainJson';
import { parseJson } from '../values/readField';
import { describeType, quoted } from '../values/text';

/** One row of an n8n assignment collection. */
interface Assignment {
	readonly name: string;
	readonly type: string;
	readonly value: unknown;
}

/** The rows of an assignment collection, as n8n stores them: `{ assignments: [{ id, name, type, value }] }`. */
export function assignments({ value: collection }: Field): Assignment[] {
	const rows: unknown[] =
		isObject(collection) && Array.isArray(collection.assignments) ? collection.assignments : [];
	return rows.filter(isObject).map(({ name, type, value }) => ({
		name: toText(name) ?? '',
		type: typeof type === 'string' ? type : 'string',
		value,
	}));
}

/**
 * An assignment's value in the chosen type, so that `"12.50"` from a CSV column becomes a number if the row says Number.
 * Blank values are not changed. Undefined, and reported, if the value does not fit.
 */
export function assignedValue(
	{ name, type, value }: Assignment,
	{ label: collection, report }: Field,
): JsonValue | undefined {
	const label = `${collection}: ${quoted(name)}`;
	if (value === null || value === '') return value;
	switch (type) {
		case 'number': {
			const number = toNumber(value);
			if (number === undefined) {
				report.problem(
					`${label} must be a number, but is ${quoted(value)}`,
					'Write numbers with a decimal point and without thousands separators, such as 1250.50, or choose the type String.',
				);
			}
			return number;
		}
		case 'boolean': {
			const boolean = toBoolean(value);
			if (boolean === undefined) {
				report.problem(
					`${label} must be true or false, but is ${quoted(value)}`,
					'Use true or false, or choose the type String.',
				);
			}
			return boolean;
		}
		case 'array':
		case 'object': {
			const data = typeof value === 'string' ? parseJson(value, { label, report }) : value;
			if (data === undefined && typeof value === 'string') return undefined;
			if (type === 'array' ? Array.isArray(data) : isObject(data)) {
				return plainJson({ value: data, label, report });
			}
			report.problem(
				`${label} must be an ${type}, but is ${describeType(data)}`,
				`Use an ${type}, or choose another type.`,
			);
			return undefined;
		}
		default:
			return isBlank(value) || typeof value === 'object'
				? plainJson({ value, label, report })
				: (untrimmedText(value) ?? plainJson({ value, label, report }));
	}
}

/** Text as it is; numbers and booleans written out. */
const untrimmedText = (value: unknown) => (typeof value === 'string' ? value : toText(value));
