import { parseRetryAfter, retryDelay } from '../../../../nodes/shared/delivery/retryDelay';

describe('the wait before a retry', () => {
	const delay = (attempt: number, random: number, retryAfterMs?: number) =>
		retryDelay({ attempt, retryBaseMs: 1000, retryMaxMs: 30_000, random, retryAfterMs });

	test.each([
		[1, 0, 500],
		[1, 1, 1000],
		[2, 1, 2000],
		[3, 0.5, 3000],
		[5, 1, 16_000],
		[6, 1, 30_000],
		[60, 0, 15_000],
	])('of attempt %d with chance %d is %d ms', (attempt, random, ms) =>
		expect(delay(attempt, random)).toBe(ms),
	);

	test('is never shorter than what the server asks for', () => {
		expect(delay(1, 1, 5000)).toBe(5000);
		expect(delay(4, 1, 5000)).toBe(8000);
	});

	test.each([
		['2', 2000],
		[' 0 ', 0],
		[3, 3000],
		[0, 0],
		['  ', undefined],
		['Thu, 01 Jan 1970 00:00:10 GMT', 5000],
		['Thu, 01 Jan 1970 00:00:01 GMT', 0],
		['-1', undefined],
		[-1, undefined],
		['soon', undefined],
		['', undefined],
		[undefined, undefined],
	])('Retry-After %p asks for %p ms', (header, ms) =>
		expect(parseRetryAfter(header, 5000)).toBe(ms),
	);
});
