import type { EventBody } from './calls';
import { shorten, sizeOf } from '../schemas/jsonValues';
import { isEmail } from './identifiers';

export interface Order {
	readonly order_id: string;
	readonly total: number;
	/** Milliseconds since the epoch, when it was recorded first. */
	readonly at: number;
	/** How often it was recorded; its total counts once. */
	times: number;
}

export type MessageType = 'MARKETING' | 'TRANSACTIONAL';

/** The present consent of one email address or phone number to one type of messages, in the words of the Developer API. */
export interface Subscription {
	/** The email address in small letters, or the phone number with its plus sign. */
	readonly id: string;
	readonly message_type: MessageType;
	readonly status: 'SUBSCRIBED' | 'UNSUBSCRIBED' | 'PENDING_CONFIRMATION';
	/** RFC 3339. */
	readonly consented_at: string;
	/** The Events API, the Developer API, or an import file. */
	readonly source: 'integration' | 'public-api' | 'upload';
	readonly channel_identifier?: string;
}

/** A customer, as Bluecore would know them. */
export interface Profile {
	/** Counts from 1. */
	readonly id: number;
	readonly namespace: string;
	/** Null if no identify event and no call of the Developer API has linked an email address. */
	email: string | null;
	distinct_ids: string[];
	attributes: Record<string, unknown>;
	/** Attributes that Bluecore ignores because of their names. */
	ignored: Record<string, unknown>;
	subscriptions: Subscription[];
	orders: Order[];
	revenue: number;
	events: number;
	emails: number;
	/** Milliseconds since the epoch. */
	first_seen: number;
	last_seen: number;
	/** The same, or the `timestamp` of the Developer API's last update. */
	updated: number;
	/** IDs of the calls, oldest first. */
	timeline: number[];
	/** Roughly what the profile takes in memory, as of its last change. */
	bytes: number;
}

/** A customer has at most this many IDs, attributes and orders, each; the oldest are discarded. */
export const MAX_OF_EACH = 1000;

/** When a call arrived, and its ID. */
export interface Moment {
	readonly id: number;
	/** Milliseconds since the epoch. */
	readonly at: number;
}

/** A customer of whom only one ID is known. */
export const newProfile = (
	id: number,
	namespace: string,
	distinctId: string,
	at: number,
): Profile => ({
	id,
	namespace,
	email: isEmail(distinctId) ? distinctId : null,
	distinct_ids: [distinctId],
	attributes: {},
	ignored: {},
	subscriptions: [],
	orders: [],
	revenue: 0,
	events: 0,
	emails: 0,
	first_seen: at,
	last_seen: at,
	updated: at,
	timeline: [],
	bytes: 0,
});

/** Roughly what a profile takes in memory, with its IDs in the index. */
export const sizeOfProfile = (profile: Profile): number =>
	sizeOf(profile) + profile.distinct_ids.length * BYTES_OF_ID;
const BYTES_OF_ID = 64;

/** The name of an attribute that Bluecore keeps for itself. */
export const RESERVED_ATTRIBUTE = 'email_hash_number';

/** Stores attributes in a profile as Bluecore would. `addName` says, once for each name, whether it is new to the account. */
export function setAttributes(
	profile: Profile,
	customer: Readonly<Record<string, unknown>>,
	addName: (name: string) => boolean,
	remarks: string[],
): void {
	const stored = new Map<string, unknown>();
	const ignored = new Map<string, unknown>();
	for (const [givenName, value] of Object.entries(customer)) {
		if (givenName === 'email') continue;
		const name = shorten(givenName);
		if (!/^[a-z0-9_]+$/.test(name)) {
			ignored.set(name, shortenValue(value));
			remarks.push(
				`Bluecore ignores the attribute ${JSON.stringify(name)}: a name has only lowercase letters, digits and underscores.`,
			);
			continue;
		}
		stored.set(name, shortenValue(value));
		if (name === RESERVED_ATTRIBUTE) {
			remarks.push(`The attribute ${name} is reserved by Bluecore.`);
		}
		if (typeof value === 'string' && /^(true|false)$/i.test(value)) {
			remarks.push(
				`The attribute ${name} is stored as the text ${JSON.stringify(value)}, not as a boolean.`,
			);
		}
		if (value === null || value === '') {
			remarks.push(`The attribute ${name} is empty: the value that it had before is erased.`);
		}
		if (addName(name)) {
			remarks.push(`The attribute ${name} is new: it becomes a permanent column of the account.`);
		}
	}
	profile.attributes = mergedEntries(profile.attributes, Object.fromEntries(stored));
	profile.ignored = mergedEntries(profile.ignored, Object.fromEntries(ignored));
}

