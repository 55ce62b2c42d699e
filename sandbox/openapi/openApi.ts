import { EMAIL_ERRORS } from '../answers/decisions';
import { ENDPOINTS } from '../answers/endpoints';
import { ADDRESSES } from '../inspect/addresses';
import { version } from '../package.json';
import developerApiSchema from '../schemas/developerApi.schema.json';
import emailSchema from '../schemas/email.schema.json';
import eventSchema from '../schemas/event.schema.json';
import expectationSchema from '../schemas/expectation.schema.json';
import faultSchema from '../schemas/fault.schema.json';
import sessionSchema from '../schemas/session.schema.json';
import timeSchema from '../schemas/time.schema.json';
import { VERDICTS, type Api } from '../state/calls';
import { toOpenApi } from './operation';

/** The schemas by their names in the description. */
const SCHEMAS: Readonly<Record<string, object>> = {
	Event: eventSchema,
	Email: emailSchema,
	DeveloperApi: developerApiSchema,
	Fault: faultSchema,
	Expectation: expectationSchema,
	Time: timeSchema,
	Session: sessionSchema,
};

/** A schema as a part of the description: references within it lead to the part, and its own keywords are left out. */
function toComponent(name: string, schema: object): object {
	const text = JSON.stringify(schema, (key, value: unknown) =>
		['$id', '$schema', 'problem', 'incomplete'].includes(key) ? undefined : value,
	);
	return JSON.parse(
		text.replaceAll('"$ref":"#/', `"$ref":"#/components/schemas/${name}/`),
	) as object;
}

const TAGS: Readonly<Partial<Record<Api, string>>> = {
	events: 'Events API',
	send: 'Transactional API',
	status: 'Transactional API',
};

/** The addresses of Bluecore's APIs and of the sandbox's own, each with its methods. */
function paths() {
	const found: Record<string, Record<string, object>> = {};
	const add = (method: string, url: string, operation: object) => {
		const path = url.replaceAll(/:(\w+)/g, '{$1}');
		found[path] = { ...found[path], [method.toLowerCase()]: operation };
	};
	for (const { api, method, url, scope, errors, operation } of ENDPOINTS) {
		if (!operation) continue;
		const security = errors === EMAIL_ERRORS ? 'apiKey' : scope && 'token';
		const tag = TAGS[api] ?? 'Developer API';
		add(method, url, toOpenApi(url, operation, { tag, refused: errors.schema, security }));
	}
	for (const [id, { method, url, ...operation }] of Object.entries(ADDRESSES)) {
		const own = { tag: 'Sandbox', refused: 'Message' };
		add(method, url, toOpenApi(url, { id, ...operation }, own));
	}
	return found;
}

/** The OpenAPI description of all that the sandbox answers: Bluecore's APIs, and its own. */
export const openApi = () => ({
	openapi: '3.1.0',
	info: {
		title: 'Bluecore sandbox',
		version,
		description:
			"Bluecore's Events API, Transactional API and Developer API as the sandbox answers them, and the sandbox's own API. It is no publication of Bluecore.",
		license: { name: 'MIT', identifier: 'MIT' },
	},
	jsonSchemaDialect: 'http://json-schema.org/draft-07/schema#',
	servers: [{ url: '/' }],
	paths: paths(),
	components: {
		securitySchemes: {
			apiKey: { type: 'http', scheme: 'bearer', description: 'Transactional API' },
			token: { type: 'http', scheme: 'bearer', description: 'Developer API' },
		},
		schemas: {
			...Object.fromEntries(
				Object.entries(SCHEMAS).map(([name, schema]) => [name, toComponent(name, schema)]),
			),
			...ANSWERS,
		},
	},
});

const TEXT = { type: 'string' };
const TEXTS = { type: 'array', items: TEXT };
const NUMBER = { type: 'number' };
const record = (
	properties: Readonly<Record<string, object>>,
	required = Object.keys(properties),
) => ({
	type: 'object',
	required,
	properties,
});

const CALL = {
	id: { type: 'integer', minimum: 1 },
	at: { ...NUMBER, description: 'Milliseconds since the epoch.' },
	api: TEXT,
	method: TEXT,
	path: TEXT,
	namespace: TEXT,
	what: TEXT,
	who: TEXT,
	status: { type: 'integer', description: '0 if the connection was closed without an answer.' },
	verdict: { enum: VERDICTS },
	reasons: TEXTS,
	remarks: TEXTS,
	bytes: NUMBER,
};

/** What is answered, besides the Developer API's answers, which have schemas of their own. */
const ANSWERS = {
	Accepted: record({ status: { const: 'accepted' } }),
	Message: record({ message: TEXT, request_id: TEXT }, ['message']),
	Sent: record({ conversation_id: TEXT }),
	Status: record({
		status: { enum: ['Being Processed', 'Sent for Delivery', 'Delivered', 'Failed'] },
		message: TEXT,
	}),
	Call: record(
		{
			...CALL,
			headers: { type: 'object', additionalProperties: TEXT },
			body: {},
			answer: {},
			fault: TEXT,
			/** Of one call: the IDs of the rules, by the reason or the remark. */
			rules: { type: 'object', additionalProperties: TEXT },
		},
		[...Object.keys(CALL)],
	),
	Verification: record(
		{
			name: TEXT,
			passed: { type: 'boolean' },
			message: TEXT,
			calls: { type: 'array', items: { type: 'integer' } },
			nearest: record({
				call: { type: 'integer' },
				differences: {
					type: 'array',
					items: record({ path: TEXT, expected: {}, actual: {} }, ['path']),
				},
			}),
		},
		['name', 'passed', 'message', 'calls'],
	),
	Report: record({
		passed: { type: 'boolean' },
		expectations: { type: 'integer' },
		failures: { type: 'integer' },
		discarded: { type: 'integer' },
		entries: { type: 'array', items: { $ref: '#/components/schemas/Verification' } },
	}),
	Import: record({
		rows: { type: 'integer' },
		accepted: { type: 'integer' },
		problems: {
			type: 'array',
			items: record({ row: { type: 'integer' }, column: TEXT, message: TEXT }),
		},
	}),
	Now: record({ now: TEXT, offsetMs: NUMBER }),
	Object: { type: 'object' },
	List: { type: 'array', items: { type: 'object' } },
};
