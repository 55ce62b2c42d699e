import { evaluateCredentials } from '../support/credentialData';
import { emails, optIns, runNode } from '../support/nodes';
import { accepted } from '../support/outputs';
import { useSandbox } from '../support/sandbox';

const KEYS = { 'store-a': 'key-a', 'store-b': 'key-b' };
const sandbox = useSandbox({ namespaces: Object.keys(KEYS), apiKeys: Object.values(KEYS) });

beforeEach(evaluateCredentials);

const ITEMS = (['store-a', 'store-b', 'store-a', 'store-b'] as const).map((store, n) => ({
	...{ store, key: KEYS[store], email: `c${n}@example.com` },
}));
/** A credential whose namespace and key stand in the item. */
const given = () => ({
	credential: { ...sandbox.credential('={{ $json.store }}', '={{ $json.key }}') },
	items: ITEMS,
});

test('with a credential that differs between items, each event goes to the account of its item', async () => {
	const { json } = await runNode(optIns(given()));
	expect(json).toEqual(ITEMS.map(({ email }) => accepted('optin', email)));
	const arrived = sandbox.state.events.map(({ properties }) => properties);
	expect(arrived.map(({ distinct_id: id, token }) => [id, token]).sort()).toEqual(
		ITEMS.map(({ email, store }) => [email, store]),
	);
});

test('with one, each email is sent by the account and the key of its item', async () => {
	const asked: Array<[string, string | undefined]> = [];
	sandbox.interceptor = ({ path, apiKey }) => {
		asked.push([path, apiKey]);
		return undefined;
	};
	const { json } = await runNode(emails(given()));
	expect(json).toMatchObject(ITEMS.map(({ email }) => ({ email, status_code: 202 })));
	const expected = ITEMS.map(({ store, key }) => [`/email/send/v1/${store}`, key]);
	expect(asked.sort()).toEqual(expected.sort());
});
