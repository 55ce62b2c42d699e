import { quote, type Report } from '../values/report';

/** How names that Bluecore would ignore are treated: made into ones that it takes, or refused. */
export type AttributeNames = 'fix' | 'reject';

/** Names that would reach an object's prototype instead of being a field of it. */
const PROTOTYPE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const WORDS = /[\p{L}\p{N}_]+/gu;

/**
 * The name as Bluecore takes it: lowercase, with underscores for spaces, dashes and other separators
 * (`First-Name` → `first_name`). Bluecore ignores other names in silence.
 */
export function fixName(name: string): string {
	return (name.normalize('NFC').match(WORDS) ?? []).join('_').toLowerCase();
}

/** Whether a name is `__proto__` or the like, also once it has been fixed. */
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

	/** The name an attribute goes by, or undefined when it is refused (reported). Claims the name. */
	claim(original: string): string | undefined {
		const name = this.mode === 'fix' ? fixName(original) : original;
		const taken = this.originals.get(name);
		if (name === '' || isPrototypeName(original)) {
			this.report.problem(
				`The attribute name ${quote(original)} cannot be used`,
				'Use lowercase letters, digits and underscores, such as loyalty_tier.',
			);
		} else if (name !== fixName(original)) {
			this.report.problem(
				`Bluecore ignores the attribute name ${quote(original)}`,
				`Name it ${quote(fixName(original))}, or set the option Attribute Names to Fix.`,
			);
		} else if (this.isProtected(name)) {
			this.report.problem(
				`The attribute ${quote(original)} is protected by Bluecore`,
				'Leave it out: Bluecore keeps this attribute itself.',
			);
		} else if (taken !== undefined) {
			this.report.problem(
				taken === original
					? `The attribute ${quote(name)} is given twice`
					: `The attributes ${quote(taken)} and ${quote(original)} would both become ${quote(name)}`,
				'Rename or leave out one of the two.',
			);
		} else {
			this.originals.set(name, original);
			return name;
		}
		return undefined;
	}
}
