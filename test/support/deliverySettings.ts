import type { DeliverySettings } from '../../nodes/shared/delivery/deliver';

/** The defaults of Bluecore Events. */
export const EVENTS: DeliverySettings = {
	maxConcurrency: 0,
	requestsPerSecond: 0,
	timeoutMs: 30_000,
	maxRetries: 3,
	retryBaseMs: 1000,
	retryMaxMs: 30_000,
	retryUnknownOutcome: true,
	stopOnFailure: false,
};

/** The defaults of Bluecore Email. */
export const EMAILS: DeliverySettings = {
	...EVENTS,
	requestsPerSecond: 200,
	maxRetries: 5,
	retryBaseMs: 30_000,
	retryMaxMs: 300_000,
	retryUnknownOutcome: false,
};
