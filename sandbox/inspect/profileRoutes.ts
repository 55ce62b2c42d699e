import type { FastifyInstance } from 'fastify';

import type { EventBody, RecordedCall } from '../state/calls';
import { isPhone } from '../state/identifiers';
import type { Profile } from '../state/profile';
import type { SandboxState } from '../state/sandboxState';
import { marketingOf } from '../state/subscriptions';
import { listRoutes, omit } from './listQuery';

const toJson = (profile: Profile) => ({
	...omit(profile, 'timeline', 'bytes'),
	marketing: marketingOf(profile),
	is_orphan: profile.email === null && !profile.distinct_ids.some(isPhone),
});

/** The customers that Bluecore would know, and one of them with the timeline of its calls. */
export function profileRoutes(app: FastifyInstance, state: SandboxState): void {
	listRoutes(app, 'listProfiles', 'getProfile', {
		...{ noun: 'profile', toJson },
		entries: () => state.profiles.list(),
		find: (id: number) => state.profiles.get(id),
		parts: ({ email, distinct_ids: ids, attributes, orders }) => [email, ids, attributes, orders],
		long: ['attributes', 'ignored', 'orders'],
		detail: (profile) => ({
			...toJson(profile),
			timeline: profile.timeline
				.map((call) => state.call(call))
				.filter((call) => call !== undefined)
				.map(timelineEntry),
		}),
	});
}

const timelineEntry = (call: RecordedCall) => ({
	call: call.id,
	at: call.at,
	api: call.api,
	what: call.what,
	about: summaryOf(call),
	remarks: call.remarks,
});

/** The order, the search term and the products of an event, such as `order A-1 · total 10 · SHIRT-M`. */
function summaryOf({ api, body }: RecordedCall): string {
	if (api !== 'events') return '';
	const { order_id: order, total, search_term: term, products } = (body as EventBody).properties;
	const ids = Array.isArray(products)
		? products.slice(0, 5).map((product: { id: string }) => product.id)
		: [];
	const part = (name: string, value: unknown) =>
		value === undefined ? [] : [name + (typeof value === 'string' ? value : JSON.stringify(value))];
	return [
		...part('order ', order),
		...part('total ', total),
		...part('search for ', term),
		...(ids.length === 0 ? [] : [ids.join(', ')]),
	].join(' · ');
}
