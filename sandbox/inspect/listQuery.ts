import type { FastifyInstance } from 'fastify';
import type { FastifySchemaValidationError } from 'fastify/types/schema';

import { shorten } from '../schemas/jsonValues';
import { serve } from './addresses';
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

/** The query of an address that has no parameters. */
export const NOTHING = { type: 'object', additionalProperties: false };

/** What is wrong with a parameter. */
export function describeParameter({
	keyword,
	params,
	instancePath,
	message,
}: FastifySchemaValidationError): string {
	const name = instancePath.slice(1);
	switch (keyword) {
		case 'additionalProperties':
			return `There is no parameter ${String(params.additionalProperty)} here.`;
		case 'minLength':
			return `The parameter ${name} is empty.`;
		case 'enum':
			return `The parameter ${name} must be one of ${(params.allowedValues as string[]).join(', ')}.`;
		default:
			return `The parameter ${name} ${message ?? 'is not valid'}.`;
	}
}

/** The newest entries that match, at most `limit`, in their order. */
export function newest<T extends { readonly namespace: string }>(
	entries: readonly T[],
	{ limit = Infinity, namespace: given, search = '' }: ListQuery,
	parts: (entry: T) => unknown[],
	matches: (entry: T) => boolean = () => true,
): T[] {
	const found: T[] = [];
	const namespace = given && shorten(given);
	for (let n = entries.length - 1; n >= 0 && found.length < limit; n--) {
		const entry = entries[n];
		if (namespace !== undefined && entry.namespace !== namespace) continue;
		if (matches(entry) && contains(search, () => parts(entry))) found.push(entry);
	}
	return found.reverse();
}

/** Whether one of the parts contains the text, in any letter case. */
const contains = (search: string, parts: () => unknown[]) =>
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
	readonly entries: () => readonly Entry[];
	readonly find: (id: Id) => Entry | undefined;
	/** What `search` looks in. */
	readonly parts: (entry: Entry) => unknown[];
	readonly toJson: (entry: Entry) => Shown;
	/** What a brief list leaves out. */
	readonly long: ReadonlyArray<keyof Shown>;
	/** An entry at its own address. */
	readonly detail: (entry: Entry) => object;
	/** For a list that has more parameters than others. */
	readonly matches?: (entry: Entry, query: Query) => boolean;
}

/** Serves a list, and each of its entries. */
export function listRoutes<
	Entry extends { readonly namespace: string },
	Id extends string | number,
	Shown extends object,
	Query extends ListQuery,
>(
	app: FastifyInstance,
	listId: Parameters<typeof serve>[1],
	entryId: Parameters<typeof serve>[1],
	{ noun, entries, find, parts, toJson, long, detail, matches }: Listed<Entry, Id, Shown, Query>,
): void {
	serve(app, listId, ({ query: given }) => {
		const query = given as Query;
		const isMatch = (entry: Entry) => matches?.(entry, query) ?? true;
		const found = newest(entries(), query, parts, isMatch).map(toJson);
		return query.brief ? found.map((entry) => omit(entry, ...long)) : found;
	});
	serve<{ Params: { id: Id } }>(app, entryId, ({ params: { id } }) => {
		const entry = find(id);
		if (entry) return detail(entry);
		throw httpError(404, `There is no ${noun} ${id}, or it is no longer kept.`);
	});
}
