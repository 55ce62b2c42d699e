import type { Clock } from './clock';
import {
	classifyFailure,
	classifyResponse,
	type Outcome,
	type Response,
	type ValidateResponse,
} from './outcome';

/** How often the attempts in flight are checked. */
const CHECK_EVERY_MS = 1000;

type Send = (signal: AbortSignal) => Promise<Response>;

/** An attempt that is in flight. */
interface RunningAttempt {
	readonly startedAt: number;
	/** Ends it with this outcome, and aborts its request. */
	end(outcome: Outcome): void;
	cancel(): void;
}

/** Runs attempts with a total timeout each: the timeout of the HTTP client resets on every received byte. */
export class Watchdog {
	/** In the order of their start. */
	private readonly inFlight = new Map<AbortController, RunningAttempt>();

	private isWatching = false;

	constructor(
		private readonly clock: Clock,
		private readonly timeoutMs: number,
	) {}

	/** Sends one request, and returns its outcome: that of what is thrown, too, and of a timeout or a cancellation. */
	async run(send: Send, validate?: ValidateResponse): Promise<Outcome> {
		const request = new AbortController();
		const outcome = await new Promise<Outcome>((resolve, reject) => {
			this.inFlight.set(request, {
				startedAt: this.clock.now(),
				end: (ended) => {
					resolve(ended);
					request.abort();
				},
				cancel: () => {
					request.abort();
					// A call that was not sent yet says so.
					void this.clock.sleep(0).then(() => resolve({ kind: 'cancelled' }));
				},
			});
			void this.watch();
			const classified = async () => classifyResponse(await send(request.signal), validate);
			classified().catch(classifyFailure).then(resolve, reject);
		});
		this.inFlight.delete(request);
		return outcome;
	}

	/** Ends all attempts that are in flight. */
	cancelAll(): void {
		for (const { cancel } of this.inFlight.values()) cancel();
	}

	private async watch(): Promise<void> {
		if (this.isWatching) return;
		this.isWatching = true;
		while (this.inFlight.size > 0) {
			await this.clock.sleep(CHECK_EVERY_MS);
			const latest = this.clock.now() - this.timeoutMs;
			for (const { startedAt, end } of this.inFlight.values()) {
				if (startedAt > latest) break;
				end({ kind: 'unknown', code: 'ETIMEDOUT' });
			}
		}
		this.isWatching = false;
	}
}
