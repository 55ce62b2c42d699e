import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { readAccount, type Account } from './account';
import { redact } from './redact';
import { describeFailure, isUnknownAddress, readApiMessage } from '../messages/failures';
import { classifyFailure, type Response } from '../delivery/outcome';

/** A conversation that cannot exist: Bluecore's IDs are numbers. */
const NO_CONVERSATION = 'n8n-credential-test';
const TIMEOUT_MS = 10_000;

/**
 * n8n's "Test" button: asks for the status of a conversation that does not exist. 401 and 403 mean that the key is not
 * accepted, any other answer of the API that it is. There is nothing to ask the Events API: it answers 202 to everything.
 */
export async function testCredential(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const { account, problems } = readAccount(credential.data ?? {}, 'both');
	if (problems.length > 0) {
		return {
			status: 'Error',
			message: problems.map(({ message, fix }) => `${message}. ${fix}`).join(' '),
		};
	}
	if (account.apiKey === '') {
		return {
			status: 'OK',
			message:
				'Without an API Key, there is nothing to check: the Events API accepts any namespace. Only Bluecore Email needs the key.',
		};
	}
	return await askStatus(this, account);
}

async function askStatus(
	{ helpers: { request } }: ICredentialTestFunctions,
	account: Account,
): Promise<INodeCredentialTestResult> {
	const facts = {
		endpoint: 'status' as const,
		host: new URL(account.emailUrl).host,
		attempts: 1,
		mayHaveArrived: false,
		timeoutMs: TIMEOUT_MS,
		secrets: account,
	};
	let response: Response;
	try {
		response = (await request({
			method: 'GET',
			uri: `${account.emailUrl}/status/v1/${encodeURIComponent(account.namespace)}/${NO_CONVERSATION}`,
			headers: { Authorization: `Bearer ${account.apiKey}` },
			json: true,
			simple: false,
			resolveWithFullResponse: true,
			followRedirect: false,
			timeout: TIMEOUT_MS,
		})) as Response;
	} catch (thrown) {
		const { message, fix } = describeFailure(classifyFailure(thrown), facts);
		return { status: 'Error', message: redact(`${message}. ${fix}`, account) };
	}
	const isElsewhere =
		response.statusCode === 404 && isUnknownAddress(readApiMessage(response.body).apiMessage);
	if (response.statusCode === 401 || response.statusCode === 403 || isElsewhere) {
		const { message, fix } = describeFailure({ kind: 'refused', response }, facts);
		return { status: 'Error', message: `${message}. ${fix}` };
	}
	return { status: 'OK', message: 'Bluecore accepts the API Key.' };
}
