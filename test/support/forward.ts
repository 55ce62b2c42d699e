import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { eventsApi } from '../../nodes/BluecoreEvents/eventsApi';
import { forwardMessages } from '../../nodes/BluecoreEvents/forward/forwardMessages';
import { EVENTS_OPTIONS } from '../../nodes/BluecoreEvents/eventsParameters';
import type { Account } from '../../nodes/shared/account/account';
import { Report } from '../../nodes/shared/values/report';
import type { Part, Prepared } from '../../nodes/shared/run/operation';
import { source } from './source';

const ACCOUNT: Account = {
	namespace: 'bluestore',
	apiKey: '',
	eventsUrl: 'https://api.bluecore.app',
	emailUrl: '',
};

interface SentEvent {
	readonly event: string;
	readonly properties: Readonly<Record<string, unknown>> & { readonly distinct_id: string };
}

/** What came of forwarding: the events to send in order, what is held back, and what is wrong. */
export interface Forwarded {
	readonly events: SentEvent[];
	readonly orderKeys: Array<string | undefined>;
	readonly heldBack: IDataObject[];
	readonly problems: string[];
	readonly fixes: string[];
	readonly warnings: string[];
	readonly parts: readonly Part[];
}

/** The operation, once for a whole run; nothing is sent. */
export function forwarder(staticData: IDataObject = {}) {
	const context = { getWorkflowStaticData: () => staticData } as unknown as IExecuteFunctions;
	const operation = forwardMessages(context, eventsApi(context, ACCOUNT, 1000), ACCOUNT);
	return {
		/** Forwards what one item holds, with further parameters of the node. */
		item: (message: unknown, parameters: IDataObject = {}): Forwarded => {
			const report = new Report();
			const given = source({ unmappedEvents: 'drop', ...parameters, message });
			const options = EVENTS_OPTIONS.readItem(given, report);
			const parts = operation.prepare(given, report, options) as readonly Part[];
			const reports = [...new Set([report, ...parts.map((part) => part.report)])];
			const prepared = parts.flatMap((part) => part.prepared ?? []);
			return {
				parts,
				events: prepared.map(({ payload }) => payload as unknown as SentEvent),
				orderKeys: prepared.map(({ orderKey }) => orderKey),
				heldBack: parts.flatMap(({ heldBack }) => (heldBack ? [heldBack] : [])),
				problems: reports.flatMap(({ problems }) => problems.map(({ message: text }) => text)),
				fixes: reports.flatMap(({ problems }) => problems.map(({ fix }) => fix)),
				warnings: reports.flatMap(({ warnings }) => warnings),
			};
		},
		accept: (prepared: readonly Prepared[]) => operation.afterSending?.(prepared),
	};
}

/** Forwards one item without linking IDs to emails. */
export const forward = (message: unknown, parameters: IDataObject = {}): Forwarded =>
	forwarder().item(message, { options: { linkIdentity: false }, ...parameters });
