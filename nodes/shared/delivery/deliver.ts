import {
	classifyFailure,
	classifyResponse,
	type Fate,
	type InvalidResponse,
	type Outcome,
	type Response,
} from './outcome';
import { OrderedQueue } from './orderedQueue';
import {
	MAX_RETRY_AFTER_MS,
	MAX_TOTAL_WAIT_MS,
	parseRetryAfter,
	retryDelay,
	type RetrySettings,
} from './retryDelay';
import { Schedule } from './schedule';
import { SLICE_MS, type Clock, type Throttle } from './throttle';

/** How to ask again as long as the answer is not final. */
export interface PollSettings {
	isPending(response: Response): boolean;
	readonly everyMs: number;
	/** Since the beginning; then the last answer stands. */
	readonly forMs: number;
}

export interface DeliverySettings extends RetrySettings {
	readonly maxConcurrency: number;
	/** 0: no limit. */
	readonly requestsPerSecond: number;
	/** Of one try. */
	readonly timeoutMs: number;
	readonly maxRetries: number;
	/** Whether to send again when it is unknown if the first try arrived. */
	readonly retryUnknownOutcome: boolean;
	/** Whether a call that was given up keeps all others from starting. */
	readonly stopOnFailure: boolean;
	/** Whether an answer with 2xx can be understood; one that cannot counts as a failure. All can without it. */
	validateResponse?(response: Response): InvalidResponse | undefined;
	readonly poll?: PollSettings;
}

/** What delivery needs from its surroundings; tests hold time and chance. */
export interface DeliveryContext extends Clock {
	readonly throttle: Throttle;
	readonly signal?: AbortSignal;
	random(): number;
}

/** One request to deliver. Those with the same `orderKey` are delivered one after another. */
export interface Call {
	readonly orderKey?: string;
	send(signal: AbortSignal): Promise<Response>;
}

/** What became of a call. */
export interface Delivery {
	/** Of its last try; undefined for a call that was never started. */
	readonly outcome?: Outcome;
	/** How many tries were made. */
	readonly attempts: number;
	/** Whether it was accepted or given up; otherwise the run ended before it came to that. */
	readonly isSettled: boolean;
	readonly fate: Fate;
	/** Whether a try may have arrived although none was accepted. */
	readonly mayHaveArrived: boolean;
}

/** After so many failures without a success between them the service must be in trouble: only retries are tried. */
const TROUBLE = 100;
/** How often tries are looked at that take too long. */
const WATCH_MS = 1000;

/** A try that is under way. */
interface Try {
	readonly since: number;
	/** Ends it, whatever the request does. */
	end(outcome: Outcome): void;
}

/**
 * Sends all calls, at most `maxConcurrency` at once, and tells for each what became of it, in the order of the calls. It never
 * throws: what a call throws is its outcome. Once the execution is cancelled, or a call was given up and `stopOnFailure` is set,
 * nothing new starts, not even a retry.
 */
