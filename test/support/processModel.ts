import fc from 'fast-check';

import { COUNTINGS, limiter } from '../../bench/rateLimit';
import type { developerApi } from '../../nodes/Bluecore/developerApi';
import { sendMessage } from '../../nodes/Bluecore/sendMessage';
import type { Call, Delivery } from '../../nodes/shared/delivery/call';
import type { Clock } from '../../nodes/shared/delivery/clock';
import { deliver } from '../../nodes/shared/delivery/deliver';
import type { Response } from '../../nodes/shared/delivery/outcome';
import { retryAfterOf } from '../../nodes/shared/delivery/retry';
import { Throttle } from '../../nodes/shared/delivery/throttle';
import { SameCustomer } from '../../nodes/shared/run/acrossItems';
import { groupBy } from '../../nodes/shared/values/value';
import { Report } from '../../nodes/shared/values/report';
import { answer, EXECUTION, requestsIn } from './developerOperations';
import { fakeClock, type FakeClock } from './fakeClock';
import { itemOf } from './items';
import { randomFrom } from './limitedAccount';

/**
 * What a request meets on its way to the server and back. `late`: the connection breaks at once, and the request arrives much later;
 * the slow ones may take longer than the caller waits.
 */
const KINDS = [
	...(['answer', 'not sent', 'lost before', 'lost after', 'silence before', 'late'] as const),
	...(['silence after', 'slow there', 'slow back', '503', '504 after', '400'] as const),
	...(['no data after', 'page'] as const),
];
type Kind = (typeof KINDS)[number];

const TIMEOUT_MS = 3000;
/** The time-outs of attempts are checked once a second. */
const TIMEOUT_PRECISION_MS = 1000;
/** What is slow or late takes so many times as long. */
const SLOW = 20;
const LONGEST_WAY_MS = 500;
/** Times are fractions of milliseconds, whose sums are rounded. */
const ROUNDING_MS = 0.1;
/** The age of a message is told to about a second at each end. */
const AGE_PRECISION_MS = 2000;

/** Half of the time there is none. */
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 2, nil: undefined });
const kindOf = <T extends Kind>(weight: number, ...kinds: readonly T[]) => ({
	weight,
	arbitrary: fc.constantFrom(...kinds),
});
const customers = fc.array(fc.nat(3), { maxLength: 8 });
const wayMs = fc.oneof(
	fc.integer({ min: 1, max: 50 }),
	fc.integer({ min: 1, max: LONGEST_WAY_MS }),
);

const processScenario = fc.record({
	startMs: fc.nat(1000),
	/** The customers of the messages and of the events that it sends. */
	messages: customers,
	events: customers,
	settings: fc.record({
		// 0: automatic.
		maxConcurrency: fc.nat(6),
		requestsPerSecond: fc.constantFrom(0, 0, 5),
		timeoutMs: fc.constant(TIMEOUT_MS),
		maxRetries: fc.nat(5),
		retryBaseMs: fc.constantFrom(10, 1000),
		retryMaxMs: fc.constant(5000),
		retryUnknownOutcome: fc.boolean(),
		stopOnFailure: fc.boolean(),
	}),
	ifAlreadySent: fc.constantFrom('return' as const, 'fail' as const),
	/** It ends at these steps of its lives, and starts again so much later. */
	ends: fc.array(fc.record({ step: fc.integer({ min: 1, max: 80 }), restartMs: fc.nat(3000) }), {
		maxLength: 3,
	}),
	/** Its last life is cancelled after this time. */
	cancelMs: maybe(fc.nat(8000)),
});

const scenario = fc.record({
	seed: fc.nat(),
	processes: fc.tuple(processScenario, processScenario),
	/** What the first requests meet, in the order of their start. */
	fates: fc.array(
		fc.record({
			kind: fc.oneof(kindOf(1, 'answer'), kindOf(2, ...KINDS), kindOf(1, 'late')),
			thereMs: wayMs,
			backMs: wayMs,
		}),
		{ maxLength: 80 },
	),
	/** What all later requests meet. */
	rest: fc.oneof(kindOf(4, 'answer'), kindOf(1, '503', 'lost before', 'not sent')),
	counting: fc.constantFrom(...COUNTINGS),
	/** Calls a second that the server takes. */
	limit: fc.integer({ min: 2, max: 40 }),
	// The last one is longer than a run waits.
	retryAfter: maybe(fc.constantFrom(1, 3, 700)),
});

