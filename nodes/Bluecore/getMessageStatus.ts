import type { OutgoingRequest } from '../shared/run/itemRequest';
import { explainFor } from './developerApi';
import { contentOf, historyOf, statusOf, validateMessage } from './messageAnswers';
import { MESSAGE_ID_PARAMETERS, readMessageId } from './messageIds';
import type { OperationDefinition } from './operationDefinition';

const DELIVERED = 'DELIVERED';
const FINAL: ReadonlySet<string> = new Set([DELIVERED, 'HALTED', 'DELIVERY_FAILURE']);

export const getMessageStatus: OperationDefinition = {
	label: 'Get Status',
	action: 'Get status of message',
	description: 'Find out what has become of a message: its whole history. Changes nothing.',
	parameters: [MESSAGE_ID_PARAMETERS.required],
	create: ({ api }) => ({
		endpoint: 'read',
		explain: explainFor('transactional:api', (status) =>
			status === 404
				? {
						message: 'Bluecore has no message with this Message ID',
						fix: 'Pass the message_id that Send returned, and use the same credential.',
					}
				: undefined,
		),
		validateResponse: validateMessage(false),
		isPending: (response) => !FINAL.has(statusOf(response)),
		plan(item) {
			const { account } = item;
			const messageId = readMessageId(item, 'required');
			const path = ['transactional-messages', messageId];
			return {
				account,
				summary: { message_id: messageId },
				send: async () => await api(account, { method: 'GET', path }),
			};
		},
		output({ summary, account }: OutgoingRequest, response) {
			const { status, details, statuses } = historyOf(response, account);
			return {
				...summary,
				...contentOf(response, account),
				status,
				details,
				is_final: FINAL.has(status),
				is_delivered: status === DELIVERED,
				statuses,
			};
		},
	}),
};
