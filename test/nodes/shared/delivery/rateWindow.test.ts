import { RateWindow } from '../../../../nodes/shared/delivery/rateWindow';

/** The times at which so many starts may happen, each as early as it may. */
function startsOf(window: RateWindow, limit: number, count: number, from = 0): number[] {
	let now = from;
	return Array.from({ length: count }, () => {
		now = window.nextStart(now, limit);
		window.recordStart(now, limit);
		return now;
	});
}

/** The most starts in any second. */
const densest = (starts: readonly number[]) =>
	Math.max(...starts.map((from) => starts.filter((at) => at >= from && at < from + 1000).length));

describe('the rate window', () => {
	test.each([1, 2, 3, 10, 200, 1000])('is at most %d in any second, and hardly less', (limit) => {
		const starts = startsOf(new RateWindow(), limit, limit * 20);
		expect(densest(starts)).toBeLessThanOrEqual(limit);
		expect(starts.length / (Math.max(...starts) + 1000 / limit)).toBeGreaterThan(
			(limit / 1000) * 0.97,
		);
	});

	test('is even: there is no burst at the beginning of each second', () => {
		const starts = startsOf(new RateWindow(), 100, 500);
		const tenths = Array.from(
			{ length: 40 },
			(_, tenth) => starts.filter((at) => at >= tenth * 100 && at < (tenth + 1) * 100).length,
		);
		expect(Math.max(...tenths.slice(1))).toBeLessThanOrEqual(11);
		expect(Math.min(...tenths)).toBeGreaterThanOrEqual(8);
	});

	test('makes up for starts that come late, but never beyond the limit', () => {
		const window = new RateWindow();
		const starts: number[] = [];
		for (let now = 0; starts.length < 2000;) {
			// Whoever waits is woken up to 30 ms late, and then starts all that are due.
			now = window.nextStart(now, 100) + ((starts.length * 7) % 31);
			while (window.nextStart(now, 100) <= now) {
				window.recordStart(now, 100);
				starts.push(now);
			}
		}
		expect(densest(starts)).toBeLessThanOrEqual(100);
		expect(starts.length / (Math.max(...starts) + 10)).toBeGreaterThan(0.095);
	});

	test('without a limit holds nothing back, but counts for those who have one', () => {
		const window = new RateWindow();
		expect(startsOf(window, 0, 5)).toEqual([0, 0, 0, 0, 0]);
		expect(window.nextStart(0, 5)).toBe(1020);
	});

	test('spaces single starts for less than one a second, however long ago the last was', () => {
		const window = new RateWindow();
		expect(startsOf(window, 0.5, 3)).toEqual([0, 2040, 4080]);
		expect(window.nextStart(5000, 0.1)).toBe(4080 + 10_200);
	});

	test('stands still in a pause, and the longest one counts', () => {
		const window = new RateWindow();
		window.pause(0, 3000);
		window.pause(0, 2000);
		expect([window.nextStart(100, 0), window.nextStart(3000, 0)]).toEqual([3000, 3000]);
	});

	test('knows for how long it was paused in total', () => {
		const window = new RateWindow();
		expect(window.pausedMs(0)).toBe(0);
		window.pause(100, 300);
		window.pause(200, 250);
		window.pause(250, 400);
		expect([250, 400, 900].map((now) => window.pausedMs(now))).toEqual([150, 300, 300]);
		window.pause(1000, 2000);
		expect([1000, 1500, 3000].map((now) => window.pausedMs(now))).toEqual([300, 800, 1300]);
	});

	const countIn = (starts: readonly number[], from: number, to: number) =>
		starts.filter((at) => at >= from && at < to).length;

	test('takes half of what came in the last second, not of what came before', () => {
		const window = new RateWindow();
		startsOf(window, 0, 500, 0);
		startsOf(window, 0, 700, 2000);
		overload(window, 2500, 3000);
		const recovering = countIn(startsOf(window, 0, 800, 2500), 3000, 3100);
		expect(recovering).toBeGreaterThan(30);
		expect(recovering).toBeLessThan(40);
	});

	const overload = (window: RateWindow, now: number, until: number) =>
		[1, 2, 3].map(() => window.pause(now, until));

	test('after one refusal is free again at the end of the pause', () => {
		const window = new RateWindow();
		startsOf(window, 0, 100, 0);
		expect([window.pause(500, 1000), window.pause(600, 900)]).toEqual([true, false]);
		expect(startsOf(window, 0, 100, 600)).toEqual(Array(100).fill(1000));
	});

	test('after several at once starts at half the rate, doubling every two seconds', () => {
		const window = new RateWindow();
		startsOf(window, 0, 100, 0);
		expect(overload(window, 500, 1000)).toEqual([true, false, false]);
		const starts = startsOf(window, 0, 2000, 500);
		expect(countIn(starts, 0, 1000)).toBe(0);
		expect(countIn(starts, 1000, 2000)).toBeGreaterThan(50);
		expect(countIn(starts, 1000, 2000)).toBeLessThan(70);
		const growth = countIn(starts, 3000, 4000) / countIn(starts, 1000, 2000);
		expect(growth).toBeGreaterThan(1.7);
		expect(growth).toBeLessThan(2.3);
		expect(startsOf(window, 0, 100, 11_000)).toEqual(Array(100).fill(11_000));
	});

	test('goes on at the same rate after a single refusal on its way up, and at half of it after several', () => {
		const recovering = () => {
			const window = new RateWindow();
			startsOf(window, 0, 100, 0);
			overload(window, 500, 1000);
			startsOf(window, 0, 60, 500);
			return window;
		};
		const after = (window: RateWindow) => countIn(startsOf(window, 0, 200, 2000), 3000, 4000);
		const once = recovering();
		once.pause(2000, 3000);
		expect(after(once)).toBeGreaterThan(70);
		expect(after(once)).toBeLessThan(100);
		const often = recovering();
		overload(often, 2000, 3000);
		expect(after(often)).toBeGreaterThan(28);
		expect(after(often)).toBeLessThan(45);
	});

	test('never stops altogether, and never goes beyond the limit', () => {
		const slow = new RateWindow();
		overload(slow, 0, 1000);
		const few = startsOf(slow, 0, 20, 0);
		expect(countIn(few, 1000, 2000)).toBeGreaterThanOrEqual(5);
		const window = new RateWindow();
		startsOf(window, 50, 50);
		overload(window, 1000, 2000);
		const starts = startsOf(window, 50, 500, 1000);
		expect(densest(starts)).toBeLessThanOrEqual(50);
		expect(countIn(starts, 2000, 3000)).toBeLessThan(35);
	});

	describe('of an account that accepted a rate for a second and then refused more', () => {
		/** 3 of 303 starts of one second were refused. */
		const refusing = (limit = 0) => {
			const window = new RateWindow();
			for (let n = 0; n < 303; n++) window.recordStart((n * 1000) / 303, limit);
			overload(window, 1020, 2000);
			return window;
		};
		const perSecond = (window: RateWindow, from: number, limit = 0) =>
			countIn(startsOf(window, limit, 1000, from), from, from + 1000);

		test('continues a little below that rate, and keeps it for a minute and a half', () => {
			expect(perSecond(refusing(), 2000)).toBeGreaterThan(270);
			expect(perSecond(refusing(), 2000)).toBeLessThan(290);
			expect(perSecond(refusing(), 62_000)).toBeLessThan(295);
			expect(perSecond(refusing(), 242_000)).toBeGreaterThan(450);
			expect(perSecond(refusing(), 302_000)).toBe(1000);
		});

		test('lowers it once more if there is another refusal soon, and only then', () => {
			const [soon, late] = [refusing(), refusing()];
			soon.pause(4000, 5000);
			late.pause(5000, 6000);
			expect(perSecond(soon, 5000)).toBeLessThan(280);
			expect(perSecond(late, 6000)).toBeGreaterThan(280);
		});

		test('forgets after five minutes that it knows the rate', () => {
			const window = refusing();
			// Used for less than a second, so that the rate is not known anew.
			for (let n = 0; n < 100; n++) window.recordStart(400_000 + n, 0);
			overload(window, 400_100, 401_000);
			expect(perSecond(window, 401_000)).toBeLessThan(70);
		});

		test('starts at half the rate if the user has set a limit', () => {
			expect(perSecond(refusing(400), 2000, 400)).toBeLessThan(230);
		});
	});

	test('is the same after 100,000 starts: nothing is kept but the last second', () => {
		const window = new RateWindow();
		startsOf(window, 0, 100_000);
		startsOf(window, 0, 10, 10_000);
		expect(JSON.stringify(window).length).toBeLessThan(1000);
	});
});
