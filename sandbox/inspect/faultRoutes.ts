import type { FastifyInstance } from 'fastify';

import type { FaultRule } from '../faults/faultEffect';
import type { Faults } from '../faults/faults';
import { findFaultProblems } from '../schemas/schemaChecks';
import { httpError, readJsonBody } from './jsonBody';
import { NUMBER_ID } from './listQuery';

/** Sets, lists and removes faults. */
export function faultRoutes(app: FastifyInstance, faults: Faults): void {
	app.get('/sandbox/faults', () => faults.list());
	app.post('/sandbox/faults', async (request, reply) => {
		const fault = faults.add(readJsonBody(request, findFaultProblems) as FaultRule);
		await reply.code(201).send(fault);
	});
	app.delete('/sandbox/faults', async (_request, reply) => {
		faults.clear();
		await reply.code(204).send();
	});
	app.delete<{ Params: { id: number } }>(
		'/sandbox/faults/:id',
		{ schema: { params: NUMBER_ID } },
		async ({ params: { id } }, reply) => {
			if (!faults.remove(id)) throw httpError(404, `There is no fault ${id}.`);
			await reply.code(204).send();
		},
	);
}
