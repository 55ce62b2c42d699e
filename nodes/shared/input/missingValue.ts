import { isEmail } from '../values/field';
import { fixName, invisibleIn, joinList, lettersOf, quoted } from '../values/text';
import { isBlank, textOf, type Fields } from '../values/value';

/** The first field of the input that an expression reads: `$json.a.b["c d"]`, with or without `?.`, but without methods. */
const FIELD =
	/\$json((?:\??\.[\p{ID_Start}_$][\p{ID_Continue}$]*(?![\p{ID_Continue}$]|\s*\()|(?:\?\.)?\[(?:"[^"]*"|'[^']*'|\d+)\])+)/u;
const PATH_STEP =
	/\??\.([\p{ID_Start}_$][\p{ID_Continue}$]*)|\["([^"]*)"\]|\['([^']*)'\]|\[(\d+)\]/gu;
/** How many columns a message names. */
const MAX_COLUMNS = 10;

interface InputFields {
	readonly json: Fields;
	/** The names of the fields of all items: n8n leaves the empty cells of a file out of its items. */
	columns(): readonly string[];
}

/**
 * Says what of the input keeps a field from having a value, given as it was entered; `''` if there is nothing to say, such as when
 * the column exists and is empty in this item. Without an expression, a column with the field's own name is looked for.
 */
export function explainMissing(entered: unknown, label: string, input: InputFields): string {
	const path = pathIn(entered);
	const [wanted] = path ?? [isBlank(entered) ? label : ''];
	const columns = search(wanted, input.columns());
	if (path && columns.exists) return describeGap(path, input.json);
	const similar = columns.similar ?? emailColumn(wanted, input);
	if (similar !== undefined) {
		if (isBlank(input.json[similar])) return '';
		// n8n adds what is dragged to the expression that is there.
		const drag = path ? `delete what is in ${label}, and drag it there` : `drag it into ${label}`;
		return lettersOf(similar) === lettersOf(wanted)
			? `the input has a column ${quoted(similar)}${difference(similar)}: ${drag}`
			: `the input has a column ${quoted(similar)}: if it is this one, ${drag}`;
	}
	if (!path || columns.names === '') return '';
	return `the input has no column ${quoted(wanted)}, only ${columns.names}`;
}

/** The path of the first field that an expression reads; undefined if it reads none, or is no expression. */
export function pathIn(entered: unknown): string[] | undefined {
	if (typeof entered !== 'string' || !entered.startsWith('=')) return undefined;
	const [, steps] = FIELD.exec(entered) ?? [];
	return steps === undefined
		? undefined
		: Array.from(
				steps.matchAll(PATH_STEP),
				([, ...names]) => names.find((name) => name !== undefined) ?? '',
			);
}

/** Names the first part of a path that does not exist; `''` if only the value at its end is empty. */
function describeGap(path: readonly string[], json: Fields): string {
	let value: unknown = json;
	for (const [index, name] of path.entries()) {
		const isLast = index === path.length - 1;
		value = (Object(value) as Fields)[name];
		const part = quoted(path.slice(0, index + 1).join('.'));
		if (value === undefined && path.length > 1) return `${part} does not exist in this item`;
		if (isBlank(value) && !isLast) return `${part} is empty in this item`;
	}
	return '';
}

/** What the columns of a run say of a name that is wanted. */
interface Columns {
	readonly exists: boolean;
	/** The column that is most like it. */
	readonly similar?: string;
	/** The first columns, as a list. */
	readonly names: string;
}

/** Searched once for all items, which have their columns in common. */
const searched = new WeakMap<readonly string[], Map<string, Columns>>();

function search(wanted: string, columns: readonly string[]): Columns {
	const known = searched.get(columns) ?? new Map<string, Columns>();
	searched.set(columns, known);
	const found = known.get(wanted) ?? {
		exists: columns.includes(wanted),
		similar: findSimilar(wanted, columns),
		names: joinList(
			columns.map((name) => quoted(name)),
			', ',
			MAX_COLUMNS,
		),
	};
	known.set(wanted, found);
	return found;
}

/** The same letters, or a name that begins with it or has all its words. */
function findSimilar(wanted: string, columns: readonly string[]): string | undefined {
	const letters = lettersOf(wanted);
	const words = wordsOf(wanted);
	if (letters === '') return undefined;
	return (
		columns.find((name) => lettersOf(name) === letters) ??
		columns.find((name) => lettersOf(name).startsWith(letters)) ??
		columns.find((name) => words.every((word) => wordsOf(name).includes(word)))
	);
}

const wordsOf = (name: string) => fixName(name).split('_');

/** For an email, the column of the item that has an address. */
function emailColumn(wanted: string, { json }: InputFields): string | undefined {
	if (!lettersOf(wanted).includes('mail')) return undefined;
	return Object.keys(json).find((name) => isEmail(textOf(json[name])));
}

/** What cannot be seen of a column's name. */
function difference(name: string): string {
	const invisible = invisibleIn(name);
	if (invisible !== undefined) return ` with an invisible character (${invisible})`;
	return name === name.trim() ? '' : ' with a blank';
}
