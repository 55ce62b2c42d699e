import type { FastifyInstance } from 'fastify';

import { findCampaign, findSmsCampaign, templateOf } from '../account/campaigns';
import type { SandboxConfig } from '../account/config';
import { render } from '../account/templates';
import { statusesOf, textOf } from '../developerApi/messages';
import { plainAttributes, type Delivery, type SentMessage } from '../state/messages';
import { findSubscription } from '../state/subscriptions';
import type { SandboxState } from '../state/sandboxState';
import { sendEmailHtml } from './emailRoutes';
import { listRoutes, omit } from './listQuery';

const DELIVERY_ID = {
	type: 'object',
	properties: { id: { type: 'integer' }, delivery: { type: 'integer' } },
};

/** The messages of the Developer API, one of them by the ID of its call, and the HTML of its emails. */
export function messageRoutes(
	app: FastifyInstance,
	state: SandboxState,
	config: SandboxConfig,
): void {
	/** What a campaign of a message sends: a subject and HTML, or a text. */
	const rendered = (message: SentMessage, { campaign_id: id, channel }: Delivery) => {
		if (channel === 'sms') return { subject: '', html: '', ...textOf(message, id, config) };
		const campaign = findCampaign(id, config);
		const template = campaign && templateOf(campaign, message.use_draft);
		return {
			text: undefined,
			...render(
				template ?? { subject: '(unknown campaign)', html: '' },
				plainAttributes(message.customer_attributes),
			),
		};
	};
	const nameOf = (message: SentMessage, id: string) =>
		message.text === undefined
			? (findCampaign(id, config)?.name ?? findSmsCampaign(id, config)?.name ?? id)
			: 'Double opt-in';
	const toJson = (message: SentMessage) => {
		const { namespace } = message;
		const statuses = statusesOf(message, config, state.clock.now());
		const isPending = (to: string) =>
			(['MARKETING', 'TRANSACTIONAL'] as const).some((type) => {
				const profile = state.profiles.find(namespace, to);
				return profile && findSubscription(profile, to, type)?.status === 'PENDING_CONFIRMATION';
			});
		return {
			...omit(message, 'text', 'bytes'),
			deliveries: message.deliveries.map((delivery) => ({
				...delivery,
				campaign: nameOf(message, delivery.campaign_id),
				...omit(rendered(message, delivery), 'html'),
			})),
			...omit(statuses[statuses.length - 1], 'timestamp'),
			statuses,
			/** Whether it asks for a confirmation that has not been given. */
			can_be_confirmed: message.text !== undefined && isPending(message.identifiers[0]),
		};
	};
	listRoutes(app, 'listMessages', 'getMessageOfCall', {
		...{ noun: 'message of call', toJson, detail: toJson },
		entries: () => [...state.messages.values()],
		find: (id: number) => state.messageOfCall(id),
		parts: ({ id, deliveries, customer_attributes: attributes, text }) => [
			...[id, deliveries, attributes, text],
		],
		long: ['customer_attributes'],
	});
	app.get<{ Params: { id: number; delivery: number } }>(
		'/sandbox/messages/:id/:delivery/html',
		{ schema: { params: DELIVERY_ID } },
		async ({ params: { id, delivery } }, reply) => {
			const message = state.messageOfCall(id);
			const found = message?.deliveries.at(delivery);
			await sendEmailHtml(reply, message && found && rendered(message, found).html);
		},
	);
}