/** With the newer entries, also in place of older ones; at most `MAX_OF_EACH`. None is lost that is named `__proto__`. */
function mergedEntries(
	older: Record<string, unknown>,
	newer: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
	// Most events have no attributes, and a copy of a thousand takes a millisecond.
	if (Object.keys(newer).length === 0) return older;
	const merged = new Map([...Object.entries(older), ...Object.entries(newer)]);
	return Object.fromEntries([...merged].slice(-MAX_OF_EACH));
}

/** Adds the order of a purchase. The total of an order that was recorded before does not count again. */
export function addOrder(
	profile: Profile,
	{ order_id: orderId, total }: EventBody['properties'],
	{ at }: Moment,
	remarks: string[],
): void {
	const id = typeof orderId === 'string' ? shorten(orderId) : '';
	const earlier = id === '' ? undefined : profile.orders.find((order) => order.order_id === id);
	if (earlier) {
		earlier.times++;
		const change =
			earlier.total === total
				? ''
				: ` The total was ${earlier.total} then and is ${String(total)} now.`;
		remarks.push(`Order ${id} was recorded before: its total counts only once.${change}`);
		return;
	}
	profile.orders.push({ order_id: id, total: total as number, at, times: 1 });
	if (profile.orders.length > MAX_OF_EACH) profile.orders.shift();
	profile.revenue = addFinite(profile.revenue, total as number);
}

/** A sum that is never infinite, because JSON has no infinity. */
const addFinite = (a: number, b: number) =>
	Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, a + b));

/** Adds everything that an orphan, or another profile of the same customer, has to the profile that stays. */
export function mergeInto(customer: Profile, orphan: Profile): void {
	customer.email ??= orphan.email;
	customer.attributes = mergedEntries(orphan.attributes, customer.attributes);
	customer.ignored = mergedEntries(orphan.ignored, customer.ignored);
	for (const order of orphan.orders) {
		const same = customer.orders.find(({ order_id: id }) => id !== '' && id === order.order_id);
		if (same) {
			same.times += order.times;
			customer.revenue = addFinite(customer.revenue, -order.total);
		} else customer.orders.push(order);
	}
	customer.orders = customer.orders.sort((a, b) => a.at - b.at).slice(-MAX_OF_EACH);
	customer.distinct_ids = [...orphan.distinct_ids, ...customer.distinct_ids];
	customer.timeline = [...orphan.timeline, ...customer.timeline].sort((a, b) => a - b);
	customer.revenue = addFinite(customer.revenue, orphan.revenue);
	customer.events += orphan.events;
	customer.emails += orphan.emails;
	const present = customer.subscriptions;
	customer.subscriptions = [
		...orphan.subscriptions.filter(
			({ id, message_type: type }) =>
				!present.some((each) => each.id === id && each.message_type === type),
		),
		...present,
	];
	customer.first_seen = Math.min(customer.first_seen, orphan.first_seen);
}

function shortenValue(value: unknown): unknown {
	const text = typeof value === 'string' ? value : JSON.stringify(value);
	const short = shorten(text);
	return short === text ? value : short;
}
