import type { ItemOptions } from '../options/nodeOptions';
import { isEmail, refuseBroken } from '../values/field';
import type { JsonValue } from '../values/json';
import type { Problem, Report } from '../values/report';
import {
	ACCEPTED_NAME,
	fixName,
	invisibleIn,
	isBrokenLater,
	lettersOf,
	quoted,
	saysNothing,
} from '../values/text';
import { isBlank, toBoolean } from '../values/value';
import { warnOfDoubts, withoutApostrophe } from './doubtfulValues';

/** An attribute as it was given, before its name is checked, what messages call it, and whether it was a number before a field made it a text. */
export type GivenAttribute = readonly [
	name: string,
	value: JsonValue | undefined,
	label?: string,
	wasNumber?: boolean,
];

/** What to do where an attribute is needed and none is left. */
export const ADD_ATTRIBUTE =
	'Add an attribute. These do not count: empty values, unless the option Send Empty Values is on; values such as null and #N/A; lists and objects of Input Item (Automatically); what the option Attributes to Send does not list.';

type AttributeRules = Pick<
	ItemOptions,
	'attributeNames' | 'attributesToSend' | 'convertBooleans' | 'sendEmptyValues'
>;

/** The letters of the names in a list, which most items have in common. */
const lettersIn = new WeakMap<readonly string[], ReadonlySet<string>>();

/** Whether an attribute is sent, by the option Attributes to Send. The email identifies the customer. */
export function isListed(name: string, { attributesToSend: listed }: AttributeRules): boolean {
	if (listed.length === 0) return true;
	const letters = lettersIn.get(listed) ?? new Set(['email', ...listed.map(lettersOf)]);
	lettersIn.set(listed, letters);
	return letters.has(lettersOf(name));
}

/** An attribute as it was given, with its value as it is sent. */
function readGiven(attribute: GivenAttribute, rules: AttributeRules) {
	const [original, given, label = `The attribute ${quoted(original)}`, wasNumber] = attribute;
	const trimmed = typeof given === 'string' ? given.trim() : given;
	const value = withoutApostrophe(fixName(original), trimmed) as typeof trimmed;
	const isSent =
		!saysNothing(value) && (rules.sendEmptyValues ? value !== undefined : !isBlank(value));
	return {
		...{ original, value, label, isSent, isListed: isListed(original, rules) },
		wasNumber: wasNumber || typeof value === 'number',
	};
}

/** Reserved by Bluecore, in events and in import files. Source: its help centre, Data Types Overview. */
const RESERVED_NAME = 'email_hash_number';

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
): Record<string, JsonValue> {
	const names = new AttributeSet(rules.attributeNames, protectedNames, report);
	const given = attributes
		.map((attribute) => readGiven(attribute, rules))
		// Files may have such columns, which have neither a name nor a value.
		.filter(({ original, value }) => original.trim() !== '' || !isBlank(value));
	const named = given.flatMap((attribute) => {
		const name = attribute.isListed ? names.claim(attribute.original) : undefined;
		if (name === undefined) return [];
		if (attribute.isSent) refuseBroken(attribute.value, attribute.label, report);
		return { ...attribute, name };
	});
	const sent = named.flatMap(({ isSent, value, ...attribute }) =>
		isSent && value !== undefined ? { ...attribute, value } : [],
	);
	const checked: Record<string, JsonValue> = Object.fromEntries(
		sent.map(({ name, value }) => [
			name,
			rules.convertBooleans ? (toBoolean(value) ?? value) : value,
		]),
	);
	const namesOf = (isMeant: (value: unknown) => boolean) =>
		sent.filter(({ value }) => isMeant(value)).map(({ name }) => name);

	report.warnOfAttributes(
		'Bluecore stores the text "true" or "false" as text, not as a boolean: ',
		rules.convertBooleans
			? []
			: namesOf((value) => typeof value === 'string' && toBoolean(value) !== undefined),
		'. If these are booleans, turn on the option Convert Booleans',
	);
	report.warnOfAttributes(
		'Attributes that say that there is no value were left out: ',
		named
			.filter(({ value }) => saysNothing(value))
			.map(({ name, value }) => ({ name, shown: `${name} ${quoted(value)}` })),
		'. If a value is to be erased, make it empty, and turn on the option Send Empty Values',
	);
	report.warnOfAttributes(
		'Letters in the names of attributes were broken when a file was read or converted: ',
		sent.map(({ original }) => original).filter(isBrokenLater),
		'. Read the file as UTF-8, with the option Encoding where it is read',
	);
	warnOfDoubts(new Map(sent.map((attribute) => [attribute.name, attribute])), report);
	report.warnOfAttributes(
		'Left out, because Attributes to Send does not list them: ',
		given
			.filter((attribute) => !attribute.isListed && !isBlank(attribute.value))
			.map(({ original }) => original),
	);
	report.warnOfAttributes(
		"Bluecore's own attributes for a birthday are birthday_day (1 to 31) and birthday_month (1 to 12). This is another one: ",
		isBlank(checked.birthday) || 'birthday_day' in checked ? [] : ['birthday'],
	);
	report.attributeNames.push(...Object.keys(checked));
	report.warnOfAttributes(
		'These empty values erase the values that Bluecore has: ',
		namesOf(isBlank),
	);
	return checked;
}

