import type { AttributeNames } from '../options/nodeOptions';
import type { Report } from '../values/report';
import { BROKEN_TEXT, BROKEN_TEXT_FIX, isBroken } from '../values/brokenText';
import { isEmail } from '../values/coerce';
import { characterCode, INVISIBLE, quoted } from '../values/text';

/** Names that would change an object's prototype instead of one of its fields. */
const PROTOTYPE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

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
/** What Bluecore accepts. */
const ACCEPTED_NAME = /^[a-z0-9_]+$/;
const WORDS = /[\p{L}\p{N}_]+/gu;

/**
 * The name as Bluecore accepts it: lowercase, with underscores for spaces, dashes and other separators and between the words of
 * camelCase (`First-Name`, `FirstName` → `first_name`), and with Latin letters for those with marks (`Straße` → `strasse`).
 * Bluecore silently ignores other names. Letters that have no Latin form stay.
 */
export function fixName(name: string): string {
	// Most names need no fix, and this runs for each field of a million rows.
	if (ACCEPTED_NAME.test(name)) return name;
	const words = name
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

/** Names of fields that have secrets, which must never leave the shop: `Passwort`, `password_hash`, `api_token`. */
const SECRET =
	/(?:^|_)(?:password|passwort|passwd|pwd|kennwort|passphrase|mot_de_passe|contrasena|secret|token|api_?key|cvv|cvc|iban|credit_card(?:_number)?)(?:_(?:hash|digest|salt))?$/;

export const isSecretName = (name: string): boolean => SECRET.test(fixName(name));

/** Whether a name, as given or fixed, is `__proto__` or similar. */
export const isPrototypeName = (name: string): boolean =>
	PROTOTYPE_NAMES.has(name) || PROTOTYPE_NAMES.has(fixName(name));

/** The final names of attributes, each name once. */
export class AttributeSet {
	private readonly originals = new Map<string, string>();

	constructor(
		private readonly mode: AttributeNames,
		private readonly isProtected: (name: string) => boolean,
		private readonly report: Report,
	) {}

	/** The name that an attribute is sent under; undefined, and reported, if it is refused. No other attribute can then have this name. */
	claim(original: string): string | undefined {
		const fixed = fixName(original);
		const name = this.mode === 'fix' ? fixed : original;
		const taken = this.originals.get(name);
		if (isBroken(original)) {
			this.report.problem(`The attribute name ${quoted(original)} ${BROKEN_TEXT}`, BROKEN_TEXT_FIX);
		} else if (name === '' || isPrototypeName(original)) {
			this.report.problem(
				`The attribute name ${quoted(original)} cannot be used`,
				`${original.trim() === '' ? 'Give the column or field a name, or remove it' : 'Rename it'}: use lowercase letters, digits and underscores, such as loyalty_tier.`,
			);
		} else if (isEmail(original.trim())) {
			this.report.problem(
				`The attribute name ${quoted(original)} is an email address`,
				'If it comes from a file without headings, turn off the option Header Row where the file is read, and name the columns. Otherwise rename the field.',
			);
		} else if (!ACCEPTED_NAME.test(fixed)) {
			this.report.problem(
				`The attribute name ${quoted(original)} has letters that cannot be written with a to z, and Bluecore would ignore it`,
				'Rename the field with lowercase letters, digits and underscores, such as loyalty_tier.',
			);
		} else if (name !== fixed) {
			const [invisible] = INVISIBLE.exec(original) ?? [];
			this.report.problem(
				`Bluecore ignores the attribute name ${quoted(original)}${invisible === undefined ? '' : `, which contains an invisible character (${characterCode(invisible)})`}`,
				`Rename it to ${quoted(fixed)}, or set the option Attribute Names to Fix.`,
			);
		} else if (this.isProtected(name)) {
			this.report.problem(
				`The attribute ${quoted(original)} is protected by Bluecore`,
				'Remove it: only Bluecore can set this attribute.',
			);
		} else if (taken !== undefined) {
			this.report.problem(
				taken === original
					? `The attribute ${quoted(name)} is given twice`
					: `The attributes ${quoted(taken)} and ${quoted(original)} would both become ${quoted(name)}`,
				'Rename or remove one of the two.',
			);
		} else {
			this.originals.set(name, original);
			return name;
		}
		return undefined;
	}
}
