import type { FastifyInstance } from 'fastify';

import type { FaultRule } from '../faults/faultEffect';
import type { Faults } from '../faults/faults';
import { findFaultProblems } from '../schemas/schemaChecks';
import { serve } from './addresses';
import { httpError, readJsonBody } from './jsonBody';
import type { OfNamespace } from './listQuery';

/** Sets, lists and removes faults. */
export function faultRoutes(app: FastifyInstance, faults: Faults): void {
	serve(app, 'listFaults', () => faults.list());
	serve(app, 'setFault', async (request, reply) => {
		const fault = faults.add(readJsonBody(request, findFaultProblems) as FaultRule);
		await reply.code(201).send(fault);
	});
	serve<{ Querystring: OfNamespace }>(app, 'removeFaults', async ({ query }, reply) => {
		faults.clear(query.namespace);
		await reply.code(204).send();
	});
	serve<{ Params: { id: number } }>(app, 'removeFault', async ({ params: { id } }, reply) => {
		if (!faults.remove(id)) throw httpError(404, `There is no fault ${id}.`);
		await reply.code(204).send();
	});
}
