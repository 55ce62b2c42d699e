import fc from 'fast-check';

import type { DeveloperApi } from '../../nodes/Bluecore/developerApi';
import { sendMessage } from '../../nodes/Bluecore/sendMessage';
import type { Call, Delivery } from '../../nodes/shared/delivery/call';
import type { Clock } from '../../nodes/shared/delivery/clock';
import { deliver, type DeliverySettings } from '../../nodes/shared/delivery/deliver';
import type { Response } from '../../nodes/shared/delivery/outcome';
import { retryAfterOf } from '../../nodes/shared/delivery/retry';
import { Throttle } from '../../nodes/shared/delivery/throttle';
import { SameCustomer } from '../../nodes/shared/run/acrossItems';
import { groupBy } from '../../nodes/shared/values/value';
import { Report } from '../../nodes/shared/values/report';
import { answer, EXECUTION, requestsIn } from './developerOperations';
import { fakeClock, type FakeClock } from './fakeClock';
import { itemOf } from './items';
import { limiter, randomFrom, type Counting } from './limitedAccount';

/**
 * What a request meets on its way to the server and back. `late`: the connection breaks at once, and the request arrives much later;
 * the slow ones may take longer than the caller waits.
 */
const KINDS = [
	'answer',
	'not sent',
	'lost before',
	'lost after',
	'silence before',
	'silence after',
	'late',
	'slow there',
	'slow back',
	'503',
	'504 after',
	'no data after',
	'page',
	'400',
] as const;

interface Fate {
	readonly kind: (typeof KINDS)[number];
	readonly thereMs: number;
	readonly backMs: number;
}

interface ProcessScenario {
	readonly startMs: number;
	/** The customers of the messages and of the events that it sends. */
	readonly messages: readonly number[];
	readonly events: readonly number[];
	readonly settings: DeliverySettings;
	readonly ifAlreadySent: 'return' | 'fail';
	/** It ends at these steps of its lives, and starts again so much later. */
	readonly ends: ReadonlyArray<{ readonly step: number; readonly restartMs: number }>;
	/** Its last life is cancelled after this time. */
	readonly cancelMs?: number;
}

interface Scenario {
	readonly seed: number;
	readonly processes: readonly [ProcessScenario, ProcessScenario];
	/** The fates of the first requests, in the order of their start. */
	readonly fates: readonly Fate[];
	/** What all later requests meet. */
	readonly rest: Fate['kind'];
	readonly counting: Counting;
	/** Calls a second that the server takes. */
	readonly limit: number;
	readonly retryAfter?: number;
}

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

const wayMs = fc.oneof(
	fc.integer({ min: 1, max: 50 }),
	fc.integer({ min: 1, max: LONGEST_WAY_MS }),
);

const processScenario: fc.Arbitrary<ProcessScenario> = fc.record(
	{
		startMs: fc.nat(1000),
		messages: fc.array(fc.nat(3), { maxLength: 8 }),
		events: fc.array(fc.nat(3), { maxLength: 8 }),
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
		ifAlreadySent: fc.constantFrom('return', 'fail'),
		ends: fc.array(fc.record({ step: fc.integer({ min: 1, max: 80 }), restartMs: fc.nat(3000) }), {
			maxLength: 3,
		}),
		cancelMs: fc.nat(8000),
	},
	{ requiredKeys: ['startMs', 'messages', 'events', 'settings', 'ifAlreadySent', 'ends'] },
);

export const scenario: fc.Arbitrary<Scenario> = fc.record(
	{
		seed: fc.nat(),
		processes: fc.tuple(processScenario, processScenario),
		fates: fc.array(
			fc.record({
				kind: fc.oneof(
					{ weight: 1, arbitrary: fc.constant('answer' as const) },
					{ weight: 2, arbitrary: fc.constantFrom(...KINDS) },
					{ weight: 1, arbitrary: fc.constant('late' as const) },
				),
				thereMs: wayMs,
				backMs: wayMs,
			}),
			{ maxLength: 80 },
		),
		rest: fc.oneof(
			{ weight: 4, arbitrary: fc.constant('answer' as const) },
			{ weight: 1, arbitrary: fc.constantFrom('503', 'lost before', 'not sent') },
		),
		counting: fc.constantFrom('sliding', 'fixed', 'bucket'),
		limit: fc.integer({ min: 2, max: 40 }),
		// The last one is longer than a run waits.
		retryAfter: fc.constantFrom(1, 3, 700),
	},
	{ requiredKeys: ['seed', 'processes', 'fates', 'rest', 'counting', 'limit'] },
);

