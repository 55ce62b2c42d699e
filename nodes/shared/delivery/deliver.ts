import { MAX_AUTOMATIC_CONCURRENCY } from './concurrencyLimit';
import { Job, type Call, type Delivery } from './job';
import { OrderedQueue } from './orderedQueue';
import type { Outcome, Response, ValidateResponse } from './outcome';
import type { QuotaReading } from './quota';
import {
	MAX_RETRY_AFTER_MS,
	MAX_TOTAL_WAIT_MS,
	retryAfterOf,
	retryDelay,
	type RetrySettings,
} from './retryDelay';
import { shouldRetry, type RetryPolicy } from './retryPolicy';
import { Schedule } from './schedule';
import {
	MAX_SLEEP_MS,
	type Admission,
	type Clock,
	type RunLimits,
	type Throttle,
} from './throttle';
import { Watchdog } from './watchdog';

export type { Call, Delivery };

/** How to ask again until the answer is final. */
export interface PollSettings {
	isPending(response: Response): boolean;
	readonly everyMs: number;
	/** From the beginning; then the last answer stands. */
	readonly forMs: number;
}

export interface DeliverySettings extends RetrySettings, RetryPolicy, RunLimits {
	/** Of one attempt. */
	readonly timeoutMs: number;
	/** Whether nothing new starts after a call was given up. */
	readonly stopOnFailure: boolean;
	/** What is wrong with an answer of 2xx; without it such answers are all accepted. */
	readonly validateResponse?: ValidateResponse;
	readonly poll?: PollSettings;
	/** What an answer says of the account's quota, for a service that tells it in its answers. */
	readQuota?(response: Response): QuotaReading;
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
 * new starts, not even a retry; after a stop, calls that may have arrived are still confirmed. While the circuit of an account is
 * open, all its calls are given up that would wait.
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
	/** The jobs of each account that wait for their next attempt. */
	const waiting = new Map([...throttles].map((throttle) => [throttle, new Schedule<Job>()]));
	const watchdog = new Watchdog(context, settings.timeoutMs);
	const cancelAll = () => watchdog.cancelAll();
	let retriesWaiting = 0;
	let failuresInARow = 0;
	let isStopped = false;
	const isAborted = () => signal?.aborted === true;
	const mayStartNew = () =>
		!isStopped && (failuresInARow < ONLY_RETRIES_AFTER || retriesWaiting === 0);
	/** After a stop it is still found out what has arrived, so that the run can report it. */
	const isOver = (job: Job) => isAborted() || (isStopped && !job.isOpen);

	function wait(job: Job, time: number): void {
		if (isOver(job)) return;
		waiting.get(job.call.throttle)?.add(job, time);
		if (job.tries > 0) retriesWaiting++;
	}

	function stop(): void {
		isStopped = true;
		for (const jobs of waiting.values()) jobs.keep((job) => job.isOpen);
	}

	/** A job whose wait is over; while the circuit of its account is open, that is any that waits. */
	function takeDue(): Job | undefined {
		for (const [throttle, jobs] of waiting) {
			const job = jobs.takeDue(throttle.openCircuit() ? Infinity : context.now());
			if (!job) continue;
			if (job.tries > 0) retriesWaiting--;
			return job;
		}
		return undefined;
	}

	/** The next job to send: one whose wait is over, else a new one; waits while there is none. */
	async function nextJob(): Promise<Job | undefined> {
		while (!isAborted()) {
			const job = takeDue() ?? (mayStartNew() ? queue.take() : undefined);
			if (job) return job;
			const time = Math.min(...[...waiting.values()].map((jobs) => jobs.nextTime() ?? Infinity));
			if (time === Infinity) return undefined;
			await context.sleep(Math.min(time - context.now(), MAX_SLEEP_MS));
		}
		return undefined;
	}

