import type { IDataObject } from 'n8n-workflow';

import type { FaultEffect } from '../../sandbox/faults/faultEffect';
import { Sandbox } from '../../sandbox/bluecoreSandbox';
import { emails, optIns, runNode, startNode, type NodeRun } from '../support/nodes';
import { API_KEY, customCredential, NAMESPACE, useSandbox } from '../support/sandbox';

const sandbox = useSandbox();
const EMAIL = 'jane@example.com';
const QUICK = { retryBaseSeconds: 0.01, retryMaxSeconds: 0.02 };

const given = () => ({
	credential: sandbox.credential(NAMESPACE, API_KEY),
	items: [{ email: EMAIL }],
});
const eventRun = (options: IDataObject, more: Partial<NodeRun> = {}) =>
	optIns({ ...given(), ...more }, { options: { ...QUICK, ...options } });
const emailRun = (options: IDataObject, more: Partial<NodeRun> = {}) =>
	emails({ ...given(), ...more }, { options: { ...QUICK, ...options } });

/** Answers the first calls in the given ways, the others as Bluecore would. */
const first = (...intercepts: FaultEffect[]) => {
	const queue = [...intercepts];
	sandbox.interceptor = () => queue.shift();
};

describe.each([
	['an event', eventRun],
	['an email', emailRun],
])('%s', (_what, build) => {
	const run = async (options: IDataObject = {}, more: Partial<NodeRun> = {}) =>
		await runNode(build(options, more));

	test('is sent again after an answer that is temporary', async () => {
		first({ status: 503 }, { status: 500 });
		const { json, error } = await run();
		expect(error).toBeUndefined();
		expect(json[0].attempts).toBe(3);
		expect(sandbox.state.calls.map((call) => call.status)).toEqual([503, 500, 202]);
	});

	test('is not sent again after an answer that is final', async () => {
		sandbox.interceptor = () => ({ status: 422, body: { message: 'No.' } });
		const { error } = await run();
		expect(error).toMatchObject({
			httpCode: '422',
			description: expect.stringContaining('422: "No."'),
		});
		expect(sandbox.state.calls).toHaveLength(1);
	});

	test('does not follow a redirect, which could carry secrets elsewhere', async () => {
		const elsewhere = await new Sandbox().start();
		sandbox.interceptor = ({ path }) => ({
			status: 307,
			headers: { location: `${elsewhere.url}${path}` },
		});
		const { error } = await run();
		await elsewhere.stop();
		expect(error?.message).toMatch(
			/^The URL is not the address of Bluecore's API: 127\.0\.0\.1:\d+ answered 307/,
		);
		expect(elsewhere.state.calls).toEqual([]);
	});

	test('is given up after Max Retries, with the last answer', async () => {
		sandbox.interceptor = () => ({
			status: 503,
			body: { message: 'Service unavailable.', request_id: 'r-7' },
		});
		const { error } = await run({ maxRetries: 2 });
		expect(sandbox.state.calls).toHaveLength(3);
		expect(error?.message).toMatch(/\(tried 3 times\): Service unavailable\. \[item 0\]$/);
		expect(error?.description).toContain('quote the request ID r-7');
		expect(error).toMatchObject({
			context: { data: { attempts: 3, request_id: 'r-7', api_message: 'Service unavailable.' } },
		});
	});

	test('that cannot be sent because nobody listens says so, and that nothing was sent', async () => {
		const nobody = { eventsUrl: 'http://127.0.0.1:9', emailUrl: 'http://127.0.0.1:9/email' };
		const credential = { ...customCredential(sandbox), ...nobody };
		const { error } = await run({ maxRetries: 1 }, { credential });
		expect(error?.message).toMatch(
			/^127\.0\.0\.1:9 refused the connection, so the (event|email) was not sent \(tried 2 times\) \[item 0\]$/,
		);
	});

	test('ends the run when it is given up: nothing new starts, and the message says how far it came', async () => {
		const items = Array.from({ length: 8 }, (_, n) => ({ email: `c${n}@example.com` }));
		sandbox.interceptor = ({ body }) =>
			JSON.stringify(body).includes('c2@') ? { status: 400, body: { message: 'No.' } } : undefined;
		const { error, status, main } = await run({ maxConcurrency: 1 }, { items });
		expect(status).toBe('error');
		expect(main).toEqual([]);
		expect(error?.message).toMatch(/; 2 of 8 items were accepted \[item 2\]$/);
		expect(error?.description).toContain(
			'Accepted: items 0–1. Not accepted: item 2. Not sent: items 3–7.',
		);
		expect(sandbox.state.calls).toHaveLength(3);
	});

	test('that was given up is named, not one that only waited for its retry', async () => {
		const items = Array.from({ length: 3 }, (_, n) => ({ email: `c${n}@example.com` }));
		sandbox.interceptor = ({ body }) => {
			const text = JSON.stringify(body);
			if (text.includes('c0@')) return { status: 503 };
			return text.includes('c1@') ? { status: 400, delayMs: 50 } : { delayMs: 100 };
		};
		const { error } = await run({ retryBaseSeconds: 60, retryMaxSeconds: 60 }, { items });
		expect(error?.message).toMatch(
			/refused the (event|email): Bad request; 1 of 3 items were accepted \[item 1\]$/,
		);
		expect(error?.description).toContain('Accepted: item 2. Not accepted: items 0–1.');
	});

	test('is not sent when the run is canceled while the items are checked', async () => {
		// Such as n8n has to evaluate; others are checked too fast.
		const email = '={{ $json.email.toLowerCase() }}';
		const given = build({}, { items: Array.from({ length: 20_000 }, () => ({ email: EMAIL })) });
		const { result, cancel } = startNode({ ...given, parameters: { ...given.parameters, email } });
		await new Promise((resolve) => setTimeout(resolve, 300));
		cancel();
		const { status, nodeError } = await result;
		expect(status).toBe('canceled');
		expect(nodeError?.message).toBe('The execution was canceled; 0 of 20000 items were accepted');
		expect(nodeError?.description).toBe('Not sent: items 0–19999.');
		expect(sandbox.state.calls).toEqual([]);
	});

	test('that was under way when the run was canceled is said to have perhaps arrived', async () => {
		const items = Array.from({ length: 3 }, (_, n) => ({ email: `c${n}@example.com` }));
		sandbox.interceptor = ({ body }) =>
			JSON.stringify(body).includes('c1@') ? { delayMs: 1500 } : undefined;
		const { result, cancel } = startNode(build({ maxConcurrency: 1 }, { items }));
		while (sandbox.state.calls.length === 0)
			await new Promise((resolve) => setTimeout(resolve, 10));
		await new Promise((resolve) => setTimeout(resolve, 100));
		cancel();
		const { errors, status, nodeError } = await result;
		expect([status, errors]).toEqual(['canceled', []]);
		expect(nodeError?.message).toBe('The execution was canceled; 1 of 3 items were accepted');
		expect(nodeError?.description).toBe(
			'Accepted: item 0. May have arrived (check in Bluecore before you send again): item 1. Not sent: item 2.',
		);
	});

	test('keeps to Requests per Second over executions that run at the same time', async () => {
		const times: number[] = [];
		sandbox.interceptor = () => {
			times.push(Date.now());
			return undefined;
		};
		const namespaced = { ...sandbox.credential(NAMESPACE, API_KEY) };
		const items = Array.from({ length: 15 }, (_, n) => ({ email: `c${n}@example.com` }));
		await Promise.all(
			[1, 2].map(
				async () => await run({ requestsPerSecond: 10 }, { items, credential: namespaced }),
			),
		);
		expect(times).toHaveLength(30);
		expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(1800);
	});

	test('in a run that is cancelled while it waits is not sent again, and the run ends before the wait', async () => {
		sandbox.interceptor = () => ({ status: 503 });
		const { result, cancel } = startNode(build({ retryBaseSeconds: 60, retryMaxSeconds: 60 }, {}));
		while (sandbox.state.calls.length === 0)
			await new Promise((resolve) => setTimeout(resolve, 10));
		const before = Date.now();
		cancel();
		const { status } = await result;
		expect(status).toBe('canceled');
		expect(Date.now() - before).toBeLessThan(30_000);
		await new Promise((resolve) => setTimeout(resolve, 400));
		expect(sandbox.state.calls).toHaveLength(1);
	});
});

