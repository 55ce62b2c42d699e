import { deliver, type DeliverySettings } from '../nodes/shared/delivery/deliver';
import { Throttle } from '../nodes/shared/delivery/throttle';

interface S {
	at: number;
	wake: () => void;
}
/** A fast fake clock with a heap-free sorted wake. */
function clock() {
	let now = 0;
	let sleepers: S[] = [];
	return {
		now: () => now,
		sleep: async (ms: number) =>
			await new Promise<void>((wake) => {
				sleepers.push({ at: now + Math.max(ms, 0), wake });
			}),
		async run<T>(p: Promise<T>, limit: number): Promise<T | undefined> {
			let done = false;
			void p.then(() => {
				done = true;
			});
			for (;;) {
				await new Promise(setImmediate);
				if (done) return await p;
				if (now > limit || sleepers.length === 0) return undefined;
				let next = Infinity;
				for (const s of sleepers) if (s.at < next) next = s.at;
				now = Math.max(now, next);
				const due = sleepers.filter((s) => s.at <= now);
				sleepers = sleepers.filter((s) => s.at > now);
				for (const s of due) s.wake();
			}
		},
	};
}
let seed = 7;
const random = () => {
	seed = (seed * 1103515245 + 12345) % 2147483648;
	return seed / 2147483648;
};
const EMAIL: DeliverySettings = {
	maxConcurrency: 50,
	requestsPerSecond: 200,
	timeoutMs: 30_000,
	maxRetries: 5,
	retryBaseMs: 30_000,
	retryMaxMs: 300_000,
	retryUnknownOutcome: false,
	stopOnFailure: false,
};
const EVENT: DeliverySettings = {
	...EMAIL,
	requestsPerSecond: 0,
	maxRetries: 3,
	retryBaseMs: 1000,
	retryMaxMs: 30_000,
	retryUnknownOutcome: true,
};
const status =
	(statusCode: number, headers = {}, ms = 50) =>
	async (c: ReturnType<typeof clock>) => {
		await c.sleep(ms);
		return { statusCode, headers, body: {} };
	};
const refuse = async (c: ReturnType<typeof clock>) => {
	await c.sleep(1);
	throw Object.assign(new Error('connect ECONNREFUSED'), {
		code: 'ECONNREFUSED',
		syscall: 'connect',
	});
};
const hang = async (c: ReturnType<typeof clock>) => {
	await c.sleep(3_600_000 * 10);
	throw new Error('x');
};
const h = (ms: number) =>
	ms >= 3_600_000
		? `${(ms / 3_600_000).toFixed(1)} h`
		: ms >= 60_000
			? `${(ms / 60_000).toFixed(1)} min`
			: `${(ms / 1000).toFixed(1)} s`;
async function one(
	name: string,
	n: number,
	settings: DeliverySettings,
	answer: (
		c: ReturnType<typeof clock>,
	) => Promise<never | { statusCode: number; headers: object; body: unknown }>,
) {
	const c = clock();
	let sent = 0;
	const calls = Array.from({ length: n }, () => ({
		send: async () => {
			sent++;
			return (await answer(c)) as never;
		},
	}));
	const limit = 14 * 24 * 3_600_000;
	const ctx = { now: c.now, sleep: c.sleep, random, throttle: new Throttle(c) };
	const d = await c.run(deliver(calls, settings, ctx), limit);
	const fates: Record<string, number> = {};
	for (const x of d ?? []) fates[x.fate] = (fates[x.fate] ?? 0) + 1;
	console.log(
		`${name}: ${d ? h(c.now()) : '> ' + h(c.now())}, ${sent} requests, ${JSON.stringify(fates)}`,
	);
}
async function webhooks(
	name: string,
	settings: DeliverySettings,
	answer: (c: ReturnType<typeof clock>) => Promise<unknown>,
) {
	const c = clock();
	const throttle = new Throttle(c);
	let waiting = 0,
		most = 0,
		sent = 0;
	const runs: Array<Promise<unknown>> = [];
	await c.run(
		(async () => {
			for (let m = 0; m < 180; m++) {
				waiting++;
				most = Math.max(most, waiting);
				runs.push(
					deliver(
						[
							{
								send: async () => {
									sent++;
									return (await answer(c)) as never;
								},
							},
						],
						settings,
						{ now: c.now, sleep: c.sleep, random, throttle },
					).then(() => waiting--),
				);
				await c.sleep(60_000);
			}
		})(),
		Infinity,
	);
	console.log(`${name}: ${waiting} runs waiting after 3 h (at most ${most}), ${sent} requests`);
}
void (async () => {
	const only = process.argv[2];
	const cases: Array<[string, () => Promise<void>]> = [
		['a', async () => await one('200 emails, 429 for ever', 200, EMAIL, status(429))],
		['b', async () => await one('1,000 events, 429 for ever', 1000, EVENT, status(429))],
		[
			'c',
			async () =>
				await one(
					'100 events, Retry-After 86400',
					100,
					EVENT,
					status(429, { 'retry-after': '86400' }),
				),
		],
		[
			'd',
			async () =>
				await one(
					'1,000 events, Retry-After 86400',
					1000,
					EVENT,
					status(429, { 'retry-after': '86400' }),
				),
		],
		['e', async () => await webhooks('an email webhook a minute, 429', EMAIL, status(429))],
		['e2', async () => await webhooks('an event webhook a minute, 429', EVENT, status(429))],
		['f', async () => await one('1 email, refused connection', 1, EMAIL, refuse)],
		['g', async () => await one('200 emails, refused connection', 200, EMAIL, refuse)],
		['h', async () => await one('1,000 emails, refused connection', 1000, EMAIL, refuse)],
		['i', async () => await one('200 emails, 503', 200, EMAIL, status(503))],
		['i2', async () => await one('1,000 emails, 503', 1000, EMAIL, status(503))],
		['j', async () => await one('200 emails, no answer', 200, EMAIL, hang)],
		['k', async () => await one('10,000 emails, no answer', 10_000, EMAIL, hang)],
		['l', async () => await one('1,000 events, refused connection', 1000, EVENT, refuse)],
		['m', async () => await one('1,000 events, 503', 1000, EVENT, status(503))],
		['n', async () => await one('1,000 events, no answer', 1000, EVENT, hang)],
		[
			'o',
			async () =>
				await one(
					'300 events, 429, waits 0.2-0.4 s, 2 retries',
					300,
					{ ...EVENT, maxRetries: 2, retryBaseMs: 200, retryMaxMs: 400 },
					status(429),
				),
		],
		[
			'p',
			async () =>
				await one(
					'1,000 events, 10 s of 429, then fine',
					1000,
					EVENT,
					async (c) => await status(c.now() < 10_000 ? 429 : 202)(c),
				),
		],
		[
			'q',
			async () =>
				await one(
					'1,000 events, 10 s of 503, then fine',
					1000,
					EVENT,
					async (c) => await status(c.now() < 10_000 ? 503 : 202)(c),
				),
		],
		[
			'r',
			async () =>
				await one(
					'200 emails, 2 min of 429, then fine',
					200,
					EMAIL,
					async (c) => await status(c.now() < 120_000 ? 429 : 202)(c),
				),
		],
	];
	for (const [k, f] of cases) if (!only || only.split(',').includes(k)) await f();
})();
