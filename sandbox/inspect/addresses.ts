import type {
	FastifyInstance,
	RawReplyDefaultExpression,
	RawRequestDefaultExpression,
	RawServerDefault,
	RouteGenericInterface,
	RouteHandlerMethod,
} from 'fastify';

import type { Operation } from '../openapi/operation';
import { APIS, VERDICTS } from '../state/calls';

/** An address of the sandbox's own API. */
interface Address extends Omit<Operation, 'id'> {
	readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	/** A part that begins with a colon is a parameter. */
	readonly url: string;
}

const INVALID = { 400: 'The query or the body is not valid.' };
const GONE = { 404: 'It does not exist, or is no longer kept.' };
const ID = { id: { type: 'integer' } };
const LIMIT = { type: 'integer', minimum: 1 };
const NAMESPACE = { type: 'string', minLength: 1 };
const OF_NAMESPACE = { namespace: { ...NAMESPACE, description: 'Only this namespace.' } };

/** The query of every list: which entries. */
const ENTRIES = {
	limit: { ...LIMIT, description: 'At most so many, the newest ones.' },
	search: { type: 'string', description: 'Only what contains this text.' },
	...OF_NAMESPACE,
};
/** The query of a list whose entries can be shortened. */
const LIST = {
	...ENTRIES,
	brief: { type: 'boolean', description: 'Without bodies, answers and attributes.' },
};

/** An address that is only read. */
const get = (url: string, summary: string, what: string, schema = 'Object', more = {}) => ({
	...{ method: 'GET' as const, url, summary },
	answers: { 200: [what, schema] as const, ...INVALID, ...more },
});

/** A list, by what its query has besides that of every list. */
const list = (url: string, summary: string, what: string, more = {}) => ({
	...get(url, summary, what, 'List'),
	query: { ...LIST, ...more },
});

/** An address that changes something, and says nothing more. */
const change = (method: 'PUT' | 'DELETE', url: string, summary: string, more = {}) => ({
	...{ method, url, summary },
	answers: { 204: ['Done.'] as const, ...INVALID, ...more },
});

/** One entry of a list. */
const getEntry = (
	url: string,
	summary: string,
	what: string,
	params: Operation['params'],
	schema?: string,
) => ({ ...get(`${url}/:id`, summary, what, schema, GONE), params });

