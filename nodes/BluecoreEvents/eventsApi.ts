import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Account } from '../shared/account/account';
import type { Response } from '../shared/delivery/outcome';
import type { OutgoingRequest } from '../shared/run/itemRequest';
import type { Operation } from '../shared/run/operation';
import { requestOptions } from '../shared/run/requestOptions';
import type { BluecoreEvent } from './buildEvent';

const PATH = '/api/track/mobile/v1';

/** Bluecore's Events API. */
export interface EventsApi {
	/** What all operations that send events have in common. */
	readonly operation: Pick<Operation, 'endpoint' | 'output'>;
	/** The request that sends an event; `summary` goes into the output, besides the event and the distinct ID. */
	request(account: Account, event: BluecoreEvent, summary?: IDataObject): OutgoingRequest;
}

export function eventsApi(context: IExecuteFunctions, timeoutMs: number): EventsApi {
	return {
		operation: {
			endpoint: 'event',
			output: ({ summary }, { statusCode }) => ({
				...summary,
				accepted: true,
				status_code: statusCode,
			}),
		},
		request: (account, { event, properties }, summary) => ({
			account,
			baseUrl: account.eventsUrl,
			customer: properties.distinct_id,
			summary: { event, distinct_id: properties.distinct_id, ...summary },
			payload: { event, properties } as IDataObject,
			async send(signal) {
				const body = { event, properties: { token: account.namespace, ...properties } };
				const request = { method: 'POST' as const, url: `${account.eventsUrl}${PATH}`, body };
				return (await context.helpers.httpRequest(
					requestOptions(request, timeoutMs, signal),
				)) as Response;
			},
		}),
	};
}
