import { MAX_SLEEP_MS, type Clock } from './clock';
import type { Outcome, Response, ValidateResponse } from './outcome';
import type { ReadQuota } from './quota';
import { retryAfterOf, retryDelay, type RetrySettings } from './retry';
import { Schedule } from './schedule';
import type { Admission, Throttle } from './throttle';
import { Watchdog } from './watchdog';

export interface AttemptSettings extends RetrySettings {
	/** Of one attempt. */
	readonly timeoutMs: number;
	/** What an answer says of the account's quota, for a service that tells it in its answers. */
	readonly readQuota?: ReadQuota;
}

/** Someone who waits to make an attempt. */
export interface Waiting {
	/** Whether it asks what has become of a call: that goes on after a stop, so that the run can report it. */
	readonly isQuestion: boolean;
	begin(admission: Admission): void;
}

/** How an attempt ended. `retryAfterMs`: how long the server asks to wait. */
export interface Ended {
	readonly outcome: Outcome;
	readonly retryAfterMs: number;
	/** Whether it was refused only because the account, which works, was sent too much. */
	readonly isAboutRate: boolean;
}

/** How many calls of a run may be in flight, to all its accounts together. */
export interface Slots {
	readonly max: number;
	/** The calls that make an attempt, or decide what to do after one. */
	used: number;
	/** Called when a call no longer uses one. */
	onFree(): void;
}

/** The attempts of one run on one account: which may start next, and when. */
export class Attempts {
	private readonly waiting = new Schedule<Waiting>();

	private readonly watchdog: Watchdog;

	private wake = () => {};

	constructor(
		private readonly throttle: Throttle,
		private readonly settings: AttemptSettings,
		private readonly slots: Slots,
		private readonly clock: Clock,
		private readonly isOver: (isQuestion: boolean) => boolean,
	) {
		this.watchdog = new Watchdog(clock, settings.timeoutMs);
	}

	/** Waits for the time and the turn of another attempt. */
	async next(time: number, isQuestion = false): Promise<Admission> {
		if (this.isOver(isQuestion)) return 'cancelled';
		return await new Promise((begin) => {
			this.waiting.add({ isQuestion, begin }, time);
			this.end();
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
		const retryAfterMs = retryAfterOf(outcome, clock.date());
		const random = clock.random();
		const isAboutRate = this.throttle.finish(
			{
				startedAt,
				endedAt: clock.now(),
				outcome,
				retryAfterMs,
				retryDelay: (failures) => retryDelay(settings, failures, retryAfterMs, random),
			},
			settings.readQuota,
		);
		return { outcome, retryAfterMs, isAboutRate };
	}

	/** Admits one after another: first those that go again, then new ones. `isDone`: no call is under way any more. */
	async run(takeNew: () => Waiting | undefined, isDone: () => boolean): Promise<void> {
		for (;;) {
			const isFull = this.slots.used >= this.slots.max;
			const first = isFull ? undefined : (this.takeDue() ?? takeNew());
			if (first) {
				this.slots.used++;
				const admission = await this.throttle.admit(() => this.isOver(first.isQuestion));
				first.begin(admission);
			} else if (!isFull && isDone()) {
				return;
			} else {
				await this.change(isFull ? Infinity : (this.waiting.nextTime() ?? Infinity));
			}
		}
	}

	/** Says that a call is done, or waits for its next attempt. */
	end(): void {
		this.slots.used--;
		this.slots.onFree();
	}

	/** Looks again whether an attempt can start. */
	notify(): void {
		this.wake();
	}

	/** Ends the waits of all that are over. */
	cancelWaiting(): void {
		for (const waiting of this.waiting.remove(({ isQuestion }) => this.isOver(isQuestion))) {
			this.slots.used++;
			waiting.begin('cancelled');
		}
		this.wake();
	}

	/** Ends the attempts in flight. */
	cancelAll(): void {
		this.watchdog.cancelAll();
		this.cancelWaiting();
	}

	/** The first whose wait is over; while calls are rejected, that is any that waits. */
	private takeDue(): Waiting | undefined {
		return this.waiting.takeDue(this.throttle.rejection() ? Infinity : this.clock.now());
	}

	/** Waits until a time, or until something may have changed. */
	private async change(time: number): Promise<void> {
		const woken = new Promise<void>((resolve) => (this.wake = resolve));
		const ms = Math.min(time - this.clock.now(), MAX_SLEEP_MS);
		await (time === Infinity ? woken : Promise.race([this.clock.sleep(ms), woken]));
	}
}
