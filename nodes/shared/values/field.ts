import type { Report } from './report';
import {
	describeValue,
	invisibleIn,
	MISSING_ADDRESS,
	isMissingId,
	UNFILLED,
	joinList,
	quoted,
} from './text';
import { hasLostDigits, isBlank, isObject, toNumber, toText } from './value';

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
	readonly report: Report;
}

/** Whether a parameter was entered as an expression: an empty result is then a mapping that failed, not the choice of the default. */
export const isExpression = (entered: unknown): entered is string =>
	typeof entered === 'string' && entered.startsWith('=');

/** The end of a message about a field, or an expression in it, that has no value: what the input has instead, if that is known. */
export function butInput({ explain }: Pick<Field, 'explain'>, expression?: unknown): string {
	const reason = explain?.(expression) ?? '';
	return reason === '' ? '' : `, but ${reason}`;
}

/** One field of a collection, such as an option. */
export function fieldIn(
	{ value, entered, report }: Field,
	{ name, displayName: label }: { readonly name: string; readonly displayName: string },
): Field {
	const [own, ownEntered] = [value, entered].map((collection): unknown =>
		isObject(collection) && Object.hasOwn(collection, name) ? collection[name] : '',
	);
	return { value: own, entered: ownEntered, label, report };
}

/**
 * Reports an expression without a result where nothing would mean something else than the field that was mapped. `so` says what, as
 * the end of a sentence.
 */
export function refuseEmptyExpression(
	{ value, entered, label, report }: Field,
	so: string,
	isEmpty = isBlank(value),
	fix?: string,
): boolean {
	if (value === UNREADABLE || !isEmpty || !isExpression(entered)) return false;
	report.problem(`${label} is an expression whose result is empty${so}`, fix ?? fixOfEmpty(label));
	return true;
}

function fixOfEmpty(label: string): string {
	const name = label.replace(/^The option/, 'the option');
	return `Check what ${name} is mapped to: the expression must have a result for every item. Otherwise clear ${name}.`;
}

const UNFILLED_FIX =
	'If it is an expression of n8n, switch the field to Expression, or in JSON put the whole value into one expression. Otherwise fill the variable in before this node.';

/** The same for all items, so that it is said once for many rows. */
const BROKEN_TEXT_FIX =
	"Set the file's encoding where the file is read: in Extract From File, add the option Encoding and choose Latin1 for a CSV file of Excel on Windows, UTF16LE for a Unicode text.";

/** What is left of a character if a file was read with another encoding than its own. */
const BROKEN = '\ufffd';

/** Reports a value of plain JSON of which a text or name was broken when it was read, and returns whether one was. */
export function refuseBroken(value: unknown, label: string, report: Report): boolean {
	const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
	if (!text.includes(BROKEN)) return false;
	report.problem(
		`${label} contains U+FFFD, which stands for a character that could not be read`,
		BROKEN_TEXT_FIX,
	);
	return true;
}

export type Need = 'required' | 'optional';

/** Reads text; `''` when it is not given or not usable (the latter, and a missing required one, reported). */
export function readText(field: Field, need: Need, fix = field.advice): string {
	const { value, label, report } = field;
	if (value === UNREADABLE) return '';
	const text = toText(value);
	if (text === undefined) {
		report.problem(
			`${label} must be text, but is ${describeValue(value)}`,
			fix ?? `Map a single value to ${label}.`,
		);
	} else if (text === '' && need === 'required') {
		report.problem(
			`${label} is required${butInput(field)}`,
			fix ??
				`Fill in ${label}, or map a field of the input to it. If it is mapped, check that the name of the field is right and that it has a value in this item.`,
		);
	}
	return text ?? '';
}

/** Bluecore and SMTP accept no longer address (RFC 5321, 4.5.3.1.3). */
const MAX_EMAIL_LENGTH = 254;

/**
 * One @; before it no quotes, slashes, query or signs of templates and masks, and dots only between others; after it a host name. An
 * apostrophe can be within a name (`o'brien`), not around the address.
 */
const ADDRESS =
	/^(?!['\u2018-\u201f.])[^\s@<>()[\]\\,;:"/?{}|*%`\u201c-\u201f]+(?<!['\u2018-\u201f.])@(?:(?!-)[\p{L}\p{M}\p{N}\p{Cf}\ufffd-]{1,63}(?<!-)\.)+(?!\p{N}+$)(?!-)[\p{L}\p{M}\p{N}\p{Cf}\ufffd-]{1,63}(?<!-)$/u;

/** Whether a text has the shape of an email address. */
export function isEmail(text: string): boolean {
	return text.length <= MAX_EMAIL_LENGTH && !text.includes('..') && ADDRESS.test(text);
}

/** Reads an email address; `''` when it is not given or not usable (reported). */
export function readEmail(field: Field, need: Need, characters: 'any' | 'ascii' = 'any'): string {
	const { label, report } = field;
	const email = readText(field, need);
	if (email === '') return '';
	const invisible = invisibleIn(email);
	const fix = UNFILLED.test(email)
		? UNFILLED_FIX
		: 'Use one full address, such as jane@example.com.';
	if (email.length > MAX_EMAIL_LENGTH) {
		report.problem(
			`${label} has ${email.length} characters, but an address has at most ${MAX_EMAIL_LENGTH}`,
			fix,
		);
	} else if (!isEmail(email)) {
		report.problem(`${label} is not an email address: ${quoted(email)}`, fix);
	} else if (MISSING_ADDRESS.test(email)) {
		report.problem(
			`${label} is made of a missing value: ${quoted(email)}`,
			'Check the field that it is mapped to, and filter out the items that have no value there.',
		);
	} else if (email.includes(BROKEN)) {
		refuseBroken(email, label, report);
	} else if (invisible !== undefined) {
		report.problem(
			`${label} contains an invisible character (${invisible}): ${quoted(email)}`,
			'Remove it: type the address again, or clean the field before this node.',
		);
	} else if (characters === 'ascii' && /[^!-~]/.test(email)) {
		const others = [...new Set(email.replace(/[!-~]/g, ''))];
		report.problem(
			`${label} contains characters that Bluecore cannot send emails to (${joinList(others)}): ${quoted(email)}`,
			'Use an address that has only ASCII characters (no accents, no other scripts).',
		);
	}
	return email;
}

