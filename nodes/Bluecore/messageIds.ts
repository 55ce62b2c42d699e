import { createHash } from 'node:crypto';

import type { IExecuteFunctions } from 'n8n-workflow';

import type { ItemRequest, PlannedState } from '../shared/run/itemRequest';
import { joinList, quoted } from '../shared/values/text';

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

/** Refuses the messages of a run that have the same ID in one account: only one of them would be sent. */
export function refuseRepeatedIds(planned: ReadonlyArray<ItemRequest<PlannedState>>): void {
	const byId = new Map<string, Array<ItemRequest<PlannedState>>>();
	for (const message of planned) {
		if (message.state.kind !== 'ready') continue;
		const { account, baseUrl, summary } = message.state.request;
		const key = JSON.stringify([baseUrl, account.namespace, summary.message_id]);
		const same = byId.get(key);
		if (same) same.push(message);
		else byId.set(key, [message]);
	}
	for (const [key, messages] of byId) {
		if (messages.length === 1) continue;
		const [, , id] = JSON.parse(key) as string[];
		// Enough for a message that names the others and says how many more there are.
		const items = messages.map(({ itemIndex }) => itemIndex);
		for (const { itemIndex, report } of messages) {
			const others = items.filter((index) => index !== itemIndex);
			report.problem(
				`Message ID ${quoted(id)} is also that of ${joinList(others.map((index) => `item ${index}`))}, but Bluecore sends a message with the same ID only once`,
				'Give each message an ID of its own, such as the order number and what the message is, or remove the repeated items.',
			);
		}
	}
}
