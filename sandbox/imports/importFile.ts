import { shorten } from '../schemas/jsonValues';
import { isEmail } from '../state/identifiers';
import { RESERVED_ATTRIBUTE } from '../state/profile';
import { parseCsv } from './csv';

/** What an import file has, by the part of its name that says it. */
const CONTENTS = {
	customerdata: { what: 'Import customers', required: ['email'] },
	purchasedata: {
		what: 'Import purchases',
		required: ['email', 'order_id', 'created', 'total', 'products'],
	},
	unsubscribes: { what: 'Import unsubscribes', required: ['email'] },
	optins: { what: 'Import opt-ins', required: ['email'] },
	productdata: { what: 'Import products', required: [] },
} as const;

export type Contents = keyof typeof CONTENTS;

/** Something that is wrong with a file. */
export interface ImportProblem {
	/** Of the rows below the header, from 1; 0 for the file itself and its header. */
	readonly row: number;
	/** Empty for the whole row. */
	readonly column: string;
	readonly message: string;
}

export type ImportRow = Readonly<Record<string, string>>;

/** What the sandbox makes of a file. */
export interface JudgedFile {
	/** The name for people. */
	readonly what: string;
	readonly contents?: Contents;
	/** How many rows there are below the header. */
	readonly rows: number;
	readonly accepted: readonly ImportRow[];
	readonly problems: readonly ImportProblem[];
}

const MAX_PROBLEMS = 1000;
const NAME = `The file name must be like store_customerdata_2026-01-31.csv: small letters, no blanks, one of ${Object.keys(CONTENTS).join(', ')}, and the date.`;

const isContents = (text: string): text is Contents => Object.hasOwn(CONTENTS, text);

export const nameOfImport = (contents: Contents | undefined): string =>
	contents === undefined ? 'Import' : CONTENTS[contents].what;

/** What the name of a file says it has; undefined if the name is not as Bluecore wants it. */
export function contentsOf(fileName: string): Contents | undefined {
	const [, type = '', date = ''] =
		/^[a-z0-9][a-z0-9.-]*(?:_[a-z0-9.-]+)*_([a-z]+)_(\d{4}-\d\d-\d\d)\.csv$/.exec(fileName) ?? [];
	return isContents(type) && isDate(date) ? type : undefined;
}

/** Judges a file by the rules that Bluecore has published. */
export function judgeFile(fileName: string, bytes: Buffer): JudgedFile {
	const contents = contentsOf(fileName);
	const { rows, problem: ofFile } = readRows(bytes);
	const [header = [], ...below] = rows;
	const problems = [
		...(contents === undefined ? [problem('', NAME)] : []),
		...(ofFile === undefined ? headerProblems(header, contents) : [problem('', ofFile)]),
	];
	const file = { what: nameOfImport(contents), rows: below.length };
	if (contents === undefined || problems.length > 0) {
		return { ...file, ...(contents && { contents }), accepted: [], problems };
	}
	const accepted: ImportRow[] = [];
	let count = 0;
	for (const [n, cells] of below.entries()) {
		const row = Object.fromEntries(
			header.map((name, column) => [name, shorten(cells[column] ?? '')]),
		);
		const found =
			cells.length === header.length
				? // A list of products that was cut would hide the last ones.
					rowProblems(contents, { ...row, products: cells[header.indexOf('products')] })
				: [
						{
							column: '',
							message: `The row has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}, but the header has ${header.length}.`,
						},
					];
		if (found.length === 0) accepted.push(row);
		count += found.length;
		if (problems.length < MAX_PROBLEMS)
			problems.push(...found.map((each) => ({ row: n + 1, ...each })));
	}
	if (count > problems.length)
		problems.push(problem('', `There are ${count - problems.length} more problems like these.`));
	return { ...file, contents, accepted, problems };
}

/** A file that is not imported, because it was before. */
export const importedBefore = (file: JudgedFile, call: number): JudgedFile => ({
	...file,
	accepted: [],
	problems: [
		problem('', `Call ${call} has imported this file before: a file must not be uploaded twice.`),
		...file.problems,
	],
});

export function describeProblem({ row, column, message }: ImportProblem): string {
	const where = row > 0 ? `Row ${row}` : 'The file';
	return shorten(`${where}${column === '' ? '' : `, ${column}`}: ${message}`);
}

const problem = (column: string, message: string): ImportProblem => ({ row: 0, column, message });

/** The rows of a file, or why it has none. */
function readRows(bytes: Buffer): { rows: string[][]; problem?: string } {
	let text: string;
	try {
		text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return { rows: [], problem: 'The file is not encoded in UTF-8.' };
	}
	const { rows, isCutOff } = parseCsv(text);
	if (isCutOff) return { rows, problem: 'A quote is opened and not closed.' };
	if (rows.length === 0) return { rows, problem: 'The file is empty.' };
	const separator = /^[a-z0-9_]+([;\t|])/i.exec(rows[0][0])?.[1];
	return separator && rows[0].length === 1
		? { rows, problem: `The columns are separated by ${JSON.stringify(separator)}, not by commas.` }
		: { rows };
}

/** A name has fewer characters. */
const MAX_NAME = 30;

function headerProblems(
	header: readonly string[],
	contents: Contents | undefined,
): ImportProblem[] {
	const required: readonly string[] = contents === undefined ? [] : CONTENTS[contents].required;
	return [
		...required
			.filter((name) => !header.includes(name))
			.map((name) => problem(name, `The column ${name} is missing.`)),
		...header.flatMap((name, n) => {
			if (header.indexOf(name) < n)
				return [problem(shorten(name), `There are two columns of this name.`)];
			if (name === RESERVED_ATTRIBUTE) return [problem(name, `${name} is reserved by Bluecore.`)];
			return /^[a-z_][a-z0-9_]*$/.test(name) && name.length < MAX_NAME
				? []
				: [
						problem(
							shorten(name),
							`The name of a column has lowercase letters, digits and underscores, begins with no digit, and has fewer than ${MAX_NAME} characters.`,
						),
					];
		}),
	];
}

type Found = Omit<ImportProblem, 'row'>;

/** What is wrong with a row. */
export function rowProblems(contents: Contents, row: ImportRow): Found[] {
	return CONTENTS[contents].required.flatMap((column) => {
		const value = row[column] ?? '';
		const message = value === '' ? 'It is empty.' : CHECKS[column](value);
		return message === undefined ? [] : [{ column, message }];
	});
}

/** A purchase takes so many products at most. */
const MAX_PRODUCTS = 30;

const CHECKS: Readonly<Record<string, (value: string) => string | undefined>> = {
	email: (value) => (isEmail(value) ? undefined : `${value} is not an email address.`),
	order_id: () => undefined,
	created: (value) =>
		/^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(value) && isDate(value.slice(0, 10))
			? undefined
			: `${value} is not a time like 2026-01-31T23:59:00, in UTC.`,
	total: (value) =>
		/^-?\d+(\.\d+)?$/.test(value) && Number.isFinite(Number(value))
			? undefined
			: `${value} is not a number without thousands separators and currency sign.`,
	products: (value) => {
		const ids = value.split('|');
		if (ids.includes('')) return 'A product ID is empty: the IDs are separated by one | each.';
		if (new Set(ids).size < ids.length) return 'A product ID is there twice.';
		return ids.length > MAX_PRODUCTS
			? `There are ${ids.length} product IDs, but at most ${MAX_PRODUCTS} are taken.`
			: undefined;
	},
};

/** Whether a text such as 2026-02-30 is a day that exists. */
const isDate = (text: string) =>
	!Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);
