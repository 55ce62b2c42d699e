import type { IDataObject, IRun } from 'n8n-workflow';

import { outputOf } from '../harness/engine';
import type { EventBody, SentEmail } from '../sandbox/state/calls';
import type { Example } from '../examples';

const BLUECORE = 'n8n-nodes-bluecore.';

/** What the nodes say that they sent. */
export interface Sent {
	readonly events: readonly IDataObject[];
	readonly emails: readonly IDataObject[];
	readonly statuses: readonly IDataObject[];
	readonly refused: number;
	readonly heldBack: readonly IDataObject[];
}

/** What the sandbox says that it got. */
export interface Arrived {
	readonly events: readonly EventBody[];
	readonly emails: readonly SentEmail[];
}

export interface Check {
	readonly sentence: string;
	readonly holds: boolean;
}

export const isHeldBack = ({ accepted }: IDataObject) => accepted === false;

/** The items that the Bluecore nodes of a workflow output, by what they are about. */
export function sentBy(example: Example, ended: IRun) {
	const nodes = example.workflow.nodes.filter(({ type }) => type.startsWith(BLUECORE));
	const outputs = nodes.map(({ name }) => ({
		name,
		good: outputOf(ended, name).map(({ json }) => json),
		bad: outputOf(ended, name, 1),
	}));
	const all = outputs.flatMap(({ good }) => good);
	return {
		outputs,
		events: all.filter(({ accepted }) => accepted === true),
		heldBack: all.filter(isHeldBack),
		emails: all.filter((json) => 'campaign_id' in json),
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
	const checks = [
		{
			sentence: `${sentEvents.length} events sent, ${gotEvents.length} arrived, the same ones`,
			holds:
				sentEvents.length === expected.events &&
				sorted(sentEvents.map(asText)) === sorted(gotEvents.map(asText)),
		},
		{
			sentence: "every customer's events arrived in order",
			holds: sequences(sentEvents) === sequences(gotEvents),
		},
		{
			sentence: `${sent.refused} items refused, as expected`,
			holds: sent.refused === expected.refused,
		},
		...(expected.heldBack === 0 && sent.heldBack.length === 0
			? []
			: [
					{
						sentence: `${sent.heldBack.length} held back, as expected`,
						holds: sent.heldBack.length === expected.heldBack,
					},
				]),
	];
	if (expected.emails === 0) return checks;
	const isDelivered = (status: IDataObject) => status.is_delivered === true;
	const delivered = sent.statuses.filter(isDelivered).length;
	const { undelivered = 0 } = expected;
	return [
		...checks,
		{
			sentence: `${sent.emails.length} emails sent, ${arrived.emails.length} arrived, the same ones`,
			holds:
				sent.emails.length === expected.emails &&
				sorted(sent.emails.map(({ conversation_id: id }) => id as string)) ===
					sorted(arrived.emails.map(({ conversation_id: id }) => id)),
		},
		{
			sentence:
				undelivered === 0
					? 'every email is delivered'
					: `${delivered} emails delivered, ${sent.statuses.length - delivered} not, as expected`,
			holds:
				sent.statuses.length === expected.emails && delivered === expected.emails - undelivered,
		},
	];
}
