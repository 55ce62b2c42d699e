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
const withBrands = (name: string): string =>
	INNER_CAPITAL.test(name)
		? name.replace(BRAND, (brand) => capitalized(brand.toLowerCase()))
		: name;

/** What Bluecore accepts. */
export const ACCEPTED_NAME = /^[a-z0-9_]+$/;
const WORDS = /[\p{L}\p{N}_]+/gu;

/**
 * The name as Bluecore accepts it: lowercase, with underscores for spaces, dashes and other separators and between the words of
 * camelCase (`First-Name`, `FirstName` → `first_name`, but `WhatsApp` → `whatsapp`), and with Latin letters for those with marks
 * (`Straße` → `strasse`). Bluecore silently ignores other names. Letters that have no Latin form stay.
 */
export function fixName(name: string): string {
	// Most names need no fix, and this runs for each field of a million rows.
	if (ACCEPTED_NAME.test(name)) return name;
	const words = withBrands(name)
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
