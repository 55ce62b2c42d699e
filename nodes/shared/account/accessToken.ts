import { createHash } from 'node:crypto';

import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { classifyFailure, NotSentError, type Outcome, type Response } from '../delivery/outcome';
import { aboutProxy, isOfProxy, isPage, readApiMessage } from '../messages/answers';
import { describeConnection } from '../messages/failures';
import { isObject, toNumber } from '../values/coerce';
import { redact } from '../values/redact';
import { requestOptions } from './requestOptions';
import type { ClientAccount } from './account';

/** For whom a token is asked, whatever the address of the API. */
const AUDIENCE = 'https://a.bluecore.com';
/** Below the Auth URL. */
const TOKEN_PATH = '/oauth/token';
const TOKEN_TIMEOUT_MS = 30_000;
/** Of a token whose answer does not say how long it can be used. */
const DEFAULT_LIFETIME_S = 3600;
/** A token is not used in the last part of its time: a minute, but at most this share. */
const EXPIRES_EARLY_MS = 60_000;
const EXPIRES_EARLY_SHARE = 0.1;
/** So long nobody asks again after a client was refused. */
const REFUSAL_MS = 10_000;

/** An access token as n8n keeps it in the credential: as JSON, encrypted like the rest. */
interface AccessToken {
	readonly token: string;
	/** Milliseconds since the epoch. */
	readonly expiresAt: number;
	/** Hash of the client that it was given to: another one cannot use it. */
	readonly client: string;
}

/** What this process knows of a client. */
interface ClientState {
	token?: AccessToken;
	/** The tokens that the API did not accept. */
	readonly rejected: Set<string>;
	/** The last token that the API has accepted. */
	accepted?: string;
	/** When the API first refused a request for what a token may do: the client may have got another scope since. */
	readonly refusedAt: Map<string, number>;
	/** The request for a token that is in flight: one at a time for a client. */
	pending?: Promise<AccessToken>;
	refusal?: { readonly failure: NotSentError; readonly until: number };
}

const clients = new Map<string, ClientState>();

const hashes = new WeakMap<ClientAccount, string>();

function hashOf(account: ClientAccount): string {
	const known = hashes.get(account);
	if (known !== undefined) return known;
	const { tokenServer, clientId, apiKey } = account;
	const hash = createHash('sha256')
		.update(JSON.stringify([tokenServer.baseUrl, clientId, apiKey]))
		.digest('base64url');
	hashes.set(account, hash);
	return hash;
}

function clientState(client: string): ClientState {
	const known = clients.get(client);
	if (known) return known;
	const state = { rejected: new Set<string>(), refusedAt: new Map<string, number>() };
	clients.set(client, state);
	return state;
}

/**
 * The token that an account's requests can use, as the credential keeps it; `''` if there is none. A run that began after a token was
 * refused for its scopes does not use it: a new token has the scopes that the client has now.
 */
export function usableToken(account: ClientAccount, runStartedAt = 0): string {
	const client = hashOf(account);
	const { token, rejected, refusedAt } = clientState(client);
	const usable = [token, parse(account.credential.accessToken)].find(
		(each) =>
			each?.client === client &&
			!rejected.has(each.token) &&
			(refusedAt.get(each.token) ?? Infinity) >= runStartedAt &&
			Date.now() < each.expiresAt,
	);
	return usable ? JSON.stringify(usable) : '';
}

function parse(kept: unknown): AccessToken | undefined {
	if (typeof kept !== 'string' || kept === '') return undefined;
	try {
		return JSON.parse(kept) as AccessToken;
	} catch {
		return undefined;
	}
}

/** The text for the request's header; `''` if there is no token. */
export const bearerOf = (kept: unknown): string => parse(kept)?.token ?? '';

/** Records that the API has accepted a token. */
export function acceptToken(account: ClientAccount, kept: string): void {
	clientState(hashOf(account)).accepted = bearerOf(kept);
}

/** Records that the API refused a request for what its token may do. The run goes on with the token, and the next one asks for another. */
export function refuseScopes(account: ClientAccount, kept: string): void {
	const { refusedAt } = clientState(hashOf(account));
	const token = bearerOf(kept);
	if (!refusedAt.has(token)) refusedAt.set(token, Date.now());
}

/**
 * Records that the API did not accept a token. Returns whether it may accept another one: not if a new token took the place of a
 * rejected one and was never accepted, because then it is not the token that is wrong.
 */
export function rejectToken(account: ClientAccount, kept: string): boolean {
	const state = clientState(hashOf(account));
	const token = bearerOf(kept);
	const isNewest = state.token?.token === token;
	if (isNewest && state.rejected.size > 0 && state.accepted !== token) return false;
	state.rejected.add(token);
	return true;
}

/** Sends a request, and returns the answer whatever its status. */
export type Http = (options: IHttpRequestOptions) => Promise<Response>;

/**
 * Asks for a token, unless somebody in this process does so already. `isFirst` is false for those who get what another one asked
 * for.
 * @throws {NotSentError}
 */
