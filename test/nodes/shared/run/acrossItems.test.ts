import type { INode } from 'n8n-workflow';

import { checkAcrossItems } from '../../../../nodes/shared/run/acrossItems';
import type { PlannedRequest } from '../../../../nodes/shared/run/operation';
import { Report } from '../../../../nodes/shared/values/report';
import { ACCOUNT } from '../../../support/items';

interface Planned {
	readonly item: number;
	readonly message?: number;
	readonly baseUrl?: string;
	readonly namespace?: string;
	readonly isBad?: boolean;
	/** The key of what it may repeat; without one it is nothing of the kind. */
	readonly key?: string;
	readonly data?: unknown;
}

/** What each of the requests is warned of. */
function warningsOf(planned: readonly Planned[]): string[][] {
	const requests = planned.map(
		({
			item,
			message,
			baseUrl = 'https://a.example.com',
			namespace = 'bluestore',
			isBad,
			...payload
		}) => {
			const request = { account: { ...ACCOUNT, baseUrl, namespace }, payload };
			return {
				itemIndex: item,
				report: new Report(),
				...(message !== undefined && { message: { number: message, of: 99 } }),
				state: isBad ? { kind: 'bad' } : { kind: 'ready', request },
			} as unknown as PlannedRequest;
		},
	);
	checkAcrossItems({} as INode, requests, {
		repeatableOf: ({ payload = {} }) =>
			typeof payload.key === 'string'
				? { key: payload.key, data: payload.data, warning: (others) => `also ${others}` }
				: undefined,
	});
	return requests.map(({ report }) => report.warnings);
}

test('each request that repeats others names them', () => {
	const items = [0, 1, 2, 5].map((item) => ({ item, key: item === 1 ? 'b' : 'a' }));
	expect(warningsOf(items)).toEqual([
		['also item 2, item 5'],
		[],
		['also item 0, item 5'],
		['also item 0, item 2'],
	]);
});

test('the messages of one item are named by their numbers', () => {
	const messages = [1, 3].map((message) => ({ item: 0, message, key: 'a' }));
	expect(warningsOf([...messages, { item: 1, key: 'a' }])).toEqual([
		...[['also message 3, item 1'], ['also message 1, item 1'], ['also item 0']],
	]);
});

test.each<[string, Partial<Planned>]>([
	['is of another account', { namespace: 'other' }],
	['goes to another address', { baseUrl: 'https://b.example.com' }],
	['has other data', { data: 2 }],
	['is not sent', { isBad: true }],
	['is nothing of the kind', { key: undefined }],
])('a request does not repeat one that %s', (_what, other) => {
	const one = { item: 0, key: 'a', data: 1 };
	expect(warningsOf([one, { ...one, item: 1, ...other }])).toEqual([[], []]);
	expect(warningsOf([one, { ...one, item: 1 }])).toEqual([['also item 1'], ['also item 0']]);
});

test('of many others, twenty are named', () => {
	const many = (place: (n: number) => Pick<Planned, 'item' | 'message'>) =>
		warningsOf(Array.from({ length: 30 }, (_, n) => ({ ...place(n), key: 'a' })));
	const names = (count: number, from: number, what: string) =>
		Array.from({ length: count }, (_, n) => `${what} ${n + from}`).join(', ');
	const items = many((n) => ({ item: n }));
	const messages = many((n) => ({ item: 0, message: n + 1 }));
	expect([items[0], items[29], messages[0], messages[29]]).toEqual([
		[expect.stringMatching(`^also ${names(20, 1, 'item')}\\D*$`)],
		[expect.stringMatching(`^also ${names(20, 0, 'item')}`)],
		[expect.stringMatching(`^also ${names(20, 2, 'message')}\\D*$`)],
		[expect.stringMatching(`^also ${names(20, 1, 'message')}`)],
	]);
});

test.each<[what: string, values: unknown[], ...said: string[]]>([
	['of two pairs is warned of, at the first item', ['yes', 'N', 'y'], 'yes 0', 'N 1', 'y 2'],
	['is named once for a spelling', ['ja', 'TRUE', 'ja', 'true'], 'ja 0', 'TRUE 1', 'true 3'],
	['can be no text', [true, 1, false], 'true 0', '1 1', 'false 2'],
	['may be missing', ['1', '', null, ' ', 'no'], '1 0', 'no 4'],
	['of one pair is fine in any letter case', ['yes', 'NO', 'Yes']],
	['of a pair that shares a word with another is fine', ['n', 'j', 'n']],
	['is not meant where there are other values', ['yes', 'maybe', '0']],
	['is not meant where there are other values first', ['maybe', 'yes', '0']],
	['is not meant where there are lists', ['yes', ['0'], '0']],
])('yes and no in an attribute %s: %j', (_what, values, ...said) => {
	const requests = values.map((vip, itemIndex) => {
		const request = { account: ACCOUNT, payload: { vip } };
		return { itemIndex, report: new Report(), state: { kind: 'ready', request } };
	});
	checkAcrossItems({} as INode, requests as unknown as PlannedRequest[], {
		attributesOf: ({ payload }) => payload,
	});
	const texts = said.map((each) => each.replace(/(.*) (\d)/, '"$1" [item $2]')).join(', ');
	const warning = `The attribute "vip" says yes and no in different ways, which Bluecore stores as they are: ${texts}. Convert the column to true and false before this node`;
	expect(requests.map(({ report }) => report.warnings)).toEqual(
		values.map((_value, index) => (index === 0 && said.length > 0 ? [warning] : [])),
	);
});
