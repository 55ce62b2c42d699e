import type { Field } from './field';
import { readText, type Need } from './readField';
import type { Report } from './report';
import { characterCode, joinList, quoted } from './text';

/** Texts that expressions and exports write where a value is missing; the last is a number or UUID of zeros. */
const MISSING = /^(?:undefined|null|NULL|NaN|true|false|\[object \w+\]|0[0-]*)$/;
/** The same as a part of an ID that was put together. */
const MISSING_PART = /(?<![\p{L}\p{N}])(?:undefined|null|NaN)(?![\p{L}\p{N}])|\[object \w+\]/u;
/** Characters that nobody sees, and the no-break space. */
const UNSEEN = /[\p{Cf}\p{Cc}\p{Variation_Selector}\u00a0\u115f\u1160\u2800\u3164\uffa0]|\u034f/u;

/** Whether a trimmed text says that a value is missing, as a whole or in a part of it, and so is no ID. */
export const isMissingId = (id: string): boolean => MISSING.test(id) || MISSING_PART.test(id);

/** Whether a number is too large to have all its digits: as an ID it may be that of somebody else. */
export const hasLostDigits = (value: unknown): boolean =>
	typeof value === 'number' && Number.isFinite(value) && !Number.isSafeInteger(Math.trunc(value));

/**
 * Reads an ID; `''` when it is not given or is not text. Reported: what `readText` reports, texts that stand for a missing value,
 * numbers that have lost digits. Characters that nobody sees get a warning.
 */
export function readId(field: Field, need: Need, fix?: string): string {
	const id = readText(field, need, fix);
	if (id !== '') checkId(id, field);
	return id;
}

/** Reports what is wrong with an ID that was read as text from the field's value. */
export function checkId(id: string, { value, label, entered, report }: Field): void {
	if (hasLostDigits(value)) {
		report.problem(
			`${label} is a number with too many digits, and some of them are lost: ${id}`,
			'Pass it as text from where it is first read; in JSON, put it in quotes.',
		);
		return;
	}
	if (isMissingId(id)) {
		report.problem(
			`${label} is ${quoted(id)}, which stands for a missing value`,
			'Check the field that it is mapped to, and filter out the items that have no value there: they would all share this ID.',
		);
		return;
	}
	if (fixedTextOf(entered) === id) {
		report.problem(
			`${label} is only the text beside its expressions, ${quoted(id)}: they came out empty`,
			'Check the fields that the expressions read, and filter out the items that have no value there: they would all share this ID.',
		);
		return;
	}
	const [unseen] = UNSEEN.exec(id) ?? [];
	if (unseen !== undefined) {
		report.warn(
			`${label} ${quoted(id)} has an invisible character (${characterCode(unseen)}); it is sent as it is, and is not the same as the ID without it`,
		);
	}
}

/** Warns of numbers that have lost digits in data that is no ID by itself, but may hold one. */
export function warnOfLostDigits(data: Readonly<Record<string, unknown>>, report: Report): void {
	const names = Object.keys(data).filter((name) => holdsLostDigits(data[name]));
	if (names.length === 0) return;
	report.warn(
		`Numbers have too many digits, and some of them are lost: ${joinList(names)}. Pass them as text from where they are first read`,
	);
}

const holdsLostDigits = (value: unknown): boolean =>
	typeof value === 'object' && value !== null
		? Object.values(value).some(holdsLostDigits)
		: hasLostDigits(value);

/** What a parameter with expressions says when all of them are empty; undefined for one without. */
function fixedTextOf(entered: unknown): string | undefined {
	if (typeof entered !== 'string' || !entered.startsWith('=')) return undefined;
	const fixed = entered.slice(1).replace(/\{\{.*?\}\}/gs, '');
	return fixed === entered.slice(1) ? undefined : fixed.trim();
}
