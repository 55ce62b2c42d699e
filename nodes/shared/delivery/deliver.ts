import { Attempts, type AttemptSettings, type Slots } from './attempts';
import { CallDelivery, type Call, type CallSettings, type Delivery } from './call';
import type { Clock } from './clock';
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
	const accounts = new Map<Throttle, { attempts: Attempts; entries: Entry[] }>();
	const forAll = (act: (attempts: Attempts) => void) => {
		for (const { attempts } of accounts.values()) act(attempts);
	};
	const slots: Slots = {
		max: settings.maxConcurrency || Infinity,
		used: 0,
		onFree: () => forAll((attempts) => attempts.notify()),
	};
	for (const [index, call] of calls.entries()) {
		const { throttle, orderKey } = call;
		const account = accounts.get(throttle) ?? {
			attempts: new Attempts(throttle, settings, slots, context, isOver),
			entries: [],
		};
		accounts.set(throttle, account);
		account.entries.push({ call, orderKey, index });
	}

	/** Delivers the calls of one account. */
	async function deliverTo(throttle: Throttle, attempts: Attempts, entries: readonly Entry[]) {
		const queue = new OrderedQueue(entries);
		let underWay = 0;
		const begin = async (entry: Entry, admission: Admission) => {
			const call = new CallDelivery(entry.call, attempts, settings, context, pollUntil);
			const delivery = await call.run(admission);
			deliveries[entry.index] = delivery;
			if (delivery.isSettled) {
				if (settings.stopOnFailure && delivery.fate !== 'accepted') {
					isStopped = true;
					forAll((each) => each.cancelWaiting());
				}
				queue.settle(entry);
			}
			underWay--;
			attempts.end();
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
		await attempts.run(takeNew, () => underWay === 0);
		throttle.leave(settings);
	}

	const cancel = () => forAll((attempts) => attempts.cancelAll());
	signal?.addEventListener('abort', cancel);
	await Promise.all(
		[...accounts].map(
			async ([throttle, { attempts, entries }]) => await deliverTo(throttle, attempts, entries),
		),
	);
	signal?.removeEventListener('abort', cancel);
	return deliveries;
}
