import type { SandboxConfig } from '../account/config';
import { BoundedMap } from './boundedMap';
import type { RecordedCall } from './calls';
import { isEmail } from './identifiers';
import {
	MAX_OF_EACH,
	mergeInto,
	newProfile,
	setAttributes,
	RESERVED_ATTRIBUTE,
	sizeOfProfile,
	type Moment,
	type Profile,
} from './profile';

/** The attributes that every account has, or that are Bluecore's own. Any other name becomes a column of its own. */
const USUAL_ATTRIBUTES = [
	...['email', 'first_name', 'last_name', 'phone', 'city', 'state', 'zip', 'country'],
	...['gender', 'birthday', 'birthday_day', 'birthday_month', RESERVED_ATTRIBUTE],
];
/** At most this many attribute names are remembered. */
const MAX_COLUMNS = 10_000;
/** A remark lists at most this many products. */
const MAX_LISTED_PRODUCTS = 10;

const keyOf = (namespace: string, id: string) =>
	`${namespace}\n${isEmail(id) ? id.toLowerCase() : id}`;

const idsOf = ({ distinct_ids: ids, email }: Profile): readonly string[] =>
	email === null || ids.includes(email) ? ids : [...ids, email];

/** The customers that Bluecore would know, by their IDs: which there are, what links them, and which are kept. */
export class ProfileStore {
	private readonly profiles: BoundedMap<number, Profile>;

	/** Profile IDs by namespace and distinct ID or email address. */
	private readonly index = new Map<string, number>();

	/** The attributes that were sent besides the usual ones, each with its namespace before it. */
	private readonly columns = new Set<string>();

	private readonly catalogue: ReadonlySet<string> | undefined;

	private lastId = 0;

	/** ID of the first call that is kept. */
	private oldestCall = 0;

	/** Keeps at most `keep` profiles, of at most so many bytes; the ones with the oldest activity are discarded. */
	constructor({ products }: Pick<SandboxConfig, 'products'>, keep: number, maxBytes = Infinity) {
		this.profiles = new BoundedMap({
			count: keep,
			bytes: maxBytes,
			sizeOf: ({ bytes }) => bytes,
			onEvicted: (oldest) => this.forgetIds(oldest),
		});
		this.catalogue = products && new Set(products);
	}

	get size(): number {
		return this.profiles.size;
	}

	/** The attributes that were sent besides the usual ones, and that would become columns of the account. */
	get newAttributes(): string[] {
		return [...new Set(this.columnKeys.map((key) => key.slice(key.lastIndexOf('\n') + 1)))];
	}

	/** The same, as `restoreAttributes` accepts them. */
	get columnKeys(): string[] {
		return [...this.columns];
	}

	/** All profiles; the one with the latest activity comes last. */
	list(): Profile[] {
		return [...this.profiles.values()];
	}

	get(id: number): Profile | undefined {
		return this.profiles.get(id);
	}

	hasCustomer(namespace: string, email: string): boolean {
		return this.find(namespace, email) !== undefined;
	}

	/** The profile with this distinct ID, email address or phone number. */
	find(namespace: string, id: string): Profile | undefined {
		const found = this.index.get(keyOf(namespace, id));
		return found === undefined ? undefined : this.profiles.get(found);
	}

	/** Removes a call that is no longer kept from the timeline of its customer. */
	forgetCall({ id, namespace, who }: Pick<RecordedCall, 'id' | 'namespace' | 'who'>): void {
		const profile = this.find(namespace, who);
		this.oldestCall = id + 1;
		if (profile) this.trimTimeline(profile);
	}

	/** Adds a profile, or puts it back after a restart. */
	restore(profile: Profile): void {
		if (!this.profiles.has(profile.id)) profile.bytes = sizeOfProfile(profile);
		this.profiles.set(profile.id, profile);
		this.lastId = Math.max(this.lastId, profile.id);
		for (const id of idsOf(profile)) this.index.set(keyOf(profile.namespace, id), profile.id);
	}

	restoreAttributes(names: readonly string[]): void {
		for (const name of names) this.columns.add(name);
	}

	forgetNamespace(namespace: string): void {
		for (const profile of this.list()) {
			if (profile.namespace === namespace) this.remove(profile);
		}
		for (const key of this.columns) {
			if (key.startsWith(`${namespace}\n`)) this.columns.delete(key);
		}
	}

