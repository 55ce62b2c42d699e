import type { RecordedCall } from './calls';

/** Calls that are no longer kept and have these things in common. */
export interface DiscardedCalls extends Partial<Pick<RecordedCall, 'api' | 'verdict'>> {
	/** Left out: of any namespace. */
	readonly namespace?: string;
	/** The highest ID of them. */
	readonly lastId: number;
}

/** Beyond this many groups, they are no longer told apart by namespace. */
const MAX_GROUPS = 1000;

/** What is remembered of the calls that are no longer kept, so that nobody counts them as calls that never were. */
export class DiscardedCallsLog {
	private groups = new Map<string, DiscardedCalls>();

	add({ id, api, verdict, namespace }: RecordedCall): void {
		const known = JSON.stringify([api, verdict, namespace]);
		const isNew = !this.groups.has(known) && this.groups.size >= MAX_GROUPS;
		const group = { api, verdict, ...(!isNew && { namespace }), lastId: id };
		this.groups.set(isNew ? JSON.stringify([api, verdict]) : known, group);
	}

	list(): DiscardedCalls[] {
		return [...this.groups.values()];
	}

	restore(groups: readonly DiscardedCalls[]): void {
		for (const group of groups) {
			const { api, verdict, namespace } = group;
			this.groups.set(JSON.stringify([api, verdict, namespace]), group);
		}
	}

	forget(namespace: string): void {
		for (const [key, group] of this.groups) {
			if (group.namespace === namespace) this.groups.delete(key);
		}
	}
}