export async function requestToken(
	http: Http,
	account: ClientAccount,
	timeoutMs = TOKEN_TIMEOUT_MS,
): Promise<{ readonly kept: string; readonly isFirst: boolean }> {
	const client = hashOf(account);
	const state = clientState(client);
	if (state.refusal && Date.now() < state.refusal.until) throw state.refusal.failure;
	const isFirst = state.pending === undefined;
	state.pending ??= fetchToken(http, account, timeoutMs)
		.then((given) => keepToken(account, given))
		.catch((failure: NotSentError) => {
			if (!failure.retryable) state.refusal = { failure, until: Date.now() + REFUSAL_MS };
			throw failure;
		})
		.finally(() => {
			state.pending = undefined;
		});
	return { kept: JSON.stringify(await state.pending), isFirst };
}

/** Keeps a new token for the runs of this process. */
export function keepToken(
	account: ClientAccount,
	{ token, lifetimeMs }: { readonly token: string; readonly lifetimeMs: number },
): AccessToken {
	const client = hashOf(account);
	const early = Math.min(EXPIRES_EARLY_MS, lifetimeMs * EXPIRES_EARLY_SHARE);
	return (clientState(client).token = {
		token,
		expiresAt: Date.now() + lifetimeMs - early,
		client,
	});
}

/** Asks for a token by OAuth 2.0's client credentials, in JSON as Bluecore documents it. */
export async function fetchToken(
	http: Http,
	account: ClientAccount,
	timeoutMs: number,
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
		response = await http(requestOptions({ method: 'POST', url, body }, timeoutMs));
	} catch (thrown) {
		throw unreachable(account, classifyFailure(thrown));
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

function unreachable(account: ClientAccount, outcome: Outcome): NotSentError {
	const { host } = new URL(account.tokenServer.baseUrl);
	const code = 'code' in outcome ? outcome.code : '';
	// What does not change by itself, such as a certificate, is said at once.
	const isFinal = outcome.kind === 'notSent' && !outcome.retryable;
	const { message, fix } =
		isFinal || code === 'PROXY'
			? describeConnection(code, host)
			: {
					message: `it could not be reached${code === '' ? '' : ` (${code})`}`,
					fix: checkAddress(account),
				};
	return new NotSentError({ message: `${host} gave no access token: ${message}`, fix }, !isFinal);
}

function refusedClient(account: ClientAccount, response: Response): NotSentError {
	const { host } = new URL(account.tokenServer.baseUrl);
	const { statusCode, body } = response;
	if (isOfProxy(response)) {
		const { message, fix } = aboutProxy(response, host);
		return new NotSentError(
			{ message: `No access token was given: ${message}`, fix },
			statusCode >= 500,
		);
	}
	if (statusCode === 429 || statusCode >= 500) {
		return new NotSentError(
			{
				message: `${host} gave no access token: it answered ${statusCode}`,
				fix: 'Try again later.',
			},
			true,
		);
	}
	const said = isObject(body) ? (body.error_description ?? body.error) : undefined;
	const apiMessage = typeof said === 'string' ? said : readApiMessage(body).apiMessage;
	const isClient = isObject(body) && typeof body.error === 'string';
	if (isPage(response) || !isClient) {
		return new NotSentError(
			{
				message: `${host} is not where Bluecore gives access tokens: it answered ${statusCode}${isPage(response) ? ' with a web page' : ''}`,
				fix: checkAddress(account),
			},
			false,
		);
	}
	return new NotSentError(
		{
			message: `Bluecore did not accept the client of the credential (${statusCode})`,
			fix: `Check Client ID and Client Secret in the Bluecore credential.${apiMessage ? ` Bluecore answered: "${redact(apiMessage, account)}"` : ''}`,
		},
		false,
	);
}

/** One request of a node, while n8n gets it a token. */
interface TokenRequest {
	readonly timeoutMs: number;
	/** Whether n8n keeps a new token in the credential; n8n 1.x then replaces the credential's expressions by their values. */
	readonly isKept: boolean;
	/** When the node's run began. */
	readonly runStartedAt: number;
	failure?: NotSentError;
}

const requests = new WeakMap<ICredentialDataDecryptedObject, TokenRequest>();

/** Lets a node know why no token was given for a request with this data: n8n keeps nothing of it but a message. */
export function watchTokenRequest(
	data: ICredentialDataDecryptedObject,
	request: TokenRequest,
): TokenRequest {
	requests.set(data, request);
	return request;
}

/**
 * Puts a token into the credential's data, when n8n finds none there or the API did not accept the one that is there. Returns
 * what n8n is to keep in the credential, once for each new token.
 * @throws {NotSentError}
 */
export async function authenticateData(
	http: Http,
	data: ICredentialDataDecryptedObject,
	account: ClientAccount,
): Promise<{ readonly accessToken?: string }> {
	const request = requests.get(data);
	if (typeof data.accessToken === 'string' && data.accessToken !== '') {
		rejectToken(account, data.accessToken);
	}
	const known = usableToken(account, request?.runStartedAt);
	if (known !== '') {
		data.accessToken = known;
		return {};
	}
	const { kept, isFirst } = await requestToken(http, account, request?.timeoutMs).catch(
		(failure: NotSentError) => {
			if (request) request.failure = failure;
			throw failure;
		},
	);
	data.accessToken = kept;
	return isFirst && request?.isKept !== false ? { accessToken: kept } : {};
}
