const MAX_LISTED = 20;

/** Characters that are not shown, and the no-break space. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\u00a0\u2800]/u;

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

/** The number of the first invisible character of a text, such as `U+200B`; undefined if it has none. */
export function invisibleIn(text: string): string | undefined {
	const [character] = INVISIBLE.exec(text) ?? [];
	return character && `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The kind of a value for a message, such as `text` or `an array`. */
export function describeType(value: unknown): string {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'an array';
	if (typeof value === 'object') return 'an object';
	return (
		{ string: 'text', number: 'a number', boolean: 'a boolean', bigint: 'a bigint' }[
			typeof value as string
		] ?? typeof value
	);
}

/** A value for a message: its kind where it is an object, an array or a bigint, else itself in quotes. */
export const describeValue = (value: unknown): string =>
	typeof value === 'object' || typeof value === 'bigint' ? describeType(value) : quoted(value);

/** What anything that was thrown says. */
export const messageOf = (thrown: unknown): string =>
	thrown instanceof Error ? thrown.message : String(thrown);

/** What a spreadsheet shows for a formula that has failed, in the languages of its users: `#REF!`, `#N/A`, `#NV`, `#¿NOMBRE?`. */
const FORMULA_FAILURE = /^#(?:n\/[ad]|nv|nd|[¡¿]?[\p{L}\d/_]+[!?])$/iu;

/** In a text with a variable of a template that nobody filled in: `{{id}}`, `${id}`, `%%id%%`, `*|ID|*`. */
export const UNFILLED = /\{\{|\$\{|<%|%%|\*\|/;

/** In addresses that an expression made of a missing value; `null` may be a surname, so only where it is all before the @. Na, Nan and Nil are names. */
export const MISSING_ADDRESS =
	/(?<![\p{L}\p{N}])undefined(?![\p{L}\p{N}])|^(?:null|none|unknown)@|[@.](?:null|nan|none|nil)$/iu;

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
		FORMULA_FAILURE.test(id) ||
		(id.includes('@') ? MISSING_ADDRESS.test(id) : MISSING_PART.test(id)) ||
		UNFILLED.test(id));

/** What programs, files and databases write for a value that is not there; MySQL for a date. */
const SAYS_NOTHING =
	/^(?:null|undefined|nan|nat|0000-00-00(?: 00:00:00)?|[(<](?:null|undefined|none|na)[)>]|\\n|\[object \w+\]|invalid date(?:time)?)$/i;

/** Whether a value says that there is none: as an attribute, it would replace what Bluecore has. */
export const saysNothing = (value: unknown): boolean =>
	typeof value === 'string' &&
	(SAYS_NOTHING.test(value.trim()) || FORMULA_FAILURE.test(value.trim()));

/**
 * What text looks like that was read or converted wrongly later: UTF-8 taken for Windows-1252 (`MÃ¼nchen`, `Â£`, `â€™`) or for a Mac's
 * (`M√ºnchen`), question marks within words (`M?nchen`), and codes of HTML or JSON (`M&uuml;nchen`, `M\u00fcnchen`).
 */
const BROKEN_LATER =
	/[\u00c2\u00c3\u00ce-\u00d1\u00d7-\u00d9][\u2018-\u201d\u2013\u2014\u2026]|[\u00c2-\u00c5\u00ce-\u00d1\u00d7-\u00d9][\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2022\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]|\u00e2[\u20ac\u201a]|\u00ef\u00bb\u00bf|\u00f0\u0178|\u221a[^\s\d]|&(?:#x?[\da-fA-F]+|[A-Za-z]{2,8}[1-4]?);|\\u[\da-fA-F]{4}/;
const QUESTION_MARK = /^[^/=&]*\p{L}\?\p{Ll}[^/=&]*$/u;

/** Longer texts are pages and messages, which may have such signs on purpose. */
const MAX_LENGTH = 1000;

/** Whether letters of a text look as if it was read or converted wrongly. */
export const isBrokenLater = (value: unknown): boolean =>
	typeof value === 'string' &&
	value.length < MAX_LENGTH &&
	(BROKEN_LATER.test(value) || QUESTION_MARK.test(value));

/** Latin letters that Unicode does not separate into a plain letter and a mark. Source: CLDR's transform Latin-ASCII. */
const LATIN_LETTERS: Readonly<Record<string, string>> = {
	...{ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th' },
	...{ ı: 'i', ħ: 'h', ŧ: 't', ŋ: 'n', ƒ: 'f' },
};
const SPECIAL_LETTER = new RegExp(`[${Object.keys(LATIN_LETTERS).join('')}]`, 'g');

/** Of a decomposed name: what has no letter of its own, such as accents and the apostrophe of Hawaiʻi. */
const REMOVED = /[\p{M}\p{Lm}\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
/** The ß of `STRAßE`: its capital letter is hardly ever used. */
const CAPITAL_SS = /(?<=\p{Lu})ß(?!\p{Ll})/gu;
/** Where a word begins within `firstName`, `VIPLevel` or `Address1City`, but not within `IDs` or `B2B`. */
const WORD_START = /(?<=\p{Ll})(?=\p{Lu})|(?<=[\p{Lu}\p{Nd}])(?=\p{Lu}(?!s(?!\p{Ll}))\p{Ll})/gu;
/** Names of brands that are one word, although they have a capital letter within. */
const BRANDS = [
	...['AfterPay', 'AliExpress', 'BigCommerce', 'DoorDash', 'eBay', 'FaceTime', 'FedEx', 'GitHub'],
	...['HubSpot', 'iCloud', 'iMessage', 'iOS', 'iPadOS', 'iPad', 'iPhone', 'iPod', 'iTunes'],
	...['KakaoTalk', 'LinkedIn', 'macOS', 'MailChimp', 'MasterCard', 'PayPal', 'PlayStation'],
	...['QuickBooks', 'SnapChat', 'SoundCloud', 'SurveyMonkey', 'TikTok', 'TripAdvisor', 'UnionPay'],
	...['WeChat', 'WhatsApp', 'WooCommerce', 'WordPress', 'YouTube'],
];
const capitalized = (word: string) => `${word[0].toUpperCase()}${word.slice(1)}`;
/** Such a name where a word can begin, also with a small first letter: in `hasWhatsApp` and `whatsAppNumber`, but not in `MultiPad`. */
const BRAND = new RegExp(
	BRANDS.map((brand) => {
		const [first, rest] = [capitalized(brand)[0], brand.slice(1)];
		return `(?:(?<!\\p{L})${first.toLowerCase()}|(?<!\\p{Lu})${first})${rest}(?!\\p{Ll})`;
	}).join('|'),
	'gu',
);
/** Most names have none, and need no search for brands. */
const INNER_CAPITAL = /\p{Ll}\p{Lu}/u;

/** What Bluecore accepts. */
export const ACCEPTED_NAME = /^[a-z0-9_]+$/;
const WORDS = /[\p{L}\p{N}_]+/gu;

/** Fixed names, because those of columns come again in each row. */
const FIXED = new Map<string, string>();
const MAX_REMEMBERED = 10_000;
const MAX_REMEMBERED_LENGTH = 100;

/**
 * The name as Bluecore accepts it: lowercase, with underscores for spaces, dashes and other separators and between the words of
 * camelCase (`First-Name`, `FirstName` → `first_name`, but `WhatsApp` → `whatsapp`), and with Latin letters for those with marks
 * (`Straße` → `strasse`). Bluecore silently ignores other names. Letters that have no Latin form stay.
 */
export function fixName(name: string): string {
	// Most names need no fix, and this runs for each field of a million rows.
	if (ACCEPTED_NAME.test(name)) return name;
	const known = FIXED.get(name);
	if (known !== undefined) return known;
	const fixed = joinWords(name);
	if (FIXED.size === MAX_REMEMBERED) FIXED.clear();
	if (name.length <= MAX_REMEMBERED_LENGTH) FIXED.set(name, fixed);
	return fixed;
}

function joinWords(name: string): string {
	const branded = INNER_CAPITAL.test(name)
		? name.replace(BRAND, (brand) => capitalized(brand.toLowerCase()))
		: name;
	const words = branded
		.normalize('NFKD')
		.replace(REMOVED, '')
		.replace(CAPITAL_SS, 'SS')
		.replace(WORD_START, ' ')
		.toLowerCase()
		.replace(SPECIAL_LETTER, (letter) => LATIN_LETTERS[letter])
		.match(WORDS);
	return (words ?? []).join('_');
}

/** A fixed name without what separates its words: `internalnotes` and `Internal Notes` are the same. */
export const lettersOf = (name: string): string => fixName(name).replaceAll('_', '');
