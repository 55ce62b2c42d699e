import type { SandboxConfig } from '../account/config';
import { notJson, refuseCall, UNKNOWN_MEDIA_TYPE, unknownNamespace } from '../answers/decisions';
import type { FaultEffect } from '../faults/faultEffect';
import { isJsonType } from '../schemas/jsonValues';
import type { Decision, IncomingCall } from '../state/calls';
import type { SandboxState } from '../state/sandboxState';
import { RateLimits } from './rateLimits';
import { Tokens, type Token } from './tokens';

/** What the answer to a call depends on. */
export interface Account {
	readonly config: SandboxConfig;
	readonly state: SandboxState;
	readonly developerApi: DeveloperApi;
}

/** Answers a call that arrives at `now`, in milliseconds since the epoch. */
export type Answer = (
	call: IncomingCall,
	account: Account,
	now: number,
	fault?: FaultEffect,
) => Decision;

/** Bluecore's Developer API: tokens, customers, subscriptions and messages. */
export class DeveloperApi {
	readonly tokens: Tokens;

	readonly rateLimits: RateLimits;

	constructor(private readonly config: SandboxConfig) {
		this.tokens = new Tokens(config);
		this.rateLimits = new RateLimits(config);
	}

	/** The answer to a call that needs a token; `answer` makes it if nothing is wrong with the token, and `fault` may take the token or a scope from it. */
	answer(
		call: IncomingCall,
		now: number,
		{ expireToken, missingScope }: FaultEffect = {},
		answer: () => Decision,
	): Decision {
		if (expireToken) this.tokens.expire(call.apiKey);
		const token = this.tokens.find(call.apiKey, now);
		if (!token) return refuseToken(call);
		const { isWithin, headers } = this.rateLimits.count(call.namespace, now);
		const decision = isWithin
			? (this.refuseForbidden(call, token, missingScope) ?? refuseOtherThanJson(call) ?? answer())
			: refuseCall(429, 'too many requests', [
					`There were more calls than the rate limits of the namespace ${call.namespace} allow.`,
				]);
		return { ...decision, answerHeaders: headers };
	}

	private refuseForbidden(
		{ scope = '', namespace }: IncomingCall,
		token: Token,
		missingScope: string | undefined,
	): Decision | undefined {
		if (!token.scopes.includes(scope) || scope === missingScope) {
			return refuseCall(403, `The access token does not have the scope ${scope}.`);
		}
		const { namespaces } = this.config;
		if (namespaces.length > 0 && !namespaces.includes(namespace)) {
			return refuseCall(403, `The client has no access to the namespace ${namespace}.`, [
				unknownNamespace(namespace),
			]);
		}
		return undefined;
	}
}

/** Refuses a call without a valid token. The account is not known then, so that the answer says nothing of its rate limits. */
const refuseToken = ({ apiKey }: IncomingCall): Decision =>
	refuseCall(401, 'The access token is not valid.', [
		apiKey === undefined
			? 'The token is missing: the Authorization header must be "Bearer", a space and the token.'
			: 'The sandbox has not given this token, or it has expired.',
	]);

/** Refuses a body that is not JSON. */
function refuseOtherThanJson({ method, headers, isJson }: IncomingCall): Decision | undefined {
	if (method !== 'POST') return undefined;
	const type = headers['content-type'] as string | undefined;
	if (!isJsonType(type)) return refuseCall(406, UNKNOWN_MEDIA_TYPE, [notJson(type)]);
	return isJson ? undefined : refuseCall(400, 'The body is not JSON.');
}
