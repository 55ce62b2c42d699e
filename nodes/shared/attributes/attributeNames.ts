import type { ItemOptions } from '../options/nodeOptions';
import type { Report } from '../values/report';
import { BROKEN_TEXT, BROKEN_TEXT_FIX, isBroken } from '../values/brokenText';
import { isEmail } from '../values/coerce';
import { ACCEPTED_NAME, fixName } from '../values/names';
import { characterCode, INVISIBLE, quoted } from '../values/text';

/** Names that would change an object's prototype instead of one of its fields. */
const PROTOTYPE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Names of fields that have secrets, which must never leave the shop: `Passwort`, `password_hash`, `api_token`. */
const SECRET =
	/(?:^|_)(?:password|passwort|passwd|pwd|kennwort|passphrase|mot_de_passe|contrasena|secret|token|api_?key|cvv|cvc|iban|credit_card(?:_number)?)(?:_(?:hash|digest|salt))?$/;

export const isSecretName = (name: string): boolean => SECRET.test(fixName(name));

/** Whether a name, as given or fixed, is `__proto__` or similar. */
const isPrototypeName = (name: string): boolean =>
	PROTOTYPE_NAMES.has(name) || PROTOTYPE_NAMES.has(fixName(name));

/** The final names of attributes, each name once. */
export class AttributeSet {
	private readonly originals = new Map<string, string>();

	constructor(
		private readonly mode: ItemOptions['attributeNames'],
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
