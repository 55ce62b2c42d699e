import type { InvalidResponse, Response } from '../../../../nodes/shared/delivery/outcome';
import { answer } from '../../../support/developerOperations';
import { scriptedAccount, type ScriptedCall, type Step } from '../../../support/scriptedAccount';
import { rowsOf } from '../../../support/table';

/** An answer of 2xx that is not one of the API. */
const invalid = (mayHaveArrived: boolean) =>
	answer(200, { message: 'Not the API', fix: 'Check the URL.', mayHaveArrived });
const validateResponse = ({ body }: Response) =>
	Object.hasOwn(body as object, 'fix') ? (body as InvalidResponse) : undefined;

/** Delivers one call, and keeps when it was sent, and when it was asked about. */
async function play(
	call: Omit<ScriptedCall, 'name'>,
	settings?: Parameters<ReturnType<typeof scriptedAccount>['deliver']>[1],
) {
	const { deliver, log } = scriptedAccount();
	const { deliveries, results } = await deliver([{ name: 'a', ...call }], settings);
	return {
		delivery: deliveries[0],
		result: results[0],
		log: log.map((line) => line.slice(1).trim()).join(', '),
	};
}

test.each<[Step[], string]>([
	[[202], 'accepted 1 accepted'],
	[[500, 502, 503, 202], 'accepted 4 accepted'],
	[['ECONNRESET', 202], 'accepted 2 accepted'],
	[[503, 400], 'refused 2 refused'],
	[[503], 'refused 4 temporary'],
	[[429], 'refused 9 temporary'],
	[['ECONNREFUSED', 400], 'refused 2 refused'],
	[['ECONNRESET', 400], 'unknown 2 refused'],
	[['ECONNRESET', 503], 'unknown 4 temporary'],
	[['ECONNRESET', 'ECONNREFUSED', 400], 'unknown 3 refused'],
	[['ERR_CANCELED'], 'unknown 1 cancelled'],
	[[503, 'ECONNREFUSED'], 'notSent 4 notSent'],
	[['CERT_HAS_EXPIRED'], 'notSent 1 notSent'],
	[[invalid(true)], 'unknown 1 invalid'],
	[[invalid(false)], 'refused 1 invalid'],
	[['ECONNRESET', invalid(false)], 'unknown 2 invalid'],
])('of a call that meets %j is said: %s', async (steps, expected) => {
	expect((await play({ steps }, { validateResponse })).result).toBe(expected);
});

test('the answer is kept, but for its headers', async () => {
	const { delivery } = await play({ steps: [503, answer(202, 'ok', { date: 'now' })] });
	const outcome = { kind: 'accepted', response: answer(202, 'ok') };
	expect(delivery).toEqual({ fate: 'accepted', outcome, attempts: 2, isSettled: true });
});

test('the waits before retries double, and a server can ask for longer ones', async () => {
	const steps = [503, 503, answer(503, {}, { 'retry-after': '7' }), 202];
	expect((await play({ steps }, { retryBaseMs: 100 })).log).toBe('0, 50, 150, 7150');
});

test('a call is given up after an hour of waits, whatever retries are left', async () => {
	const settings = { maxRetries: 1000, retryBaseMs: 600_000, retryMaxMs: 600_000 };
	const { result, log } = await play({ steps: [503] }, settings);
	// The waits are five minutes each.
	expect([result, log.split(', ').at(-1)]).toEqual(['refused 13 temporary', '3600000']);
});

test('a refusal that is only about the rate of an account counts as a tenth of an attempt', async () => {
	const { deliver } = scriptedAccount();
	// Another run is accepted meanwhile, so the account works.
	const others = Array.from({ length: 60 }, (_, n) => ({ name: `${n}` }));
	const [, { results }] = await Promise.all([
		deliver(others, { requestsPerSecond: 5 }),
		deliver([{ name: 'a', steps: [429] }], { maxRetries: 1 }),
	]);
	expect(results).toEqual(['refused 11 temporary']);
});

const [PENDING, FINAL] = [answer(200, 'pending'), answer(200, 'final')];

