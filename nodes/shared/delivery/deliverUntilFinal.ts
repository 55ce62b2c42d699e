import {
	deliver,
	waitUntil,
	type Call,
	type Delivery,
	type DeliveryContext,
	type DeliverySettings,
} from './deliver';
import type { Response } from './outcome';

export interface PollSettings {
	readonly pollMs: number;
	readonly maxWaitMs: number;
}

/** Delivers calls, and again those whose answer is not final yet, until all are or the time is over. Attempts are added up. */
export async function deliverUntilFinal(
	calls: readonly Call[],
	isPending: (response: Response) => boolean,
	settings: DeliverySettings & PollSettings,
	context: DeliveryContext,
): Promise<Delivery[]> {
	const deadline = context.now() + settings.maxWaitMs;
	const isCancelled = () => context.signal?.aborted === true;
	const deliveries = await deliver(calls, settings, context);
	const pendingOnes = () =>
		[...deliveries.keys()].filter((index) => {
			const { outcome } = deliveries[index];
			return outcome?.kind === 'accepted' && isPending(outcome.response);
		});
	const isGivenUp = () =>
		settings.stopOnFailure && deliveries.some(({ outcome }) => outcome?.kind !== 'accepted');

	for (let pending = pendingOnes(); pending.length > 0 && !isGivenUp(); pending = pendingOnes()) {
		const next = context.now() + settings.pollMs;
		if (next > deadline || isCancelled()) break;
		await waitUntil(next, isCancelled, context);
		const again = await deliver(
			pending.map((index) => calls[index]),
			settings,
			context,
		);
		pending.forEach((index, position) => {
			const { outcome, attempts, isSettled } = again[position];
			const before = deliveries[index];
			deliveries[index] = {
				outcome: outcome ?? before.outcome,
				attempts: before.attempts + attempts,
				isSettled,
			};
		});
	}
	return deliveries;
}
