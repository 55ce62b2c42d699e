import type { Attempts, Ended } from './attempts';
import type { Clock } from './clock';
import {
	serviceHealth,
	type Fate,
	type Outcome,
	type Response,
	type ValidateResponse,
} from './outcome';
import { MAX_RETRY_AFTER_MS, MAX_TOTAL_WAIT_MS, shouldRetry, type RetrySettings } from './retry';
import type { Admission, Throttle } from './throttle';

/** How it is found out whether a call has arrived, after an attempt that left this open. */
export interface Confirmation {
	/** Whether an attempt with this outcome leaves it open. */
	isNeeded(outcome: Outcome): boolean;
	/** Asks the service. `mayBeOwn` is false if what arrived cannot have come from this call. */
	ask(signal: AbortSignal, mayBeOwn: boolean): Promise<Response>;
	/** What the service's answer says: that the call was accepted or refused, or has not arrived; undefined if it says none of these. */
	read(response: Response): Outcome | 'notArrived' | undefined;
}

/** One request to deliver. Those with the same `orderKey` are delivered one after another. */
export interface Call {
	readonly orderKey?: string;
	/** The throttle of its account. */
	readonly throttle: Throttle;
	send(signal: AbortSignal): Promise<Response>;
	/** Without it, nobody can know what became of an attempt that was not answered. */
	readonly confirmation?: Confirmation;
}

/** What became of a call. */
export interface Delivery {
	readonly fate: Fate;
	/** Its last accepted answer, else how its last attempt ended or why that was not made; undefined for a call that was never started. */
	readonly outcome?: Outcome;
	readonly attempts: number;
	/** Whether it was accepted or given up; otherwise the run ended before. */
	readonly isSettled: boolean;
	/** Where the outcome is the last answer that was had: why asking again did not give another. */
	readonly pollFailure?: Outcome;
}

/** What a refusal counts as an attempt of a call if it is only about the rate of the account, which several programs may share. */
const RATE_REFUSAL = 0.1;

/** How to ask again until the answer is final. */
interface PollSettings {
	isPending(response: Response): boolean;
	readonly everyMs: number;
	/** Nothing is tried after this time: then the last answer stands. */
	readonly until: number;
}

export interface CallSettings extends RetrySettings {
	/** What is wrong with an answer of 2xx; without it such answers are all accepted. */
	readonly validateResponse?: ValidateResponse;
	readonly poll?: PollSettings;
}

/** The delivery of one call: it is sent, sent again, confirmed, or asked again until its answer is final. */
export class CallDelivery {
	private attempts = 0;

	/** For retries, in total. */
	private waitedMs = 0;

	/** How the last attempt ended, or why it was not made. */
	private outcome?: Outcome;

	/** The last answer that was accepted: when asking again fails, it stands. */
	private answer?: Outcome;

	/** Whether the outcome of one of its attempts is unknown, and nobody has found it out. */
	private isUnknown = false;

	/** Whether one of its attempts may have arrived, whatever was found out: an answer that says that nothing has arrived can be too early. */
	private mayBeOwn = false;

	constructor(
		private readonly call: Call,
		private readonly queue: Attempts,
		private readonly settings: CallSettings,
		private readonly clock: Clock,
	) {}

	/** Never throws: if the code that reads an answer does, what is known of the call stands. */
	async run(first: Admission): Promise<Delivery> {
		try {
			return await this.deliver(first);
		} catch (thrown) {
			const code = thrown instanceof Error ? thrown.message : String(thrown);
			if (!this.answer) this.record({ kind: 'unknown', code });
			return this.delivery(true);
		}
	}

	private async deliver(first: Admission): Promise<Delivery> {
		const { queue, call, settings } = this;
		const { until = Infinity } = settings.poll ?? {};
		/** Since the last answer that was accepted. */
		let tries = 0;
		let admission = first;
		while (this.isAdmitted(admission)) {
			this.attempts++;
			const ended = await queue.make(
				async (signal) => await call.send(signal),
				settings.validateResponse,
			);
			let time: number | undefined;
			tries += ended.isAboutRate ? RATE_REFUSAL : 1;
			if (this.record(ended.outcome)) {
				tries = 0;
				time = this.nextPoll(ended.outcome);
			} else if (call.confirmation?.isNeeded(ended.outcome)) {
				const found = await this.confirm(call.confirmation, ended, tries);
				if (found !== 'notArrived') return this.delivery(found === 'settled');
				// Of what has the ID of a refused call, the service will tell later.
				const wait = ended.outcome.kind === 'refused' ? ended.retryDelay(tries) : 0;
				time = tries <= settings.maxRetries ? this.clock.now() + wait : undefined;
			} else {
				time = this.nextTry(ended, tries, settings);
			}
			if (time === undefined || time > until) return this.delivery(true);
			admission = await queue.next(time);
		}
		return this.delivery(admission !== 'cancelled');
	}

