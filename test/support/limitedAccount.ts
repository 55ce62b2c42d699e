import type { Call } from '../../nodes/shared/delivery/call';
import { deliver, type DeliverySettings } from '../../nodes/shared/delivery/deliver';
import type { Response } from '../../nodes/shared/delivery/outcome';
import { Throttle } from '../../nodes/shared/delivery/throttle';
import { fakeClock } from './fakeClock';

/** How a server counts: over the last second, over the seconds of its clock, or by tokens that come at an even rate. */
export type Counting = 'sliding' | 'fixed' | 'bucket';

export interface LimitedRun {
	readonly counting: Counting;
	/** Calls a second that are accepted, at a time in milliseconds. */
	readonly limitAt: (now: number) => number;
	/** What the answer of 429 asks for, in seconds. */
	readonly retryAfter?: number;
	readonly latencyMs: number;
	readonly calls: number;
	readonly processes?: number;
	/** The processes start within this time. */
	readonly staggerMs?: number;
	readonly settings: DeliverySettings;
	readonly seed: number;
}

/** Numbers from 0 up to 1 that are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

/** A server that takes only so many calls a second. */
export function limiter(counting: Counting, limitAt: (now: number) => number, offset: number) {
	let [tokens, last, second, count] = [limitAt(0), 0, -1, 0];
	let times: number[] = [];
	let oldest = 0;
	return (now: number): boolean => {
		const limit = limitAt(now);
		switch (counting) {
			case 'sliding':
				while (times[oldest] <= now - 1000) oldest++;
				if (oldest > 10_000) [times, oldest] = [times.slice(oldest), 0];
				if (times.length - oldest >= limit) return false;
				times.push(now);
				return true;
			case 'fixed': {
				const current = Math.floor((now + offset) / 1000);
				if (current !== second) [second, count] = [current, 0];
				return ++count <= limit;
			}
			case 'bucket':
				tokens = Math.min(limit, tokens + ((now - last) * limit) / 1000);
				last = now;
				if (tokens < 1) return false;
				tokens--;
				return true;
		}
	};
}

/** Runs processes that share nothing but a server with a limit, in simulated time. */
export async function runLimited(run: LimitedRun) {
	const { limitAt, counting, retryAfter, latencyMs, settings, processes = 1 } = run;
	const random = randomFrom(run.seed);
	const clock = fakeClock(0, random);
	const isTaken = limiter(counting, limitAt, 1000 * random());
	const accepted: number[] = [];
	let [refused, inFlight, most] = [0, 0, 0];
	const headers: Response['headers'] = retryAfter ? { 'retry-after': String(retryAfter) } : {};
	const send = async (): Promise<Response> => {
		most = Math.max(most, ++inFlight);
		const wayMs = (latencyMs / 2) * (0.9 + 0.2 * random());
		await clock.sleep(wayMs);
		const isAccepted = isTaken(clock.now());
		await clock.sleep(wayMs);
		inFlight--;
		if (isAccepted) accepted.push(clock.now());
		else refused++;
		return { statusCode: isAccepted ? 202 : 429, headers: isAccepted ? {} : headers, body: {} };
	};
	const ends = await clock.runUntil(
		Promise.all(
			Array.from({ length: processes }, async () => {
				await clock.sleep((run.staggerMs ?? 0) * random());
				const throttle = new Throttle(clock);
				const own = Array.from({ length: run.calls / processes }, (): Call => ({ throttle, send }));
				const deliveries = await deliver(own, settings, clock);
				return { at: clock.now(), deliveries };
			}),
		),
	);
	const last = Math.max(...ends.map(({ at }) => at));
	return {
		accepted,
		most,
		refused,
		refusedShare: refused / (accepted.length + refused),
		seconds: last / 1000,
		/** The time between the end of the first and the last process, as a part of the whole. */
		spread: (last - Math.min(...ends.map(({ at }) => at))) / last,
		lost: ends.flatMap(({ deliveries }) => deliveries).filter(({ fate }) => fate !== 'accepted')
			.length,
	};
}
