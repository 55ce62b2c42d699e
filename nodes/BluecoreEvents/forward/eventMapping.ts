import type { Report } from '../../shared/values/report';
import { describeValue, quoted } from '../../shared/values/text';
import {
	firstValue,
	isBlank,
	isGiven,
	isObject,
	textOf,
	valueAt,
	type Fields,
} from '../../shared/values/value';
import { STANDARD_EVENTS } from '../catalogue';
import { MAP_WHOLE } from './foreignFormats';
import { aliasIn, isEmailName } from './messageIdentity';
import { isTrack, normalized, type TrackingMessage } from './trackingMessage';

/** A message that is not sent, because it has nothing to send. */
interface HeldBack {
	/** The Bluecore event that would have been sent, if it is known. */
	readonly event?: string;
	readonly reason: string;
}

/** Chooses the Bluecore event if it depends on more than the name of a message. Undefined, and a problem is reported, if there is none. */
type Choice = (message: TrackingMessage, report: Report) => string | HeldBack | undefined;

interface Row {
	/** Names of tracking events, of track messages. Capital and small letters make no difference. */
	readonly from: readonly string[];
	/** They are types of messages instead. */
	readonly areTypes?: true;
	readonly to: string | Choice;
	/** How the choice is made, for docs/tracking-events.md. */
	readonly description?: string;
}

/** Bluecore knows this event only if it was agreed on. */
export const VIEWED_PAGE = 'viewed_page';

/** Events about a category or list, whose products are displayed, not viewed. Bluecore's search event covers browsing a category. */
const LIST_VIEWS: readonly string[] = [
	...['Product List Viewed', 'Viewed Product Category', 'view_item_list'],
];
const SEARCH_TERM_PATHS = ['properties.search_term', 'properties.query'];
/** Paths that few collectors use. They are read, but advice does not name them. */
const RARE_SEARCH_TERM_PATHS = ['properties.search_query', 'properties.search_string'];
/** GA4 may have the list's name and ID in the items only. */
const LIST_NAME_PATHS = [
	...['category', 'list_name', 'item_list_name', 'items.0.item_list_name'],
	...['list_id', 'item_list_id', 'items.0.item_list_id'],
].map((name) => `properties.${name}`);

/**
 * The Bluecore event for each tracking event, and for messages of other types. Sources: Segment's and RudderStack's e-commerce
 * specs, GA4's recommended events, and how RudderStack's and Datafly's integrations map them to Bluecore.
 */
export const TRACKING_EVENTS: readonly Row[] = [
	{ from: ['Product Viewed', 'Viewed Product', 'view_item'], to: 'viewed_product' },
	{
		from: ['Products Searched', 'Search Submitted', 'search', 'view_search_results'],
		to: 'search',
	},
	{
		from: LIST_VIEWS,
		to: categoryBrowse,
		description:
			'`search` with the name of the category or list as the search term; held back without one',
	},
	{
		from: ['Product Added', 'Added Product', 'Wishlist Product Added to Cart', 'add_to_cart'],
		to: 'add_to_cart',
	},
	{ from: ['Product Removed', 'Removed Product', 'remove_from_cart'], to: 'remove_from_cart' },
	{ from: ['Product Added to Wishlist', 'add_to_wishlist'], to: 'wishlist' },
	{ from: ['Product Removed from Wishlist'], to: 'remove_from_wishlist' },
	{ from: ['Cart Viewed', 'Viewed Cart', 'view_cart'], to: 'viewed_cart' },
	{ from: ['Order Completed', 'Completed Order', 'purchase'], to: 'purchase' },
	{ from: ['Signed Up', 'sign_up'], to: 'optin' },
	{ from: ['Unsubscribed'], to: 'unsubscribe' },
	{
		from: ['subscription_event'],
		to: subscription,
		description:
			'`optin` if `properties.channelConsents.email` is true, `unsubscribe` if it is false; held back if it is about other channels only',
	},
	{ from: ['page', 'page_view', VIEWED_PAGE], to: VIEWED_PAGE },
	...STANDARD_EVENTS.map((name) => ({ from: [name], to: name })),
	{
		from: ['identify'],
		areTypes: true,
		to: identifyAction,
		description: '`customer_patch` with the traits; `identify` if `traits.action` is `identify`',
	},
	{ from: ['page'], areTypes: true, to: VIEWED_PAGE },
	{
		from: ['alias'],
		areTypes: true,
		to: alias,
		description:
			'`identify` if one of `previousId` and `userId` is an email and the other is not; else held back',
	},
];

