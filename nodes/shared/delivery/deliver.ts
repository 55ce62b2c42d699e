import { groupBy } from '../values/value';
import { Attempts, type AttemptSettings, type NewCall } from './attempts';
import { CallDelivery, type Call, type CallSettings, type Delivery } from './call';
import type { Clock } from './clock';

export interface DeliverySettings extends AttemptSettings, CallSettings {
	/** Whether nothing new starts after a call was given up. */
	readonly stopOnFailure: boolean;
}

interface DeliveryContext extends Clock {
	readonly signal?: AbortSignal;
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
	let isStopped = false;
	const run = {
		inFlight: 0,
		maxInFlight: settings.maxConcurrency || Infinity,
		isOver: (isQuestion: boolean) => signal?.aborted === true || (isStopped && !isQuestion),
		onFree: () => forAll((attempts) => attempts.start()),
	};
	const newCall = (index: number): NewCall => ({
		orderKey: calls[index].orderKey,
		deliver: async (attempts, admission) => {
			const call = new CallDelivery(calls[index], attempts, settings, context);
			const delivery = await call.run(admission);
			deliveries[index] = delivery;
			if (delivery.isSettled && settings.stopOnFailure && delivery.fate !== 'accepted') {
				isStopped = true;
				forAll((each) => each.cancelWaiting());
			}
			return delivery.isSettled;
		},
	});
	const accounts = groupBy([...calls.keys()], (index) => calls[index].throttle).map(
		(own) => new Attempts(calls[own[0]].throttle, own.map(newCall), settings, context, run),
	);
	const forAll = (act: (attempts: Attempts) => void) => accounts.forEach(act);
	const cancel = () => forAll((attempts) => attempts.cancelAll());
	signal?.addEventListener('abort', cancel);
	await Promise.all(accounts.map(async (attempts) => await attempts.deliverAll()));
	signal?.removeEventListener('abort', cancel);
	return deliveries;
}
