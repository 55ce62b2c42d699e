import type { Api, RecordedCall, Verdict } from '../state/calls';
import ALL from './rules.json';

/** One sentence on what the sandbox goes by: published by Bluecore, decided by the sandbox, or only in the sandbox. */
interface Rule {
	readonly id: string;
	readonly title: string;
	readonly text: string;
	readonly basis: string;
	readonly source?: string;
	readonly url?: string;
	/** The reasons and remarks that follow from the rule, of these APIs and verdicts; none if nothing is said by the rule. */
	readonly pattern?: string;
	readonly apis?: readonly Api[];
	readonly verdicts?: readonly Verdict[];
}

export const RULES = ALL as readonly Rule[];

const PATTERNS = RULES.map(({ pattern, ...rule }) => ({
	...rule,
	pattern: pattern === undefined ? undefined : new RegExp(pattern),
}));

/** The IDs of the rules that a call's reasons and remarks follow from, by their text. */
export function rulesOf({ api, verdict, reasons, remarks }: RecordedCall): Record<string, string> {
	return Object.fromEntries(
		[...reasons, ...remarks].flatMap((text) => {
			const rule = PATTERNS.find(
				({ pattern, apis, verdicts }) =>
					pattern?.test(text) === true &&
					(apis?.includes(api) ?? true) &&
					(verdicts?.includes(verdict) ?? true),
			);
			return rule ? [[text, rule.id]] : [];
		}),
	);
}
