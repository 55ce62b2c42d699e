import { evaluateCredentials } from '../support/credentialData';
import { emails, runNode } from '../support/nodes';
import { useSandbox } from '../support/sandbox';

const KEYS = { 'store-a': 'key-a', 'store-b': 'key-b' };
const sandbox = useSandbox({ namespaces: Object.keys(KEYS), apiKeys: Object.values(KEYS) });

const ITEMS = (['store-a', 'store-b', 'store-a', 'store-b'] as const).map((store, n) => ({
	...{ store, key: KEYS[store], email: `c${n}@example.com` },
}));

test('with a credential that differs between items, each email is sent by the account and the key of its item', async () => {
	evaluateCredentials();
	const asked: Array<[string, string | undefined]> = [];
	sandbox.interceptor = ({ path, apiKey }) => {
		asked.push([path, apiKey]);
		return undefined;
	};
	const credential = { ...sandbox.credential('={{ $json.store }}', '={{ $json.key }}') };
	const { json } = await runNode(emails({ credential, items: ITEMS }));
	expect(json).toMatchObject(ITEMS.map(({ email }) => ({ email, status_code: 202 })));
	const expected = ITEMS.map(({ store, key }) => [`/email/send/v1/${store}`, key]);
	expect(asked.sort()).toEqual(expected.sort());
});
