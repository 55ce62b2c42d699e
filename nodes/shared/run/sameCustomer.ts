import { accountKey, type Account } from '../account/account';

/**
 * Which identities of a run are one customer's, so that their requests keep their order: the same address in any letter case, the same ID or
 * number, and what an item or a link joins.
 */
export class SameCustomer {
	/** Union-find: the parent of each joined identity. */
	private readonly parents = new Map<string, string>();

	/** Joins the identities of one customer, and returns the key of the first; undefined if there is none. */
	join(account: Account, [first, ...others]: readonly string[]): string | undefined {
		if (first === undefined) return undefined;
		const key = customerKey(account, first);
		for (const other of others) {
			const [from, to] = [this.keyOf(customerKey(account, other)), this.keyOf(key)];
			if (from !== to) this.parents.set(from, to);
		}
		return key;
	}

	/** The same key for all keys that have been joined, also later. */
	keyOf(key: string): string {
		let root = key;
		for (let next = this.parents.get(root); next !== undefined; next = this.parents.get(root)) {
			root = next;
		}
		// Path compression: the next look-up finds the root in one step.
		for (let step = key; step !== root;) {
			const next = this.parents.get(step) as string;
			this.parents.set(step, root);
			step = next;
		}
		return root;
	}
}

/** An ID of one account is not that of another. Only addresses are the same in any letter case. */
const customerKey = (account: Account, identity: string): string =>
	`${accountKey(account)} ${identity.includes('@') ? identity.toLowerCase() : identity}`;