test.each<[string, Step[], number, string, string]>([
	['until it is final', [PENDING, PENDING, FINAL], 300, 'accepted 3 accepted', '0 10 20'],
	['until the time is over', [PENDING], 25, 'accepted 3 accepted', '0 10 20'],
	['a first answer can be final', [FINAL], 300, 'accepted 1 accepted', '0'],
	['a first request can be refused', [404], 300, 'refused 1 refused', '0'],
	['the last answer stands', [PENDING, 503, 404], 300, 'accepted 3 accepted', '0 10 10.5'],
	['no retry goes beyond the time', [503], 1.2, 'refused 2 temporary', '0 0.5'],
	[
		'each answer has its own retries',
		[503, 503, 503, PENDING, 503, 503, 503, FINAL],
		300,
		'accepted 8 accepted',
		'0 0.5 1.5 3.5 13.5 14 15 17',
	],
])('asks again for the answer: %s', async (_what, steps, seconds, expected, starts) => {
	const isPending = ({ body }: Response) => body === PENDING.body;
	const poll = { isPending, everyMs: 10_000, until: seconds * 1000 };
	const { result, log, delivery } = await play({ steps }, { poll });
	const times = log.split(', ').map((time) => Number(time) / 1000);
	expect([result, times.join(' ')]).toEqual([expected, starts]);
	expect(delivery.pollFailure?.kind).toBe(
		steps.at(-1) === 404 && delivery.fate === 'accepted' ? 'refused' : undefined,
	);
});

const stepsOf = (text: string): Step[] => text.split(' ').map((step) => Number(step) || step);

test.each(
	rowsOf(`
		an answered call is not                | 202            | 200                | 0                                   | accepted 1 accepted
		one that is lost, but has arrived      | ECONNRESET     | 200                | 0, ? 500                            | accepted 1 accepted
		one that has not is sent again at once | ECONNRESET 202 | 404                | 0, ? 500, 500                       | accepted 2 accepted
		again after a failure                  | ECONNRESET     | 503 ECONNRESET 200 | 0, ? 500, ? 1000, ? 2000            | accepted 1 accepted
		until the retries are used up          | ECONNRESET     | 503                | 0, ? 500, ? 1000, ? 2000            | unknown 1 unknown
		a refused question leaves it unknown   | ECONNRESET     | 403                | 0, ? 500                            | unknown 1 unknown
		what never arrives was not sent        | ECONNRESET     | 404                | 0, ? 500, 500, ? 1500, 1500, ? 3500 | notSent 3 unknown
		the answer can be that it was refused  | ECONNRESET     | 409                | 0, ? 500                            | refused 1 refused
		where what arrived may be of another   | 409            | 200                | 0, of another? 0                    | accepted 1 accepted
		after a lost one it may be its own     | ECONNRESET 409 | 404 200            | 0, ? 500, 500, ? 500                | accepted 2 accepted
		which may be told of only later        | ECONNRESET 409 | 404 404 200        | 0, ? 500, 500, ? 500, 1500, ? 1500  | accepted 3 accepted
		or never                               | ECONNRESET 409 | 404                | 0, ? 500, 500, ? 500, 1500, ? 1500  | unknown 3 refused
		one of another may be never told of    | 409            | 404                | 0, of another? 0, 500, of another? 500, 1500, of another? 1500 | refused 3 refused
	`),
)('it is asked whether a call has arrived: %s', async (_what, steps, asks, log, result) => {
	const settings = { maxRetries: 2, retryUnknownOutcome: false };
	const played = await play({ steps: stepsOf(steps), asks: stepsOf(asks) }, settings);
	expect(played).toMatchObject({ log, result });
});

test('nobody asks whether it has arrived where the server asks to wait for more than ten minutes', async () => {
	const played = async (seconds: number) =>
		await play({ steps: [answer(504, {}, { 'retry-after': `${seconds}` })], asks: [200] });
	expect(await played(600)).toMatchObject({ log: '0, ? 600000', result: 'accepted 1 accepted' });
	expect(await played(601)).toMatchObject({ log: '0', result: 'unknown 1 temporary' });
});
