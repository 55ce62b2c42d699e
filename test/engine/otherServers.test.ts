import { CredentialTestContext } from 'n8n-core';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import type { FaultEffect } from '../../sandbox/faults/faultEffect';
import { NODE_TYPES, runNode, type NodeRun } from '../support/nodes';
import { runContinuing } from '../support/outputs';
import { API_KEY, customCredential, useSandbox } from '../support/sandbox';

const sandbox = useSandbox();
const good = () => customCredential(sandbox);

const PAGE =
	'<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Sign in</body></html>';
const HTML = { 'content-type': 'text/html; charset=utf-8' };
const TEXT = { 'content-type': 'text/plain' };
const JSON_TYPE = { 'content-type': 'application/json' };

/** What proxies, portals and other servers answer. Bluecore answers an event with 202. */
const NOT_BLUECORE: ReadonlyArray<[string, FaultEffect]> = [
	['a page', { status: 200, headers: HTML, body: PAGE }],
	['a page with the status of Bluecore', { status: 202, headers: HTML, body: PAGE }],
	['a page that is not said to be one', { status: 202, headers: TEXT, body: `\n ${PAGE}` }],
	['a page that is said to be JSON', { status: 200, headers: JSON_TYPE, body: PAGE }],
	[
		'XML',
		{ status: 200, headers: { 'content-type': 'text/xml' }, body: '<?xml version="1.0"?><ok/>' },
	],
	['nothing', { status: 200, headers: TEXT, body: '' }],
	['nothing, and says so', { status: 204, headers: TEXT, body: '' }],
	['a word', { status: 200, headers: TEXT, body: 'OK' }],
	[
		'a redirect to a sign-in page',
		{ status: 302, headers: { ...HTML, location: 'https://login.example.com/' }, body: PAGE },
	],
	['a redirect without an address', { status: 303, headers: HTML, body: '' }],
];

/** What may be Bluecore's answer to an event. */
const BLUECORE: ReadonlyArray<[string, FaultEffect]> = [
	['its answer', { status: 202, headers: JSON_TYPE, body: { status: 'accepted' } }],
	['nothing but the status', { status: 202, headers: TEXT, body: '' }],
	['a word', { status: 202, headers: TEXT, body: 'Accepted' }],
	[
		'JSON with another status of success',
		{ status: 200, headers: JSON_TYPE, body: { status: 'ok' } },
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

	test.each(BLUECORE)('is accepted with %s', async (_what, effect) => {
		answer('b', effect);
		const { json } = await runNode(events());
		expect(json).toEqual([
			accepted('a@example.com'),
			{ ...accepted('b@example.com'), status_code: effect.status },
			accepted('c@example.com'),
		]);
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

describe("n8n's test of the credential", () => {
	const press = async (data: ICredentialDataDecryptedObject) => {
		const { methods } = NODE_TYPES['n8n-nodes-bluecore.bluecoreEmail'];
		const context = new CredentialTestContext({} as never);
		const credential = { id: '1', name: 'Bluecore', type: 'bluecoreApi', data };
		return await methods.credentialTest.testCredential.call(context, credential);
	};
	/** Answers in this way where emails are asked about, or where events go. */
	const answerAt = (part: string, effect: FaultEffect) => {
		sandbox.interceptor = ({ path }) => (path.includes(part) ? effect : undefined);
	};
	const red = (message: RegExp) => ({ status: 'Error', message: expect.stringMatching(message) });

	test.each<[string, FaultEffect]>([
		...NOT_BLUECORE,
		["another server's page of 404", { status: 404, headers: HTML, body: PAGE }],
		[
			"another server's 404",
			{ status: 404, headers: JSON_TYPE, body: { error: 'Not Found', status: 404 } },
		],
		["another server's empty 404", { status: 404, headers: TEXT, body: '' }],
		['JSON of another server', { status: 200, headers: JSON_TYPE, body: { status: 'UP' } }],
	])('is red when %s answers at the Email URL', async (_what, effect) => {
		answerAt('/status/', effect);
		const result = await press(good());
		expect(result).toEqual(red(/Bluecore's API[^]*Email URL|Email URL[^]*Bluecore's API/));
		expect(result.message).not.toContain(API_KEY);
	});

	test.each([429, 500, 502, 503, 504])(
		'is red for %d, which does not say whether the key is good',
		async (status) => {
			answerAt('/status/', { status });
			const result = await press(good());
			expect(result).toEqual(red(new RegExp(`not checked[^]*${status}|${status}[^]*not checked`)));
		},
	);

	test.each<[string, () => string, RegExp]>([
		['nobody listens at', () => 'http://127.0.0.1:9', /127\.0\.0\.1:9/],
		['does not exist', () => 'https://nowhere.invalid', /nowhere\.invalid/],
		['has no such address', () => `${sandbox.url}/nowhere`, /Events URL/],
		['is that of the emails', () => `${sandbox.url}/email`, /Events URL/],
	])('is red for an Events URL that %s', async (_what, eventsUrl, message) => {
		for (const apiKey of [API_KEY, '']) {
			expect(await press({ ...good(), apiKey, eventsUrl: eventsUrl() })).toEqual(red(message));
		}
	});

	test('is red when a page answers at the Events URL, with a key and without', async () => {
		answerAt('/api/track/', { status: 200, headers: HTML, body: PAGE });
		for (const apiKey of [API_KEY, '']) {
			expect(await press({ ...good(), apiKey })).toEqual(red(/Events URL/));
		}
	});

	test('is green when both answer, says what was checked, and sends no event', async () => {
		expect(await press(good())).toEqual({
			status: 'OK',
			message: expect.stringMatching(/API Key[^]*Events URL|Events URL[^]*API Key/),
		});
		expect(sandbox.state.events).toEqual([]);
	});

	test('says without a key that events can be sent and emails cannot, and that nothing tells whether the Namespace is right', async () => {
		expect(await press({ ...good(), apiKey: '' })).toEqual({
			status: 'OK',
			message: expect.stringMatching(
				/^(?=[^]*Events URL)(?=[^]*Namespace[^]*not checked)(?=[^]*API Key)/,
			),
		});
		expect(sandbox.state.events).toEqual([]);
		// Where events go was asked: something was tried.
		expect(sandbox.state.calls.map(({ path }) => path)).toEqual(['/api/track/mobile/v1']);
	});
});
