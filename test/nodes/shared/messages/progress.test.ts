import type { Fate } from '../../../../nodes/shared/delivery/outcome';
import { describeProgress, numbered, type Place } from '../../../../nodes/shared/messages/progress';

/** The requests of a run, by what became of them. */
const ended = (groups: Partial<Record<Fate, Place[]>>) =>
	(Object.keys(groups) as Fate[]).flatMap((kind) =>
		(groups[kind] ?? []).map((place) => ({ ...place, state: { kind } })),
	);

test('progress names the items in ranges', () => {
	expect(numbered('item', [0, 1, 2, 4, 7, 8])).toBe('items 0–2, 4, 7–8');
	const places = (...items: number[]) => items.map((itemIndex) => ({ itemIndex }));
	const refused = { refused: places(2), unknown: places(4), notSent: places(3, 5) };
	expect(describeProgress(ended({ accepted: places(0, 1), ...refused }), 'items')).toEqual({
		summary: '2 of 6 items were accepted',
		details:
			'Accepted: items 0–1. Not accepted: item 2. May have arrived (check in Bluecore before you send again): item 4. Not sent: items 3, 5.',
		lists: { accepted: '0–1', not_accepted: '2', may_have_arrived: '4', not_sent: '3, 5' },
	});
});

test('progress says of which items only a part came so far, and which', () => {
	const of = 5;
	const messages = (itemIndex: number, ...numbers: number[]) =>
		numbers.map((number) => ({ itemIndex, message: { number, of } }));
	const groups = {
		accepted: [{ itemIndex: 0 }, ...messages(1, 1, 2, 3, 4, 5), ...messages(2, 1, 2, 3)],
		refused: messages(2, 4),
		unknown: [{ itemIndex: 0 }],
		notSent: [...messages(2, 5), { itemIndex: 3 }],
	};
	const lists = {
		accepted: '1, 0 (in part), 2 (messages 1–3)',
		not_accepted: '2 (message 4)',
		may_have_arrived: '0 (in part)',
		not_sent: '3, 2 (message 5)',
	};
	expect(describeProgress(ended(groups), 'requests')).toEqual({
		summary: '9 of 13 requests were accepted',
		details: `Accepted: items ${lists.accepted}. Not accepted: item ${lists.not_accepted}. May have arrived (check in Bluecore before you send again): item ${lists.may_have_arrived}. Not sent: items ${lists.not_sent}.`,
		lists,
	});
});

test('of a long run, the list that is needed to go on is described, and all lists are in the data', () => {
	const every = (rest: number) =>
		Array.from({ length: 100 }, (_, n) => ({ itemIndex: 3 * n + rest }));
	const accepted = [...every(0), ...every(1)];
	const groups = { accepted, notSent: every(2) };
	const { details, lists } = describeProgress(ended(groups), 'items');
	const needed = every(2)
		.map(({ itemIndex }) => itemIndex)
		.join(', ');
	expect(details).toBe(
		`Accepted: 200 items, listed in the data of this error. Not sent: items ${needed}.`,
	);
	expect(lists.not_sent).toBe(needed);
	expect(lists.accepted.split(', ')).toHaveLength(200);
	const turned = { accepted: every(2), notSent: accepted };
	expect(describeProgress(ended(turned), 'items').details).toBe(
		`Accepted: items ${needed}. Not sent: 200 items, listed in the data of this error.`,
	);
});

test('what may have arrived must be looked up, so it is described whole, although it is not the shortest', () => {
	const items = Array.from({ length: 200 }, (_, itemIndex) => ({ itemIndex: 2 * itemIndex }));
	const groups = { accepted: [{ itemIndex: 1 }], unknown: items };
	const { details } = describeProgress(ended(groups), 'items');
	const text = items.map(({ itemIndex }) => itemIndex).join(', ');
	expect(details).toContain(`check in Bluecore before you send again): items ${text}.`);
});

test('what was tried and is not accepted is not called unsent', () => {
	const notSent = (itemIndex: number, attempts: number) => ({
		itemIndex,
		state: { kind: 'notSent' as const, attempts },
	});
	const refused = { itemIndex: 3, state: { kind: 'refused' as const, attempts: 1 } };
	const requests = [notSent(0, 3), notSent(1, 3), refused, notSent(4, 2), notSent(5, 0)];
	expect(describeProgress(requests, 'items')).toEqual({
		summary: '0 of 5 items were accepted',
		details: 'Not accepted: items 0–1, 3–4. Not sent: item 5.',
		lists: { not_accepted: '0–1, 3–4', not_sent: '5' },
	});
});
