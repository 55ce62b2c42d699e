import type { EventBody } from './calls';

export interface Order {
	readonly order_id: string;
	readonly total: number;
	/** Milliseconds since the epoch, of the first time. */
	readonly at: number;
	/** How often it was recorded; its total counts once. */
	times: number;
}

/** A customer as Bluecore would know them. */
export interface Profile {
	/** Counts from 1. */
	readonly id: number;
	readonly namespace: string;
	/** Null as long as no identify has linked one: an orphan. */
	email: string | null;
	distinct_ids: string[];
	attributes: Record<string, unknown>;
	/** Attributes that were sent and that Bluecore ignores, for their names. */
	ignored: Record<string, unknown>;
	marketing: 'opted in' | 'opted out' | 'unknown';
	orders: Order[];
	revenue: number;
	events: number;
	emails: number;
	/** Milliseconds since the epoch. */
	first_seen: number;
	last_seen: number;
	/** IDs of the calls, in order. */
	timeline: number[];
}

/** More than this many IDs, attributes or orders of one customer are not kept; the oldest go. */
export const MOST_OF_EACH = 1000;
/** What is longer, be it an ID, a name or a value, is kept by its beginning. */
const LONGEST = 1000;

/** As in schemas/event.schema.json. */
export const isEmail = (id: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(id);
const quote = (text: unknown) => JSON.stringify(text);

/** A call, as far as it matters here. */
export interface Moment {
	readonly id: number;
	readonly at: number;
}

/** A customer of whom nothing is known but an ID; `at` in milliseconds since the epoch. */
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
	marketing: 'unknown',
	orders: [],
	revenue: 0,
	events: 0,
	emails: 0,
	first_seen: at,
	last_seen: at,
	timeline: [],
});

/** Puts attributes into a profile as Bluecore would; `isNew` is asked, once for each, whether a name is new to the account. */
export function setAttributes(
	profile: Profile,
	customer: Readonly<Record<string, unknown>>,
	isNew: (name: string) => boolean,
	remarks: string[],
): void {
	const kept = new Map(Object.entries(profile.attributes));
	const ignored = new Map(Object.entries(profile.ignored));
	for (const [given, value] of Object.entries(customer)) {
		if (given === 'email') continue;
		const name = short(given);
		if (!/^[a-z0-9_]+$/.test(name)) {
			ignored.set(name, shortened(value));
			remarks.push(
				`The attribute ${quote(name)} is ignored: names are lowercase, with underscores instead of spaces and dashes.`,
			);
			continue;
		}
		kept.set(name, shortened(value));
		if (typeof value === 'string' && /^(true|false)$/i.test(value)) {
			remarks.push(
				`The attribute ${name} is stored as the text ${quote(value)}, not as a boolean.`,
			);
		}
		if (value === null || value === '') {
			remarks.push(`The attribute ${name} is empty: what was there is erased.`);
		}
		if (isNew(name)) {
			remarks.push(`The attribute ${name} is new: it becomes a permanent column of the account.`);
		}
	}
	profile.attributes = Object.fromEntries([...kept].slice(-MOST_OF_EACH));
	profile.ignored = Object.fromEntries([...ignored].slice(-MOST_OF_EACH));
}

/** Adds the order of a purchase; one that was recorded before counts once. */
export function addOrder(
	profile: Profile,
	{ order_id: orderId, total }: EventBody['properties'],
	{ at }: Moment,
	remarks: string[],
): void {
	const id = typeof orderId === 'string' ? short(orderId) : '';
	const before = id === '' ? undefined : profile.orders.find((order) => order.order_id === id);
	if (before) {
		before.times++;
		const differs =
			before.total !== total ? ` It was ${before.total} then, and is ${String(total)} now.` : '';
		remarks.push(`The order ${id} was recorded before: its total counts once.${differs}`);
		return;
	}
	profile.orders.push({ order_id: id, total: total as number, at, times: 1 });
	if (profile.orders.length > MOST_OF_EACH) profile.orders.shift();
	profile.revenue = added(profile.revenue, total as number);
}

/** A sum that stays a number that JSON can hold. */
const added = (a: number, b: number) =>
	Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, a + b));

/** Puts what was known under an ID into the customer that it turns out to be. */
export function merge(customer: Profile, before: Profile): void {
	customer.attributes = { ...before.attributes, ...customer.attributes };
	customer.ignored = { ...before.ignored, ...customer.ignored };
	for (const order of before.orders) {
		const same = customer.orders.find(({ order_id: id }) => id !== '' && id === order.order_id);
		if (same) {
			same.times += order.times;
			customer.revenue = added(customer.revenue, -order.total);
		} else customer.orders.push(order);
	}
	customer.orders.sort((a, b) => a.at - b.at);
	customer.distinct_ids = [...before.distinct_ids, ...customer.distinct_ids];
	customer.timeline = [...before.timeline, ...customer.timeline].sort((a, b) => a - b);
	customer.revenue = added(customer.revenue, before.revenue);
	customer.events += before.events;
	customer.first_seen = Math.min(customer.first_seen, before.first_seen);
}

function shortened(value: unknown): unknown {
	const text = typeof value === 'string' ? value : JSON.stringify(value);
	return text.length <= LONGEST ? value : short(text);
}

/** An ID, a name or a value, by its beginning where it is long. */
export const short = (text: string) =>
	text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