type ValueOf<A> = A extends fc.Arbitrary<infer T> ? T : never;
type ProcessScenario = ValueOf<typeof processScenario>;
type Scenario = ValueOf<typeof scenario>;

/** One message or event of a process; `position` is its place among those of its kind. */
interface Item {
	readonly id: string;
	readonly isMessage: boolean;
	readonly customer: string;
	readonly position: number;
}

/** A request. `life` is the number of the life of a process that makes it. */
interface Request {
	readonly life: number;
	readonly item: Item;
	readonly isQuestion: boolean;
	readonly sentAt: number;
	/** Infinite for one that never arrives. */
	arrivedAt: number;
	/** What the server says, of status 0 before it has arrived. */
	response: Response;
	/** Whether the server has taken the message or event by it. */
	isTaken: boolean;
	/** When its caller had the answer, or learned that there is none; infinite without either. */
	endedAt: number;
	/** Whether the caller was given the answer, if perhaps after the time-out. */
	isAnswered: boolean;
}

interface Result {
	readonly item: Item;
	readonly delivery: Delivery;
	/** What the output of a message that was accepted says. */
	readonly isAlreadySent?: boolean;
}

/** The output of a run that has ended by itself: of all messages or all events of one life of a process. */
interface Output {
	readonly life: number;
	readonly startedAt: number;
	readonly given: ProcessScenario;
	/** When it was cancelled; infinite if it was not. */
	readonly cancelledAt: number;
	readonly results: readonly Result[];
}

/** What nothing comes of any more. */
const never = async () => await new Promise<never>(() => undefined);

/** The account on the server: it takes each Message ID once, every event, and so many calls a second. Returns what receives a request. */
function account({ counting, limit, retryAfter, seed }: Scenario, clock: FakeClock) {
	const takenAt = new Map<string, number>();
	const isWithinLimit = limiter({ counting, perSecond: limit, retryAfter: false });
	const offset = randomFrom(seed)() * 1000;

	/** The answer to a request that is not looked at. */
	function refusal({ isMessage }: Item, kind: Kind): Response | undefined {
		if (kind === '503' || (kind === '504 after' && !isMessage)) return answer(503, {});
		if (kind === '400') return answer(400, { code: 3, message: 'refused' });
		if (kind === 'page' && isMessage) return answer(200, '<html></html>');
		if (isWithinLimit(clock.now() + offset)) return undefined;
		return answer(429, {}, retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) });
	}

	function answerMessage({ item: { id }, isQuestion }: Request): Response {
		const now = clock.now();
		const known = takenAt.get(id);
		if (!isQuestion && known !== undefined) return answer(409, { code: 6, message: 'used' });
		if (isQuestion && known === undefined) return answer(404, { code: 5, message: 'not found' });
		takenAt.set(id, known ?? now);
		const timestamp = new Date(known ?? now).toISOString();
		const body = { data: { statuses: [{ status: 'INITIATED', timestamp }] } };
		return answer(200, body, { date: new Date(now).toUTCString() });
	}

	return (request: Request, kind: Kind): void => {
		const { item, isQuestion } = request;
		request.arrivedAt = clock.now();
		const refused = refusal(item, kind);
		const response = refused ?? (item.isMessage ? answerMessage(request) : answer(202, {}));
		request.isTaken = !refused && !isQuestion && response.statusCode < 300;
		if (refused || !item.isMessage) request.response = response;
		else if (kind === '504 after') request.response = answer(504, {});
		else request.response = kind === 'no data after' ? answer(200, { ok: true }) : response;
	};
}

/** The network between the processes and the server. What is under way goes on when its process has ended. */
function networkTo(
	server: (request: Request, kind: Kind) => void,
	{ fates, rest }: Scenario,
	clock: FakeClock,
) {
	let requests = 0;
	const fail = (code: string) => Object.assign(new Error(code), { code });
	/** `arrive` is called when a request is at the server. */
	return async (request: Request, arrive: () => void): Promise<Response> => {
		const { kind, thereMs, backMs } = fates[requests++] ?? { kind: rest, thereMs: 20, backMs: 20 };
		const receive = () => {
			arrive();
			server(request, kind);
		};
		if (kind === 'not sent') throw fail('ECONNREFUSED');
		if (kind === 'silence before') return await never();
		if (kind === 'late') {
			void clock.sleep(backMs + SLOW * thereMs).then(receive);
			await clock.sleep(backMs);
			throw fail('ECONNRESET');
		}
		await clock.sleep(kind === 'slow there' ? SLOW * thereMs : thereMs);
		if (kind === 'lost before') throw fail('ECONNRESET');
		receive();
		if (kind === 'silence after') return await never();
		await clock.sleep(kind === 'slow back' ? SLOW * backMs : backMs);
		if (kind === 'lost after') throw fail('ECONNRESET');
		request.isAnswered = true;
		return request.response;
	};
}

