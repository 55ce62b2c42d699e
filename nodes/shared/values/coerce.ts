/** Bluecore and SMTP accept no longer address (RFC 5321, 4.5.3.1.3). */
export const MAX_EMAIL_LENGTH = 254;

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
/**
 * One @; before it no quotes, slashes, query or signs of templates and masks, and dots only between others; after it a host name. An
 * apostrophe can be within a name (`o'brien`), not around the address.
 */
const ADDRESS =
	/^(?!['\u2018-\u201f.])[^\s@<>()[\]\\,;:"/?{}|*%`\u201c-\u201f]+(?<!['\u2018-\u201f.])@(?:(?!-)[\p{L}\p{M}\p{N}\p{Cf}\ufffd-]{1,63}(?<!-)\.)+(?!\p{N}+$)(?!-)[\p{L}\p{M}\p{N}\p{Cf}\ufffd-]{1,63}(?<!-)$/u;

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

/** Whether a text has the shape of an email address. */
export function isEmail(text: string): boolean {
	return text.length <= MAX_EMAIL_LENGTH && !text.includes('..') && ADDRESS.test(text);
}

/** Whether a number is too large for JavaScript to keep all its digits; as an ID it may be someone else's. */
export const hasLostDigits = (value: unknown): boolean =>
	typeof value === 'number' && Number.isFinite(value) && !Number.isSafeInteger(Math.trunc(value));
