import type { AxiosError } from 'axios';

import type { FaultRule } from '../../../sandbox/faults/faultEffect';
import { clientOf, EMAIL, http } from '../../support/http';
import { useSandbox } from '../../support/sandbox';

const sandbox = useSandbox();
const { search: searchAs, send, get } = clientOf(sandbox);
const faults = async () => await get('faults');
const set = async (fault: object) =>
	await http.post<{ id: number; message: string }>(`${sandbox.url}/sandbox/faults`, fault);
const search = async () => await searchAs('jane@example.com');
const statuses = async (calls: number) => {
	const seen: number[] = [];
	for (let n = 0; n < calls; n++) seen.push((await search()).status);
	return seen;
};
const failure = async (call: Promise<unknown>) =>
	await call.then(
		() => 'none',
		(error: unknown) => (error as AxiosError).message,
	);

test('a status is answered to the next calls, with the body that Bluecore would send', async () => {
	await set({ status: 503, count: 2 });
	const { status, data } = await search();
	expect([status, data]).toEqual([
		503,
		{ message: 'Service unavailable.', request_id: expect.stringMatching(/^sandbox-\d+$/) },
	]);
	expect(await statuses(2)).toEqual([503, 202]);
	expect(sandbox.state.events).toHaveLength(1);
	expect(await faults()).toMatchObject([{ status: 503, count: 2, matched: 2, happened: 2 }]);
	expect(sandbox.state.calls[0]).toMatchObject({ verdict: 'faulted', fault: 'answered 503' });
});

const DATE = /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/;
test.each([
	[{ retryAfterSeconds: 7 }, /^7$/],
	[{ retryAfterSeconds: 7, retryAfterAsDate: true }, DATE],
])('429 is answered with the Retry-After of %j', async (fault, header) => {
	await set({ status: 429, ...fault });
	const { headers, data } = await search();
	expect(headers['retry-after']).toMatch(header);
	expect(data).toEqual({ message: 'too many requests' });
});

test('a body can be given', async () => {
	await set({ status: 500, body: { message: 'Function execution timed out.' } });
	expect((await search()).data).toEqual({ message: 'Function execution timed out.' });
});

