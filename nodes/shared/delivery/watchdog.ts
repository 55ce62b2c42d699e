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
	readonly request: AbortController;
	readonly startedAt: number;
	/** Ends it, unless it has ended. */
	end(outcome: Outcome): void;
}

/** Runs attempts with a total timeout each: the timeout of the HTTP client resets on every received byte. */
export class Watchdog {
	/** In the order of their start. */
	private readonly inFlight = new Set<RunningAttempt>();

	private isWatching = false;

	constructor(
		private readonly clock: Clock,
		private readonly timeoutMs: number,
	) {}

	/** Sends one request, and returns its outcome: that of what is thrown, too, and of a timeout or a cancellation. */
	async run(send: Send, validate?: ValidateResponse): Promise<Outcome> {
		const request = new AbortController();
		const answered = async () => classifyResponse(await send(request.signal), validate);
		return await new Promise<Outcome>((resolve, reject) => {
			const end = (outcome: Outcome) => {
				this.inFlight.delete(attempt);
				resolve(outcome);
			};
			const attempt = { request, startedAt: this.clock.now(), end };
			this.inFlight.add(attempt);
			void this.watch();
			answered().catch(classifyFailure).then(end, reject);
		});
	}

	/** Ends all attempts that are in flight. */
	cancelAll(): void {
		for (const { request, end } of this.inFlight) {
			request.abort();
			// A call that was not sent yet says so.
			void this.clock.sleep(0).then(() => end({ kind: 'cancelled' }));
		}
	}

	private async watch(): Promise<void> {
		if (this.isWatching) return;
		this.isWatching = true;
		while (this.inFlight.size > 0) {
			await this.clock.sleep(CHECK_EVERY_MS);
			const latest = this.clock.now() - this.timeoutMs;
			for (const { request, startedAt, end } of this.inFlight) {
				if (startedAt > latest) break;
				end({ kind: 'unknown', code: 'ETIMEDOUT' });
				request.abort();
			}
		}
		this.isWatching = false;
	}
}
