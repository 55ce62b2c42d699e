import { isExpression, refuseEmptyExpression, UNREADABLE, type Field } from './field';
import { describeType, describeValue, messageOf, quoted } from './text';
import { hasToJson, isBlank, isObject, toText } from './value';

export type JsonValue =
	string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

/** Data that is nested deeper is refused. This also limits the recursion. */
const MAX_DEPTH = 100;

const NO_VALUE =
	'It has no value: the field that it is mapped to does not exist in this item. Use a field that exists, or null if the field may be missing: {{ $json.field ?? null }}.';

const below = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

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
		return report.problem(
			path === '' ? `${label} is ${is}` : `${label}: ${quoted(path)} is ${is}`,
			fix,
		);
	};

	function copyObject(source: object, path: string): JsonValue | undefined {
		const isCircular = ancestors.has(source);
		if (isCircular || ancestors.size === MAX_DEPTH) {
			const is = isCircular
				? 'circular: it contains itself'
				: `nested more than ${MAX_DEPTH} levels deep`;
			return refuse(path, is, 'Pass only the fields that are needed.');
		}
		ancestors.add(source);
		const copied = Array.isArray(source)
			? source.map((entry, index) => copy(entry, below(path, `${index}`)))
			: copyFields(source, path);
		ancestors.delete(source);
		return copied as JsonValue;
	}

	function copyFields(source: object, path: string) {
		const fields: Record<string, JsonValue | undefined> = {};
		for (const [name, entry] of Object.entries(source)) {
			if (entry === undefined && undefinedFields === 'left out') continue;
			if (name !== '__proto__') fields[name] = copy(entry, below(path, name));
			else refuse(below(path, name), 'a reserved name', 'Use another name.');
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
				return refuse(path, 'undefined', NO_VALUE);
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
		return refuse('', `not readable: ${messageOf(error)}`, `Correct the expression in ${label}.`);
	}
}

/**
 * Reads JSON, typed in as text or given by an expression, without a copy; undefined when blank or not usable (reported; a blank one
 * if there is advice for it). The value may not be valid JSON, and it belongs to the input: it must not be changed or sent.
 */
export function readJsonUnchecked(field: Field, fixOfMissing?: string): unknown {
	const { value, label, report } = field;
	if (value === UNREADABLE) return undefined;
	if (typeof value === 'string' && isBlank(value)) {
		return fixOfMissing && report.problem(`${label} is required`, fixOfMissing);
	}
	if (value === undefined || value === null) {
		return report.problem(
			`${label} is ${String(value)}`,
			`Check the field that ${label} is mapped to: it has no value in this item.`,
		);
	}
	return typeof value === 'string' ? parseJson(value, field) : value;
}

/** Reads JSON that must be an object, and copies it; undefined when blank or not usable (reported). */
export function readJsonObject(field: Field): Record<string, JsonValue> | undefined {
	if (typeof field.value === 'string' && refuseEmptyExpression(field, '')) return undefined;
	const given = readJsonUnchecked(field);
	const value = given === undefined ? undefined : plainJson({ ...field, value: given });
	if (value === undefined) return undefined;
	if (isObject(value)) return value;
	return field.report.problem(
		`${field.label} must be a JSON object, but is ${describeType(value)}`,
		'Write names and values in curly braces, such as { "loyalty_tier": "gold" }.',
	);
}

/** Reads names: separated by commas, or a list. Problems are reported; for an expression without a result, `so` says what it would mean. */
export function readNames(field: Field, so: string): string[] {
	const { label, report } = field;
	const before = report.problems.length;
	const names = entriesIn(field).flatMap((entry) => {
		const name = toText(entry);
		if (name === undefined) {
			report.problem(
				`${label} must be text, but is ${describeValue(entry)}`,
				'Enter the names, separated by commas.',
			);
		}
		return name || [];
	});
	const isEmpty = names.length === 0 && report.problems.length === before;
	refuseEmptyExpression(field, so, isEmpty);
	return names;
}

/** The entries of a list: of an array, of JSON text, or of a text with commas. Text that begins like JSON and is none is reported. */
export function entriesIn(field: Field): unknown[] {
	let { value } = field;
	if (value === UNREADABLE || isBlank(value)) return [];
	if (looksLikeJson(value)) value = parseJson(value, field);
	if (typeof value === 'string') value = value.split(',').map((text) => text.trim());
	return value === undefined ? [] : [value].flat();
}