test('a delayed answer: the call is processed at once', async () => {
	await set({ delayMs: 300 });
	const before = Date.now();
	let isAnswered = false;
	const call = search().finally(() => (isAnswered = true));
	while (sandbox.state.events.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
	expect(isAnswered).toBe(false);
	expect((await call).status).toBe(202);
	expect(Date.now() - before).toBeGreaterThanOrEqual(290);
});

test.each<[FaultRule, number, number, RegExp]>([
	[{ drop: 'before' }, 0, 0, /socket hang up|ECONNRESET/],
	[{ drop: 'after' }, 1, 0, /socket hang up|ECONNRESET/],
	[{ truncate: true }, 1, 202, /aborted/],
	[{ truncate: true, status: 500 }, 0, 500, /aborted/],
])('a connection is closed by %j', async (fault, processed, status, message) => {
	await set({ ...fault, count: 1 });
	expect(await failure(search())).toMatch(message);
	expect(sandbox.state.events).toHaveLength(processed);
	expect(sandbox.state.calls.map((call) => call.status)).toEqual([status]);
	expect((await search()).status).toBe(202);
});

test('a share is applied to the same calls if the seed is the same', async () => {
	const round = async (seed: number) => {
		await http.delete(`${sandbox.url}/sandbox/faults`);
		await set({ status: 503, share: 0.3, seed });
		return await statuses(200);
	};
	const first = await round(1);
	const count = first.filter((status) => status === 503).length;
	expect(count).toBeGreaterThan(40);
	expect(count).toBeLessThan(80);
	expect(await round(1)).toEqual(first);
	expect(await round(2)).not.toEqual(first);
});

test.each([
	[{ api: 'send' }, [202, 503]],
	[{ api: 'events' }, [503, 202]],
	[{ event: 'search' }, [503, 202]],
	[{ event: 'purchase' }, [202, 202]],
	[{ address: 'JANE@example.com' }, [503, 503]],
	[{ address: 'joe@example.com' }, [202, 202]],
])('a fault is applied only to calls that match %j', async (match, expected) => {
	await set({ status: 503, ...match });
	expect([(await search()).status, (await send(EMAIL)).status]).toEqual(expected);
});

test('a rate limit accepts its number of calls within any second', async () => {
	const now = jest.spyOn(sandbox.state.clock, 'now').mockReturnValue(Date.now());
	await set({ perSecond: 5, retryAfterSeconds: 1 });
	expect(await statuses(8)).toEqual([202, 202, 202, 202, 202, 429, 429, 429]);
	now.mockReturnValue(sandbox.state.clock.now() + 1000);
	expect(await statuses(6)).toEqual([202, 202, 202, 202, 202, 429]);
});

test('the fault that was set first is applied; each can be removed', async () => {
	const { data } = await set({ status: 500, count: 1 });
	await set({ status: 502 });
	expect(await statuses(2)).toEqual([500, 502]);
	const remove = async () => (await http.delete(`${sandbox.url}/sandbox/faults/${data.id}`)).status;
	expect([await remove(), await remove()]).toEqual([204, 404]);
	expect(await faults()).toHaveLength(1);
	expect((await http.delete(`${sandbox.url}/sandbox/faults`)).status).toBe(204);
	expect(await statuses(1)).toEqual([202]);
});

test('the faults of one namespace are removed without those of others', async () => {
	for (const fault of [{}, { namespace: 'a' }, { namespace: 'b' }])
		await set({ status: 500, ...fault });
	expect((await http.delete(`${sandbox.url}/sandbox/faults?namespace=a`)).status).toBe(204);
	expect(await faults()).toMatchObject([{ status: 500 }, { namespace: 'b' }]);
});

const ANY = 'status, perSecond, delayMs, drop, truncate, expireToken and missingScope';
test.each<[unknown, RegExp]>([
	[{}, new RegExp(`needs at least one of ${ANY}`)],
	[{ status: '503' }, /^status must be a whole number, but it is text\.$/],
	[{ status: 99 }, /^status must be >= 200\.$/],
	[{ truncate: false }, /^truncate must be true\.$/],
	[{ share: 2, status: 503 }, /^share must be <= 1\.$/],
	[{ drop: 'never' }, /^drop must be one of before, after\.$/],
	[{ drop: 'after', status: 503 }, /^drop cannot be combined with status or truncate\.$/],
	[{ delayMs: 5, retryAfterSeconds: 5 }, /^retryAfterSeconds needs status or perSecond\.$/],
	[{ status: 503, times: 3 }, /^times is not a known name here\.$/],
	[{ expireToken: true, status: 401 }, /^expireToken cannot be combined with status or/],
	[{ missingScope: 'customers:read', status: 403 }, /^missingScope cannot be combined with status/],
	[{ missingScope: 'customers' }, /^missingScope must be one of customers:read, /],
	[[], /must be an object, but it is a list/],
])('the fault %j is refused, with the reason', async (fault, message) => {
	const { status, data } = await set(fault as object);
	expect(status).toBe(400);
	expect(data.message).toMatch(message);
	expect(await faults()).toEqual([]);
});

test('a fault is not applied to what a browser requests by itself', async () => {
	await set({ status: 503, count: 1 });
	expect((await http.get(`${sandbox.url}/favicon.ico`)).status).toBe(404);
	expect(await statuses(2)).toEqual([503, 202]);
});

test('an answer that is cut off has all its headers', async () => {
	await set({ status: 429, retryAfterSeconds: 2, truncate: true });
	const { headers } = await fetch(`${sandbox.url}/api/track/mobile/v1`, {
		method: 'POST',
		body: '{}',
	});
	expect(headers.get('retry-after')).toBe('2');
});

test('another website cannot set a fault: it can send text, but not JSON', async () => {
	const { status } = await http.post(`${sandbox.url}/sandbox/faults`, '{"status":503}', {
		headers: { 'content-type': 'text/plain' },
	});
	expect(status).toBe(400);
	expect(await faults()).toEqual([]);
});
