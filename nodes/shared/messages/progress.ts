import type { Fate } from '../delivery/outcome';
import { joinList } from '../values/text';
import type { Place } from './place';

/** What a run has done, so that the user can continue from there. */
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

/** Describes what happened to each request; places are in the order of the input. */
export function describeProgress(
	groups: Readonly<Record<Fate, readonly Place[]>>,
	noun: 'items' | 'requests',
): Progress {
	const fates = (Object.keys(LABELS) as Fate[]).filter((fate) => groups[fate].length > 0);
	const itemsOf = fates.map((fate) => itemsIn(groups[fate]));
	const sentences = fates.map((fate, index) => {
		const { whole, partly } = itemsOf[index];
		const isElsewhere = (item: number) =>
			itemsOf.some((other, at) => at !== index && other.whole.has(item));
		const only = [...whole].filter((item) => !isElsewhere(item));
		const named = [
			...(only.length > 0 ? [ranges(only)] : []),
			...[...whole].filter(isElsewhere).map((item) => `${item} (in part)`),
			...partly,
		];
		const are = whole.size + partly.length > 1 ? 'items' : 'item';
		return `${LABELS[fate]}: ${are} ${joinList(named)}.`;
	});
	const total = fates.reduce((sum, fate) => sum + groups[fate].length, 0);
	return {
		summary: `${groups.accepted.length} of ${total} ${noun} were accepted`,
		details: sentences.join(' '),
	};
}

/** The items whose messages are all among the places, and the other items, each with the numbers of its messages that are. */
function itemsIn(places: readonly Place[]): { whole: Set<number>; partly: string[] } {
	const whole = new Set<number>();
	const numbers = new Map<number, Set<number>>();
	for (const { itemIndex, message } of places) {
		const known = numbers.get(itemIndex) ?? new Set();
		if (message) numbers.set(itemIndex, known.add(message.number));
		if (known.size === (message?.of ?? 0)) whole.add(itemIndex);
	}
	const partly = [...numbers]
		.filter(([itemIndex]) => !whole.has(itemIndex))
		.map(
			([itemIndex, some]) =>
				`${itemIndex} (${some.size > 1 ? 'messages' : 'message'} ${ranges([...some])})`,
		);
	return { whole, partly };
}

/** Ascending numbers as ranges: `0–4, 7, 9–12`. */
export function ranges(numbers: readonly number[]): string {
	const spans: Array<[first: number, last: number]> = [];
	for (const number of numbers) {
		const span = spans.at(-1);
		if (span && span[1] === number - 1) span[1] = number;
		else spans.push([number, number]);
	}
	return joinList(spans.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)));
}
