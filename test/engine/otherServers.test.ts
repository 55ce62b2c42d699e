import type { IDataObject } from 'n8n-workflow';

import type { FaultEffect } from '../../sandbox/faults/faultEffect';
import { runNode, type NodeRun } from '../support/nodes';
import { runContinuing } from '../support/outputs';
import { customCredential, useSandbox } from '../support/sandbox';

const sandbox = useSandbox();
const good = () => customCredential(sandbox);

const PAGE =
	'<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Sign in</body></html>';
const HTML = { 'content-type': 'text/html; charset=utf-8' };
const TEXT = { 'content-type': 'text/plain' };
const JSON_TYPE = { 'content-type': 'application/json' };

/** What proxies, portals and other servers answer, by its content type. Bluecore answers an event with 202. */
const NOT_BLUECORE: ReadonlyArray<[string, FaultEffect]> = [
	['a page that is said to be JSON', { status: 200, headers: JSON_TYPE, body: PAGE }],
	['nothing, and says so', { status: 204, headers: TEXT, body: '' }],
	[
		'a redirect to a sign-in page',
		{ status: 302, headers: { ...HTML, location: 'https://login.example.com/' }, body: PAGE },
	],
];

const ITEMS = ['a', 'b', 'c'].map((name) => ({ name, email: `${name}@example.com` }));
const options = { maxConcurrency: 1, retryBaseSeconds: 0.01, retryMaxSeconds: 0.02 };
const events = (parameters: IDataObject = {}): NodeRun => ({
	node: 'bluecoreEvents',
	credential: good(),
	parameters: { operation: 'optin', email: '={{ $json.email }}', options, ...parameters },
	items: ITEMS,
});
const emails = (parameters: IDataObject = {}): NodeRun => ({
	node: 'bluecoreEmail',
	credential: good(),
	parameters: {
		operation: 'send',
		campaignId: '34545238546',
		email: '={{ $json.email }}',
		options,
		...parameters,
	},
	items: ITEMS,
});
/** Answers the calls for one customer in this way. */
const answer = (name: string, effect: FaultEffect) => {
	sandbox.interceptor = ({ body }) =>
		JSON.stringify(body ?? '').includes(`${name}@example.com`) ? effect : undefined;
};
const WHERE = /URL is not the address of Bluecore's API: 127\.0\.0\.1:\d+ answered/;

/** What the item says that another server has answered. */
const REFUSED = {
	error: expect.stringMatching(new RegExp(`${WHERE.source}.* \\[item \\d\\]$`)),
	advice: expect.stringContaining('URL in the Bluecore credential'),
};

describe('an event', () => {
	const accepted = (email: string) => ({
		event: 'optin',
		distinct_id: email,
		accepted: true,
		status_code: 202,
		attempts: 1,
	});

	test.each(NOT_BLUECORE)(
		'that is answered with %s is not accepted, nor sent again',
		async (_what, effect) => {
			answer('b', effect);
			expect(await runContinuing('continueErrorOutput', events())).toEqual({
				main: [
					[0, accepted('a@example.com')],
					[2, accepted('c@example.com')],
				],
				errors: [[1, { ...ITEMS[1], ...REFUSED }]],
			});
			expect(sandbox.state.calls.map(({ who }) => who)).toEqual(ITEMS.map(({ email }) => email));
		},
	);

	test.each<[string, FaultEffect, string]>([
		// A proxy that answers with its own words may have passed the event on.
		['a word', { status: 200, headers: TEXT, body: 'OK' }, 'May have arrived[^:]*'],
		['a page', { status: 200, headers: HTML, body: PAGE }, 'Not accepted'],
	])(
		'that is answered with %s ends the run when the node stops, and does not count as accepted',
		async (_what, effect, group) => {
			answer('b', effect);
			const { error, everything } = await runNode(events());
			expect(error?.message).toMatch(WHERE);
			expect(error?.message).toMatch(/; 1 of 3 items were accepted \[item 1\]$/);
			expect(error?.description).toMatch(
				new RegExp(`Accepted: item 0\\. ${group}: item 1\\. Not sent: item 2\\.`),
			);
			expect(everything).not.toContain('Sign in</title>');
		},
	);

	test('is accepted with any other answer of 202', async () => {
		answer('b', { status: 202, headers: TEXT, body: '' });
		const { json } = await runNode(events());
		expect(json).toEqual(ITEMS.map(({ email }) => accepted(email)));
	});

	test('that links an ID is not remembered when a page answers it', async () => {
		const staticData = {};
		const run: NodeRun = {
			...events({ operation: 'forward', message: '={{ $json }}' }),
			items: [{ event: 'optin', anonymousId: 'a-1', traits: { email: 'a@example.com' } }],
			staticData,
			onError: 'continueRegularOutput',
		};
		sandbox.interceptor = () => ({ status: 200, headers: HTML, body: PAGE });
		await runNode(run);
		sandbox.interceptor = undefined;
		sandbox.reset();
		await runNode(run);
		expect(sandbox.state.events.map(({ event }) => event)).toEqual(['identify', 'optin']);
	});
});

