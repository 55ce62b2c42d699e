import { findCampaign } from '../account/campaigns';
import type { SandboxConfig } from '../account/config';
import { answerGetCustomer, answerPostCustomer } from '../developerApi/customers';
import type { Answer } from '../developerApi/developerApi';
import { answerGetMessage, answerPostMessage } from '../developerApi/messages';
import { queryOf, recipientOf } from '../developerApi/readCall';
import { MESSAGE_ERRORS, RPC_ERRORS, TOKEN_ERRORS } from '../developerApi/refuseCall';
import { answerGetSubscription, answerPostSubscription } from '../developerApi/subscriptions';
import { isRecord } from '../schemas/jsonValues';
import type { Api, IncomingCall } from '../state/calls';
import type { ErrorForm } from '../state/decisions';
import { textOfIdentifier } from '../state/identifiers';
import { nameOfConsent } from '../state/subscriptions';
import { answerSend, answerStatus } from './answerEmails';
import { answerEvent } from './answerEvents';
import { EMAIL_ERRORS, EVENTS_ERRORS, refuse } from './refuse';

/** A call, as far as it is named by what it says. */
type Said = Pick<IncomingCall, 'path' | 'body'>;
type Parameters = Readonly<Partial<Record<string, string>>>;

/** An address of Bluecore's APIs: all that is particular to it. */
export interface Endpoint {
	readonly api: Api;
	readonly method: 'GET' | 'POST';
	/** The pattern of the address; a part that begins with a colon is a parameter. */
	readonly url: string;
	/** What a token of the Developer API must allow. */
	readonly scope?: string;
	readonly errors: ErrorForm;
	/** The name of a call for people. */
	readonly name: (call: Said, config: SandboxConfig) => string;
	/** Distinct ID, email address, phone number, conversation or message ID; empty if there is none. */
	readonly who: (call: Said, parameters: Parameters) => string | undefined;
	/** The answer to a call that no fault prevents from being processed. */
	readonly answer: Answer;
	/** What can be said of a call that another server answers; left out: nothing. */
	readonly judge?: Answer;
}

const fieldsOf = (value: unknown) => (isRecord(value) ? value : {});
const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

/** What the endpoints of the Developer API that need a token have in common. */
const withToken = ({
	answer,
	...endpoint
}: Pick<Endpoint, 'api' | 'method' | 'url' | 'scope' | 'name' | 'answer'> &
	Partial<Endpoint>): Endpoint => ({
	errors: RPC_ERRORS,
	who:
		endpoint.method === 'GET'
			? (call) => textOfIdentifier(queryOf(call))
			: ({ body }) => recipientOf(body),
	...endpoint,
	judge: answer,
	answer: (call, account, now, fault) => {
		const decision = account.developerApi.answer(call, now, fault, () =>
			answer(call, account, now),
		);
		const isWithoutBody = endpoint.errors === MESSAGE_ERRORS && decision.status === 400;
		return isWithoutBody ? { ...decision, answer: undefined } : decision;
	},
});

const NAMESPACE = '/api/namespaces/:namespace';
const MESSAGE = `${NAMESPACE}/transactional-messages/:id`;

