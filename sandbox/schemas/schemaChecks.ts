import Ajv, { type ErrorObject } from 'ajv';

import configSchema from './config.schema.json';
import developerApiSchema from './developerApi.schema.json';
import emailSchema from './email.schema.json';
import eventSchema from './event.schema.json';
import expectationSchema from './expectation.schema.json';
import faultSchema from './fault.schema.json';
import { kindOf, shorten } from './jsonValues';
import sessionSchema from './session.schema.json';
import timeSchema from './time.schema.json';

const OPTIONS = {
	verbose: true,
	strictTypes: false,
	strictRequired: false,
	allowUnionTypes: true,
	// The schemas' own keywords: `problem` beside a rule is the message for a value that breaks the rule; `incomplete` says that
	// something required is missing then.
	keywords: ['problem', 'incomplete'],
	schemas: [
		...[configSchema, developerApiSchema, emailSchema, eventSchema, expectationSchema],
		...[faultSchema, sessionSchema, timeSchema],
	],
};
/** A large body may break a rule millions of times: only the first violation of such a body is searched for. */
const [ALL, FIRST] = [true, false].map((allErrors) => new Ajv({ ...OPTIONS, allErrors }));
const LARGE_BYTES = 200_000;

/** Longer lists of messages are cut. */
const MAX_PROBLEMS = 20;

type Check = (value: unknown, bytes?: number) => string[];

/**
 * A check against a schema of this folder. It returns one sentence for each rule that the value breaks, none if the value is
 * valid. `bytes` is the size of the value as JSON text.
 */
function checkAgainst(reference: string, describe: (error: ErrorObject) => string): Check {
	const errorsIn = errorsAgainst(reference);
	return (value, bytes) => sentencesFor(errorsIn(value, bytes), describe);
}

/** Finds the rules of a schema that a value breaks. */
function errorsAgainst(reference: string): (value: unknown, bytes?: number) => ErrorObject[] {
	const [all, first] = [ALL, FIRST].map((ajv) => ajv.getSchema(reference));
	if (!all || !first) throw new Error(`There is no schema ${reference}`);
	return (value, bytes = 0) => {
		const validate = bytes > LARGE_BYTES ? first : all;
		if (validate(value)) return [];
		return (
			(validate.errors ?? [])
				// A violation inside of an anyOf is described by the anyOf itself, one of a name by propertyNames.
				.filter(({ schemaPath, propertyName }) => !schemaPath.includes('/anyOf/') && !propertyName)
				// What follows from an if is described by the rule that is broken then.
				.filter(({ keyword }) => keyword !== 'if')
		);
	};
}

function sentencesFor(
	errors: readonly ErrorObject[],
	describe: (error: ErrorObject) => string,
): string[] {
	const problems = errors.map((error) => schemaMessage(error) ?? describe(error));
	const different = [...new Set(problems.map(shorten))];
	const more = different.length - MAX_PROBLEMS;
	if (more <= 0) return different;
	return [...different.slice(0, MAX_PROBLEMS), `There are ${more} more messages like these.`];
}

/** `/products/0/id` as `products.0.id`. */
const pathOf = ({ instancePath }: ErrorObject) => instancePath.slice(1).replaceAll('/', '.');

/** The message that the schema itself has for a broken rule; a wrong type and an unknown name are said as everywhere. */
function schemaMessage(error: ErrorObject): string | undefined {
	const { problem } = error.parentSchema as { problem?: string };
	const isClear = error.keyword === 'type' || error.keyword === 'additionalProperties';
	return isClear ? undefined : problem?.replace('{path}', pathOf(error));
}

const TYPES: Readonly<Record<string, string>> = {
	string: 'text',
	number: 'a number',
	integer: 'a whole number',
	boolean: 'a boolean',
	object: 'an object',
	array: 'a list',
};

const expectedType = (error: ErrorObject) =>
	[(error.params as { type: string | string[] }).type]
		.flat()
		.map((type) => TYPES[type] ?? type)
		.join(' or ');

