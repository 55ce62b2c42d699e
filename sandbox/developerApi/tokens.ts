import { randomBytes } from 'node:crypto';

import type { SandboxConfig } from '../account/config';
import { accept, refuseWith, TOKEN_ERRORS } from '../answers/decisions';
import { isRecord } from '../schemas/jsonValues';
import type { Decision, IncomingCall } from '../state/calls';

/** What clients may be allowed to do. */
export const SCOPES = [
	...['customers:read', 'customers:write'],
	...['eligibility:read', 'eligibility:write', 'transactional:api'],
];
/** The API that tokens are for. */
const AUDIENCE = 'https://a.bluecore.com';
/** The body of a call for a token, as a JSON schema. */
export const TOKEN_REQUEST = {
	type: 'object',
	required: ['grant_type', 'audience'],
	properties: {
		grant_type: { const: 'client_credentials' },
		audience: { const: AUDIENCE },
		client_id: { type: 'string' },
		client_secret: { type: 'string' },
	},
};
/** At most this many tokens are valid at once; the oldest expire first. */
const MAX_TOKENS = 10_000;

export interface Token {
	readonly scopes: readonly string[];
	/** Milliseconds since the epoch. */
	readonly expiresAt: number;
}

/** `…` and the end of a token, enough to recognise it; `***` for what is too short to be one. */
export const shortenToken = (token: string) => (token.length < 40 ? '***' : `…${token.slice(-6)}`);

/** The answer to a call for a token, as it is shown. */
export const shortenTokenIn = (answer: unknown): unknown =>
	isRecord(answer) && typeof answer.access_token === 'string'
		? { ...answer, access_token: shortenToken(answer.access_token) }
		: answer;

/** The tokens that are valid. A restart of the sandbox ends them all. */
export class Tokens {
	private readonly tokens = new Map<string, Token>();

	constructor(private readonly config: Pick<SandboxConfig, 'clients' | 'tokenSeconds'>) {}

	find(token: string | undefined, now: number): Token | undefined {
		const found = this.tokens.get(token ?? '');
		return found && found.expiresAt > now ? found : undefined;
	}

	/** Ends a token before its time. */
	expire(token: string | undefined): void {
		this.tokens.delete(token ?? '');
	}

	/** Ends all tokens before their time. */
	expireAll(): void {
		this.tokens.clear();
	}

	/** Gives a token to a client, without `missingScope`: OAuth 2.0, client credentials. */
	answer(call: IncomingCall, now: number, missingScope?: string): Decision {
		const { who: id, apiKey: secret, body } = call;
		if (!call.isJson) {
			return refuseTokenCall(400, 'The body is neither a JSON object nor a form.');
		}
		const { grant_type: grantType, audience } = body as Readonly<Record<string, unknown>>;
		if (grantType === undefined) {
			return refuseTokenCall(400, 'Missing required parameter: grant_type');
		}
		if (grantType !== 'client_credentials') {
			const message = `Grant type ${JSON.stringify(grantType)} not allowed for the client.`;
			const answer = { error: 'unauthorized_client', error_description: message };
			return { ...refuseTokenCall(403, message), answer };
		}
		const { clients } = this.config;
		const client = clients.find((each) => each.id === id && each.secret === secret);
		const isKnown = clients.length === 0 ? id !== '' && (secret ?? '') !== '' : client;
		if (!isKnown) {
			return refuseTokenCall(401, 'Unauthorized', [
				clients.length === 0
					? 'client_id or client_secret is missing.'
					: 'The client ID and the secret are not those of a client configured in the sandbox.',
			]);
		}
		if (audience !== AUDIENCE) {
			const message =
				audience === undefined
					? 'No audience parameter was provided, and no default audience has been configured'
					: `Service not enabled within domain: ${JSON.stringify(audience)}`;
			return refuseTokenCall(403, message, [message, `It must be ${AUDIENCE}.`]);
		}
		const scopes = (client?.scopes ?? SCOPES).filter((scope) => scope !== missingScope);
		return this.issue(scopes, now);
	}

	private issue(scopes: readonly string[], now: number): Decision {
		const token = `sandbox-${randomBytes(32).toString('hex')}`;
		const { tokenSeconds } = this.config;
		this.tokens.set(token, { scopes, expiresAt: now + tokenSeconds * 1000 });
		const [oldest] = this.tokens.keys();
		if (this.tokens.size > MAX_TOKENS) this.tokens.delete(oldest);
		return accept(
			200,
			{
				access_token: token,
				token_type: 'Bearer',
				expires_in: Math.floor(tokenSeconds),
				scope: scopes.join(' '),
			},
			{ answerHeaders: { 'cache-control': 'no-store' } },
		);
	}
}

const refuseTokenCall = refuseWith(TOKEN_ERRORS);
