const MAX_LISTED = 20;

/** Characters that are not shown, and the no-break space. */
export const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\u00a0\u2800]/u;

/** What a spreadsheet shows for a formula that has failed, in the languages of its users: `#REF!`, `#N/A`, `#NV`, `#¿NOMBRE?`. */
const FORMULA_FAILURE = /^#(?:n\/[ad]|nv|nd|[¡¿]?[\p{L}\d/_]+[!?])$/iu;
export const isFormulaFailure = (text: string): boolean => FORMULA_FAILURE.test(text);

/** Whether a text has a variable of a template that nobody filled in: `{{id}}`, `${id}`, `%%id%%`, `*|ID|*`. */
export const isUnfilled = (text: string): boolean => /\{\{|\$\{|<%|%%|\*\|/.test(text);
export const UNFILLED_FIX =
	'If it is an expression of n8n, switch the field to Expression, or in JSON put the whole value into one expression. Otherwise fill the variable in before this node.';

/** Joins names or lines for a message; a long list is cut, with the count of what was left out. */
export function joinList(entries: readonly string[], separator = ', ', most = MAX_LISTED): string {
	const left = entries.length - most;
	const joined = entries.slice(0, most).join(separator);
	return left > 0 ? `${joined}${separator}and ${left} more` : joined;
}

/** A user's own value inside a message: in quotes, and cut when it is long. */
export function quoted(value: unknown, most = 60): string {
	const text = typeof value === 'object' && value !== null ? 'an object' : String(value);
	return `"${text.length > most ? `${text.slice(0, most)}…` : text}"`;
}

/** A character's number for a message, such as `U+200B`. */
export const characterCode = (character: string): string =>
	`U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`;

/** The kind of a value for a message, such as `text` or `an array`. */
export function describeType(value: unknown): string {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'an array';
	if (typeof value === 'object') return 'an object';
	return (
		{ string: 'text', number: 'a number', boolean: 'a boolean' }[typeof value as string] ??
		typeof value
	);
}

/** A value for a message: its kind where it is an object or an array, else itself in quotes. */
export const describeValue = (value: unknown): string =>
	typeof value === 'object' ? describeType(value) : quoted(value);

/** In addresses that an expression made of a missing value; `null` may be a surname, so only where it is all before the @. */
const MISSING_ADDRESS =
	/(?<![\p{L}\p{N}])undefined(?![\p{L}\p{N}])|^(?:null|nan|none|nil|n\.?a|unknown)@|[@.](?:null|nan|none|nil)$/iu;

export const isMissingAddress = (email: string): boolean => MISSING_ADDRESS.test(email);

/**
 * What programs, files and forms write as an ID where there is none, in any case. At the end: a number or UUID of zeros, and signs without
 * a letter or digit.
 */
const MISSING =
	/^(?:undefined|null|nan|nat|none|nil|n\/a|<na>|\\n|nv|true|false|empty|missing|nobody|not (?:set|available|applicable|found)|no(?:t[ _-]logged[ _-]in| ?id| ?user)|(?:unknown|anonymous|anon|guest)(?:[ _-]?(?:user|customer|visitor|checkout))?|invalid date(?:time)?|object object|-1|0[0-]*|[\p{P}\p{S}\s]+)$/iu;
/** Around a whole ID: what a text of JSON or a log has there, and the # of a formula that failed. */
const WRAPPED = /^[\s"'\u2018-\u201f`()[\]{}#]+|[\s"'\u2018-\u201f`()[\]{}!?]+$/gu;
/** A missing value as one part of an ID. */
const MISSING_PART =
	/(?<![\p{L}\p{N}])(?:undefined|null|NULL|NaN|None|nil|#?N\/A)(?![\p{L}\p{N}])|\[object \w+\]/u;
/** Whether a trimmed text, or one part of it, stands for a missing value. */
export const isMissingId = (id: string): boolean =>
	id !== '' &&
	(MISSING.test(id) ||
		MISSING.test(id.replace(WRAPPED, '')) ||
		isFormulaFailure(id) ||
		(id.includes('@') ? isMissingAddress(id) : MISSING_PART.test(id)) ||
		isUnfilled(id));
