import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeParameters,
} from 'n8n-workflow';

import { outputOf, runWorkflow } from '../../harness/engine';
import { CREDENTIAL_TYPES, credentialsOf, NODE_TYPES } from '../support/nodes';
import { fieldsOf, SENTENCE } from '../support/outputs';
import { useSandbox } from '../support/sandbox';

const sandbox = useSandbox();

const ITEMS = ['a', 'b', 'c'].map((name) => ({ name, email: `${name}@example.com` }));
/** n8n then runs the whole node again when it throws, or when its first item carries an error. */
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

interface Setting extends Pick<INode, 'retryOnFail' | 'maxTries' | 'waitBetweenTries' | 'onError'> {
	readonly node?: keyof typeof NODE_TYPES;
	readonly credential?: ICredentialDataDecryptedObject;
}

/** Runs the node with settings of the node itself. */
async function run(
	parameters: IDataObject,
	{ node = 'n8n-nodes-bluecore.bluecoreEmail', credential, ...settings }: Setting,
) {
	const known = credentialsOf(sandbox);
	const common = { typeVersion: 1, position: [0, 0] as [number, number] };
	const ended = await runWorkflow({
		workflow: {
			nodes: [
				{ ...common, id: '1', name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} },
				{
					...common,
					...settings,
					id: '2',
					name: 'Bluecore',
					type: node,
					parameters: parameters as INodeParameters,
					credentials: {
						bluecoreApi: { id: '1', name: 'Bluecore' },
						bluecoreOAuth2Api: { id: '2', name: 'Bluecore' },
					},
				},
			],
			connections: { Start: { main: [[{ node: 'Bluecore', type: 'main' as const, index: 0 }]] } },
		},
		nodeTypes: NODE_TYPES,
		credentials: {
			...known,
			...(credential && { bluecoreApi: { type: CREDENTIAL_TYPES.bluecoreApi, data: credential } }),
		},
		start: { node: 'Start', items: ITEMS.map((json) => ({ json })) },
	});
	return {
		main: outputOf(ended, 'Bluecore').map(fieldsOf),
		errors: outputOf(ended, 'Bluecore', 1).map(fieldsOf),
		error: ended.data.resultData.error,
	};
}

const SEND = { operation: 'send', campaignId: '34545238546', email: '={{ $json.email }}' };

describe('with Retry On Fail, emails are refused before any is sent', () => {
	test.each([
		['three tries', {}],
		['one try, which n8n takes for two', { maxTries: 1 }],
		['no number of tries', { maxTries: undefined }],
	])('when the node stops and n8n is set to %s', async (_tries, settings) => {
		const { main, error } = await run(SEND, { ...RETRY, ...settings });
		expect(error?.message).toMatch(/Retry On Fail/);
		expect(error).toMatchObject({
			description: expect.stringMatching(/turn .*off.*Max Retries/is),
		});
		expect(main).toEqual([]);
		expect(sandbox.state.calls).toEqual([]);
	});

	test('when the node continues, every item says so', async () => {
		const { main, errors } = await run(SEND, { ...RETRY, onError: 'continueErrorOutput' });
		const error = expect.stringMatching(/Retry On Fail/) as string;
		expect({ main, errors }).toEqual({
			main: [],
			errors: ITEMS.map((item) => ({ ...item, error, advice: SENTENCE })),
		});
		expect(sandbox.state.calls).toEqual([]);
	});
});

