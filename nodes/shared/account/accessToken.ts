import { createHash } from 'node:crypto';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { NotSentError } from '../delivery/outcome';
import { Http, type ClientAccount } from './account';
import { fetchToken } from './tokenServer';

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

/** The access tokens of a client, as far as this process knows them. */
class ClientTokens {
	private token?: AccessToken;

	private readonly rejected = new Set<string>();

	private accepted?: string;

	/** When the API first refused a request for what a token may do: the client may have got another scope since. */
	private readonly refusedAt = new Map<string, number>();

	/** The request for a token that is in flight: one at a time for a client. */
	private pending?: Promise<AccessToken>;

	private refusal?: { readonly failure: NotSentError; readonly until: number };

	constructor(private readonly client: string) {}

	/**
	 * The token that requests can use, as the credential keeps it; `''` if there is none. A run that began after a token was refused for
	 * its scopes does not use it: a new token has the scopes that the client has now.
	 */
	usable(kept: unknown, runStartedAt = 0): string {
		const usable = [this.token, parse(kept)].find(
			(each) =>
				each?.client === this.client &&
				!this.rejected.has(each.token) &&
				(this.refusedAt.get(each.token) ?? Infinity) >= runStartedAt &&
				Date.now() < each.expiresAt,
		);
		return usable ? JSON.stringify(usable) : '';
	}

	accept(kept: string): void {
		this.accepted = bearerOf(kept);
	}

	/** Records that the API refused a request for what its token may do: the run goes on with it, and the next one asks for another. */
	refuseScopes(kept: string): void {
		const token = bearerOf(kept);
		if (!this.refusedAt.has(token)) this.refusedAt.set(token, Date.now());
	}

	/**
	 * Records that the API did not accept a token. Returns whether it may accept another one: not if a new token took the place of a
	 * rejected one and was never accepted, because then it is not the token that is wrong.
	 */
	reject(kept: string): boolean {
		const token = bearerOf(kept);
		const isNewest = this.token?.token === token;
		if (isNewest && this.rejected.size > 0 && this.accepted !== token) return false;
		this.rejected.add(token);
		return true;
	}

	/**
	 * Asks for a token, unless somebody in this process does so already. `isFirst` is false for those who get what another one asked
	 * for.
	 * @throws {NotSentError}
	 */
	async request(
		http: Http,
		account: ClientAccount,
		timeoutMs?: number,
	): Promise<{ readonly kept: string; readonly isFirst: boolean }> {
		if (this.refusal && Date.now() < this.refusal.until) throw this.refusal.failure;
		const isFirst = this.pending === undefined;
		this.pending ??= fetchToken(http, account, timeoutMs)
			.then((given) => this.keep(given))
			.catch((failure: NotSentError) => {
				if (!failure.retryable) this.refusal = { failure, until: Date.now() + REFUSAL_MS };
				throw failure;
			})
			.finally(() => {
				this.pending = undefined;
			});
		return { kept: JSON.stringify(await this.pending), isFirst };
	}

	/** Keeps a new token for the runs of this process. */
	keep({ token, lifetimeMs }: Awaited<ReturnType<typeof fetchToken>>): AccessToken {
		const early = Math.min(EXPIRES_EARLY_MS, lifetimeMs * EXPIRES_EARLY_SHARE);
		this.token = { token, expiresAt: Date.now() + lifetimeMs - early, client: this.client };
		return this.token;
	}
}

const clients = new Map<string, ClientTokens>();

export function tokensOf({ tokenServer, clientId, apiKey }: ClientAccount): ClientTokens {
	const client = createHash('sha256')
		.update(JSON.stringify([tokenServer.baseUrl, clientId, apiKey]))
		.digest('base64url');
	const tokens = clients.get(client) ?? new ClientTokens(client);
	clients.set(client, tokens);
	return tokens;
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

/** One request of a node, while n8n gets it a token. */
interface TokenRequest {
	readonly timeoutMs: number;
	/** Whether n8n keeps a new token in the credential; n8n 1.x then replaces the credential's expressions by their values. */
	readonly isKept: boolean;
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
	const tokens = tokensOf(account);
	if (typeof data.accessToken === 'string' && data.accessToken !== '') {
		tokens.reject(data.accessToken);
	}
	const usable = tokens.usable(account.credential.accessToken, request?.runStartedAt);
	if (usable !== '') {
		data.accessToken = usable;
		return {};
	}
	const { kept, isFirst } = await tokens
		.request(http, account, request?.timeoutMs)
		.catch((failure: NotSentError) => {
			if (request) request.failure = failure;
			throw failure;
		});
	data.accessToken = kept;
	return isFirst && request?.isKept !== false ? { accessToken: kept } : {};
}
