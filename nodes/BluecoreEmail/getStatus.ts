import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { Response } from '../shared/delivery/outcome';
import { isPage, lacksData, redact, type ApiResponse } from '../shared/messages/answers';
import { planOf, type OperationDefinition } from '../shared/run/operation';
import { readId } from '../shared/values/field';
import { isObject, textOf } from '../shared/values/value';
import type { emailApi } from './emailApi';

const CONVERSATION_ID: INodeProperties = {
	displayName: 'Conversation ID',
	name: 'conversationId',
	type: 'string',
	required: true,
	default: '={{ $json.conversation_id }}',
	description: 'The conversation_id that the operation Send returned for the email',
};

const EMAIL_DELIVERED = 'Delivered';
const EMAIL_FINAL: ReadonlySet<string> = new Set([EMAIL_DELIVERED, 'Failed']);

/** Bluecore's status is a text; that of other servers may be a number. */
const emailStatusOf = ({ body }: Response) =>
	isObject(body) && typeof body.status === 'string' ? body.status.trim() : '';

/** What Send says of an email besides, so that the next node has it too. */
const recipientIn = ({ campaign_id, email }: IDataObject): IDataObject =>
	Object.fromEntries(
		Object.entries({ campaign_id, email }).filter(
			([, value]) => typeof value === 'number' || (typeof value === 'string' && value !== ''),
		),
	);

export const getStatus: OperationDefinition<ReturnType<typeof emailApi>> = {
	label: 'Get Status',
	action: 'Get status of email',
	description: 'Find out whether an email was delivered. Changes nothing.',
	parameters: [CONVERSATION_ID],
	create: (api) => ({
		endpoint: 'status',
		isReadOnly: true,
		plan(item) {
			const { field, account, json } = item;
			const conversationId = readId(
				field(CONVERSATION_ID),
				'required',
				'Map conversation_id from the output of Send.',
			);
			const summary = { conversation_id: conversationId, ...recipientIn(json) };
			const send = () => api(account, ['status', conversationId]);
			return [planOf(item, { account, summary, send })];
		},
		isPending: (response) => !EMAIL_FINAL.has(emailStatusOf(response)),
		validateResponse(response: ApiResponse) {
			if (emailStatusOf(response) !== '') return undefined;
			const isJson = /json/i.test(String(response.headers['content-type'] ?? ''));
			const problem = lacksData('status', response, isJson && !isPage(response));
			return { ...problem, mayHaveArrived: false };
		},
		output({ summary, account }, response) {
			const status = emailStatusOf(response);
			const { message } = response.body as { message?: unknown };
			return {
				...summary,
				status,
				message: redact(textOf(message), account),
				is_final: EMAIL_FINAL.has(status),
				is_delivered: status === EMAIL_DELIVERED,
			};
		},
	}),
};
