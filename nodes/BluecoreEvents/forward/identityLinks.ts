import { createHash } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';

import { accountKey, type Account } from '../../shared/account/account';
import { quoted } from '../../shared/values/text';
import { isObject } from '../../shared/values/value';
import { emailIn } from '../eventsApi';

/** How many links are remembered for later runs. The oldest are forgotten; a forgotten link is sent again. */
const REMEMBERED_LINKS = 10_000;

/** Characters of the hash that is stored for a link: 72 bits, from which nobody can be identified. */
const MARK_LENGTH = 12;
const LINK_FIELD = 'linkedIdentities';

/** An ID and the email address that it belongs to. */
interface Link {
	/** What is linked in one account is not linked in another. */
	readonly account: Account;
	readonly id: string;
	readonly email: string;
}

/** The link in an event; undefined if the event links nothing. */
export function linkIn(
	account: Account,
	event: { readonly event?: unknown; readonly properties?: unknown },
): Link | undefined {
	const properties = isObject(event.properties) ? event.properties : {};
	const [email] = emailIn(properties);
	const { distinct_id: id } = properties;
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

	/** The address that this run links each ID to. */
	private readonly claimed = new Map<string, string>();

	constructor(private readonly staticData: IDataObject) {
		const stored = staticData[LINK_FIELD];
		const marks = typeof stored === 'string' ? stored.match(/.{12}/g) : null;
		this.known = new Set(marks);
	}

	/** Why an ID must not be linked to an address; undefined if it can be: two customers who use one device must not become one. */
	refusal(link: Link): string | undefined {
		const other = this.claimed.get(linkedId(link));
		if (other === undefined || other === link.email.toLowerCase()) return undefined;
		return `Linked already: this run has linked the ID ${quoted(link.id)} to ${quoted(other)}, so it was not linked to ${quoted(link.email)}, too. Bluecore would take the two for one customer, but they may only share a device`;
	}

	/**
	 * Notes the link of an ID in this run, and returns whether it must be sent, because neither this run nor a remembered one has sent
	 * it. If it is sent and not accepted, a later run sends it again.
	 */
	claim(link: Link): boolean {
		const id = linkedId(link);
		if (this.claimed.has(id)) return false;
		this.claimed.set(id, link.email.toLowerCase());
		return !this.known.has(this.markOf(link));
	}

	/** Remembers links that were accepted for later runs. */
	remember(links: readonly Link[]): void {
		const marks = links.map((link) => this.markOf(link)).filter((mark) => !this.known.has(mark));
		if (marks.length === 0) return;
		for (const mark of marks) this.known.add(mark);
		// One text, not a list: n8n watches every entry of a list.
		this.staticData[LINK_FIELD] = [...this.known].slice(-REMEMBERED_LINKS).join('');
	}

	private markOf({ account, id, email }: Link): string {
		return createHash('sha256')
			.update(JSON.stringify([accountKey(account), id, email.toLowerCase()]))
			.digest('base64')
			.slice(0, MARK_LENGTH);
	}
}

const linkedId = ({ account, id }: Link): string => `${accountKey(account)} ${id}`;
