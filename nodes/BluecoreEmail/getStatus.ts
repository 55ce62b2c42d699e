import { redact } from '../shared/values/redact';
import { isPage, notTheApi, type ApiResponse } from '../shared/messages/notTheApi';
import type { InvalidResponse, Response } from '../shared/delivery/outcome';
import type { Operation } from '../shared/run/operation';
import { isObject, toText } from '../shared/values/coerce';
import { readId } from '../shared/values/readId';
import type { EmailApi } from './emailApi';
import { CONVERSATION_ID } from './emailProperties';

const DELIVERED = 'Delivered';
const FINAL: ReadonlySet<string> = new Set([DELIVERED, 'Failed']);

/** Bluecore's status is a text; that of other servers may be a number. */
const statusOf = ({ body }: Response) =>
	isObject(body) && typeof body.status === 'string' ? body.status.trim() : '';

/** Asks for the status of the email of each item. */
export function getStatus(api: EmailApi): Operation {
	return {
		endpoint: 'status',
		isReadOnly: true,
		plan({ field, account }) {
			const conversationId = readId(
				field(CONVERSATION_ID),
				'required',
				'Map conversation_id from the output of Send.',
			);
			return {
				account,
				summary: { conversation_id: conversationId },
				send: () => api(account, 'GET', 'status', conversationId),
			};
		},
		isPending: (response) => statusOf(response) !== '' && !FINAL.has(statusOf(response)),
		validateResponse,
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

function validateResponse(response: ApiResponse): InvalidResponse | undefined {
	if (statusOf(response) !== '') return undefined;
	const isJson = /json/i.test(String(response.headers['content-type'] ?? ''));
	const problem =
		isJson && !isPage(response)
			? {
					message: "Bluecore's answer has no status",
					fix: `Check the ${response.urlLabel} in the Bluecore credential.`,
				}
			: notTheApi(response);
	return { ...problem, mayHaveArrived: false };
}
