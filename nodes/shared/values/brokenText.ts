import type { Report } from './report';

/** What is left of a character if a file was read with another encoding than its own. */
const BROKEN = '\ufffd';

/** The same for all items, so that it is said once for many rows. */
const BROKEN_TEXT = 'contains U+FFFD, which stands for a character that could not be read';
const BROKEN_TEXT_FIX =
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

/**
 * What text looks like that was read or converted wrongly later: UTF-8 taken for Windows-1252 (`MÃ¼nchen`, `Â£`, `â€™`) or for a Mac's
 * (`M√ºnchen`), question marks within words (`M?nchen`), and codes of HTML or JSON (`M&uuml;nchen`, `M\u00fcnchen`).
 */
const BROKEN_LATER =
	/[\u00c2\u00c3\u00ce-\u00d1\u00d7-\u00d9][\u2018-\u201d\u2013\u2014\u2026]|[\u00c2-\u00c5\u00ce-\u00d1\u00d7-\u00d9][\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2022\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]|\u00e2[\u20ac\u201a]|\u00ef\u00bb\u00bf|\u00f0\u0178|\u221a[^\s\d]|&(?:#x?[\da-fA-F]+|[A-Za-z]{2,8}[1-4]?);|\\u[\da-fA-F]{4}/;
const QUESTION_MARK = /^[^/=&]*\p{L}\?\p{Ll}[^/=&]*$/u;

/** Whether letters of a text look as if it was read or converted wrongly. */
export const isBrokenLater = (value: unknown): boolean =>
	typeof value === 'string' &&
	value.length < MAX_LENGTH &&
	(BROKEN_LATER.test(value) || QUESTION_MARK.test(value));
/** Longer texts are pages and messages, which may have such signs on purpose. */
const MAX_LENGTH = 1000;
