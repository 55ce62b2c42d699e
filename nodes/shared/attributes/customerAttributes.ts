import type { ItemOptions } from '../options/nodeOptions';
import {
	BROKEN_TEXT,
	BROKEN_TEXT_FIX,
	isBroken,
	isBrokenLater,
	refuseBroken,
} from '../values/brokenText';
import { isBlank, isEmail } from '../values/coerce';
import { ACCEPTED_NAME, fixName, lettersOf } from '../values/names';
import type { JsonValue } from '../values/json';
import { warnOfLostDigits } from '../values/readId';
import type { Report } from '../values/report';
import { characterCode, INVISIBLE, quoted } from '../values/text';
import {
	saysNothing,
	warnOfDoubtfulValues,
	warnOfOtherNames,
	withoutApostrophe,
	type DoubtedValue,
} from './doubtfulValues';

export type CustomerAttributes = Record<string, JsonValue>;

/** An attribute as it was given, before its name is checked, what messages call it, and whether a field has made a number a text. */
export type GivenAttribute = readonly [
	name: string,
	value: JsonValue | undefined,
	label?: string,
	wasNumber?: boolean,
];

type AttributeRules = Pick<
	ItemOptions,
	'attributeNames' | 'attributesToSend' | 'convertBooleans' | 'sendEmptyValues'
>;

/** Whether an attribute is sent, by the option Attributes to Send. The email identifies the customer. */
export function isListed(
	name: string,
	{ attributesToSend: listed }: Pick<AttributeRules, 'attributesToSend'>,
): boolean {
	const letters = lettersOf(name);
	return (
		listed.length === 0 || letters === 'email' || listed.some((each) => lettersOf(each) === letters)
	);
}

/**
 * Customer attributes under names that Bluecore accepts, with trimmed texts; empty ones are left out unless the options say
 * otherwise. Names that Bluecore ignores and broken texts are reported, and so are names in `protectedNames`, which only Bluecore
 * itself can set.
 */
export function checkAttributes(
	attributes: readonly GivenAttribute[],
	rules: AttributeRules,
	report: Report,
	protectedNames: ReadonlySet<string> = new Set(),
): CustomerAttributes {
	const names = new AttributeSet(rules.attributeNames, (name) => protectedNames.has(name), report);
	const checked: CustomerAttributes = {};
	const textBooleans: string[] = [];
	const empty: string[] = [];
	const unlisted: string[] = [];
	const saidNothing: Array<{ name: string; shown: string }> = [];
	const brokenNames: string[] = [];
	const doubted = new Map<string, DoubtedValue>();

	for (const attribute of attributes) {
		const [original, given, label = `The attribute ${quoted(original)}`, wasNumber] = attribute;
		const trimmed = typeof given === 'string' ? given.trim() : given;
		const raw = withoutApostrophe(fixName(original), trimmed) as typeof trimmed;
		// Files may have such columns, which have neither a name nor a value.
		if (original.trim() === '' && isBlank(raw)) continue;
		if (!isListed(original, rules)) {
			if (!isBlank(raw)) unlisted.push(original);
			continue;
		}
		const name = names.claim(original);
		if (name === undefined) continue;
		if (saysNothing(raw)) {
			saidNothing.push({ name, shown: `${name} ${quoted(raw)}` });
			continue;
		}
		if (isBlank(raw)) {
			if (!rules.sendEmptyValues || raw === undefined) continue;
			empty.push(name);
		}
		refuseBroken(raw, label, report);
		if (isBrokenLater(original)) brokenNames.push(original);
		doubted.set(name, { value: raw, wasNumber: wasNumber ?? typeof raw === 'number' });
		const isTextBoolean = typeof raw === 'string' && /^(true|false)$/i.test(raw);
		if (isTextBoolean && !rules.convertBooleans) textBooleans.push(name);
		checked[name] = isTextBoolean && rules.convertBooleans ? raw.toLowerCase() === 'true' : raw;
	}

	report.warnOfAttributes(
		'Bluecore stores the text "true" or "false" as text, not as a boolean: ',
		textBooleans,
		'. If these are booleans, turn on the option Convert Booleans',
	);
	report.warnOfAttributes(
		'Attributes that say that there is no value were left out: ',
		saidNothing,
		'. If a value is to be erased, make it empty, and turn on the option Send Empty Values',
	);
	report.warnOfAttributes(
		'Letters in the names of attributes were broken when a file was read or converted: ',
		brokenNames,
		'. Read the file as UTF-8, with the option Encoding where it is read',
	);
	warnOfOtherNames(Object.keys(checked), report);
	warnOfLostDigits(checked, report);
	warnOfDoubtfulValues(doubted, report);
	report.warnOfAttributes(
		'Left out, because Attributes to Send does not list them: ',
		unlisted,
		'',
	);
	report.warnOfAttributes(
		"Bluecore's own attributes for a birthday are birthday_day (1 to 31) and birthday_month (1 to 12). This is another one: ",
		isBlank(checked.birthday) || 'birthday_day' in checked ? [] : ['birthday'],
		'',
	);
	report.attributeNames.push(...Object.keys(checked));
	report.warnOfAttributes('These empty values erase the values that Bluecore has: ', empty, '');
	return checked;
}

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
