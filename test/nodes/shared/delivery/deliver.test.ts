import type { DeliverySettings } from '../../../../nodes/shared/delivery/deliver';
import type { Response } from '../../../../nodes/shared/delivery/outcome';
import { EMAILS } from '../../../support/deliverySettings';
import { answer } from '../../../support/developerOperations';
import {
	asksToWait,
	scriptedAccount,
	type ScriptedCall,
	type Step,
} from '../../../support/scriptedAccount';

const call = (name: string, steps?: Step[], more?: Partial<ScriptedCall>): ScriptedCall => ({
	name,
	steps,
	...more,
});
const calls = (length: number, of: (index: number) => Partial<ScriptedCall>): ScriptedCall[] =>
	Array.from({ length }, (_, index) => ({ name: `${index}`, ...of(index) }));

const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000];

const PENDING = answer(200, 'pending');
const poll = {
	isPending: ({ body }: Response) => body === PENDING.body,
	everyMs: 5 * MINUTE,
	until: 10 * MINUTE,
};

test('nothing is delivered at once', async () => {
	expect((await scriptedAccount().deliver([])).results).toEqual([]);
});

test('results are in the order of the calls, and no more than the bound are in flight, to all accounts together', async () => {
	const { deliver, stats, clock } = scriptedAccount();
	const statusOf = (index: number) => (index % 7 === 0 ? 400 : 202);
	const { results } = await deliver(
		calls(60, (index) => ({ steps: [statusOf(index)], ms: 100, account: `${index % 3}` })),
		{ maxConcurrency: 4 },
	);
	expect(results).toEqual(
		Array.from({ length: 60 }, (_, index) =>
			statusOf(index) === 202 ? 'accepted 1 accepted' : 'refused 1 refused',
		),
	);
	expect([stats.most, clock.now()]).toEqual([4, 1500]);
});

test('those of one key go one after another, and nobody else waits for a retry, not even where one may be in flight', async () => {
	for (const maxConcurrency of [1, 10]) {
		const { deliver, stats, log } = scriptedAccount();
		const orderKey = 'same';
		const [first, second] = [
			call('a1', [503, 503, 202], { orderKey }),
			call('a2', [202], { orderKey }),
		];
		await deliver([first, second, call('b'), call('c')], { maxConcurrency });
		expect(log).toEqual(['a1 0', 'b 0', 'c 0', 'a1 500', 'a1 1500', 'a2 1500']);
		expect(stats.most).toBe(maxConcurrency === 1 ? 1 : 3);
	}
});

test.each([0, 3])('a 429 makes the account wait, with %d retries', async (maxRetries) => {
	const { deliver, log } = scriptedAccount();
	const settings = { maxRetries, maxConcurrency: 1 };
	await deliver([call('a', [asksToWait(7), 202]), call('b'), call('c')], settings);
	const [names, times] = [0, 1].map((part) => log.map((line) => line.split(' ')[part]));
	expect(names).toEqual(['a', ...(maxRetries > 0 ? ['a'] : []), 'b', 'c']);
	expect([times[0], times[1]]).toEqual(['0', '7000']);
	// How much the account takes is not known yet.
	expect(Number(times[times.length - 1])).toBeLessThan(7250);
});

test('the pause of one account, or its open circuit, does not concern others', async () => {
	const { deliver, log } = scriptedAccount();
	const { results } = await deliver(
		[
			call('pauses', [asksToWait(60), 202], { account: 'paused' }),
			call('dead', [asksToWait(86_400)], { account: 'dead' }),
			call('rejected', [202], { account: 'dead' }),
			call('retried', [503, 202], { account: 'other' }),
		],
		{ maxConcurrency: 1 },
	);
	expect(log).toEqual(['pauses 0', 'dead 0', 'retried 0', 'retried 500', 'pauses 60000']);
	const [paused, ...ofDead] = [
		'accepted 2 accepted',
		'refused 1 temporary',
		'notSent 0 circuitOpen',
	];
	expect(results).toEqual([paused, ...ofDead, paused]);
});

test('the Requests per Second of a run hold until it ends', async () => {
	const { deliver, log } = scriptedAccount();
	const three = calls(3, () => ({}));
	await deliver(three, { requestsPerSecond: 10 });
	await deliver(three);
	const times = log.map((line) => Number(line.split(' ')[1]).toFixed());
	// At 95 % of it; a start that is late may catch up 30 ms.
	expect(times.join(' ')).toBe('0 75 181 181 181 181');
});

