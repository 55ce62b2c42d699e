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
	expect(quota.perSecond).toBeCloseTo(0.97 * 75);
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
