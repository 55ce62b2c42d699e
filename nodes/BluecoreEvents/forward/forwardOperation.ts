import type { GenericValue, IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Item } from '../../shared/input/item';
import type { PlannedRequest } from '../../shared/run/itemRequest';
import type { Operation } from '../../shared/run/operation';
import { isObject } from '../../shared/values/coerce';
import { readJsonUnchecked } from '../../shared/values/readField';
import type { EventsApi } from '../eventsApi';
import { MESSAGE } from './forwardParameters';
import { readSettings } from './forwardSettings';
import { IdentityLinks, linkIn } from './identityLinks';
import { planMessage } from './planMessage';
import { messagesIn } from './trackingMessage';

/** Sends the corresponding Bluecore events for each tracking message of each item. */
export function forwardOperation(context: IExecuteFunctions, api: EventsApi): Operation {
	const newLinks = () => new IdentityLinks(context.getWorkflowStaticData('node'));
	const links = newLinks();
	/** Links claimed by items that are only validated. They are not sent, so other items must not rely on them. */
	let validatedLinks: IdentityLinks | undefined;
	/** The keys of the messages that are planned. */
	const before = new Set<string>();

	function* plan(item: Item): Iterable<PlannedRequest> {
		const { report } = item;
		const settings = readSettings(item);
		const delivery = readJsonUnchecked(item.field(MESSAGE));
		if (delivery === undefined && report.problems.length === 0) {
			report.problem('Message is required', 'Map the tracking message, such as {{ $json }}.');
		}
		// Planning a message claims its links, so a bad item plans none.
		if (report.problems.length > 0) {
			yield { report, state: { kind: 'bad' } };
			return;
		}
		const messages = messagesIn(delivery);
		if (messages.length === 0) {
			const reason = 'Empty: the batch contains no message';
			const output = { event: null, distinct_id: null, accepted: false, reason };
			yield { report, state: { kind: 'heldBack', output: { ...output, tracking_event: null } } };
		}
		const of = messages.length;
		const claimed = item.options.validateOnly ? (validatedLinks ??= newLinks()) : links;
		for (const [index, message] of messages.entries()) {
			const place =
				of === 1 ? {} : { message: { number: index + 1, of }, ownFields: fieldsOf(message) };
			const forwarding = { api, item, settings, claimed, before };
			for (const planned of planMessage(message, forwarding)) yield { ...place, ...planned };
		}
	}

	return {
		...api.operation,
		plan,
		afterSending: (accepted) =>
			links.remember(
				accepted.flatMap(({ account, payload = {} }) => linkIn(account, payload) ?? []),
			),
	};
}

/** The fields of one of several messages, for an error item of its own. */
const fieldsOf = (message: unknown): IDataObject =>
	isObject(message) ? (message as IDataObject) : { message: message as GenericValue };
