import { refuseBroken } from './brokenText';
import { hasLostDigits } from './coerce';
import type { Field } from './field';
import { readText, type Need } from './readField';
import { characterCode, INVISIBLE, isMissingId, isUnfilled, quoted, UNFILLED_FIX } from './text';

/**
 * Reads an ID; `''` when it is not given or is not text. Reported: what `readText` reports, texts that stand for a missing value,
 * numbers that have lost digits. Invisible characters get a warning.
 */
export function readId(field: Field, need: Need, fix?: string): string {
	const id = readText(field, need, fix);
	if (id !== '') checkId(id, field);
	return id;
}

/** Reports what is wrong with an ID, which is the field's value as text. */
export function checkId(id: string, { value, label, entered, report }: Field): void {
	if (hasLostDigits(value)) {
		report.problem(
			`${label} is a number with too many digits, and some of them are lost: ${id}`,
			'Pass it as text from where it is first read; in JSON, put it in quotes.',
		);
		return;
	}
	if (isUnfilled(id)) {
		report.problem(`${label} has a variable that was not filled in: ${quoted(id)}`, UNFILLED_FIX);
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
			`${label} is ${quoted(id)}: only its fixed text, because its expressions have no value`,
			'Check the fields that the expressions read, and filter out the items that have no value there: they would all share this ID.',
		);
		return;
	}
	refuseBroken(id, label, report);
	const [character] = INVISIBLE.exec(id) ?? [];
	if (character !== undefined) {
		report.warn(
			`${label} ${quoted(id)} contains an invisible character (${characterCode(character)}); it is sent unchanged, and Bluecore treats it as different from the ID without it`,
		);
	}
}

/** The text of a parameter without its expressions; undefined if it has none. */
function fixedTextOf(entered: unknown): string | undefined {
	if (typeof entered !== 'string' || !entered.startsWith('=')) return undefined;
	const fixed = entered.slice(1).replace(/\{\{.*?\}\}/gs, '');
	return fixed === entered.slice(1) ? undefined : fixed.trim();
}