/** One life of a process. It ends at a step: then nothing that it waits for comes any more, and nothing that it does has an effect. */
function lifeOf(clock: FakeClock, lastStep: number) {
	let steps = 0;
	const end = new AbortController();
	const isOver = () => end.signal.aborted;
	const ended = new Promise((resolve) => {
		end.signal.addEventListener('abort', resolve);
	});
	/** Takes a step, and says whether the process goes on. */
	const step = () => {
		if (++steps >= lastStep) end.abort();
		return !isOver();
	};
	const ownClock: Clock = {
		...clock,
		async sleep(ms) {
			await clock.sleep(ms);
			if (!step()) await never();
		},
	};
	return { clock: ownClock, step, ended, isOver };
}

/** Sends the request of an item. */
type Send = (item: Item, isQuestion: boolean) => Promise<Response>;

/** The calls of all messages of a process, as the node makes them, and whether an output says that its message was sent before. */
function messageCalls(
	messages: readonly Item[],
	{ ifAlreadySent }: ProcessScenario,
	throttle: Throttle,
	send: Send,
) {
	const ids = messages.map(({ id }) => id);
	const api: ReturnType<typeof developerApi> = async (_account, { path, body }) =>
		await send(messages[ids.indexOf(path[1])], body === undefined);
	const customers = new SameCustomer();
	const operation = sendMessage.create({ api, execution: EXECUTION, customers });
	const planned = messages.flatMap(({ id, customer }) => {
		const parameters = { campaignIds: '1', email: customer, messageId: id };
		const item = itemOf(parameters, new Report(), { options: { ifAlreadySent } });
		return requestsIn(operation.plan(item));
	});
	return {
		calls: planned.map((each): Call => ({ ...each, orderKey: each.customer, throttle })),
		validateResponse: operation.validateResponse,
		isAlreadySent: ({ outcome }: Delivery, index: number) =>
			outcome?.kind === 'accepted' &&
			operation.output(planned[index], outcome.response).already_sent === true,
	};
}

/** Runs both processes until they have ended by themselves, and then waits until nothing is under way any more. */
async function play(given: Scenario) {
	const requests: Request[] = [];
	const clock = fakeClock(0, randomFrom(given.seed));
	const network = networkTo(account(given, clock), given, clock);
	const outputs: Output[] = [];
	let lives = 0;

	/** One life of a process; says whether it has ended by itself. */
	async function live(process: ProcessScenario, items: readonly Item[], n: number) {
		const { ends, cancelMs = Infinity, settings } = process;
		const [life, startedAt] = [lives++, clock.now()];
		const { clock: own, step, ended, isOver } = lifeOf(clock, ends.at(n)?.step ?? Infinity);
		const abort = new AbortController();
		let cancelledAt = Infinity;
		if (n === ends.length && cancelMs < Infinity) {
			void clock.sleep(cancelMs).then(() => {
				cancelledAt = clock.now();
				abort.abort();
			});
		}
		const send: Send = async (item, isQuestion) => {
			if (!step()) return await never();
			const begun = { arrivedAt: Infinity, endedAt: Infinity, isTaken: false, isAnswered: false };
			const made = { life, item, isQuestion, sentAt: clock.now() };
			const request: Request = { ...made, ...begun, response: answer(0, undefined) };
			requests.push(request);
			try {
				return await network(request, step);
			} finally {
				request.endedAt = clock.now();
				if (!step()) await never();
			}
		};
		const throttle = new Throttle(own);
		const context = { ...own, signal: abort.signal };
		const keep = (results: readonly Result[]) => {
			if (!isOver()) outputs.push({ life, startedAt, given: process, cancelledAt, results });
		};

		async function runMessages() {
			const messages = items.filter(({ isMessage }) => isMessage);
			const { calls, validateResponse, isAlreadySent } = messageCalls(
				messages,
				process,
				throttle,
				send,
			);
			const deliveries = await deliver(calls, { ...settings, validateResponse }, context);
			keep(
				deliveries.map((delivery, index) => ({
					item: messages[index],
					delivery,
					isAlreadySent: isAlreadySent(delivery, index),
				})),
			);
		}

		async function runEvents() {
			const events = items.filter(({ isMessage }) => !isMessage);
			const calls = events.map((item): Call => ({
				throttle,
				orderKey: item.customer,
				send: async () => await send(item, false),
			}));
			const deliveries = await deliver(calls, settings, context);
			keep(deliveries.map((delivery, index) => ({ item: events[index], delivery })));
		}

		await Promise.race([Promise.all([runMessages(), runEvents()]), ended]);
		return !isOver();
	}

	async function runProcess(process: ProcessScenario, name: string) {
		const itemsOf = (of: readonly number[], isMessage: boolean) =>
			of.map((customer, position): Item => ({
				id: `${name}-${isMessage ? 'message' : 'event'}-${position}`,
				isMessage,
				customer: `c${customer}@example.com`,
				position,
			}));
		const items = [...itemsOf(process.messages, true), ...itemsOf(process.events, false)];
		await clock.sleep(process.startMs);
		for (let n = 0; !(await live(process, items, n)); n++) {
			await clock.sleep(process.ends[n].restartMs);
		}
	}

	// The operation reads the time of day itself.
	const time = jest.spyOn(performance, 'now').mockImplementation(() => clock.now());
	try {
		const [first, second] = given.processes;
		await clock.runUntil(Promise.all([runProcess(first, 'a'), runProcess(second, 'b')]));
		await clock.runUntil(clock.sleep((SLOW + 1) * LONGEST_WAY_MS));
	} finally {
		time.mockRestore();
	}
	return { requests, outputs };
}

