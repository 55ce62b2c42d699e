import type { EventBody } from './calls';
import type { MessageType, Profile, Subscription } from './profile';

/** The body of a call that changes a subscription, as in schemas/developerApi.schema.json. */
export interface ConsentBody {
	readonly id: unknown;
	readonly state: {
		/** `CONFIRM` is not sent by API: it is the customer's answer to the double opt-in message. */
		readonly event: 'OPTIN' | 'UNSUBSCRIBE' | 'SIGNUP' | 'CONFIRM';
		readonly message_type: MessageType;
		readonly consented_at?: string;
		readonly channel_identifier?: string;
	};
}

const STATUSES = {
	OPTIN: 'SUBSCRIBED',
	UNSUBSCRIBE: 'UNSUBSCRIBED',
	SIGNUP: 'PENDING_CONFIRMATION',
	CONFIRM: 'SUBSCRIBED',
} as const;

const NAMES = {
	OPTIN: 'Opt in',
	UNSUBSCRIBE: 'Unsubscribe',
	SIGNUP: 'Sign up',
	CONFIRM: 'Confirm sign-up',
} as const;
const TYPES = { MARKETING: 'marketing', TRANSACTIONAL: 'transactional' } as const;

/** The name of a change for people, such as `Opt in, marketing`; undefined if it is not known. */
export const nameOfConsent = ({ event, message_type: type }: Readonly<Record<string, unknown>>) =>
	isNameOf(NAMES, event) && isNameOf(TYPES, type) ? `${NAMES[event]}, ${TYPES[type]}` : undefined;

const isNameOf = <T extends object>(names: T, name: unknown): name is keyof T =>
	typeof name === 'string' && Object.hasOwn(names, name);

/** The address at which a customer confirms a sign-up. */
export const confirmationPath = (phone: string) =>
	`/sandbox/confirmations/${encodeURIComponent(phone)}`;

/** The subscription that follows from a call of the Developer API which arrived at `at`. */
export const subscriptionOf = (
	id: string,
	{ event, message_type, consented_at, channel_identifier }: ConsentBody['state'],
	at: number,
): Subscription => ({
	id,
	message_type,
	status: STATUSES[event],
	consented_at: consented_at ?? new Date(at).toISOString(),
	source: 'public-api',
	...(channel_identifier !== undefined && { channel_identifier }),
});

/** The subscription that follows from an `optin` or `unsubscribe` event, or from a row of a file. */
export const subscriptionOfEvent = (
	email: string,
	event: EventBody['event'],
	at: number,
	source: Subscription['source'] = 'integration',
): Subscription => ({
	id: email.toLowerCase(),
	message_type: 'MARKETING',
	status: event === 'optin' ? 'SUBSCRIBED' : 'UNSUBSCRIBED',
	consented_at: new Date(at).toISOString(),
	source,
});

export const findSubscription = (
	{ subscriptions }: Profile,
	id: string,
	messageType: MessageType,
): Subscription | undefined =>
	subscriptions.find((each) => each.id === id && each.message_type === messageType);

/** Stores a subscription in the place of the one before. Returns remarks, one sentence each. */
export function setSubscription(profile: Profile, subscription: Subscription): string[] {
	const { id, message_type: type, consented_at: date } = subscription;
	const before = findSubscription(profile, id, type);
	profile.subscriptions = [
		...profile.subscriptions.filter((each) => each !== before),
		subscription,
	];
	return before && Date.parse(date) < Date.parse(before.consented_at)
		? [
				`This consent is of ${date}. It replaces one of ${before.consented_at}, which is later: ${before.status} became ${subscription.status}.`,
			]
		: [];
}

/** What the page shows of a customer: whether the email address is subscribed to marketing emails. */
export function marketingOf(profile: Profile): 'opted in' | 'opted out' | 'unknown' {
	const email = profile.email?.toLowerCase() ?? '';
	const status = findSubscription(profile, email, 'MARKETING')?.status;
	if (status === 'SUBSCRIBED') return 'opted in';
	return status === 'UNSUBSCRIBED' ? 'opted out' : 'unknown';
}
