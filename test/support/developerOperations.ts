import type { IExecuteFunctions } from 'n8n-workflow';

import type { developerApi, DeveloperOperation } from '../../nodes/Bluecore/developerApi';
import type { Response } from '../../nodes/shared/delivery/outcome';
import type { ItemOptions } from '../../nodes/shared/options/nodeOptions';
import { SameCustomer } from '../../nodes/shared/run/acrossItems';
import type { OutgoingRequest, Plan } from '../../nodes/shared/run/operation';
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

/** The requests of plans that can be sent. */
export const requestsIn = (plans: Iterable<Plan>): OutgoingRequest[] =>
	[...plans].flatMap(({ state }) => (state.kind === 'ready' ? [state.request] : []));

/** Plans one item of an operation whose API gives this answer, and keeps what it is asked. */
export function planOne(
	definition: DeveloperOperation,
	parameters: Readonly<Record<string, unknown>>,
	{
		options,
		response = answer(200, {}),
		execution = EXECUTION,
	}: { options?: Partial<ItemOptions>; response?: Response; execution?: IExecuteFunctions } = {},
) {
	const asked: Array<Parameters<ReturnType<typeof developerApi>>[1]> = [];
	const operation = definition.create({
		api: async (_account, request) => {
			asked.push(request);
			return await Promise.resolve(response);
		},
		customers: new SameCustomer(),
		execution,
	});
	const report = new Report();
	const requests = requestsIn(operation.plan(itemOf(parameters, report, { options })));
	return {
		asked,
		operation,
		requests,
		request: requests[0],
		problems: report.problems.map(({ message }) => message),
		report,
	};
}
