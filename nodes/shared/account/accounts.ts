import type { IExecuteFunctions } from 'n8n-workflow';

import {
	CREDENTIAL_NAME,
	NO_API_KEY,
	readAccount,
	type AccountReading,
	type ApiName,
} from './account';
import { DEVELOPER_CREDENTIAL_NAME, readDeveloperAccount } from './developerAccount';

/** The accounts of a run's items. */
export interface Accounts {
	/** The account of all items; undefined if the credential has expressions that differ between them. */
	readonly common?: AccountReading;
	/** The account of one item. */
	of(itemIndex: number): Promise<AccountReading>;
}

/**
 * Reads the credential. n8n decrypts it at each read, so it is read only once if it is the same for all items. That is the case if
 * it has the same values for an item that does not exist, because an expression that reads the item has no value there.
 */
export async function readAccounts(
	context: IExecuteFunctions,
	api: ApiName | 'developer',
): Promise<Accounts> {
	async function read(itemIndex: number): Promise<AccountReading> {
		if (api === 'developer') {
			return readDeveloperAccount(
				await context.getCredentials(DEVELOPER_CREDENTIAL_NAME, itemIndex),
			);
		}
		const credential = await context.getCredentials(CREDENTIAL_NAME, itemIndex);
		const { account, problems } = readAccount(credential, api);
		const hasNoKey = api === 'email' && account.apiKey === '';
		return { account, problems: hasNoKey ? [...problems, NO_API_KEY] : problems };
	}
	const first = await read(0);
	const { length } = context.getInputData();
	if (length <= 1 || (await isSame(first, async () => await read(length)))) {
		return { common: first, of: async () => first };
	}
	return {
		async of(itemIndex) {
			try {
				const { account, problems } = await read(itemIndex);
				return { account: { ...account, variesByItem: true }, problems };
			} catch (error) {
				const message = error instanceof Error ? error.message : String(error);
				const fix = 'Open the credential and check its expressions for this item.';
				const problem = { message: `The credential could not be read: ${message}`, fix };
				return { ...first, problems: [problem] };
			}
		},
	};
}

async function isSame(first: AccountReading, readOther: () => Promise<AccountReading>) {
	try {
		return JSON.stringify(await readOther()) === JSON.stringify(first);
	} catch {
		// n8n throws when an expression cannot be evaluated without its item.
		return false;
	}
}
