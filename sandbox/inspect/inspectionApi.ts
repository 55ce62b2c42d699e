import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { EventBody, RecordedCall, SentEmail, Verdict } from '../state/calls';
import type { SandboxConfig } from '../account/config';
import { campaignOf, statusOf, templateOf } from '../answers/answerEmails';
import type { FaultRule, Faults } from '../faults/faults';
import { isJsonType } from '../schemas/jsonValues';
import { live } from './eventStream';
import { servePage } from './servePage';
import type { Profile } from '../state/profile';
import { faultProblems } from '../schemas/schemaChecks';
import type { Sandbox } from '../bluecoreSandbox';
import type { SandboxState } from '../state/sandboxState';
import { render } from '../account/templates';

/** An email may show pictures and styles, and run nothing, wherever it is opened. */
const EMAIL_POLICY =
	"sandbox; default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; font-src https: data:";

export interface Own {
	readonly sandbox: Sandbox;
	readonly state: SandboxState;
	readonly faults: Faults;
	readonly config: SandboxConfig;
}

interface CallsQuery {
	/** Without what is long: bodies, answers, attributes. */
	brief?: boolean;
	limit?: number;
	before?: number;
	api?: string;
	verdict?: Verdict;
	marked?: 'remarks' | 'fault';
	search?: string;
}
type ListQuery = Pick<CallsQuery, 'brief' | 'limit' | 'search'>;

const LIMIT = { type: 'integer', minimum: 1 };
const SEARCH = { type: 'string' };
const BRIEF = { type: 'boolean' };
const LIST_QUERY = {
	type: 'object',
	additionalProperties: false,
	properties: { brief: BRIEF, limit: LIMIT, search: SEARCH },
};
const CALLS_QUERY = {
	...LIST_QUERY,
	properties: {
		brief: BRIEF,
		limit: LIMIT,
		search: SEARCH,
		before: LIMIT,
		api: { enum: ['events', 'send', 'status', 'unknown'] },
		verdict: { enum: ['accepted', 'dropped', 'refused', 'faulted'] },
		marked: { enum: ['remarks', 'fault'] },
	},
};
const ID = { type: 'object', properties: { id: { type: 'integer' } } };

/** What the sandbox tells of itself: JSON below /sandbox, and the page. */
export function ownApi(app: FastifyInstance, own: Own): void {
	void app.register((routes, _options, done) => {
		routes.addHook('onRequest', async (request, reply) => {
			if (isForeign(request)) {
				const message =
					'The sandbox listens on this machine only and is reached as localhost or 127.0.0.1.';
				await reply.code(403).send({ message });
			}
			reply.header('cache-control', 'no-store');
		});
		calls(routes, own);
		profiles(routes, own);
		emails(routes, own);
		faults(routes, own);
		routes.get('/sandbox/summary', () => summaryOf(own));
		routes.get('/sandbox/live', (request, reply) => live(request, reply, () => summaryOf(own)));
		routes.delete('/sandbox/state', async (_request, reply) => {
			own.sandbox.reset();
			await reply.code(204).send();
		});
		servePage(routes);
		done();
	});
}

/** Whether a page of another host has the browser ask: its name leads here, but it is not ours. */
function isForeign({ hostname, socket }: FastifyRequest): boolean {
	const isLoopback = (name: string) =>
		/^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|\[?::ffff:127(\.\d{1,3}){3}\]?)$/i.test(name);
	return isLoopback(socket.localAddress ?? '') && !isLoopback(hostname);
}

/** What stands at the top of the page. */
export const summaryOf = (own: Own) => ({
	...own.state.totals,
	epoch: own.sandbox.epoch,
	problem: own.sandbox.problem,
	profiles: own.state.profiles.size,
	new_attributes: own.state.profiles.newAttributes.slice(-100),
	faults_set: own.faults.list(),
	credential: own.sandbox.suggestedCredential(),
});

function calls(app: FastifyInstance, { state }: Own): void {
	app.get<{ Querystring: CallsQuery }>(
		'/sandbox/calls',
		{ schema: { querystring: CALLS_QUERY } },
		({ query }) =>
			newest(state.calls, query.limit, (call) => fits(call, query)).map((call) =>
				query.brief ? without(call, 'body', 'answer', 'headers') : call,
			),
	);
	app.get<{ Params: { id: number } }>(
		'/sandbox/calls/:id',
		{ schema: { params: ID } },
		async ({ params: { id } }, reply) => {
			const call = state.call(id);
			return call ?? (await reply.code(404).send({ message: `No call ${id} is kept.` }));
		},
	);
	app.get('/sandbox/events', () => state.events);
}

/** The newest entries that pass, at most `limit`, in order of arrival. */
function newest<T>(entries: readonly T[], limit = Infinity, passes: (entry: T) => boolean): T[] {
	const found: T[] = [];
	for (let n = entries.length - 1; n >= 0 && found.length < limit; n--) {
		if (passes(entries[n])) found.push(entries[n]);
	}
	return found.reverse();
}

function without<T extends object, Name extends keyof T>(
	value: T,
	...names: Name[]
): Omit<T, Name> {
	const rest = { ...value };
	for (const name of names) Reflect.deleteProperty(rest, name);
	return rest;
}

function fits(call: RecordedCall, { before, api, verdict, marked, search }: CallsQuery) {
	return (
		(before === undefined || call.id < before) &&
		(api === undefined || call.api === api) &&
		(verdict === undefined || call.verdict === verdict) &&
		(marked !== 'remarks' || call.remarks.length > 0) &&
		(marked !== 'fault' || call.fault !== undefined) &&
		holds(search, () => [call.what, call.who, call.reasons, call.remarks, call.body])
	);
}

