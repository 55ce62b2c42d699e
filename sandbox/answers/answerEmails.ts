import { findCampaign, templateOf } from '../account/campaigns';
import type { Campaign, SandboxConfig } from '../account/config';
import { render, requiredAttributes, type Template } from '../account/templates';
import type { Answer } from '../developerApi/developerApi';
import { isJsonType, isRecord } from '../schemas/jsonValues';
import { findEmailProblems, missingAttribute } from '../schemas/schemaChecks';
import type { Decision, IncomingCall, SentEmail } from '../state/calls';
import {
	accept,
	notJson,
	refuse,
	refuseUnauthorized,
	TOO_LARGE,
	UNKNOWN_MEDIA_TYPE,
	unknownNamespace,
} from './decisions';

const MAX_BODY_BYTES = 900_000;
const MAX_TEMPLATE_BYTES = 819_200;

function refuseKey(
	{ apiKey, namespace }: IncomingCall,
	{ apiKeys, namespaces }: SandboxConfig,
): Decision | undefined {
	if (apiKey === undefined) {
		return refuseUnauthorized(
			'The API key is missing: the Authorization header must be "Bearer", a space and the key.',
		);
	}
	if (apiKeys.length > 0 && !apiKeys.includes(apiKey)) {
		return refuseUnauthorized('The API key is not one of those configured in the sandbox.');
	}
	return namespaces.length > 0 && !namespaces.includes(namespace)
		? refuseUnauthorized(unknownNamespace(namespace))
		: undefined;
}

/** Bluecore's Transactional API, send: with the answers of its table of errors. */
export const answerSend: Answer = (call, { config, state }) => {
	const { body, namespace } = call;
	const unauthorized = refuseKey(call, config);
	if (unauthorized) return unauthorized;
	if (!isJsonType(call.headers['content-type'])) {
		return refuse(406, UNKNOWN_MEDIA_TYPE, [notJson(call.headers['content-type'])]);
	}
	const campaign = isRecord(body) ? findCampaign(body.campaign_id, config) : undefined;
	const template = campaign && templateOf(campaign, isRecord(body) && body.use_draft === true);
	const problems = [
		...findEmailProblems(call.isJson ? body : undefined, call.bytes),
		...(isRecord(body) && template ? templateProblems(body, template) : []),
		...(isRecord(body) ? sizeProblems(body) : []),
		...(isRecord(body) && campaign
			? customerProblems(body, campaign, config, (email) =>
					state.profiles.hasCustomer(namespace, email),
				)
			: []),
		...(call.bytes >= MAX_BODY_BYTES ? [TOO_LARGE] : []),
	];
	if (problems.length > 0) return refuse(422, problems.join(' '), problems);
	const { campaign_id: id, template_attributes: attributes } = body as SentEmail;
	if (!template) return refuse(404, `Could not find campaign with id: ${id} for ${namespace}.`);
	return accept(
		202,
		{ conversation_id: state.nextConversationId() },
		{ remarks: remarksOn(template, attributes) },
	);
};

type Body = Readonly<Record<string, unknown>>;

function templateProblems({ template_attributes: attributes }: Body, template: Template): string[] {
	if (!isRecord(attributes)) return [];
	return requiredAttributes(template)
		.filter((name) => !Object.hasOwn(attributes, name))
		.map((name) => missingAttribute(name, "'"));
}

function sizeProblems({ template_attributes: attributes }: Body): string[] {
	const isTooLarge =
		isRecord(attributes) && Buffer.byteLength(JSON.stringify(attributes)) > MAX_TEMPLATE_BYTES;
	return isTooLarge ? ['Template attribute size exceeds the maximum allowed (819,200 bytes).'] : [];
}

function customerProblems(
	{ customer_attributes: attributes, email }: Body,
	campaign: Campaign,
	config: SandboxConfig,
	hasCustomer: (email: string) => boolean,
): string[] {
	if (!isRecord(attributes) || Object.keys(attributes).length === 0) return [];
	if (campaign.type === 'transactional') {
		return ['Customer attributes are not accepted for transactional campaigns.'];
	}
	const isDuplicate =
		config.suppressDuplicateWelcomeEmails && typeof email === 'string' && hasCustomer(email);
	return isDuplicate
		? [
				'Customer attributes are not accepted for an existing customer: duplicate welcome emails are suppressed.',
			]
		: [];
}

function remarksOn(template: Template, attributes: unknown): string[] {
	const { missing, unprintable } = render(template, attributes);
	return [
		...missing.map(
			(path) => `The template's variable ${path} has no value: its place in the email stays empty.`,
		),
		...unprintable.map(
			(path) =>
				`The value of the template's variable ${path} is a list or an object, not text: it cannot be printed.`,
		),
	];
}

/** Bluecore's Transactional API, status. */
export const answerStatus: Answer = (call, { config, state }, now) => {
	const unauthorized = refuseKey(call, config);
	if (unauthorized) return unauthorized;
	const { who: conversationId, namespace } = call;
	const email = state.emails.get(conversationId);
	if (email?.namespace !== namespace) {
		return refuse(404, `Could not find conversation with id: ${conversationId} for ${namespace}.`);
	}
	return accept(202, statusOf(email, config, now));
};

/** The status of an email at the time `now`, in milliseconds since the epoch. */
export function statusOf(
	{ email, sentAt, forwarded }: SentEmail,
	config: SandboxConfig,
	now: number,
) {
	if (forwarded) return { status: 'Forwarded', message: '' };
	const age = now - sentAt;
	if (age < config.sentAfterMs) return { status: 'Being Processed', message: '' };
	if (age < config.finalAfterMs) return { status: 'Sent for Delivery', message: '' };
	const failing = config.failingAddresses.find(({ startsWith }) =>
		email.toLowerCase().startsWith(startsWith.toLowerCase()),
	);
	return failing
		? { status: 'Failed', message: failing.message }
		: { status: 'Delivered', message: '' };
}
