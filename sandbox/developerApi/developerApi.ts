import type { SandboxConfig } from '../account/config';
import type { FaultEffect } from '../faults/faultEffect';
import { isJsonType } from '../schemas/jsonValues';
import type { Decision, IncomingCall } from '../state/calls';
import type { SandboxState } from '../state/sandboxState';
import { answerGetCustomer, answerPostCustomer } from './customers';
import type { Endpoint } from './endpoints';
import { answerGetMessage, answerPostMessage } from './messages';
import { RateLimits } from './rateLimits';
import { isAnsweredWithoutBody, refuseCall } from './refuseCall';
import { answerGetSubscription, answerPostSubscription } from './subscriptions';
import { refuseTokenCall, Tokens, type Token } from './tokens';

const UNKNOWN_MEDIA_TYPE = 'Requested media type is not supported.';

/** Bluecore's Developer API: tokens, customers, subscriptions and messages. */
export class DeveloperApi {
	readonly tokens: Tokens;

	readonly rateLimits: RateLimits;

	constructor(
		private readonly config: SandboxConfig,
		private readonly state: SandboxState,
	) {
		this.tokens = new Tokens(config);
		this.rateLimits = new RateLimits(config);
	}

	/** The answer to a call that no fault prevents from being processed; `fault` may take the token or a scope from it. */
	answer(
		call: IncomingCall,
		now: number,
		{ expireToken, missingScope }: FaultEffect = {},
	): Decision {
		if (call.api === 'token') return this.tokens.answer(call, now, missingScope);
		if (expireToken) this.tokens.expire(call.apiKey);
		const token = this.tokens.find(call.apiKey, now);
		if (!token) return refuseToken(call);
		const { isWithin, headers } = this.rateLimits.count(call.namespace, now);
		const decision = isWithin
			? (this.refuseForbidden(call, token, missingScope) ??
				refuseOtherThanJson(call) ??
				this.answerReadable(call, now))
			: refuseCall(429, 'too many requests', [
					`There were more calls than the rate limits of the namespace ${call.namespace} allow.`,
				]);
		const isWithoutBody = isAnsweredWithoutBody(call, decision.status);
		return { ...decision, ...(isWithoutBody && { answer: undefined }), answerHeaders: headers };
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
				`The namespace ${JSON.stringify(namespace)} is not one of those configured in the sandbox.`,
			]);
		}
		return undefined;
	}

	private answerReadable(call: IncomingCall, now: number): Decision {
		const { config, state } = this;
		const isRead = call.method !== 'POST';
		switch (call.api) {
			case 'customers':
				return isRead ? answerGetCustomer(call, state) : answerPostCustomer(call, state);
			case 'eligibility':
				return isRead ? answerGetSubscription(call, state) : answerPostSubscription(call, state);
			default:
				return isRead
					? answerGetMessage(call, config, state, now)
					: answerPostMessage(call, config, state, now);
		}
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
	if (!isJsonType(headers['content-type'])) {
		return refuseCall(406, UNKNOWN_MEDIA_TYPE, [
			`The content-type header is ${headers['content-type'] ?? 'missing'}; it must be application/json.`,
		]);
	}
	return isJson ? undefined : refuseCall(400, 'The body is not JSON, or it is nested too deeply.');
}

/** How the API refuses a body that the HTTP server does not read: too large (413), or of an invalid media type (415). */
export function refuseUnreadable(
	endpoint: Endpoint,
	serverStatus: 413 | 415,
	detail: string,
): Decision {
	const { api } = endpoint;
	const message = serverStatus === 415 ? UNKNOWN_MEDIA_TYPE : 'The body is too large.';
	const reasons = [message, detail];
	if (api === 'token') return refuseTokenCall(400, 'invalid_request', message, reasons);
	const status = serverStatus === 415 ? 406 : 400;
	const refused = refuseCall(status, message, reasons);
	return isAnsweredWithoutBody(endpoint, status) ? { ...refused, answer: undefined } : refused;
}
