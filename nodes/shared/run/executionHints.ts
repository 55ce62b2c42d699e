import type { IExecuteFunctions } from 'n8n-workflow';

import { USUAL_COLUMNS } from '../attributes/attributeParameters';
import { joinList } from '../values/text';
import { groupBy } from '../values/value';
import type { ItemRequest } from './operation';

/** How many different warnings are shown, and how many characters of each. */
const MAX_WARNINGS = 3;
const MAX_SHOWN = 240;

const HELD_BACK = 'held back';
/** What the hint says of each state, in its order. */
const ENDINGS: Readonly<Record<ItemRequest['state']['kind'], string>> = {
	accepted: 'accepted',
	ready: 'valid',
	converted: 'converted',
	heldBack: HELD_BACK,
	bad: 'refused',
	refused: 'refused',
	unknown: 'may have arrived',
	notSent: 'not sent',
};

/**
 * Shows in the editor, after a run, how many requests ended in which way, the most frequent warnings, and with Validate Only which
 * attributes may become columns.
 */
export function addHints(context: IExecuteFunctions, requests: readonly ItemRequest[]): void {
	const warnings = requests
		.filter(({ state }) => state.kind !== 'bad')
		.map(({ report }) => [...report.warnings, ...report.saidElsewhere])
		.filter((texts) => texts.length > 0);
	const hints = [
		{ message: countsOf(requests, warnings.length), type: 'info' as const },
		{ message: mostFrequent(warnings.flat()), type: 'warning' as const },
		{ message: newColumnsIn(requests), type: 'info' as const },
	];
	try {
		// Old versions of n8n do not have it.
		(context as Partial<IExecuteFunctions>).addExecutionHints?.(
			...hints
				.filter(({ message }) => message !== '')
				.map((hint) => ({ ...hint, location: 'outputPane' as const })),
		);
	} catch {
		// The output says it, too, so it is the result of the run all the same.
	}
}

function countsOf(requests: readonly ItemRequest[], warned: number): string {
	const counts = new Map(countEach(requests.map(({ state }) => ENDINGS[state.kind])));
	const parts = [...new Set(Object.values(ENDINGS))].flatMap((ending) => {
		const count = counts.get(ending);
		if (count === undefined) return [];
		return `${shown(count)} ${ending}${ending === HELD_BACK ? reasonsOf(requests) : ''}`;
	});
	return [...parts, ...(warned > 0 ? [`${shown(warned)} with warnings`] : [])].join(' · ');
}

/** Such as ` (8 not mapped, 4 without consent)`. A reason begins with its kind: `No consent: …`. */
function reasonsOf(requests: readonly ItemRequest[]): string {
	const kinds = requests.flatMap(({ state }) => {
		if (state.kind !== 'heldBack') return [];
		const [kind] = String(state.output.reason).split(':');
		const phrase = kind.replace(/^No /, 'without ').replace(/^Unmapped/, 'not mapped');
		return phrase.charAt(0).toLowerCase() + phrase.slice(1);
	});
	const counts = countEach(kinds).map(([kind, count]) => `${shown(count)} ${kind}`);
	return withoutMarkup(` (${counts.join(', ')})`);
}

/** The most frequent warnings, with how often there is one like each: those that differ only in numbers and quoted values are alike. */
function mostFrequent(warnings: readonly string[]): string {
	const examples = new Map<string, string>();
	const alike = warnings.map((warning) => {
		const key = warning.replace(/"[^"]*"|\d+/g, '');
		if (!examples.has(key)) examples.set(key, warning);
		return key;
	});
	return countEach(alike)
		.slice(0, MAX_WARNINGS)
		.map(([key, count]) => `${shown(count)} × ${withoutMarkup(cut(examples.get(key) ?? key))}`)
		.join('<br>');
}

/** Which attributes of what was only validated are not the usual ones: each becomes a column if it is not one yet. */
function newColumnsIn(requests: readonly ItemRequest[]): string {
	const names = requests.flatMap(({ state, report }) =>
		state.kind === 'ready' ? report.attributeNames : [],
	);
	const others = [...new Set(names)].filter((name) => !USUAL_COLUMNS.has(name));
	return others.length === 0
		? ''
		: `Attributes that become permanent columns in your Bluecore account, unless they are columns already: ${joinList(others)}. The option Attributes to Send keeps others out.`;
}

/** How often there is each text, the most frequent first. */
function countEach(texts: readonly string[]): Array<[text: string, count: number]> {
	return groupBy(texts, (text) => text)
		.map((same): [string, number] => [same[0], same.length])
		.sort(([, one], [, other]) => other - one);
}

const shown = (count: number): string => count.toLocaleString('en-US');

const cut = (text: string): string =>
	text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;

/** The editor shows hints as HTML. */
const withoutMarkup = (text: string): string =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
