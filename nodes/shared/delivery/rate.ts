import { FORGOTTEN_AFTER_MS } from './concurrency';

/** After a refusal the rate is this part of what was accepted: requests that arrive unevenly are not refused again. */
const KEPT_SHARE = 0.93;
/** One refusal never lowers the rate by more: what another program does for a moment does not stop a run. */
const LEAST_SHARE = 0.55;
/** A second refusal so soon after a pause that the server asked for shows that it counts other seconds: the rate is lowered by more. */
const SOON_MS = 1500;
const SOON_SHARE = 0.75;
/** The same is true if the user's rate was accepted for a second before the first refusal. */
const STEADY_SHARE = 0.85;
/** The pause after the first refusal, and after one of a call that is alone, if the server asks for none: limits are counted over a second. */
const FIRST_PAUSE_MS = 1000;
/** The pause after a later one, when the rate is nearly right. */
const PAUSE_MS = 50;
/** The rate is held for so many calls after the first refusal. */
const HELD_CALLS = 8;
/** Each later refusal at about the same rate adds so many calls, so that in long runs less than 4 % are refused. */
const HELD_CALLS_MORE = 0.5;
/** Two rates are about the same if they differ by less than this factor. */
const SAME_FACTOR = 1.5;
const MIN_HOLD_MS = 500;
const MAX_HOLD_MS = 10_000;
/** The rate is held sixteen times as long as the server made the account pause, so that pauses take 6 % of the time at most. */
const HOLD_PER_PAUSE = 16;
/** But no longer than this. */
const LONGEST_HOLD_MS = 60_000;
/** A run begins with so many calls a second: nobody knows what the account takes, and processes that begin together get equal parts. */
const FIRST_RATE = 200;
/** That rate doubles in this time, slowly at first. */
const FIRST_DOUBLING_S = 0.25;
/** A run with so few calls is over before it could do harm, and begins without a limit. */
const SMALL_RUN = 100;
/** The rate, in calls per second, of a run of which nothing was accepted before the first refusal; a lower one is not held for long. */
const START_RATE = 10;
/** The time in which such a rate doubles, and one that was found too low, slowly at first. */
const START_DOUBLING_S = 1;
/** A call that started so long after another arrives after it, too. */
const LATER_MS = 5;
/** So does one that started this part of a round trip after it, if that is longer. */
const LATER_SHARE = 0.15;
/** In a search the rate doubles in this time, slowly at first, so that a limit that was raised is found within 20 seconds. */
const DOUBLING_S = 6;
/** In a search the rate rises by so many calls a second in the time for which it was held, so that a process with a small part of an account gets its share. */
const RISE_PER_HOLD = 3;
/** The lowest rate, in calls per second. */
const MIN_RATE = 0.5;
/** What was accepted in this time before a refusal is what the account takes. The rate does not rise if nothing starts for longer. */
const WINDOW_MS = 1000;
/** Late timers may catch up by at most this much. */
const CATCH_UP_MS = 30;
/** How much of a limit is used, so that starts which catch up, and take different times to arrive, do not exceed it in any second. */
const USED_SHARE = 0.95;

/** The rate that keeps a limit in any second. */
export const rateWithin = (perSecond: number): number => USED_SHARE * perSecond;

/** Spaces starts evenly, at a rate in starts per second. Times are milliseconds of one clock. */
export class Pace {
	private lastDue = -Infinity;

	/** The earliest time at which a start keeps the rate; in the past where it could have been earlier. */
	next(rate: number): number {
		return this.lastDue + 1000 / rate;
	}

	record(now: number, rate: number): void {
		this.lastDue = Math.max(this.next(rate), now - CATCH_UP_MS);
	}
}

/** An answer of 429. Times are milliseconds of one clock. */
interface Refusal {
	readonly startedAt: number;
	readonly endedAt: number;
	/** How long the account pauses at least; 0 if nothing is known. */
	readonly pauseMs: number;
	/** Whether no other call was in flight or waited: it then shows nothing of how much the account takes. */
	readonly isAlone: boolean;
}

/** The first call that was refused, and what became of those that started until its answer came. */
interface FirstRefusal {
	readonly startedAt: number;
	readonly endedAt: number;
	/** How many of them were accepted. */
	accepted: number;
	/** When the first of these started that arrived later than the refused one. */
	acceptedFrom: number;
	/** Whether none of the others was refused. */
	isOnly: boolean;
	/** Whether the account takes calls at an even rate (token bucket): one that started after that was refused, too. */
	isEven: boolean;
}

/**
 * How many calls a second an account takes, in the words of TCP's congestion control: the rate doubles until the first refusal (slow
 * start); then it is what was accepted in the last second (multiplicative decrease), is held for a while, and rises ever faster (as in
 * CUBIC) until the next refusal. The plain AIMD of TCP Reno finds a limit that has doubled only after minutes, or is refused often.
 * A part of the rise is the same for all processes, so those that share an account converge to equal parts.
 */
export class Rate {
	/** The rate at the beginning or after the last refusal, in calls per second. */
	private kept = Infinity;