/** When the caller of a request waits for it no longer; it notices that up to a second later. */
const waitsUntil = ({ sentAt, endedAt }: Request) => Math.min(endedAt, sentAt + TIMEOUT_MS);
/** Whether the caller got the answer, because it came before the time-out. */
const isInTime = ({ isAnswered, sentAt, endedAt }: Request) =>
	isAnswered && endedAt - sentAt < TIMEOUT_MS;
/** Whether the caller was given an answer of one of these statuses. */
const isAnswer = ({ isAnswered, response: { statusCode } }: Request, ...statuses: number[]) =>
	isAnswered && statuses.includes(statusCode);
/** Whether an answer says what the server has done with the call. */
const isClear = ({ response: { statusCode, body }, item }: Request) =>
	!item.isMessage ||
	(statusCode === 200 ? Object.hasOwn(body as object, 'data') : statusCode < 500);
/** Answers to questions of whether a message has arrived. */
const isNotFound = (each: Request) => each.isQuestion && each.response.statusCode === 404;
const isFound = (each: Request) =>
	each.isQuestion && each.response.statusCode === 200 && isClear(each);

const hasArrived = ({ arrivedAt }: Request) => arrivedAt < Infinity;
const isSend = ({ isQuestion }: Request) => !isQuestion;
const byArrival = (a: Request, b: Request) => a.arrivedAt - b.arrivedAt;
const isInOrder = (requests: readonly Request[]) =>
	requests.every(({ item }, at) => at === 0 || requests[at - 1].item.position <= item.position);
const isGivenUp = ({ isSettled, fate }: Delivery) => isSettled && fate !== 'accepted';

/** Notes each promise that is broken, and by what. */
type Note = (promise: string, isKept: boolean, ...about: unknown[]) => void;

/** What must be true of the sends of one life about one item that have arrived; `own`: with the questions about it. */
function checkSentAgain(own: readonly Request[], { given }: Output, note: Note): void {
	const sent = own.filter(isSend);
	for (const [at, again] of sent.slice(1).entries()) {
		const before = sent[at];
		if (before.item.isMessage) {
			const isKnown = own.some(
				(each) =>
					isNotFound(each) &&
					each.isAnswered &&
					each.sentAt >= before.sentAt &&
					each.endedAt <= again.sentAt,
			);
			note(
				'A message goes out again only after a 429, or after the server has said that it does not have it',
				isKnown || isAnswer(before, 429),
			);
		} else {
			const isRefusedForNow = isAnswer(before, 429, 503);
			note(
				'An event goes out again only if it was not taken for now, or if that is not known',
				isRefusedForNow || !isInTime(before),
			);
			note(
				'If it is not known, it goes out again only where that is wanted',
				isRefusedForNow || given.settings.retryUnknownOutcome,
			);
		}
	}
}

