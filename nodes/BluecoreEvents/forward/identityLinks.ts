import { createHash } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import type { Account } from '../../shared/account/account';
import { isObject } from '../../shared/values/coerce';

/** How many links are remembered for later runs. The oldest are forgotten; a forgotten link is sent again. */
export const REMEMBERED_LINKS = 10_000;

/** Characters of the hash that is stored for a link: 72 bits, from which nobody can be identified. */
const MARK_LENGTH = 12;
const FIELD = 'linkedIdentities';

/** An ID and the email address that it belongs to. */
export interface Link {
	/** What is linked in one account is not linked in another. */
	readonly account: Account;
	readonly id: string;
	readonly email: string;
}

/** The email of the customer of an event, if it is known. */
export function emailOf({ properties }: { readonly properties?: unknown }): string | undefined {
	const customer = isObject(properties) ? properties.customer : undefined;
	const email = isObject(customer) ? customer.email : undefined;
	return typeof email === 'string' ? email : undefined;
}

/** The link in an event; undefined if the event links nothing. */
export function linkIn(
	account: Account,
	event: { readonly event?: unknown; readonly properties?: unknown },
): Link | undefined {
	const email = emailOf(event);
	const id = isObject(event.properties) ? event.properties.distinct_id : undefined;
	return event.event === 'identify' && email !== undefined && typeof id === 'string'
		? { account, id, email }
		: undefined;
}

/**
 * Which IDs have been linked to which emails in this run, and in earlier runs if n8n keeps the node's static data. It keeps them for
 * workflows that are active, not for runs that were started by hand.
 */
export class IdentityLinks {
	/** In order, the oldest first. */
	private readonly known: Set<string>;

	private readonly claimed = new Set<string>();

	/** Union-find: the parent of each joined identity. */
	private readonly parents = new Map<string, string>();

	constructor(private readonly staticData: IDataObject) {
		const stored = staticData[FIELD];
		const marks = typeof stored === 'string' ? stored.match(/.{12}/g) : null;
		this.known = new Set(marks);
	}

	/** Whether a link must be sent, because neither this run nor a remembered one has sent it. */
	isNew(link: Link): boolean {
		const mark = this.markOf(link);
		return !this.known.has(mark) && !this.claimed.has(mark);
	}

	/** Notes that this run sends a link. If it is not accepted, a later run sends it again. */
	claim(link: Link): void {
		this.claimed.add(this.markOf(link));
	}

	/** Joins two identities of one customer: their events share one order. */
	join({ account, id, email }: Link): void {
		const [first, second] = [this.customerOf(account, id), this.customerOf(account, email)];
		if (first !== second) this.parents.set(first, second);
	}

	/** The same key for all identities of an account that have been joined. */
	customerOf(account: Account, id: string): string {
		const identity = `${keyOf(account)} ${id}`;
		let root = identity;
		for (let next = this.parents.get(root); next !== undefined; next = this.parents.get(root)) {
			root = next;
		}
		// Path compression: the next look-up finds the root in one step.
		for (let step = identity; step !== root;) {
			const next = this.parents.get(step) as string;
			this.parents.set(step, root);
			step = next;
		}
		return root;
	}

	/** Remembers links that were accepted for later runs. */
	remember(links: readonly Link[]): void {
		const marks = links.map((link) => this.markOf(link)).filter((mark) => !this.known.has(mark));
		if (marks.length === 0) return;
		for (const mark of marks) this.known.add(mark);
		// One text, not a list: n8n watches every entry of a list.
		this.staticData[FIELD] = [...this.known].slice(-REMEMBERED_LINKS).join('');
	}

	private markOf({ account, id, email }: Link): string {
		return createHash('sha256')
			.update(JSON.stringify([keyOf(account), id, email]))
			.digest('base64')
			.slice(0, MARK_LENGTH);
	}
}

const keyOf = ({ eventsUrl, namespace }: Account): string => `${eventsUrl} ${namespace}`;
