import { Pace } from './rateWindow';

export interface Clock {
	/** Milliseconds. */
	now(): number;
	sleep(ms: number): Promise<void>;
}

/** Waits are cut into such slices, so that what has become pointless ends soon after. */
export const SLICE_MS = 250;
/** With so many in flight after a pause, the account has recovered. */
const RECOVERED = 100;

interface Waiter {
	readonly isPointless: () => boolean;
	readonly resolve: (isAdmitted: boolean) => void;
}

/**
 * The gate of one account, through which all runs of this process go, in the order in which they come. The lowest limit of the
 * runs that are under way holds for all of them. After a pause one request goes out alone, and each that is accepted makes room
 * for one more.
 */
export class Throttle {
	private readonly pace = new Pace();

	private readonly limits: number[] = [];

	private limit = 0;

	private inFlight = 0;

	/** How many may be in flight. */
	private room = Infinity;

	private line: Waiter[] = [];

	private isServing = false;

	private lookedAt = 0;

	constructor(private readonly clock: Clock) {}

	/** Says that a run with a limit of starts per second, 0 for none, is under way. */
	join(limit: number): void {
		this.limits.push(limit);
		this.setLimit();
	}

	/** Says that such a run has ended. */
	leave(limit: number): void {
		this.limits.splice(this.limits.indexOf(limit), 1);
		this.setLimit();
	}

	/** Waits until a request may start; false when waiting has become pointless before. Each that starts must be finished. */
	async admit(isPointless: () => boolean): Promise<boolean> {
		if (this.line.length === 0 && this.startIfFree()) return true;
		return await new Promise((resolve) => {
			this.line.push({ isPointless, resolve });
			void this.serve();
		});
	}

	/** Says that a request that was admitted has ended. */
	finish(isAccepted: boolean): void {
		this.inFlight--;
		if (isAccepted && ++this.room > RECOVERED) this.room = Infinity;
		this.letIn();
	}

	/** Lets nothing start before a time, and then only gradually. */
	pause(until: number): void {
		if (this.pace.pause(this.clock.now(), until)) this.room = 1;
	}

	private setLimit(): void {
		const given = this.limits.filter((limit) => limit > 0);
		this.limit = given.length > 0 ? Math.min(...given) : 0;
	}

	private startIfFree(): boolean {
		const now = this.clock.now();
		if (this.inFlight >= this.room || this.pace.slot(now, this.limit) > now) return false;
		this.pace.start(now, this.limit);
		this.inFlight++;
		return true;
	}

	/** Lets in those who may start now. */
	private letIn(): void {
		for (let first = this.line.at(0); first !== undefined; first = this.line.at(0)) {
			const isPointless = first.isPointless();
			if (!isPointless && !this.startIfFree()) return;
			this.line.shift();
			first.resolve(!isPointless);
		}
	}

	/** Looks after those who wait until nobody does. */
	private async serve(): Promise<void> {
		if (this.isServing) return;
		this.isServing = true;
		for (this.letIn(); this.line.length > 0; this.letIn()) {
			const now = this.clock.now();
			const isFull = this.inFlight >= this.room;
			const wait = isFull ? SLICE_MS : this.pace.slot(now, this.limit) - now;
			await this.clock.sleep(Math.min(wait, SLICE_MS));
			this.sendAway();
		}
		this.isServing = false;
	}

	/** Sends away those who wait for nothing any more, as often as they need to know. */
	private sendAway(): void {
		const now = this.clock.now();
		if (now - this.lookedAt < SLICE_MS) return;
		this.lookedAt = now;
		const [pointless, others] = [[] as Waiter[], [] as Waiter[]];
		for (const waiter of this.line) (waiter.isPointless() ? pointless : others).push(waiter);
		this.line = others;
		for (const { resolve } of pointless) resolve(false);
	}
}

const throttles = new Map<string, Throttle>();

/** The one throttle that this process has for an account on a host, shared by all nodes and executions. */
export function throttleFor(host: string, namespace: string, clock: Clock): Throttle {
	const key = `${host} ${namespace}`;
	let throttle = throttles.get(key);
	if (!throttle) throttles.set(key, (throttle = new Throttle(clock)));
	return throttle;
}