/**
 * Reads an ID; `''` when it is not given or is not text. Reported: what `readText` reports, texts that stand for a missing value,
 * numbers that have lost digits. Invisible characters get a warning.
 */
export function readId(field: Field, need: Need, fix?: string): string {
	const id = readText(field, need, fix);
	if (id !== '') checkId(id, field);
	return id;
}

/** What a spreadsheet makes of an ID: a long number that is rounded, and signs that keep a number a text. */
const SPOILT_ID = /^(?:\d[.,]\d+E\+\d+|['\u2019]\d.*|=".*")$/i;

/** In the text of a parameter. */
const EXPRESSIONS = /\{\{.*?\}\}/gs;

/** Reports what is wrong with an ID, which is the field's value as text. */
export function checkId(id: string, { value, label, entered, report }: Field): void {
	const fixedText =
		isExpression(entered) &&
		entered.includes('{{') &&
		entered.slice(1).replace(EXPRESSIONS, '').trim();
	const invisible = invisibleIn(id);
	if (hasLostDigits(value)) {
		report.problem(
			`${label} is a number with too many digits, and some of them are lost: ${id}`,
			'Pass it as text from where it is first read; in JSON, put it in quotes.',
		);
	} else if (UNFILLED.test(id)) {
		report.problem(`${label} has a variable that was not filled in: ${quoted(id)}`, UNFILLED_FIX);
	} else if (isMissingId(id)) {
		report.problem(
			`${label} is ${quoted(id)}, which stands for a missing value`,
			'Check the field that it is mapped to, and filter out the items that have no value there: they would all share this ID.',
		);
	} else if (fixedText === id) {
		report.problem(
			`${label} is ${quoted(id)}: only its fixed text, because its expressions have no value`,
			'Check the fields that the expressions read, and filter out the items that have no value there: they would all share this ID.',
		);
	} else if (refuseBroken(id, label, report)) {
		return;
	} else if (invisible !== undefined) {
		report.warn(
			`${label} ${quoted(id)} contains an invisible character (${invisible}); it is sent unchanged, and Bluecore treats it as different from the ID without it`,
		);
	} else if (SPOILT_ID.test(id)) {
		report.warn(
			`${label} ${quoted(id)} looks as if a spreadsheet had rounded it, or put signs before it; it is sent unchanged, and Bluecore treats it as different from the right ID`,
		);
	}
}

/**
 * Reads a dropdown, whose value can also come from an expression; its default when it is not set or not usable (the latter reported).
 * An empty result of an expression is not usable: the default could be another choice than the one that was mapped.
 */
export function readChoice<Value extends string>(
	{ value, entered, label, report }: Field,
	{
		default: fallback,
		options,
	}: { readonly default: Value; readonly options: ReadonlyArray<{ readonly value: Value }> },
): Value {
	const chosen = options.find((option) => option.value === value);
	if (chosen) return chosen.value;
	if (value === UNREADABLE || (isBlank(value) && !isExpression(entered))) return fallback;
	report.problem(
		`${label} must be one of ${joinList(options.map((option) => option.value))}, but is ${isBlank(value) ? 'empty' : describeValue(value)}`,
		'Choose one from the list. An expression must return one of these values for every item.',
	);
	return fallback;
}

interface NumberRule {
	readonly check: (value: number) => boolean;
	/** Completes "must be …". */
	readonly words: string;
}

export const NUMBER_RULES: Readonly<Record<'any' | 'atLeastZero' | 'aboveZero', NumberRule>> = {
	any: { check: (value) => !Number.isNaN(value), words: 'a number' },
	atLeastZero: { check: (value) => value >= 0, words: 'a number of at least 0' },
	aboveZero: { check: (value) => value > 0, words: 'a number above 0' },
};

/** Reads a number; undefined when it is not given or not usable (the latter, and a missing required one, reported). */
export function readNumber(field: Field, need: Need, rule: NumberRule): number | undefined {
	const { value, label, advice, report } = field;
	if (value === UNREADABLE) return undefined;
	if (!isBlank(value)) return checkNumber(field, rule);
	if (need === 'optional') return undefined;
	return report.problem(
		`${label} is required${butInput(field)}`,
		advice ?? `Fill in ${label}, or map a field of the input to it.`,
	);
}

/** Checks a value that must be a number; undefined, and reported, when it is not. */
export function checkNumber({ value, label, report }: Field, rule: NumberRule): number | undefined {
	const number = toNumber(value);
	if (number !== undefined && rule.check(number)) return number;
	return report.problem(
		`${label} must be ${rule.words}, but is ${isBlank(value) ? 'empty' : describeValue(value)}`,
		number === undefined
			? 'Write numbers with a decimal point and without thousands separators or currency, such as 1250.50.'
			: `Map a field that has ${rule.words}, and filter out the items that have another one, such as refunds, before this node.`,
	);
}
