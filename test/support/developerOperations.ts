import type { IExecuteFunctions } from 'n8n-workflow';

import type { ApiRequest } from '../../nodes/Bluecore/developerApi';
import type { OperationDefinition } from '../../nodes/Bluecore/operationDefinition';
import type { Response } from '../../nodes/shared/delivery/outcome';
import type { ItemOptions } from '../../nodes/shared/options/nodeOptions';
import type { OutgoingRequest, PlannedRequest } from '../../nodes/shared/run/itemRequest';
import { SameCustomer } from '../../nodes/shared/run/sameCustomer';
import { Report } from '../../nodes/shared/values/report';
import { itemOf } from './items';

/** What is known of an execution: the automatic IDs of messages are made from it. */
export const EXECUTION = {
	getInstanceId: () => 'instance',
	getWorkflow: () => ({ id: 'workflow' }),
	getExecutionId: () => '1',
	getNode: () => ({ id: 'node' }),
	getWorkflowDataProxy: () => ({ $runIndex: 0 }),
	getTimezone: () => 'America/New_York',
} as unknown as IExecuteFunctions;

export const answer = (
	statusCode: number,
	body: unknown,
	headers: Response['headers'] = {},
): Response => ({ statusCode, headers, body });

const isList = (
	planned: OutgoingRequest | Iterable<PlannedRequest>,
): planned is Iterable<PlannedRequest> => Symbol.iterator in planned;

/** Plans one item of an operation whose API gives this answer, and keeps what it is asked. */
export function planOne(
	definition: OperationDefinition,
	parameters: Readonly<Record<string, unknown>>,
	{
		options,
		response = answer(200, {}),
		execution = EXECUTION,
	}: { options?: Partial<ItemOptions>; response?: Response; execution?: IExecuteFunctions } = {},
) {
	const asked: ApiRequest[] = [];
	const operation = definition.create({
		api: async (_account, request) => {
			asked.push(request);
			return await Promise.resolve(response);
		},
		customers: new SameCustomer(),
		execution,
	});
	const report = new Report();
	const planned = operation.plan(itemOf(parameters, report, { options }));
	const requests = isList(planned)
		? [...planned].flatMap(({ state }) => (state.kind === 'ready' ? [state.request] : []))
		: [planned];
	return {
		asked,
		operation,
		requests,
		request: requests[0],
		problems: report.problems.map(({ message }) => message),
		report,
	};
}
