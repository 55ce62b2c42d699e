import type { Clock } from '../../nodes/shared/delivery/clock';
import { Schedule } from '../../nodes/shared/delivery/schedule';

export interface FakeClock extends Clock {
	/** Lets time pass until a promise settles. */
	runUntil<T>(promise: Promise<T>): Promise<T>;
	/** Sets the time of day, as somebody sets the clock of a computer. */
	setDate(date: number): void;
}

/** Nothing that is tested takes longer. */
const LONGEST_MS = 30 * 3_600_000;

/** A clock that stands still while code runs, and jumps to the earliest timer when all of it sleeps. */
export function fakeClock(start = 0, random = () => 0): FakeClock {
	let now = start;
	let dateAhead = 0;
	const sleepers = new Schedule<() => void>();

	function wakeNext(): void {
		now = Math.max(now, sleepers.nextTime());
		for (let wake = sleepers.takeDue(now); wake; wake = sleepers.takeDue(now)) wake();
	}

	return {
		now: () => now,
		date: () => now + dateAhead,
		random,
		setDate(date) {
			dateAhead = date - now;
		},
		sleep: async (ms) =>
			await new Promise((wake) => {
				sleepers.add(wake, now + Math.max(ms, 0));
			}),
		async runUntil(promise) {
			const state = { isDone: false };
			const done = () => {
				state.isDone = true;
			};
			promise.then(done, done);
			for (;;) {
				// What can be done at this time is done in one turn of the event loop.
				await new Promise(setImmediate);
				if (state.isDone) return await promise;
				if (sleepers.nextTime() === Infinity) {
					throw new Error('Nothing is left that could end it');
				}
				if (now > LONGEST_MS) throw new Error('It does not end');
				wakeNext();
			}
		},
	};
}
