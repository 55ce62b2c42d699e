import type { FastifyInstance } from 'fastify';

import { rulesOf } from '../answers/rules';
import type { Api, RecordedCall, Verdict } from '../state/calls';
import type { SandboxState } from '../state/sandboxState';
import { serve } from './addresses';
import { listRoutes, newest, type ListQuery } from './listQuery';

interface CallsQuery extends ListQuery {
	/** Only calls with a lower ID. */
	before?: number;
	api?: Api;
	verdict?: Verdict;
	/** Only calls with remarks, or only calls that a fault was applied to. */
	marked?: 'remarks' | 'fault';
}

/** The calls that are kept, one of them, and the events as they arrived. */
export function callRoutes(app: FastifyInstance, state: SandboxState): void {
	listRoutes(app, 'listCalls', 'getCall', {
		...{ noun: 'call', matches },
		entries: () => state.calls,
		find: (id: number) => state.call(id),
		parts: ({ what, who, reasons, remarks, body }) => [what, who, reasons, remarks, body],
		toJson: (call: RecordedCall) => call,
		long: ['body', 'answer', 'headers'],
		detail: (call) => ({ ...call, rules: rulesOf(call) }),
	});
	serve<{ Querystring: ListQuery }>(app, 'listEvents', ({ query }) =>
		newest(state.eventCalls, query, ({ body }) => [body]).map(({ body }) => body),
	);
}

function matches(call: RecordedCall, { before, api, verdict, marked }: CallsQuery) {
	return (
		(before === undefined || call.id < before) &&
		(api === undefined || call.api === api) &&
		(verdict === undefined || call.verdict === verdict) &&
		(marked !== 'remarks' || call.remarks.length > 0) &&
		(marked !== 'fault' || call.fault !== undefined)
	);
}
