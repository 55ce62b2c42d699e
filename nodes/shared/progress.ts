import { list } from './report';

/** How far a run came, so that the user can go on from there. */
export interface Progress {
	/** The count, for a message. */
	readonly summary: string;
	/** Which items, for a description. */
	readonly details: string;
}

/** Tells of the items that were to be sent which are accepted, which failed and which were not sent; item indices ascending. */
export function describeProgress(
	all: readonly number[],
	accepted: readonly number[],
	failed: readonly number[],
): Progress {
	const settled = new Set([...accepted, ...failed]);
	const groups = {
		Accepted: accepted,
		'Not accepted': failed,
		'Not sent': all.filter((index) => !settled.has(index)),
	};
	return {
		summary: `${accepted.length} of ${all.length} items were accepted`,
		details: `${Object.entries(groups)
			.filter(([, items]) => items.length > 0)
			.map(
				([label, items]) => `${label}: ${items.length === 1 ? 'item' : 'items'} ${ranges(items)}`,
			)
			.join('. ')}.`,
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
