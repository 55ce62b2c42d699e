import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { evaluateCredentials } from '../support/credentialData';
import { emails, optIns } from '../support/nodes';
import { accepted, outputs, runContinuing, SENTENCE, type Output } from '../support/outputs';
import { useSandbox } from '../support/sandbox';

const KEYS = { 'store-a': 'key-a', 'store-b': 'key-b' };
const sandbox = useSandbox({ namespaces: Object.keys(KEYS), apiKeys: Object.values(KEYS) });

beforeEach(evaluateCredentials);
afterEach(() => {
	jest.restoreAllMocks();
});

const ITEMS = ['store-a', 'store-b', 'store-a', 'store-b'].map((store, n) => ({
	n,
	store,
	key: KEYS[store as keyof typeof KEYS],
	email: `c${n}@example.com`,
	conversation_id: `10${n}`,
}));

/** A credential whose namespace and key stand in the item. */
const byItem = (): ICredentialDataDecryptedObject => ({
	...sandbox.credential('={{ $json.store }}', '={{ $json.key }}'),
});
const events = (parameters: IDataObject, items: IDataObject[] = ITEMS) =>
	optIns({ credential: byItem(), items }, parameters);
/** Which account each customer's event arrived in. */
const accountOf = () =>
	Object.fromEntries(
		sandbox.state.events.map(({ properties }) => [
			String(properties.distinct_id),
			properties.token,
		]),
	) as Record<string, unknown>;

describe('with a credential that differs between items', () => {
	const onError = 'continueErrorOutput';

	test('each event goes to the account of its item', async () => {
		expect(await runContinuing(onError, events({}))).toEqual(
			outputs(onError, ...ITEMS.map(({ n, email }) => [n, accepted('optin', email)] as const)),
		);
		expect(accountOf()).toEqual(
			Object.fromEntries(ITEMS.map(({ email, store }) => [email, store])),
		);
	});

	test('each email is sent by the account and the key of its item', async () => {
		const asked: Array<[string, string | undefined]> = [];
		sandbox.interceptor = ({ path, apiKey }) => {
			asked.push([path, apiKey]);
			return undefined;
		};
		const conversation_id = expect.stringMatching(/^\d+$/) as string;
		const sent = { conversation_id, campaign_id: '34545238546', status_code: 202, attempts: 1 };
		const run = emails({ credential: byItem(), items: ITEMS }, { options: { maxConcurrency: 1 } });
		expect(await runContinuing(onError, run)).toEqual(
			outputs(onError, ...ITEMS.map(({ n, email }) => [n, { ...sent, email }] as const)),
		);
		expect([...asked].sort()).toEqual(
			ITEMS.map(({ store, key }) => [`/email/send/v1/${store}`, key]).sort(),
		);
	});

	test('each tracking message goes to its account, and an ID is linked in each', async () => {
		const items = ['store-a', 'store-b', 'store-b'].map((store) => ({ store }));
		const message =
			'={{ { event: "Product Viewed", anonymousId: "a-1", traits: { email: "a@example.com" }, properties: { product_id: "SKU1" } } }}';
		expect(await runContinuing(onError, events({ operation: 'forward', message }, items))).toEqual(
			outputs(
				onError,
				[0, accepted('identify', 'a-1')],
				[0, accepted('viewed_product', 'a@example.com')],
				[1, accepted('identify', 'a-1')],
				[1, accepted('viewed_product', 'a@example.com')],
				[2, accepted('viewed_product', 'a@example.com')],
			),
		);
		const arrived = sandbox.state.events.map(
			({ event, properties }) => `${String(properties.token)} ${event}`,
		);
		expect([...arrived].sort()).toEqual([
			'store-a identify',
			'store-a viewed_product',
			'store-b identify',
			'store-b viewed_product',
			'store-b viewed_product',
		]);
	});

	test('an item whose account is not usable is refused, and the others go out', async () => {
		const items = ITEMS.map((item, n) => (n === 1 ? { ...item, store: '' } : item));
		const error = expect.stringMatching(/^The Bluecore credential has no Namespace.*\[item 1\]$/);
		const fields: IDataObject[] = items.map(({ email }) => accepted('optin', email));
		fields[1] = { ...items[1], error, advice: SENTENCE };
		const expected = fields.map((json, n): Output => [n, json]);
		expect(await runContinuing(onError, events({}, items))).toEqual(outputs(onError, ...expected));
		expect(Object.keys(accountOf()).sort()).toEqual([0, 2, 3].map((n) => items[n].email));
	});
});
