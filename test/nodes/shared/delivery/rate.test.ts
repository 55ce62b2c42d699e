import { Pace, Rate, rateWithin } from '../../../../nodes/shared/delivery/rate';

type Refusal = Parameters<Rate['recordRefusal']>[0];

/** The times of so many starts, each as early as it may be; a start is up to `lateMs` late. */
function startsOf(
	next: (now: number) => number,
	record: (now: number) => void,
	count: number,
	lateMs = 0,
) {
	let now = 0;
	return Array.from({ length: count }, (_, n) => {
		now = Math.max(now, next(now)) + (lateMs > 0 ? (n * 7) % (lateMs + 1) : 0);
		record(now);
		return now;
	});
}
/** The most starts in any second. */
const densest = (starts: readonly number[]) =>
	Math.max(...starts.map((from) => starts.filter((at) => at >= from && at < from + 1000).length));

describe('the pace', () => {
	test.each([1, 2, 3, 10, 200, 1000])(
		'is at most %d in any second, and hardly less, also where starts are late',
		(limit) => {
			for (const lateMs of [0, 30]) {
				const pace = new Pace();
				const starts = startsOf(
					() => pace.next(rateWithin(limit)),
					(now) => pace.record(now, rateWithin(limit)),
					limit * 20,
					lateMs,
				);
				expect(densest(starts)).toBeLessThanOrEqual(limit);
				if (lateMs * limit > 1000) continue;
				expect((starts.length * 1000) / (starts[starts.length - 1] + 1000 / limit)).toBeGreaterThan(
					0.94 * limit,
				);
			}
		},
	);

	test('is even: there is no burst at the beginning of each second', () => {
		const pace = new Pace();
		const starts = startsOf(
			() => pace.next(100),
			(now) => pace.record(now, 100),
			400,
		);
		const gaps = starts.slice(5).map((at, n) => at - starts[n + 4]);
		expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThan(0.001);
	});

	test('leaves nothing behind: the next start depends only on the present rate', () => {
		const pace = new Pace();
		pace.record(0, 0.1);
		expect(pace.next(0.1)).toBe(9970);
		expect(pace.next(Infinity)).toBeLessThanOrEqual(0);
	});
});

