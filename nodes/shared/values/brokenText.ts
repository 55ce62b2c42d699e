import type { Report } from './report';

/** What is left of a character if a file was read with another encoding than its own. */
const BROKEN = '\ufffd';

/** The same for all items, so that it is said once for many rows. */
export const BROKEN_TEXT = 'contains U+FFFD, which stands for a character that could not be read';
export const BROKEN_TEXT_FIX =
	"Set the file's encoding where the file is read: in Extract From File, add the option Encoding and choose Latin1 for a CSV file of Excel on Windows, UTF16LE for a Unicode text.";

/** Whether a text, or a text or name anywhere in a value, was broken when it was read. */
export function isBroken(value: unknown): boolean {
	if (typeof value === 'string') return value.includes(BROKEN);
	if (typeof value !== 'object' || value === null) return false;
	return Object.entries(value).some(([name, inner]) => isBroken(name) || isBroken(inner));
}

/** Reports a value that was broken when it was read. */
export function refuseBroken(value: unknown, label: string, report: Report): void {
	if (isBroken(value)) report.problem(`${label} ${BROKEN_TEXT}`, BROKEN_TEXT_FIX);
}
