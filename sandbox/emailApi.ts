import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { SandboxConfig } from './config';
import { isRecord } from './json';
import type { SandboxState, SentEmail } from './state';

const MAX_BODY_BYTES = 900_000;
const MAX_TEMPLATE_BYTES = 819_200;
const PROTECTED = ['email', 'created', 'merged', 'orphaned', 'aliases'];

/** Addresses whose email fails, by the first letters of their local part, and what Bluecore's status says of it. */
const FAILING_ADDRESSES: ReadonlyArray<readonly [start: string, message: string]> = [
	['bounce', 'Bounce'],
	['block', 'Block'],
	['previously', 'Previously Bounced/Blocked'],
	['norender', 'Email Content Generation Failed'],
];

interface NamespaceParams {
	namespace: string;
}
interface ConversationParams extends NamespaceParams {
	conversation_id: string;
}

const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value), 'utf8');

/** Bluecore's Transactional API, with the answers of its error table. */
export function emailApi(app: FastifyInstance, config: SandboxConfig, state: SandboxState): void {
	const isAuthorized = ({ headers }: FastifyRequest, namespace: string) => {
		const key = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
		return (
			key !== undefined &&
			(config.apiKeys.length === 0 || config.apiKeys.includes(key)) &&
			(config.namespaces.length === 0 || config.namespaces.includes(namespace))
		);
	};
	const unauthorized = async (reply: FastifyReply) =>
		await reply.code(401).send({ message: 'Not authenticated or authorized.' });

	app.post<{ Params: NamespaceParams }>('/email/send/v1/:namespace', async (request, reply) => {
		const { namespace } = request.params;
		const { body } = request;
		if (!isAuthorized(request, namespace)) return await unauthorized(reply);
		if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
			return await reply.code(406).send({ message: 'Requested media type is not supported.' });
		}
		const problems = checkBody(body, config);
		if (problems.length > 0 || !isRecord(body)) {
			return await reply.code(422).send({ message: problems.join(' ') });
		}
		if (!Object.hasOwn(config.campaigns, String(body.campaign_id))) {
			return await reply.code(404).send({
				message: `Could not find campaign with id: ${String(body.campaign_id)} for ${namespace}.`,
			});
		}
		const conversationId = state.nextConversationId();
		state.emails.set(conversationId, {
			...(body as unknown as SentEmail),
			conversation_id: conversationId,
			namespace,
			use_draft: body.use_draft === true,
			sentAt: Date.now(),
		});
		return await reply.code(202).send({ conversation_id: conversationId });
	});

	app.get<{ Params: ConversationParams }>(
		'/email/status/v1/:namespace/:conversation_id',
		async (request, reply) => {
			const { namespace, conversation_id: conversationId } = request.params;
			if (!isAuthorized(request, namespace)) return await unauthorized(reply);
			const email = state.emails.get(conversationId);
			if (email?.namespace !== namespace) {
				return await reply.code(404).send({
					message: `Could not find conversation with id: ${conversationId} for ${namespace}.`,
				});
			}
			return await reply.code(200).send(statusOf(email, config));
		},
	);
}

/** All problems of a send request at once, in Bluecore's words. */
function checkBody(body: unknown, config: SandboxConfig): string[] {
	if (!isRecord(body)) return ['The request body must be a JSON object.'];
	const problems: string[] = [];
	for (const field of ['campaign_id', 'email', 'template_attributes']) {
		if (body[field] === undefined || body[field] === '') {
			problems.push(`The request is missing the attribute ${field} in the body.`);
		}
	}
	const {
		campaign_id: campaignId,
		email,
		template_attributes: template,
		customer_attributes: customer,
	} = body;
	if (typeof email === 'string' && !/^[!-~]*$/.test(email)) {
		problems.push('Only ASCII character email addresses are supported.');
	}
	const campaign = Object.hasOwn(config.campaigns, String(campaignId))
		? config.campaigns[String(campaignId)]
		: undefined;
	if (isRecord(template)) {
		for (const variable of campaign?.variables ?? []) {
			if (!Object.hasOwn(template, variable)) {
				problems.push(`The request is missing the attribute '${variable}' in the body.`);
			}
		}
		if (bytes(template) > MAX_TEMPLATE_BYTES) {
			problems.push('Template attribute size exceeds the maximum allowed (819,200 bytes).');
		}
	} else if (template !== undefined) {
		problems.push('The attribute template_attributes must be an object.');
	}
	if (isRecord(customer) && Object.keys(customer).length > 0) {
		if (campaign?.type === 'transactional') {
			problems.push('Customer attributes are not accepted for transactional campaigns.');
		}
		for (const name of PROTECTED.filter((name) => Object.hasOwn(customer, name))) {
			problems.push(`The customer attribute ${name} is protected.`);
		}
	}
	if (bytes(body) >= MAX_BODY_BYTES)
		problems.push('The total size of the payload must be less than 900 KB.');
	return problems;
}

function statusOf({ email, sentAt }: SentEmail, config: SandboxConfig) {
	const age = Date.now() - sentAt;
	if (age < config.sentAfterMs) return { status: 'Being Processed', message: '' };
	if (age < config.finalAfterMs) return { status: 'Sent for Delivery', message: '' };
	const failing = FAILING_ADDRESSES.find(([start]) => email.toLowerCase().startsWith(start));
	return failing ? { status: 'Failed', message: failing[1] } : { status: 'Delivered', message: '' };
}
