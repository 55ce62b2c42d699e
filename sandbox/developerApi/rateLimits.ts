import type { SandboxConfig } from '../account/config';

interface Window {
	readonly limit: number;
	readonly ms: number;
	/** Milliseconds since the epoch. */
	startsAt: number;
	/** Calls in this window that were let through. */
	calls: number;
}

/** The windows of at most this many namespaces are remembered. */
const MAX_NAMESPACES = 1000;

/**
 * The rate limits of the Developer API: fixed windows, a steady and a burst one, for each namespace. A window starts at a multiple
 * of its length, and a call that is refused is not counted.
 */
export class RateLimits {
	private readonly windows = new Map<string, readonly Window[]>();

	constructor(private readonly config: Pick<SandboxConfig, 'rateLimits'>) {}

	/** Counts a call. Returns whether it is within the limits, and the headers of its answer. */
	count(namespace: string, now: number): { isWithin: boolean; headers: Record<string, string> } {
		const windows = this.windowsOf(namespace);
		for (const window of windows) {
			const startsAt = Math.floor(now / window.ms) * window.ms;
			if (startsAt !== window.startsAt) Object.assign(window, { startsAt, calls: 0 });
		}
		const isWithin = windows.every(({ calls, limit }) => calls < limit);
		if (isWithin) for (const window of windows) window.calls++;
		return { isWithin, headers: this.headersOf(windows, now) };
	}

	/** Begins anew, for one namespace or for all. */
	reset(namespace?: string): void {
		if (namespace === undefined) this.windows.clear();
		else this.windows.delete(namespace);
	}

	private windowsOf(namespace: string): readonly Window[] {
		const { steady, burst } = this.config.rateLimits;
		const windows =
			this.windows.get(namespace) ??
			[steady, burst].map(({ limit, seconds }) => ({
				limit,
				ms: seconds * 1000,
				startsAt: 0,
				calls: 0,
			}));
		if (this.windows.size >= MAX_NAMESPACES) this.windows.clear();
		this.windows.set(namespace, windows);
		return windows;
	}

	private headersOf([steady, burst]: readonly Window[], now: number): Record<string, string> {
		const { headerPrefix, headersDescribe } = this.config.rateLimits;
		const [steadyLeft, burstLeft] = [steady, burst].map(({ limit, calls }) => limit - calls);
		const shown = headersDescribe === 'tightest' && burstLeft < steadyLeft ? burst : steady;
		return {
			[`${headerPrefix}Limit`]: `${steady.limit};w=${steady.ms / 1000};burst=${burst.limit};w=${burst.ms / 1000}`,
			[`${headerPrefix}Remaining`]: String(shown.limit - shown.calls),
			[`${headerPrefix}Reset`]: String(Math.ceil((shown.startsAt + shown.ms - now) / 1000)),
		};
	}
}
