import type { Clock } from '../../nodes/shared/delivery/throttle';

export interface FakeClock extends Clock {
	/** Lets time pass until a promise settles. */
	runUntil<T>(promise: Promise<T>): Promise<T>;
}

/** Turns of the event loop before time moves on: work is done in microtasks, an abort in the next turn. */
const TURNS = 2;
/** Nothing that is tested takes longer. */
const LONGEST_MS = 3 * 3_600_000;

/** A clock that stands still while code runs, and jumps to the earliest timer when all of it sleeps. */
export function fakeClock(start = 0): FakeClock {
	let now = start;
	let sleepers: Array<{ readonly at: number; readonly wake: () => void }> = [];

	function wakeNext(): void {
		const next = Math.min(...sleepers.map(({ at }) => at));
		now = Math.max(now, next);
		const due = sleepers.filter(({ at }) => at <= now);
		sleepers = sleepers.filter(({ at }) => at > now);
		for (const { wake } of due) wake();
	}

	return {
		now: () => now,
		sleep: async (ms) =>
			await new Promise((wake) => sleepers.push({ at: now + Math.max(ms, 0), wake })),
		async runUntil(promise) {
			const state = { isDone: false };
			const done = () => {
				state.isDone = true;
			};
			promise.then(done, done);
			for (;;) {
				for (let turn = 0; turn < TURNS; turn++) {
					await new Promise(setImmediate);
					if (state.isDone) return await promise;
				}
				if (sleepers.length === 0) throw new Error('Nothing is left that could end it');
				if (now > LONGEST_MS) throw new Error('It does not end');
				wakeNext();
			}
		},
	};
}
