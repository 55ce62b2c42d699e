import type { FastifyInstance, FastifyReply } from 'fastify';

import { findCampaign, templateOf } from '../account/campaigns';
import type { SandboxConfig } from '../account/config';
import { render } from '../account/templates';
import { statusOf } from '../answers/answerEmails';
import type { SentEmail } from '../state/calls';
import type { SandboxState } from '../state/sandboxState';
import { listRoutes, omit } from './listQuery';

/** An email may show pictures and styles but run nothing, wherever it is opened. */
const EMAIL_POLICY =
	"sandbox; default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; font-src https: data:; frame-ancestors 'self'";

/** The emails that were sent, one of them, and its HTML. */
export function emailRoutes(
	app: FastifyInstance,
	state: SandboxState,
	config: SandboxConfig,
): void {
	const rendered = (email: SentEmail) => {
		const campaign = findCampaign(email.campaign_id, config);
		const template = campaign && templateOf(campaign, email.use_draft);
		return {
			campaign: campaign?.name ?? email.campaign_id,
			...render(template ?? { subject: '(unknown campaign)', html: '' }, email.template_attributes),
		};
	};
	const toJson = (email: SentEmail) => ({
		...email,
		...omit(rendered(email), 'html'),
		...statusOf(email, config, state.clock.now()),
	});
	listRoutes(app, 'listEmails', 'getEmail', {
		...{ noun: 'email', toJson },
		entries: () => [...state.emails.values()],
		find: (id: string) => state.emails.get(id),
		parts: (email) => [email.email, email.campaign_id, email.template_attributes],
		long: ['template_attributes', 'customer_attributes'],
		detail: (email) => ({ ...toJson(email), html: rendered(email).html }),
	});
	app.get<{ Params: { id: string } }>(
		'/sandbox/emails/:id/html',
		async ({ params: { id } }, reply) => {
			const email = state.emails.get(id);
			await sendEmailHtml(reply, email && rendered(email).html);
		},
	);
}

/** Sends the HTML of an email as a page; undefined if the email is no longer kept. */
export const sendEmailHtml = async (reply: FastifyReply, html: string | undefined) =>
	await reply
		.code(html === undefined ? 404 : 200)
		.headers({
			'content-type': 'text/html; charset=utf-8',
			'content-security-policy': EMAIL_POLICY,
			'referrer-policy': 'no-referrer',
		})
		.send(html ?? 'This email is no longer kept.');