	/** Asks until it is known whether the call has arrived, or nobody can find it out. */
	private async confirm(
		{ ask, read }: Confirmation,
		last: Ended,
		tries: number,
	): Promise<'settled' | 'notArrived' | 'ended'> {
		const { queue, settings } = this;
		const isAnswered = last.outcome.kind === 'refused';
		// An ID that is used after an attempt of unknown outcome may have been used by that one, whatever was said meanwhile.
		if (!isAnswered || this.mayBeOwn) this.isUnknown = this.mayBeOwn = true;
		if (last.retryAfterMs > MAX_RETRY_AFTER_MS) return 'settled';
		const begin = this.clock.now() + (isAnswered ? 0 : last.retryDelay(tries));
		let admission = await queue.next(begin, true);
		for (let asked = 1; this.isAdmitted(admission); asked++) {
			const ended = await queue.make(async (signal) => await ask(signal, this.mayBeOwn));
			const found = 'response' in ended.outcome ? read(ended.outcome.response) : undefined;
			if (found !== undefined) {
				// An ID that is used is that of something, which may be this call, although the service does not tell of it.
				this.isUnknown = found === 'notArrived' && isAnswered && this.mayBeOwn;
				if (found === 'notArrived') return found;
				this.record(found);
				return 'settled';
			}
			const time = this.nextTry(ended, asked, { ...settings, retryUnknownOutcome: true });
			if (time === undefined) return 'settled';
			admission = await queue.next(time, true);
		}
		return admission === 'cancelled' ? 'ended' : 'settled';
	}

	/** Whether an attempt may be made. Otherwise the run is over, or the circuit is open, which is then the outcome. */
	private isAdmitted(admission: Admission): boolean {
		if (typeof admission === 'object') this.outcome = admission;
		return admission === 'admitted';
	}

	/** Keeps how an attempt ended, and says whether it was accepted. */
	private record(outcome: Outcome): boolean {
		if (outcome.kind === 'accepted') {
			// Without its headers: they were read, and of a long run they would take more memory than its events.
			this.outcome = { kind: 'accepted', response: { ...outcome.response, headers: {} } };
			this.answer = this.outcome;
			return true;
		}
		this.outcome = outcome;
		if (outcome.kind === 'unknown' || outcome.kind === 'cancelled') {
			this.isUnknown = this.mayBeOwn = true;
		}
		return false;
	}

	/** When to ask again after an accepted answer; undefined if that is final. */
	private nextPoll(outcome: Outcome): number | undefined {
		const { poll } = this.settings;
		if (!poll || outcome.kind !== 'accepted' || !poll.isPending(outcome.response)) return undefined;
		return this.clock.now() + poll.everyMs;
	}

	/** When to try again after so many attempts; undefined if not. After a 429 the account pauses, and the call need not wait itself. */
	private nextTry(ended: Ended, tries: number, settings: RetrySettings): number | undefined {
		if (!shouldRetry(ended.outcome, tries, ended.retryAfterMs, settings)) return undefined;
		const isAccountsWait = serviceHealth(ended.outcome) === 'overloaded';
		const delay = isAccountsWait ? 0 : ended.retryDelay(tries);
		this.waitedMs += delay;
		return this.waitedMs <= MAX_TOTAL_WAIT_MS ? this.clock.now() + delay : undefined;
	}

	private delivery(isSettled: boolean): Delivery {
		const { answer, outcome, attempts } = this;
		const common = { fate: this.fate(isSettled), attempts, isSettled };
		return answer && answer !== outcome
			? { ...common, outcome: answer, pollFailure: outcome }
			: { ...common, outcome };
	}

	private fate(isSettled: boolean): Fate {
		const { answer, outcome } = this;
		if (answer) return 'accepted';
		if (this.isUnknown) return 'unknown';
		switch (outcome?.kind) {
			case 'invalid':
				return outcome.problem.mayHaveArrived ? 'unknown' : 'refused';
			case 'temporary':
			case 'refused':
				return isSettled ? 'refused' : 'notSent';
			default:
				return 'notSent';
		}
	}
}
