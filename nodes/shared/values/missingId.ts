import { isFormulaFailure, isUnfilled } from './text';

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
