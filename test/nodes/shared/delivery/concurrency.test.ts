import { Concurrency } from '../../../../nodes/shared/delivery/concurrency';

/** Answers that come one round trip after the other, all requests of the limit together; `latency` by how many are in flight. */
function rounds(
	concurrency: Concurrency,
	count: number,
	latency: (inFlight: number) => number,
	from = 0,
	most: (round: number) => number = () => Infinity,
) {
	let now = from;
	const limits: number[] = [];
	for (let round = 0; round < count; round++) {
		const inFlight = Math.floor(Math.min(concurrency.limit, most(round)));
		const ms = latency(inFlight);
		for (let n = 0; n < inFlight; n++) concurrency.recordAnswer(now, now + ms, inFlight);
		now += ms;
		limits.push(concurrency.limit);
	}
	return { limits, now };
}
const begun = () => {
	const concurrency = new Concurrency();
	concurrency.begin(0);
	return concurrency;
};

test('a run begins with what the last one found, for ten seconds', () => {
	const concurrency = begun();
	const { now } = rounds(concurrency, 20, () => 50);
	const found = concurrency.limit;
	expect(found).toBeGreaterThan(100);
	concurrency.begin(now + 9999);
	expect(concurrency.limit).toBe(found);
	concurrency.begin(now + 10_000);
	expect(concurrency.limit).toBe(50);
});

test.each([
	[50, 0.2],
	[25, 0.1],
	// Slow servers answer too late to rise faster.
	[500, 0.3],
])('where answers take %d ms, each raises the limit by %d', (ms, rise) => {
	const concurrency = begun();
	concurrency.recordAnswer(0, ms, 26);
	expect(concurrency.limit).toBeCloseTo(50 + rise);
	concurrency.recordAnswer(0, ms, 25);
	// Less than half of it was in flight, so more was not needed.
	expect(concurrency.limit).toBeCloseTo(50 + rise);
});

test('it rises up to 512', () => {
	expect(Math.max(...rounds(begun(), 28, () => 100).limits)).toBe(512);
});

test.each([
	[170, 1.0],
	[190, 0.5],
])('where answers take 100 ms without load, %d ms with it make it %d times as high', (ms, part) => {
	const concurrency = begun();
	const { now, limits } = rounds(concurrency, 20, () => 100);
	for (let n = 0; n < 2 * limits[19]; n++) concurrency.recordAnswer(now, now + ms, 0);
	expect(concurrency.limit / limits[19]).toBe(part);
});

test('after that, each round trip raises it by five, until answers slow down again', () => {
	const concurrency = begun();
	const { now } = rounds(concurrency, 10, () => 100);
	const { limits } = rounds(concurrency, 12, () => 200, now);
	expect(limits[0] / concurrency.limit).toBeGreaterThan(1);
	for (let n = 2; n < 12; n++) expect(limits[n] - limits[n - 1]).toBeCloseTo(5, 0);
});

test('it is ten at least', () => {
	const concurrency = begun();
	for (let ms = 1; ms < 10_000; ms *= 2) {
		for (let n = 0; n < 30; n++) concurrency.recordAnswer(10_000 * ms, 10_000 * ms + ms, 0);
	}
	expect(concurrency.limit).toBe(10);
});

test('what started before the limit was lowered does not lower it again', () => {
	const concurrency = begun();
	const { now, limits } = rounds(concurrency, 10, () => 100);
	for (let n = 0; n < 3 * limits[9]; n++) concurrency.recordAnswer(now, now + 800, 50);
	expect(concurrency.limit).toBeGreaterThanOrEqual(limits[9] / 2);
});

test('moments in which most answers are late change nothing, as long as a quarter is quick', () => {
	const concurrency = begun();
	const { now } = rounds(concurrency, 5, () => 100);
	const before = concurrency.limit;
	for (let n = 0; n < Math.ceil(before); n++)
		concurrency.recordAnswer(now, now + (n % 3 ? 900 : 100), 5);
	expect(concurrency.limit).toBe(before);
});

test('a network that has become slower is no load: the limit is halved once', () => {
	const concurrency = begun();
	const { now } = rounds(concurrency, 10, () => 50);
	const before = concurrency.limit;
	const { limits } = rounds(concurrency, 60, () => 200, now);
	expect(Math.min(...limits)).toBeGreaterThan(0.45 * before);
	expect(limits[59]).toBeGreaterThan(limits[2]);
});

test('a server that slows down beyond 40 at once gets at most 160, and hardly fewer than 36, however long the run is', () => {
	// The rate at which a run begins doubles in about five round trips.
	const most = (round: number) => 10 * 2 ** (round / 5);
	const latency = (inFlight: number) => 50 * Math.max(1, inFlight / 40);
	const { limits } = rounds(begun(), 500, latency, 0, most);
	expect(Math.max(...limits)).toBeLessThan(160);
	expect(limits.slice(10).filter((limit) => limit < 36).length).toBeLessThan(20);
});
