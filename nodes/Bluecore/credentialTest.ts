import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { fetchToken, keepToken, type Http } from '../shared/account/accessToken';
import { readClientAccount, type ClientAccount } from '../shared/account/account';
import { failed, tryLater } from '../shared/account/credentialTest';
import { classifyFailure, type NotSentError, type Response } from '../shared/delivery/outcome';
import { aboutProxy, isOfProxy, isPage, notTheApi } from '../shared/messages/answers';
import { describeFailure } from '../shared/messages/failures';
import { isObject } from '../shared/values/coerce';
import type { Problem } from '../shared/values/report';
import { dataOf, isNotFound } from './developerApi';

/** Belongs to nobody. */
const NOBODY = 'n8n-credential-test@example.com';
const CLIENT_TEST_TIMEOUT_MS = 10_000;

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
	const { request } = this.helpers;
	const http: Http = async ({ method, url, body, headers, timeout }) =>
		(await request({
			method,
			uri: url,
			body: body as object,
			headers,
			json: true,
			simple: false,
			resolveWithFullResponse: true,
			followRedirect: false,
			timeout,
		})) as Response;
	const given = await fetchToken(http, account, CLIENT_TEST_TIMEOUT_MS).catch(
		({ problem }: NotSentError) => problem,
	);
	if ('message' in given) return failed([given]);
	const { token, scopes } = given;
	// The next run is to have the scopes that this test has found.
	keepToken(account, given);
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

/** Returns what is wrong; undefined if nothing is. */
async function readNobody(
	http: Http,
	account: ClientAccount,
	token: string,
): Promise<Problem | undefined> {
	const { baseUrl, urlLabel, namespace } = account;
	const { host } = new URL(baseUrl);
	const url = `${baseUrl}/namespaces/${encodeURIComponent(namespace)}/eligibility?email=${encodeURIComponent(NOBODY)}`;
	let response: Response;
	try {
		const headers = { Authorization: `Bearer ${token}` };
		response = await http({ method: 'GET', url, headers, timeout: CLIENT_TEST_TIMEOUT_MS });
	} catch (thrown) {
		const outcome = classifyFailure(thrown);
		const { message, fix } = describeFailure(outcome, {
			endpoint: 'read',
			host,
			attempts: 1,
			mayHaveArrived: false,
			timeoutMs: CLIENT_TEST_TIMEOUT_MS,
			secrets: account,
		});
		// The rest of the sentence is about an item of a workflow, and so is the advice for a lost answer.
		const [what] = message.split(', so ');
		return {
			message: `The client was accepted, but the ${urlLabel} was not checked: ${what}`,
			fix: outcome.kind === 'notSent' ? fix : tryLater(urlLabel),
		};
	}
	const { statusCode } = response;
	if (isNotFound(response) || (statusCode >= 200 && statusCode < 300 && dataOf(response))) {
		return undefined;
	}
	// The API has read the question, and does not like the address in it.
	if ((statusCode === 400 || statusCode === 422) && isObject(response.body)) return undefined;
	if (isOfProxy(response)) {
		const { message, fix } = aboutProxy(response, host);
		return {
			message: `The client was accepted, but the ${urlLabel} was not checked: ${message}`,
			fix,
		};
	}
	if ((statusCode === 401 || statusCode === 403) && !isPage(response)) {
		return {
			message: `Bluecore accepts the client, but the client may not read subscriptions in this Namespace (${statusCode})`,
			fix: 'Check Namespace. If it is right, ask Bluecore to give the client the scope eligibility:read.',
		};
	}
	if (statusCode === 429 || statusCode >= 500) {
		return {
			message: `The client was accepted, but the ${urlLabel} was not checked: ${host} answered ${statusCode}`,
			fix: tryLater(urlLabel),
		};
	}
	return notTheApi({ ...response, url, urlLabel });
}