	/** It is held until this time. */
	private heldUntil = 0;

	/** How long it is held, without pauses. */
	private holdMs = MIN_HOLD_MS;

	/** Then it doubles in this time, slowly at first. */
	private doublingS = FIRST_DOUBLING_S;

	/** How often it was lowered. */
	private refusals = 0;

	/** The rate after a refusal, until one leads to a rate that is not about the same. */
	private steadyRate = Infinity;

	/** How many refusals since then have led to about the same rate. */
	private steadyRefusals = 0;

	/** Known from when the rate is lowered first until it is lowered again. */
	private first?: FirstRefusal;

	/** When the last pause ends. */
	private pausedUntil = -Infinity;

	/** Until then the server asked to wait. */
	private askedUntil = -Infinity;

	private usedAt = -Infinity;

	private readonly pace = new Pace();

	/** The limits of the runs under way, in calls per second. */
	private readonly limits: number[] = [];

	/** When the calls of the last second were accepted. */
	private readonly accepted: number[] = [];

	/**
	 * Begins anew for a run of so many calls if the account was not used for a while, and for a large run if only small runs have used
	 * it, or if what was found has doubled since.
	 */
	begin(now: number, calls: number): void {
		const isSmall = calls <= SMALL_RUN;
		// While the account pauses, nothing of it is forgotten.
		const isRecent = now - Math.max(this.usedAt, this.pausedUntil) < FORGOTTEN_AFTER_MS;
		const isKnown = this.at(now) < (this.refusals > 0 ? 2 * this.kept : Infinity);
		if (isRecent && (isSmall || isKnown)) return;
		this.refusals = 0;
		this.steadyRate = Infinity;
		this.first = undefined;
		// It rises as soon as something is accepted.
		this.search(isSmall ? Infinity : FIRST_RATE, FIRST_DOUBLING_S, Infinity);
	}

	/** Applies the limit of a run, in calls per second: 0 for none. The lowest one counts. */
	join(limit: number): void {
		this.limits.push(limit || Infinity);
	}

	leave(limit: number): void {
		this.limits.splice(this.limits.indexOf(limit || Infinity), 1);
	}

	/** The earliest time, from `now` on, at which a call may start. */
	nextStart(now: number): number {
		const earliest = Math.max(now, this.pausedUntil);
		return Math.max(earliest, this.pace.next(this.paceAt(earliest)));
	}

	recordStart(now: number): void {
		// While nothing starts, nobody sees what the account takes.
		this.heldUntil += Math.max(0, now - Math.max(this.usedAt, this.heldUntil) - WINDOW_MS);
		const { first } = this;
		// What was refused while later calls were accepted shows no limit, and is no reason to hold the rate for long.
		if (first?.isOnly && first.acceptedFrom < Infinity) {
			this.heldUntil = Math.min(this.heldUntil, now + this.holdMs);
		}
		this.pace.record(now, this.paceAt(now));
		this.usedAt = now;
	}

	recordAccepted(startedAt: number, now: number): void {
		this.accepted.push(now);
		this.dropOld(now);
		if (this.heldUntil === Infinity) this.heldUntil = Math.max(now, this.pausedUntil);
		const { first } = this;
		if (!first || startedAt <= first.startedAt || startedAt > first.endedAt) return;
		// An answer that comes late says less than what was found while the rate rose.
		if (now > this.heldUntil) return;
		first.accepted++;
		const laterMs = Math.max(LATER_MS, LATER_SHARE * (first.endedAt - first.startedAt));
		if (startedAt > first.startedAt + laterMs) {
			first.acceptedFrom = Math.min(first.acceptedFrom, startedAt);
		}
		if (first.isEven) this.goOn(first, now);
	}

	/** Lowers the rate, and pauses. The refusals of calls that started before the last pause ended belong to that one. */
	recordRefusal(refusal: Refusal): void {
		const { startedAt, endedAt, pauseMs, isAlone } = refusal;
		if (pauseMs > 0) this.askedUntil = Math.max(this.askedUntil, endedAt + pauseMs);
		if (startedAt < this.pausedUntil) return this.recordOfSamePause(refusal);
		const shortest = this.refusals === 0 || isAlone ? FIRST_PAUSE_MS : PAUSE_MS;
		if (!isAlone) this.findRate(refusal);
		this.pause(endedAt, endedAt + Math.max(pauseMs, shortest));
	}

	private recordOfSamePause({ startedAt, endedAt, pauseMs }: Refusal): void {
		const { first } = this;
		const isInTime = first && startedAt <= first.endedAt && endedAt <= this.heldUntil;
		this.pause(endedAt, endedAt + pauseMs);
		if (first) first.isOnly = false;
		if (!isInTime || startedAt <= first.acceptedFrom) return;
		// If as many were accepted as before the first refusal, a new second of the server has begun (fixed window).
		first.isEven ||= first.accepted < this.kept;
		if (first.isEven) this.goOn(first, endedAt);
	}

