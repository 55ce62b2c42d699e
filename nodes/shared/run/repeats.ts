import { joinList } from '../values/text';
import type { ItemRequest, OutgoingRequest, PlannedState } from './itemRequest';

/** How many of the others a warning names. */
const MAX_NAMED = 20;

/** What a request may repeat. */
export interface Repeatable {
	/** Of the same account; requests that repeat each other have the same key. */
	readonly key: string;
	/** They have the same data, too. It is compared only where the keys are the same, because it may be large. */
	readonly data?: unknown;
	/** The warning; `others` names the other requests, such as `item 3, item 7`. */
	warning(others: string): string;
	/** What to do, if a repeat is a problem and no warning. */
	readonly fix?: string;
}

interface Candidate extends Repeatable {
	readonly request: ItemRequest<PlannedState>;
}

/** Reports each request that repeats another one of the run. */
export function reportRepeats(
	planned: ReadonlyArray<ItemRequest<PlannedState>>,
	repeatableOf: (request: OutgoingRequest) => Repeatable | undefined,
): void {
	const candidates = planned.flatMap((request): Candidate[] => {
		if (request.state.kind !== 'ready') return [];
		const { account } = request.state.request;
		const repeatable = repeatableOf(request.state.request);
		if (!repeatable) return [];
		const key = JSON.stringify([account.baseUrl, account.namespace, repeatable.key]);
		return [{ ...repeatable, key, request }];
	});
	for (const group of groupBy(candidates, ({ key }) => key)) {
		if (group.length === 1) continue;
		for (const same of groupBy(group, ({ data }) => JSON.stringify(data))) {
			if (same.length > 1) reportEach(same);
		}
	}
}

function groupBy<T>(entries: readonly T[], keyOf: (entry: T) => string | undefined): Iterable<T[]> {
	const groups = new Map<string | undefined, T[]>();
	for (const entry of entries) {
		const key = keyOf(entry);
		const group = groups.get(key);
		if (group) group.push(entry);
		else groups.set(key, [entry]);
	}
	return groups.values();
}

function reportEach(same: readonly Candidate[]): void {
	/** The items, and in each the numbers of its messages. */
	const items = new Map<number, number[]>();
	for (const { request } of same) {
		const numbers = items.get(request.itemIndex) ?? [];
		items.set(request.itemIndex, numbers);
		if (request.message) numbers.push(request.message.number);
	}
	const itemIndexes = [...items.keys()].slice(0, MAX_NAMED + 1);
	for (const { request, warning, fix } of same) {
		const { itemIndex, message, report } = request;
		const messages = (items.get(itemIndex) ?? []).slice(0, MAX_NAMED + 1);
		const others = [
			...messages.filter((number) => number !== message?.number).map((n) => `message ${n}`),
			...itemIndexes.filter((index) => index !== itemIndex).map((index) => `item ${index}`),
		];
		const text = warning(joinList(others, ', ', MAX_NAMED));
		if (fix === undefined) report.warn(text);
		else report.problem(text, fix);
	}
}
