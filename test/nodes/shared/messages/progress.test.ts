import { describeProgress, ranges } from '../../../../nodes/shared/messages/progress';

test('progress names the items in ranges', () => {
	expect(ranges([0, 1, 2, 4, 7, 8])).toBe('0–2, 4, 7–8');
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
			'Accepted: items 0–1. Not accepted: item 2. May have arrived (look before you send again): item 4. Not sent: items 3, 5.',
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
			'May have arrived (look before you send again): item 0 (in part).',
			'Not sent: items 3, 2 (message 5).',
		].join(' '),
	});
});
