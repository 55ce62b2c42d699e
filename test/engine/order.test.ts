import type { IDataObject } from 'n8n-workflow';

import { runNode } from '../support/nodes';
import { API_KEY, NAMESPACE, useSandbox } from '../support/sandbox';

const sandbox = useSandbox();
const SLOW = { retryBaseSeconds: 0.05, retryMaxSeconds: 0.1 };

/** Runs the node Bluecore Events; the first request is refused once. Returns what was accepted, in order. */
async function eventsOf(parameters: IDataObject, items: IDataObject[]) {
	sandbox.faults.add({ status: 503, count: 1 });
	const { error } = await runNode({
		node: 'bluecoreEvents',
		credential: sandbox.credential(NAMESPACE, API_KEY),
		parameters: { options: SLOW, ...parameters },
		items,
	});
	expect(error).toBeUndefined();
	return sandbox.state.events.map(({ properties }) => properties.n);
}
const custom = {
	operation: 'custom',
	eventName: 'consent',
	email: '={{ $json.email }}',
	distinctId: '={{ $json.id }}',
	additionalFields: { properties: '={{ { n: $json.n } }}' },
};

describe('the events of one customer keep their order after a retry', () => {
	test.each<[string, IDataObject[]]>([
		['in any letter case', [{ email: 'Jane@Example.com' }, { email: 'jane@example.com' }]],
		[
			'by an ID and an email, then by the email alone',
			[{ email: 'Jane@Example.com', id: 'K7' }, { email: 'jane@example.com' }],
		],
		[
			'by an ID and an email, then by the ID alone',
			[{ email: 'jane@example.com', id: 'K7' }, { id: 'K7' }],
		],
		[
			'also if only a later item says who is who',
			[{ id: 'K7' }, { email: 'JANE@example.com' }, { email: 'jane@example.com', id: 'K7' }],
		],
		['by an address as ID', [{ id: 'Jane@Example.com' }, { email: 'jane@example.com' }]],
	])('%s', async (_how, rows) => {
		const items = rows.map((row, n) => ({ id: '', email: '', ...row, n }));
		expect(await eventsOf(custom, items)).toEqual(items.map(({ n }) => n));
	});

	test('also if they are forwarded', async () => {
		const items = ['Jane@Example.com', 'jane@example.com'].map((email, n) => ({
			message: { type: 'track', event: 'consent', traits: { email }, properties: { n } },
		}));
		const parameters = {
			operation: 'forward',
			message: '={{ $json.message }}',
			unmappedEvents: 'send',
			options: SLOW,
		};
		expect(await eventsOf(parameters, items)).toEqual([0, 1]);
	});
});

test.each<[string, IDataObject[]]>([
	['in any letter case', [{ email: 'Jane@Example.com' }, { email: 'jane@example.com' }]],
	[
		'by both identifiers, then by the phone alone',
		[
			{ email: 'jane@example.com', phone: '+15556667777' },
			{ email: '', phone: '+15556667777' },
		],
	],
])('the subscription of one customer keeps the last change: %s', async (_how, items) => {
	sandbox.faults.add({ status: 503, count: 1 });
	const { error } = await runNode({
		node: 'bluecore',
		credential: sandbox.oAuth2Credential(NAMESPACE),
		parameters: {
			resource: 'subscription',
			operation: 'update',
			email: '={{ $json.email }}',
			phone: '={{ $json.phone ?? "" }}',
			change: '={{ $itemIndex === 0 ? "OPTIN" : "UNSUBSCRIBE" }}',
			options: { retryBaseSeconds: 0.05 },
		},
		items,
	});
	expect(error).toBeUndefined();
	const changes = sandbox.state.calls
		.filter(({ api, status }) => api === 'eligibility' && status === 200)
		.map(({ body }) => ((body as IDataObject).state as IDataObject).event);
	expect(changes.at(-1)).toBe('UNSUBSCRIBE');
});

test('Identify links an ID to one address of a run', async () => {
	const { json } = await runNode({
		node: 'bluecoreEvents',
		credential: sandbox.credential(NAMESPACE, API_KEY),
		parameters: { operation: 'identify', email: '={{ $json.email }}', distinctId: 'device-1' },
		items: ['a@example.com', 'A@Example.com', 'b@example.com'].map((email) => ({ email })),
	});
	expect(json.map(({ accepted }) => accepted)).toEqual([true, true, false]);
	expect(json[2].reason).toContain('this run has linked the ID "device-1" to "a@example.com"');
	expect(sandbox.state.events).toHaveLength(2);
});