/** One message or event of a process; `position` is its place among those of its kind. */
interface Item {
	readonly id: string;
	readonly isMessage: boolean;
	readonly customer: string;
	readonly position: number;
}

/** A request as its caller makes it. `life` is the number of the life of a process that makes it. */
interface Request {
	readonly life: number;
	readonly item: Item;
	readonly isQuestion: boolean;
	readonly sentAt: number;
	/** When its caller had an answer, or learned that there is none; infinite without either. */
	overAt: number;
	/** The status of that answer. */
	status?: number;
}

/** A request that has arrived, in the server's log. */
interface Arrival extends Request {
	readonly arrivedAt: number;
	readonly response: Response;
	readonly isTaken: boolean;
	/** When the answer was at its caller, or the connection broke; infinite if neither happened. */
	endedAt: number;
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

/** The account on the server: it takes each Message ID once, every event, and so many calls a second. */
function account({ counting, limit, retryAfter, seed }: Scenario, clock: FakeClock) {
	const log: Arrival[] = [];
	const takenAt = new Map<string, number>();
	const isWithinLimit = limiter(counting, () => limit, randomFrom(seed)() * 1000);

	function answerMessage({ item, isQuestion }: Request): { isTaken: boolean; response: Response } {
		const now = clock.now();
		const known = takenAt.get(item.id);
		const isTaken = !isQuestion && known === undefined;
		if (isTaken) takenAt.set(item.id, now);
		else if (!isQuestion) return { isTaken, response: answer(409, { code: 6, message: 'used' }) };
		else if (known === undefined) {
			return { isTaken, response: answer(404, { code: 5, message: 'not found' }) };
		}
		const timestamp = new Date(known ?? now).toISOString();
		const body = { data: { statuses: [{ status: 'INITIATED', timestamp }] } };
		return { isTaken, response: answer(200, body, { date: new Date(now).toUTCString() }) };
	}

	function answerTo(request: Request, kind: Fate['kind']) {
		const refuse = (response: Response) => ({ isTaken: false, response });
		const { isMessage } = request.item;
		if (kind === '503' || (kind === '504 after' && !isMessage)) return refuse(answer(503, {}));
		if (kind === '400') return refuse(answer(400, { code: 3, message: 'refused' }));
		if (kind === 'page' && isMessage) return refuse(answer(200, '<html></html>'));
		if (!isWithinLimit(clock.now())) {
			const headers: Response['headers'] = retryAfter ? { 'retry-after': String(retryAfter) } : {};
			return refuse(answer(429, {}, headers));
		}
		if (!isMessage) return { isTaken: true, response: answer(202, {}) };
		const { isTaken, response } = answerMessage(request);
		if (kind === '504 after') return { isTaken, response: answer(504, {}) };
		if (kind === 'no data after') return { isTaken, response: answer(200, { ok: true }) };
		return { isTaken, response };
	}

	return {
		log,
		/** A request arrives. */
		receive(request: Request, kind: Fate['kind'], endedAt = Infinity): Arrival {
			const answered = answerTo(request, kind);
			const times = { arrivedAt: clock.now(), endedAt };
			const arrival: Arrival = { ...request, ...answered, ...times, isAnswered: false };
			log.push(arrival);
			return arrival;
		},
	};
}

/** The network between the processes and the server. What is under way goes on when its process has ended. */
function networkTo(
	server: ReturnType<typeof account>,
	{ fates, rest }: Scenario,
	clock: FakeClock,
) {
	let requests = 0;
	const fail = (code: string) => Object.assign(new Error(code), { code });
	/** `arrive` is called when a request is at the server. */
	return async (request: Request, arrive: () => unknown): Promise<Response> => {
		const { kind, thereMs, backMs } = fates[requests++] ?? { kind: rest, thereMs: 20, backMs: 20 };
		const receive = (endedAt?: number) => {
			arrive();
			return server.receive(request, kind, endedAt);
		};
		if (kind === 'not sent') throw fail('ECONNREFUSED');
		if (kind === 'silence before') return await never();
		if (kind === 'late') {
			const brokenAt = clock.now() + backMs;
			void clock.sleep(backMs + SLOW * thereMs).then(() => receive(brokenAt));
			await clock.sleep(backMs);
			throw fail('ECONNRESET');
		}
		await clock.sleep(kind === 'slow there' ? SLOW * thereMs : thereMs);
		if (kind === 'lost before') throw fail('ECONNRESET');
		const arrival = receive();
		if (kind === 'silence after') return await never();
		await clock.sleep(kind === 'slow back' ? SLOW * backMs : backMs);
		arrival.endedAt = clock.now();
		if (kind === 'lost after') throw fail('ECONNRESET');
		arrival.isAnswered = true;
		return arrival.response;
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

/** Runs both processes until they have ended by themselves, and then waits until nothing is under way any more. */
async function play(given: Scenario) {
	const requests: Request[] = [];
	const random = randomFrom(given.seed);
	const clock = fakeClock(0, random);
	const server = account(given, clock);
	const network = networkTo(server, given, clock);
	const outputs: Output[] = [];
	let lives = 0;

	/** One life of a process; says whether it has ended by itself. */
	async function live(process: ProcessScenario, items: readonly Item[], n: number) {
		const end = process.ends.at(n);
		const life = lives++;
		const { clock: own, step, ended, isOver } = lifeOf(clock, end?.step ?? Infinity);
		const abort = new AbortController();
		let cancelledAt = Infinity;
		if (!end && process.cancelMs !== undefined) {
			void clock.sleep(process.cancelMs).then(() => {
				cancelledAt = clock.now();
				abort.abort();
			});
		}
		const send = async (item: Item, isQuestion: boolean): Promise<Response> => {
			if (!step()) return await never();
			const request: Request = { life, item, isQuestion, sentAt: clock.now(), overAt: Infinity };
			requests.push(request);
			try {
				const response = await network(request, step);
				request.status = response.statusCode;
				return response;
			} finally {
				request.overAt = clock.now();
				if (!step()) await never();
			}
		};
		const throttle = new Throttle(own);
		const startedAt = clock.now();
		const { settings } = process;
		const context = { ...own, signal: abort.signal };

		async function runMessages() {
			const messages = items.filter(({ isMessage }) => isMessage);
			const ids = messages.map(({ id }) => id);
			const api: DeveloperApi = async (_account, { method, path }) =>
				await send(messages[ids.indexOf(path[1])], method === 'GET');
			const operation = sendMessage.create({
				api,
				execution: EXECUTION,
				customers: new SameCustomer(),
			});
			const planned = messages.flatMap(({ id, customer }) => {
				const parameters = { campaignIds: '1', email: customer, messageId: id };
				const options = { ifAlreadySent: process.ifAlreadySent };
				return requestsIn(operation.plan(itemOf(parameters, new Report(), { options })));
			});
			const calls = planned.map((request): Call => ({
				...request,
				orderKey: request.customer,
				throttle,
			}));
			const { validateResponse } = operation;
			const deliveries = await deliver(calls, { ...settings, validateResponse }, context);
			return deliveries.map((delivery, index) => {
				const { outcome } = delivery;
				const output =
					outcome?.kind === 'accepted'
						? operation.output(planned[index], outcome.response)
						: undefined;
				return { item: messages[index], delivery, isAlreadySent: output?.already_sent === true };
			});
		}

		async function runEvents() {
			const events = items.filter(({ isMessage }) => !isMessage);
			const calls = events.map((item): Call => ({
				throttle,
				orderKey: item.customer,
				send: async () => await send(item, false),
			}));
			const deliveries = await deliver(calls, settings, context);
			return deliveries.map((delivery, index) => ({ item: events[index], delivery }));
		}

		const keep = async (run: () => Promise<Output['results']>) => {
			const results = await run();
			if (!isOver()) outputs.push({ life, startedAt, given: process, cancelledAt, results });
		};
		await Promise.race([Promise.all([keep(runMessages), keep(runEvents)]), ended]);
		return !isOver();
	}

	async function runProcess(process: ProcessScenario, name: string) {
		const itemOfKind =
			(isMessage: boolean) =>
			(customer: number, position: number): Item => ({
				id: `${name}-${isMessage ? 'message' : 'event'}-${position}`,
				isMessage,
				customer: `c${customer}@example.com`,
				position,
			});
		const items = [
			...process.messages.map(itemOfKind(true)),
			...process.events.map(itemOfKind(false)),
		];
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
	return { log: server.log, requests, outputs };
}

/** Whether the caller got the answer, because it came before the time-out. */
const isInTime = ({ isAnswered, sentAt, endedAt }: Arrival) =>
	isAnswered && endedAt - sentAt < TIMEOUT_MS;

/** Whether an answer says what the server has done with the call. */
const isClear = ({ response: { statusCode, body }, item }: Arrival) =>
	!item.isMessage ||
	(statusCode === 200 ? Object.hasOwn(body as object, 'data') : statusCode < 500);

/** Answers to questions of whether a message has arrived. */
const isNotFound = ({ isQuestion, response }: Arrival) => isQuestion && response.statusCode === 404;
const isFound = (each: Arrival) =>
	each.isQuestion && each.response.statusCode === 200 && isClear(each);

/** When the server has last told a run that it does not have a message, unless it has since said that its ID is used; else infinite. */
function notFoundAt(own: readonly Arrival[]): number {
	const told = own
		.filter((each) => each.isAnswered)
		.filter((each) => isNotFound(each) || (each.response.statusCode === 409 && isInTime(each)))
		.sort((a, b) => a.arrivedAt - b.arrivedAt)
		.at(-1);
	return told && isNotFound(told) ? told.arrivedAt : Infinity;
}

/** Notes each promise that is broken, and by what. */
type Note = (promise: string, isKept: boolean, ...about: unknown[]) => void;

const sendsOf = (own: readonly Arrival[]) => own.filter(({ isQuestion }) => !isQuestion);
const positionsOf = (arrivals: readonly Arrival[]) => arrivals.map(({ item }) => item.position);
const isAscending = (numbers: readonly number[]) =>
	numbers.every((number, at) => at === 0 || numbers[at - 1] <= number);
const bySentAt = (a: Arrival, b: Arrival) => a.sentAt - b.sentAt;

/** What must be true of the calls of one life about one item, in the order in which they were sent. */
function checkSentAgain(own: readonly Arrival[], settings: DeliverySettings, note: Note): void {
	const sent = sendsOf(own);
	for (const [at, again] of sent.slice(1).entries()) {
		const before = sent[at];
		const { item, sentAt, isAnswered, response } = before;
		const isRefusedForNow = isAnswered && [429, 503].includes(response.statusCode);
		if (item.isMessage) {
			const isKnown = own.some(
				(each) =>
					isNotFound(each) &&
					each.isAnswered &&
					each.sentAt >= sentAt &&
					each.endedAt <= again.sentAt,
			);
			const isOverRate = isAnswered && response.statusCode === 429;
			note(
				'A message goes out again only after a 429, or after the server has said that it does not have it',
				isKnown || isOverRate,
				before,
				again,
			);
		} else {
			note(
				'An event goes out again only if it was not taken for now, or if that is not known',
				isRefusedForNow || !isInTime(before),
				before,
				again,
			);
			note(
				'If it is not known, it goes out again only where that is wanted',
				isRefusedForNow || settings.retryUnknownOutcome,
				before,
				again,
			);
		}
	}
}

/** The messages or events of one customer are sent one after another in one life, in their order. */
function checkOrder(log: readonly Arrival[], note: Note): void {
	const byCustomer = ({ life, item }: Arrival) => `${life} ${item.isMessage} ${item.customer}`;
	for (const arrivals of groupBy(sendsOf(log), byCustomer)) {
		const onTime = arrivals.filter(
			({ sentAt, arrivedAt, endedAt }) => arrivedAt <= Math.min(endedAt, sentAt + TIMEOUT_MS),
		);
		note(
			'They arrive in their order, apart from those that come when their caller waits no longer',
			isAscending(positionsOf(onTime)),
			onTime,
		);
		const asSent = [...arrivals].sort(bySentAt);
		note(
			'None goes out, not even again, after a later one',
			isAscending(positionsOf(asSent)),
			asSent,
		);
		for (const [at, next] of asSent.slice(1).entries()) {
			const { endedAt, sentAt } = asSent[at];
			note(
				'None goes out before the one before has ended',
				next.sentAt >= Math.min(endedAt, sentAt + TIMEOUT_MS),
				asSent[at],
				next,
			);
		}
	}
}

/** What the output says of an item that was accepted. */
function checkAccepted(
	{ item, isAlreadySent }: Result,
	takenByOwn: readonly Arrival[],
	log: readonly Arrival[],
	{ startedAt, given }: Output,
	note: Note,
): void {
	if (!item.isMessage) {
		note('What is called accepted was taken', takenByOwn.length > 0);
		return;
	}
	const taken = log.find((each) => each.item === item && each.isTaken);
	note('What is called accepted was taken', taken !== undefined);
	if (!taken) return;
	if (isAlreadySent) {
		note('A message that is called sent before was not sent by this run', takenByOwn.length === 0);
		note('It is accepted only where that is wanted', given.ifAlreadySent === 'return');
	} else {
		// What a life that has ended sent shortly before this one began, or what then arrived, is not told apart by its age.
		const earliest = startedAt - AGE_PRECISION_MS - TIMEOUT_MS - TIMEOUT_PRECISION_MS;
		note(
			'A message that is not called sent before was sent by this run, or about when it began or later',
			takenByOwn.length > 0 || taken.arrivedAt > earliest,
			taken,
		);
	}
}

/** The log has what the output says of an item. `own`: its calls in that life, in the order in which they were sent. */
function checkResult(
	result: Result,
	own: readonly Arrival[],
	log: readonly Arrival[],
	output: Output,
	note: Note,
): void {
	const { delivery } = result;
	const { fate, attempts, outcome, isSettled } = delivery;
	const sent = sendsOf(own);
	const takenByOwn = own.filter(({ isTaken }) => isTaken);
	note('What is settled has an outcome', !isSettled || outcome !== undefined);
	if (fate === 'accepted') {
		checkAccepted(result, takenByOwn, log, output, note);
	} else if (fate === 'unknown') {
		if (output.cancelledAt < Infinity) return;
		const isTold = (each: Arrival) => isInTime(each) && isClear(each);
		note(
			'What is called unknown was not answered clearly',
			sent.length < attempts || !sent.every(isTold),
		);
		const since = sent.at(-1)?.sentAt ?? 0;
		const told = own.filter(
			(each) => each.sentAt >= since && (isFound(each) || isNotFound(each)) && isInTime(each),
		);
		// An attempt that never arrived may be later than the questions.
		note('Nor was a question about it', sent.length < attempts || told.length === 0, told);
	} else {
		// Nobody can know of a call that arrives after the server has said that it does not have the message.
		const lastNotFound = notFoundAt(own);
		note(
			'What is called refused or not sent was not taken from this run',
			takenByOwn.every(({ arrivedAt }) => arrivedAt > lastNotFound),
		);
		note(
			'What is called refused was answered, and not taken',
			fate === 'notSent' || own.some(({ isAnswered, isTaken }) => isAnswered && !isTaken),
		);
	}
}

/** What must be true of the requests of one output, whether they arrive or not. `ofLife`: all of its process, which share a throttle. */
function checkRequests(
	{ results, given: { settings }, cancelledAt }: Output,
	ofLife: readonly Request[],
	retryAfterMs: number,
	note: Note,
): void {
	const { maxConcurrency, maxRetries, requestsPerSecond, stopOnFailure } = settings;
	const latestEnd = ({ sentAt, overAt }: Request) =>
		Math.min(overAt, sentAt + TIMEOUT_MS + TIMEOUT_PRECISION_MS);
	const sends = ofLife.filter(({ isQuestion }) => !isQuestion);
	let firstGivenUp = Infinity;
	for (const { item, delivery } of results) {
		const own = sends.filter((each) => each.item === item);
		note('All attempts are counted', delivery.attempts === own.length, item, own);
		// A refusal with 429 is about the account, and hardly counts as an attempt.
		const forRate = maxRetries > 0 ? own.filter(({ status }) => status === 429).length : 0;
		note('There are no more than the retries allow', own.length <= maxRetries + 1 + forRate, own);
		const isGivenUp = delivery.isSettled && delivery.fate !== 'accepted';
		// By a circuit that opens, it is given up later than at the end of its last request.
		if (!isGivenUp || delivery.outcome?.kind === 'circuitOpen' || own.length === 0) continue;
		const all = ofLife.filter((each) => each.item === item);
		firstGivenUp = Math.min(firstGivenUp, Math.max(...all.map(latestEnd)));
	}
	for (const { outcome } of results.map(({ delivery }) => delivery)) {
		if (outcome?.kind !== 'circuitOpen') continue;
		const openMs = Math.max(60_000, retryAfterOf(outcome.cause, 0)) - ROUNDING_MS;
		const openedAt = outcome.until - openMs;
		const meanwhile = sends.filter(({ sentAt }) => sentAt > openedAt && sentAt < outcome.until);
		note('Nothing goes out while the circuit is open', meanwhile.length === 0, meanwhile);
	}
	const items = new Set(results.map(({ item }) => item));
	for (const each of sends.filter(({ item }) => items.has(item))) {
		const { sentAt } = each;
		note('Nothing goes out after a cancellation', sentAt <= cancelledAt, each);
		note('Nothing goes out after a stop', !stopOnFailure || sentAt <= firstGivenUp, each);
		const underWay = sends.filter(
			(other) =>
				items.has(other.item) &&
				other.sentAt <= sentAt &&
				Math.min(other.overAt, other.sentAt + TIMEOUT_MS) > sentAt,
		);
		note('No more go out at once', underWay.length <= (maxConcurrency || 512), underWay);
		const within = sends.filter(
			(other) => other.sentAt >= sentAt && other.sentAt < sentAt + 1000 - ROUNDING_MS,
		);
		note('No more go out a second', within.length <= (requestsPerSecond || Infinity), within);
		const asksToWait = ofLife.filter(
			({ status, overAt }) =>
				status === 429 && overAt < sentAt && sentAt < overAt + retryAfterMs - ROUNDING_MS,
		);
		note('A 429 makes all wait as long as it asks for', asksToWait.length === 0, each, asksToWait);
	}
}

/** The promises that are broken, read from the server's log, the requests and the outputs alone. */
function brokenPromises(
	{ log, requests, outputs }: Awaited<ReturnType<typeof play>>,
	retryAfterMs: number,
): unknown[] {
	const broken: unknown[] = [];
	const note: Note = (promise, isKept, ...about) => {
		if (!isKept) broken.push({ promise, about });
	};
	const callOf = (life: number, item: Item) => `${life} ${item.id}`;
	const ownCalls = new Map(
		groupBy(log, ({ life, item }) => callOf(life, item)).map((own) => [
			callOf(own[0].life, own[0].item),
			own.sort(bySentAt),
		]),
	);
	for (const taken of groupBy(
		log.filter(({ item, isTaken }) => item.isMessage && isTaken),
		({ item }) => item.id,
	)) {
		note('Each message is taken once, whatever ends and starts again', taken.length === 1, taken);
	}
	checkOrder(log, note);
	for (const output of outputs) {
		const { life, cancelledAt, given, results } = output;
		const ofLife = requests.filter((request) => request.life === life);
		checkRequests(output, ofLife, retryAfterMs, note);
		for (const result of results) {
			const own = ownCalls.get(callOf(life, result.item)) ?? [];
			const noteOf: Note = (promise, isKept, ...about) =>
				note(promise, isKept, ...about, result, own);
			checkResult(result, own, log, output, noteOf);
			checkSentAgain(own, given.settings, note);
		}
		const isStopped =
			given.settings.stopOnFailure &&
			results.some(({ delivery }) => delivery.isSettled && delivery.fate !== 'accepted');
		note(
			'A run that is not ended, cancelled or stopped settles all its calls',
			cancelledAt < Infinity || isStopped || results.every(({ delivery }) => delivery.isSettled),
			results,
		);
	}
	return broken;
}

/** Everything that must be true of two processes on one account, whatever ends. */
export async function check(given: Scenario): Promise<void> {
	const { retryAfter = 0 } = given;
	expect(brokenPromises(await play(given), retryAfter * 1000)).toEqual([]);
}