/** The messages or events of one customer are sent one after another in one life, in their order. */
function checkOrder(requests: readonly Request[], note: Note): void {
	const byCustomer = ({ life, item }: Request) => `${life} ${item.isMessage} ${item.customer}`;
	for (const sent of groupBy(requests.filter(isSend), byCustomer)) {
		const onTime = sent.filter((each) => each.arrivedAt <= waitsUntil(each)).sort(byArrival);
		note(
			'They arrive in their order, apart from those that come when their caller waits no longer',
			isInOrder(onTime),
			onTime,
		);
		note('None goes out, not even again, after a later one', isInOrder(sent), sent);
		note(
			'None goes out before the one before has ended',
			sent.slice(1).every(({ sentAt }, at) => sentAt >= waitsUntil(sent[at])),
			sent,
		);
	}
}

/** What the output says of an item that was accepted; `taken` is the request by which the server has it. */
function checkAccepted(
	{ item, isAlreadySent }: Result,
	isTakenByOwn: boolean,
	taken: Request | undefined,
	{ startedAt, given }: Output,
	note: Note,
): void {
	note('What is called accepted was taken', item.isMessage ? !!taken : isTakenByOwn);
	if (!item.isMessage || !taken) return;
	if (isAlreadySent) {
		note('A message that is called sent before was not sent by this run', !isTakenByOwn);
		note('It is accepted only where that is wanted', given.ifAlreadySent === 'return');
	} else {
		// What a life that has ended sent shortly before this one began, or what then arrived, is not told apart by its age.
		const earliest = startedAt - AGE_PRECISION_MS - TIMEOUT_MS - TIMEOUT_PRECISION_MS;
		note(
			'A message that is not called sent before was sent by this run, or about when it began or later',
			isTakenByOwn || taken.arrivedAt > earliest,
			taken,
		);
	}
}

/** The server has what the output says of an item. `own`: its requests in that life that have arrived; `all`: those of all lives. */
function checkResult(
	result: Result,
	own: readonly Request[],
	all: readonly Request[],
	output: Output,
	note: Note,
): void {
	const { fate, attempts, outcome, isSettled } = result.delivery;
	const sent = own.filter(isSend);
	const takenByOwn = own.filter(({ isTaken }) => isTaken);
	note('What is settled has an outcome', !isSettled || outcome !== undefined);
	if (fate === 'accepted') {
		const taken = all.find(({ item, isTaken }) => item === result.item && isTaken);
		checkAccepted(result, takenByOwn.length > 0, taken, output, note);
	} else if (fate === 'unknown') {
		// An attempt that never arrived may be later than the questions.
		if (output.cancelledAt < Infinity || sent.length < attempts) return;
		const isTold = (each: Request) => isInTime(each) && isClear(each);
		note('What is called unknown was not answered clearly', !sent.every(isTold));
		const since = sent.at(-1)?.sentAt ?? 0;
		const told = own.filter(
			(each) => each.sentAt >= since && (isFound(each) || isNotFound(each)) && isInTime(each),
		);
		note('Nor was a question about it', told.length === 0, told);
	} else {
		// When the server last said that it does not have the message, unless it has since said that its ID is used.
		const last = own
			.filter((each) => isAnswer(each, 404) || (isAnswer(each, 409) && isInTime(each)))
			.sort(byArrival)
			.at(-1);
		const notFoundAt = last && isNotFound(last) ? last.arrivedAt : Infinity;
		// Nobody can know of a call that arrives after that.
		note(
			'What is called refused or not sent was not taken from this run',
			takenByOwn.every(({ arrivedAt }) => arrivedAt > notFoundAt),
		);
		note(
			'What is called refused was answered, and not taken',
			fate === 'notSent' || own.some(({ isAnswered, isTaken }) => isAnswered && !isTaken),
		);
	}
}

/** When nothing goes out any more: after a cancellation, or once a call was given up, if the run stops then. */
function lastStart({ results, given, cancelledAt }: Output, ofLife: readonly Request[]): number {
	if (!given.settings.stopOnFailure) return cancelledAt;
	const endsOf = ({ item, delivery }: Result) => {
		const own = ofLife.filter((each) => each.item === item);
		// By a circuit that opens, it is given up later than at the end of its last request.
		const isByCircuit = delivery.outcome?.kind === 'circuitOpen';
		if (!isGivenUp(delivery) || isByCircuit || !own.some(isSend)) return Infinity;
		const timedOutAt = ({ sentAt }: Request) => sentAt + TIMEOUT_MS + TIMEOUT_PRECISION_MS;
		return Math.max(...own.map((each) => Math.min(each.endedAt, timedOutAt(each))));
	};
	return Math.min(cancelledAt, ...results.map(endsOf));
}

