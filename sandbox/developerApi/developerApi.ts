import type { SandboxConfig } from '../account/config';
import { isJsonType } from '../schemas/jsonValues';
import type { Decision, IncomingCall } from '../state/calls';
import type { SandboxState } from '../state/sandboxState';
import { answerGetCustomer, answerPostCustomer } from './customers';
import type { Endpoint } from './endpoints';
import { answerGetMessage, answerPostMessage } from './messages';
import { refuseCall } from './refuseCall';
import { answerGetSubscription, answerPostSubscription } from './subscriptions';
import { refuseToken, Tokens } from './tokens';

const UNKNOWN_MEDIA_TYPE = 'Requested media type is not supported.';

/** Bluecore's Developer API: tokens, customers, subscriptions and messages. */
export class DeveloperApi {
	readonly tokens: Tokens;

	constructor(
		private readonly config: SandboxConfig,
		private readonly state: SandboxState,
	) {
		this.tokens = new Tokens(config);
	}

	/** The answer to a call that no fault prevents from being processed. `requestId` is the one in its headers. */
	answer(call: IncomingCall, now: number, requestId: string): Decision {
		if (call.api === 'token') return this.tokens.answer(call, now);
		const decision =
			this.refuseUnauthorized(call, now) ??
			refuseOtherThanJson(call) ??
			this.answerReadable(call, now);
		return {
			...decision,
			answerHeaders: { ...decision.answerHeaders, 'x-bluecore-id': requestId },
		};
	}

	private refuseUnauthorized(call: IncomingCall, now: number): Decision | undefined {
		const { scope = '', namespace, apiKey } = call;
		const token = this.tokens.find(apiKey, now);
		if (!token) {
			const reason =
				apiKey === undefined
					? 'The token is missing: the Authorization header must be "Bearer", a space and the token.'
					: 'The sandbox has not given this token, or it has expired.';
			return refuseCall(401, 'The access token is not valid.', [reason]);
		}
		if (!token.scopes.includes(scope)) {
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
	{ api }: Endpoint,
	serverStatus: 413 | 415,
	detail: string,
): Decision {
	const message = serverStatus === 415 ? UNKNOWN_MEDIA_TYPE : 'The body is too large.';
	const reasons = [message, detail];
	if (api === 'token') return refuseToken(400, 'invalid_request', message, reasons);
	return refuseCall(serverStatus === 415 ? 406 : 400, message, reasons);
}
