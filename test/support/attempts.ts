import type { Attempt } from '../../nodes/shared/delivery/circuitBreaker';
import {
	classifyFailure,
	classifyResponse,
	type Outcome,
} from '../../nodes/shared/delivery/outcome';
import { answer } from './developerOperations';

/** The outcome of a request that is answered with a status, or that ends with a code of Node.js. */
export const outcomeOf = (end: number | string): Outcome =>
	typeof end === 'number' ? classifyResponse(answer(end, {})) : classifyFailure({ code: end });

/** An attempt that starts and ends at one time, at waits that double from a second on. */
export const attemptAt = (
	time: number,
	outcome: Outcome,
	more: Partial<Attempt> = {},
): Attempt => ({
	startedAt: time,
	endedAt: time,
	date: time,
	outcome,
	retryAfterMs: 0,
	retryDelay: (failures) => 1000 * 2 ** (failures - 1),
	...more,
});
