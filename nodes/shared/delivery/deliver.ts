import { Attempts, type AttemptSettings, type Slots } from './attempts';
import type { Call, Delivery } from './call';
import type { Clock } from './clock';
import { MAX_CONCURRENCY } from './concurrency';
import { CallDelivery, type CallSettings } from './deliverCall';
import { OrderedQueue } from './orderedQueue';
import type { Admission, RunLimits, Throttle } from './throttle';

export interface DeliverySettings extends AttemptSettings, CallSettings, RunLimits {
	/** Whether nothing new starts after a call was given up. */
	readonly stopOnFailure: boolean;
}

export interface DeliveryContext extends Clock {
	readonly signal?: AbortSignal;
}

interface Entry {
	readonly call: Call;
	readonly orderKey?: string;
	readonly index: number;
}

const NOT_STARTED: Delivery = { fate: 'notSent', attempts: 0, isSettled: false };

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
	const deliveries = calls.map(() => NOT_STARTED);
	const pollUntil = settings.poll ? context.now() + settings.poll.forMs : Infinity;
	let isStopped = false;
	const isOver = (isQuestion: boolean) => signal?.aborted === true || (isStopped && !isQuestion);
	const attempts = new Map<Throttle, Attempts>();
	const notifyAll = () => {
		for (const each of attempts.values()) each.notify();
	};
	/** The user's limit is for the whole run; the automatic one is for each account. */
	const shared: Slots = { max: settings.maxConcurrency, used: 0, onFree: notifyAll };
	const cancelAll = () => {
		for (const each of attempts.values()) each.cancelAll();
	};
	const stop = () => {
		isStopped = true;
		for (const each of attempts.values()) each.cancelWaiting();
	};

	/** Delivers the calls of one account. */
	async function deliverTo(throttle: Throttle, entries: readonly Entry[]): Promise<void> {
		const automatic: Slots = { max: MAX_CONCURRENCY, used: 0, onFree: () => own.notify() };
		const slots = settings.maxConcurrency > 0 ? shared : automatic;
		const own = new Attempts(throttle, settings, slots, context, isOver);
		attempts.set(throttle, own);
		const queue = new OrderedQueue(entries);
		let underWay = 0;
		const begin = async (entry: Entry, admission: Admission) => {
			const call = new CallDelivery(entry.call, own, settings, context, pollUntil);
			const delivery = await call.run(admission);
			deliveries[entry.index] = delivery;
			if (delivery.isSettled) {
				if (settings.stopOnFailure && delivery.fate !== 'accepted') stop();
				queue.settle(entry);
			}
			underWay--;
			own.end();
		};
		const takeNew = () => {
			const entry = isOver(false) ? undefined : queue.take();
			if (!entry) return undefined;
			underWay++;
			return {
				isQuestion: false,
				begin: (admission: Admission) => void begin(entry, admission),
			};
		};
		throttle.join(settings, entries.length, settings.readQuota !== undefined);
		await own.run(takeNew, () => underWay === 0);
		throttle.leave(settings);
	}

	const accounts = new Map<Throttle, Entry[]>();
	for (const [index, call] of calls.entries()) {
		const entries = accounts.get(call.throttle) ?? [];
		accounts.set(call.throttle, entries);
		entries.push({ call, orderKey: call.orderKey, index });
	}
	signal?.addEventListener('abort', cancelAll);
	await Promise.all([...accounts].map(async (each) => await deliverTo(...each)));
	signal?.removeEventListener('abort', cancelAll);
	return deliveries;
}
