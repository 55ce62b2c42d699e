import { Job, type Call, type Delivery } from './job';
import { OrderedQueue } from './orderedQueue';
import { classifyResponse, type InvalidResponse, type Response } from './outcome';
import {
	isRetryable,
	MAX_TOTAL_WAIT_MS,
	retryAfterOf,
	retryDelay,
	type RetrySettings,
} from './retryDelay';
import { Schedule } from './schedule';
import { MAX_SLEEP_MS, type Admission, type Clock, type Throttle } from './throttle';
import { Watchdog } from './watchdog';

export type { Call, Delivery };

/** How to ask again until the answer is final. */
export interface PollSettings {
	isPending(response: Response): boolean;
	readonly everyMs: number;
	/** From the beginning; then the last answer stands. */
	readonly forMs: number;
}

export interface DeliverySettings extends RetrySettings {
	readonly maxConcurrency: number;
	/** 0: no limit. */
	readonly requestsPerSecond: number;
	/** Of one attempt. */
	readonly timeoutMs: number;
	readonly maxRetries: number;
	/** Whether to send again when it is unknown whether the first attempt arrived. */
	readonly retryUnknownOutcome: boolean;
	/** Whether nothing new starts after a call was given up. */
	readonly stopOnFailure: boolean;
	/** What is wrong with an answer of 2xx; without it such answers are all accepted. */
	validateResponse?(response: Response): InvalidResponse | undefined;
	readonly poll?: PollSettings;
}

/** What delivery needs from its surroundings; tests replace time and chance. */
export interface DeliveryContext extends Clock {
	readonly throttle: Throttle;
	readonly signal?: AbortSignal;
	random(): number;
}

/**
 * Sends all calls, at most `maxConcurrency` at once, and returns what became of each, in the order of the calls. Never throws:
 * what a call throws is its outcome. Once the execution is cancelled, or a call was given up and `stopOnFailure` is set, nothing
 * new starts, not even a retry. While the account's circuit is open, all that would wait is given up.
 */
export async function deliver(
	calls: readonly Call[],
	settings: DeliverySettings,
	context: DeliveryContext,
): Promise<Delivery[]> {
	const { signal } = context;
	const throttleOf = (call: Call) => call.throttle ?? context.throttle;
	const throttles = new Set(calls.map(throttleOf));
	const { poll } = settings;
	/** No attempt is made later. */
	const until = poll ? context.now() + poll.forMs : Number.MAX_VALUE;
	const jobs = calls.map((call) => new Job(call));
	const queue = new OrderedQueue(jobs);
	/** The jobs of each account that wait for their next attempt. */
	const waiting = new Map([...throttles].map((throttle) => [throttle, new Schedule<Job>()]));
	const watchdog = new Watchdog(context, settings.timeoutMs);
	const cancelAll = () => watchdog.cancelAll();
	let retriesWaiting = 0;
	let isStopped = false;
	const isOver = () => isStopped || signal?.aborted === true;
	const onlyRetries = () =>
		retriesWaiting > 0 && [...throttles].every((throttle) => throttle.isFailing);

	/** A job whose wait is over; that of an account whose circuit is open is over at once, because it is given up. */
	function takeDue(): Job | undefined {
		for (const [throttle, schedule] of waiting) {
			const job = schedule.takeDue(throttle.openCircuit() ? Infinity : context.now());
			if (!job) continue;
			if (job.tries > 0) retriesWaiting--;
			return job;
		}
		return undefined;
	}

	/** The next job to send: one whose wait is over, else a new one; waits while there is none. */
	async function nextJob(): Promise<Job | undefined> {
		while (!isOver()) {
			const job = takeDue() ?? (onlyRetries() ? undefined : queue.take());
			const time = Math.min(...[...waiting.values()].map((jobs) => jobs.nextTime() ?? Infinity));
			if (job || time === Infinity) return job;
			await context.sleep(Math.min(time - context.now(), MAX_SLEEP_MS));
		}
		return undefined;
	}

	/** Waits until a job may be sent. */
	async function admit(job: Job, throttle: Throttle): Promise<Admission> {
		const pausedBefore = throttle.pausedMs();
		const admission = await throttle.admit(isOver, MAX_TOTAL_WAIT_MS - job.waitedMs);
		job.waitedMs += throttle.pausedMs() - pausedBefore;
		return admission;
	}

	/** Makes one attempt. Returns when to make the next one: infinite when it is given up, undefined when it needs none. */
	async function attempt(job: Job, throttle: Throttle): Promise<number | undefined> {
		const outcome = await watchdog.run(async (abort) =>
			classifyResponse(await job.call.send(abort), settings.validateResponse),
		);
		job.recordAttempt(outcome);
		const now = context.now();
		const retryAfterMs = retryAfterOf(outcome, now);
		const random = context.random();
		const delayOf = (number: number) =>
			retryDelay({ ...settings, attempt: number, retryAfterMs, random });
		throttle.finish(outcome, delayOf, retryAfterMs);
		if (outcome.kind === 'accepted') {
			return poll?.isPending(outcome.response) ? now + poll.everyMs : undefined;
		}
		if (!isRetryable(outcome, settings.retryUnknownOutcome)) return undefined;
		const delay = job.tries > settings.maxRetries ? Infinity : delayOf(job.tries);
		job.waitedMs += delay;
		return job.waitedMs > MAX_TOTAL_WAIT_MS ? Infinity : now + delay;
	}

	async function worker(): Promise<void> {
		for (let job = await nextJob(); job; job = await nextJob()) {
			const throttle = throttleOf(job.call);
			const admission = await admit(job, throttle);
			if (admission === 'cancelled') return;
			const time = admission === 'admitted' ? await attempt(job, throttle) : Infinity;
			const circuit = admission === 'admitted' ? throttle.openCircuit() : admission;
			if (time !== undefined && time <= until && !circuit) {
				waiting.get(throttle)?.add(job, time);
				if (job.tries > 0) retriesWaiting++;
				continue;
			}
			job.settle(time === undefined ? undefined : circuit);
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
