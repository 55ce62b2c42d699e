import fc from 'fast-check';

import { DEFAULT_CONFIG, type RateLimitsConfig } from '../../../sandbox/account/config';
import { RateLimits } from '../../../sandbox/developerApi/rateLimits';
import { ADDRESSES, developerClientOf } from '../../support/developerApi';
import { NAMESPACE, useSandbox } from '../../support/sandbox';

const limitsOf = (changes: Partial<RateLimitsConfig> = {}) =>
	new RateLimits({ rateLimits: { ...DEFAULT_CONFIG.rateLimits, ...changes } });
const SMALL = { steady: { limit: 10, seconds: 60 }, burst: { limit: 4, seconds: 1 } };

test('the headers say what both windows allow, and how much of the tightest one is left', () => {
	const limits = limitsOf(SMALL);
	const policy = { 'X-RateLimit-Limit': '10;w=60;burst=4;w=1' };
	const shown = (now: number) => limits.count('a', now).headers;
	expect(shown(500)).toEqual({ ...policy, 'X-RateLimit-Remaining': '3', 'X-RateLimit-Reset': '1' });
	for (let calls = 0; calls < 6; calls++) shown(2000 + calls * 1000);
	const later = { 'X-RateLimit-Remaining': '2', 'X-RateLimit-Reset': '51' };
	expect(shown(9700)).toEqual({ ...policy, ...later });
});

test('they may be about the steady window only, and have other names', () => {
	const limits = limitsOf({ ...SMALL, headersDescribe: 'steady', headerPrefix: 'ratelimit-' });
	for (let calls = 0; calls < 4; calls++) limits.count('a', 100);
	const headers = { 'ratelimit-Limit': '10;w=60;burst=4;w=1', 'ratelimit-Remaining': '6' };
	expect(limits.count('a', 200)).toEqual({
		...{ isWithin: false, headers: { ...headers, 'ratelimit-Reset': '60' } },
	});
});

test('in any order of calls, neither window lets more through than its limit, and no call is refused without need', () => {
	const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });
	fc.assert(
		fc.property(gaps, fc.integer({ min: 0, max: 100_000 }), (waits, start) => {
			const limits = limitsOf({ ...SMALL, steady: { limit: 10, seconds: 5 } });
			const through: number[] = [];
			let now = start;
			for (const wait of waits) {
				now += wait;
				const inWindow = (ms: number) =>
					through.filter((at) => Math.floor(at / ms) === Math.floor(now / ms)).length;
				const isAllowed = inWindow(1000) < 4 && inWindow(5000) < 10;
				const { isWithin, headers } = limits.count('a', now);
				expect(isWithin).toBe(isAllowed);
				if (isWithin) through.push(now);
				const left = Math.min(4 - inWindow(1000), 10 - inWindow(5000));
				expect(Number(headers['X-RateLimit-Remaining'])).toBe(left);
			}
		}),
	);
});

describe('over HTTP', () => {
	const sandbox = useSandbox({
		namespaces: [NAMESPACE, 'other'],
		rateLimits: {
			...DEFAULT_CONFIG.rateLimits,
			steady: { limit: 5, seconds: 3600 },
			burst: { limit: 5, seconds: 3600 },
		},
	});
	const { call, getToken } = developerClientOf(sandbox);

	test('every answer to a call with a token has the headers; beyond the limits it is 429', async () => {
		const answers: unknown[] = [];
		for (const [method, path] of ADDRESSES) {
			const { status, headers } = await call(method, path, {});
			answers.push([status, headers['x-ratelimit-remaining'], headers['x-ratelimit-limit']]);
		}
		const policy = '5;w=3600;burst=5;w=3600';
		expect(answers).toEqual([
			[404, '4', policy],
			[404, '3', policy],
			[404, '2', policy],
			[422, '1', policy],
			[422, '0', policy],
			[429, '0', policy],
		]);
		expect(sandbox.state.calls.at(-1)).toMatchObject({ verdict: 'refused', status: 429 });
	});

	test('each namespace has limits of its own; calls for tokens and without a token are not counted', async () => {
		const other = developerClientOf(sandbox, 'other');
		for (let calls = 0; calls < 7; calls++) {
			await getToken();
			const { headers } = await call('POST', 'customers', {}, { authorization: 'Bearer x' });
			expect(headers).not.toHaveProperty('x-ratelimit-limit');
		}
		for (let calls = 0; calls < 6; calls++) await call('GET', 'transactional-messages/1');
		expect((await call('GET', 'transactional-messages/1')).status).toBe(429);
		expect((await other.call('GET', 'transactional-messages/1')).status).toBe(404);
		sandbox.reset();
		expect((await call('GET', 'transactional-messages/1')).status).toBe(404);
	});
});