describe('an email', () => {
	const sent = (email: string) => ({
		conversation_id: expect.stringMatching(/^\d+$/),
		campaign_id: '34545238546',
		email,
		status_code: 202,
		attempts: 1,
	});

	test('that is answered with a page is not said to be taken by Bluecore', async () => {
		answer('b', { status: 202, headers: HTML, body: PAGE });
		expect(await runContinuing('continueErrorOutput', emails())).toEqual({
			main: [
				[0, sent('a@example.com')],
				[2, sent('c@example.com')],
			],
			errors: [[1, { ...ITEMS[1], ...REFUSED }]],
		});
		const { error } = await runNode(emails());
		expect(error?.message).toMatch(/; 1 of 3 items were accepted \[item 1\]$/);
		expect(error?.description).not.toContain('most likely sent');
	});

	test.each<[string, FaultEffect]>([
		['an empty object', { status: 202, headers: JSON_TYPE, body: {} }],
		['an empty ID', { status: 200, headers: JSON_TYPE, body: { conversation_id: '' } }],
		['nothing', { status: 202, headers: TEXT, body: '' }],
	])(
		'that is answered with %s may have gone out: it does not count as accepted',
		async (_what, effect) => {
			answer('b', effect);
			const { error } = await runNode(emails());
			expect(error?.message).toMatch(/conversation ID; 1 of 3 items were accepted \[item 1\]$/);
			expect(error?.description).toMatch(
				/Accepted: item 0\. May have arrived[^:]*: item 1\. Not sent: item 2\./,
			);
			expect(sandbox.state.calls).toHaveLength(2);
		},
	);
});

describe('a status', () => {
	test('is not said to be Bluecore’s when a page answers', async () => {
		sandbox.interceptor = () => ({ status: 202, headers: HTML, body: PAGE });
		const run = emails({ operation: 'getStatus', conversationId: '={{ $json.id }}' });
		const items = [{ id: '77' }];
		expect(await runContinuing('continueErrorOutput', { ...run, items })).toEqual({
			main: [],
			errors: [[0, { id: '77', ...REFUSED }]],
		});
	});

	test('is asked for once, not until the end, when another server answers', async () => {
		sandbox.interceptor = () => ({ status: 200, headers: JSON_TYPE, body: { status: 200 } });
		const { error } = await runNode({
			...emails({
				operation: 'getStatus',
				conversationId: '77',
				options: { waitUntilFinal: true, pollSeconds: 0.01, maxWaitMinutes: 0.01 },
			}),
			items: [{}],
		});
		expect(error?.message).toMatch(/status/);
		expect(sandbox.state.calls).toHaveLength(1);
	});
});
