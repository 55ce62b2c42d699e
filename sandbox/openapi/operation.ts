/** A JSON schema, or the name of one of the description. */
export type Schema = string | object;

/** The schema of a parameter. */
export interface Parameter {
	readonly description?: string;
	readonly [keyword: string]: unknown;
}

/** What the OpenAPI description says of an address. */
export interface Operation {
	/** The `operationId`. */
	readonly id: string;
	readonly summary: string;
	/** The schemas of parameters in the address; a parameter without one is any text. */
	readonly params?: Readonly<Partial<Record<string, Parameter>>>;
	/** The schemas of the parameters after the address. */
	readonly query?: Readonly<Record<string, Parameter>>;
	/** The body, as JSON unless a list gives another media type. */
	readonly body?: Schema | ReadonlyArray<readonly [mediaType: string, schema: Schema]>;
	/** By status: what the answer says, and its body, as that of the request; a text alone is an answer that refuses. */
	readonly answers: Readonly<
		Partial<Record<number, string | readonly [description: string, body?: Operation['body']]>>
	>;
}

const reference = (schema: Schema): object =>
	typeof schema === 'string' ? { $ref: `#/components/schemas/${schema}` } : schema;

const contentOf = (body: NonNullable<Operation['body']>) => {
	const media = Array.isArray(body)
		? (body as ReadonlyArray<readonly [string, Schema]>)
		: [['application/json', body as Schema] as const];
	return Object.fromEntries(media.map(([type, schema]) => [type, { schema: reference(schema) }]));
};

/** An address with its operation in the form of OpenAPI: `refused` is the schema of answers that refuse. */
export function toOpenApi(
	url: string,
	{ id, summary, params = {}, query = {}, body, answers }: Operation,
	{ tag, refused, security }: { tag: string; refused: Schema; security?: string },
) {
	const parameter = (name: string, where: 'path' | 'query', given: Parameter) => {
		const { description, ...schema } = given;
		return {
			...{ name, in: where, required: where === 'path', schema },
			...(description !== undefined && { description }),
		};
	};
	const parameters = [
		...[...url.matchAll(/:(\w+)/g)].map(([, name]) =>
			parameter(name, 'path', params[name] ?? { type: 'string' }),
		),
		...Object.entries(query).map(([name, given]) => parameter(name, 'query', given)),
	];
	const responses = Object.entries(answers).map(([status, answer = '']) => {
		const [description, content] = typeof answer === 'string' ? [answer, refused] : answer;
		return [status, { description, ...(content && { content: contentOf(content) }) }];
	});
	return {
		operationId: id,
		tags: [tag],
		summary,
		...(security && { security: [{ [security]: [] }] }),
		...(parameters.length > 0 && { parameters }),
		...(body && { requestBody: { required: true, content: contentOf(body) } }),
		responses: Object.fromEntries(responses) as Record<string, object>,
	};
}