function describeError(error: ErrorObject): string {
	const path = pathOf(error);
	const params = error.params as Readonly<Record<string, unknown>>;
	const inner = (name: unknown) => `${path === '' ? '' : `${path}.`}${String(name)}`;
	switch (error.keyword) {
		case 'required':
			return `${inner(params.missingProperty)} is missing.`;
		case 'type':
			return `${path || 'The body'} must be ${expectedType(error)}, but it is ${kindOf(error.data)}.`;
		case 'minLength':
		case 'minItems':
		case 'minProperties':
			return `${path} is empty.`;
		case 'maxItems':
		case 'maxProperties':
			return `${path} has more than ${String(params.limit)} ${params.limit === 1 ? 'entry' : 'entries'}.`;
		case 'const':
			return `${path} must be ${JSON.stringify(params.allowedValue)}.`;
		case 'false schema':
			return `${path} is not allowed here.`;
		case 'additionalProperties':
			return `${inner(params.additionalProperty)} is not a known name here.`;
		case 'enum':
			return `${path} must be one of ${(params.allowedValues as unknown[]).join(', ')}.`;
		default:
			return `${path || 'The body'} ${error.message ?? 'is not valid'}.`;
	}
}

/** In the words of the Transactional API's table of errors. */
function describeEmailError(error: ErrorObject): string {
	const path = pathOf(error);
	switch (error.keyword) {
		case 'required':
			return missingAttribute((error.params as { missingProperty: string }).missingProperty);
		case 'minLength':
			return missingAttribute(path);
		case 'false schema':
			return `The customer attribute ${path.split('.').at(-1) ?? ''} is protected.`;
		default:
			return path === ''
				? 'The request body must be a JSON object.'
				: `The attribute ${path} must be ${expectedType(error)}.`;
	}
}

/** Bluecore's message for a missing attribute; it puts quotes around the template's variables only. */
export const missingAttribute = (name: string, quote = '') =>
	`The request is missing the attribute ${quote}${name}${quote} in the body.`;

/** Why a body is not an event. */
export const findEventProblems = checkAgainst('event.schema.json', describeError);

const PROPERTY_CHECKS: ReadonlyMap<string, Check> = new Map(
	['any', ...Object.keys(eventSchema.definitions.events).map((name) => `events/${name}`)].map(
		(name) => [name, checkAgainst(`event.schema.json#/definitions/${name}`, describeError)],
	),
);

/** The events that Bluecore defines. Every other name is a custom event. */
export const STANDARD_EVENTS: readonly string[] = Object.keys(eventSchema.definitions.events);

/** Why Bluecore would drop an event that has these properties. */
export const propertyProblems = (event: string, properties: unknown, bytes: number): string[] =>
	(PROPERTY_CHECKS.get(`events/${event}`) ?? PROPERTY_CHECKS.get('any'))?.(properties, bytes) ?? [];

export const findEmailProblems = checkAgainst('email.schema.json', describeEmailError);
export const findConfigProblems = checkAgainst('config.schema.json', describeError);
export const findFaultProblems = checkAgainst('fault.schema.json', describeError);
export const findExpectationProblems = checkAgainst('expectation.schema.json', describeError);
export const findSessionProblems = checkAgainst('session.schema.json', describeError);
export const findTimeProblems = checkAgainst('time.schema.json', describeError);

/** The bodies of the Developer API's requests and answers; `answers/…` are the answers. */
export type DeveloperApiBody =
	| 'query'
	| 'messageId'
	| 'customer'
	| 'consent'
	| 'message'
	| `answers/${keyof typeof developerApiSchema.definitions.answers}`;

const developerApiErrors = new Map<DeveloperApiBody, ReturnType<typeof errorsAgainst>>();

/** What is wrong with a body of the Developer API; undefined if nothing is. */
export function findDeveloperApiProblems(body: DeveloperApiBody, value: unknown, bytes = 0) {
	const errorsIn =
		developerApiErrors.get(body) ?? errorsAgainst(`developerApi.schema.json#/definitions/${body}`);
	developerApiErrors.set(body, errorsIn);
	const errors = errorsIn(value, bytes);
	if (errors.length === 0) return undefined;
	return {
		/** Whether something required is missing. */
		isIncomplete: errors.some(
			({ keyword, parentSchema }) => INCOMPLETE.has(keyword) || parentSchema?.incomplete === true,
		),
		problems: sentencesFor(errors, describeError),
	};
}

const INCOMPLETE = new Set(['required', 'minItems', 'minProperties']);
