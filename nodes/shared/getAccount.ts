import type { IExecuteFunctions } from 'n8n-workflow';

import { CREDENTIAL_NAME, NO_API_KEY, readAccount, type Account } from './account';
import { setupError } from './errors';

/** The account of the node's credential, once for all items; throws, before anything is sent, when it is not usable. */
export async function getAccount(
	context: IExecuteFunctions,
	{ needsApiKey }: { needsApiKey: boolean },
): Promise<Account> {
	const { account, problems } = readAccount(await context.getCredentials(CREDENTIAL_NAME));
	if (needsApiKey && account.apiKey === '') problems.push(NO_API_KEY);
	if (problems.length > 0) throw setupError(context.getNode(), problems);
	return account;
}