	/** Sets the rate by what was accepted in the last second. */
	private findRate({ startedAt, endedAt, pauseMs }: Refusal): void {
		const isFirst = this.refusals === 0;
		const rate = this.at(endedAt);
		this.dropOld(endedAt);
		const all = this.accepted.length;
		const countsOtherSeconds = isFirst
			? all >= STEADY_SHARE * rate
			: this.refusals === 1 && pauseMs > 0 && endedAt - this.pausedUntil < SOON_MS;
		const accepted = Math.min(all, countsOtherSeconds ? SOON_SHARE * rate : rate);
		// Others use up what the account takes, and nothing is known of the part that is left.
		if (isFirst && accepted === 0) return this.search(START_RATE, START_DOUBLING_S, endedAt);
		// A run that is slower than its rate shows nothing of what the rate has risen to meanwhile.
		this.lower(Math.min(rate, Math.max(this.kept, all)), accepted, pauseMs, endedAt);
		this.first = isFirst
			? { startedAt, endedAt, accepted: 0, acceptedFrom: Infinity, isOnly: true, isEven: false }
			: undefined;
	}

	/** Sets a rate that rises soon. */
	private search(rate: number, doublingS: number, now: number): void {
		this.kept = rate;
		this.heldUntil = now;
		this.holdMs = MIN_HOLD_MS;
		this.doublingS = doublingS;
	}

	/**
	 * Ends the first pause if the server did not ask for it: an account that takes calls at an even rate (token bucket) takes more
	 * already. The calls that it accepted beside its first refusals show that rate; those that it accepted before do not.
	 */
	private goOn({ startedAt, endedAt, accepted }: FirstRefusal, now: number): void {
		this.pausedUntil = Math.min(this.pausedUntil, Math.max(now, this.askedUntil));
		const shown = (KEPT_SHARE * accepted * 1000) / (endedAt - startedAt);
		this.doublingS = DOUBLING_S;
		this.hold(
			Math.max(this.kept, shown),
			HELD_CALLS,
			// A few calls do not show the rate well enough to keep to it for long.
			(this.askedUntil - endedAt) * Math.min(1, accepted / HELD_CALLS),
			Math.max(now, this.pausedUntil),
		);
	}

	/** Lowers the rate to what was accepted of it, and holds it. */
	private lower(rate: number, accepted: number, pauseMs: number, now: number): void {
		const isFirst = this.refusals++ === 0;
		const least = isFirst ? MIN_RATE : Math.max(MIN_RATE, LEAST_SHARE * rate);
		const kept = Math.max(least, KEPT_SHARE * accepted);
		// So few calls may be only what the account takes at once, or what it took while it did not work.
		const isGuess = (isFirst || kept === least) && kept < START_RATE;
		this.doublingS = isGuess ? START_DOUBLING_S : DOUBLING_S;
		const factor = kept / this.steadyRate;
		const isSame = Math.max(factor, 1 / factor) < SAME_FACTOR;
		if (isSame) {
			this.steadyRefusals++;
		} else {
			this.steadyRate = kept;
			this.steadyRefusals = 0;
		}
		const heldCalls = isGuess ? 0 : HELD_CALLS + HELD_CALLS_MORE * this.steadyRefusals;
		// A pause while the rate is held does not make that longer, so that processes with a small part of an account get their share.
		const heldUntil = isFirst || pauseMs === 0 ? now : this.heldUntil;
		this.hold(kept, heldCalls, now < heldUntil ? 0 : pauseMs, now);
		this.heldUntil = Math.max(this.heldUntil, heldUntil);
	}

	/** Sets a rate, and holds it for so many calls, or for long after a pause that the server asked for. */
	private hold(rate: number, calls: number, pauseMs: number, now: number): void {
		this.kept = rate;
		this.holdMs = Math.max(MIN_HOLD_MS, Math.min((calls * 1000) / rate, MAX_HOLD_MS));
		this.heldUntil =
			now + Math.max(this.holdMs, Math.min(HOLD_PER_PAUSE * pauseMs, LONGEST_HOLD_MS));
	}

	/** Calls per second that may start at a time. */
	private at(now: number): number {
		const ms = Math.max(0, now - this.heldUntil);
		const doubled = this.kept * 2 ** ((ms / 1000 / this.doublingS) ** 2);
		const risen = this.kept + (RISE_PER_HOLD * ms) / this.holdMs;
		return Math.min(Math.max(doubled, risen), this.limit());
	}

	/**
	 * The rate that a call keeps which starts at a time. The first one after a pause that the server asked for starts when that ends, also
	 * where the rate is so low that it would start later, but keeps the limits of the runs.
	 */
	private paceAt(now: number): number {
		return this.usedAt < this.askedUntil ? this.limit() : this.at(now);
	}

	private limit(): number {
		return rateWithin(Math.min(...this.limits));
	}

	/** Lets nothing start before a time. The rate is held for as much longer. */
	private pause(now: number, until: number): void {
		const longerMs = until - Math.max(now, this.pausedUntil);
		if (longerMs <= 0) return;
		this.pausedUntil = until;
		this.heldUntil += longerMs;
	}

	private dropOld(now: number): void {
		while (this.accepted[0] <= now - WINDOW_MS) this.accepted.shift();
	}
}