/** Names that would change an object's prototype instead of one of its fields. */
const PROTOTYPE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Names of fields that have secrets, which must never leave the shop: `Passwort`, `password_hash`, `api_token`. */
const SECRET =
	/(?:^|_)(?:password|passwort|passwd|pwd|kennwort|passphrase|mot_de_passe|contrasena|secret|token|api_?key|cvv|cvc|iban|credit_card(?:_number)?)(?:_(?:hash|digest|salt))?$/;

/** Whether a field has a secret; `true` only says that there is one. */
export const isSecret = (name: string, value: unknown): boolean =>
	typeof value !== 'boolean' && !isBlank(value) && SECRET.test(fixName(name));

/** The final names of attributes, each name once. */
class AttributeSet {
	private readonly originals = new Map<string, string>();

	constructor(
		private readonly mode: ItemOptions['attributeNames'],
		private readonly protectedNames: ReadonlySet<string>,
		private readonly report: Report,
	) {}

	/** The name that an attribute is sent under; undefined, and reported, if it is refused. No other attribute can then have this name. */
	claim(original: string): string | undefined {
		const what = `The attribute name ${quoted(original)}`;
		if (refuseBroken(original, what, this.report)) return undefined;
		const fixed = fixName(original);
		const name = this.mode === 'fix' ? fixed : original;
		const problem = unusableName(original, name, fixed) ?? this.refusal(original, name);
		if (problem) return this.report.problem(problem.message, problem.fix);
		this.originals.set(name, original);
		return name;
	}

	/** Why an attribute cannot have a name that Bluecore accepts. */
	private refusal(original: string, name: string): Problem | undefined {
		if (name === RESERVED_NAME || this.protectedNames.has(name)) {
			return {
				message: `The attribute ${quoted(original)} is protected by Bluecore`,
				fix: 'Remove it: only Bluecore can set this attribute.',
			};
		}
		const taken = this.originals.get(name);
		if (taken === undefined) return undefined;
		return {
			message:
				taken === original
					? `The attribute ${quoted(name)} is given twice`
					: `The attributes ${quoted(taken)} and ${quoted(original)} would both become ${quoted(name)}`,
			fix: 'Rename or remove one of the two.',
		};
	}
}

/** Why Bluecore does not accept a name, given also as it would be fixed. */
function unusableName(original: string, name: string, fixed: string): Problem | undefined {
	const what = `attribute name ${quoted(original)}`;
	if (name === '' || PROTOTYPE_NAMES.has(original) || PROTOTYPE_NAMES.has(fixed)) {
		return {
			message: `The ${what} cannot be used`,
			fix: `${original.trim() === '' ? 'Give the column or field a name, or remove it' : 'Rename it'}: use lowercase letters, digits and underscores, such as loyalty_tier.`,
		};
	}
	if (isEmail(original.trim())) {
		return {
			message: `The ${what} is an email address`,
			fix: 'If it comes from a file without headings, turn off the option Header Row where the file is read, and name the columns. Otherwise rename the field.',
		};
	}
	if (!ACCEPTED_NAME.test(fixed)) {
		return {
			message: `The ${what} has letters that cannot be written with a to z, and Bluecore would ignore it`,
			fix: 'Rename the field with lowercase letters, digits and underscores, such as loyalty_tier.',
		};
	}
	if (name === fixed) return undefined;
	const invisible = invisibleIn(original);
	const because =
		invisible === undefined ? '' : `, which contains an invisible character (${invisible})`;
	return {
		message: `Bluecore ignores the ${what}${because}`,
		fix: `Rename it to ${quoted(fixed)}, or set the option Attribute Names to Fix.`,
	};
}