/** The node's parameters for one item, checked. */
interface ForwardSettings {
	readonly userRows: ReadonlyArray<{ readonly from: string; readonly to: string }>;
	/** What becomes of a message that no event is mapped to. Problems are reported. */
	unmapped(report: Report): 'drop' | 'fail' | 'send';
	readonly consentPath: string;
}

const index = (rows: readonly Row[]): ReadonlyMap<string, Row['to']> =>
	new Map(rows.flatMap(({ from, to }) => from.map((name) => [normalized(name), to] as const)));

const BY_EVENT = index(TRACKING_EVENTS.filter(({ areTypes }) => !areTypes));
const BY_TYPE = index(TRACKING_EVENTS.filter(({ areTypes }) => areTypes));

/** The name of the tracking event, or the type of a message that has no event; `''` for a track message without one. */
export const originOf = (message: TrackingMessage): string =>
	textOf(isTrack(message) ? message.event : message.type);

/** The names of the Bluecore events to send, one or more, or why none is sent. Problems are reported. */
export function eventsFor(
	message: TrackingMessage,
	settings: ForwardSettings,
	report: Report,
): string[] | HeldBack {
	const origin = originOf(message);
	if (origin === '') return unmapped(message, origin, settings, report);
	const own = settings.userRows.filter(({ from }) => normalized(from) === normalized(origin));
	if (own.length > 0) {
		// Standard events in Bluecore's spelling; other names unchanged.
		const names = own.map(
			({ to }) => STANDARD_EVENTS.find((name) => name === normalized(to)) ?? to,
		);
		return [...new Set(names)];
	}
	const to = (isTrack(message) ? BY_EVENT : BY_TYPE).get(normalized(origin));
	if (to === undefined) return unmapped(message, origin, settings, report);
	const event = typeof to === 'function' ? to(message, report) : to;
	return typeof event === 'string' ? [event] : (event ?? []);
}

/** Names that an opt-out from emails can have, such as `Email Unsubscribed`. */
const LIKE_OPT_OUT = /unsubscri|(?<!ad)opt(?:ed)?[\s_-]?out/i;
const OF_EMAILS = /e-?mail|newsletter/i;
/** Other things to opt out from; `Context` is none of them. */
const OF_OTHERS = /sms|push|whatsapp|(?<![a-z])(?:text|cookie)s?(?![a-z])/i;
const mayBeOptOut = (name: string): boolean =>
	LIKE_OPT_OUT.test(name) && (OF_EMAILS.test(name) || !OF_OTHERS.test(name));

/** A custom event that may be an opt-out: Bluecore would go on sending emails. */
export function warnOfOptOut(name: string, origin: string, report: Report): void {
	if (!mayBeOptOut(name)) return;
	report.warn(
		`${quoted(name)} may be an opt-out, but a custom event unsubscribes nobody. If it is one from emails, map ${quoted(origin)} to Unsubscribe in Event Map`,
	);
}

/** A message that no event is mapped to: dropped, sent under its own name or refused, as the user has chosen. */
function unmapped(
	message: TrackingMessage,
	origin: string,
	{ unmapped: choiceFor }: ForwardSettings,
	report: Report,
): string[] | HeldBack {
	const choice = choiceFor(report);
	if (choice === 'drop') {
		if (mayBeOptOut(origin)) {
			report.warn(
				`${quoted(origin)} may be an opt-out, and Bluecore does not get it. If it is one from emails, add a row to Event Map, from ${quoted(origin)} to Unsubscribe`,
			);
		}
		return origin === ''
			? { event: 'track', reason: 'Unmapped: the track message has no event' }
			: { reason: `Unmapped: no Bluecore event is mapped to ${quoted(origin)}` };
	}
	if (origin === '') {
		report.problem('The track message has no event', MAP_WHOLE);
	} else if (choice === 'send' && isTrack(message)) {
		return [origin];
	} else {
		report.problem(
			choice === 'send'
				? `A message of the type ${quoted(origin)} cannot be sent as a custom event`
				: `No Bluecore event is mapped to ${quoted(origin)}`,
			'Add a row to Event Map, or set Unmapped Events to Drop.',
		);
	}
	return [];
}

