import fc from 'fast-check';

import { Schedule } from '../../../../nodes/shared/delivery/schedule';

test('what waits comes back by its time, and in order where the time is the same', () => {
	const waiting = new Schedule();
	expect([waiting.nextTime(), waiting.takeDue(9)]).toEqual([Infinity, undefined]);
	waiting.add(1, 30);
	waiting.add(2, 10);
	waiting.add(3, 30);
	waiting.add(4, 20);
	expect([waiting.nextTime(), waiting.takeDue(9)]).toEqual([10, undefined]);
	expect([30, 30, 30, 30, 30].map((now) => waiting.takeDue(now))).toEqual([2, 4, 1, 3, undefined]);
});

test('what is removed does not come back', () => {
	const waiting = new Schedule<number>();
	[30, 10, 20, 40].forEach((time) => waiting.add(time, time));
	expect(waiting.remove((value) => value > 10 && value < 40)).toEqual([20, 30]);
	expect([50, 50, 50].map((now) => waiting.takeDue(now))).toEqual([10, 40, undefined]);
});

test('however many wait, in whatever order they came', () => {
	fc.assert(
		fc.property(fc.array(fc.nat(50), { maxLength: 200 }), (times) => {
			const waiting = new Schedule();
			times.forEach((time, index) => waiting.add(index, time));
			const taken = times.map(() => waiting.takeDue(50));
			const expected = [...times.keys()].sort((a, b) => times[a] - times[b] || a - b);
			expect(taken).toEqual(expected);
		}),
	);
});
