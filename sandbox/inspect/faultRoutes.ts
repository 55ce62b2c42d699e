import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { FaultRule } from '../faults/faultEffect';
import type { Faults } from '../faults/faults';
import { isJsonType } from '../schemas/jsonValues';
import { findFaultProblems } from '../schemas/schemaChecks';
import { NUMBER_ID } from './listQuery';

/** Sets, lists and removes faults. */
export function faultRoutes(app: FastifyInstance, faults: Faults): void {
	app.get('/sandbox/faults', () => faults.list());
	app.post('/sandbox/faults', async (request, reply) => {
		const { rule, problems } = readRule(request);
		if (problems.length > 0) return await reply.code(400).send({ message: problems.join(' ') });
		return await reply.code(201).send(faults.add(rule as FaultRule));
	});
	app.delete('/sandbox/faults', async (_request, reply) => {
		faults.clear();
		await reply.code(204).send();
	});
	app.delete<{ Params: { id: number } }>(
		'/sandbox/faults/:id',
		{ schema: { params: NUMBER_ID } },
		async ({ params: { id } }, reply) => {
			if (faults.remove(id)) return await reply.code(204).send();
			return await reply.code(404).send({ message: `There is no fault ${id}.` });
		},
	);
}

/** Only JSON is read: a page of another website can send text to the sandbox without asking, but not JSON. */
function readRule({ headers, body }: FastifyRequest): { rule?: unknown; problems: string[] } {
	if (!isJsonType(headers['content-type'])) {
		return { problems: ['The content-type header must be application/json.'] };
	}
	try {
		const rule = JSON.parse(String(body)) as unknown;
		return { rule, problems: findFaultProblems(rule) };
	} catch (error) {
		return { problems: [`The body is not JSON: ${(error as Error).message}`] };
	}
}
