import { Concurrency } from '../../../../nodes/shared/delivery/concurrency';

/** Answers that come one round trip after the other, all requests of the limit together; `latency` by how many are in flight. */
function rounds(
	concurrency: Concurrency,
	count: number,
	latency: (inFlight: number) => number,
	from = 0,
) {
	let now = from;
	const limits: number[] = [];
	for (let round = 0; round < count; round++) {
		const inFlight = Math.floor(concurrency.limit);
		const ms = latency(inFlight);
		for (let n = 0; n < inFlight; n++) concurrency.recordAnswer(now, now + ms, inFlight);
		now += ms;
		limits.push(concurrency.limit);
	}
	return { limits, now };
}
const begun = (calls: number) => {
	const concurrency = new Concurrency();
	concurrency.begin(0, calls);
	return concurrency;
};

test('a run begins with 15, and one of at most 100 calls with 50', () => {
	expect([101, 100, 1].map((calls) => begun(calls).limit)).toEqual([15, 50, 50]);
});

test('a run begins with what the last one found, for ten seconds', () => {
	const concurrency = begun(1000);
	const { now } = rounds(concurrency, 20, () => 50);
	const found = concurrency.limit;
	expect(found).toBeGreaterThan(100);
	concurrency.begin(now + 9999, 1000);
	expect(concurrency.limit).toBe(found);
	concurrency.begin(now + 10_000, 1000);
	expect(concurrency.limit).toBe(15);
});

test.each([
	[50, 0.2],
	[25, 0.1],
	// Slow servers answer too late to rise faster.
	[500, 0.3],
])('where answers take %d ms, each raises the limit by %d', (ms, rise) => {
	const concurrency = begun(1000);
	concurrency.recordAnswer(0, ms, 8);
	expect(concurrency.limit).toBeCloseTo(15 + rise);
	concurrency.recordAnswer(0, ms, 7);
	// Less than half of it was in flight, so more was not needed.
	expect(concurrency.limit).toBeCloseTo(15 + rise);
});

test('it rises up to 512', () => {
	expect(Math.max(...rounds(begun(1000), 28, () => 100).limits)).toBe(512);
});

test.each([
	[140, true],
	[160, false],
])('where answers take 100 ms without load and %d ms with it, it rises: %s', (ms, isRising) => {
	const concurrency = begun(1000);
	const { now } = rounds(concurrency, 10, () => 100);
	const { limits } = rounds(concurrency, 5, () => ms, now);
	expect(limits[4] > limits[2]).toBe(isRising);
});

test.each([
	[280, 1],
	[320, 0.5],
])('and with %d ms it is %d times as high', (ms, part) => {
	const concurrency = begun(1000);
	const { now } = rounds(concurrency, 10, () => 100);
	rounds(concurrency, 2, () => 200, now);
	const before = concurrency.limit;
	const { limits } = rounds(concurrency, 2, (n) => (n > 0.8 * before ? ms : 200), now + 1000);
	expect(limits[1] / before).toBeCloseTo(part);
});

test('it is ten at least', () => {
	const concurrency = begun(1000);
	const { now } = rounds(concurrency, 10, () => 100);
	expect(rounds(concurrency, 20, () => 1000, now).limits[19]).toBe(10);
});

test('what started before the limit was lowered does not lower it again', () => {
	const concurrency = begun(1000);
	const { now, limits } = rounds(concurrency, 10, () => 100);
	for (let n = 0; n < 3 * limits[9]; n++) concurrency.recordAnswer(now, now + 800, 50);
	expect(concurrency.limit).toBeGreaterThanOrEqual(limits[9] / 2);
});

test('moments in which most answers are late change nothing, as long as a quarter is quick', () => {
	const concurrency = begun(1000);
	const { now } = rounds(concurrency, 5, () => 100);
	const before = concurrency.limit;
	for (let n = 0; n < Math.ceil(before); n++)
		concurrency.recordAnswer(now, now + (n % 3 ? 900 : 100), 5);
	expect(concurrency.limit).toBe(before);
});

test('a network that has become slower is no load: after 30 round trips that is measured at half the limit', () => {
	const concurrency = begun(1000);
	const { now } = rounds(concurrency, 10, () => 50);
	const { limits } = rounds(concurrency, 60, () => 200, now);
	expect(limits[15]).toBe(10);
	expect(limits[59]).toBeGreaterThan(20);
});

test('a server that slows down beyond 40 at once gets at most 160, and hardly fewer than 40, however long the run is', () => {
	const { limits } = rounds(begun(1000), 500, (inFlight) => 50 * Math.max(1, inFlight / 40));
	expect(Math.max(...limits)).toBeLessThan(160);
	expect(limits.slice(10).filter((limit) => limit < 40).length).toBeLessThan(50);
});