describe('the rate of an account', () => {
	const refusal = (at: number, more: Partial<Refusal> = {}): Refusal => ({
		startedAt: at,
		endedAt: at,
		pauseMs: 0,
		isAlone: false,
		...more,
	});
	/** Records so many accepted calls, evenly over the second before a time. */
	const accept = (rate: Rate, count: number, until: number) => {
		for (let n = 1; n <= count; n++) rate.recordAccepted(0, until - 1000 + (n * 1000) / count);
	};
	/** A rate that was refused for the first time at 1,000 ms, after so many accepted calls in a second. */
	const refusedAfter = (count: number, more: Partial<Refusal> = {}, limit = 0) => {
		const rate = new Rate();
		rate.join(limit);
		accept(rate, count, 1000);
		rate.recordRefusal(refusal(1000, more));
		return rate;
	};
	/** Calls per second that start from a time on, before it changes. */
	const at = (rate: Rate, now: number) => {
		for (let n = 0; n < 200; n++) rate.recordStart(now);
		const due = rate.nextStart(0);
		rate.recordStart(now);
		return 1000 / (rate.nextStart(0) - due);
	};
	const pausedUntil = (rate: Rate) => rate.nextStart(0);
	/** Starts a call each half second. */
	const use = (rate: Rate, from: number, until: number) => {
		for (let now = from; now < until; now += 500) rate.recordStart(now);
	};

	test('is not limited before the first refusal, except by the user', () => {
		const rate = new Rate();
		accept(rate, 500, 1000);
		for (let n = 0; n < 100; n++) {
			expect(rate.nextStart(1000)).toBe(1000);
			rate.recordStart(1000);
		}
		rate.join(0.5);
		expect(rate.nextStart(1000)).toBeGreaterThan(2000);
		rate.join(0);
		expect(rate.nextStart(1000)).toBeGreaterThan(2000);
		rate.leave(0.5);
		expect(rate.nextStart(1000)).toBe(1000);
	});

	test('begins at 200 a second for a run of more than 100 calls, and doubles soon after the first is accepted', () => {
		const rate = new Rate();
		rate.begin(0, 101);
		expect(Math.round(at(rate, 900))).toBe(200);
		rate.recordAccepted(0, 1000);
		// Twice as many after a quarter of a second, and 16 times as many after half a second.
		const rates = [1000, 1250, 1500].map((time) => Math.round(at(rate, time)));
		expect(rates).toEqual([200, 400, 3200]);
		const small = new Rate();
		small.begin(0, 100);
		expect(at(small, 0)).toBe(Infinity);
	});

	test('begins anew ten seconds after the last call', () => {
		const rate = refusedAfter(100);
		rate.recordStart(5000);
		rate.begin(14_999, 100);
		expect(at(rate, 2000)).toBeCloseTo(93);
		rate.begin(15_000, 1000);
		expect(at(rate, 15_000)).toBeCloseTo(200);
		// The next refusal is the first one again.
		rate.recordRefusal(refusal(16_000));
		expect(pausedUntil(rate)).toBe(17_000);
	});

	test('keeps what it knows while the server makes the account pause, and ten seconds longer', () => {
		const rate = refusedAfter(100, { pauseMs: 60_000 });
		rate.begin(20_000, 1000);
		rate.begin(70_999, 1000);
		expect(pausedUntil(rate)).toBe(61_000);
		expect(at(rate, 61_000)).toBeCloseTo(93);
		rate.begin(71_000, 1000);
		expect(at(rate, 71_000)).toBeCloseTo(200);
	});

	test('begins at 200 a second, too, for a large run soon after a small one, when a pause has ended', () => {
		const rate = new Rate();
		rate.begin(0, 1);
		rate.recordStart(0);
		rate.recordRefusal(refusal(0, { pauseMs: 5000, isAlone: true }));
		rate.begin(2000, 1000);
		rate.recordAccepted(0, 3000);
		expect([5000, 5250].map((time) => Math.round(at(rate, time)))).toEqual([200, 400]);
		// A small run changes nothing of it.
		rate.begin(5250, 1);
		expect(Math.round(at(rate, 5250))).toBe(400);
	});

	test('begins at 200 a second, too, for a large run when what was found has doubled', () => {
		const begun = (time: number, calls: number) => {
			const rate = refusedAfter(100);
			for (let second = 2; second < 12; second++) rate.recordStart(second * 1000);
			rate.begin(time, calls);
			return Math.round(at(rate, time));
		};
		// It is held until 2,500 ms, and has doubled six seconds later.
		expect(begun(8499, 101)).toBe(186);
		expect(begun(11_500, 101)).toBe(200);
		expect(begun(11_500, 100)).toBe(442);
	});

	/** Its first refusal came after a round trip; then calls were accepted, and one was refused, that started at these times. */
	const interleaved = (
		roundTripMs: number,
		acceptedAt: readonly number[],
		refusedAt: number,
		more: Partial<Refusal> = {},
		before = 20,
	) => {
		const rate = new Rate();
		rate.join(0);
		accept(rate, before, 1000);
		rate.recordRefusal(refusal(1000, { endedAt: 1000 + roundTripMs, ...more }));
		for (const startedAt of acceptedAt) rate.recordAccepted(startedAt, startedAt + roundTripMs);
		rate.recordRefusal(refusal(refusedAt, { endedAt: refusedAt + roundTripMs, ...more }));
		return rate;
	};

	test('is what is accepted beside refusals, without a pause: then calls are taken at an even rate', () => {
		const rate = interleaved(100, [1016, 1040, 1060, 1080], 1090);
		// One that is accepted later counts, too, but not one that started before or after.
		rate.recordAccepted(1095, 1195);
		for (const startedAt of [999, 1000, 1101]) rate.recordAccepted(startedAt, 1201);
		expect(pausedUntil(rate)).toBe(1190);
		expect(at(rate, 1195 + 499)).toBeCloseTo(0.93 * 50);
		expect(at(rate, 1195 + 1000)).toBeCloseTo(0.93 * 50 + 3);
	});

	test('is not lowered by it', () => {
		const rate = interleaved(500, [1100], 1110);
		// It is held for eight calls again.
		for (const time of [1610, 1610 + 850]) expect(at(rate, time)).toBeCloseTo(0.93 * 10);
		expect(at(interleaved(100, [1016], 1020), 1200)).toBeCloseTo(0.93 * 18);
	});

	test.each<[string, number, number[], number, boolean]>([
		['it may have arrived before, unless it started 5 ms later', 20, [1005], 1010, false],
		['5 ms are enough', 20, [1006], 1010, true],
		['or 15 % of a round trip', 100, [1015], 1020, false],
		['15 % are enough', 100, [1016], 1020, true],
		['those refused may have come before, in another second', 100, [1050, 1060], 1040, false],
	])('a later call that was accepted: %s', (_what, roundTripMs, acceptedAt, refusedAt, isEven) => {
		const rate = interleaved(roundTripMs, acceptedAt, refusedAt);
		expect(pausedUntil(rate)).toBe(isEven ? refusedAt + roundTripMs : 2000 + roundTripMs);
	});

	test('rises slowly, also where hardly anything was accepted before', () => {
		const rate = interleaved(100, [1016, 1040, 1060, 1080], 1090, {}, 9);
		expect(at(rate, 1190 + 500 + 900)).toBeCloseTo(0.93 * 40 + 5.4);
	});

	test.each([
		[4, 0.5],
		[8, 1],
		[10, 1],
	])(
		'pauses as long as the server asks for, also then; what %d calls show is held for %d of sixteen times as long',
		(count, share) => {
			const acceptedAt = Array.from({ length: count }, (_, n) => 1016 + 5 * n);
			const rate = interleaved(100, acceptedAt, 1090, { pauseMs: 700 });
			expect(pausedUntil(rate)).toBe(1890);
			const kept = 0.93 * 10 * count;
			const held = 16 * 790 * share;
			expect(at(rate, 1890 + held - 1)).toBeCloseTo(kept);
			expect(at(rate, 1890 + held + 900)).toBeGreaterThan(1.02 * kept);
		},
	);

	test('calls that were accepted beside a later refusal, or before the rate was lowered again, change nothing', () => {
		const rate = refusedAfter(20, { endedAt: 1100 });
		rate.recordRefusal(refusal(3000, { endedAt: 3100 }));
		expect(pausedUntil(rate)).toBe(3150);
		for (const startedAt of [1050, 3050]) rate.recordAccepted(startedAt, 3120);
		for (const startedAt of [1060, 3060]) rate.recordRefusal(refusal(startedAt, { endedAt: 3130 }));
		expect(pausedUntil(rate)).toBe(3150);
	});

	test.each([
		[8, 1190],
		[9, 2100],
	])(
		'if nine were accepted before, %d beside it pause it until %d ms: as many are another second of the server',
		(count, until) => {
			const acceptedAt = Array.from({ length: count }, (_, n) => 1016 + 5 * n);
			expect(pausedUntil(interleaved(100, acceptedAt, 1090, {}, 9))).toBe(until);
		},
	);

	test('answers that come when the rate has begun to rise change nothing', () => {
		const rate = interleaved(100, [1016, 1040, 1060, 1080], 1090);
		use(rate, 1190, 3000);
		const risen = at(rate, 3000);
		expect(risen).toBeGreaterThan(0.93 * 40 + 6);
		rate.recordAccepted(1095, 3000);
		rate.recordRefusal(refusal(1096, { endedAt: 3000 }));
		expect(at(rate, 3000)).toBeCloseTo(risen);
	});

	test('a refused call that started after the answer to the first one shows nothing of it', () => {
		const rate = refusedAfter(20, { endedAt: 1100 });
		rate.recordAccepted(1050, 1150);
		rate.recordRefusal(refusal(1101, { endedAt: 1201 }));
		expect(pausedUntil(rate)).toBe(2100);
	});

	test('a new run knows nothing of it', () => {
		const rate = refusedAfter(20, { endedAt: 1100 });
		rate.recordAccepted(1050, 1150);
		rate.begin(20_000, 1000);
		rate.recordRefusal(refusal(1060, { endedAt: 20_010 }));
		rate.recordAccepted(20_001, 20_020);
		expect(at(rate, 20_270)).toBeCloseTo(400);
	});

	test('begins at 93 % of what was accepted in the second before', () => {
		expect(at(refusedAfter(200), 2000)).toBeCloseTo(186);
		const rate = new Rate();
		accept(rate, 500, 999);
		accept(rate, 40, 2000);
		rate.recordRefusal(refusal(2000));
		expect(at(rate, 3000)).toBeCloseTo(0.93 * 40);
	});

	test.each<[string, number, Partial<Refusal>, number]>([
		['the first is a second', 100, {}, 2000],
		['the server can ask for more', 100, { pauseMs: 7000 }, 8000],
		['a call that was alone pauses the account', 1, { isAlone: true }, 2000],
	])('pauses: %s', (_what, accepted, more, until) => {
		expect(pausedUntil(refusedAfter(accepted, more))).toBe(until);
	});

	test('a later pause is 50 ms, unless the server asks for more', () => {
		const rate = refusedAfter(100);
		rate.recordRefusal(refusal(3000));
		expect(pausedUntil(rate)).toBe(3050);
		rate.recordRefusal(refusal(4000, { pauseMs: 1000 }));
		expect(pausedUntil(rate)).toBe(5000);
		// The next attempt of a call that is alone would follow too soon, and soon be the last one.
		rate.recordRefusal(refusal(6000, { isAlone: true }));
		expect(pausedUntil(rate)).toBe(7000);
	});

	test('nothing is learned from a call that was alone', () => {
		const rate = refusedAfter(5, { isAlone: true });
		rate.recordStart(2000);
		expect(rate.nextStart(2000)).toBe(2000);
	});

	test('begins at ten a second where nothing was accepted before, and doubles soon', () => {
		const rate = refusedAfter(0);
		expect(pausedUntil(rate)).toBe(2000);
		// Twice as many after a second, and 16 times as many after two.
		expect([2000, 3000, 4000].map((time) => Math.round(at(rate, time)))).toEqual([10, 20, 160]);
		// The next refusal is the first that shows something.
		accept(rate, 30, 4000);
		rate.recordRefusal(refusal(4000));
		expect(at(rate, 5000)).toBeCloseTo(0.93 * 30);
	});

	test('is held for eight calls after the first pause, then rises ever faster', () => {
		const rate = refusedAfter(12);
		const kept = 0.93 * 12;
		const held = 8000 / kept;
		const rates = [0, held - 1, 2 * held, 12_000 + held].map((time) => {
			use(rate, 2000, 2000 + time);
			return at(rate, 2000 + time);
		});
		// By three in as long as it was held, and to 16 times as many after twelve seconds.
		const expected = [kept, kept, kept + 3, 16 * kept];
		rates.forEach((each, n) => expect(each).toBeCloseTo(expected[n]));
	});

	test('is held for half a second if less than ten were accepted, and doubles soon', () => {
		const rate = refusedAfter(10);
		const rates = [0, 499].map((time) => at(rate, 2000 + time));
		use(rate, 2500, 6500);
		rates.push(at(rate, 6500));
		const expected = [9.3, 9.3, 9.3 * 2 ** 16];
		rates.forEach((each, n) => expect(each).toBeCloseTo(expected[n]));
		expect(at(refusedAfter(11), 4500)).toBeLessThan(20);
	});

	test('doubles soon, too, where hardly anything was accepted before a later refusal', () => {
		const heldAfter = (accepted: number) => {
			const rate = refusedAfter(15);
			accept(rate, accepted, 4000);
			rate.recordRefusal(refusal(4000));
			use(rate, 4050, 6550);
			const ratio = at(rate, 6550) / at(rate, 4050);
			return Number(ratio.toFixed(1));
		};
		expect(heldAfter(8)).toBe(16);
		expect(heldAfter(9)).toBeLessThan(2);
	});

	test.each<[string, number, number, Partial<Refusal>, number]>([
		['eight and a half calls at this rate', 2, 12, {}, 8500 / (0.93 * 12)],
		['half a call more after each refusal', 12, 12, {}, 13_500 / (0.93 * 12)],
		['half a second at least', 2, 100, {}, 500],
		['sixteen times as long as the server asks for', 2, 12, { pauseMs: 2000 }, 32_000],
		['a minute at most, also then', 2, 100, { pauseMs: 300_000 }, 60_000],
	])('after a later refusal is held for %s', (_what, refusals, accepted, more, ms) => {
		const rate = refusedAfter(accepted);
		let end = 2000;
		for (let n = 2; n <= refusals; n++) {
			accept(rate, accepted, end + 1000);
			rate.recordRefusal(refusal(end + 1000, more));
			end = pausedUntil(rate);
		}
		expect(at(rate, end + ms - 1) / at(rate, end)).toBeCloseTo(1);
		expect(at(rate, end + ms + 1000)).toBeGreaterThan(1.02 * at(rate, end));
	});

	test('is held until the same time if the server makes the account pause again meanwhile', () => {
		const rate = refusedAfter(100, { pauseMs: 1000 });
		accept(rate, 93, 12_000);
		rate.recordRefusal(refusal(12_000, { pauseMs: 1000 }));
		const kept = at(rate, 13_000);
		use(rate, 13_000, 22_000);
		// Sixteen seconds from the first refusal, and the two pauses.
		expect(at(rate, 18_999) / kept).toBeCloseTo(1);
		expect(at(rate, 21_000) / kept).toBeGreaterThan(1.02);
	});

	test('is held for eight calls again when it is lowered to less than two thirds', () => {
		const heldAfter = (lowered: number) => {
			const rate = refusedAfter(20);
			for (const [at, accepted] of [20, 20, 20, lowered].entries()) {
				accept(rate, accepted, 4000 + 2000 * at);
				rate.recordRefusal(refusal(4000 + 2000 * at));
			}
			const end = pausedUntil(rate);
			const kept = at(rate, end);
			const isHeld = (ms: number) => at(rate, end + ms) < 1.001 * kept;
			return Array.from({ length: 200 }, (_, n) => n * 10).filter(isHeld).length * 0.01 * kept;
		};
		expect(heldAfter(15)).toBeCloseTo(10, 0);
		expect(heldAfter(12)).toBeCloseTo(8, 0);
	});

	test('is held for ten seconds at most', () => {
		const rate = refusedAfter(1);
		let end = 2000;
		for (let n = 0; n < 3; n++) {
			accept(rate, 1, end + 400);
			rate.recordRefusal(refusal(end + 400));
			end = pausedUntil(rate);
		}
		expect(at(rate, end + 9999) / at(rate, end)).toBeCloseTo(1);
		expect(at(rate, end + 11_000)).toBeGreaterThan(1.02 * at(rate, end));
	});

	test('does not rise while nothing starts for more than a second', () => {
		const rate = refusedAfter(100);
		rate.recordStart(2500);
		const risen = at(rate, 3500);
		expect(risen).toBeGreaterThan(95);
		expect(at(rate, 60_000)).toBeCloseTo(risen + 6);
	});

	test.each([
		[90, 0.93 * 90],
		// What was accepted while the rate was higher.
		[300, 0.93 * 93],
		[10, 0.55 * 93],
		[0, 0.55 * 93],
	])('after %d accepted calls a later refusal lowers it from 93 to %d', (accepted, lowered) => {
		const rate = refusedAfter(100);
		accept(rate, accepted, 2400);
		rate.recordRefusal(refusal(2400));
		expect(at(rate, 2450)).toBeCloseTo(lowered);
	});

	test('is lowered at once, however long it has risen while a run was slower than it', () => {
		const rate = refusedAfter(100);
		accept(rate, 90, 300_000);
		rate.recordRefusal(refusal(300_000));
		expect(at(rate, 300_050)).toBeCloseTo(0.93 * 90);
	});

	test('is lowered by a quarter if it is refused soon after a pause that the server asked for', () => {
		const loweredAt = (ms: number, pauseMs: number) => {
			const rate = refusedAfter(100, { pauseMs: 1000 });
			accept(rate, 93, 2000 + ms);
			rate.recordRefusal(refusal(2000 + ms, { pauseMs }));
			return at(rate, 10_000);
		};
		expect(loweredAt(1499, 1000)).toBeCloseTo(0.93 * 0.75 * 93);
		expect(loweredAt(1500, 1000)).toBeCloseTo(0.93 * 93);
		const rate = refusedAfter(100);
		accept(rate, 93, 3000);
		rate.recordRefusal(refusal(3000));
		expect(at(rate, 3050)).toBeCloseTo(0.93 * 93);
	});

	test('begins lower where the rate of the user was accepted for a second: the server counts other seconds', () => {
		// The limit of 100 a second is used at 95.
		expect(at(refusedAfter(81, {}, 100), 2000)).toBeCloseTo(0.93 * 0.75 * 95);
		expect(at(refusedAfter(80, {}, 100), 2000)).toBeCloseTo(0.93 * 80);
	});

	test('starts the next call at the end of a pause that the server asks for, however low it is, but keeps the limit of a run', () => {
		const rate = refusedAfter(1);
		for (let n = 3; n < 30; n += 2) rate.recordRefusal(refusal(n * 1000));
		rate.recordStart(29_100);
		expect(rate.nextStart(29_110)).toBeGreaterThan(31_000);
		rate.recordRefusal(refusal(29_100, { endedAt: 29_110, pauseMs: 1000 }));
		expect(rate.nextStart(29_110)).toBe(30_110);
		rate.join(0.5);
		expect(rate.nextStart(29_110)).toBeGreaterThan(31_000);
	});

	test('is held after a pause that the server asks for, also if nothing was accepted since it began anew', () => {
		const rate = refusedAfter(100, { pauseMs: 1000 });
		use(rate, 2000, 40_000);
		accept(rate, 100, 40_000);
		rate.begin(40_000, 1000);
		rate.recordRefusal(refusal(40_000, { pauseMs: 1000 }));
		rate.recordAccepted(39_999, 40_001);
		use(rate, 41_000, 50_000);
		expect(at(rate, 50_000) / at(rate, 41_000)).toBeCloseTo(1);
	});

	test('is never lower than one call in two seconds', () => {
		const rate = refusedAfter(1);
		for (let n = 3; n < 30; n += 2) rate.recordRefusal(refusal(n * 1000));
		expect(at(rate, 29_050)).toBeCloseTo(0.5);
	});

	test('refusals of calls that started before the pause ended belong to it', () => {
		const rate = refusedAfter(100);
		for (let n = 0; n < 50; n++) rate.recordRefusal(refusal(1999, { endedAt: 2500 }));
		rate.recordRefusal(refusal(1500, { endedAt: 1600, pauseMs: 3000 }));
		expect(pausedUntil(rate)).toBe(4600);
		// It is held for as much longer.
		expect(at(rate, 4600 + 499)).toBeCloseTo(93);
	});
});
