import { findCampaign } from '../account/campaigns';
import type { SandboxConfig } from '../account/config';
import { answerGetCustomer, answerPostCustomer } from '../developerApi/customers';
import type { Answer } from '../developerApi/developerApi';
import { answerGetMessage, answerPostMessage } from '../developerApi/messages';
import { problemsOfBody, queryOf, recipientOf } from '../developerApi/readCall';
import { answerGetSubscription, answerPostSubscription } from '../developerApi/subscriptions';
import { TOKEN_REQUEST } from '../developerApi/tokens';
import type { Operation } from '../openapi/operation';
import { isRecord } from '../schemas/jsonValues';
import {
	findDeveloperApiProblems,
	findEmailProblems,
	findEventProblems,
	propertyProblems,
} from '../schemas/schemaChecks';
import type { Api, EventBody, IncomingCall } from '../state/calls';
import { textOfIdentifier } from '../state/identifiers';
import { messageIdOf } from '../state/messages';
import { nameOfConsent } from '../state/subscriptions';
import { answerSend, answerStatus } from './answerEmails';
import { answerEvent } from './answerEvents';
import {
	EMAIL_ERRORS,
	EVENTS_ERRORS,
	MESSAGE_ERRORS,
	refuse,
	refuseCall,
	RPC_ERRORS,
	TOKEN_ERRORS,
	type ErrorForm,
} from './decisions';

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
	/** Whether a body can be accepted; left out: any. */
	readonly isValid?: (body: unknown) => boolean;
	/** What the OpenAPI description says of it; left out: nothing. */
	readonly operation?: Operation;
}

const fieldsOf = (value: unknown) => (isRecord(value) ? value : {});
const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

/** An endpoint of the Developer API that needs a token. */
interface WithToken extends Pick<Endpoint, 'api' | 'method' | 'url' | 'scope' | 'name' | 'answer'> {
	readonly id: string;
	readonly summary: string;
	/** The kind of its bodies. */
	readonly body?: 'customer' | 'consent' | 'message';
}

/** What is wrong with a call of such an endpoint, by the schemas. */
function problemsIn(call: IncomingCall, body: WithToken['body']) {
	if (call.api === 'messages') {
		const ofId = findDeveloperApiProblems('messageId', body ? messageIdOf(call.path) : call.who);
		if (ofId || !body) return ofId;
	}
	return body
		? problemsOfBody(body, call.body, call.bytes)
		: findDeveloperApiProblems('query', queryOf(call));
}

/** What all of them have in common. */
function withToken(given: WithToken): Endpoint {
	const { api, method, url, scope, name, body, answer } = given;
	const isMessage = api === 'messages';
	const errors = isMessage && body ? MESSAGE_ERRORS : RPC_ERRORS;
	const judge: Answer = (call, account, now) => {
		const invalid = problemsIn(call, body);
		if (!invalid) return answer(call, account, now);
		// With 422 if something required is missing.
		const { isIncomplete, problems } = invalid;
		return refuseCall(isIncomplete ? 422 : 400, problems.join(' '), problems);
	};
	return {
		...{ api, method, url, scope, name, errors, judge },
		who: body
			? (call) => recipientOf(call.body)
			: isMessage
				? (_call, parameters) => parameters.id
				: (call) => textOfIdentifier(queryOf(call)),
		...(body && { isValid: (value) => problemsOfBody(body, value) === undefined }),
		answer: (call, account, now, fault) => {
			const decision = account.developerApi.answer(call, now, fault, () =>
				judge(call, account, now),
			);
			return errors === MESSAGE_ERRORS && decision.status === 400
				? { ...decision, answer: undefined }
				: decision;
		},
		operation: operationOf(given),
	};
}

/** What the OpenAPI description says of such an endpoint. */
function operationOf({ id, summary, api, body }: WithToken): Operation {
	const isMessage = api === 'messages';
	return {
		...{ id, summary },
		...(isMessage && { params: { id: { $ref: MESSAGE_ID } } }),
		...(!isMessage && !body && { query: { email: TEXT, phone_number: TEXT } }),
		...(body && { body: `DeveloperApi/definitions/${body}` }),
		answers: {
			200: ['Done.', `DeveloperApi/definitions/answers/${api}`],
			400: isMessage
				? ['A value is not valid. The body of the answer is empty, or says why.', {}]
				: 'A value is not valid.',
			401: 'The token is not valid.',
			403: 'The scope is missing.',
			...((isMessage || !body) && { 404: 'It does not exist.' }),
			...(body && { 406: 'The media type is not JSON.' }),
			...(isMessage && body && { 409: 'The ID was used before.' }),
			...((!isMessage || body) && { 422: 'A required parameter is missing.' }),
			429: 'Too many calls.',
		},
	};
}

