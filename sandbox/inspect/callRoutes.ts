import type { FastifyInstance } from 'fastify';

import { rulesOf } from '../answers/rules';
import type { Api, RecordedCall, Verdict } from '../state/calls';
import type { SandboxState } from '../state/sandboxState';
import { LIMIT, LIST_QUERY, listRoutes, type ListQuery } from './listQuery';

interface CallsQuery extends ListQuery {
	/** Only calls with a lower ID. */
	before?: number;
	api?: Api;
	verdict?: Verdict;
	/** Only calls with remarks, or only calls that a fault was applied to. */
	marked?: 'remarks' | 'fault';
}

const APIS = [
	'events',
	'send',
	'status',
	'token',
	'customers',
	'eligibility',
	'messages',
	'imports',
];

const CALLS_QUERY = {
	...LIST_QUERY,
	properties: {
		...LIST_QUERY.properties,
		before: LIMIT,
		api: { enum: [...APIS, 'unknown'] },
		verdict: { enum: ['accepted', 'dropped', 'refused', 'faulted'] },
		marked: { enum: ['remarks', 'fault'] },
	},
};

/** The calls that are kept, one of them, and the events as they arrived. */
export function callRoutes(app: FastifyInstance, state: SandboxState): void {
	listRoutes(app, 'calls', {
		...{ noun: 'call', id: 'integer', query: CALLS_QUERY, matches },
		entries: () => state.calls,
		find: (id: number) => state.call(id),
		parts: ({ what, who, reasons, remarks, body }) => [what, who, reasons, remarks, body],
		toJson: (call: RecordedCall) => call,
		long: ['body', 'answer', 'headers'],
		detail: (call) => ({ ...call, rules: rulesOf(call) }),
	});
	app.get('/sandbox/events', () => state.events);
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
