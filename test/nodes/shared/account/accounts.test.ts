import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';

import { readAccounts } from '../../../../nodes/shared/account/account';

/** A run with so many items, and the indices for which the credential was read; `entered` is the credential with its expressions. */
function runOf(
	length: number,
	credentialOf: (index: number) => ICredentialDataDecryptedObject,
	entered?: ICredentialDataDecryptedObject,
) {
	const reads: number[] = [];
	const context = {
		getInputData: () => Array.from({ length }, () => ({ json: {} })),
		getNode: () => ({ credentials: { bluecoreApi: { id: '1', name: 'Bluecore' } } }),
		getCredentials: async (_name: string, index: number) => {
			reads.push(index);
			return await Promise.resolve(credentialOf(index));
		},
		...(entered && {
			additionalData: { credentialsHelper: { getDecrypted: () => Promise.resolve(entered) } },
		}),
	} as unknown as IExecuteFunctions;
	return { context, reads };
}
const bluestore = { namespace: 'bluestore', environment: 'production' };

test.each([
	[0, [0]],
	[1, [0]],
	[2, [0]],
	[1000, [0]],
])('a credential that is the same for %i items is read for %j', async (length, expected) => {
	const { context, reads } = runOf(length, () => bluestore, bluestore);
	const accounts = await readAccounts(context, 'events');
	expect(accounts.common).toMatchObject({ account: { namespace: 'bluestore' }, problems: [] });
	expect(await accounts.of(1)).toBe(accounts.common);
	expect(reads).toEqual(expected);
});

test.each([
	['={{ $secrets.vault.namespace }}', true],
	['={{ $vars.namespace }}', true],
	['={{ "blue" + "store" }}', true],
	['={{ $json.namespace }}', false],
	["={{ $input.item?.json?.ns ?? 'main' }}", false],
	["={{ $itemIndex === 1 ? 'outlet' : 'main' }}", false],
	["={{ $('Accounts').item.json.ns }}", false],
	['={{ $vars[$json.shop] }}', false],
])('the namespace %s is the same for all items: %s', async (namespace, isCommon) => {
	const { context, reads } = runOf(3, () => bluestore, { ...bluestore, namespace });
	const accounts = await readAccounts(context, 'events');
	expect(accounts.common !== undefined).toBe(isCommon);
	expect(reads).toEqual(isCommon ? [0] : []);
});

test('a credential whose expressions cannot be read may differ: it is read for each item, and its account says so', async () => {
	const { context } = runOf(2, (index) => ({ ...bluestore, namespace: ['one', 'two'][index] }));
	const accounts = await readAccounts(context, 'events');
	expect(accounts.common).toBeUndefined();
	const account = { namespace: 'two', variesByItem: true };
	expect(await accounts.of(1)).toMatchObject({ account, problems: [] });
});

test.each([0, 1])(
	'a credential that cannot be read for item %i is refused for it, and not for the other',
	async (unreadable) => {
		const credentialOf = (index: number) => {
			if (index === unreadable) throw new Error('no such field');
			return bluestore;
		};
		const { context } = runOf(2, credentialOf, { ...bluestore, namespace: '={{ $json.ns }}' });
		const accounts = await readAccounts(context, 'events');
		expect(accounts.common).toBeUndefined();
		expect((await accounts.of(1 - unreadable)).problems).toEqual([]);
		expect((await accounts.of(unreadable)).problems).toEqual([
			{
				message: 'The credential could not be read: no such field',
				fix: 'Open the credential and check its expressions for this item.',
			},
		]);
	},
);

test('a credential that cannot be read at all ends the run', async () => {
	const { context } = runOf(2, () => {
		throw new Error('no such credential');
	});
	await expect(readAccounts(context, 'events')).rejects.toThrow('no such credential');
});
