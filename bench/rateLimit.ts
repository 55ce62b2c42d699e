/** Whether a call at a time, in milliseconds, is accepted. */
type Accepts = (now: number) => boolean;

/** A token bucket, full at first; its capacity in seconds of the rate. */
const tokenBucket = (seconds: number) => (perSecond: number) => {
	const capacity = Math.max(1, perSecond * seconds);
	let [tokens, filledAt] = [capacity, 0];
	return (now: number) => {
		tokens = Math.min(capacity, tokens + ((now - filledAt) * perSecond) / 1000);
		filledAt = now;
		if (tokens < 1) return false;
		tokens--;
		return true;
	};
};

/** How a server counts calls. */
const START = {
	'sliding second': (perSecond) => {
		const accepted: number[] = [];
		return (now) => {
			while (accepted[0] <= now - 1000) accepted.shift();
			return accepted.length < perSecond && accepted.push(now) > 0;
		};
	},
	'fixed seconds': (perSecond) => {
		let [second, count] = [0, 0];
		return (now) => {
			if (Math.floor(now / 1000) !== second) count = 0;
			second = Math.floor(now / 1000);
			return count < perSecond && ++count > 0;
		};
	},
	'token bucket 1 s': tokenBucket(1),
	'token bucket 0.1 s': tokenBucket(0.1),
} satisfies Record<string, (perSecond: number) => Accepts>;
export type Counting = keyof typeof START;
export const COUNTINGS = Object.keys(START) as Counting[];

/** The calls that a server accepts; all others it answers with 429. */
export interface Limit {
	readonly perSecond: number;
	readonly counting: Counting;
	/** Whether a 429 says `Retry-After: 1`. */
	readonly retryAfter: boolean;
}

/** Decides of one call after the other whether it is accepted. */
export const limiter = ({ perSecond, counting }: Limit): Accepts => START[counting](perSecond);
