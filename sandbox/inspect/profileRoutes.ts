import type { FastifyInstance } from 'fastify';

import type { EventBody, RecordedCall } from '../state/calls';
import { isPhone } from '../state/identifiers';
import type { Profile } from '../state/profile';
import type { SandboxState } from '../state/sandboxState';
import { marketingOf } from '../state/subscriptions';
import { contains, LIST_QUERY, newest, NUMBER_ID, omit, type ListQuery } from './listQuery';

const toJson = (profile: Profile) => ({
	...omit(profile, 'timeline', 'bytes'),
	marketing: marketingOf(profile),
	is_orphan: profile.email === null && !profile.distinct_ids.some(isPhone),
});

/** The customers that Bluecore would know, and one of them with the timeline of its calls. */
export function profileRoutes(app: FastifyInstance, state: SandboxState): void {
	app.get<{ Querystring: ListQuery }>(
		'/sandbox/profiles',
		{ schema: { querystring: LIST_QUERY } },
		({ query }) =>
			newest(state.profiles.list(), query, ({ email, distinct_ids: ids, attributes, orders }) =>
				contains(query.search, () => [email, ids, attributes, orders]),
			)
				.map(toJson)
				.map((profile) =>
					query.brief ? omit(profile, 'attributes', 'ignored', 'orders') : profile,
				),
	);
	app.get<{ Params: { id: number } }>(
		'/sandbox/profiles/:id',
		{ schema: { params: NUMBER_ID } },
		async ({ params: { id } }, reply) => {
			const profile = state.profiles.get(id);
			if (!profile) {
				return await reply
					.code(404)
					.send({ message: `There is no profile ${id}, or it is no longer kept.` });
			}
			const timeline = profile.timeline
				.map((call) => state.call(call))
				.filter((call) => call !== undefined)
				.map(timelineEntry);
			return { ...toJson(profile), timeline };
		},
	);
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
