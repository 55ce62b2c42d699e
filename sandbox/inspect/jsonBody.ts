import type { FastifyRequest } from 'fastify';

import { isDeeperThan, isJsonType, MAX_DEPTH, TOO_DEEP } from '../schemas/jsonValues';

/** The JSON of a request, or why it is not valid. */
export function readJsonBody(
	{ headers, body }: FastifyRequest,
	findProblems: (value: unknown) => string[],
	maxDepth = MAX_DEPTH,
): { value?: unknown; problems: string[] } {
	// A page of another website can send text without asking, but not JSON.
	if (!isJsonType(headers['content-type'])) {
		return { problems: ['The content-type header must be application/json.'] };
	}
	try {
		const value = JSON.parse(String(body)) as unknown;
		if (isDeeperThan(maxDepth, value)) return { problems: [TOO_DEEP] };
		return { value, problems: findProblems(value) };
	} catch (error) {
		return { problems: [`The body is not JSON: ${(error as Error).message}`] };
	}
}
