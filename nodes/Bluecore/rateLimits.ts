import type { Response } from '../shared/delivery/outcome';
import type { QuotaReading } from '../shared/delivery/quota';
import { toNumber } from '../shared/values/coerce';

/** No window is longer; a larger number of seconds is a time, not a duration. */
const MAX_RESET_S = 24 * 60 * 60;

/**
 * Reads the rate-limit headers of an answer, such as `X-RateLimit-Limit: 700;w=60;burst=75;w=1`: limits, each followed by its window
 * in seconds. The names of the headers come with and without `X-`.
 */
export function readQuota({ headers }: Response): QuotaReading {
	const header = (name: string) => {
		const names = [`x-ratelimit-${name}`, `ratelimit-${name}`];
		const [, value] =
			Object.entries(headers).find(([key]) => names.includes(key.toLowerCase())) ?? [];
		return value;
	};
	const windows = readWindows(String(header('limit') ?? ''));
	const remaining = toNumber(header('remaining'));
	const seconds = toNumber(header('reset'));
	const isCounted =
		remaining !== undefined && seconds !== undefined && seconds >= 0 && seconds <= MAX_RESET_S;
	return {
		windows,
		...(isCounted && {
			current: { remaining: Math.max(0, Math.floor(remaining)), resetMs: seconds * 1000 },
		}),
	};
}

function readWindows(policy: string): QuotaReading['windows'] {
	const windows: Array<{ limit: number; windowMs: number }> = [];
	let limit: number | undefined;
	for (const part of policy.split(/[;,]/)) {
		const [, name, number] = /^\s*(?:(\w+)\s*=\s*)?(\d+)\s*$/.exec(part) ?? [];
		if (number === undefined) continue;
		if (name?.toLowerCase() !== 'w') limit = Number(number);
		else if (limit !== undefined && limit > 0 && Number(number) > 0) {
			windows.push({ limit, windowMs: Number(number) * 1000 });
		}
	}
	return windows;
}