	/** Waits until a job may be sent. Pauses of its account count as waits of the job. */
	async function admit(job: Job, throttle: Throttle): Promise<Admission> {
		const pausedBefore = throttle.pausedMs();
		const admission = await throttle.admit(() => isOver(job), MAX_TOTAL_WAIT_MS - job.waitedMs);
		job.waitedMs += throttle.pausedMs() - pausedBefore;
		return admission;
	}

	/** Makes one attempt, and returns when to make the next one; undefined when there is none. */
	async function attempt(job: Job, throttle: Throttle): Promise<number | undefined> {
		const startedAt = context.now();
		const wasOpen = job.isOpen;
		const validate = wasOpen ? undefined : settings.validateResponse;
		const outcome = await watchdog.run((abort) => job.send(abort), validate);
		if (wasOpen) job.recordConfirmation(outcome);
		else job.recordAttempt(outcome);
		const endedAt = context.now();
		const retryAfterMs = retryAfterOf(outcome, endedAt);
		const random = context.random();
		const delayAfter = (failures: number) =>
			retryDelay({ ...settings, attempt: failures, retryAfterMs, random });
		const quota = 'response' in outcome ? settings.readQuota?.(outcome.response) : undefined;
		throttle.finish({ startedAt, endedAt, outcome, retryAfterMs, retryDelay: delayAfter }, quota);
		if (outcome.kind === 'accepted' && !job.isOpen) return nextPoll(job, outcome.response);
		if (!isRepeated(job, wasOpen, outcome, retryAfterMs)) return undefined;
		// An answer has said what to do next: nothing needs time to recover.
		const isAtOnce = job.isOpen !== wasOpen && outcome.kind === 'refused';
		if (!isAtOnce) failuresInARow++;
		const delay = isAtOnce ? 0 : delayAfter(wasOpen ? job.asked : job.tries);
		job.waitedMs += delay;
		return job.waitedMs <= MAX_TOTAL_WAIT_MS ? endedAt + delay : undefined;
	}

	/** Whether a job that was not accepted is sent again, or whether it is asked again if it has arrived. */
	function isRepeated(job: Job, wasOpen: boolean, outcome: Outcome, retryAfterMs: number): boolean {
		if (!wasOpen) {
			return job.isOpen
				? retryAfterMs <= MAX_RETRY_AFTER_MS
				: shouldRetry(outcome, job.tries, retryAfterMs, settings);
		}
		return job.isOpen
			? shouldRetry(outcome, job.asked, retryAfterMs, { ...settings, retryUnknownOutcome: true })
			: job.tries <= settings.maxRetries;
	}

	/** When to ask again after an answer that is not final; undefined when it stands. */
	function nextPoll(job: Job, response: Response): number | undefined {
		failuresInARow = 0;
		if (!poll?.isPending(response)) return undefined;
		job.tries = 0;
		return context.now() + poll.everyMs;
	}

	async function worker(): Promise<void> {
		for (let job = await nextJob(); job; job = await nextJob()) {
			const { throttle } = job.call;
			const admission = await admit(job, throttle);
			if (admission === 'cancelled') continue;
			if (admission === 'admitted') {
				const time = await attempt(job, throttle);
				if (time !== undefined && time <= pollUntil) {
					wait(job, time);
					continue;
				}
			} else {
				job.reject(admission);
			}
			job.isSettled = true;
			if (settings.stopOnFailure && job.isFailed) stop();
			queue.settle(job);
		}
	}

	for (const throttle of throttles) throttle.join(settings, settings.readQuota !== undefined);
	signal?.addEventListener('abort', cancelAll);
	const workers = Math.min(settings.maxConcurrency || MAX_AUTOMATIC_CONCURRENCY, calls.length);
	await Promise.all(Array.from({ length: workers }, worker));
	signal?.removeEventListener('abort', cancelAll);
	for (const throttle of throttles) throttle.leave(settings);
	return jobs.map((job) => job.toDelivery());
}
