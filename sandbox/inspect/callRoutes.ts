import type { FastifyInstance } from 'fastify';

import { rulesOf } from '../answers/rules';
import type { Api, RecordedCall, Verdict } from '../state/calls';
import type { SandboxState } from '../state/sandboxState';
import { contains, LIMIT, LIST_QUERY, newest, NUMBER_ID, omit, type ListQuery } from './listQuery';

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
	app.get<{ Querystring: CallsQuery }>(
		'/sandbox/calls',
		{ schema: { querystring: CALLS_QUERY } },
		({ query }) =>
			newest(state.calls, query, (call) => matches(call, query)).map((call) =>
				query.brief ? omit(call, 'body', 'answer', 'headers') : call,
			),
	);
	app.get<{ Params: { id: number } }>(
		'/sandbox/calls/:id',
		{ schema: { params: NUMBER_ID } },
		async ({ params: { id } }, reply) => {
			const call = state.call(id);
			if (call) return { ...call, rules: rulesOf(call) };
			const message = `There is no call ${id}, or it is no longer kept.`;
			return await reply.code(404).send({ message });
		},
	);
	app.get('/sandbox/events', () => state.events);
}

function matches(call: RecordedCall, { before, api, verdict, marked, search }: CallsQuery) {
	return (
		(before === undefined || call.id < before) &&
		(api === undefined || call.api === api) &&
		(verdict === undefined || call.verdict === verdict) &&
		(marked !== 'remarks' || call.remarks.length > 0) &&
		(marked !== 'fault' || call.fault !== undefined) &&
		contains(search, () => [call.what, call.who, call.reasons, call.remarks, call.body])
	);
}
