import type { IDataObject, IRun } from 'n8n-workflow';

import { outputsOf } from '../harness/engine';
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

export const isHeldBack = ({ accepted }: IDataObject) => accepted === false;

/** The items that the Bluecore nodes of a workflow output, by what they are about. */
export function sentBy(example: Example, ended: IRun) {
	const nodes = example.workflow.nodes.filter(({ type }) => type.startsWith('n8n-nodes-bluecore.'));
	const outputs = nodes.map(({ name, parameters: { operation } }) => ({
		name,
		isChange: operation === 'update' || operation === 'upsert',
		good: outputsOf(ended, name).map(({ json }) => json),
		bad: outputsOf(ended, name, 1),
	}));
	const all = outputs.flatMap(({ good }) => good);
	return {
		outputs,
		events: all.filter(({ accepted }) => accepted === true),
		heldBack: all.filter(isHeldBack),
		/** Emails, and the messages of the Developer API; a status names the campaign, too. */
		emails: all.filter(
			(json) => ('campaign_id' in json && !('is_final' in json)) || json.already_sent === false,
		),
		/** Customers and subscriptions after a change by the Developer API. */
		changes: outputs.filter(({ isChange }) => isChange).flatMap(({ good }) => good),
		statuses: all.filter((json) => 'is_final' in json),
		refused: outputs.flatMap(({ bad }) => bad),
	};
}
export type Sent = Omit<ReturnType<typeof sentBy>, 'outputs'>;

/** Whether two lists have the same entries, in whatever order. */
const isSame = (a: readonly unknown[], b: readonly unknown[]) => {
	const [one, other] = [a, b].map((list) => list.map((entry) => JSON.stringify(entry)).sort());
	return one.join('\n') === other.join('\n');
};

/** For each customer the names of their events, in order. */
function sequences(events: ReadonlyArray<{ event: unknown; id: unknown }>) {
	const names = new Map<unknown, unknown[]>();
	for (const { event, id } of events) names.set(id, [...(names.get(id) ?? []), event]);
	return [...names];
}

/** Compares what was sent with what arrived, and both with what was to be expected. */
export function compare(sent: Sent, arrived: Arrived, expected: Example['expected']): Check[] {
	const sentEvents = sent.events.map(({ event, distinct_id: id }) => ({ event, id }));
	const gotEvents = arrived.events.map(({ event, properties }) => ({
		event,
		id: properties.distinct_id,
	}));
	const { messages = 0, changes = 0, undelivered = 0 } = expected;
	const sends = expected.emails + messages;
	const what = messages > 0 ? 'messages' : 'emails';
	const delivered = sent.statuses.filter((status) => status.is_delivered === true).length;
	const ids = [
		...arrived.emails.map(({ conversation_id: id }) => id),
		...arrived.messages.map(({ id }) => id),
	];
	const hasEvents = sentEvents.length + gotEvents.length + expected.events > 0;
	const asExpected = (name: string, count: number, wanted: number) => ({
		sentence: `${name}: ${count}, as expected`,
		holds: count === wanted,
	});
	const checks: Array<Check | false> = [
		hasEvents && {
			sentence: `events: ${sentEvents.length} sent, ${gotEvents.length} arrived, the same ones`,
			holds: sentEvents.length === expected.events && isSame(sentEvents, gotEvents),
		},
		hasEvents && {
			sentence: "every customer's events arrived in order",
			holds: isSame(sequences(sentEvents), sequences(gotEvents)),
		},
		asExpected('items refused', sent.refused.length, expected.refused),
		expected.heldBack + sent.heldBack.length > 0 &&
			asExpected('held back', sent.heldBack.length, expected.heldBack),
		changes > 0 && {
			sentence: `changes of customers and subscriptions: ${sent.changes.length} sent, ${arrived.changes.length} arrived`,
			holds: sent.changes.length === changes && arrived.changes.length === changes,
		},
		sends > 0 && {
			sentence: `${what}: ${sent.emails.length} sent, ${ids.length} arrived, the same ones`,
			holds:
				sent.emails.length === sends &&
				isSame(
					sent.emails.map((json) => json.conversation_id ?? json.message_id),
					ids,
				),
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
