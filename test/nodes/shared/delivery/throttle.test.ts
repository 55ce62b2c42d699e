import { Throttle, throttleFor } from '../../../../nodes/shared/delivery/throttle';
import { fakeClock } from '../../../support/fakeClock';

describe('the throttle', () => {
	const throttled = () => {
		const clock = fakeClock();
		return { clock, throttle: new Throttle(clock) };
	};
	/** When so many are admitted that all come at once. */
	const admitted = async (
		{ clock, throttle }: ReturnType<typeof throttled>,
		count: number,
		isCancelled = () => false,
	) =>
		await clock.runUntil(
			Promise.all(
				Array.from({ length: count }, async () =>
					(await throttle.admit(isCancelled)) ? clock.now() : -1,
				),
			),
		);

	test('admits in the order in which they come', async () => {
		const both = throttled();
		both.throttle.join(2);
		expect(await admitted(both, 5)).toEqual([0, 510, 1020, 1530, 2040]);
	});

	test('holds all runs to the lowest limit of those that are under way', async () => {
		const both = throttled();
		for (const limit of [0, 100, 1]) both.throttle.join(limit);
		expect(await admitted(both, 2)).toEqual([0, 1020]);
		both.throttle.leave(1);
		expect(Math.max(...(await admitted(both, 50)))).toBeLessThan(2600);
		both.throttle.leave(100);
		const now = both.clock.now();
		expect(await admitted(both, 50)).toEqual(Array(50).fill(now));
	});

	test('lets one go out alone after a pause, and one more for each that is accepted', async () => {
		const both = throttled();
		await admitted(both, 10);
		both.throttle.pause(1000);
		for (let n = 0; n < 10; n++) both.throttle.finish(false);
		let inFlight = 0;
		const waves: number[] = [];
		const all = Promise.all(
			Array.from({ length: 31 }, async () => {
				await both.throttle.admit(() => false);
				waves[Math.floor(both.clock.now() / 1000) - 1] = ++inFlight;
				await both.clock.sleep(1000);
				inFlight--;
				both.throttle.finish(true);
			}),
		);
		await both.clock.runUntil(all);
		expect(waves).toEqual([1, 2, 4, 8, 16]);
	});

	test('lets nobody overtake those who wait', async () => {
		const both = throttled();
		both.throttle.join(10);
		const order: string[] = [];
		const come = async (name: string) => {
			await both.throttle.admit(() => false);
			order.push(name);
		};
		const waiting = Promise.all(['a', 'b', 'c'].map(come));
		await both.clock.runUntil(both.clock.sleep(110));
		await both.clock.runUntil(Promise.all([waiting, come('d')]));
		expect(order).toEqual(['a', 'b', 'c', 'd']);
	});

	test('sends away soon those for whom waiting has become pointless, wherever they stand', async () => {
		const both = throttled();
		both.throttle.pause(60_000);
		const patient = both.throttle.admit(() => false);
		expect(await admitted(both, 3, () => both.clock.now() >= 100)).toEqual([-1, -1, -1]);
		expect(both.clock.now()).toBeLessThanOrEqual(500);
		expect(await both.clock.runUntil(patient)).toBe(true);
		expect(both.clock.now()).toBe(60_000);
	});

	test('is one for each host and namespace', () => {
		const clock = fakeClock();
		expect(throttleFor('a', 'x', clock)).toBe(throttleFor('a', 'x', clock));
		expect(throttleFor('a', 'x', clock)).not.toBe(throttleFor('b', 'x', clock));
		expect(throttleFor('a', 'x', clock)).not.toBe(throttleFor('a', 'y', clock));
	});
});
