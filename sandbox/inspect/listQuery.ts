import type { FastifyInstance } from 'fastify';
import type { FastifySchemaValidationError } from 'fastify/types/schema';

import { shorten } from '../schemas/jsonValues';
import { httpError } from './jsonBody';

/** The query of a list. */
export interface ListQuery {
	/** Leaves out what is long: bodies, answers, attributes. */
	brief?: boolean;
	/** At most this many entries, the newest ones. */
	limit?: number;
	/** Only entries that contain this text, in any letter case. */
	search?: string;
	/** Only entries of this namespace. */
	namespace?: string;
}

/** The query of what can be done to one namespace alone. */
export interface OfNamespace {
	namespace?: string;
}

const NAMESPACE = { type: 'string', minLength: 1 };

export const OF_NAMESPACE = {
	type: 'object',
	additionalProperties: false,
	properties: { namespace: NAMESPACE },
};

/** The query of an address that has no parameters. A parameter that is ignored would mislead whoever mistyped it. */
export const NOTHING = { type: 'object', additionalProperties: false };

export const LIMIT = { type: 'integer', minimum: 1 };

export const LIST_QUERY = {
	type: 'object',
	additionalProperties: false,
	properties: {
		brief: { type: 'boolean' },
		limit: LIMIT,
		search: { type: 'string' },
		namespace: NAMESPACE,
	},
};

/** The schema of the parameters of an address that ends with a number. */
export const NUMBER_ID = { type: 'object', properties: { id: { type: 'integer' } } };

/** What is wrong with a parameter. */
export function describeParameter({
	keyword,
	params,
	instancePath,
	message,
}: FastifySchemaValidationError): string {
	return keyword === 'additionalProperties'
		? `There is no parameter ${String(params.additionalProperty)} here.`
		: `The parameter ${instancePath.slice(1)} ${message ?? 'is not valid'}.`;
}

/** The newest entries that match, at most `limit`, in their order. */
export function newest<T extends { readonly namespace: string }>(
	entries: readonly T[],
	{ limit = Infinity, namespace: given }: ListQuery,
	matches: (entry: T) => boolean,
): T[] {
	const found: T[] = [];
	const namespace = given && shorten(given);
	for (let n = entries.length - 1; n >= 0 && found.length < limit; n--) {
		const entry = entries[n];
		if (namespace !== undefined && entry.namespace !== namespace) continue;
		if (matches(entry)) found.push(entry);
	}
	return found.reverse();
}

/** Whether one of the parts contains the text, in any letter case. */
export const contains = (search = '', parts: () => unknown[]) =>
	search === '' || JSON.stringify(parts()).toLowerCase().includes(search.toLowerCase());

/** A copy of a value without some of its properties. */
export function omit<T extends object, Name extends keyof T>(
	value: T,
	...names: Name[]
): Omit<T, Name> {
	const rest = { ...value };
	for (const name of names) Reflect.deleteProperty(rest, name);
	return rest;
}

/** A list, and what is at the address of each of its entries. */
interface Listed<Entry, Id, Shown, Query> {
	/** The name of one entry for people. */
	readonly noun: string;
	readonly id: 'integer' | 'string';
	readonly entries: () => readonly Entry[];
	readonly find: (id: Id) => Entry | undefined;
	/** What `search` looks in. */
	readonly parts: (entry: Entry) => unknown[];
	readonly toJson: (entry: Entry) => Shown;
	/** What a brief list leaves out. */
	readonly long: ReadonlyArray<keyof Shown>;
	/** An entry at its own address. */
	readonly detail: (entry: Entry) => object;
	/** A list that has more parameters than others. */
	readonly query?: object;
	readonly matches?: (entry: Entry, query: Query) => boolean;
}

/** Serves a list at `/sandbox/…`, and each of its entries. */
export function listRoutes<
	Entry extends { readonly namespace: string },
	Id extends string | number,
	Shown extends object,
	Query extends ListQuery,
>(app: FastifyInstance, name: string, listed: Listed<Entry, Id, Shown, Query>): void {
	const { noun, id: type, entries, find, parts, toJson, long, detail, matches } = listed;
	app.get(
		`/sandbox/${name}`,
		{ schema: { querystring: listed.query ?? LIST_QUERY } },
		({ query: given }) => {
			const query = given as Query;
			const isMatch = (entry: Entry) =>
				(matches?.(entry, query) ?? true) && contains(query.search, () => parts(entry));
			const found = newest(entries(), query, isMatch).map(toJson);
			return query.brief ? found.map((entry) => omit(entry, ...long)) : found;
		},
	);
	app.get<{ Params: { id: Id } }>(
		`/sandbox/${name}/:id`,
		{ schema: { params: { type: 'object', properties: { id: { type } } } } },
		({ params: { id } }) => {
			const entry = find(id);
			if (entry) return detail(entry);
			throw httpError(404, `There is no ${noun} ${id}, or it is no longer kept.`);
		},
	);
}
