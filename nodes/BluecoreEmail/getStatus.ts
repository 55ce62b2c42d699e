import { redact } from '../shared/account/redact';
import type { Response } from '../shared/delivery/outcome';
import type { Operation } from '../shared/run/operation';
import { isObject, toText } from '../shared/values/coerce';
import { readId } from '../shared/values/readId';
import type { EmailApi } from './emailApi';
import { CONVERSATION_ID } from './emailProperties';

const DELIVERED = 'Delivered';
const FINAL: ReadonlySet<string> = new Set([DELIVERED, 'Failed']);

const statusOf = ({ body }: Response) => (isObject(body) ? toText(body.status) : undefined) ?? '';

/** Asks for the status of the email of each item. */
export function getStatus(api: EmailApi): Operation {
	return {
		endpoint: 'status',
		plan({ field, account }) {
			const conversationId = readId(
				field(CONVERSATION_ID),
				'required',
				'Map conversation_id from the output of Send.',
			);
			return {
				account,
				baseUrl: account.emailUrl,
				summary: { conversation_id: conversationId },
				send: () => api(account, 'GET', 'status', conversationId),
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
		output({ summary, account }, response) {
			const status = statusOf(response);
			const { message } = response.body as { message?: unknown };
			return {
				...summary,
				status,
				message: redact(toText(message) ?? '', account),
				is_final: FINAL.has(status),
				is_delivered: status === DELIVERED,
			};
		},
	};
}
