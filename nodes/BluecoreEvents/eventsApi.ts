import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { isThisMachine, type Account } from '../shared/account/account';
import type { Response } from '../shared/delivery/outcome';
import { requestOptions } from '../shared/run/requestOptions';
import type { Operation, Prepared } from '../shared/run/operation';
import type { BluecoreEvent } from './buildEvent';

const PATH = '/api/track/mobile/v1';
/** Tells the sandbox which tracking event an event was made of; Bluecore itself is told nothing but the event. */
const ORIGIN_HEADER = 'x-tracking-event';

/** Bluecore's Events API, as the credential gives access to it. */
export interface EventsApi {
	/** What all operations that send events have in common. */
	readonly operation: Pick<Operation, 'endpoint' | 'baseUrl' | 'output'>;
	/** `origin` is the name of the tracking event that the event was made of. */
	prepare(event: BluecoreEvent, origin?: string): Prepared;
}

export function eventsApi(
	context: IExecuteFunctions,
	{ namespace, eventsUrl }: Account,
	timeoutMs: number,
): EventsApi {
	const isLocal = isThisMachine(eventsUrl);
	const originHeader = (origin: string | undefined) =>
		origin !== undefined && isLocal
			? {
					headers: {
						[ORIGIN_HEADER]: encodeURIComponent(origin.replace(/\p{Surrogate}/gu, '\ufffd')),
					},
				}
			: {};
	return {
		operation: {
			endpoint: 'event',
			baseUrl: eventsUrl,
			output: ({ summary }, { statusCode }) => ({
				...summary,
				accepted: true,
				status_code: statusCode,
			}),
		},
		prepare: ({ event, properties }, origin) => ({
			orderKey: properties.distinct_id,
			summary: { event, distinct_id: properties.distinct_id },
			payload: { event, properties } as IDataObject,
			async send(signal) {
				const body = { event, properties: { token: namespace, ...properties } };
				const request = {
					method: 'POST' as const,
					url: `${eventsUrl}${PATH}`,
					body,
					...originHeader(origin),
				};
				return (await context.helpers.httpRequest(
					requestOptions(request, timeoutMs, signal),
				)) as Response;
			},
		}),
	};
}
