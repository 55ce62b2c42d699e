import { findCampaign, findSmsCampaign, templateOf } from '../account/campaigns';
import type { SandboxConfig } from '../account/config';
import { fill } from '../account/templates';
import { accept, refuseCall } from '../answers/decisions';
import {
	messageIdOf,
	messageKey,
	nestedIdentifiers,
	plainAttributes,
	type MessageBody,
	type SentMessage,
} from '../state/messages';
import type { Answer } from './developerApi';

/** Reads a message with the history of its statuses. */
export const answerGetMessage: Answer = ({ namespace, who: id }, { config, state }, now) => {
	const message = state.messages.get(messageKey(namespace, id));
	if (!message) return refuseCall(404, `we could not find a message matching that ID: ${id}`);
	const { data } = toJson(message, config, now);
	const name = `namespaces/${namespace}/messages/${id}`;
	return accept(200, { data: { ...data, name } });
};

/** Sends a message, once for each ID. */
export const answerPostMessage: Answer = ({ namespace, body, path }, { config, state }, now) => {
	const id = messageIdOf(path);
	const { campaign_ids: ids, use_draft: useDraft = false } = (body as MessageBody).message;
	const unknown = ids.find((each) => !isSendable(each, useDraft, config));
	if (unknown !== undefined) {
		return refuseCall(404, `we could not find a campaign matching that ID: ${unknown}`);
	}
	const key = messageKey(namespace, id);
	const earlier = state.messages.get(key);
	if (earlier) {
		return refuseCall(409, `a message with that ID was sent before: ${id}`, [
			`The message ID ${id} was used by call ${earlier.call} before: no second message is sent.`,
		]);
	}
	return accept(200, undefined, {
		answerAfter: () => {
			const sent = state.messages.get(key);
			return sent && toJson(sent, config, now);
		},
	});
};

function isSendable(id: string, useDraft: boolean, config: SandboxConfig): boolean {
	const email = findCampaign(id, config);
	return email
		? templateOf(email, useDraft) !== undefined
		: findSmsCampaign(id, config) !== undefined;
}

function toJson(message: SentMessage, config: SandboxConfig, now: number) {
	const { deliveries, identifiers, product_ids, customer_attributes, use_draft } = message;
	const sms = deliveries.find(({ channel }) => channel === 'sms');
	return {
		data: {
			campaign_id: deliveries[0].campaign_id,
			identifiers: nestedIdentifiers(identifiers),
			product_ids: product_ids ?? [],
			...(customer_attributes && { customer_attributes }),
			use_draft,
			...(sms && { body: textOf(message, sms.campaign_id, config).text }),
			statuses: statusesOf(message, config, now),
		},
	};
}

/** The text of an SMS campaign of a message, and the variables that have no value. */
export function textOf(message: SentMessage, campaignId: string, config: SandboxConfig) {
	if (message.text !== undefined) return { text: message.text, missing: [] };
	const campaign = findSmsCampaign(campaignId, config);
	const template = message.use_draft ? (campaign?.draft ?? campaign?.text) : campaign?.text;
	const { text, missing } = fill(template ?? '', plainAttributes(message.customer_attributes));
	return { text, missing };
}

export interface StatusEvent {
	readonly status: string;
	/** RFC 3339. */
	readonly timestamp: string;
	readonly details?: string;
}

/** The statuses that a message has had at the time `now`, in milliseconds since the epoch. */
export function statusesOf(
	{ deliveries, customer_attributes: attributes, sentAt }: SentMessage,
	{ sentAfterMs, finalAfterMs, failingAddresses }: SandboxConfig,
	now: number,
): StatusEvent[] {
	const sendable = deliveries.filter(({ halted }) => halted === undefined);
	const failing = failingAddresses.find(({ startsWith }) =>
		sendable.some(({ to }) => to.startsWith(startsWith.toLowerCase())),
	);
	const later: Array<[afterMs: number, status: string, details?: string]> =
		sendable.length === 0
			? [[sentAfterMs, 'HALTED', deliveries[0].halted]]
			: [
					...(attributes
						? [[sentAfterMs / 2, 'TEMPLATE_PARAMETERS_UPDATED'] satisfies [number, string]]
						: []),
					[sentAfterMs, 'SENT'],
					failing
						? [finalAfterMs, 'DELIVERY_FAILURE', failing.message]
						: [finalAfterMs, 'DELIVERED'],
				];
	return [[0, 'INITIATED'] as (typeof later)[number], ...later]
		.filter(([afterMs]) => sentAt + afterMs <= now)
		.map(([afterMs, status, details]) => ({
			status,
			timestamp: new Date(sentAt + afterMs).toISOString(),
			...(details !== undefined && { details }),
		}));
}
