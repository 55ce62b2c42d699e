import type { Decision, IncomingCall, SentEmail } from '../state/calls';
import type { Campaign, SandboxConfig } from '../account/config';
import { isJsonType, isRecord } from '../schemas/jsonValues';
import { emailProblems, missingAttribute } from '../schemas/schemaChecks';
import { namesOf, render, type Template } from '../account/templates';

const MAX_BODY_BYTES = 900_000;
const MAX_TEMPLATE_BYTES = 819_200;

/** What the answers depend on, besides the configuration. */
export interface EmailAccount {
	readonly config: SandboxConfig;
	readonly nextConversationId: () => string;
	readonly emailOf: (conversationId: string) => SentEmail | undefined;
	readonly hasCustomer: (namespace: string, email: string) => boolean;
}

function refused(
	status: number,
	message: string,
	reasons: readonly string[] = [message],
): Decision {
	return { status, answer: { message }, verdict: 'refused', reasons, remarks: [] };
}

function unauthorized({ apiKey, namespace }: IncomingCall, config: SandboxConfig) {
	const { apiKeys, namespaces } = config;
	const reason =
		apiKey === undefined
			? 'There is no API key: the header Authorization must hold "Bearer" and the key.'
			: apiKeys.length > 0 && !apiKeys.includes(apiKey)
				? 'The API key is none of the configured ones.'
				: namespaces.length > 0 && !namespaces.includes(namespace)
					? `The namespace ${JSON.stringify(namespace)} does not exist.`
					: undefined;
	return reason === undefined
		? undefined
		: refused(401, 'Not authenticated or authorized.', [reason]);
}

export function campaignOf(id: unknown, config: SandboxConfig): Campaign | undefined {
	const { campaigns } = config;
	return typeof id === 'string' && Object.hasOwn(campaigns, id) ? campaigns[id] : undefined;
}

/** The version of the campaign that is sent: with `useDraft` the draft, where there is one. */
export const templateOf = (campaign: Campaign, useDraft: boolean): Template | undefined =>
	useDraft ? (campaign.draft ?? campaign.template) : campaign.template;

/** Bluecore's Transactional API, send: with the answers of its error table. */
export function answerSend(call: IncomingCall, account: EmailAccount): Decision {
	const { config } = account;
	const { body, namespace } = call;
	const denial = unauthorized(call, config);
	if (denial) return denial;
	if (!isJsonType(call.headers['content-type'])) {
		return refused(406, 'Requested media type is not supported.', [
			`The media type is ${call.headers['content-type'] ?? 'not given'}; it must be application/json.`,
		]);
	}
	const campaign = isRecord(body) ? campaignOf(body.campaign_id, config) : undefined;
	const template = campaign && templateOf(campaign, isRecord(body) && body.use_draft === true);
	const problems = [
		...emailProblems(call.isJson ? body : undefined, call.bytes),
		...(isRecord(body) ? accountProblems(body, namespace, campaign, template, account) : []),
		...(call.bytes >= MAX_BODY_BYTES
			? ['The total size of the payload must be less than 900 KB.']
			: []),
	];
	if (problems.length > 0) return refused(422, problems.join(' '), problems);
	const { campaign_id: id, template_attributes: attributes } = body as SentEmail;
	if (!template) return refused(404, `Could not find campaign with id: ${id} for ${namespace}.`);
	return {
		status: 202,
		answer: { conversation_id: account.nextConversationId() },
		verdict: 'accepted',
		reasons: [],
		remarks: remarksOn(template, attributes),
	};
}

/** The problems that only the account can know of: the template's variables, sizes, the kind of campaign. */
function accountProblems(
	body: Record<string, unknown>,
	namespace: string,
	campaign: Campaign | undefined,
	template: Template | undefined,
	{ config, hasCustomer }: EmailAccount,
): string[] {
	const { template_attributes: attributes, customer_attributes: customer } = body;
	const problems: string[] = [];
	if (isRecord(attributes)) {
		const names = template ? namesOf(template) : [];
		for (const name of names.filter((each) => !Object.hasOwn(attributes, each))) {
			problems.push(missingAttribute(name, "'"));
		}
		if (Buffer.byteLength(JSON.stringify(attributes), 'utf8') > MAX_TEMPLATE_BYTES) {
			problems.push('Template attribute size exceeds the maximum allowed (819,200 bytes).');
		}
	}
	if (campaign && isRecord(customer) && Object.keys(customer).length > 0) {
		const exists = () => typeof body.email === 'string' && hasCustomer(namespace, body.email);
		if (campaign.type === 'transactional') {
			problems.push('Customer attributes are not accepted for transactional campaigns.');
		} else if (config.suppressDuplicateWelcomeEmails && exists()) {
			problems.push(
				'Customer attributes are not accepted for an existing customer: duplicate welcome emails are suppressed.',
			);
		}
	}
	return problems;
}

function remarksOn(template: Template, attributes: unknown): string[] {
	const { missing, unprintable } = render(template, attributes);
	return [
		...missing.map(
			(path) => `The template's variable ${path} has no value: its place stays empty.`,
		),
		...unprintable.map(
			(path) => `The template's variable ${path} is a list or an object, not a text.`,
		),
	];
}

/** Bluecore's Transactional API, status. */
export function answerStatus(call: IncomingCall, account: EmailAccount, now: number): Decision {
	const denial = unauthorized(call, account.config);
	if (denial) return denial;
	const { who: conversationId, namespace } = call;
	const email = account.emailOf(conversationId);
	if (email?.namespace !== namespace) {
		return refused(404, `Could not find conversation with id: ${conversationId} for ${namespace}.`);
	}
	const answer = statusOf(email, account.config, now);
	return { status: 200, answer, verdict: 'accepted', reasons: [], remarks: [] };
}

/** How far an email has come: it moves with time. */
export function statusOf({ email, sentAt }: SentEmail, config: SandboxConfig, now: number) {
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