/** What must be true of the requests of one output, whether they arrive or not. `ofLife`: all of its process, which share a throttle. */
function checkRequests(
	output: Output,
	ofLife: readonly Request[],
	retryAfterMs: number,
	note: Note,
): void {
	const { results, given } = output;
	const { maxConcurrency, maxRetries, requestsPerSecond } = given.settings;
	const sends = ofLife.filter(isSend);
	for (const { item, delivery } of results) {
		const own = sends.filter((each) => each.item === item);
		note('All attempts are counted', delivery.attempts === own.length, item, own);
		// A refusal with 429 is about the account, and hardly counts as an attempt.
		const forRate = maxRetries > 0 ? own.filter((each) => isAnswer(each, 429)).length : 0;
		note('There are no more than the retries allow', own.length <= maxRetries + 1 + forRate, own);
		const { outcome } = delivery;
		if (outcome?.kind !== 'circuitOpen') continue;
		const openMs = Math.max(60_000, retryAfterOf(outcome.cause, 0)) - ROUNDING_MS;
		const openedAt = outcome.until - openMs;
		const meanwhile = sends.filter(({ sentAt }) => sentAt > openedAt && sentAt < outcome.until);
		note('Nothing goes out while the circuit is open', meanwhile.length === 0, meanwhile);
	}
	const items = new Set(results.map(({ item }) => item));
	const ofRun = sends.filter(({ item }) => items.has(item));
	const last = lastStart(output, ofLife);
	for (const each of ofRun) {
		const { sentAt } = each;
		note('Nothing goes out after a cancellation or a stop', sentAt <= last, each);
		const inFlight = ofRun.filter((other) => other.sentAt <= sentAt && waitsUntil(other) > sentAt);
		note('No more go out at once', inFlight.length <= (maxConcurrency || 512), inFlight);
		const within = ofRun.filter(
			(other) => other.sentAt >= sentAt && other.sentAt < sentAt + 1000 - ROUNDING_MS,
		);
		note('No more go out a second', within.length <= (requestsPerSecond || Infinity), within);
		const asksToWait = ofLife.filter(
			(other) =>
				isAnswer(other, 429) &&
				isInTime(other) &&
				other.endedAt < sentAt &&
				sentAt < other.endedAt + retryAfterMs - ROUNDING_MS,
		);
		note('A 429 makes all wait as long as it asks for', asksToWait.length === 0, each, asksToWait);
	}
}

/** Everything that must be true of two processes on one account, whatever ends, read from the requests and the outputs alone. */
async function check(given: Scenario): Promise<void> {
	const { requests, outputs } = await play(given);
	const broken: unknown[] = [];
	const note: Note = (promise, isKept, ...about) => {
		if (!isKept) broken.push({ promise, about });
	};
	const taken = requests.filter(({ item, isTaken }) => item.isMessage && isTaken);
	for (const same of groupBy(taken, ({ item }) => item.id)) {
		note('Each message is taken once, whatever ends and starts again', same.length === 1, same);
	}
	checkOrder(requests, note);
	for (const output of outputs) {
		const { cancelledAt, results } = output;
		const ofLife = requests.filter(({ life }) => life === output.life);
		checkRequests(output, ofLife, (given.retryAfter ?? 0) * 1000, note);
		for (const result of results) {
			const own = ofLife.filter((each) => each.item === result.item && hasArrived(each));
			const noteOf: Note = (promise, isKept, ...about) =>
				note(promise, isKept, ...about, result, own);
			checkResult(result, own, requests, output, noteOf);
			checkSentAgain(own, output, noteOf);
		}
		const isStopped =
			output.given.settings.stopOnFailure && results.some(({ delivery }) => isGivenUp(delivery));
		note(
			'A run that is not ended, cancelled or stopped settles all its calls',
			cancelledAt < Infinity || isStopped || results.every(({ delivery }) => delivery.isSettled),
			results,
		);
	}
	expect(broken).toEqual([]);
}

/** Plays so many random scenarios; says what is wrong with one, if anything is. */
export async function counterexample(numRuns: number, seed: number): Promise<string | undefined> {
	const settings = { numRuns, seed, includeErrorInReport: true };
	const result = await fc.check(fc.asyncProperty(scenario, check), settings);
	return fc.defaultReportMessage(result);
}
