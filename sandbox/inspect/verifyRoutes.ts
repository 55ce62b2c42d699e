import { setTimeout as sleep } from 'node:timers/promises';

import type { FastifyInstance } from 'fastify';

import { findExpectationProblems, findTimeProblems } from '../schemas/schemaChecks';
import type { SandboxState } from '../state/sandboxState';
import { verify, type Expectation } from '../verify/expectation';
import type { Report } from '../verify/report';
import { readJsonBody } from './jsonBody';

/** How often it is looked whether the calls have arrived. */
const INTERVAL_MS = 20;
/** HTTP's own status for this: Expectation Failed. */
const NOT_MET = 417;

const REPORT_QUERY = {
	type: 'object',
	additionalProperties: false,
	properties: { format: { enum: ['json', 'junit'] } },
};

interface Move {
	readonly advanceMs?: number;
	readonly now?: string;
}

/** Checks what has arrived, reports on it, and moves the sandbox's time. */
export function verifyRoutes(app: FastifyInstance, state: SandboxState, report: Report): void {
	app.post('/sandbox/expect', async (request, reply) => {
		const { value, problems } = readJsonBody(request, findExpectationProblems);
		if (problems.length > 0) return await reply.code(400).send({ message: problems.join(' ') });
		const expectation = value as Expectation;
		const began = performance.now();
		const waited = () => Math.round(performance.now() - began);
		let verification = verify(expectation, state.calls);
		let seen = state.totals.calls;
		while (!verification.passed && waited() < (expectation.withinMs ?? 0)) {
			await sleep(INTERVAL_MS);
			if (reply.raw.destroyed) return await reply;
			if (state.totals.calls === seen) continue;
			seen = state.totals.calls;
			verification = verify(expectation, state.calls);
		}
		report.add({ ...verification, at: state.clock.now(), waitedMs: waited() });
		return await reply.code(verification.passed ? 200 : NOT_MET).send(verification);
	});
	app.get<{ Querystring: { format?: 'json' | 'junit' } }>(
		'/sandbox/report',
		{ schema: { querystring: REPORT_QUERY } },
		async ({ query }, reply) =>
			query.format === 'junit'
				? await reply.type('application/xml; charset=utf-8').send(report.toJUnit())
				: await reply.send(report.toJson()),
	);
	app.delete('/sandbox/report', async (_request, reply) => {
		report.clear();
		await reply.code(204).send();
	});

	const time = () => ({
		now: new Date(state.clock.now()).toISOString(),
		offsetMs: state.clock.offsetMs,
	});
	app.get('/sandbox/time', time);
	app.put('/sandbox/time', async (request, reply) => {
		const { value, problems } = readJsonBody(request, findTimeProblems);
		if (problems.length > 0) return await reply.code(400).send({ message: problems.join(' ') });
		const { advanceMs = 0, now } = value as Move;
		const moved =
			now === undefined ? state.clock.offsetMs + advanceMs : Date.parse(now) - Date.now();
		if (!isDate(Date.now() + moved)) {
			const message = 'The time must be between the years 1970 and 9999.';
			return await reply.code(400).send({ message });
		}
		state.clock.offsetMs = moved;
		return time();
	});
	app.delete('/sandbox/time', () => {
		state.clock.offsetMs = 0;
		return time();
	});
}

const isDate = (at: number) => at >= 0 && at < Date.UTC(10_000, 0);
