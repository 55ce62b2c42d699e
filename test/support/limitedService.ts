import type { Call } from '../../nodes/shared/delivery/call';
import type { Throttle } from '../../nodes/shared/delivery/throttle';
import type { FakeClock } from './fakeClock';

export interface Limits {
	/** Requests in each window of a minute. */
	readonly steady: number;
	/** Requests in each second. */
	readonly burst: number;
	/** How the seconds until the window ends are rounded. */
	readonly rounding?: 'ceil' | 'floor';
	/** When the windows begin, after the start of the clock. */
	readonly offsetMs?: number;
}

const MINUTE_MS = 60_000;
const SECOND_MS = 1000;
/** The network is this slow. Where that differs by more, requests may arrive in another second than they were sent for. */
const ARRIVES_AFTER_MS = 10;

/** A service with fixed windows, which tells them in its headers. */
export function limitedService({ steady, burst, rounding = 'ceil', offsetMs = 0 }: Limits) {
	const taken = new Map<string, number>();
	let refused = 0;
	const takenIn = (window: string) => taken.get(window) ?? 0;
	/** Takes a request at a time, or refuses it. */
	function take(now: number) {
		const time = now - offsetMs;
		const minute = Math.floor(time / MINUTE_MS);
		const [steadyWindow, burstWindow] = [`minute ${minute}`, `${Math.floor(time / SECOND_MS)}`];
		const isTaken = takenIn(steadyWindow) < steady && takenIn(burstWindow) < burst;
		if (isTaken) {
			for (const window of [steadyWindow, burstWindow]) taken.set(window, takenIn(window) + 1);
		}
		const headers = {
			'x-ratelimit-limit': `${steady};w=60;burst=${burst};w=1`,
			'x-ratelimit-remaining': String(steady - takenIn(steadyWindow)),
			'x-ratelimit-reset': String(Math[rounding](((minute + 1) * MINUTE_MS - time) / SECOND_MS)),
		};
		return { isTaken, statusCode: isTaken ? 200 : 429, headers, body: {} };
	}
	return {
		refused: () => refused,
		/** How many were taken in a minute, from 0. */
		takenIn: (minute: number) => takenIn(`minute ${minute}`),
		take,
		/** Calls of this service; each is counted when it arrives, and takes a while to be answered. */
		calls: (
			length: number,
			clock: FakeClock,
			throttle: Throttle,
			latency: (index: number) => number,
		): Call[] =>
			Array.from({ length }, (_, index) => ({
				throttle,
				async send() {
					await clock.sleep(ARRIVES_AFTER_MS);
					const { isTaken, ...answer } = take(clock.now());
					if (!isTaken) refused++;
					await clock.sleep(latency(index));
					return answer;
				},
			})),
	};
}
