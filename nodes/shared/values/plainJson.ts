import { hasToJson } from './coerce';
import type { Field } from './field';
import { quoted } from './text';

export type JsonValue =
	string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

/** Data that is nested deeper is refused. This also limits the recursion. */
const MAX_DEPTH = 100;

/** Bytes of a value as JSON in UTF-8. */
export const jsonBytes = (value: unknown): number =>
	Buffer.byteLength(JSON.stringify(value), 'utf8');

/**
 * Copies a value into plain JSON data, so that what is checked is what is sent: dates become ISO texts, and the input
 * is neither kept nor changed. What JSON would drop or refuse (undefined, NaN, functions, circular references) is
 * reported with its path below the label, and undefined returned. Fields that are undefined may be left out instead.
 */
export function plainJson(
	{ value, label, report }: Field,
	undefinedFields: 'refused' | 'left out' = 'refused',
): JsonValue | undefined {
	const ancestors = new Set<object>();
	const refuse = (path: string, is: string, fix: string): undefined => {
		report.problem(path === '' ? `${label} is ${is}` : `${label}: ${quoted(path)} is ${is}`, fix);
		return undefined;
	};

	function copyObject(source: object, path: string): JsonValue | undefined {
		if (ancestors.has(source)) {
			return refuse(path, 'circular: it contains itself', 'Pass only the fields that are needed.');
		}
		if (ancestors.size === MAX_DEPTH) {
			return refuse(
				path,
				`nested more than ${MAX_DEPTH} levels deep`,
				'Pass only the fields that are needed.',
			);
		}
		ancestors.add(source);
		const copied = Array.isArray(source)
			? source.map((entry, index) => copy(entry, path === '' ? `${index}` : `${path}.${index}`))
			: copyFields(source as Record<string, unknown>, path);
		ancestors.delete(source);
		return copied as JsonValue;
	}

	function copyFields(source: Record<string, unknown>, path: string) {
		const fields: Record<string, JsonValue | undefined> = {};
		for (const name of Object.keys(source)) {
			const fieldPath = path === '' ? name : `${path}.${name}`;
			if (name === '__proto__') {
				refuse(fieldPath, 'a reserved name', 'Use another name.');
			} else if (source[name] !== undefined || undefinedFields === 'refused') {
				fields[name] = copy(source[name], fieldPath);
			}
		}
		return fields;
	}

	function copy(raw: unknown, path: string): JsonValue | undefined {
		const entry = hasToJson(raw) ? raw.toJSON() : raw;
		switch (typeof entry) {
			case 'string':
			case 'boolean':
				return entry;
			case 'number':
				if (Number.isFinite(entry)) return entry;
				return refuse(path, `${entry}, which JSON does not support`, 'Use a number or null.');
			case 'object':
				return entry === null ? null : copyObject(entry, path);
			case 'undefined':
				// JSON has null for it in a list.
				if (undefinedFields === 'left out' && path !== '') return null;
				return refuse(
					path,
					'undefined',
					'It has no value: the field that it is mapped to does not exist in this item. Use a field that exists, or null if the field may be missing: {{ $json.field ?? null }}.',
				);
			default:
				return refuse(
					path,
					`a ${typeof entry}, which JSON does not support`,
					'Use text, a number, a boolean or null.',
				);
		}
	}

	try {
		return copy(value, '');
	} catch (error) {
		return refuse(
			'',
			`not readable: ${error instanceof Error ? error.message : String(error)}`,
			`Correct the expression in ${label}.`,
		);
	}
}
