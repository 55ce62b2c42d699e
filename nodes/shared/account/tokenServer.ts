import { classifyFailure, NotSentError, type Outcome, type Response } from '../delivery/outcome';
import {
	aboutProxy,
	describeConnection,
	isOfProxy,
	isPage,
	noAnswerIn,
	redact,
} from '../messages/answers';
import { isObject, toNumber } from '../values/value';
import { Http, requestOptions, type ClientAccount } from './account';

/** For whom a token is asked, whatever the address of the API. */
const AUDIENCE = 'https://a.bluecore.com';
/** Below the Auth URL. */
const TOKEN_PATH = '/oauth/token';
const TOKEN_TIMEOUT_MS = 30_000;
/** Of a token whose answer does not say how long it can be used. */
const DEFAULT_LIFETIME_S = 3600;

/** Asks for a token by OAuth 2.0's client credentials, in JSON as Bluecore documents it. */
export async function fetchToken(
	http: Http,
	account: ClientAccount,
	timeoutMs = TOKEN_TIMEOUT_MS,
): Promise<{ readonly token: string; readonly lifetimeMs: number; readonly scopes: string[] }> {
	const { tokenServer, clientId, apiKey } = account;
	const url = `${tokenServer.baseUrl}${TOKEN_PATH}`;
	const body = {
		client_id: clientId,
		client_secret: apiKey,
		audience: AUDIENCE,
		grant_type: 'client_credentials',
	};
	let response: Response;
	try {
		response = await http(requestOptions({ url, body }, timeoutMs));
	} catch (thrown) {
		throw unreachable(account, classifyFailure(thrown), timeoutMs);
	}
	const answer = isObject(response.body) ? response.body : {};
	const { access_token: token, expires_in: seconds, scope } = answer;
	const isGiven = response.statusCode === 200 && typeof token === 'string' && token !== '';
	if (!isGiven) throw refusedClient(account, response);
	return {
		token,
		lifetimeMs: (toNumber(seconds) ?? DEFAULT_LIFETIME_S) * 1000,
		scopes: typeof scope === 'string' ? scope.split(' ').filter((name) => name !== '') : [],
	};
}

const checkAddress = ({ tokenServer }: ClientAccount) =>
	`Check the ${tokenServer.urlLabel} in the Bluecore credential, and that n8n reaches the network.`;

function unreachable(account: ClientAccount, outcome: Outcome, timeoutMs: number): NotSentError {
	const { host } = new URL(account.tokenServer.baseUrl);
	const code = 'code' in outcome ? outcome.code : '';
	// What does not change by itself, such as a certificate, is said at once.
	const isFinal = outcome.kind === 'notSent' && !outcome.retryable;
	const late = outcome.kind === 'unknown' ? noAnswerIn(timeoutMs, code) : undefined;
	const { message, fix } =
		isFinal || code === 'PROXY'
			? describeConnection(code, host)
			: {
					message: `it ${late ?? `could not be reached${code === '' ? '' : ` (${code})`}`}`,
					fix: checkAddress(account),
				};
	return new NotSentError({ message: `${host} gave no access token: ${message}`, fix }, !isFinal);
}

function refusedClient(account: ClientAccount, response: Response): NotSentError {
	const { host } = new URL(account.tokenServer.baseUrl);
	const { statusCode, body, headers } = response;
	if (isOfProxy(response)) {
		const { message, fix } = aboutProxy(response, host);
		return notGiven(`No access token was given: ${message}`, fix, statusCode >= 500);
	}
	if (statusCode === 429 || statusCode >= 500) {
		const message = `${host} gave no access token: it answered ${statusCode}`;
		return new NotSentError({ message, fix: 'Try again later.' }, true, headers['retry-after']);
	}
	if (isPage(response) || !isObject(body) || typeof body.error !== 'string') {
		const page = isPage(response) ? ' with a web page' : '';
		const message = `${host} is not where Bluecore gives access tokens: it answered ${statusCode}${page}`;
		return notGiven(message, checkAddress(account), false);
	}
	const { error, error_description: description } = body;
	const said = typeof description === 'string' ? description : error;
	const answer = said === '' ? '' : ` Bluecore answered: "${redact(said, account)}"`;
	return notGiven(
		`Bluecore did not accept the client of the credential (${statusCode})`,
		`Check Client ID and Client Secret in the Bluecore credential.${answer}`,
		false,
	);
}

const notGiven = (message: string, fix: string, retryable: boolean) =>
	new NotSentError({ message, fix }, retryable);
