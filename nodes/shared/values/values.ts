import { hasToJson, plainJson } from './plainJson';
import { jsonErrorPosition } from './jsonPosition';
import { adviceOf, labelOf, UNREADABLE, type ItemSource, type Parameter } from '../input/item';
import { list, quote, type Report } from './report';

/** Bluecore and SMTP know no longer address (RFC 5321, 4.5.3.1.3). */
const MAX_EMAIL_LENGTH = 254;

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
/** One @, a dot in the domain, and none of the marks that lists and mail programs put around addresses. */
const EMAIL = /^[^\s@<>()[\]\\,;:"]+@[^\s@.<>()[\]\\,;:"]+(\.[^\s@.<>()[\]\\,;:"]+)+$/;
const VISIBLE_ASCII = /^[!-~]*$/;
/** Such as a zero-width space, which comes along when an address is copied from a web page. */
const INVISIBLE = /[\p{Cf}\p{Cc}]/u;

export const isBlank = (value: unknown): value is '' | null | undefined =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** A finite number from a number or from text in decimal notation (`"12.50"`), else undefined. */
export function toNumber(value: unknown): number | undefined {
	if (typeof value === 'string' && DECIMAL.test(value.trim())) return toNumber(Number(value));
	return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Trimmed text from text, a number, a boolean or a date; `''` from nothing; undefined from anything else. */
export function toText(value: unknown): string | undefined {
	if (value === undefined || value === null) return '';
	if (typeof value === 'string') return value.trim();
	if (typeof value === 'boolean') return String(value);
	if (hasToJson(value)) return toText(value.toJSON());
	return toNumber(value)?.toString();
}

/** A boolean from a boolean or from the texts `true` and `false` in any case, else undefined. */
export function toBoolean(value: unknown): boolean | undefined {
	if (typeof value === 'boolean') return value;
	if (typeof value !== 'string') return undefined;
	const word = value.trim().toLowerCase();
	if (word === 'true') return true;
	return word === 'false' ? false : undefined;
}

export type Need = 'required' | 'optional';

/** Reads a text parameter; `''` when it is not given or not usable (the latter, and a missing required one, reported). */
export function readText(
	source: ItemSource,
	parameter: Parameter,
	report: Report,
	need: Need,
	fix = adviceOf(
		source,
		parameter,
		`Fill in ${parameter.displayName}, or map it from a field of the input. If it is mapped, check that the field has a value in this item, and the spelling of its name.`,
	),
): string {
	const raw = source.read(parameter);
	if (raw === UNREADABLE) return '';
	const text = toText(raw);
	if (text === undefined) {
		report.problem(`${labelOf(source, parameter)} must be text`, fix);
	} else if (text === '' && need === 'required') {
		report.problem(`${labelOf(source, parameter)} is required`, fix);
	}
	return text ?? '';
}

export interface NumberRule {
	readonly check: (value: number) => boolean;
	/** Completes "must be …". */
	readonly words: string;
}

export const ANY_NUMBER: NumberRule = { check: () => true, words: 'a number' };
export const AT_LEAST_ZERO: NumberRule = {
	check: (value) => value >= 0,
	words: 'a number of at least 0',
};
export const ABOVE_ZERO: NumberRule = { check: (value) => value > 0, words: 'a number above 0' };

/** Checks one value that must be a number; undefined, and reported under its label, when it is not. */
export function checkNumber(
	raw: unknown,
	label: string,
	report: Report,
	rule: NumberRule,
): number | undefined {
	const value = toNumber(raw);
	if (value !== undefined && rule.check(value)) return value;
	report.problem(
		`${label} must be ${rule.words}, but is ${isBlank(raw) ? 'empty' : quote(raw)}`,
		'Write numbers with a point and without thousands separators or currency, such as 1250.50.',
	);
	return undefined;
}

export function readNumber(
	source: ItemSource,
	parameter: Parameter,
	report: Report,
	rule: NumberRule,
): number | undefined {
	const raw = source.read(parameter);
	if (raw === UNREADABLE) return undefined;
	if (isBlank(raw)) {
		report.problem(
			`${labelOf(source, parameter)} is required`,
			adviceOf(
				source,
				parameter,
				`Fill in ${parameter.displayName}, or map it from a field of the input.`,
			),
		);
		return undefined;
	}
	return checkNumber(raw, labelOf(source, parameter), report, rule);
}

/** Reads an email address; `''` when it is not given or not usable (reported). */
export function readEmail(
	source: ItemSource,
	parameter: Parameter,
	report: Report,
	need: Need,
	characters: 'any' | 'ascii' = 'any',
): string {
	const email = readText(source, parameter, report, need);
	if (email === '') return '';
	const label = labelOf(source, parameter);
	const fix = 'Use one full address, such as jane@example.com.';
	if (email.length > MAX_EMAIL_LENGTH) {
		report.problem(
			`${label} has ${email.length} characters, but an address has at most ${MAX_EMAIL_LENGTH}`,
			fix,
		);
	} else if (!isEmail(email)) {
		report.problem(`${label} is not an email address: ${quote(email)}`, fix);
	} else if (INVISIBLE.test(email)) {
		const [character] = INVISIBLE.exec(email) ?? [''];
		const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
		report.problem(
			`${label} has an invisible character (U+${code}): ${quote(email)}`,
			'Remove it: type the address anew, or clean the field before.',
		);
	} else if (characters === 'ascii' && !VISIBLE_ASCII.test(email)) {
		const others = [...new Set(email.replace(/[\x21-\x7e]/g, ''))];
		report.problem(
			`${label} has characters that Bluecore cannot send to (${list(others)}): ${quote(email)}`,
			'Bluecore sends emails to addresses of ASCII characters only (no accents or other scripts).',
		);
	} else if (email !== email.toLowerCase()) {
		report.warn(
			`${label} ${quote(email)} has capital letters; it is sent as it is, and Bluecore may keep it apart from the same address in lowercase`,
		);
	}
	return email;
}

/** Whether a text has the shape of an email address: one @, no spaces, a dot in the domain. */
export function isEmail(text: string): boolean {
	return text.length <= MAX_EMAIL_LENGTH && EMAIL.test(text);
}

/** Reads a JSON parameter, typed in as text or given by an expression; undefined when blank or not usable (reported). */
export function readJson(source: ItemSource, parameter: Parameter, report: Report): unknown {
	const value = readJsonAsGiven(source, parameter, report);
	return value === undefined ? undefined : plainJson(value, labelOf(source, parameter), report);
}

/** The same without looking into the value, which belongs to the input: it must be neither changed nor passed on. */
export function readJsonAsGiven(source: ItemSource, parameter: Parameter, report: Report): unknown {
	const raw = source.read(parameter);
	if (raw === UNREADABLE || (typeof raw === 'string' && isBlank(raw))) return undefined;
	const label = labelOf(source, parameter);
	if (raw === undefined || raw === null) {
		report.problem(
			`${label} is ${String(raw)}`,
			`Check the field that ${label} is mapped to: it has no value in this item.`,
		);
		return undefined;
	}
	return typeof raw === 'string' ? parseJson(raw, label, report) : raw;
}

/** Parses JSON text; undefined, and reported with the place where reading stopped, when it is not JSON. */
export function parseJson(text: string, label: string, report: Report): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		const position = jsonErrorPosition(text);
		const before = text.slice(0, position).split('\n');
		const line = before.length;
		const column = (before.at(-1) ?? '').length + 1;
		const found =
			position < text.length
				? `at ${quote(text.slice(position), 20)}`
				: 'because the text ended too soon';
		report.problem(
			`${label} is not valid JSON: reading stopped at position ${position} (line ${line}, column ${column}) ${found}`,
			text.includes('[object Object]')
				? 'A field that was mapped beside other text becomes such: let the expression stand alone, such as {{ $json.items }}.'
				: 'Mend the JSON there. Names and texts need double quotes, and no comma may follow the last entry.',
		);
		return undefined;
	}
}

/** Reads a JSON parameter that must be an object; undefined when blank or not usable (reported). */
export function readJsonObject(
	source: ItemSource,
	parameter: Parameter,
	report: Report,
): Record<string, unknown> | undefined {
	const value = readJson(source, parameter, report);
	if (value === undefined) return undefined;
	if (isObject(value)) return value;
	report.problem(
		`${labelOf(source, parameter)} must be a JSON object, but is ${describeType(value)}`,
		'Write names and values in braces, such as { "loyalty_tier": "gold" }.',
	);
	return undefined;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

export function describeType(value: unknown): string {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'an array';
	if (typeof value === 'object') return 'an object';
	return (
		{ string: 'text', number: 'a number', boolean: 'a boolean' }[typeof value as string] ??
		typeof value
	);
}

/** A value for a message: its kind where it is an object or a list, else itself in quotes. */
export const shown = (value: unknown): string =>
	typeof value === 'object' ? describeType(value) : quote(value);
