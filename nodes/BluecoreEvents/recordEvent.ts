import { NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';

import type { Account } from '../shared/account';
import type { Response } from '../shared/delivery/outcome';
import type { RunOptions } from '../shared/options';
import { requestOptions } from '../shared/request';
import type { Operation } from '../shared/runItems';
import { buildEvent } from './buildEvent';
import { EVENTS, type EventOperation } from './catalogue';

const PATH = '/api/track/mobile/v1';

const isEventOperation = (name: string): name is EventOperation => Object.hasOwn(EVENTS, name);

/** Sends one event of the catalogue for each item; the events of one customer in input order. */
export function recordEvent(
	context: IExecuteFunctions,
	account: Account,
	run: RunOptions,
): Operation {
	const operation = context.getNodeParameter('operation', 0) as string;
	if (!isEventOperation(operation)) {
		throw new NodeOperationError(context.getNode(), `There is no operation "${operation}"`, {
			description: 'Choose the operation from the list.',
		});
	}
	const definition = EVENTS[operation];
	const { namespace, eventsUrl } = account;
	return {
		endpoint: 'event',
		baseUrl: eventsUrl,
		prepare(source, report, options) {
			const { event, properties } = buildEvent(operation, definition, source, options, report);
			return {
				orderKey: properties.distinct_id,
				summary: { event, distinct_id: properties.distinct_id },
				payload: { event, properties } as IDataObject,
				async send(signal) {
					const body = { event, properties: { token: namespace, ...properties } };
					const request = { method: 'POST' as const, url: `${eventsUrl}${PATH}`, body };
					return (await context.helpers.httpRequest(
						requestOptions(request, run.timeoutMs, signal),
					)) as Response;
				},
			};
		},
		output: ({ summary }, { statusCode }) => ({
			...summary,
			accepted: true,
			status_code: statusCode,
		}),
	};
}
