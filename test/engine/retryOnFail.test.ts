import type { IDataObject } from 'n8n-workflow';

import { useNodes, type NodeRun } from '../support/nodes';

const { sandbox, run: runNode } = useNodes();

const ITEMS = ['a', 'b', 'c'].map((name) => ({ name, email: `${name}@example.com` }));
/** n8n then runs the whole node again when it throws, or when its first item carries an error. */
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

const EVENTS = 'bluecoreEvents';
const EMAIL = 'bluecoreEmail';
const DEVELOPER = 'bluecore';

const run = async (parameters: IDataObject, { node = EMAIL, ...more }: Partial<NodeRun> = {}) =>
	await runNode(node, parameters, { settings: RETRY, items: ITEMS, ...more });
/** What an error says that is only about the setting. */
const ADVICE = expect.stringMatching(/turn .*off.*Max Retries/is) as string;

const SEND = { operation: 'send', campaignId: '34545238546', email: '={{ $json.email }}' };

describe('with Retry On Fail,', () => {
	const product = { productsInput: 'json', productsJson: 'SKU1', email: '={{ $json.email }}' };
	const forward = (event: string) => ({
		operation: 'forward',
		unmappedEvents: 'send',
		message: `={{ { event: "${event}", userId: $json.email, properties: { product_id: "SKU1" } } }}`,
	});
	const subscription = { resource: 'subscription', operation: 'update' };

	test.each<[NodeRun['node'], IDataObject]>([
		...['viewed_product', 'add_to_cart', 'remove_from_cart', 'wishlist'].map(
			(operation): [typeof EVENTS, IDataObject] => [EVENTS, { ...product, operation }],
		),
		[EVENTS, { operation: 'search', searchTerm: 'rain', email: '={{ $json.email }}' }],
		[EVENTS, { operation: 'custom', eventName: 'visit', email: '={{ $json.email }}' }],
		[EVENTS, forward('Product Viewed')],
		[EVENTS, forward('Store Visited')],
		[DEVELOPER, { ...subscription, change: 'SIGNUP', phone: '+15556667777' }],
		[EMAIL, SEND],
	])('what counts twice is refused before any is sent: %s %j', async (node, parameters) => {
		// n8n takes one try for two.
		const settings = { ...RETRY, maxTries: 1 };
		const { error, main } = await run(parameters, { node, settings });
		const message = /Retry On Fail is on .* would send (events|sign-ups|emails) again/;
		expect(error?.message).toMatch(message);
		expect(main).toEqual([]);
		expect(error).toMatchObject({ description: ADVICE });
		expect(sandbox.state.calls.filter(({ api }) => api !== 'token')).toEqual([]);
	});

	const email = '={{ $json.email }}';
	test.each<[NodeRun['node'], IDataObject]>([
		[EVENTS, { ...product, operation: 'purchase', orderId: '={{ $json.name }}', total: 1 }],
		[EVENTS, { operation: 'customer_patch', email, customerAttributes: { city: 'Rome' } }],
		[EVENTS, { operation: 'optin', email }],
		[DEVELOPER, { ...subscription, change: 'OPTIN', email }],
		[EMAIL, { operation: 'getStatus', conversationId: '1' }],
		[EMAIL, { ...SEND, options: { validateOnly: true } }],
	])('what is the same when it is sent twice goes out: %s %j', async (node, parameters) => {
		sandbox.interceptor = ({ api }) =>
			api === 'status' ? { status: 200, body: { status: 'Delivered' } } : undefined;
		const { error, main } = await run(parameters, { node });
		expect(error).toBeUndefined();
		expect(main).toHaveLength(3);
	});

	test.each([
		['of the execution', ''],
		['of the user', '={{ $json.name }}-confirmation'],
	])('messages with IDs %s are sent once each', async (_whose, messageId) => {
		let count = 0;
		// The last message of the first try is refused, and one before it has no answer.
		sandbox.interceptor = ({ api, method }) => {
			if (api !== 'messages' || method !== 'POST') return undefined;
			count++;
			return count === 3 ? { status: 400 } : count === 2 ? { drop: 'after' } : undefined;
		};
		const options = { maxConcurrency: 1, retryBaseSeconds: 0.01 };
		const { error, json } = await run(
			{ resource: 'message', ...SEND, campaignIds: '34545238546', messageId, options },
			{ node: DEVELOPER },
		);
		expect(error).toBeUndefined();
		expect(json.map((item) => item.already_sent)).toEqual([true, true, false]);
		expect(sandbox.state.totals.messages).toBe(3);
	});
});

test('without Retry On Fail, emails go out, whatever the number of tries is', async () => {
	const { main } = await run(SEND, { settings: { ...RETRY, retryOnFail: false } });
	expect(main).toHaveLength(3);
});
