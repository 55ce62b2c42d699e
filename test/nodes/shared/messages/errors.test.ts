import { NodeOperationError, type INode } from 'n8n-workflow';

import {
	asNodeError,
	cancelledError,
	deliveryError,
	messageError,
	nothingSentError,
} from '../../../../nodes/shared/messages/errors';
import type { ApiFailure } from '../../../../nodes/shared/messages/failures';
import type { Place } from '../../../../nodes/shared/messages/progress';

const NODE = { id: '1', name: 'Bluecore Events', parameters: {} } as unknown as INode;

type BadItem = Parameters<typeof nothingSentError>[1][number];

const bad = (itemIndex: number, message: string, place: Partial<Place> = {}): BadItem => ({
	itemIndex,
	...place,
	report: { problems: [{ message, fix: `Mend: ${message}.` }] },
});
/** The items 0, 1, …, each with its message. */
const badItems = (...messages: string[]) => messages.map((message, n) => bad(n, message));

describe('a run that sends nothing', () => {
	const textOf = (items: readonly BadItem[], total = items.length, hasGood = false) =>
		nothingSentError(NODE, items, total, hasGood).message;
	/** So many items with the problem A, and one with B. */
	const similar = (count: number) =>
		badItems(...Array.from({ length: count + 1 }, (_, n) => (n < count ? 'A' : 'B')));

	test('for its only item says what is wrong with it', () => {
		const { message, description, context } = nothingSentError(NODE, badItems('A'), 1, false);
		expect([message, description, context.itemIndex]).toEqual(['A [item 0]', 'Mend: A.', 0]);
	});

	test('says so when the item has other messages that could be sent', () => {
		const error = nothingSentError(NODE, badItems('A'), 1, true);
		expect(error.message).toBe('1 of 1 items cannot be sent, so nothing was sent: A [item 0]');
		expect(error.description).toBe(
			"Mend: A.\nTo send the others anyway, set On Error to Continue (using error output) in the node's settings.",
		);
	});

	const message = { number: 2, of: 3 };
	const EACH_OF_TWENTY = Array.from({ length: 19 }, (_, n) => `A [item ${n}] · `).join('');
	const OF_EVENTS = [bad(0, 'A'), bad(1, 'A'), bad(2, 'A', { name: 'purchase' })];
	const OF_BATCHES = [0, 1].map((item) => bad(item, 'A', { message }));
	test.each<[what: string, said: string, items: BadItem[]]>([
		['each item, if they are only two', 'A [item 0] · A [item 1]', badItems('A', 'A')],
		['each item, if few differ', 'A [item 0] · A [item 1] · B [item 2]', badItems('A', 'A', 'B')],
		['each of twenty items', `${EACH_OF_TWENTY}B [item 19]`, similar(19)],
		['a problem once, if all items have it', 'A [items 0–2]', badItems('A', 'A', 'A')],
		['a problem once, if items are many', 'A [items 0–19] · B [item 20]', similar(20)],
		['each event of an item', 'A [item 0] · A [item 1] · purchase: A [item 2]', OF_EVENTS],
		['each message', 'Message 2 of 3: A [item 0] · Message 2 of 3: A [item 1]', OF_BATCHES],
	])('names %s: %s', (_what, said, items) =>
		expect(textOf(items).slice(-said.length - 2)).toBe(`: ${said}`),
	);

	test('counts the bad ones of all', () => {
		expect(textOf([bad(1, 'A')], 2)).toBe(
			'1 of 2 items cannot be sent, so nothing was sent: A [item 1]',
		);
		const batch = (count: number) =>
			textOf(
				badItems(...Array<string>(count).fill('A')).map((item) => ({ ...item, message })),
				3,
			);
		expect(batch(1)).toMatch(/^1 message in 1 of 3 items cannot/);
		expect(batch(3)).toMatch(/^3 messages in 3 of 3 items cannot/);
		expect(textOf([bad(0, 'A', { message }), bad(1, 'A')], 3)).toMatch(/^2 messages in 2 of 3/);
	});
});

describe('what was thrown', () => {
	test('stays as it is, if it is an error of a node that says what to do', () => {
		const error = new NodeOperationError(NODE, 'A', { description: 'Mend A.' });
		expect(asNodeError(NODE, error)).toBe(error);
	});

	test.each([
		['an error of a node', new NodeOperationError(NODE, 'A')],
		['another error', Object.assign(new Error('A'), { description: 'Mend A.' })],
		['a text', 'A'],
	])('gets an advice, if it is %s', (_what, thrown) => {
		const { message, description } = asNodeError(NODE, thrown);
		const advice = "Check this node's credential and its parameters, and run it again.";
		expect([message, description]).toEqual(['A', advice]);
	});
});

const DETAILS = { details: 'Accepted: item 0.', lists: { accepted: '0' } };
const PROGRESS = { summary: '1 of 2 accepted', ...DETAILS };
const FAILURE: ApiFailure = { message: 'Refused.', fix: 'Mend it.', httpCode: null };

test('a run that was canceled tells what it has done', () => {
	const { message, description, context } = cancelledError(NODE, PROGRESS);
	expect([message, description, context.data]).toEqual([
		'The execution was canceled; 1 of 2 accepted',
		'Accepted: item 0.',
		{ accepted: '0' },
	]);
});

describe('a request that was not accepted', () => {
	test('has its status, the words of the API and the ID of the request', () => {
		const failure = { ...FAILURE, httpCode: '400', apiMessage: 'no', requestId: 'r-1' };
		const error = deliveryError(NODE, { itemIndex: 1, state: { failure, attempts: 2 } });
		const data = { attempts: 2, api_message: 'no', request_id: 'r-1' };
		expect([error.message, error.description, error.httpCode]).toEqual([
			...['Refused. [item 1]', 'Mend it.', '400'],
		]);
		expect(error.context).toMatchObject({ itemIndex: 1, data });
	});

	test('has only what is known, and ends the run with its progress', () => {
		const state = { failure: { ...FAILURE, message: '127.0.0.1 refused.' }, attempts: 1 };
		const error = deliveryError(NODE, { itemIndex: 1, state }, PROGRESS);
		expect([error.message, error.description, error.httpCode]).toEqual([
			...['127.0.0.1 refused; 1 of 2 accepted [item 1]', 'Mend it.\nAccepted: item 0.', null],
		]);
		expect(error.context.data).toEqual({ attempts: 1, accepted: '0' });
	});

	test('is told together with the others of its message', () => {
		const failed = ['identify', 'purchase'].map((name) => ({
			...{ itemIndex: 0, name },
			state: { attempts: 1, failure: { ...FAILURE, message: `${name} refused` } },
		}));
		const refused = 'identify: identify refused; purchase: purchase refused';
		const again = 'Send this item again as it is: what was accepted is not sent again.';
		const some = messageError(NODE, failed, ['search']);
		const none = messageError(NODE, failed, []);
		expect([some, none].map(({ message, description }) => [message, description])).toEqual([
			[`${refused}; accepted: search [item 0]`, `Mend it.\n${again}`],
			[`${refused} [item 0]`, 'Mend it.'],
		]);
	});
});
