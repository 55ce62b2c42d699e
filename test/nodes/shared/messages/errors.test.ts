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

const NODE: INode = {
	id: '1',
	name: 'Bluecore Events',
	type: 'n8n-nodes-bluecore.bluecoreEvents',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

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

	test('for its only item says what is wrong with it', () => {
		const error = nothingSentError(NODE, badItems('A'), 1, false);
		expect([error.message, error.description, error.context.itemIndex]).toEqual([
			'A [item 0]',
			'Mend: A.',
			0,
		]);
	});

	test('says so when the item has other messages that could be sent', () => {
		const error = nothingSentError(NODE, badItems('A'), 1, true);
		expect(error.message).toBe('1 of 1 items cannot be sent, so nothing was sent: A [item 0]');
		expect(error.description).toBe(
			"Mend: A.\nTo send the others anyway, set On Error to Continue (using error output) in the node's settings.",
		);
	});

	test('because of one of several items counts them', () => {
		expect(textOf([bad(1, 'A')], 2)).toBe(
			'1 of 2 items cannot be sent, so nothing was sent: A [item 1]',
		);
	});

	test('names each item, if they are few and differ, or are only two', () => {
		expect(textOf(badItems('A', 'A'))).toMatch(/: A \[item 0\] · A \[item 1\]$/);
		expect(textOf(badItems('A', 'A', 'B'))).toMatch(
			/: A \[item 0\] · A \[item 1\] · B \[item 2\]$/,
		);
		const twenty = badItems(...Array.from({ length: 20 }, (_, n) => (n < 19 ? 'A' : 'B')));
		expect(textOf(twenty)).toMatch(/ · A \[item 18\] · B \[item 19\]$/);
	});

	test('says each problem once, if all items have the same, or if they are many', () => {
		expect(textOf(badItems('A', 'A', 'A'))).toMatch(/: A \[items 0–2\]$/);
		const many = badItems(...Array.from({ length: 21 }, (_, n) => (n < 20 ? 'A' : 'B')));
		expect(textOf(many)).toMatch(/: A \[items 0–19\] · B \[item 20\]$/);
	});

	test('names each message and each event of a batch', () => {
		const message = { number: 2, of: 3 };
		const three = [0, 1, 2].map((item) => bad(item, 'A', { message }));
		expect(textOf(three)).toMatch(
			/^3 messages in 3 of 3 items cannot be sent, .+: Message 2 of 3: A \[item 0\] · Message 2 of 3: A \[item 1\] · /,
		);
		expect(textOf([bad(0, 'A', { message })], 2)).toMatch(/^1 message in 1 of 2 items cannot/);
		const named = [bad(0, 'A'), bad(1, 'A'), bad(2, 'A', { name: 'purchase' })];
		expect(textOf(named)).toMatch(/: A \[item 0\] · A \[item 1\] · purchase: A \[item 2\]$/);
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
		expect([message, description]).toEqual([
			'A',
			"Check this node's credential and its parameters, and run it again.",
		]);
	});
});

const PROGRESS = {
	summary: '1 of 2 accepted',
	details: 'Accepted: item 0.',
	lists: { accepted: '0' },
};
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
		const error = deliveryError(NODE, failure, { itemIndex: 1 }, 2);
		expect([error.message, error.description, error.httpCode, error.context]).toEqual([
			'Refused. [item 1]',
			'Mend it.',
			'400',
			expect.objectContaining({
				itemIndex: 1,
				data: { attempts: 2, api_message: 'no', request_id: 'r-1' },
			}),
		]);
	});

	test('has only what is known, and ends the run with its progress', () => {
		const error = deliveryError(NODE, FAILURE, { itemIndex: 1 }, 1, PROGRESS);
		expect([error.message, error.description, error.httpCode, error.context.data]).toEqual([
			'Refused; 1 of 2 accepted [item 1]',
			'Mend it.\nAccepted: item 0.',
			null,
			{ attempts: 1, accepted: '0' },
		]);
	});

	test('is told together with the others of its message', () => {
		const failed = ['identify', 'purchase'].map((name) => ({
			itemIndex: 0,
			name,
			failure: { ...FAILURE, message: `${name} refused` },
			attempts: 1,
		}));
		const error = messageError(NODE, failed, ['search']);
		expect([error.message, error.description]).toEqual([
			'identify: identify refused; purchase: purchase refused; accepted: search [item 0]',
			'Mend it.\nSend this item again as it is: what was accepted is not sent again.',
		]);
		const none = messageError(NODE, failed, []);
		expect([none.message, none.description]).toEqual([
			'identify: identify refused; purchase: purchase refused [item 0]',
			'Mend it.',
		]);
	});
});