const IS_LIST_VIEW: ReadonlySet<string> = new Set(LIST_VIEWS.map(normalized));

/** The paths that can have the term of a search; advice does not name the rare ones. */
export const SEARCH_TERM = {
	rare: RARE_SEARCH_TERM_PATHS,
	pathsIn: ({ event }: TrackingMessage): readonly string[] => [
		...SEARCH_TERM_PATHS,
		...(IS_LIST_VIEW.has(normalized(event)) ? LIST_NAME_PATHS : RARE_SEARCH_TERM_PATHS),
	],
};

/** A category or list that a customer looks at. */
function categoryBrowse(message: TrackingMessage): string | HeldBack {
	const paths = SEARCH_TERM.pathsIn(message);
	if (firstValue(message, paths, (value) => textOf(value) !== '')) return 'search';
	return {
		event: 'search',
		reason: `Nothing to search for: the message has no ${LIST_NAME_PATHS.join(', ')}`,
	};
}

/** A message that says that two IDs belong to one customer. */
function alias(message: TrackingMessage): string | HeldBack {
	if (aliasIn(message)) return 'identify';
	return {
		reason:
			'Nothing to send: Bluecore links an ID to an email, and previousId and userId are not an ID and an email',
	};
}

const CONSENTS = 'properties.channelConsents';

/** A message of RudderStack that changes the customer's subscriptions. */
function subscription(message: TrackingMessage, report: Report): string | HeldBack | undefined {
	const consents = valueAt(message, CONSENTS);
	const ofEmail = isObject(consents) ? entryOfEmail(consents) : undefined;
	const found = Array.isArray(consents) ? consentInList(consents) : ofEmail?.[1];
	if (typeof found === 'boolean') return found ? 'optin' : 'unsubscribe';
	const isReadable = isBlank(consents) || typeof consents === 'object';
	const isOfOthers = isGiven(consents) && ofEmail === undefined;
	if (found === undefined && isReadable && isOfOthers) {
		return { reason: `Nothing to send: ${CONSENTS} says nothing about marketing emails` };
	}
	const value = isReadable ? found : consents;
	return report.problem(
		`The consent to emails (${CONSENTS}.email) must be true or false, but ${isReadable ? '' : `${CONSENTS} `}is ${value === undefined ? 'missing' : describeValue(value)}`,
		`Send the subscription event with true for an opt-in and false for an opt-out: { "email": true }, or a list: [{ "channel": "email", "consented": true }].`,
	);
}

/** The name and value of the consent to emails. One that is spelled `email` goes before those in another letter case. */
function entryOfEmail(consents: Fields): readonly [string, unknown] | undefined {
	const found = Object.entries(consents).filter(([name]) => isEmailName(name));
	return found.find(([name]) => name === 'email') ?? found.at(0);
}

/**
 * The consent to marketing emails in a list of `{ channel, consented, type }`; undefined if there is none. An entry for transactional
 * emails counts only as an opt-out. Of several entries, an opt-out counts.
 */
function consentInList(consents: readonly unknown[]): unknown {
	const entries = consents
		.filter(isObject)
		.filter(({ channel }) => normalized(channel) === 'email');
	const marketing = entries.filter(({ type }) => ['', 'marketing'].includes(normalized(type)));
	const values = (marketing.length > 0 ? marketing : entries).map(({ consented }) => consented);
	if (values.includes(false)) return false;
	if (marketing.length === 0) return undefined;
	return (
		values.every((value) => value === true) || (values.find((value) => value !== true) ?? null)
	);
}

/** In RudderStack, the traits of an identify message may say that it links an ID to an email. */
function identifyAction(message: TrackingMessage, report: Report): string | undefined {
	const action = firstValue(message, ['traits.action', 'context.traits.action'])?.value;
	if (isBlank(action)) return 'customer_patch';
	if (typeof action === 'string' && normalized(action) === 'identify') return 'identify';
	return report.problem(
		`The action (traits.action) must be identify or empty, but is ${describeValue(action)}`,
		'To create or update the customer, send no action. To link the ID to the email, send identify.',
	);
}
