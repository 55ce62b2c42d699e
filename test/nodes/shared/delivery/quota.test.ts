import { Quota, type QuotaReading } from '../../../../nodes/shared/delivery/quota';

const WINDOWS = [
	{ limit: 700, windowMs: 60_000 },
	{ limit: 75, windowMs: 1000 },
];
const reading = (remaining: number, seconds: number): QuotaReading => ({
	windows: WINDOWS,
	current: { remaining, resetMs: seconds * 1000 },
});

test('a service that is not known to tell its quota has none', () => {
	const quota = new Quota();
	expect(quota.maxInFlight(0)).toBe(Infinity);
	expect(quota.perSecond).toBe(Infinity);
	expect(quota.nextChange(0)).toBe(Infinity);
});

test('one that tells it is asked by one request first; an answer without it sets none', () => {
	const quota = new Quota();
	quota.expect();
	expect(quota.maxInFlight(0)).toBe(1);
	quota.observe(0, 50, { windows: [] });
	expect(quota.maxInFlight(50)).toBe(Infinity);
	quota.observe(100, 150, reading(600, 30));
	quota.expect();
	expect(quota.maxInFlight(150)).toBe(600);
});

test('the lowest number that an answer has told is obeyed until the window ends', () => {
	const quota = new Quota();
	quota.observe(0, 50, reading(600, 30));
	quota.observe(10, 90, reading(580, 30));
	quota.observe(20, 95, reading(590, 30));
	expect(quota.maxInFlight(100)).toBe(580);
	expect(quota.perSecond).toBeCloseTo(75);
	// The earliest answer says when it ends at the latest.
	expect(quota.nextChange(100)).toBe(30_150);
	expect(quota.maxInFlight(30_149)).toBe(580);
});

test('when a window is over, one request finds out how the next one stands', () => {
	const quota = new Quota();
	quota.observe(0, 50, reading(0, 30));
	expect(quota.maxInFlight(100)).toBe(0);
	expect(quota.maxInFlight(30_150)).toBe(1);
	quota.observe(30_150, 30_200, reading(699, 60));
	expect(quota.maxInFlight(30_200)).toBe(699);
	// An answer that has taken long is about the window before, also where it does not tell the short window.
	quota.observe(29_000, 30_300, reading(0, 0));
	quota.observe(29_000, 30_300, { windows: [], current: { remaining: 0, resetMs: 0 } });
	expect(quota.maxInFlight(30_300)).toBe(699);
	expect(quota.nextChange(30_300)).toBe(90_300);
});

test('an answer that counts a short window changes nothing of a long one', () => {
	const quota = new Quota();
	quota.observe(0, 50, reading(600, 30));
	quota.observe(100, 150, reading(3, 1));
	expect(quota.maxInFlight(200)).toBe(600);
	expect(quota.nextChange(200)).toBe(30_150);
});

test.each([
	[[{ limit: 5, windowMs: 2999 }], (5 * 1000) / 2999],
	[[{ limit: 5, windowMs: 3000 }], Infinity],
	[[...WINDOWS, { limit: 100, windowMs: 2000 }], 50],
])('the windows %j allow %d starts a second', (windows, perSecond) => {
	const quota = new Quota();
	quota.observe(0, 0, { windows });
	expect(quota.perSecond).toBe(perSecond);
	// An answer that does not tell them changes nothing of it.
	quota.observe(0, 0, { windows: [] });
	expect(quota.perSecond).toBe(perSecond);
});

test.each([{ windows: WINDOWS }, { windows: [], current: { remaining: 5, resetMs: 1000 } }])(
	'%j tells a quota: it is not found out again',
	(told) => {
		const quota = new Quota();
		quota.observe(0, 0, told);
		quota.expect();
		expect(quota.maxInFlight(0)).toBeGreaterThan(1);
	},
);

describe('of two answers with the windows that they count', () => {
	const after = (startedAt: number, endedAt: number, remaining: number, resetMs: number) => {
		const quota = new Quota();
		const observe = (from: number, to: number, left: number, ms: number) =>
			quota.observe(from, to, { windows: WINDOWS, current: { remaining: left, resetMs: ms } });
		// It ends at 29,000 to 30,150.
		observe(0, 50, 5, 30_000);
		observe(startedAt, endedAt, remaining, resetMs);
		return { quota, maxInFlight: quota.maxInFlight(endedAt), end: quota.nextChange(endedAt) };
	};

	test('the second is of the next one, if it ends surely later', () => {
		expect(after(10_150, 10_200, 700, 21_000)).toMatchObject({ maxInFlight: 700, end: 31_300 });
		expect(after(10_149, 10_200, 700, 21_000)).toMatchObject({ maxInFlight: 5, end: 30_150 });
	});

	test('in one window, the lower number and the earlier end count', () => {
		expect(after(10_000, 10_050, 3, 20_000)).toMatchObject({ maxInFlight: 3, end: 30_150 });
		expect(after(10_000, 10_050, 9, 19_500)).toMatchObject({ maxInFlight: 5, end: 29_650 });
	});

	test('the second is of a short one, if that is shorter and ends surely earlier', () => {
		expect(after(1000, 1050, 1, 1000)).toMatchObject({ maxInFlight: 5, end: 30_150 });
		expect(after(1000, 1050, 1, 1001)).toMatchObject({ maxInFlight: 1, end: 2151 });
		expect(after(27_899, 27_899, 1, 1000)).toMatchObject({ maxInFlight: 5, end: 30_150 });
		expect(after(27_900, 27_900, 1, 1000)).toMatchObject({ maxInFlight: 1, end: 29_000 });
	});

	test('a third that is of the one before changes nothing', () => {
		const { quota } = after(30_150, 30_200, 700, 60_000);
		const late = (endedAt: number) =>
			quota.observe(30_000, endedAt, { windows: [], current: { remaining: 0, resetMs: 0 } });
		late(31_050);
		expect(quota.maxInFlight(31_050)).toBe(700);
		late(31_051);
		expect(quota.nextChange(31_051)).toBe(31_151);
	});
});