/** All addresses, by the names of the operations. */
export const ADDRESSES = {
	getSummary: get('/sandbox/summary', 'How much has arrived.', 'The summary.'),
	listCalls: list('/sandbox/calls', 'The calls that are kept, in order of arrival.', 'The calls.', {
		before: LIMIT,
		api: { enum: APIS },
		verdict: { enum: VERDICTS },
		marked: { enum: ['remarks', 'fault'] },
	}),
	getCall: getEntry('/sandbox/calls', 'One call.', 'The call.', ID, 'Call'),
	listEvents: {
		...get(
			'/sandbox/events',
			'The events that were answered with "accepted", as they arrived.',
			'The events.',
			'List',
		),
		query: ENTRIES,
	},
	listProfiles: list(
		'/sandbox/profiles',
		'The customers that Bluecore would know.',
		'The customers.',
	),
	getProfile: getEntry(
		'/sandbox/profiles',
		'One customer, with the timeline.',
		'The customer.',
		ID,
	),
	listEmails: list('/sandbox/emails', 'The emails that were sent.', 'The emails.'),
	getEmail: getEntry('/sandbox/emails', 'One email, with its HTML.', 'The email.', {}),
	listMessages: list('/sandbox/messages', 'The messages of the Developer API.', 'The messages.'),
	getMessageOfCall: getEntry(
		'/sandbox/messages',
		'The message that a call sent.',
		'The message.',
		ID,
	),
	expireTokens: change('DELETE', '/sandbox/tokens', 'Ends all tokens of the Developer API.'),
	confirm: {
		...change(
			'PUT',
			'/sandbox/confirmations/:phone',
			'Confirms the sign-ups of a phone number, as its owner would.',
			GONE,
		),
		query: OF_NAMESPACE,
	},
	listFaults: get('/sandbox/faults', 'The faults that are set.', 'The faults.', 'List'),
	setFault: {
		method: 'POST',
		url: '/sandbox/faults',
		summary: 'Sets a fault.',
		body: 'Fault',
		answers: { 201: ['The fault.', 'Object'], ...INVALID },
	},
	removeFaults: {
		...change('DELETE', '/sandbox/faults', 'Removes all faults, or those of a namespace.'),
		query: OF_NAMESPACE,
	},
	removeFault: {
		...change('DELETE', '/sandbox/faults/:id', 'Removes a fault.', GONE),
		params: ID,
	},
	reset: {
		...change('DELETE', '/sandbox/state', 'Deletes everything but the faults.'),
		query: OF_NAMESPACE,
	},
	expect: {
		method: 'POST',
		url: '/sandbox/expect',
		summary: 'Checks which calls have arrived.',
		body: 'Expectation',
		answers: {
			200: ['They have arrived.', 'Verification'],
			...INVALID,
			417: ['They have not.', 'Verification'],
		},
	},
	getReport: {
		method: 'GET',
		url: '/sandbox/report',
		summary: 'The expectations that were checked.',
		query: { format: { enum: ['json', 'junit'] } },
		answers: {
			200: [
				'The report.',
				[
					['application/json', 'Report'],
					['application/xml', { type: 'string' }],
				],
			],
			...INVALID,
		},
	},
	clearReport: change('DELETE', '/sandbox/report', 'Empties the report.'),
	getTime: get('/sandbox/time', "The sandbox's time.", 'The time.', 'Now'),
	setTime: {
		method: 'PUT',
		url: '/sandbox/time',
		summary: "Moves the sandbox's time.",
		body: 'Time',
		answers: { 200: ['The time.', 'Now'], ...INVALID },
	},
	resetTime: {
		method: 'DELETE',
		url: '/sandbox/time',
		summary: 'Sets the time of the machine again.',
		answers: { 200: ['The time.', 'Now'], ...INVALID },
	},
	exportSession: get(
		'/sandbox/session',
		'The calls that are kept, as a file.',
		'The session.',
		'Session',
	),
	openSession: {
		...change('PUT', '/sandbox/session', 'Replaces everything by the calls of a session.'),
		body: 'Session',
	},
	listRules: get(
		'/sandbox/rules',
		'The rules by which calls are judged, and what differs from the real Bluecore.',
		'The rules.',
		'List',
	),
	importFile: {
		method: 'POST',
		url: '/sandbox/imports/:name',
		summary: 'Judges an import file row by row, and stores what is accepted.',
		params: {
			name: {
				type: 'string',
				description: 'The name of the file, such as store_customerdata_2026-01-31.csv.',
			},
		},
		query: { namespace: { ...NAMESPACE, description: 'The namespace that it is for.' } },
		body: [['text/csv', { type: 'string' }]],
		answers: {
			200: ['What is accepted, and what is wrong.', 'Import'],
			400: 'The query is not valid.',
		},
	},
} satisfies Readonly<Record<string, Address>>;

/** Answers at an address. A parameter that it does not have is refused: one that is ignored would mislead whoever mistyped it. */
export function serve<Given extends RouteGenericInterface>(
	app: FastifyInstance,
	id: keyof typeof ADDRESSES,
	handler: RouteHandlerMethod<
		RawServerDefault,
		RawRequestDefaultExpression,
		RawReplyDefaultExpression,
		Given
	>,
	bodyLimit?: number,
): void {
	const { method, url, params = {}, query = {} }: Address = ADDRESSES[id];
	const schema = {
		params: { type: 'object', properties: params },
		querystring: { type: 'object', additionalProperties: false, properties: query },
	};
	app.route<Given>({ method, url, schema, handler, bodyLimit });
}
