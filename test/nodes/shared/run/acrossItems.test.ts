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
