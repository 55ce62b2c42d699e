/** Bluecore and SMTP accept no longer address (RFC 5321, 4.5.3.1.3). */
export const MAX_EMAIL_LENGTH = 254;

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
/** One @, a dot in the domain, and none of the characters that lists and mail programs put around addresses. */
const EMAIL = /^[^\s@<>()[\]\\,;:"]+@[^\s@.<>()[\]\\,;:"]+(\.[^\s@.<>()[\]\\,;:"]+)+$/;

export const isBlank = (value: unknown): value is '' | null | undefined =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

export const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value defines its own form in JSON, as dates do. */
export function hasToJson(value: unknown): value is { toJSON: () => unknown } {
	return (
		typeof value === 'object' &&
		value !== null &&
		typeof (value as { toJSON?: unknown }).toJSON === 'function'
	);
}

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

/** Whether a text has the shape of an email address: one @, no spaces, a dot in the domain. */
export function isEmail(text: string): boolean {
	return text.length <= MAX_EMAIL_LENGTH && EMAIL.test(text);
}
