import type { Call } from '../../nodes/shared/delivery/call';
import {
	deliver as deliverCalls,
	type DeliverySettings,
} from '../../nodes/shared/delivery/deliver';
import type { Response } from '../../nodes/shared/delivery/outcome';
import { Throttle } from '../../nodes/shared/delivery/throttle';
import { EVENTS } from './deliverySettings';
import { answer } from './developerOperations';
import { fakeClock } from './fakeClock';

/** What a request meets: a status, a code of Node.js, or an answer. */
export type Step = number | string | Response;

export interface ScriptedCall {
	readonly name: string;
	/** What its attempts meet; the last one repeats. */
	readonly steps?: readonly Step[];
	/** What the questions meet of whether it has arrived; nobody asks without it. 200 says that it has, 404 that it has not. */
	readonly asks?: readonly Step[];
	/** How long each attempt takes. */
	readonly ms?: number;
	readonly orderKey?: string;
	/** Each account has a throttle of its own. */
	readonly account?: string;
}

export const asksToWait = (seconds: number) => answer(429, {}, { 'retry-after': `${seconds}` });

const fail = (code: string) => Object.assign(new Error(code), { code });

/** Delivers calls in simulated time to a server that answers by a script. Waits are the shortest that chance allows. */
export function scriptedAccount() {
	const clock = fakeClock();
	const throttles = new Map<string, Throttle>();
	const stats = { inFlight: 0, most: 0 };
	/** When each attempt and each question started: `name 500` and `name? 500`. */
	const log: string[] = [];

	function throttleOf(account: string): Throttle {
		const throttle = throttles.get(account) ?? new Throttle(clock);
		throttles.set(account, throttle);
		return throttle;
	}

	async function meet(step: Step, ms = 0): Promise<Response> {
		stats.most = Math.max(stats.most, ++stats.inFlight);
		if (ms > 0) await clock.sleep(ms);
		else await Promise.resolve();
		stats.inFlight--;
		if (typeof step === 'string') throw fail(step);
		return typeof step === 'number' ? answer(step, {}) : step;
	}

	function callOf({ name, steps = [202], asks, ms, orderKey, account = '' }: ScriptedCall): Call {
		let [sent, asked] = [0, 0];
		return {
			orderKey,
			throttle: throttleOf(account),
			async send() {
				log.push(`${name} ${clock.now()}`);
				return await meet(steps[Math.min(sent++, steps.length - 1)], ms);
			},
			confirmation: asks && {
				isNeeded: (outcome) =>
					outcome.kind === 'unknown' ||
					('response' in outcome && [409, 504].includes(outcome.response.statusCode)),
				async ask(_signal, mayBeOwn) {
					log.push(`${name}${mayBeOwn ? '' : ' of another'}? ${clock.now()}`);
					return await meet(asks[Math.min(asked++, asks.length - 1)]);
				},
				read(response) {
					if (response.statusCode === 200) return { kind: 'accepted', response };
					if (response.statusCode === 404) return 'notArrived';
					return response.statusCode === 409 ? { kind: 'refused', response } : undefined;
				},
			},
		};
	}

	/** Delivers calls, and says of each: its fate, its attempts, the kind of its outcome. */
	async function deliver(
		calls: readonly ScriptedCall[],
		settings: Partial<DeliverySettings> = {},
		cancelledAt = Infinity,
	) {
		const abort = new AbortController();
		if (cancelledAt < Infinity) void clock.sleep(cancelledAt).then(() => abort.abort());
		const context = { ...clock, signal: abort.signal };
		const running = deliverCalls(calls.map(callOf), { ...EVENTS, ...settings }, context);
		const deliveries = await clock.runUntil(running);
		const results = deliveries.map(({ fate, attempts, outcome }) =>
			[fate, attempts, outcome?.kind].join(' '),
		);
		return { deliveries, results };
	}

	return { clock, log, stats, deliver };
}
