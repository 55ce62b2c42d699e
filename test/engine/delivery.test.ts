import { setTimeout as pause } from 'node:timers/promises';

import type { IDataObject } from 'n8n-workflow';

import type { FaultEffect } from '../../sandbox/faults/faultEffect';
import { emails, optIns, runNode, startNode, type NodeRun } from '../support/nodes';
import { API_KEY, customCredential, NAMESPACE, useSandbox } from '../support/sandbox';
import { startSandbox } from '../support/startSandbox';

const sandbox = useSandbox();
const EMAIL = 'jane@example.com';
const QUICK = { retryBaseSeconds: 0.01, retryMaxSeconds: 0.02 };
const many = (length: number) => Array.from({ length }, (_, n) => ({ email: `c${n}@example.com` }));

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

	test('does not follow a redirect, which could carry secrets elsewhere', async () => {
		const elsewhere = await startSandbox();
		sandbox.interceptor = ({ path }) => ({
			status: 307,
			headers: { location: `${elsewhere.url}${path}` },
		});
		const { error } = await run();
		expect(error?.message).toMatch(
			/^The Sandbox URL is not the address of Bluecore's API: 127\.0\.0\.1:\d+ answered 307/,
		);
		expect(elsewhere.state.calls).toEqual([]);
	});

	test('is given up after Max Retries, with the last answer', async () => {
		const body = { message: 'Service unavailable.', request_id: 'r-7' };
		sandbox.interceptor = () => ({ status: 503, body });
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

	test('that was given up is named, not one that only waited for its retry', async () => {
		sandbox.interceptor = ({ body }) => {
			const text = JSON.stringify(body);
			if (text.includes('c0@')) return { status: 503 };
			return text.includes('c1@') ? { status: 400, delayMs: 50 } : { delayMs: 100 };
		};
		const slow = { retryBaseSeconds: 60, retryMaxSeconds: 60 };
		const { error } = await run(slow, { items: many(3) });
		expect(error?.message).toMatch(
			/refused the (event|email): Bad request; 1 of 3 items were accepted \[item 1\]$/,
		);
		expect(error?.description).toContain('Accepted: item 2. Not accepted: items 0–1.');
	});

	test('that was under way when the run was canceled is said to have perhaps arrived', async () => {
		sandbox.interceptor = ({ body }) =>
			JSON.stringify(body).includes('c1@') ? { delayMs: 1500 } : undefined;
		const { result, cancel } = startNode(build({ maxConcurrency: 1 }, { items: many(3) }));
		while (sandbox.state.calls.length === 0) await pause(10);
		await pause(100);
		cancel();
		const { errors, status, nodeError } = await result;
		expect([status, errors]).toEqual(['canceled', []]);
		expect(nodeError?.message).toBe('The execution was canceled; 1 of 3 items were accepted');
		expect(nodeError?.description).toBe(
			'Accepted: item 0. May have arrived (check in Bluecore before you send again): item 1. Not sent: item 2.',
		);
	});
});

test.each<[string, FaultEffect, RegExp]>([
	['the connection is dropped', { drop: 'after' }, /was closed before the answer was complete/],
	['there is no answer in time', { delayMs: 700 }, /did not answer within 0\.3 seconds/],
])('when %s, an event is sent again and an email is not', async (_why, intercept, message) => {
	first(intercept);
	const options = { timeoutSeconds: 0.3 };
	// On a slow machine the second attempt can time out, too.
	expect((await runNode(eventRun(options))).json[0].attempts).toBeGreaterThanOrEqual(2);

	await pause(500);
	sandbox.state.reset();
	first(intercept);
	const { error } = await runNode(emailRun(options));
	expect(error?.message).toMatch(message);
	expect(error?.message).toMatch(/unknown whether the email arrived \[item 0\]$/);
	expect(error?.description).toContain('The email may have been sent.');
	await pause(500);
	expect(sandbox.state.emails.size).toBeLessThanOrEqual(1);
	expect(sandbox.state.calls.length).toBeLessThanOrEqual(1);
});