export const ENDPOINTS: readonly Endpoint[] = [
	{
		api: 'events',
		method: 'POST',
		url: '/api/track/mobile/v1',
		errors: EVENTS_ERRORS,
		name: ({ body }) => textOf(fieldsOf(body).event),
		who: ({ body }) => textOf(fieldsOf(fieldsOf(body).properties).distinct_id),
		answer: answerEvent,
		judge: answerEvent,
	},
	{
		errors: EMAIL_ERRORS,
		api: 'send',
		method: 'POST',
		url: '/email/send/v1/:namespace',
		name: ({ body }, config) => {
			const id = fieldsOf(body).campaign_id;
			const unknown = `Campaign ${id === undefined ? '(none)' : JSON.stringify(id)}`;
			return findCampaign(id, config)?.name ?? unknown;
		},
		who: ({ body }) => textOf(fieldsOf(body).email),
		answer: answerSend,
		judge: (call, account, now) =>
			answerSend({ ...call, apiKey: account.config.apiKeys[0] ?? '***' }, account, now),
	},
	{
		errors: EMAIL_ERRORS,
		api: 'status',
		method: 'GET',
		url: '/email/status/v1/:namespace/:conversation_id',
		name: () => 'Get status',
		who: (_call, { conversation_id: id }) => id,
		answer: answerStatus,
	},
	{
		api: 'token',
		method: 'POST',
		url: '/oauth/token',
		errors: TOKEN_ERRORS,
		name: () => 'Get token',
		who: ({ body }) => textOf(fieldsOf(body).client_id),
		answer: (call, { developerApi }, now, fault) =>
			developerApi.tokens.answer(call, now, fault?.missingScope),
	},
	withToken({
		api: 'customers',
		method: 'GET',
		url: `${NAMESPACE}/customers`,
		scope: 'customers:read',
		name: () => 'Read customer',
		answer: answerGetCustomer,
	}),
	withToken({
		api: 'customers',
		method: 'POST',
		url: `${NAMESPACE}/customers`,
		scope: 'customers:write',
		name: () => 'Write customer',
		answer: answerPostCustomer,
	}),
	withToken({
		api: 'eligibility',
		method: 'GET',
		url: `${NAMESPACE}/eligibility`,
		scope: 'eligibility:read',
		name: () => 'Read subscription',
		answer: answerGetSubscription,
	}),
	withToken({
		api: 'eligibility',
		method: 'POST',
		url: `${NAMESPACE}/eligibility_events`,
		scope: 'eligibility:write',
		name: ({ body }) => nameOfConsent(fieldsOf(fieldsOf(body).state)) ?? 'Write subscription',
		answer: answerPostSubscription,
	}),
	withToken({
		api: 'messages',
		method: 'GET',
		url: MESSAGE,
		scope: 'transactional:api',
		name: () => 'Read message',
		who: (_call, { id }) => id,
		answer: answerGetMessage,
	}),
	withToken({
		api: 'messages',
		method: 'POST',
		url: MESSAGE,
		scope: 'transactional:api',
		errors: MESSAGE_ERRORS,
		name: () => 'Send message',
		answer: answerPostMessage,
	}),
];

/** Any other address. */
const UNKNOWN: Endpoint = {
	api: 'unknown',
	method: 'GET',
	url: '',
	errors: EVENTS_ERRORS,
	name: () => 'Unknown address',
	who: () => '',
	// The nodes recognise "There is no GET …", as servers commonly say it, and then tell the user that a URL is wrong.
	answer: ({ method, path }) =>
		refuse(404, `There is no ${method} ${path} here.`, [
			"Bluecore has no such address. Compare the URL in n8n's credential with the one at the bottom of this page.",
		]),
};

const PATTERNS = ENDPOINTS.map((endpoint) => ({
	endpoint,
	pattern: new RegExp(`^${endpoint.url.replaceAll(/:(\w+)/g, '(?<$1>[^/?]+)')}(\\?|$)`),
}));

/** What a call says of itself. */
export interface Described {
	readonly endpoint: Endpoint;
	/** From the address, or from an event's `token`; empty if there is none. */
	readonly namespace: string;
	/** The name of the event; empty if there is none. */
	readonly event: string;
	readonly who: string;
}

/** Finds the endpoint of a call, and what it is about. */
export function describeCall(method: string, path: string, body: unknown): Described {
	const wanted = method === 'HEAD' ? 'GET' : method;
	const match = PATTERNS.filter(({ endpoint }) => endpoint.method === wanted)
		.map(({ endpoint, pattern }) => ({ endpoint, found: pattern.exec(path) }))
		.find(({ found }) => found !== null);
	const endpoint = match?.endpoint ?? UNKNOWN;
	const parameters: Partial<Record<string, string>> = Object.fromEntries(
		Object.entries(match?.found?.groups ?? {}).map(([name, text]) => [name, decoded(text)]),
	);
	const isEvent = endpoint.api === 'events';
	return {
		endpoint,
		namespace: isEvent
			? textOf(fieldsOf(fieldsOf(body).properties).token)
			: (parameters.namespace ?? ''),
		event: isEvent ? textOf(fieldsOf(body).event) : '',
		who: endpoint.who({ path, body }, parameters) ?? '',
	};
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