export async function deliver(
	calls: readonly Call[],
	settings: DeliverySettings,
	context: DeliveryContext,
): Promise<Delivery[]> {
	const { throttle, signal } = context;
	const { poll } = settings;
	const began = context.now();
	const queue = new OrderedQueue(calls.map(({ orderKey }) => orderKey));
	const waiting = new Schedule();
	const underWay = new Map<number, Try>();
	const attempts = new Uint32Array(calls.length);
	/** Tries since the last answer that was not final. */
	const tries = new Uint32Array(calls.length);
	const waitedMs = new Float64Array(calls.length);
	const isSettled = new Uint8Array(calls.length);
	const mayHaveArrived = new Uint8Array(calls.length);
	const outcomes: Array<Outcome | undefined> = new Array<undefined>(calls.length);
	let retriesWaiting = 0;
	let failuresInARow = 0;
	let isStopped = false;
	const isOver = () => isStopped || signal?.aborted === true;
	const isInTrouble = () => failuresInARow >= TROUBLE && retriesWaiting > 0;

	/** The next call to try: one whose time has come, else a new one; waits when there is nothing else to do. */
	async function next(): Promise<number | undefined> {
		while (!isOver()) {
			const due = waiting.takeDue(context.now());
			if (due !== undefined) {
				if (tries[due] > 0) retriesWaiting--;
				return due;
			}
			const index = isInTrouble() ? undefined : queue.take();
			const time = waiting.nextTime();
			if (index !== undefined || time === undefined) return index;
			await context.sleep(Math.min(time - context.now(), SLICE_MS));
		}
		return undefined;
	}

	async function tryOnce(index: number): Promise<Outcome> {
		attempts[index]++;
		tries[index]++;
		const request = new AbortController();
		const outcome = await new Promise<Outcome>((resolve) => {
			underWay.set(index, {
				since: context.now(),
				end: (ended) => {
					resolve(ended);
					request.abort();
				},
			});
			void watch();
			// Anything that is thrown, at once or later, is the outcome.
			Promise.resolve(request.signal)
				.then(async (abort) => await calls[index].send(abort))
				.then(classifyResponse, classifyFailure)
				.then(resolve, resolve);
		});
		underWay.delete(index);
		return outcome;
	}

	let isWatching = false;
	/** Ends tries that take too long: the request's own time-out begins anew with every byte that comes. */
	async function watch(): Promise<void> {
		if (isWatching) return;
		isWatching = true;
		while (underWay.size > 0) {
			await context.sleep(WATCH_MS);
			const latest = context.now() - settings.timeoutMs;
			// The oldest come first.
			for (const { since, end } of underWay.values()) {
				if (since > latest) break;
				end({ kind: 'unknown', code: 'ETIMEDOUT' });
			}
		}
		isWatching = false;
	}

	function endAll(): void {
		for (const { end } of underWay.values()) end({ kind: 'cancelled' });
	}

	/** When to try a call again, as a time; undefined when it is settled. */
	function timeOfNext(index: number, outcome: Outcome): number | undefined {
		const now = context.now();
		const until = poll ? began + poll.forMs : Infinity;
		if (outcome.kind === 'accepted') {
			failuresInARow = 0;
			if (!poll?.isPending(outcome.response)) return undefined;
			tries[index] = 0;
			return now + poll.everyMs <= until ? now + poll.everyMs : undefined;
		}
		const response = 'response' in outcome ? outcome.response : undefined;
		const retryAfterMs = parseRetryAfter(response?.headers['retry-after'], now);
		const delay = retryDelay({
			...settings,
			attempt: tries[index],
			retryAfterMs,
			random: context.random(),
		});
		if (response?.statusCode === 429) throttle.pause(now + Math.min(delay, MAX_RETRY_AFTER_MS));
		if (tries[index] > settings.maxRetries || !mayRetry(outcome, retryAfterMs, settings)) {
			return undefined;
		}
		failuresInARow++;
		waitedMs[index] += delay;
		if (waitedMs[index] > MAX_TOTAL_WAIT_MS || now + delay > until) return undefined;
		return now + delay;
	}

	async function worker(): Promise<void> {
		for (let index = await next(); index !== undefined; index = await next()) {
			if (!(await throttle.admit(isOver))) return;
			const outcome = await tryOnce(index);
			outcomes[index] = outcome;
			if (outcome.kind === 'unknown' || outcome.kind === 'cancelled') mayHaveArrived[index] = 1;
			const time = timeOfNext(index, outcome);
			throttle.finish(outcome.kind === 'accepted');
			if (time !== undefined) {
				waiting.add(index, time);
				if (tries[index] > 0) retriesWaiting++;
				continue;
			}
			isSettled[index] = 1;
			const problem =
				outcome.kind === 'accepted' ? settings.validateResponse?.(outcome.response) : undefined;
			if (problem && outcome.kind === 'accepted')
				outcomes[index] = { kind: 'invalid', response: outcome.response, problem };
			const isGood = outcome.kind === 'accepted' && !problem;
			isStopped ||= settings.stopOnFailure && !isGood;
			queue.settle(index);
		}
	}

	throttle.join(settings.requestsPerSecond);
	signal?.addEventListener('abort', endAll);
	await Promise.all(
		Array.from({ length: Math.min(settings.maxConcurrency, calls.length) }, worker),
	);
	signal?.removeEventListener('abort', endAll);
	throttle.leave(settings.requestsPerSecond);
	return calls.map((_call, index) => ({
		outcome: outcomes[index],
		attempts: attempts[index],
		isSettled: isSettled[index] === 1,
		mayHaveArrived: mayHaveArrived[index] === 1 && outcomes[index]?.kind !== 'accepted',
		fate: fateOf(outcomes[index], isSettled[index] === 1, mayHaveArrived[index] === 1),
	}));
}

function mayRetry(
	outcome: Outcome,
	retryAfterMs: number | undefined,
	settings: DeliverySettings,
): boolean {
	switch (outcome.kind) {
		case 'temporary':
			return (retryAfterMs ?? 0) <= MAX_RETRY_AFTER_MS;
		case 'not sent':
			return outcome.retryable;
		case 'unknown':
			return settings.retryUnknownOutcome;
		default:
			return false;
	}
}

function fateOf(outcome: Outcome | undefined, isSettled: boolean, mayHaveArrived: boolean): Fate {
	if (outcome?.kind === 'accepted') return 'accepted';
	if (outcome?.kind === 'invalid') return outcome.problem.mayHaveArrived ? 'unknown' : 'refused';
	if (mayHaveArrived) return 'unknown';
	return isSettled && (outcome?.kind === 'refused' || outcome?.kind === 'temporary')
		? 'refused'
		: 'notSent';
}
