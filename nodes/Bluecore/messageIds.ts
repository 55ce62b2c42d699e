import { createHash } from 'node:crypto';

import type { IExecuteFunctions } from 'n8n-workflow';

import type { OutgoingRequest } from '../shared/run/itemRequest';
import type { Repeatable } from '../shared/run/repeats';
import { quoted } from '../shared/values/text';

/** Characters of the hash in an automatic ID: 192 bits. */
const HASH_LENGTH = 32;

/**
 * Gives messages without an ID one that is the same when n8n runs the same node of the same execution again. It depends on for whom
 * the message is and on its campaigns, too, so that an ID can never stand for two messages; not on the attributes, which may hold
 * the time.
 */
export function automaticIds(execution: IExecuteFunctions) {
	const run = [
		// Executions have the same numbers in every n8n.
		execution.getInstanceId(),
		execution.getWorkflow().id,
		execution.getExecutionId(),
		execution.getNode().id,
		execution.getWorkflowDataProxy(0).$runIndex as number,
	];
	return (itemIndex: number, about: readonly string[]): string =>
		`n8n-${createHash('sha256')
			.update(JSON.stringify([...run, itemIndex, about]))
			.digest('hex')
			.slice(0, HASH_LENGTH)}`;
}

/** The ID of a message: of those of a run that have the same one in one account, only one would be sent. */
export const repeatableId = ({ summary: { message_id: id } }: OutgoingRequest): Repeatable => ({
	key: String(id),
	warning: (others) =>
		`Message ID ${quoted(id)} is also that of ${others}, but Bluecore sends a message with the same ID only once`,
	fix: 'Give each message an ID of its own, such as the order number and what the message is, or remove the repeated items.',
});
