import type { ItemOptions } from '../options/nodeOptions';
import { isBlank } from '../values/coerce';
import { refuseBroken } from '../values/brokenText';
import type { JsonValue } from '../values/plainJson';
import type { Report } from '../values/report';
import { warnOfLostDigits } from '../values/readId';
import { joinList, quoted } from '../values/text';
import { AttributeSet } from './attributeNames';
import { warnOfDoubtfulValues } from './doubtfulValues';

export type CustomerAttributes = Record<string, JsonValue>;

/** An attribute as it was given, before its name is checked, and what messages call it. */
export type GivenAttribute = readonly [name: string, value: JsonValue | undefined, label?: string];

type AttributeRules = Pick<ItemOptions, 'attributeNames' | 'convertBooleans' | 'sendEmptyValues'>;

/** The usual attributes of two words, by their letters. */
const TWO_WORDS: Readonly<Record<string, string>> = {
	firstname: 'first_name',
	lastname: 'last_name',
};
const usualNameOf = (name: string): string | undefined =>
	Object.hasOwn(TWO_WORDS, name) ? TWO_WORDS[name] : undefined;

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

	for (const [original, given, label = `The attribute ${quoted(original)}`] of attributes) {
		const raw = typeof given === 'string' ? given.trim() : given;
		// Files may have such columns, which have neither a name nor a value.
		if (original.trim() === '' && isBlank(raw)) continue;
		const name = names.claim(original);
		if (name === undefined) continue;
		if (isBlank(raw)) {
			if (!rules.sendEmptyValues || raw === undefined) continue;
			empty.push(name);
		}
		refuseBroken(raw, label, report);
		const isTextBoolean = typeof raw === 'string' && /^(true|false)$/i.test(raw);
		if (isTextBoolean && !rules.convertBooleans) textBooleans.push(name);
		checked[name] = isTextBoolean && rules.convertBooleans ? raw.toLowerCase() === 'true' : raw;
	}

	report.warnOfAttributes(
		'Bluecore stores the text "true" or "false" as text, not as a boolean: ',
		textBooleans,
		'. If these are booleans, turn on the option Convert Booleans',
	);
	const respelled = Object.keys(checked).filter((name) => usualNameOf(name) !== undefined);
	report.warnOfAttributes(
		`Bluecore usually has ${joinList(respelled.map((name) => usualNameOf(name) ?? ''))} instead of `,
		respelled,
		'. Rename the fields if they are the same',
	);
	warnOfLostDigits(checked, report);
	warnOfDoubtfulValues(checked, report);
	report.warnOfAttributes('These empty values erase the values that Bluecore has: ', empty, '');
	return checked;
}
