import type { EventBody, RecordedCall, SentEmail } from './calls';
import type { SandboxConfig } from '../account/config';
import { isRecord } from '../schemas/jsonValues';
import {
	addOrder,
	isEmail,
	merge,
	MOST_OF_EACH,
	newProfile,
	setAttributes,
	short,
	type Moment,
	type Profile,
} from './profile';

/** The fields that every account has; any other name becomes a column of its own. */
const USUAL_ATTRIBUTES = [
	...['email', 'first_name', 'last_name', 'phone', 'city', 'state', 'zip', 'country'],
	...['gender', 'birthday'],
];
/** Attribute names that are remembered as known. */
const MOST_COLUMNS = 10_000;

const keyOf = (namespace: string, id: string) =>
	`${namespace}\n${isEmail(id) ? id.toLowerCase() : id}`;
const quote = (text: unknown) => JSON.stringify(text);

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
		setAttributes(profile, customer, (name) => this.addColumn(name), remarks);
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
		if (updates && customer)
			setAttributes(profile, customer, (name) => this.addColumn(name), remarks);
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
		const profile = newProfile(++this.lastId, namespace, id, at);
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

	/** Whether a name is that of no attribute so far; from now on it is. */
	private addColumn(name: string): boolean {
		if (this.columns.has(name) || this.columns.size >= MOST_COLUMNS) return false;
		this.columns.add(name);
		return true;
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
