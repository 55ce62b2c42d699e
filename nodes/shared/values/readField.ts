import { isBroken, refuseBroken } from './brokenText';
import { isBlank, isEmail, MAX_EMAIL_LENGTH, toNumber, toText } from './coerce';
import { butInput, isExpression, UNREADABLE, type Field } from './field';
import {
	characterCode,
	describeValue,
	INVISIBLE,
	isMissingAddress,
	isUnfilled,
	joinList,
	quoted,
	UNFILLED_FIX,
} from './text';

const VISIBLE_ASCII = /^[!-~]*$/;

export type Need = 'required' | 'optional';

/** Reads text; `''` when it is not given or not usable (the latter, and a missing required one, reported). */
export function readText(field: Field, need: Need, fix = adviceForText(field)): string {
	const { value, label, report } = field;
	if (value === UNREADABLE) return '';
	const text = toText(value);
	if (text === undefined) {
		report.problem(`${label} must be text`, fix);
	} else if (text === '' && need === 'required') {
		report.problem(`${label} is required${butInput(field)}`, fix);
	}
	return text ?? '';
}

const adviceForText = ({ advice, label }: Field) =>
	advice ??
	`Fill in ${label}, or map a field of the input to it. If it is mapped, check that the name of the field is right and that it has a value in this item.`;

/** Reads an email address; `''` when it is not given or not usable (reported). */
export function readEmail(field: Field, need: Need, characters: 'any' | 'ascii' = 'any'): string {
	const { label, report } = field;
	const email = readText(field, need);
	if (email === '') return '';
	const fix = isUnfilled(email) ? UNFILLED_FIX : 'Use one full address, such as jane@example.com.';
	if (email.length > MAX_EMAIL_LENGTH) {
		report.problem(
			`${label} has ${email.length} characters, but an address has at most ${MAX_EMAIL_LENGTH}`,
			fix,
		);
	} else if (!isEmail(email)) {
		report.problem(`${label} is not an email address: ${quoted(email)}`, fix);
	} else if (isMissingAddress(email)) {
		report.problem(
			`${label} is made of a missing value: ${quoted(email)}`,
			'Check the field that it is mapped to, and filter out the items that have no value there.',
		);
	} else if (isBroken(email)) {
		refuseBroken(email, label, report);
	} else if (INVISIBLE.test(email)) {
		const [character] = INVISIBLE.exec(email) ?? [''];
		report.problem(
			`${label} contains an invisible character (${characterCode(character)}): ${quoted(email)}`,
			'Remove it: type the address again, or clean the field before this node.',
		);
	} else if (characters === 'ascii' && !VISIBLE_ASCII.test(email)) {
		const others = [...new Set(email.replace(/[\x21-\x7e]/g, ''))];
		report.problem(
			`${label} contains characters that Bluecore cannot send emails to (${joinList(others)}): ${quoted(email)}`,
			'Use an address that has only ASCII characters (no accents, no other scripts).',
		);
	}
	return email;
}

/** A dropdown: the values that it has, and its default. */
interface Choices<Value extends string> {
	readonly default: Value;
	readonly options: ReadonlyArray<{ readonly value: Value }>;
}

/**
 * Reads a dropdown, whose value can also come from an expression; its default when it is not set or not usable (the latter reported).
 * An empty result of an expression is not usable: the default could be another choice than the one that was mapped.
 */
export function readChoice<Value extends string>(
	{ value, entered, label, report }: Field,
	{ default: fallback, options }: Choices<Value>,
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

export const ANY_NUMBER: NumberRule = { check: () => true, words: 'a number' };
export const AT_LEAST_ZERO: NumberRule = {
	check: (value) => value >= 0,
	words: 'a number of at least 0',
};
export const ABOVE_ZERO: NumberRule = { check: (value) => value > 0, words: 'a number above 0' };

/** Reads a number; undefined when it is not given or not usable (the latter, and a missing required one, reported). */
export function readNumber(field: Field, need: Need, rule: NumberRule): number | undefined {
	const { value, label, advice, report } = field;
	if (value === UNREADABLE) return undefined;
	if (!isBlank(value)) return checkNumber(field, rule);
	if (need === 'optional') return undefined;
	report.problem(
		`${label} is required${butInput(field)}`,
		advice ?? `Fill in ${label}, or map a field of the input to it.`,
	);
	return undefined;
}

/** Checks a value that must be a number; undefined, and reported, when it is not. */
export function checkNumber({ value, label, report }: Field, rule: NumberRule): number | undefined {
	const number = toNumber(value);
	if (number !== undefined && rule.check(number)) return number;
	report.problem(
		`${label} must be ${rule.words}, but is ${isBlank(value) ? 'empty' : quoted(value)}`,
		number === undefined
			? 'Write numbers with a decimal point and without thousands separators or currency, such as 1250.50.'
			: `Map a field that has ${rule.words}, and filter out the items that have another one, such as refunds, before this node.`,
	);
	return undefined;
}
