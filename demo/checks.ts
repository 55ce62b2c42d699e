import type { IDataObject, IRun } from 'n8n-workflow';

import { outputsOf } from '../harness/engine';
import type { EventBody, RecordedCall, SentEmail } from '../sandbox/state/calls';
import type { SentMessage } from '../sandbox/state/messages';
import type { Example } from '../examples';

const BLUECORE = 'n8n-nodes-bluecore.';

/** What the nodes say that they sent. */
export interface Sent {
	readonly events: readonly IDataObject[];
	/** Emails, and the messages of the Developer API. */
	readonly emails: readonly IDataObject[];
	/** Customers and subscriptions after a change by the Developer API. */
	readonly changes: readonly IDataObject[];
	readonly statuses: readonly IDataObject[];
	readonly refused: number;
	readonly heldBack: readonly IDataObject[];
}

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
	const nodes = example.workflow.nodes.filter(({ type }) => type.startsWith(BLUECORE));
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
		// A status names the campaign, too.
		emails: all.filter(
			(json) => ('campaign_id' in json && !('is_final' in json)) || json.already_sent === false,
		),
		changes: outputs.filter(({ isChange }) => isChange).flatMap(({ good }) => good),
		statuses: all.filter((json) => 'is_final' in json),
		refused: outputs.reduce((count, { bad }) => count + bad.length, 0),
	};
}

const sorted = (texts: readonly string[]) => [...texts].sort().join('\n');

/** For each customer the names of their events, in order. */
function sequences(events: ReadonlyArray<{ event: unknown; id: unknown }>): string {
	const byCustomer = new Map<string, string[]>();
	for (const { event, id } of events) {
		const names = byCustomer.get(String(id)) ?? [];
		byCustomer.set(String(id), [...names, String(event)]);
	}
	return sorted([...byCustomer].map(([id, names]) => `${id}: ${names.join(', ')}`));
}

/** Compares what was sent with what arrived, and both with what was to be expected. */
export function compare(sent: Sent, arrived: Arrived, expected: Example['expected']): Check[] {
	const sentEvents = sent.events.map(({ event, distinct_id: id }) => ({ event, id }));
	const gotEvents = arrived.events.map(({ event, properties }) => ({
		event,
		id: properties.distinct_id,
	}));
	const asText = (entry: object) => JSON.stringify(entry);
	const hasEvents = sentEvents.length + gotEvents.length + expected.events > 0;
	const ofEvents = [
		{
			sentence: `events: ${sentEvents.length} sent, ${gotEvents.length} arrived, the same ones`,
			holds:
				sentEvents.length === expected.events &&
				sorted(sentEvents.map(asText)) === sorted(gotEvents.map(asText)),
		},
		{
			sentence: "every customer's events arrived in order",
			holds: sequences(sentEvents) === sequences(gotEvents),
		},
	];
	const checks = [
		...(hasEvents ? ofEvents : []),
		{
			sentence: `items refused: ${sent.refused}, as expected`,
			holds: sent.refused === expected.refused,
		},
		...(expected.heldBack === 0 && sent.heldBack.length === 0
			? []
			: [
					{
						sentence: `held back: ${sent.heldBack.length}, as expected`,
						holds: sent.heldBack.length === expected.heldBack,
					},
				]),
	];
	const { emails, messages = 0, changes = 0, undelivered = 0 } = expected;
	if (changes > 0) {
		checks.push({
			sentence: `changes of customers and subscriptions: ${sent.changes.length} sent, ${arrived.changes.length} arrived`,
			holds: sent.changes.length === changes && arrived.changes.length === changes,
		});
	}
	if (emails + messages === 0) return checks;
	const isDelivered = (status: IDataObject) => status.is_delivered === true;
	const delivered = sent.statuses.filter(isDelivered).length;
	const ids = [
		...arrived.emails.map(({ conversation_id: id }) => id),
		...arrived.messages.map(({ id }) => id),
	];
	const what = messages > 0 ? 'messages' : 'emails';
	return [
		...checks,
		{
			sentence: `${what}: ${sent.emails.length} sent, ${ids.length} arrived, the same ones`,
			holds:
				sent.emails.length === emails + messages &&
				sorted(sent.emails.map((json) => (json.conversation_id ?? json.message_id) as string)) ===
					sorted(ids),
		},
		{
			sentence:
				undelivered === 0
					? `${what}: all delivered`
					: `${what}: ${delivered} delivered, ${sent.statuses.length - delivered} not, as expected`,
			holds:
				sent.statuses.length === emails + messages && delivered === emails + messages - undelivered,
		},
	];
}
