import { list } from './report';

/** What is known of an item at the end of a run. */
export type Fate = 'accepted' | 'refused' | 'unknown' | 'notSent';

/** How far a run came, so that the user can go on from there. */
export interface Progress {
	/** The count, for a message. */
	readonly summary: string;
	/** Which items, for a description. */
	readonly details: string;
}

const LABELS: Record<Fate, string> = {
	accepted: 'Accepted',
	refused: 'Not accepted',
	unknown: 'May have arrived (look before you send again)',
	notSent: 'Not sent',
};

/** Tells what became of what was to be sent. The groups hold the items' indices, ascending; an item of several parts several times. */
export function describeProgress(
	groups: Readonly<Record<Fate, readonly number[]>>,
	noun: 'items' | 'requests',
): Progress {
	const fates = (Object.keys(LABELS) as Fate[]).filter((fate) => groups[fate].length > 0);
	const seen = new Set<number>();
	const isSplit = new Set<number>();
	const itemsOf = fates.map((fate) => {
		const items = [...new Set(groups[fate])];
		for (const item of items) (seen.has(item) ? isSplit : seen).add(item);
		return items;
	});
	const sentences = fates.map((fate, index) => {
		const items = itemsOf[index];
		const partly = items.filter((item) => isSplit.has(item)).map((item) => `${item} (in part)`);
		const wholly = ranges(items.filter((item) => !isSplit.has(item)));
		const named = [...(wholly === '' ? [] : [wholly]), ...partly];
		return `${LABELS[fate]}: ${items.length > 1 ? 'items' : 'item'} ${list(named)}.`;
	});
	const total = fates.reduce((sum, fate) => sum + groups[fate].length, 0);
	return {
		summary: `${groups.accepted.length} of ${total} ${noun} were accepted`,
		details: sentences.join(' '),
	};
}

/** Ascending numbers as ranges: `0–4, 7, 9–12`. */
export function ranges(numbers: readonly number[]): string {
	const spans: Array<[first: number, last: number]> = [];
	for (const number of numbers) {
		const span = spans.at(-1);
		if (span && span[1] === number - 1) span[1] = number;
		else spans.push([number, number]);
	}
	return list(spans.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)));
}
