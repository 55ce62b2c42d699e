import Ajv, { type ErrorObject } from 'ajv';

import { kindOf } from './jsonValues';
import configSchema from './config.schema.json';
import emailSchema from './email.schema.json';
import eventSchema from './event.schema.json';
import faultSchema from './fault.schema.json';

const OPTIONS = {
	verbose: true,
	strictTypes: false,
	strictRequired: false,
	allowUnionTypes: true,
	// `problem` beside a rule of a schema: what to say when the rule is broken.
	keywords: ['problem'],
	schemas: [configSchema, emailSchema, eventSchema, faultSchema],
};
/** Finds all problems, and of a body so large that they could be millions, the first. */
const [ALL, FIRST] = [true, false].map((allErrors) => new Ajv({ ...OPTIONS, allErrors }));
const LARGE_BYTES = 200_000;

/** More than this many problems of one body help nobody. */
const MOST_PROBLEMS = 20;

type InWords = (error: ErrorObject) => string;
type Check = (value: unknown, bytes: number) => string[];

/** Checks against a schema of the folder `schemas`; gives the problems in words, none when the value is good. */
function checker(reference: string, inWords: InWords): Check {
	const [all, first] = [ALL, FIRST].map((ajv) => ajv.getSchema(reference));
	if (!all || !first) throw new Error(`There is no schema ${reference}`);
	return (value, bytes) => {
		const validate = bytes > LARGE_BYTES ? first : all;
		if (validate(value)) return [];
		const problems = (validate.errors ?? [])
			// What fails inside of an anyOf is said by the anyOf.
			.filter(({ schemaPath }) => !schemaPath.includes('/anyOf/'))
			.map((error) => ownWords(error) ?? inWords(error));
		const different = [...new Set(problems)];
		const more = different.length - MOST_PROBLEMS;
		if (more <= 0) return different;
		return [...different.slice(0, MOST_PROBLEMS), `There are ${more} problems more.`];
	};
}

/** `/products/0/id` as `products.0.id`. */
const pathOf = ({ instancePath }: ErrorObject) => instancePath.slice(1).replaceAll('/', '.');

/** What the schema itself says of a broken rule. */
function ownWords(error: ErrorObject): string | undefined {
	const { problem } = error.parentSchema as { problem?: string };
	return error.keyword === 'type' ? undefined : problem?.replace('{path}', pathOf(error));
}

const TYPES: Readonly<Record<string, string>> = {
	string: 'a text',
	number: 'a number',
	integer: 'a whole number',
	boolean: 'a boolean',
	object: 'an object',
	array: 'a list',
};

const typeOf = (error: ErrorObject) =>
	[(error.params as { type: string | string[] }).type]
		.flat()
		.map((type) => TYPES[type] ?? type)
		.join(' or ');

function plainly(error: ErrorObject): string {
	const path = pathOf(error);
	const params = error.params as Readonly<Record<string, unknown>>;
	const inner = (name: unknown) => `${path === '' ? '' : `${path}.`}${String(name)}`;
	switch (error.keyword) {
		case 'required':
			return `${inner(params.missingProperty)} is missing.`;
		case 'type':
			return `${path || 'The body'} must be ${typeOf(error)}, and is ${kindOf(error.data)}.`;
		case 'minLength':
		case 'minItems':
		case 'minProperties':
			return `${path} is empty.`;
		case 'false schema':
			return `${path} must not be there.`;
		case 'additionalProperties':
			return `${inner(params.additionalProperty)} is not known here.`;
		case 'enum':
			return `${path} must be one of ${(params.allowedValues as unknown[]).join(', ')}.`;
		default:
			return `${path || 'The body'} ${error.message ?? 'is not valid'}.`;
	}
}

/** In the words of the Transactional API's error table. */
function asTheEmailApi(error: ErrorObject): string {
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
				: `The attribute ${path} must be ${typeOf(error)}.`;
	}
}

export const missingAttribute = (name: string, quote = '') =>
	`The request is missing the attribute ${quote}${name}${quote} in the body.`;

/** Why a body is no event. */
export const eventProblems = checker('event.schema.json', plainly);

const EVENT_CHECKS: ReadonlyMap<string, Check> = new Map(
	['any', ...Object.keys(eventSchema.definitions.events).map((name) => `events/${name}`)].map(
		(name) => [name, checker(`event.schema.json#/definitions/${name}`, plainly)],
	),
);

/** The events that Bluecore knows by itself. */
export const STANDARD_EVENTS: readonly string[] = Object.keys(eventSchema.definitions.events);

/** Why Bluecore would drop an event with these properties. */
export const propertyProblems = (event: string, properties: unknown, bytes: number): string[] =>
	(EVENT_CHECKS.get(`events/${event}`) ?? EVENT_CHECKS.get('any'))?.(properties, bytes) ?? [];

export const emailProblems = checker('email.schema.json', asTheEmailApi);
export const configProblems = checker('config.schema.json', plainly);
export const faultProblems = checker('fault.schema.json', plainly);