test('an account that accepts nothing ends a run of 300 events, and each is an error item with advice', async () => {
	const items = Array.from({ length: 300 }, (_, n) => ({ n, email: `c${n}@example.com` }));
	const options = { maxRetries: 2, retryBaseSeconds: 0.2, retryMaxSeconds: 0.4 };
	// Its circuit stays open.
	const credential = sandbox.credential('refusing', API_KEY);
	sandbox.interceptor = () => ({ status: 429 });
	const { main, errors } = await runNode(
		eventRun(options, { credential, items, onError: 'continueErrorOutput' }),
	);
	expect([main.length, errors.length]).toEqual([0, 300]);
	const last = errors[299].json;
	const [, until] = /until ((?:[\d-]+ )?\d\d:\d\d UTC), because/.exec(last.error as string) ?? [];
	const error = `Nothing is sent to this account until ${until}, because Bluecore is receiving too many requests; the event was not sent`;
	expect(last).toEqual({
		...items[299],
		error: `${error} [item 299]`,
		advice: expect.stringMatching(/^Run the item again after that time\. If this happens often, /),
	});
	const calls = sandbox.state.calls.length;
	expect(calls).toBeLessThan(150);

	sandbox.interceptor = undefined;
	const later = await runNode(eventRun(options, { credential }));
	expect(later.error?.message).toBe(`${error} [item 0]`);
	expect(sandbox.state.calls).toHaveLength(calls);
});

describe('when it is unknown whether it arrived', () => {
	test.each<[string, FaultEffect, RegExp]>([
		[
			'the connection is dropped before the answer',
			{ drop: 'after' },
			/connection to 127\.0\.0\.1:\d+ was closed before the answer was complete/,
		],
		[
			'there is no answer in time',
			{ delayMs: 700 },
			/127\.0\.0\.1:\d+ did not answer within 0\.3 seconds/,
		],
	])('because %s, an event is sent again and an email is not', async (_why, intercept, message) => {
		first(intercept);
		const options = { timeoutSeconds: 0.3 };
		expect((await runNode(eventRun(options))).json[0].attempts).toBe(2);

		await new Promise((resolve) => setTimeout(resolve, 500));
		sandbox.state.reset();
		first(intercept);
		const { error } = await runNode(emailRun(options));
		expect(error?.message).toMatch(message);
		expect(error?.message).toMatch(/unknown whether the email arrived \[item 0\]$/);
		expect(error?.description).toContain('The email may have been sent.');
		await new Promise((resolve) => setTimeout(resolve, 500));
		expect(sandbox.state.emails.size).toBeLessThanOrEqual(1);
		expect(sandbox.state.calls.length).toBeLessThanOrEqual(1);
	});

	test('the option decides', async () => {
		first({ drop: 'after' });
		expect((await runNode(emailRun({ retryUnknownOutcome: true }))).json[0].attempts).toBe(2);
		first({ drop: 'before' });
		expect((await runNode(eventRun({ retryUnknownOutcome: false }))).error?.message).toMatch(
			/unknown whether the event arrived/,
		);
	});
});
