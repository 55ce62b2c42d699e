import type { Api, IncomingCall } from '../state/calls';

/** What happens to a call instead of, or besides, Bluecore's answer. */
export interface FaultEffect {
	/** Answers with it; the call is not taken. */
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string>>;
	/** Of that answer. */
	readonly body?: unknown;
	/** Milliseconds by which the answer is late; the call is taken at once. */
	readonly delayMs?: number;
	/** Closes the connection without an answer, before or after the call is taken. */
	readonly drop?: 'before' | 'after';
	/** Closes the connection in the middle of the answer. */
	readonly truncate?: true;
}

/** A fault on command. What each property means: schemas/fault.schema.json. */
export interface FaultRule extends Omit<FaultEffect, 'headers'> {
	readonly api?: Exclude<Api, 'unknown'>;
	readonly event?: string;
	readonly address?: string;
	readonly count?: number;
	readonly share?: number;
	readonly seed?: number;
	readonly perSecond?: number;
	readonly retryAfterSeconds?: number;
	readonly retryAfterAsDate?: boolean;
}

/** A fault that is set, and how often it has happened. */
export interface Fault extends FaultRule {
	readonly id: number;
	/** Calls that it is for. */
	readonly matched: number;
	/** Calls that it happened to. */
	readonly happened: number;
}

/** Namespaces whose calls of the last second are remembered. */
const MOST_NAMESPACES = 1000;

/** A fault with its counters and what decides how often it happens. */
class SetFault {
	matched = 0;

	happened = 0;

	private readonly random: () => number;

	/** By namespace: when the calls of the last second were let through, at most `perSecond` of them. */
	private readonly lately = new Map<string, number[]>();

	constructor(
		readonly id: number,
		readonly rule: FaultRule,
	) {
		this.random = randomNumbers(rule.seed ?? 1);
	}

	/** Whether it happens to a call; counts it. */
	happensTo(call: IncomingCall, now: number): boolean {
		const { count = Infinity, share, perSecond } = this.rule;
		if (this.happened >= count || !isFor(this.rule, call)) return false;
		this.matched++;
		if (share !== undefined && this.random() >= share) return false;
		if (perSecond !== undefined && this.isWithin(perSecond, call.namespace, now)) return false;
		this.happened++;
		return true;
	}

	private isWithin(perSecond: number, namespace: string, now: number): boolean {
		const times = this.lately.get(namespace) ?? [];
		if (this.lately.size >= MOST_NAMESPACES) this.lately.clear();
		this.lately.set(namespace, times);
		while (times.length > 0 && times[0] <= now - 1000) times.shift();
		if (times.length >= perSecond) return false;
		times.push(now);
		return true;
	}
}

/** The faults that are set, in the order in which they were. The first that happens to a call is its fault. */
export class Faults {
	private set: SetFault[] = [];

	private lastId = 0;

	add(rule: FaultRule): Fault {
		const fault = new SetFault(++this.lastId, rule);
		this.set.push(fault);
		return shown(fault);
	}

	list(): Fault[] {
		return this.set.map(shown);
	}

	/** Whether there was one. */
	remove(id: number): boolean {
		const before = this.set.length;
		this.set = this.set.filter((fault) => fault.id !== id);
		return this.set.length < before;
	}

	clear(): void {
		this.set = [];
	}

	/** What happens to a call, if anything; counts it. */
	next(call: IncomingCall, now: number): FaultEffect | undefined {
		const fault = this.set.find((each) => each.happensTo(call, now));
		return fault && effectOf(fault.rule, now);
	}
}

const shown = ({ id, rule, matched, happened }: SetFault): Fault => ({
	id,
	...rule,
	matched,
	happened,
});

const isFor = ({ api, event, address }: FaultRule, call: IncomingCall): boolean =>
	(api === undefined || api === call.api) &&
	(event === undefined || event === call.event) &&
	(address === undefined || address.toLowerCase() === call.who.toLowerCase());

function effectOf(rule: FaultRule, now: number): FaultEffect {
	const { status, perSecond, retryAfterSeconds, retryAfterAsDate, body, delayMs, drop, truncate } =
		rule;
	const answered =
		status ?? (perSecond !== undefined && !drop && !delayMs && !truncate ? 429 : undefined);
	const retryAfter =
		retryAfterSeconds === undefined
			? undefined
			: retryAfterAsDate
				? new Date(now + retryAfterSeconds * 1000).toUTCString()
				: String(retryAfterSeconds);
	return {
		...(answered !== undefined && { status: answered, body }),
		...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }),
		...(delayMs !== undefined && { delayMs }),
		...(drop && { drop }),
		...(truncate && { truncate }),
	};
}

const MESSAGES: Readonly<Record<number, string>> = {
	400: 'Bad request.',
	401: 'Not authenticated or authorized.',
	403: 'Not authenticated or authorized.',
	406: 'Requested media type is not supported.',
	429: 'too many requests',
	500: 'Unhandled exception.',
	502: 'Internal error.',
	503: 'Service unavailable.',
	504: 'Gateway timeout.',
};

/** The body that Bluecore sends with a status: a message, and on 5xx a request ID. */
export const faultBody = (status: number, requestId: string) => ({
	message: MESSAGES[status] ?? `Status ${status}.`,
	...(status >= 500 && { request_id: requestId }),
});

/** What a fault did, in words. */
export function faultInWords({ status, headers, delayMs, drop, truncate }: FaultEffect): string {
	const words = [
		...(status === undefined ? [] : [`answered ${status}`]),
		...(headers?.['retry-after'] === undefined ? [] : [`Retry-After: ${headers['retry-after']}`]),
		...(delayMs === undefined ? [] : [`answer late by ${delayMs} ms`]),
		...(drop === undefined ? [] : [`connection closed ${drop} the call was taken`]),
		...(truncate === undefined ? [] : ['answer cut off']),
	];
	return words.join(', ');
}

/** Numbers from 0 to below 1, the same ones for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
	let state = seed | 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}
