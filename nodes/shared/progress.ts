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

/** Tells of the items that were to be sent what became of them; indices ascending. */
export function describeProgress(
	total: number,
	groups: Readonly<Record<Fate, readonly number[]>>,
): Progress {
	const sentences = (Object.keys(LABELS) as Fate[])
		.filter((fate) => groups[fate].length > 0)
		.map(
			(fate) =>
				`${LABELS[fate]}: ${groups[fate].length > 1 ? 'items' : 'item'} ${ranges(groups[fate])}.`,
		);
	return {
		summary: `${groups.accepted.length} of ${total} items were accepted`,
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
