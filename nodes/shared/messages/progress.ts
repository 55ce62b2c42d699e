import type { Fate } from '../delivery/outcome';
import { joinList } from '../values/text';

const GROUPS: Readonly<Record<Fate, { readonly label: string; readonly listName: string }>> = {
	accepted: { label: 'Accepted', listName: 'accepted' },
	refused: { label: 'Not accepted', listName: 'not_accepted' },
	unknown: {
		label: 'May have arrived (check in Bluecore before you send again)',
		listName: 'may_have_arrived',
	},
	notSent: { label: 'Not sent', listName: 'not_sent' },
};

/** Lists up to this many characters are always part of the description. */
const SHORT_LIST = 100;

/** What became of a request; `attempts`: how often it was tried, if that is known. */
type EndedRequest = Place & { readonly state: { readonly kind: Fate; readonly attempts?: number } };

/** What was tried and refused for the moment when the run ended was sent, but not accepted. */
const fateOf = ({ state: { kind, attempts = 0 } }: EndedRequest): Fate =>
	kind === 'notSent' && attempts > 0 ? 'refused' : kind;

/** Says what a run has done with its requests, which are in the order of the input, so that the user can continue from there. */
export function describeProgress(requests: readonly EndedRequest[], noun: 'items' | 'requests') {
	const groups = (Object.keys(GROUPS) as Fate[]).map((fate) => ({
		fate,
		...itemsIn(requests.filter((request) => fateOf(request) === fate)),
	}));
	const lists = groups.flatMap(({ fate, whole, partly }) => {
		const isElsewhere = (item: number) =>
			groups.some((other) => other.fate !== fate && other.whole.has(item));
		const only = [...whole].filter((item) => !isElsewhere(item));
		const inPart = [...whole].filter(isElsewhere).map((item) => `${item} (in part)`);
		const text = [...toRanges(only), ...inPart, ...partly].join(', ');
		return text === '' ? [] : { fate, count: whole.size + partly.length, text };
	});
	const accepted = requests.filter((request) => fateOf(request) === 'accepted').length;
	/** Of what was accepted and what is left to do, the shorter list is always described. */
	const isAcceptedShorter = accepted * 2 < requests.length;
	const sentences = lists.map(({ fate, count, text }) => {
		const isWhole =
			text.length <= SHORT_LIST ||
			fate === 'unknown' ||
			(fate === 'accepted') === isAcceptedShorter;
		const list = isWhole
			? `${count > 1 ? 'items' : 'item'} ${text}`
			: `${count} ${count > 1 ? 'items' : 'item'}, listed in the data of this error`;
		return `${GROUPS[fate].label}: ${list}.`;
	});
	return {
		/** The count, for a message. */
		summary: `${accepted} of ${requests.length} ${noun} were accepted`,
		/** Which items, for a description; a long list that is not needed to go on is left out. */
		details: sentences.join(' '),
		/** All items as ranges, for the data of an error. */
		lists: Object.fromEntries(lists.map(({ fate, text }) => [GROUPS[fate].listName, text])),
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
				`${itemIndex} (${some.size > 1 ? 'messages' : 'message'} ${toRanges([...some]).join(', ')})`,
		);
	return { whole, partly };
}

/** Ascending numbers as ranges: `0–4`, `7`, `9–12`. */
function toRanges(numbers: readonly number[]): string[] {
	const spans: Array<[first: number, last: number]> = [];
	for (const number of numbers) {
		const span = spans.at(-1);
		if (span && span[1] === number - 1) span[1] = number;
		else spans.push([number, number]);
	}
	return spans.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`));
}

/** An input item, or a part of one. */
export interface Place {
	readonly itemIndex: number;
	/** Which message of the item it is, counted from 1, where there are several. */
	readonly message?: { readonly number: number; readonly of: number };
	/** Which of several requests of the same item or message it is. */
	readonly name?: string;
	/** The ID of the product that it is about, where each product has a request of its own. */
	readonly product?: string;
}

/** Such as `items 0–4, 7`, from ascending numbers. */
export function numbered(noun: 'item' | 'product', numbers: readonly number[]): string {
	const once = [...new Set(numbers)];
	return `${noun}${once.length > 1 ? 's' : ''} ${joinList(toRanges(once))}`;
}
