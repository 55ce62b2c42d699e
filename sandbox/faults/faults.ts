import type { IncomingCall } from '../state/calls';
import { effectOf, type FaultEffect, type FaultRule } from './faultEffect';

/** A fault that is set, and how often it was applied. */
export interface Fault extends FaultRule {
	readonly id: number;
	/** Calls that it is meant for. */
	readonly matched: number;
	/** Calls that it was applied to. */
	readonly happened: number;
}

/** A rate limit remembers the last second of at most this many namespaces. */
const MAX_NAMESPACES = 1000;

class ActiveFault {
	matched = 0;

	happened = 0;

	private readonly random: () => number;

	/** By namespace: when the calls of the last second were let through, at most `perSecond` of them. */
	private readonly lastSecond = new Map<string, number[]>();

	constructor(
		readonly id: number,
		readonly rule: FaultRule,
	) {
		this.random = randomNumbers(rule.seed ?? 1);
	}

	/** Whether the fault is applied to a call; counts the call. */
	appliesTo(call: IncomingCall, now: number): boolean {
		const { count = Infinity, share, perSecond } = this.rule;
		if (this.happened >= count || !matches(this.rule, call)) return false;
		this.matched++;
		if (share !== undefined && this.random() >= share) return false;
		if (perSecond !== undefined && this.isWithinRate(perSecond, call.namespace, now)) return false;
		this.happened++;
		return true;
	}

	private isWithinRate(perSecond: number, namespace: string, now: number): boolean {
		const times = this.lastSecond.get(namespace) ?? [];
		if (this.lastSecond.size >= MAX_NAMESPACES) this.lastSecond.clear();
		this.lastSecond.set(namespace, times);
		while (times.length > 0 && times[0] <= now - 1000) times.shift();
		if (times.length >= perSecond) return false;
		times.push(now);
		return true;
	}
}

/** The faults that are set, oldest first. At most one is applied to a call: the first that applies to it. */
export class Faults {
	private active: ActiveFault[] = [];

	private lastId = 0;

	add(rule: FaultRule): Fault {
		const fault = new ActiveFault(++this.lastId, rule);
		this.active.push(fault);
		return toJson(fault);
	}

	list(): Fault[] {
		return this.active.map(toJson);
	}

	/** Whether there was a fault with this ID. */
	remove(id: number): boolean {
		const before = this.active.length;
		this.active = this.active.filter((fault) => fault.id !== id);
		return this.active.length < before;
	}

	/** Removes all faults, or those of one namespace. */
	clear(namespace?: string): void {
		this.active = this.active.filter(
			({ rule }) => namespace !== undefined && rule.namespace !== namespace,
		);
	}

	/** What happens to a call, if anything; counts the call. */
	next(call: IncomingCall, now: number): FaultEffect | undefined {
		const fault = this.active.find((each) => each.appliesTo(call, now));
		return fault && effectOf(fault.rule, now);
	}
}

const toJson = ({ id, rule, matched, happened }: ActiveFault): Fault => ({
	id,
	...rule,
	matched,
	happened,
});

const matches = (
	{ api, event, address, namespace, expireToken, missingScope }: FaultRule,
	call: IncomingCall,
): boolean =>
	(!expireToken || call.scope !== undefined) &&
	(missingScope === undefined || missingScope === call.scope || call.api === 'token') &&
	(api === undefined || api === call.api) &&
	(event === undefined || event === call.event) &&
	(namespace === undefined || namespace === call.namespace) &&
	(address === undefined || address.toLowerCase() === call.who.toLowerCase());

/** Random numbers from 0 to below 1 that are the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
	let state = seed | 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}
