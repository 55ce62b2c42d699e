import type { Report } from '../../shared/values/report';
import { isBlank, toText } from '../../shared/values/coerce';
import { describeValue } from '../../shared/values/text';
import { STANDARD_EVENTS } from '../catalogue';
import { firstValue, valueAt, type TrackingMessage } from './trackingMessage';

/** Chooses the Bluecore event if it depends on more than the name of a message. Undefined, and a problem is reported, if there is none. */
type Choice = (message: TrackingMessage, report: Report) => string | undefined;

interface Row {
	/** Names of tracking events, or types of messages. Capital and small letters make no difference. */
	readonly from: readonly string[];
	readonly to: string | Choice;
	/** How the choice is made, for the README. */
	readonly description?: string;
}

/** Bluecore knows this event only if it was agreed on. */
export const VIEWED_PAGE = 'viewed_page';

/**
 * The Bluecore event for each tracking event, by the event name of a track message. Sources: Segment's and RudderStack's e-commerce
 * specs, GA4's recommended events, and how RudderStack's and Datafly's integrations map them to Bluecore.
 */
export const TRACK_EVENTS: readonly Row[] = [
	{ from: ['Product Viewed', 'view_item'], to: 'viewed_product' },
	{ from: ['Products Searched', 'search', 'view_search_results'], to: 'search' },
	{ from: ['Product Added', 'add_to_cart'], to: 'add_to_cart' },
	{ from: ['Product Removed', 'remove_from_cart'], to: 'remove_from_cart' },
	{ from: ['Product Added to Wishlist', 'add_to_wishlist'], to: 'wishlist' },
	{ from: ['Order Completed', 'purchase'], to: 'purchase' },
	{ from: ['Signed Up', 'sign_up'], to: 'optin' },
	{ from: ['Unsubscribed'], to: 'unsubscribe' },
	{
		from: ['subscription_event'],
		to: subscription,
		description:
			'`optin` if `properties.channelConsents.email` is true, `unsubscribe` if it is false',
	},
	{ from: ['page', VIEWED_PAGE], to: VIEWED_PAGE },
	...STANDARD_EVENTS.map((name) => ({ from: [name], to: name })),
];

/** The Bluecore event for messages of other types, by type. */
export const MESSAGE_TYPES: readonly Row[] = [
	{
		from: ['identify'],
		to: identifyAction,
		description: '`customer_patch` with the traits; `identify` if `traits.action` is `identify`',
	},
	{ from: ['page'], to: VIEWED_PAGE },
];

/** A row that the user has added. */
export interface UserRow {
	readonly from: string;
	readonly to: string;
}

const normalized = (name: string) => name.trim().toLowerCase();

/** The name of a standard event in Bluecore's spelling; other names unchanged. */
const standardName = (event: string): string =>
	STANDARD_EVENTS.find((name) => name === normalized(event)) ?? event;

const index = (rows: readonly Row[]): ReadonlyMap<string, Row['to']> =>
	new Map(rows.flatMap(({ from, to }) => from.map((name) => [normalized(name), to] as const)));

const BY_EVENT = index(TRACK_EVENTS);
const BY_TYPE = index(MESSAGE_TYPES);

/** The names of the Bluecore events for a message: from the user's rows, else from the tables. Empty if there are none. */
export function eventsFor(
	message: TrackingMessage,
	name: string,
	userRows: readonly UserRow[],
	report: Report,
): string[] {
	const key = normalized(name);
	const own = userRows.filter(({ from }) => normalized(from) === key);
	if (own.length > 0) return [...new Set(own.map(({ to }) => standardName(to)))];
	const to = (isTrack(message) ? BY_EVENT : BY_TYPE).get(key);
	const event = typeof to === 'function' ? to(message, report) : to;
	return event === undefined ? [] : [event];
}

/** Whether a message is a track message. A message without a type is one, too. */
export const isTrack = ({ type }: TrackingMessage): boolean =>
	isBlank(type) || normalized(toText(type) ?? '') === 'track';

/** A message of RudderStack that changes the customer's subscriptions. */
function subscription(message: TrackingMessage, report: Report): string | undefined {
	const consent = valueAt(message, 'properties.channelConsents.email');
	if (typeof consent === 'boolean') return consent ? 'optin' : 'unsubscribe';
	report.problem(
		`The consent to emails (properties.channelConsents.email) must be true or false, but is ${consent === undefined ? 'missing' : describeValue(consent)}`,
		'Send the subscription event with true for an opt-in and false for an opt-out.',
	);
	return undefined;
}

/** In RudderStack, the traits of an identify message may say that it links an ID to an email. */
function identifyAction(message: TrackingMessage, report: Report): string | undefined {
	const action = firstValue(message, ['traits.action', 'context.traits.action'])?.value;
	if (isBlank(action)) return 'customer_patch';
	if (typeof action === 'string' && normalized(action) === 'identify') return 'identify';
	report.problem(
		`The action (traits.action) must be identify or empty, but is ${describeValue(action)}`,
		'To create or update the customer, send no action. To link the ID to the email, send identify.',
	);
	return undefined;
}
