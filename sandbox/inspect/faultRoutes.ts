import type { FastifyInstance } from 'fastify';

import type { FaultRule } from '../faults/faultEffect';
import type { Faults } from '../faults/faults';
import { findFaultProblems } from '../schemas/schemaChecks';
import { readJsonBody } from './jsonBody';
import { NUMBER_ID } from './listQuery';

/** Sets, lists and removes faults. */
export function faultRoutes(app: FastifyInstance, faults: Faults): void {
	app.get('/sandbox/faults', () => faults.list());
	app.post('/sandbox/faults', async (request, reply) => {
		const { value, problems } = readJsonBody(request, findFaultProblems);
		if (problems.length > 0) return await reply.code(400).send({ message: problems.join(' ') });
		return await reply.code(201).send(faults.add(value as FaultRule));
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
