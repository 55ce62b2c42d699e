import type { IRun } from 'n8n-workflow';

import { outputsOf } from '../harness/engine';
import { groupBy } from '../nodes/shared/values/value';
import type { EventBody, RecordedCall, SentEmail } from '../sandbox/state/calls';
import type { SentMessage } from '../sandbox/state/messages';
import type { Example } from '../examples';

/** What the sandbox says that it got. */
export interface Arrived {
	readonly events: readonly EventBody[];
	readonly emails: readonly SentEmail[];
	/** Messages of the Developer API, without those that ask for a confirmation. */
	readonly messages: ReadonlyArray<Pick<SentMessage, 'id'>>;
	/** Calls of the Developer API that have changed a customer or a subscription. */
	readonly changes: ReadonlyArray<Pick<RecordedCall, 'what' | 'who'>>;
}

export interface Check {
	readonly sentence: string;
	readonly holds: boolean;
}

/** The items that the Bluecore nodes of a workflow output, by what they are about. */
export function sentBy(example: Example, ended: IRun) {
	const nodes = example.workflow.nodes.filter(({ type }) => type.startsWith('n8n-nodes-bluecore.'));
	const outputs = nodes.map(({ name, parameters: { operation } }) => {
		const all = outputsOf(ended, name).map(({ json }) => json);
		const heldBack = all.filter(({ accepted }) => accepted === false);
		return { name, operation, all, heldBack, refused: outputsOf(ended, name, 1) };
	});
	const all = outputs.flatMap((output) => output.all);
	const isStatus = (json: object) => 'is_final' in json;
	return {
		outputs,
		events: all.filter(({ accepted }) => accepted === true),
		heldBack: outputs.flatMap(({ heldBack }) => heldBack),
		/** Emails, and the messages of the Developer API; a status names the campaign, too. */
		emails: all.filter(
			(json) => ('campaign_id' in json && !isStatus(json)) || json.already_sent === false,
		),
		/** Customers and subscriptions after a change by the Developer API. */
		changes: outputs.flatMap((output) =>
			output.operation === 'update' || output.operation === 'upsert' ? output.all : [],
		),
		statuses: all.filter(isStatus),
		refused: outputs.flatMap(({ refused }) => refused),
	};
}

/** Whether two lists have the same entries, in whatever order. */
const isSame = (...lists: ReadonlyArray<readonly unknown[]>) => {
	const [one, other] = lists.map((list) => list.map((entry) => JSON.stringify(entry)).sort());
	return one.join('\n') === other.join('\n');
};

/** Compares what was sent with what arrived, and both with what was to be expected. */
export function compare(
	sent: Omit<ReturnType<typeof sentBy>, 'outputs'>,
	arrived: Arrived,
	expected: Example['expected'],
): Check[] {
	const { messages = 0, changes = 0, undelivered = 0 } = expected;
	const sends = expected.emails + messages;
	const what = messages > 0 ? 'messages' : 'emails';
	const delivered = sent.statuses.filter((status) => status.is_delivered === true).length;
	const sentIds = sent.emails.map((json) => json.conversation_id ?? json.message_id);
	const ids = [
		...arrived.emails.map(({ conversation_id: id }) => id),
		...arrived.messages.map(({ id }) => id),
	];
	const events: Array<Array<{ event: unknown; id: unknown }>> = [
		sent.events.map(({ event, distinct_id: id }) => ({ event, id })),
		arrived.events.map(({ event, properties }) => ({ event, id: properties.distinct_id })),
	];
	const inOrder = events.map((list) => groupBy(list, ({ id }) => id));
	const [eventsSent, eventsArrived] = events.map(({ length }) => length);
	const hasEvents = eventsSent + eventsArrived + expected.events > 0;
	const asExpected = (name: string, { length }: readonly unknown[], wanted: number): Check => ({
		sentence: `${name}: ${length}, as expected`,
		holds: length === wanted,
	});
	const checks: Array<Check | false> = [
		hasEvents && {
			sentence: `events: ${eventsSent} sent, ${eventsArrived} arrived, the same ones`,
			holds: eventsSent === expected.events && isSame(...events),
		},
		hasEvents && {
			sentence: "every customer's events arrived in order",
			holds: isSame(...inOrder),
		},
		asExpected('items refused', sent.refused, expected.refused),
		expected.heldBack + sent.heldBack.length > 0 &&
			asExpected('held back', sent.heldBack, expected.heldBack),
		changes > 0 && {
			sentence: `changes of customers and subscriptions: ${sent.changes.length} sent, ${arrived.changes.length} arrived`,
			holds: sent.changes.length === changes && arrived.changes.length === changes,
		},
		sends > 0 && {
			sentence: `${what}: ${sentIds.length} sent, ${ids.length} arrived, the same ones`,
			holds: sentIds.length === sends && isSame(sentIds, ids),
		},
		sends > 0 && {
			sentence:
				undelivered === 0
					? `${what}: all delivered`
					: `${what}: ${delivered} delivered, ${sent.statuses.length - delivered} not, as expected`,
			holds: sent.statuses.length === sends && delivered === sends - undelivered,
		},
	];
	return checks.filter((check) => check !== false);
}
