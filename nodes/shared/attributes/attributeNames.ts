import type { AttributeNames } from '../options/nodeOptions';
import type { Report } from '../values/report';
import { quoted } from '../values/text';

/** Names that would change an object's prototype instead of one of its fields. */
const PROTOTYPE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const WORDS = /[\p{L}\p{N}_]+/gu;

/**
 * The name as Bluecore accepts it: lowercase, with underscores for spaces, dashes and other separators
 * (`First-Name` → `first_name`). Bluecore silently ignores other names.
 */
export function fixName(name: string): string {
	return (name.normalize('NFC').match(WORDS) ?? []).join('_').toLowerCase();
}

/** Whether a name, as given or fixed, is `__proto__` or similar. */
export const isPrototypeName = (name: string): boolean =>
	PROTOTYPE_NAMES.has(name) || PROTOTYPE_NAMES.has(fixName(name));

/** Attributes under their final names, each name once. */
export class AttributeSet<Value> {
	readonly values: Record<string, Value> = {};

	private readonly originals = new Map<string, string>();

	constructor(
		private readonly mode: AttributeNames,
		private readonly isProtected: (name: string) => boolean,
		private readonly report: Report,
	) {}

	/** The name that an attribute is sent under; undefined, and reported, if it is refused. No other attribute can then have this name. */
	claim(original: string): string | undefined {
		const name = this.mode === 'fix' ? fixName(original) : original;
		const taken = this.originals.get(name);
		if (name === '' || isPrototypeName(original)) {
			this.report.problem(
				`The attribute name ${quoted(original)} cannot be used`,
				'Use lowercase letters, digits and underscores, such as loyalty_tier.',
			);
		} else if (name !== fixName(original)) {
			this.report.problem(
				`Bluecore ignores the attribute name ${quoted(original)}`,
				`Rename it to ${quoted(fixName(original))}, or set the option Attribute Names to Fix.`,
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
