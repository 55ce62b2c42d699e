/** How a server counts calls; the number of a token bucket is its capacity, in seconds of the rate. */
export const COUNTINGS = [
	'sliding second',
	'fixed seconds',
	'token bucket 1 s',
	'token bucket 0.1 s',
] as const;
export type Counting = (typeof COUNTINGS)[number];

/** The calls that a server accepts; all others it answers with 429. */
export interface Limit {
	readonly perSecond: number;
	readonly counting: Counting;
	/** Whether a 429 says `Retry-After: 1`. */
	readonly retryAfter: boolean;
	/** So long after the first call the rate becomes `factor` times as high. */
	readonly change?: { readonly afterSeconds: number; readonly factor: number };
}

/** Whether a call is accepted; the time in milliseconds, the rate in calls per second. */
type Accepts = (now: number, rate: number) => boolean;

/** A token bucket, full at first. */
function tokenBucket(capacityOf: (rate: number) => number): Accepts {
	let tokens = Infinity;
	let filledAt = 0;
	return (now, rate) => {
		const filled = tokens + ((now - filledAt) * rate) / 1000;
		tokens = Math.min(filled, Math.max(1, capacityOf(rate)));
		filledAt = now;
		if (tokens < 1) return false;
		tokens--;
		return true;
	};
}

function slidingSecond(): Accepts {
	const accepted: number[] = [];
	return (now, rate) => {
		while (accepted[0] <= now - 1000) accepted.shift();
		return accepted.length < rate && accepted.push(now) > 0;
	};
}

function fixedSeconds(): Accepts {
	let second = 0;
	let count = 0;
	return (now, rate) => {
		if (Math.floor(now / 1000) !== second) count = 0;
		second = Math.floor(now / 1000);
		return count < rate && ++count > 0;
	};
}

const START: Readonly<Record<Counting, () => Accepts>> = {
	'sliding second': slidingSecond,
	'fixed seconds': fixedSeconds,
	'token bucket 1 s': () => tokenBucket((rate) => rate),
	'token bucket 0.1 s': () => tokenBucket((rate) => rate / 10),
};

/** Decides of one call after the other whether it is accepted. */
export function limiter({ perSecond, counting, change }: Limit): (now: number) => boolean {
	const accepts = START[counting]();
	let first: number | undefined;
	return (now) => {
		first ??= now;
		const hasChanged = change !== undefined && now - first >= change.afterSeconds * 1000;
		return accepts(now, hasChanged ? perSecond * change.factor : perSecond);
	};
}
