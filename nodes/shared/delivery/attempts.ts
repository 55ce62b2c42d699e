import type { Attempt } from './circuitBreaker';
import type { Clock } from './clock';
import { OrderedQueue } from './orderedQueue';
import type { Response, ValidateResponse } from './outcome';
import { retryAfterOf, retryDelay, type RetrySettings } from './retry';
import { Schedule } from './schedule';
import type { Admission, Run, RunLimits, Throttle } from './throttle';
import { Watchdog } from './watchdog';

export interface AttemptSettings extends RetrySettings, RunLimits {
	/** Of one attempt. */
	readonly timeoutMs: number;
}

/** A call that has not begun. Those with the same `orderKey` are delivered one after another. */
export interface NewCall {
	readonly orderKey?: string;
	/** Delivers it, from its first attempt on. Returns whether the next call with its key may begin. */
	deliver(attempts: Attempts, admission: Admission): Promise<boolean>;
}

/** A call that waits for its next attempt. */
interface Waiting {
	/** Whether it asks what has become of the call: that goes on after a stop, so that the run can report it. */
	readonly isQuestion: boolean;
	begin(admission: Admission): void;
}

/** An attempt, and what it says of the account. */
export interface Ended extends Attempt {
	/** Whether it was refused only because the account, which works, was sent too much. */
	readonly isAboutRate: boolean;
}

/** What a run has for all its accounts together. */
interface RunState {
	/** How many calls make an attempt, or decide what to do after one. */
	inFlight: number;
	readonly maxInFlight: number;
	/** Whether no attempt starts any more. */
	isOver(isQuestion: boolean): boolean;
	/** Called when fewer are in flight. */
	onFree(): void;
}

/** The attempts of one run on one account: which may start next, and when. */
export class Attempts implements Run {
	private readonly calls: OrderedQueue<NewCall>;

	/** The calls that have begun and are not done. */
	private underWay = 0;

	private readonly waiting = new Schedule<Waiting>();

	private readonly watchdog: Watchdog;

	private end = () => {};

	constructor(
		private readonly throttle: Throttle,
		calls: readonly NewCall[],
		private readonly settings: AttemptSettings,
		private readonly clock: Clock,
		private readonly run: RunState,
	) {
		this.calls = new OrderedQueue(calls);
		this.watchdog = new Watchdog(clock, settings.timeoutMs);
	}

	/** Delivers the calls. Resolves when none is under way, and no other may begin. */
	async deliverAll(): Promise<void> {
		const { throttle, settings, calls } = this;
		throttle.join(this, settings, calls.size);
		await new Promise<void>((resolve) => {
			this.end = resolve;
			this.start();
		});
		throttle.leave(this, settings);
	}

	/** Starts all attempts that may start now. */
	start(): void {
		this.throttle.start();
		if (this.underWay === 0 && !this.hasNew()) this.end();
	}

	/** First those that go again, then new calls. */
	take(time: number): ((admission: Admission) => void) | undefined {
		if (this.isFull()) return undefined;
		const again = this.waiting.takeDue(time);
		const next = again ?? (this.hasNew() ? this.calls.take() : undefined);
		if (!next) return undefined;
		this.run.inFlight++;
		return 'begin' in next
			? (admission) => next.begin(admission)
			: (admission) => void this.deliver(next, admission);
	}

	nextTime(): number {
		if (this.isFull()) return Infinity;
		return this.hasNew() ? -Infinity : this.waiting.nextTime();
	}

	hasMore(time: number): boolean {
		return this.calls.hasMore() || this.waiting.nextTime() <= time;
	}

	/** Waits for the time and the turn of another attempt of a call. */
	async next(time: number, isQuestion = false): Promise<Admission> {
		if (this.run.isOver(isQuestion)) return 'cancelled';
		return await new Promise((begin) => {
			this.waiting.add({ isQuestion, begin }, time);
			this.free();
		});
	}

	/** Makes an attempt that was admitted. */
	async make(
		send: (signal: AbortSignal) => Promise<Response>,
		validate?: ValidateResponse,
	): Promise<Ended> {
		const { clock, settings } = this;
		const startedAt = clock.now();
		const outcome = await this.watchdog.run(send, validate);
		const date = clock.date();
		const retryAfterMs = retryAfterOf(outcome, date);
		const random = clock.random();
		const attempt = {
			startedAt,
			endedAt: clock.now(),
			date,
			outcome,
			retryAfterMs,
			retryDelay: (failures: number) => retryDelay(settings, failures, retryAfterMs, random),
		};
		return { ...attempt, isAboutRate: this.throttle.finish(attempt, settings.readQuota) };
	}

	/** Ends the waits of all that are over. */
	cancelWaiting(): void {
		for (const waiting of this.waiting.remove(({ isQuestion }) => this.run.isOver(isQuestion))) {
			this.run.inFlight++;
			waiting.begin('cancelled');
		}
		this.start();
	}

	/** Ends the attempts in flight, and the waits. */
	cancelAll(): void {
		this.watchdog.cancelAll();
		this.cancelWaiting();
	}

	private async deliver(call: NewCall, admission: Admission): Promise<void> {
		this.underWay++;
		const isSettled = await call.deliver(this, admission);
		if (isSettled) this.calls.settle(call);
		this.underWay--;
		this.free();
	}

	private free(): void {
		this.run.inFlight--;
		this.run.onFree();
	}

	private isFull(): boolean {
		return this.run.inFlight >= this.run.maxInFlight;
	}

	private hasNew(): boolean {
		return this.calls.hasReady() && !this.run.isOver(false);
	}
}
