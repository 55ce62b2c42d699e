import fc from 'fast-check';

/** As much of JSON Schema as the sandbox's schemas use. */
export interface Schema {
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
	readonly allOf?: readonly Schema[];
	readonly pattern?: string;
	readonly minimum?: number;
	readonly maximum?: number;
}

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
export function valueOf(schema: Schema | boolean, root: object, depth = 0): fc.Arbitrary<unknown> {
	const any = fc.jsonValue({ maxDepth: 1 });
	if (typeof schema === 'boolean' || depth > 8) return any;
	if (schema.$ref !== undefined) return valueOf(follow(schema.$ref, root), root, depth + 1);
	if ('const' in schema) return mostly(fc.constant(schema.const), any);
	if (schema.enum) return mostly(fc.constantFrom(...schema.enum), any);
	const choices = schema.oneOf ?? schema.anyOf;
	const isChoiceOnly = choices?.some((choice) => choice.required && !choice.properties);
	if (choices && !isChoiceOnly) {
		return fc.oneof(...choices.map((choice) => valueOf(choice, root, depth + 1)));
	}
	const [type] = [
		schema.type ?? (schema.properties ? 'object' : schema.pattern ? 'string' : 'any'),
	].flat();
	switch (type) {
		case 'object':
			return mostly(objectOf(schema, root, depth), any);
		case 'array':
			return mostly(
				fc.array(valueOf(schema.items ?? true, root, depth + 1), {
					minLength: schema.minItems ?? 0,
					maxLength: 3,
				}),
				any,
			);
		case 'integer':
		case 'number':
			return mostly(
				fc.integer({ min: schema.minimum ?? -5, max: Math.min(schema.maximum ?? 1000, 1000) }),
				any,
			);
		case 'boolean':
			return mostly(fc.boolean(), any);
		case 'string':
			return mostly(
				fc.constantFrom(...textsLike(schema.pattern)),
				fc.string({ unit: 'binary', maxLength: 10 }),
			);
		default:
			return any;
	}
}

function objectOf(schema: Schema, root: object, depth: number): fc.Arbitrary<unknown> {
	const properties = Object.entries(schema.properties ?? {}).filter(
		(entry): entry is [string, Schema] => entry[1] !== false,
	);
	const named = fc.record(
		Object.fromEntries(
			properties.map(([name, inner]) => [
				name,
				mostly(KNOWN[name] ?? valueOf(inner, root, depth + 1), valueOf(inner, root, depth + 1)),
			]),
		),
		{
			requiredKeys: (schema.required ?? []).filter((name) =>
				Object.hasOwn(schema.properties ?? {}, name),
			),
		},
	);
	const additional =
		typeof schema.additionalProperties === 'object'
			? valueOf(schema.additionalProperties, root, depth + 1)
			: fc.jsonValue({ maxDepth: 1 });
	const more = fc.dictionary(
		fc.constantFrom(...TEXTS, 'customer', 'products', 'token'),
		additional,
		{ maxKeys: 2 },
	);
	return schema.additionalProperties === false
		? mostly(
				named,
				fc.tuple(named, more).map(([a, b]) => ({ ...a, ...b })),
			)
		: fc.tuple(named, more).map(([a, b]) => ({ ...b, ...a }));
}

function textsLike(pattern = ''): string[] {
	const matching = TEXTS.filter((text) => new RegExp(pattern).test(text));
	return matching.length > 0 ? matching : TEXTS;
}

const mostly = (arbitrary: fc.Arbitrary<unknown>, other: fc.Arbitrary<unknown>) =>
	fc.oneof({ arbitrary, weight: 12 }, other);

function follow(reference: string, root: object): Schema {
	let value: unknown = root;
	for (const name of reference.slice(2).split('/'))
		value = (value as Record<string, unknown>)[name];
	return value as Schema;
}
