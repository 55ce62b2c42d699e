import { findCampaign } from '../account/campaigns';
import type { SandboxConfig } from '../account/config';
import { isRecord } from '../schemas/jsonValues';
import type { RecordedCall } from './calls';
import { isEmail, isPhone, textOfIdentifier, toIdentifier } from './identifiers';
import type { MessageType, Profile } from './profile';
import { findSubscription } from './subscriptions';

/** A value of an attribute with its type, such as `{"string_value": "Jane"}`. */
export type TypedValue = Readonly<Record<string, string | number | boolean>>;

/** The body of a call that sends a message, as in schemas/developerApi.schema.json. */
export interface MessageBody {
	readonly message: {
		readonly identifiers: readonly unknown[];
		readonly campaign_ids: readonly string[];
		readonly product_ids?: readonly string[];
		readonly customer_attributes?: Readonly<Record<string, TypedValue>>;
		readonly use_draft?: boolean;
	};
}

/** What one campaign of a message sends. */
export interface Delivery {
	readonly campaign_id: string;
	readonly channel: 'email' | 'sms';
	/** Email address or phone number; empty if none is known. */
	readonly to: string;
	/** Why Bluecore does not send it. */
	readonly halted?: string;
}

/** A message of the Developer API that was accepted. */
export interface SentMessage {
	/** Chosen by the sender. */
	readonly id: string;
	readonly namespace: string;
	/** Email addresses in small letters and phone numbers with their plus signs. */
	readonly identifiers: readonly string[];
	readonly product_ids?: readonly string[];
	readonly customer_attributes?: Readonly<Record<string, TypedValue>>;
	readonly use_draft: boolean;
	/** The text of a double opt-in message, which belongs to no campaign. */
	readonly text?: string;
	/** One for each campaign. */
	readonly deliveries: readonly Delivery[];
	/** Milliseconds since the epoch. */
	readonly sentAt: number;
	/** ID of the call that sent it. */
	readonly call: number;
	/** Roughly what the message takes in memory. */
	readonly bytes: number;
}

export const messageKey = (namespace: string, id: string) => `${namespace}\n${id}`;

/** The message ID at the end of an address. */
export const messageIdOf = (path: string): string =>
	decodeURIComponent(path.replace(/\?.*$/s, '').split('/').at(-1) ?? '');

type FindProfile = (id: string) => Profile | undefined;

/** The message that a call has sent. Whether its recipients may get it is decided now, by the subscriptions at this moment. */
export function messageOf(
	{ id, at, namespace, path, body, bytes }: RecordedCall,
	config: SandboxConfig,
	findProfile: FindProfile,
): SentMessage {
	const { message } = body as MessageBody;
	const identifiers = message.identifiers.map(textOfIdentifier);
	return {
		id: messageIdOf(path),
		namespace,
		identifiers,
		...(message.product_ids && { product_ids: message.product_ids }),
		...(message.customer_attributes && { customer_attributes: message.customer_attributes }),
		use_draft: message.use_draft ?? false,
		deliveries: message.campaign_ids.map((campaign) =>
			deliveryOf(campaign, identifiers, config, findProfile),
		),
		sentAt: at,
		call: id,
		bytes,
	};
}

const DOUBLE_OPT_IN = 'Reply YES to get text messages from us. Reply STOP to get none.';

/** The message that a customer is sent to confirm a sign-up. No message of the API has its ID, which has a space. */
export const doubleOptInOf = ({ id, at, namespace, who, bytes }: RecordedCall): SentMessage => ({
	id: `double opt-in ${id}`,
	namespace,
	identifiers: [who],
	use_draft: false,
	text: DOUBLE_OPT_IN,
	deliveries: [{ campaign_id: '', channel: 'sms', to: who }],
	sentAt: at,
	call: id,
	bytes,
});

function deliveryOf(
	campaignId: string,
	identifiers: readonly string[],
	config: SandboxConfig,
	findProfile: FindProfile,
): Delivery {
	const emailCampaign = findCampaign(campaignId, config);
	const channel = emailCampaign ? 'email' : 'sms';
	const isWanted = channel === 'email' ? isEmail : isPhone;
	const linked = identifiers.flatMap((id) => {
		const profile = findProfile(id);
		return profile ? [profile.email ?? '', ...profile.distinct_ids] : [];
	});
	const to = [...identifiers, ...linked].find(isWanted)?.toLowerCase() ?? '';
	const type = emailCampaign?.type === 'welcome' ? 'MARKETING' : 'TRANSACTIONAL';
	const halted = whyHalted(to, channel, type, findProfile(to));
	return { campaign_id: campaignId, channel, to, ...(halted !== undefined && { halted }) };
}

/** Why Bluecore would not send a message to a customer; undefined if it would. */
function whyHalted(
	to: string,
	channel: Delivery['channel'],
	type: MessageType,
	profile: Profile | undefined,
): string | undefined {
	const [name, messages] =
		channel === 'email' ? ['email address', 'emails'] : ['phone number', 'text messages'];
	if (to === '') return `Not eligible: the customer has no ${name}.`;
	const status = profile && findSubscription(profile, to, type)?.status;
	const kind = `${type.toLowerCase()} ${messages}`;
	if (status === 'UNSUBSCRIBED') return `Not eligible: ${to} has unsubscribed from ${kind}.`;
	// An email needs no consent, but a text message does.
	if (channel === 'email' || status === 'SUBSCRIBED') return undefined;
	return status === 'PENDING_CONFIRMATION'
		? `Not eligible: ${to} has not confirmed the subscription to ${kind} yet.`
		: `Not eligible: ${to} is not subscribed to ${kind}.`;
}

/** The plain values of typed attributes: `{"first_name": {"string_value": "Jane"}}` as `{"first_name": "Jane"}`. */
export const plainAttributes = (
	attributes: SentMessage['customer_attributes'] = {},
): Record<string, unknown> =>
	Object.fromEntries(
		Object.entries(attributes).map(([name, value]) => [
			name,
			isRecord(value) ? Object.values(value)[0] : value,
		]),
	);

/** Identifiers as Bluecore's examples of messages show them: nested once more. */
export const nestedIdentifiers = (identifiers: readonly string[]) =>
	identifiers.map((id) =>
		isPhone(id) ? { phone_number: toIdentifier(id) } : { email: toIdentifier(id) },
	);