describe('if the run is to stop at the first failure', () => {
	test('nothing new starts, no retry and no question for the next status; those in flight finish', async () => {
		const { deliver, log, clock } = scriptedAccount();
		const { results } = await deliver(
			[
				call('slow', [202], { ms: 500 }),
				call('retries', [503]),
				call('polls', [PENDING]),
				call('fails', [400], { ms: 100 }),
				call('new'),
			],
			{ stopOnFailure: true, maxConcurrency: 2, poll },
		);
		expect(log).toEqual(['slow 0', 'retries 0', 'polls 0', 'fails 0']);
		expect(clock.now()).toBe(500);
		expect(results).toEqual([
			'accepted 1 accepted',
			'notSent 1 temporary',
			'accepted 1 accepted',
			'refused 1 refused',
			'notSent 0 ',
		]);
	});

	test('it is found out what has arrived, of what is lost later, too', async () => {
		const { deliver, log } = scriptedAccount();
		const { results } = await deliver(
			[
				call('lost', ['ECONNRESET'], { asks: [404] }),
				call('fails', [400], { ms: 100 }),
				call('lost later', ['ECONNRESET'], { asks: [200], ms: 200 }),
			],
			{ stopOnFailure: true, retryUnknownOutcome: false },
		);
		expect(log.slice(3)).toEqual(['lost? 500', 'lost later? 700']);
		expect(results).toEqual(['notSent 1 unknown', 'refused 1 refused', 'accepted 1 accepted']);
	});
});

test('a run that is cancelled ends at once, and says what was settled and what may have arrived', async () => {
	for (const isPaused of [false, true]) {
		const { deliver, clock } = scriptedAccount();
		const { deliveries, results } = await deliver(
			[
				call('accepted'),
				call('retries', [503]),
				call('in flight', [202], { ms: MINUTE }),
				call(isPaused ? 'pauses' : 'asks', [isPaused ? asksToWait(60) : 'ECONNRESET'], {
					asks: [200],
				}),
				call('behind', [202], { orderKey: 'same', ms: MINUTE }),
				call('new', [202], { orderKey: 'same' }),
			],
			{},
			100,
		);
		expect(clock.now()).toBe(100);
		const settled = deliveries.flatMap(({ isSettled }, n) => (isSettled ? [n] : []));
		expect(settled).toEqual([0, 2, 4]);
		expect(results).toEqual([
			'accepted 1 accepted',
			'notSent 1 temporary',
			'unknown 1 cancelled',
			isPaused ? 'notSent 1 temporary' : 'unknown 1 unknown',
			'unknown 1 cancelled',
			'notSent 0 ',
		]);
	}
});

