import { Job, type Call, type Delivery } from './job';
import { OrderedQueue } from './orderedQueue';
import {
	classifyResponse,
	showsRecovery,
	type InvalidResponse,
	type Outcome,
	type Response,
} from './outcome';
import {
	MAX_RETRY_AFTER_MS,
	MAX_TOTAL_WAIT_MS,
	parseRetryAfter,
	retryDelay,
	type RetrySettings,
} from './retryDelay';
import { shouldRetry, type RetryPolicy } from './retryPolicy';
import { Schedule } from './schedule';
import { MAX_SLEEP_MS, type Clock } from './throttle';
import { Watchdog } from './watchdog';

export type { Call, Delivery };

/** How to ask again until the answer is final. */
export interface PollSettings {
	isPending(response: Response): boolean;
	readonly everyMs: number;
	/** From the beginning; then the last answer stands. */
	readonly forMs: number;
}

export interface DeliverySettings extends RetrySettings, RetryPolicy {
	readonly maxConcurrency: number;
	/** 0: no limit. */
	readonly requestsPerSecond: number;
	/** Of one attempt. */
	readonly timeoutMs: number;
	/** Whether nothing new starts after a call was given up. */
	readonly stopOnFailure: boolean;
	/** What is wrong with an answer of 2xx; without it such answers are all accepted. */
	validateResponse?(response: Response): InvalidResponse | undefined;
	readonly poll?: PollSettings;
}

/** What delivery needs from its surroundings; tests replace time and chance. */
export interface DeliveryContext extends Clock {
	readonly signal?: AbortSignal;
	random(): number;
}

/** After so many failures without a success between them only retries are sent, as long as there are any. */
const ONLY_RETRIES_AFTER = 100;

/**
 * Sends all calls, at most `maxConcurrency` at once, and returns what became of each, in the order of the calls. Never throws:
 * what a call throws is its outcome. Once the execution is cancelled, or a call was given up and `stopOnFailure` is set, nothing
 * new starts, not even a retry.
 */
export async function deliver(
	calls: readonly Call[],
	settings: DeliverySettings,
	context: DeliveryContext,
): Promise<Delivery[]> {
	const { signal } = context;
	const throttles = new Set(calls.map(({ throttle }) => throttle));
	const { poll } = settings;
	const pollUntil = poll ? context.now() + poll.forMs : Infinity;
	const jobs = calls.map((call) => new Job(call));
	const queue = new OrderedQueue(jobs);
	const waiting = new Schedule<Job>();
	const watchdog = new Watchdog(context, settings.timeoutMs);
	const cancelAll = () => watchdog.cancelAll();
	let retriesWaiting = 0;
	let failuresInARow = 0;
	let isStopped = false;
	const isOver = () => isStopped || signal?.aborted === true;
	const mayStartNew = () => failuresInARow < ONLY_RETRIES_AFTER || retriesWaiting === 0;

	/** The next job to send: one whose wait is over, else a new one; waits while there is none. */
	async function nextJob(): Promise<Job | undefined> {
		while (!isOver()) {
			const due = waiting.takeDue(context.now());
			if (due) {
				if (due.tries > 0) retriesWaiting--;
				return due;
			}
			const job = mayStartNew() ? queue.take() : undefined;
			const time = waiting.nextTime();
			if (job || time === undefined) return job;
			await context.sleep(Math.min(time - context.now(), MAX_SLEEP_MS));
		}
		return undefined;
	}

	async function attempt({ call }: Job): Promise<Outcome> {
		return await watchdog.run(async (abort) =>
			classifyResponse(await call.send(abort), settings.validateResponse),
		);
	}

	/** When to ask again after an answer that is not final; undefined when it stands. */
	function nextPoll(job: Job, response: Response): number | undefined {
		failuresInARow = 0;
		if (!poll?.isPending(response)) return undefined;
		job.tries = 0;
		return context.now() + poll.everyMs;
	}

	/** When to send a job again after an attempt that was not accepted; undefined when it is given up. */
	function nextRetry(job: Job, outcome: Outcome): number | undefined {
		const now = context.now();
		const response = 'response' in outcome ? outcome.response : undefined;
		const retryAfterMs = parseRetryAfter(response?.headers['retry-after'], now);
		const timing = { ...settings, attempt: job.tries, retryAfterMs, random: context.random() };
		const delay = retryDelay(timing);
		if (response?.statusCode === 429) {
			job.call.throttle.pause(now + Math.min(delay, MAX_RETRY_AFTER_MS));
		}
		if (!shouldRetry(outcome, job.tries, retryAfterMs, settings)) return undefined;
		failuresInARow++;
		job.waitedMs += delay;
		return job.waitedMs <= MAX_TOTAL_WAIT_MS ? now + delay : undefined;
	}

	async function worker(): Promise<void> {
		for (let job = await nextJob(); job; job = await nextJob()) {
			const { throttle } = job.call;
			if (!(await throttle.admit(isOver))) return;
			const outcome = await attempt(job);
			job.recordAttempt(outcome);
			const isAccepted = outcome.kind === 'accepted';
			const time = isAccepted ? nextPoll(job, outcome.response) : nextRetry(job, outcome);
			throttle.finish(showsRecovery(outcome));
			if (time !== undefined && time <= pollUntil) {
				waiting.add(job, time);
				if (job.tries > 0) retriesWaiting++;
				continue;
			}
			job.isSettled = true;
			isStopped ||= settings.stopOnFailure && job.isFailed;
			queue.settle(job);
		}
	}

	for (const throttle of throttles) throttle.join(settings.requestsPerSecond);
	signal?.addEventListener('abort', cancelAll);
	const workers = Math.min(settings.maxConcurrency, calls.length);
	await Promise.all(Array.from({ length: workers }, worker));
	signal?.removeEventListener('abort', cancelAll);
	for (const throttle of throttles) throttle.leave(settings.requestsPerSecond);
	return jobs.map((job) => job.toDelivery());
}
