import { setTimeout as sleep } from 'node:timers/promises';
import { createContext, runInContext } from 'node:vm';

import type { FastifyInstance } from 'fastify';

import { findExpectationProblems, findTimeProblems } from '../schemas/schemaChecks';
import type { SandboxState } from '../state/sandboxState';
import {
	isBeyondHope,
	isBrokenByMore,
	timesProblems,
	verify,
	type Expectation,
	type Verification,
} from '../verify/expectation';
import { hasPattern, matcherProblems } from '../verify/matchers';
import type { Report } from '../verify/report';
import { serve } from './addresses';
import { httpError, readJsonBody } from './jsonBody';

/** How often it is looked whether the calls have arrived. */
const INTERVAL_MS = 20;
/** At most this part of the time is spent with looking. */
const SHARE = 0.1;
/** Regular expressions may take so long, in all calls together. */
const PATTERN_MS = 1000;
/** HTTP's own status for this: Expectation Failed. */
const NOT_MET = 417;

interface Move {
	readonly advanceMs?: number;
	readonly now?: string;
}

/** Checks what has arrived, reports on it, and moves the sandbox's time. */
export function verifyRoutes(app: FastifyInstance, state: SandboxState, report: Report): void {
	serve(app, 'expect', async (request, reply) => {
		const expectation = readJsonBody(request, findMistakes) as Expectation;
		const began = performance.now();
		const waited = () => Math.round(performance.now() - began);
		const { withinMs = 0 } = expectation;
		let seen = state.lastCall;
		let { verification, tookMs } = verifyInTime(expectation, state);
		while (
			verification &&
			waited() < withinMs &&
			(verification.passed ? isBrokenByMore(expectation) : !isBeyondHope(expectation, verification))
		) {
			await sleep(Math.min(Math.max(INTERVAL_MS, tookMs / SHARE), withinMs - waited()));
			if (reply.raw.destroyed) return await reply;
			if (state.lastCall === seen) continue;
			seen = state.lastCall;
			({ verification, tookMs } = verifyInTime(expectation, state));
		}
		if (!verification) {
			const advice = 'write it so that each text can match in one way only.';
			throw httpError(400, `A $pattern takes longer than ${PATTERN_MS} ms: ${advice}`);
		}
		report.add({ ...verification, at: state.clock.now(), waitedMs: waited() });
		return await reply.code(verification.passed ? 200 : NOT_MET).send(verification);
	});
	serve<{ Querystring: { format?: 'json' | 'junit' } }>(
		app,
		'getReport',
		async ({ query }, reply) =>
			query.format === 'junit'
				? await reply.type('application/xml; charset=utf-8').send(report.toJUnit())
				: await reply.send(report.toJson()),
	);
	serve(app, 'clearReport', async (_request, reply) => {
		report.clear();
		await reply.code(204).send();
	});

	const time = () => ({
		now: new Date(state.clock.now()).toISOString(),
		offsetMs: state.clock.offsetMs,
	});
	serve(app, 'getTime', time);
	serve(app, 'setTime', (request) => {
		const { advanceMs = 0, now } = readJsonBody(request, findTimeProblems) as Move;
		const moved =
			now === undefined ? state.clock.offsetMs + advanceMs : Date.parse(now) - Date.now();
		if (!isDate(Date.now() + moved))
			throw httpError(400, 'The time must be between the years 1970 and 9999.');
		state.clock.offsetMs = moved;
		return time();
	});
	serve(app, 'resetTime', () => {
		state.clock.offsetMs = 0;
		return time();
	});
}

function findMistakes(value: unknown): string[] {
	const problems = findExpectationProblems(value);
	if (problems.length > 0) return problems;
	const expectation = value as Expectation;
	return [
		...matcherProblems(expectation.call, 'call'),
		...matcherProblems(expectation.inOrder, 'inOrder'),
		...timesProblems(expectation),
	];
}

/** Compares the calls with an expectation. There is no verification if its regular expressions take too long. */
function verifyInTime(
	expectation: Expectation,
	{ calls, discarded }: SandboxState,
): { verification?: Verification; tookMs: number } {
	const began = performance.now();
	const run = () => verify(expectation, { calls, discarded: discarded.list() });
	try {
		const verification = hasPattern(expectation)
			? (runInContext('run()', createContext({ run }), { timeout: PATTERN_MS }) as Verification)
			: run();
		return { verification, tookMs: performance.now() - began };
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
		return { tookMs: PATTERN_MS };
	}
}

const isDate = (at: number) => at >= 0 && at < Date.UTC(10_000, 0);
