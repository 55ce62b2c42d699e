import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { EVENTS_PATH, type Account } from '../shared/account/account';
import { apiResponse, isPage, notTheApi, type ApiResponse } from '../shared/messages/notTheApi';
import type { InvalidResponse, Response } from '../shared/delivery/outcome';
import type { OutgoingRequest } from '../shared/run/itemRequest';
import type { Operation } from '../shared/run/operation';
import { requestOptions } from '../shared/run/requestOptions';
import { SameCustomer } from '../shared/run/sameCustomer';
import { isObject } from '../shared/values/coerce';
import type { BluecoreEvent } from './buildEvent';

/** Bluecore's Events API. */
export interface EventsApi {
	/** What all operations that send events have in common. */
	readonly operation: Pick<Operation, 'endpoint' | 'validateResponse' | 'output' | 'orderKey'>;
	/** Which identities of the run are one customer's. */
	readonly customers: SameCustomer;
	/** The request that sends an event; `summary` goes into the output, besides the event and the distinct ID. */
	request(account: Account, event: BluecoreEvent, summary?: IDataObject): OutgoingRequest;
}

export function eventsApi(context: IExecuteFunctions, timeoutMs: number): EventsApi {
	const customers = new SameCustomer();
	return {
		customers,
		operation: {
			endpoint: 'event',
			validateResponse,
			orderKey: (_account, customer) => customers.keyOf(customer),
			output: ({ summary }, { statusCode }) => ({
				...summary,
				accepted: true,
				status_code: statusCode,
			}),
		},
		request: (account, { event, properties }, summary) => ({
			account,
			baseUrl: account.eventsUrl,
			customer: customers.join(account, [...emailIn(properties), properties.distinct_id]),
			summary: { event, distinct_id: properties.distinct_id, ...summary },
			payload: { event, properties } as IDataObject,
			async send(signal) {
				const body = { event, properties: { token: account.namespace, ...properties } };
				const request = {
					method: 'POST' as const,
					url: `${account.eventsUrl}${EVENTS_PATH}`,
					body,
				};
				const options = requestOptions(request, timeoutMs, signal);
				const response = (await context.helpers.httpRequest(options)) as Response;
				return apiResponse(response, request.url, account.eventsUrlLabel);
			},
		}),
	};
}

/** The email of the customer of an event, if it is known. */
export function emailIn({ customer }: Readonly<Record<string, unknown>>): string[] {
	const email = isObject(customer) ? customer.email : undefined;
	return typeof email === 'string' ? [email] : [];
}

/** Bluecore answers 202, with any text or none. Of another 2xx only JSON may be Bluecore's: proxies answer 200 too. */
function validateResponse(response: ApiResponse): InvalidResponse | undefined {
	if (isPage(response)) return { ...notTheApi(response), mayHaveArrived: false };
	if (response.statusCode === 202 || isObject(response.body)) return undefined;
	// A proxy may have passed the event on.
	return { ...notTheApi(response), mayHaveArrived: true };
}
