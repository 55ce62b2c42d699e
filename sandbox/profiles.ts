import type { EventBody, RecordedCall, SentEmail } from './calls';
import type { SandboxConfig } from './config';
import { isRecord } from './json';

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

/** The fields that every account has; any other name becomes a column of its own. */
const USUAL_ATTRIBUTES = [
	...['email', 'first_name', 'last_name', 'phone', 'city', 'state', 'zip', 'country'],
	...['gender', 'birthday'],
];
/** More than this many IDs, attributes or orders of one customer are not kept; the oldest go. */
const MOST_OF_EACH = 1000;
/** What is longer, be it an ID, a name or a value, is kept by its beginning. */
const LONGEST = 1000;
/** Attribute names that are remembered as known. */
const MOST_COLUMNS = 10_000;

/** As in schemas/event.schema.json. */
const isEmail = (id: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(id);
const keyOf = (namespace: string, id: string) =>
	`${namespace}\n${isEmail(id) ? id.toLowerCase() : id}`;
const quote = (text: unknown) => JSON.stringify(text);

/** A call, as far as it matters here. */
interface Moment {
	readonly id: number;
	readonly at: number;
}

/** What Bluecore would have made of the events: customers with attributes, orders, consent and a history. */
export class Profiles {
	private readonly profiles = new Map<number, Profile>();

	/** Profile IDs by namespace and distinct ID or email. */
	private readonly index = new Map<string, number>();

	private readonly columns = new Set(USUAL_ATTRIBUTES);

	private readonly catalogue: ReadonlySet<string> | undefined;

	private lastId = 0;

	/** The first call that is kept. */
	private oldestCall = 0;

	/** Keeps at most `keep` profiles: those that were not seen for longest go. */
	constructor(
		{ products }: Pick<SandboxConfig, 'products'>,
		private readonly keep: number,
	) {
		this.catalogue = products && new Set(products);
	}

	get size(): number {
		return this.profiles.size;
	}

	/** The attributes that these calls have added to the account, besides the usual ones. */
	get newAttributes(): string[] {
		return [...this.columns].slice(USUAL_ATTRIBUTES.length);
	}

	/** Those that were seen last come last. */
	list(): Profile[] {
		return [...this.profiles.values()];
	}

	get(id: number): Profile | undefined {
		return this.profiles.get(id);
	}

	hasCustomer(namespace: string, email: string): boolean {
		return this.find(namespace, email) !== undefined;
	}

	/** Takes an event that Bluecore would not drop, and says what there is to know about it, a sentence each. */
	takeEvent({ event, properties }: EventBody, moment: Moment): string[] {
		const remarks: string[] = [];
		const namespace = short(String(properties.token));
		const distinctId = short(String(properties.distinct_id));
		const customer = isRecord(properties.customer) ? properties.customer : {};
		const email = typeof customer.email === 'string' ? short(customer.email) : undefined;

		const profile =
			event === 'identify' && email !== undefined
				? this.link(namespace, distinctId, email, moment, remarks)
				: this.findOrCreate(namespace, distinctId, moment);
		this.touch(profile, moment);
		profile.events++;
		if (profile.email === null) {
			remarks.push(
				`No identify has linked ${quote(distinctId)} to an email so far: the event reaches no customer until one does.`,
			);
		}
		this.setAttributes(profile, customer, remarks);
		this.checkProducts(properties.products, remarks);
		if (event === 'purchase') addOrder(profile, properties, moment, remarks);
		if (event === 'optin' || event === 'unsubscribe') {
			const of = this.findOrCreate(namespace, short(String(properties.email)), moment);
			of.marketing = event === 'optin' ? 'opted in' : 'opted out';
		}
		return remarks;
	}

	/** Takes an email that was sent; `updates`: a welcome email creates or updates its customer. */
	takeEmail(
		{ namespace, email, customer_attributes: customer }: SentEmail,
		moment: Moment,
		updates: boolean,
	): string[] {
		const remarks: string[] = [];
		const profile = updates
			? this.findOrCreate(namespace, email, moment)
			: this.find(namespace, email);
		if (!profile) return remarks;
		this.touch(profile, moment);
		profile.emails++;
		if (updates && customer) this.setAttributes(profile, customer, remarks);
		return remarks;
	}

	/** Drops a call that is no longer kept from the history of its customer. */
	forget({ id, namespace, who }: Pick<RecordedCall, 'id' | 'namespace' | 'who'>): void {
		const profile = this.find(namespace, who);
		this.oldestCall = id + 1;
		if (profile) this.trim(profile);
	}

	/** Puts back a profile that was kept elsewhere. */
	restore(profile: Profile): void {
		this.profiles.set(profile.id, profile);
		this.lastId = Math.max(this.lastId, profile.id);
		for (const id of [
			...profile.distinct_ids,
			...(profile.email === null ? [] : [profile.email]),
		]) {
			this.index.set(keyOf(profile.namespace, id), profile.id);
		}
	}

	restoreAttributes(names: readonly string[]): void {
		for (const name of names) this.columns.add(name);
	}

	private find(namespace: string, id: string): Profile | undefined {
		const found = this.index.get(keyOf(namespace, id));
		return found === undefined ? undefined : this.profiles.get(found);
	}

	private findOrCreate(namespace: string, id: string, { at }: Moment): Profile {
		const found = this.find(namespace, id);
		if (found) return found;
		const profile: Profile = {
			id: ++this.lastId,
			namespace,
			email: isEmail(id) ? id : null,
			distinct_ids: [id],
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
		};
		this.restore(profile);
		if (this.profiles.size > this.keep) {
			const [oldest] = this.profiles.values();
			this.remove(oldest);
		}
		return profile;
	}

	private remove(profile: Profile): void {
		this.profiles.delete(profile.id);
		for (const id of profile.distinct_ids) this.index.delete(keyOf(profile.namespace, id));
		if (profile.email !== null) this.index.delete(keyOf(profile.namespace, profile.email));
	}

	/** Moves a profile to the end, and the call onto its history. */
	private touch(profile: Profile, { id, at }: Moment): void {
		this.profiles.delete(profile.id);
		this.profiles.set(profile.id, profile);
		profile.last_seen = at;
		profile.timeline.push(id);
		this.trim(profile);
	}

	/** Drops the calls from a profile's history that are no longer kept. */
	private trim({ timeline }: Profile): void {
		while (timeline.length > 0 && timeline[0] < this.oldestCall) timeline.shift();
	}

	/** Links an ID to an email: what was known under the ID becomes the customer's. */
	private link(
		namespace: string,
		id: string,
		email: string,
		moment: Moment,
		remarks: string[],
	): Profile {
		const before = this.find(namespace, id);
		const customer = this.findOrCreate(namespace, email, moment);
		if (before === customer) {
			remarks.push(`${quote(id)} is linked to ${email} already.`);
			return customer;
		}
		if (before?.email === null) {
			this.remove(before);
			merge(customer, before);
			if (before.events > 0) {
				remarks.push(
					`What came under ${quote(id)} before now belongs to ${email}: ${before.events} ${before.events === 1 ? 'event' : 'events'}.`,
				);
			}
		} else if (before) {
			before.distinct_ids = before.distinct_ids.filter((each) => each !== id);
			remarks.push(`${quote(id)} was linked to ${before.email} before.`);
		}
		customer.distinct_ids = [...new Set([...customer.distinct_ids, id])];
		for (const old of customer.distinct_ids.splice(
			0,
			customer.distinct_ids.length - MOST_OF_EACH,
		)) {
			this.index.delete(keyOf(namespace, old));
		}
		this.restore(customer);
		return customer;
	}

	private setAttributes(
		profile: Profile,
		customer: Readonly<Record<string, unknown>>,
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
			if (!this.columns.has(name) && this.columns.size < MOST_COLUMNS) {
				this.columns.add(name);
				remarks.push(`The attribute ${name} is new: it becomes a permanent column of the account.`);
			}
		}
		profile.attributes = Object.fromEntries([...kept].slice(-MOST_OF_EACH));
		profile.ignored = Object.fromEntries([...ignored].slice(-MOST_OF_EACH));
	}

	private checkProducts(products: unknown, remarks: string[]): void {
		if (!this.catalogue || !Array.isArray(products)) return;
		const ids = products.map((product: { id: string }) => product.id);
		const unresolved = [...new Set(ids)].filter((id) => !this.catalogue?.has(id));
		if (unresolved.length > 0) {
			remarks.push(
				`Not in the catalogue, so without name, picture and price: ${unresolved.slice(0, 10).join(', ')}${unresolved.length > 10 ? ' …' : ''}.`,
			);
		}
	}
}

function addOrder(
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
function merge(customer: Profile, before: Profile): void {
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

const short = (text: string) => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`);
