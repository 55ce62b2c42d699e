import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { tokensOf } from '../shared/account/accessToken';
import { readClientAccount, type ClientAccount } from '../shared/account/account';
import { ask, failed, httpOf } from '../shared/account/credentialTest';
import type { Http } from '../shared/account/http';
import { fetchToken } from '../shared/account/tokenServer';
import type { NotSentError } from '../shared/delivery/outcome';
import { isObject } from '../shared/values/coerce';
import type { Problem } from '../shared/values/report';
import { dataOf, isNotFound } from './developerApi';

/** Belongs to nobody. */
const NOBODY = 'n8n-credential-test@example.com';

/** The scopes of what the node does. */
const SCOPES = [
	'customers:read',
	'customers:write',
	'eligibility:read',
	'eligibility:write',
	'transactional:api',
];

/** n8n's "Test" button: gets an access token, and reads the subscriptions of an address that belongs to nobody. */
export async function testClient(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const { account, problems } = readClientAccount(credential.data ?? {});
	if (problems.length > 0) return failed(problems);
	const http = httpOf(this);
	const given = await fetchToken(http, account).catch(({ problem }: NotSentError) => problem);
	if ('message' in given) return failed([given]);
	const { token, scopes } = given;
	// The next run is to have the scopes that this test has found.
	tokensOf(account).keep(given);
	const problem = await readNobody(http, account, token);
	if (problem) return failed([problem]);
	const missing = scopes.length > 0 ? SCOPES.filter((scope) => !scopes.includes(scope)) : [];
	return {
		status: 'OK',
		message:
			missing.length > 0
				? `Bluecore accepts the client. It does not have the scopes ${missing.join(', ')}, and cannot be used for what they are for.`
				: 'Bluecore accepts the client.',
	};
}

/** Reads the subscriptions of nobody, and returns what is wrong; undefined if nothing is. */
async function readNobody(
	http: Http,
	account: ClientAccount,
	token: string,
): Promise<Problem | undefined> {
	const { baseUrl, urlLabel, namespace } = account;
	const finding = await ask(http, account, {
		method: 'GET',
		url: `${baseUrl}/namespaces/${encodeURIComponent(namespace)}/eligibility?email=${encodeURIComponent(NOBODY)}`,
		urlLabel,
		headers: { Authorization: `Bearer ${token}` },
		isGood(response) {
			const { statusCode, body } = response;
			// By 400 and 422, the API has read the question, and does not like the address in it.
			if (statusCode === 400 || statusCode === 422) return isObject(body);
			return isNotFound(response) || (statusCode < 300 && dataOf(response) !== undefined);
		},
		refused: ({ statusCode }) => ({
			message: `Bluecore accepts the client, but the client may not read subscriptions in this Namespace (${statusCode})`,
			fix: 'Check Namespace. If it is right, ask Bluecore to give the client the scope eligibility:read.',
		}),
	});
	if (!finding?.isUnchecked) return finding;
	const { message, fix } = finding;
	return {
		message: `The client was accepted, but the ${urlLabel} was not checked: ${message}`,
		fix,
	};
}
