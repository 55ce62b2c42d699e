import type { ItemOptions } from '../options/nodeOptions';
import { isBlank } from '../values/coerce';
import type { JsonValue } from '../values/plainJson';
import type { Report } from '../values/report';
import { warnOfLostDigits } from '../values/readId';
import { joinList } from '../values/text';
import { AttributeSet } from './attributeNames';

export type CustomerAttributes = Record<string, JsonValue>;

/** An attribute as it was given, before its name is checked. */
export type GivenAttribute = readonly [name: string, value: JsonValue | undefined];

type AttributeRules = Pick<ItemOptions, 'attributeNames' | 'convertBooleans' | 'sendEmptyValues'>;

/**
 * Customer attributes under names that Bluecore accepts; empty ones are left out unless the options say otherwise. Names that
 * Bluecore ignores are reported, and so are those in `protectedNames`, which only Bluecore itself can set.
 */
export function checkAttributes(
	given: readonly GivenAttribute[],
	rules: AttributeRules,
	report: Report,
	protectedNames: ReadonlySet<string> = new Set(),
): CustomerAttributes {
	const names = new AttributeSet(rules.attributeNames, (name) => protectedNames.has(name), report);
	const attributes: CustomerAttributes = {};
	const textBooleans: string[] = [];
	const empty: string[] = [];
	const unusual: string[] = [];

	for (const [original, raw] of given) {
		// Files may have such columns, which have neither a name nor a value.
		if (original.trim() === '' && isBlank(raw)) continue;
		const name = names.claim(original);
		if (name === undefined) continue;
		if (!/^[a-z0-9_]+$/.test(name)) unusual.push(name);
		if (isBlank(raw)) {
			if (!rules.sendEmptyValues || raw === undefined) continue;
			empty.push(name);
		}
		const isTextBoolean = typeof raw === 'string' && /^\s*(true|false)\s*$/i.test(raw);
		if (isTextBoolean && !rules.convertBooleans) textBooleans.push(name);
		attributes[name] =
			isTextBoolean && rules.convertBooleans ? raw.trim().toLowerCase() === 'true' : raw;
	}

	if (textBooleans.length > 0) {
		report.warn(
			`Bluecore stores the text "true" or "false" as text, not as a boolean: ${joinList(textBooleans)}. If these are booleans, turn on the option Convert Booleans`,
		);
	}
	if (unusual.length > 0) {
		report.warn(
			`Bluecore may ignore attribute names that contain letters other than a to z: ${joinList(unusual)}. Rename the fields`,
		);
	}
	warnOfLostDigits(attributes, report);
	if (empty.length > 0) {
		report.warn(`These empty values erase the values that Bluecore has: ${joinList(empty)}`);
	}
	return attributes;
}
