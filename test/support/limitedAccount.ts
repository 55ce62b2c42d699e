import { limiter, type Limit } from '../../bench/rateLimit';
import type { Call } from '../../nodes/shared/delivery/call';
import { deliver, type DeliverySettings } from '../../nodes/shared/delivery/deliver';
import type { Response } from '../../nodes/shared/delivery/outcome';
import { Throttle } from '../../nodes/shared/delivery/throttle';
import { fakeClock } from './fakeClock';

export interface LimitedRun extends Limit {
	/** Whether a call is accepted that arrives at a time; by the limit without it. */
	readonly accepts?: (now: number) => boolean;
	readonly latencyMs: number;
	/** If more calls are in flight, answers take longer. */
	readonly capacity?: number;
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

/** Runs processes that share nothing but a server with a limit, in simulated time. */
export async function runLimited(run: LimitedRun) {
	const { accepts = limiter(run), settings, processes = 1, capacity = Infinity } = run;
	const random = randomFrom(run.seed);
	const clock = fakeClock(0, random);
	/** The seconds of the server begin at any time. */
	const offset = 1000 * random();
	const accepted: number[] = [];
	let [refused, inFlight, most] = [0, 0, 0];
	const headers: Response['headers'] = run.retryAfter ? { 'retry-after': '1' } : {};
	const send = async (): Promise<Response> => {
		most = Math.max(most, ++inFlight);
		const latencyMs = run.latencyMs * Math.max(1, inFlight / capacity);
		const wayMs = (latencyMs / 2) * (0.9 + 0.2 * random());
		await clock.sleep(wayMs);
		const isAccepted = accepts(clock.now() + offset);
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