/** Whether a text is a list, an object or a text of JSON. */
const looksLikeJson = (value: unknown): value is string =>
	typeof value === 'string' && /^\s*[[{"]/.test(value);

/** How often JSON may have been made into text, and that into JSON again. */
const MAX_PARSES = 3;

/**
 * Parses JSON text, also of JSON that was made into text twice; undefined, and reported with the position at which parsing stopped,
 * when it is not JSON.
 */
export function parseJson(
	given: string,
	{ label, entered, report }: Omit<Field, 'value'>,
): unknown {
	// Files may begin with a byte order mark.
	const text = given.replace(/^\ufeff/, '');
	try {
		let value: unknown = text;
		for (let parses = 0; parses < MAX_PARSES && (parses === 0 || looksLikeJson(value)); parses++) {
			value = JSON.parse(value as string);
		}
		return value;
	} catch {
		const position = jsonErrorPosition(text);
		const before = text.slice(0, position).split('\n');
		const line = before.length;
		const column = (before.at(-1) ?? '').length + 1;
		const found =
			position < text.length
				? `at ${quoted(text.slice(position), 20)}`
				: 'because the text ends too early';
		return report.problem(
			`${label} is not valid JSON: reading stopped at position ${position} (line ${line}, column ${column}) ${found}`,
			jsonAdvice(text, entered),
		);
	}
}

function jsonAdvice(text: string, entered: unknown): string {
	if (text.includes('[object Object]')) {
		return 'An object between other text becomes [object Object]: use an expression with no other text, such as {{ $json.items }}.';
	}
	if (isExpression(entered) && /"[^"]*\{\{.*\}\}[^"]*"/s.test(entered)) {
		return 'A value between quotes can itself have quotes or line breaks, which end the JSON text there. Write {{ JSON.stringify($json.name) }} without quotes around it, or make the whole JSON one expression, such as {{ { "name": $json.name } }}.';
	}
	return 'Fix the JSON there. Names and texts need double quotes, and there must be no comma after the last entry.';
}

const SPACE = /[ \t\n\r]*/y;
/** A string, a number or a word, or a punctuation mark of JSON (RFC 8259). */
const TOKEN =
	/(?<text>"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[ !#-[\]-\uffff]*)*")|(?<plain>(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))|(?<mark>[[\]{}:,])/y;

type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end';

/** What is expected after each token that is allowed. */
const VALUE = { text: ', or end', plain: ', or end', '[': 'value or ]', '{': 'name or }' } as const;
const NEXT: Readonly<Record<Expected, Readonly<Partial<Record<string, Expected>>>>> = {
	value: VALUE,
	'value or ]': { ...VALUE, ']': ', or end' },
	name: { text: ':' },
	'name or }': { text: ':', '}': ', or end' },
	':': { ':': 'value' },
	', or end': { ',': 'value', ']': ', or end', '}': ', or end' },
};
const CLOSING: Readonly<Partial<Record<string, string>>> = { '[': ']', '{': '}' };

/** The token at a position, after blanks: where it begins and ends, and a mark, `text` or `plain`; `none` if there is no token. */
function tokenAt(text: string, from: number) {
	SPACE.lastIndex = from;
	SPACE.test(text);
	const start = SPACE.lastIndex;
	TOKEN.lastIndex = start;
	const { groups } = TOKEN.exec(text) ?? {};
	const kind = groups?.text === undefined ? 'plain' : 'text';
	return { start, end: TOKEN.lastIndex, token: groups ? (groups.mark ?? kind) : 'none' };
}

/**
 * The position up to which a text is valid JSON, as an offset in UTF-16 units: the first character that is not allowed, or
 * the text's length if it ends too early. `JSON.parse` gives this position only in some of its messages.
 */
function jsonErrorPosition(text: string): number {
	/** The marks that close what is open. */
	const open: string[] = [];
	let expected: Expected = 'value';
	for (let from = 0; ;) {
		const { start, end, token } = tokenAt(text, from);
		const next: Expected | undefined = NEXT[expected][token];
		const inner = open.at(-1);
		if (!next || (token === ',' && !inner)) return start;
		if (token === ']' || token === '}') {
			if (open.pop() !== token) return start;
		}
		const closing = CLOSING[token];
		if (closing) open.push(closing);
		expected = token === ',' && inner === '}' ? 'name' : next;
		from = end;
	}
}
