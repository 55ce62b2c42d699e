import { describeProgress, numbered } from '../../../../nodes/shared/messages/progress';

test('progress names the items in ranges', () => {
	expect(numbered('item', [0, 1, 2, 4, 7, 8])).toBe('items 0–2, 4, 7–8');
	const places = (items: number[]) => items.map((itemIndex) => ({ itemIndex }));
	const groups = {
		accepted: places([0, 1]),
		refused: places([2]),
		unknown: places([4]),
		notSent: places([3, 5]),
	};
	expect(describeProgress(groups, 'items')).toEqual({
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
	expect(describeProgress(groups, 'requests')).toEqual({
		summary: '9 of 13 requests were accepted',
		details: [
			'Accepted: items 1, 0 (in part), 2 (messages 1–3).',
			'Not accepted: item 2 (message 4).',
			'May have arrived (check in Bluecore before you send again): item 0 (in part).',
			'Not sent: items 3, 2 (message 5).',
		].join(' '),
		lists: {
			accepted: '1, 0 (in part), 2 (messages 1–3)',
			not_accepted: '2 (message 4)',
			may_have_arrived: '0 (in part)',
			not_sent: '3, 2 (message 5)',
		},
	});
});

test('of a long run, the list that is needed to go on is described, and all lists are in the data', () => {
	const every = (rest: number) =>
		Array.from({ length: 100 }, (_, n) => ({ itemIndex: 3 * n + rest }));
	const groups = {
		accepted: [...every(0), ...every(1)],
		refused: [],
		unknown: [],
		notSent: every(2),
	};
	const { details, lists } = describeProgress(groups, 'items');
	const text = (rest: number) =>
		every(rest)
			.map(({ itemIndex }) => itemIndex)
			.join(', ');
	expect(details).toBe(
		`Accepted: 200 items, listed in the data of this error. Not sent: items ${text(2)}.`,
	);
	expect(lists.not_sent).toBe(text(2));
	expect(lists.accepted.split(', ')).toHaveLength(200);
	const turned = { ...groups, accepted: every(2), notSent: groups.accepted };
	expect(describeProgress(turned, 'items').details).toBe(
		`Accepted: items ${text(2)}. Not sent: 200 items, listed in the data of this error.`,
	);
});

test('what may have arrived must be looked up, so it is described whole, although it is not the shortest', () => {
	const items = Array.from({ length: 200 }, (_, itemIndex) => ({ itemIndex: 2 * itemIndex }));
	const groups = { accepted: [{ itemIndex: 1 }], refused: [], unknown: items, notSent: [] };
	const { details } = describeProgress(groups, 'items');
	const text = items.map(({ itemIndex }) => itemIndex).join(', ');
	expect(details).toContain(`check in Bluecore before you send again): items ${text}.`);
});

test('what was tried and is not accepted is not called unsent', () => {
	const place = (itemIndex: number, attempts: number) => ({ itemIndex, state: { attempts } });
	const groups = {
		accepted: [],
		unknown: [],
		refused: [place(3, 1)],
		notSent: [place(0, 3), place(1, 3), place(4, 2), place(5, 0)],
	};
	expect(describeProgress(groups, 'items')).toEqual({
		summary: '0 of 5 items were accepted',
		details: 'Not accepted: items 0–1, 3–4. Not sent: item 5.',
		lists: { not_accepted: '0–1, 3–4', not_sent: '5' },
	});
});
