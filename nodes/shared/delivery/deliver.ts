import { classifyFailure, classifyResponse, type Outcome, type Response } from './outcome';
import { OrderedQueue } from './orderedQueue';
import { RetryList } from './retryList';
import { MAX_RETRY_AFTER_MS, parseRetryAfter, retryDelay } from './retryDelay';
import type { Throttle } from './throttle';

export interface DeliverySettings {
	readonly maxConcurrency: number;
	/** 0: no limit. */
	readonly requestsPerSecond: number;
	readonly maxRetries: number;
	readonly retryBaseMs: number;
	readonly retryMaxMs: number;
	/** Whether to send again when it is unknown if the first try arrived. */
	readonly retryUnknownOutcome: boolean;
	/** Whether a request that was given up keeps all others from starting. */
	readonly stopOnFailure: boolean;
	/** Whether an answer with 2xx can be understood; one that cannot counts as a failure. All can without it. */
	isUsable?(response: Response): boolean;
}

/** What delivery needs from its surroundings; tests hold time and chance. */
export interface DeliveryContext {
	readonly throttle: Throttle;
	readonly signal?: AbortSignal;
	now(): number;
	random(): number;
	sleep(ms: number): Promise<void>;
}

/** One request to deliver. Those with the same `orderKey` are delivered one after another. */
export interface Call {
	readonly orderKey?: string;
	send(): Promise<Response>;
}

/** What became of a call. */
export interface Delivery {
	/** Of its last try; undefined for a call that was never started. */
	readonly outcome?: Outcome;
	/** How many tries were made. */
	readonly attempts: number;
	/** Whether it was accepted or given up; otherwise the run ended before it came to that. */
	readonly isSettled: boolean;
}

/** Waits are cut into such slices, so that what has become pointless ends soon after. */
const SLICE_MS = 250;

/** Waits until a time, or until waiting has become pointless. */
export async function waitUntil(
	time: number,
	isPointless: () => boolean,
	{ now, sleep }: Pick<DeliveryContext, 'now' | 'sleep'>,
): Promise<void> {
	for (let left = time - now(); left > 0 && !isPointless(); left = time - now()) {
		await sleep(Math.min(left, SLICE_MS));
	}
}

function shouldRetry(
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
	const queue = new OrderedQueue(calls.map(({ orderKey }) => orderKey));
	const retries = new RetryList();
	const attempts = new Uint32Array(calls.length);
	const outcomes: Array<Outcome | undefined> = new Array<undefined>(calls.length);
	const settled = new Set<number>();
	let isStopped = false;
	const isOver = () => isStopped || signal?.aborted === true;

	async function admission(): Promise<void> {
		for (;;) {
			const start = throttle.reserve(context.now(), settings.requestsPerSecond);
			await waitUntil(start, isOver, context);
			if (!isOver() && !throttle.isPaused(context.now())) return;
			throttle.release(start);
			if (isOver()) return;
		}
	}

	async function tryOnce(index: number): Promise<Outcome> {
		attempts[index]++;
		try {
			return classifyResponse(await calls[index].send());
		} catch (thrown) {
			return classifyFailure(thrown);
		}
	}

	/** When to try a call again, as a time; undefined when it is settled. */
	function retryTime(index: number, outcome: Outcome): number | undefined {
		if (outcome.kind === 'accepted') return undefined;
		const now = context.now();
		const response = outcome.kind === 'temporary' ? outcome.response : undefined;
		const retryAfterMs = parseRetryAfter(response?.headers['retry-after'], now);
		const delay = retryDelay({
			attempt: attempts[index],
			baseMs: settings.retryBaseMs,
			maxMs: settings.retryMaxMs,
			retryAfterMs,
			random: context.random(),
		});
		if (response?.statusCode === 429) throttle.pause(now + Math.min(delay, MAX_RETRY_AFTER_MS));
		const isLast = attempts[index] > settings.maxRetries;
		if (isLast || !shouldRetry(outcome, retryAfterMs, settings)) return undefined;
		return now + delay;
	}

	/** The next call to try: a retry that is due, else a new one; waits for a retry when there is nothing else to do. */
	async function nextIndex(): Promise<number | undefined> {
		while (!isOver()) {
			const due = retries.takeDue(context.now());
			const index = due ?? (retries.isFull ? undefined : queue.take());
			const next = retries.nextTime();
			if (index !== undefined || next === undefined) return index;
			await waitUntil(next, isOver, context);
		}
		return undefined;
	}

	async function worker(): Promise<void> {
		for (let index = await nextIndex(); index !== undefined; index = await nextIndex()) {
			await admission();
			if (isOver()) return;
			const outcome = await tryOnce(index);
			outcomes[index] = outcome;
			const retry = retryTime(index, outcome);
			if (retry !== undefined) {
				retries.add(index, retry);
				continue;
			}
			settled.add(index);
			const isGood = outcome.kind === 'accepted' && settings.isUsable?.(outcome.response) !== false;
			isStopped ||= settings.stopOnFailure && !isGood;
			queue.settle(index);
		}
	}

	await Promise.all(
		Array.from({ length: Math.min(settings.maxConcurrency, calls.length) }, worker),
	);
	return calls.map((_, index) => ({
		outcome: outcomes[index],
		attempts: attempts[index],
		isSettled: settled.has(index),
	}));
}
