import type { FastifyRequest } from 'fastify';

import { isDeeperThan, isJsonType, MAX_DEPTH, TOO_DEEP } from '../schemas/jsonValues';

/** An error that is answered with this status and its message. */
export const httpError = (statusCode: number, message: string) =>
	Object.assign(new Error(message), { statusCode });

/**
 * The JSON of a request. `about` begins the message about a wrong one.
 * @throws {Error} which is answered with 400, when it is not valid
 */
export function readJsonBody(
	request: FastifyRequest,
	findProblems: (value: unknown) => string[],
	maxDepth = MAX_DEPTH,
	about = '',
): unknown {
	const { value, problems } = parse(request, findProblems, maxDepth);
	if (problems.length > 0) throw httpError(400, about + problems.join(' '));
	return value;
}

function parse(
	{ headers, body }: FastifyRequest,
	findProblems: (value: unknown) => string[],
	maxDepth: number,
): { value?: unknown; problems: string[] } {
	// A page of another website can send text without asking, but not JSON.
	if (!isJsonType(headers['content-type'])) {
		return { problems: ['The content-type header must be application/json.'] };
	}
	try {
		const value = JSON.parse(String(body)) as unknown;
		return { value, problems: isDeeperThan(maxDepth, value) ? [TOO_DEEP] : findProblems(value) };
	} catch (error) {
		return { problems: [`The body is not JSON: ${(error as Error).message}`] };
	}
}
