import Ajv, { type ValidateFunction } from 'ajv';
import fc from 'fast-check';

import { openApi } from '../../../sandbox/openapi/openApi';
import { developerClientOf } from '../../support/developerApi';
import { http } from '../../support/http';
import { API_KEY, NAMESPACE, useSandbox } from '../../support/sandbox';

const sandbox = useSandbox({ keep: 50, namespaces: [] });
const description = JSON.parse(JSON.stringify(openApi())) as Description;
const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema({ $id: 'openapi', ...description });

/** As much of JSON Schema as the sandbox's schemas use. */
interface Schema {
	readonly $ref?: string;
	readonly type?: string | readonly string[];
	readonly const?: unknown;
	readonly enum?: readonly unknown[];
	readonly properties?: Readonly<Record<string, Schema | false>>;
	readonly required?: readonly string[];
	readonly items?: Schema;
	readonly minItems?: number;
	readonly additionalProperties?: boolean | Schema;
	readonly anyOf?: readonly Schema[];
	readonly oneOf?: readonly Schema[];
	readonly pattern?: string;
	readonly minimum?: number;
	readonly maximum?: number;
}

interface Content {
	readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}
interface Parameter {
	readonly name: string;
	readonly in: 'path' | 'query';
	readonly schema: Schema;
}
interface Operation {
	readonly operationId: string;
	readonly parameters?: readonly Parameter[];
	readonly requestBody?: Content;
	readonly responses: Readonly<Record<string, Content>>;
	readonly security?: ReadonlyArray<Record<string, unknown>>;
}
interface Description {
	readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const OPERATIONS = Object.entries(description.paths).flatMap(([path, methods]) =>
	Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** Says how an answer differs from what the description says of it. */
function problemOf(
	path: string,
	method: string,
	operation: Operation,
	{ status, type, data }: { status: number; type: string; data: string },
) {
	if (!Object.hasOwn(operation.responses, String(status))) return `${status} is not described`;
	const { content } = operation.responses[String(status)];
	if (!content) return data === '' ? undefined : 'it has a body';
	const media = type.split(';')[0];
	if (media === '' && data === '' && status === 400) return undefined;
	if (!Object.hasOwn(content, media)) return `the media type ${media} is not described`;
	if (media !== 'application/json') return undefined;
	const parts = ['paths', path, method, 'responses', String(status), 'content', media, 'schema'];
	const pointer = parts.map((part) => part.replaceAll('/', '~1')).join('/');
	const validate = ajv.getSchema(`openapi#/${pointer}`) as ValidateFunction;
	return validate(JSON.parse(data)) ? undefined : ajv.errorsText(validate.errors);
}

test('the description is served, and every reference in it leads to something', async () => {
	const { data } = await http.get<Description>(`${sandbox.url}/openapi.json`);
	expect(data).toEqual(description);
	const references = [...JSON.stringify(description).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
		([, to]) => to,
	);
	expect(references.length).toBeGreaterThan(50);
	const leadsNowhere = (to: string) => typeof ajv.getSchema(`openapi#/${to}`) !== 'function';
	expect(references.filter(leadsNowhere)).toEqual([]);
	const ids = OPERATIONS.map(({ operation }) => operation.operationId);
	expect(new Set(ids).size).toBe(ids.length);
});

/** The same calls each time; `FUZZ_RUNS=10000 npx jest openApi` makes others, and more of them. */
const FEW = 150;
const RUNS = Number(process.env.FUZZ_RUNS ?? FEW);

test.each(OPERATIONS)(
	'$method $path answers what the description says, to calls that follow it and to others',
	async ({ path, method, operation }) => {
		const { data: token } = await developerClientOf(sandbox).getToken();
		const parameters = (operation.parameters ?? []).map(({ name, in: where, schema }) =>
			fc.record({
				name: fc.constant(name),
				where: fc.constant(where),
				value: fc.oneof(
					{ arbitrary: name === 'namespace' ? fc.constant(NAMESPACE) : valueOf(schema), weight: 4 },
					fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
				),
				isThere: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
			}),
		);
		const bodySchema = operation.requestBody?.content?.['application/json']?.schema;
		const body = bodySchema
			? fc.oneof({ arbitrary: valueOf(bodySchema), weight: 6 }, fc.jsonValue())
			: fc.constant(undefined);
		const credential = fc.constantFrom(
			...(operation.security ? ['good', 'good', 'good', 'bad', 'none'] : ['none']),
		);
		const statuses = new Set<number>();
		await fc.assert(
			fc.asyncProperty(fc.tuple(...parameters), body, credential, async (given, content, which) => {
				const url = given
					.filter(({ where }) => where === 'path')
					.reduce(
						(text, { name, value }) => text.replace(`{${name}}`, encodeURIComponent(toText(value))),
						path,
					);
				const query = new URLSearchParams(
					given
						.filter(({ where, isThere }) => where === 'query' && isThere)
						.map(({ name, value }): [string, string] => [name, toText(value)]),
				);
				const isKey = 'apiKey' in (operation.security?.[0] ?? {});
				const good = `Bearer ${isKey ? API_KEY : token.access_token}`;
				const authorization = { good, bad: 'Bearer wrong', none: undefined }[which];
				const response = await fetch(`${sandbox.url}${url}?${query.toString()}`, {
					method: method.toUpperCase(),
					headers: {
						...(content !== undefined && { 'content-type': 'application/json' }),
						...(authorization !== undefined && { authorization }),
					},
					body: content === undefined ? undefined : JSON.stringify(withoutWaiting(content)),
				});
				const { status } = response;
				statuses.add(status);
				const type = response.headers.get('content-type') ?? '';
				const data = await response.text();
				const problem = problemOf(path, method, operation, { status, type, data });
				if (problem !== undefined) throw new Error(`${status} ${data.slice(0, 500)}: ${problem}`);
				// A fault would answer the next calls.
				sandbox.faults.clear();
			}),
			{ numRuns: RUNS, ...(RUNS === FEW && { seed: 1 }) },
		);
		// Calls that are all refused would show little.
		const isAccepted = [...statuses].some((status) => status < 300);
		expect(isAccepted || !bodySchema || path === '/sandbox/session').toBe(true);
		expect(Object.keys(Object.prototype)).toEqual([]);
	},
);

const toText = (value: unknown) =>
	(typeof value === 'string' ? value : JSON.stringify(value)).replace(/[\ud800-\udfff]/g, 'x') ||
	'-';
const withoutWaiting = (body: unknown) =>
	typeof body === 'object' && body !== null && 'withinMs' in body ? { ...body, withinMs: 1 } : body;

/** Texts of the kinds that the sandbox's patterns ask for, and some that break them. */
const TEXTS = [
	...['jane@example.com', 'bounce@example.com', 'device-1', '+15556667777', 'x', ''],
	...['2025-01-01T00:00:00Z', '34545238545', '34545238546', '34545238547', '34545238548'],
	...['purchase', 'search', 'identify', 'optin', '__proto__', '<script>', 'bluestore'],
];

/** What the sandbox knows, without which every call would be refused. */
const KNOWN: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
	email: fc.constantFrom('jane@example.com', 'bounce@example.com'),
	times: fc.constant(0),
	campaign_id: fc.constantFrom('34545238546', '34545238547'),
	campaign_ids: fc.constantFrom(['34545238546'], ['34545238546', '34545238548']),
};

/** Values that follow a schema mostly: sometimes something is missing, is too much, or is of another kind. */
function valueOf(schema: Schema | boolean, depth = 0): fc.Arbitrary<unknown> {
	const any = fc.jsonValue({ maxDepth: 1 });
	if (typeof schema === 'boolean' || depth > 8) return any;
	const inner = (each: Schema | boolean) => valueOf(each, depth + 1);
	if (schema.$ref !== undefined) {
		return inner(ajv.getSchema(`openapi${schema.$ref}`)?.schema as Schema);
	}
	const constants = 'const' in schema ? [schema.const] : schema.enum;
	if (constants) return mostly(fc.constantFrom(...constants), any);
	const choices = schema.oneOf ?? schema.anyOf;
	const isChoiceOnly = choices?.some((choice) => choice.required && !choice.properties);
	if (choices && !isChoiceOnly) return fc.oneof(...choices.map(inner));
	const { properties, pattern, items = true, minItems = 0, minimum = -5, maximum = 1000 } = schema;
	const number = fc.integer({ min: minimum, max: Math.min(maximum, 1000) });
	const [type] = [schema.type ?? (properties ? 'object' : pattern ? 'string' : 'any')].flat();
	switch (type) {
		case 'object':
			return mostly(objectOf(schema, inner), any);
		case 'array':
			return mostly(fc.array(inner(items), { minLength: minItems, maxLength: 3 }), any);
		case 'integer':
		case 'number':
			return mostly(number, any);
		case 'boolean':
			return mostly(fc.boolean(), any);
		case 'string':
			return mostly(textLike(pattern), fc.string({ unit: 'binary', maxLength: 10 }));
		default:
			return any;
	}
}

function objectOf(
	{ properties = {}, required = [], additionalProperties: additional }: Schema,
	inner: (schema: Schema | boolean) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
	const values = Object.entries(properties).flatMap(([name, schema]) =>
		schema === false ? [] : [[name, mostly(KNOWN[name] ?? inner(schema), inner(schema))] as const],
	);
	const requiredKeys = required.filter((name) => Object.hasOwn(properties, name));
	const named = fc.record(Object.fromEntries(values), { requiredKeys });
	const names = fc.constantFrom(...TEXTS, 'customer', 'products', 'token');
	const value = typeof additional === 'object' ? inner(additional) : fc.jsonValue({ maxDepth: 1 });
	const more = fc.dictionary(names, value, { maxKeys: 2 });
	const both = fc.tuple(more, named).map(([a, b]) => ({ ...a, ...b }));
	return additional === false ? mostly(named, both) : both;
}

function textLike(pattern = ''): fc.Arbitrary<string> {
	const matching = TEXTS.filter((text) => new RegExp(pattern).test(text));
	return fc.constantFrom(...(matching.length > 0 ? matching : TEXTS));
}

const mostly = (arbitrary: fc.Arbitrary<unknown>, other: fc.Arbitrary<unknown>) =>
	fc.oneof({ arbitrary, weight: 12 }, other);