const TEXT = { type: 'string' };
const MESSAGE_ID = '#/components/schemas/DeveloperApi/definitions/messageId';
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
		isValid: (body) => {
			if (findEventProblems(body).length > 0) return false;
			const { event, properties } = body as EventBody;
			return propertyProblems(event, properties, 0).length === 0;
		},
		operation: {
			id: 'trackEvent',
			summary: 'Records an event.',
			body: 'Event',
			answers: {
				202: ['Accepted, or dropped without a word.', 'Accepted'],
				400: 'The body is not an event.',
				401: 'The namespace is not accepted.',
			},
		},
	},
	{
		api: 'send',
		method: 'POST',
		url: '/email/send/v1/:namespace',
		errors: EMAIL_ERRORS,
		name: ({ body }, config) => {
			const id = fieldsOf(body).campaign_id;
			const unknown = `Campaign ${id === undefined ? '(none)' : JSON.stringify(id)}`;
			return findCampaign(id, config)?.name ?? unknown;
		},
		who: ({ body }) => textOf(fieldsOf(body).email),
		answer: answerSend,
		judge: (call, account, now) =>
			answerSend({ ...call, apiKey: account.config.apiKeys[0] ?? '***' }, account, now),
		isValid: (body) => findEmailProblems(body).length === 0,
		operation: {
			id: 'sendEmail',
			summary: 'Sends an email.',
			body: 'Email',
			answers: {
				202: ['Accepted.', 'Sent'],
				400: 'The body is nested too deeply.',
				401: 'The key is not accepted.',
				404: 'There is no such campaign.',
				406: 'The media type is not JSON.',
				422: 'Everything that is wrong with the body.',
			},
		},
	},
	{
		api: 'status',
		method: 'GET',
		url: '/email/status/v1/:namespace/:conversation_id',
		errors: EMAIL_ERRORS,
		name: () => 'Get status',
		who: (_call, { conversation_id: id }) => id,
		answer: answerStatus,
		operation: {
			id: 'getEmailStatus',
			summary: 'Gets the status of an email.',
			answers: {
				202: ['The status.', 'Status'],
				401: 'The key is not accepted.',
				404: 'There is no such conversation.',
			},
		},
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
		operation: {
			id: 'getToken',
			summary: 'Gets an access token by client credentials.',
			body: [
				['application/json', TOKEN_REQUEST],
				['application/x-www-form-urlencoded', { type: 'object' }],
			],
			answers: {
				200: ['The token.', 'DeveloperApi/definitions/answers/token'],
				400: 'The request is not valid.',
				401: 'The client is not accepted.',
				403: 'The grant or the audience is not allowed.',
			},
		},
	},
	withToken({
		id: 'getCustomer',
		summary: 'Reads a customer.',
		api: 'customers',
		method: 'GET',
		url: `${NAMESPACE}/customers`,
		scope: 'customers:read',
		name: () => 'Read customer',
		answer: answerGetCustomer,
	}),
	withToken({
		id: 'upsertCustomer',
		summary: 'Creates or updates a customer.',
		api: 'customers',
		method: 'POST',
		url: `${NAMESPACE}/customers`,
		scope: 'customers:write',
		name: () => 'Write customer',
		body: 'customer',
		answer: answerPostCustomer,
	}),
	withToken({
		id: 'getSubscription',
		summary: 'Reads the subscriptions of an address or a phone number.',
		api: 'eligibility',
		method: 'GET',
		url: `${NAMESPACE}/eligibility`,
		scope: 'eligibility:read',
		name: () => 'Read subscription',
		answer: answerGetSubscription,
	}),
	withToken({
		id: 'updateSubscription',
		summary: 'Changes a subscription.',
		api: 'eligibility',
		method: 'POST',
		url: `${NAMESPACE}/eligibility_events`,
		scope: 'eligibility:write',
		name: ({ body }) => nameOfConsent(fieldsOf(fieldsOf(body).state)) ?? 'Write subscription',
		body: 'consent',
		answer: answerPostSubscription,
	}),
	withToken({
		id: 'getMessage',
		summary: 'Reads a message and its statuses.',
		api: 'messages',
		method: 'GET',
		url: MESSAGE,
		scope: 'transactional:api',
		name: () => 'Read message',
		answer: answerGetMessage,
	}),
	withToken({
		id: 'sendMessage',
		summary: 'Sends a message, once for each ID.',
		api: 'messages',
		method: 'POST',
		url: MESSAGE,
		scope: 'transactional:api',
		name: () => 'Send message',
		body: 'message',
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