const holds = (search = '', parts: () => unknown[]) =>
	search === '' || JSON.stringify(parts()).toLowerCase().includes(search.toLowerCase());

function profiles(app: FastifyInstance, { state }: Own): void {
	const shown = (profile: Profile) => ({
		...without(profile, 'timeline'),
		is_orphan: profile.email === null,
	});
	const brief = (profile: ReturnType<typeof shown>) =>
		without(profile, 'attributes', 'ignored', 'orders');
	app.get<{ Querystring: ListQuery }>(
		'/sandbox/profiles',
		{ schema: { querystring: LIST_QUERY } },
		({ query }) =>
			newest(
				state.profiles.list(),
				query.limit,
				({ email, distinct_ids: ids, attributes, orders }) =>
					holds(query.search, () => [email, ids, attributes, orders]),
			)
				.map(shown)
				.map((profile) => (query.brief ? brief(profile) : profile)),
	);
	app.get<{ Params: { id: number } }>(
		'/sandbox/profiles/:id',
		{ schema: { params: ID } },
		async ({ params: { id } }, reply) => {
			const profile = state.profiles.get(id);
			if (!profile) return await reply.code(404).send({ message: `No profile ${id} is kept.` });
			const timeline = profile.timeline
				.map((call) => state.call(call))
				.filter((call) => call !== undefined)
				.map((call) => ({
					call: call.id,
					at: call.at,
					api: call.api,
					what: call.what,
					about: aboutOf(call),
					remarks: call.remarks,
				}));
			return { ...shown(profile), timeline };
		},
	);
}

/** The order, the search or the products of an event, in a few words. */
function aboutOf({ api, body }: RecordedCall): string {
	if (api !== 'events') return '';
	const { order_id: order, total, search_term: term, products } = (body as EventBody).properties;
	const ids = Array.isArray(products)
		? products.slice(0, 5).map((product: { id: string }) => product.id)
		: [];
	const words = (name: string, value: unknown) =>
		value === undefined ? [] : [name + (typeof value === 'string' ? value : JSON.stringify(value))];
	return [
		...words('order ', order),
		...words('total ', total),
		...words('search for ', term),
		...(ids.length === 0 ? [] : [ids.join(', ')]),
	].join(' · ');
}

function emails(app: FastifyInstance, { state, config }: Own): void {
	const rendered = (email: SentEmail) => {
		const campaign = campaignOf(email.campaign_id, config);
		const template = campaign && templateOf(campaign, email.use_draft);
		return {
			campaign: campaign?.name ?? email.campaign_id,
			...render(template ?? { subject: '(no such campaign)', html: '' }, email.template_attributes),
		};
	};
	const shown = (email: SentEmail) => ({
		...email,
		...without(rendered(email), 'html'),
		...statusOf(email, config, Date.now()),
	});
	const brief = (email: ReturnType<typeof shown>) =>
		without(email, 'template_attributes', 'customer_attributes');
	app.get<{ Querystring: ListQuery }>(
		'/sandbox/emails',
		{ schema: { querystring: LIST_QUERY } },
		({ query }) =>
			newest([...state.emails.values()], query.limit, (email) =>
				holds(query.search, () => [email.email, email.campaign_id, email.template_attributes]),
			)
				.map(shown)
				.map((email) => (query.brief ? brief(email) : email)),
	);
	interface ById {
		Params: { id: string };
	}
	app.get<ById>('/sandbox/emails/:id', async ({ params: { id } }, reply) => {
		const email = state.emails.get(id);
		if (!email) return await reply.code(404).send({ message: `No email ${id} is kept.` });
		return { ...shown(email), html: rendered(email).html };
	});
	app.get<ById>('/sandbox/emails/:id/html', async ({ params: { id } }, reply) => {
		const email = state.emails.get(id);
		return await reply
			.code(email ? 200 : 404)
			.headers({
				'content-type': 'text/html; charset=utf-8',
				'content-security-policy': EMAIL_POLICY,
				'x-content-type-options': 'nosniff',
				'referrer-policy': 'no-referrer',
			})
			.send(email ? rendered(email).html : 'This email is no longer kept.');
	});
}

function faults(app: FastifyInstance, own: Own): void {
	app.get('/sandbox/faults', () => own.faults.list());
	app.post('/sandbox/faults', async (request, reply) => {
		const { rule, problems } = ruleIn(request);
		if (problems.length > 0) return await reply.code(400).send({ message: problems.join(' ') });
		return await reply.code(201).send(own.faults.add(rule as FaultRule));
	});
	app.delete('/sandbox/faults', async (_request, reply) => {
		own.faults.clear();
		await reply.code(204).send();
	});
	app.delete<{ Params: { id: number } }>(
		'/sandbox/faults/:id',
		{ schema: { params: ID } },
		async ({ params: { id } }, reply) => {
			const wasThere = own.faults.remove(id);
			if (wasThere) return await reply.code(204).send();
			return await reply.code(404).send({ message: `There is no fault ${id}.` });
		},
	);
}

/** A page of elsewhere can send text without asking first, but no JSON. */
function ruleIn({ headers, body }: FastifyRequest): { rule?: unknown; problems: string[] } {
	if (!isJsonType(headers['content-type'])) {
		return { problems: ['The header content-type must be application/json.'] };
	}
	try {
		const rule = JSON.parse(String(body)) as unknown;
		return { rule, problems: faultProblems(rule, 0) };
	} catch (error) {
		return { problems: [`The body is not JSON: ${(error as Error).message}`] };
	}
}