describe('with Retry On Fail, what counts is refused before any is sent', () => {
	const EVENTS = 'n8n-nodes-bluecore.bluecoreEvents';
	const DEVELOPER = 'n8n-nodes-bluecore.bluecore';
	const product = { productsInput: 'json', productsJson: 'SKU1', email: '={{ $json.email }}' };
	const forward = (event: string) => ({
		operation: 'forward',
		unmappedEvents: 'send',
		message: `={{ { event: "${event}", userId: $json.email, properties: { product_id: "SKU1" } } }}`,
	});

	test.each<[keyof typeof NODE_TYPES, IDataObject]>([
		...[...['viewed_product', 'add_to_cart', 'remove_from_cart', 'wishlist']].map(
			(operation): [typeof EVENTS, IDataObject] => [EVENTS, { ...product, operation }],
		),
		[EVENTS, { operation: 'search', searchTerm: 'rain', email: '={{ $json.email }}' }],
		[EVENTS, { operation: 'custom', eventName: 'visit', email: '={{ $json.email }}' }],
		[EVENTS, forward('Product Viewed')],
		[EVENTS, forward('Store Visited')],
		[
			DEVELOPER,
			{ resource: 'subscription', operation: 'update', change: 'SIGNUP', phone: '+15556667777' },
		],
	])('%s %j', async (node, parameters) => {
		const { error } = await run(parameters, { ...RETRY, node });
		expect(error?.message).toMatch(/Retry On Fail is on .* would send (events|sign-ups) again/);
		expect(error).toMatchObject({
			description: expect.stringMatching(/turn .*off.*Max Retries/is),
		});
		expect(sandbox.state.calls.filter(({ api }) => api !== 'token')).toEqual([]);
	});

	test.each<[keyof typeof NODE_TYPES, IDataObject]>([
		[EVENTS, { ...product, operation: 'purchase', orderId: '={{ $json.name }}', total: 1 }],
		[
			EVENTS,
			{
				operation: 'customer_patch',
				email: '={{ $json.email }}',
				customerAttributes: { city: 'Rome' },
			},
		],
		[
			DEVELOPER,
			{
				resource: 'subscription',
				operation: 'update',
				change: 'OPTIN',
				email: '={{ $json.email }}',
			},
		],
	])('but not what is the same when it is sent twice: %s %j', async (node, parameters) => {
		const { error, main } = await run(parameters, { ...RETRY, node });
		expect(error).toBeUndefined();
		expect(main).toHaveLength(3);
	});
});

describe('Retry On Fail does no harm', () => {
	const EVENTS = 'n8n-nodes-bluecore.bluecoreEvents';
	test.each<[string, IDataObject, Setting]>([
		['to emails that are only checked', { ...SEND, options: { validateOnly: true } }, RETRY],
		['when it is off, whatever the number of tries is', SEND, { ...RETRY, retryOnFail: false }],
		['to statuses', { operation: 'getStatus', conversationId: '1' }, RETRY],
		[
			'to events, of which a second one does less',
			{ operation: 'optin', email: '={{ $json.email }}' },
			{ ...RETRY, node: EVENTS },
		],
	])('%s', async (_to, parameters, setting) => {
		sandbox.interceptor = ({ api }) =>
			api === 'status' ? { status: 200, body: { status: 'Delivered' } } : undefined;
		const { main, error } = await run(parameters, setting);
		expect(error).toBeUndefined();
		expect(main).toHaveLength(3);
	});

	test.each([
		['of the execution', ''],
		['of the user', '={{ $json.name }}-confirmation'],
	])('to messages with IDs %s: each is sent once', async (_whose, messageId) => {
		let count = 0;
		// The last message of the first try is refused, and one before it has no answer.
		sandbox.interceptor = ({ api, method }) => {
			if (api !== 'messages' || method !== 'POST') return undefined;
			count++;
			return count === 3 ? { status: 400 } : count === 2 ? { drop: 'after' } : undefined;
		};
		const { main, error } = await run(
			{
				resource: 'message',
				operation: 'send',
				campaignIds: '34545238546',
				email: '={{ $json.email }}',
				messageId,
				options: { maxConcurrency: 1, retryBaseSeconds: 0.01 },
			},
			{ ...RETRY, node: 'n8n-nodes-bluecore.bluecore' },
		);
		expect(error).toBeUndefined();
		expect(main.map((item) => item.already_sent)).toEqual([true, true, false]);
		expect(sandbox.state.totals.messages).toBe(3);
	});
});
