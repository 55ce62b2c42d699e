import type { IDataObject } from 'n8n-workflow';

import { redact } from '../shared/values/redact';
import { isPage, notTheApi, type ApiResponse } from '../shared/messages/notTheApi';
import type { InvalidResponse, Response } from '../shared/delivery/outcome';
import type { Operation } from '../shared/run/operation';
import { isObject, toText } from '../shared/values/coerce';
import { readId } from '../shared/values/readId';
import type { EmailApi } from './emailApi';
import { CONVERSATION_ID } from './emailProperties';

const EMAIL_DELIVERED = 'Delivered';
const EMAIL_FINAL: ReadonlySet<string> = new Set([EMAIL_DELIVERED, 'Failed']);

/** Bluecore's status is a text; that of other servers may be a number. */
const emailStatusOf = ({ body }: Response) =>
	isObject(body) && typeof body.status === 'string' ? body.status.trim() : '';

/** What Send says of an email besides, so that the next node has it too. */
const recipientIn = ({ campaign_id: campaign, email }: IDataObject): IDataObject => ({
	...(typeof campaign === 'string' && { campaign_id: campaign }),
	...(typeof email === 'string' && { email }),
});

/** Asks for the status of the email of each item. */
export function getStatus(api: EmailApi): Operation {
	return {
		endpoint: 'status',
		isReadOnly: true,
		plan({ field, account, json }) {
			const conversationId = readId(
				field(CONVERSATION_ID),
				'required',
				'Map conversation_id from the output of Send.',
			);
			return {
				account,
				summary: { conversation_id: conversationId, ...recipientIn(json) },
				send: () => api(account, 'GET', 'status', conversationId),
			};
		},
		isPending: (response) =>
			emailStatusOf(response) !== '' && !EMAIL_FINAL.has(emailStatusOf(response)),
		validateResponse: validateStatus,
		output({ summary, account }, response) {
			const status = emailStatusOf(response);
			const { message } = response.body as { message?: unknown };
			return {
				...summary,
				status,
				message: redact(toText(message) ?? '', account),
				is_final: EMAIL_FINAL.has(status),
				is_delivered: status === EMAIL_DELIVERED,
			};
		},
	};
}

function validateStatus(response: ApiResponse): InvalidResponse | undefined {
	if (emailStatusOf(response) !== '') return undefined;
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