describe('an account that accepts nothing', () => {
	const EMAIL = { ...EMAILS, requestsPerSecond: 0 };
	const SHORT = { maxRetries: 2, retryBaseMs: 200, retryMaxMs: 400 };

	test.each<[string, number, Partial<DeliverySettings>, Step, number]>([
		['200 emails at 429', 200, EMAIL, 429, 10 * MINUTE],
		['1,000 events at 429', 1000, {}, 429, 40 * SECOND],
		['1,000 events that are to wait ten minutes each time', 1000, {}, asksToWait(600), 51 * MINUTE],
		['100 events that are to wait a day', 100, {}, asksToWait(86_400), SECOND],
		['1,000 events that are to wait a day', 1000, {}, asksToWait(86_400), SECOND],
		['300 events at 429 with short waits', 300, SHORT, 429, 11 * SECOND],
		['1,000 events at 503', 1000, {}, 503, 40 * SECOND],
		['20,000 emails at 503', 20_000, EMAIL, 503, 15 * MINUTE],
		['20,000 events without a connection', 20_000, {}, 'ECONNREFUSED', 40 * SECOND],
		['20,000 emails without a connection', 20_000, EMAIL, 'ECONNREFUSED', 15 * MINUTE],
	])('ends a run in the documented time: %s', async (_what, count, settings, step, longestMs) => {
		const { deliver, clock, log } = scriptedAccount();
		const given = calls(count, () => ({ steps: [step], ms: 50 }));
		const { deliveries, results } = await deliver(given, { ...settings, maxConcurrency: 50 });
		expect(clock.now()).toBeLessThanOrEqual(longestMs);
		expect(log.length).toBeLessThan(1500);
		expect(deliveries.every(({ isSettled, fate }) => isSettled && fate !== 'accepted')).toBe(true);
		expect(results.at(-1)).toBe('notSent 0 circuitOpen');
	});

	test('ends runs of one event a minute: no more than those of ten minutes wait', async () => {
		const { deliver, clock } = scriptedAccount();
		let [running, most] = [0, 0];
		const minutes = async () => {
			for (let n = 0; n < 170; n++) {
				most = Math.max(most, ++running);
				void deliver([call(`${n}`, [429], { ms: 50 })], EMAIL).then(() => running--);
				await clock.sleep(MINUTE);
			}
		};
		await clock.runUntil(minutes());
		expect(running).toBe(0);
		expect(most).toBeLessThanOrEqual(12);
	});

	test('gives up at once, and for good, all that wait for a retry or for the next status', async () => {
		const { deliver, clock } = scriptedAccount();
		const { deliveries, results } = await deliver(
			[
				call('status', [PENDING]),
				call('unknown', ['ECONNRESET']),
				call('refused', [503]),
				call('asks', [asksToWait(3600)], { ms: 100 }),
				call('behind', [202], { orderKey: 'same', ms: 10 }),
				call('not started', [202], { orderKey: 'same' }),
			],
			{ ...EMAIL, retryUnknownOutcome: true, poll },
		);
		expect(clock.now()).toBe(100);
		expect(results).toEqual([
			'accepted 1 accepted',
			'unknown 1 circuitOpen',
			'notSent 1 circuitOpen',
			'refused 1 temporary',
			'accepted 1 accepted',
			'accepted 1 accepted',
		]);
		const [{ pollFailure }, { outcome }] = deliveries;
		const open = { kind: 'circuitOpen', until: HOUR + 100 };
		expect([pollFailure, outcome]).toMatchObject([open, open]);
		expect(deliveries.every(({ isSettled }) => isSettled)).toBe(true);
	});
});

describe('while somebody sets the clock', () => {
	const NOON = Date.parse('2026-11-29T12:00:00Z');

	test.each([-HOUR, HOUR])('by %d ms, runs go on, and nothing in flight is lost', async (ms) => {
		const { deliver, clock, log } = scriptedAccount();
		clock.setDate(NOON);
		void clock.sleep(200).then(() => clock.setDate(clock.date() + ms));
		const { results } = await deliver(
			[
				call('retries', [503, 202], { ms: 100 }),
				call('in flight', [202], { ms: 500 }),
				call('pauses', [asksToWait(2), 202]),
			],
			{ retryUnknownOutcome: false, requestsPerSecond: 100 },
		);
		expect(results).toEqual(['accepted 2 accepted', 'accepted 1 accepted', 'accepted 2 accepted']);
		expect(Number(log.at(-1)?.split(' ').at(-1))).toBeLessThan(3000);
	});

	test('the date of Retry-After, and that until which nothing is sent, are of the time of day', async () => {
		const { deliver, clock, log } = scriptedAccount();
		clock.setDate(NOON);
		const untilDate = answer(429, {}, { 'retry-after': new Date(NOON + 5000).toUTCString() });
		const [{ outcome }] = (
			await deliver([call('a', [untilDate, asksToWait(3600)]), call('b')], { maxConcurrency: 1 })
		).deliveries.slice(1);
		expect(log).toEqual(['a 0', 'a 5000']);
		expect(outcome).toMatchObject({ kind: 'circuitOpen', until: NOON + 5000 + HOUR });
	});
});

describe('code that throws while an answer is read', () => {
	const fail = () => {
		throw new Error('a defect');
	};

	test('costs no call its result, and does not end the run', async () => {
		const { deliver } = scriptedAccount();
		const given = [call('a'), call('b', [400]), call('c')];
		const { results } = await deliver(given, { poll: { ...poll, isPending: fail } });
		expect(results).toEqual(['accepted 1 accepted', 'refused 1 refused', 'accepted 1 accepted']);
	});

	test('of the quota, leaves the request no longer in flight, and unknown what became of it', async () => {
		const settings = { maxConcurrency: 1, readQuota: fail };
		const { deliveries } = await scriptedAccount().deliver([call('a'), call('b')], settings);
		expect(deliveries.map(({ fate, outcome }) => [fate, outcome])).toEqual(
			Array(2).fill(['unknown', { kind: 'unknown', code: 'a defect' }]),
		);
	});
});