	/** The profile with this ID, email address or phone number, which is new if there is none. */
	findOrCreate(namespace: string, id: string, { at }: Moment): Profile {
		const found = this.find(namespace, id);
		if (found) return found;
		const profile = newProfile(++this.lastId, namespace, id, at);
		this.restore(profile);
		return profile;
	}

	private remove(profile: Profile): void {
		this.profiles.delete(profile.id);
		this.forgetIds(profile);
	}

	private forgetIds(profile: Profile): void {
		for (const id of idsOf(profile)) this.index.delete(keyOf(profile.namespace, id));
	}

	/** Makes a profile that has changed the one with the latest activity, and adds a call to its timeline. */
	keep(profile: Profile, moment?: Moment): void {
		if (moment && profile.timeline.at(-1) !== moment.id) {
			profile.last_seen = moment.at;
			profile.updated = moment.at;
			profile.timeline.push(moment.id);
			this.trimTimeline(profile);
		}
		// Its size must not change while the map has it. What was evicted meanwhile stays away.
		if (!this.profiles.delete(profile.id)) return;
		profile.bytes = sizeOfProfile(profile);
		this.profiles.set(profile.id, profile);
	}

	/** Stores attributes. Remarks are added, one sentence each, here and in what follows. */
	setAttributes(
		profile: Profile,
		attributes: Readonly<Record<string, unknown>>,
		remarks: string[],
	): void {
		const add = (name: string) => this.addColumn(profile.namespace, name);
		setAttributes(profile, attributes, add, remarks);
	}

	private trimTimeline({ timeline }: Profile): void {
		while (timeline.length > 0 && timeline[0] < this.oldestCall) timeline.shift();
	}

	/** Links an ID to an email address: what was known under the ID now belongs to the customer. */
	link(namespace: string, id: string, email: string, moment: Moment, remarks: string[]): Profile {
		const before = this.find(namespace, id);
		const customer = this.findOrCreate(namespace, email, moment);
		if (before === customer) {
			remarks.push(`${JSON.stringify(id)} is already linked to ${email}.`);
			return customer;
		}
		if (before?.email === null) {
			this.remove(before);
			mergeInto(customer, before);
			if (before.events > 0) {
				remarks.push(
					`${before.events} earlier ${before.events === 1 ? 'event' : 'events'} of ${JSON.stringify(id)} now ${before.events === 1 ? 'belongs' : 'belong'} to ${email}.`,
				);
			}
		} else if (before) {
			before.distinct_ids = before.distinct_ids.filter((each) => each !== id);
			remarks.push(`${JSON.stringify(id)} was linked to ${before.email} before.`);
		}
		this.addId(customer, id);
		return customer;
	}

	/** Links an email address or a phone number to a profile: what was known under it now belongs to this profile. */
	linkIdentifier(profile: Profile, id: string, remarks: string[]): void {
		const other = this.find(profile.namespace, id);
		if (other === profile) return;
		if (other) {
			this.remove(other);
			mergeInto(profile, other);
			remarks.push(
				`What was known of ${id} now belongs to ${profile.email ?? profile.distinct_ids[0]}.`,
			);
		}
		if (isEmail(id)) profile.email ??= id;
		this.addId(profile, id);
	}

	private addId(profile: Profile, id: string): void {
		profile.distinct_ids = [...new Set([...profile.distinct_ids, id])];
		const excess = profile.distinct_ids.length - MAX_OF_EACH;
		for (const old of profile.distinct_ids.splice(0, excess)) {
			this.index.delete(keyOf(profile.namespace, old));
		}
		this.restore(profile);
	}

	/** Adds a column of an account for an attribute, and says whether the name is new. */
	private addColumn(namespace: string, name: string): boolean {
		const key = `${namespace}\n${name}`;
		if (USUAL_ATTRIBUTES.includes(name) || this.columns.has(key)) return false;
		if (this.columns.size >= MAX_COLUMNS) return false;
		this.columns.add(key);
		return true;
	}

	/** Says which products are not in the catalogue. */
	checkProducts(products: unknown, remarks: string[]): void {
		if (!this.catalogue || !Array.isArray(products)) return;
		const ids = new Set(products.map((product: { id: string }) => product.id));
		const unknown = [...ids].filter((id) => !this.catalogue?.has(id));
		if (unknown.length > 0) {
			const listed = unknown.slice(0, MAX_LISTED_PRODUCTS).join(', ');
			remarks.push(
				`Not in the product catalogue, so that emails have no name, picture and price for: ${listed}${unknown.length > MAX_LISTED_PRODUCTS ? ' …' : ''}.`,
			);
		}
	}
}
