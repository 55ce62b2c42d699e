import type { RunOptions } from '../shared/options/nodeOptions';
import type { Operation } from '../shared/run/operation';
import { isObject, readText, toText } from '../shared/values/values';
import type { Response } from '../shared/delivery/outcome';
import type { EmailApi } from './emailApi';
import { CONVERSATION_ID } from './emailParameters';

const DELIVERED = 'Delivered';
const FINAL: ReadonlySet<string> = new Set([DELIVERED, 'Failed']);

const statusOf = ({ body }: Response) => (isObject(body) ? toText(body.status) : undefined) ?? '';

/** Asks for the status of the email of each item. */
export function getStatus(api: EmailApi, run: RunOptions): Operation {
	return {
		endpoint: 'status',
		isReadOnly: true,
		baseUrl: api.baseUrl,
		prepare(source, report) {
			const conversationId = readText(
				source,
				CONVERSATION_ID,
				report,
				'required',
				'Map conversation_id from the output of Send.',
			);
			return {
				summary: { conversation_id: conversationId },
				send: () => api.request('GET', 'status', conversationId, undefined, run.timeoutMs),
			};
		},
		isPending: (response) => statusOf(response) !== '' && !FINAL.has(statusOf(response)),
		validateResponse: (response) =>
			statusOf(response) === ''
				? {
						message: 'Bluecore answered, but without a status',
						fix: 'Check the Email URL in the Bluecore credential.',
						mayHaveArrived: false,
					}
				: undefined,
		output({ summary }, response) {
			const status = statusOf(response);
			const { message } = response.body as { message?: unknown };
			return {
				...summary,
				status,
				message: api.redact(toText(message) ?? ''),
				is_final: FINAL.has(status),
				is_delivered: status === DELIVERED,
			};
		},
	};
}
