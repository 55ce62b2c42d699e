import type { ItemOptions } from '../options/nodeOptions';
import { isBlank } from '../values/coerce';
import { isBrokenLater, refuseBroken } from '../values/brokenText';
import type { JsonValue } from '../values/plainJson';
import type { Report } from '../values/report';
import { warnOfLostDigits } from '../values/readId';
import { quoted } from '../values/text';
import { fixName, lettersOf } from '../values/names';
import { AttributeSet } from './attributeNames';
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
): CustomerAttributes {
	const isProtected = (name: string) => name === RESERVED_NAME || protectedNames.has(name);
	const names = new AttributeSet(rules.attributeNames, isProtected, report);
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
