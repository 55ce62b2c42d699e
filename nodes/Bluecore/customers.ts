import type { IDataObject, INodeProperties } from 'n8n-workflow';

import {
	CUSTOMER_ATTRIBUTE_PARAMETERS,
	givenAttributes,
} from '../shared/attributes/attributeParameters';
import { checkAttributes } from '../shared/attributes/customerAttributes';
import type { Response } from '../shared/delivery/outcome';
import type { Item } from '../shared/input/item';
import { planOf, type OutgoingRequest, type Plan } from '../shared/run/operation';
import { isObject, toText } from '../shared/values/coerce';
import { fieldIn } from '../shared/values/field';
import type { JsonValue } from '../shared/values/json';
import { joinList } from '../shared/values/text';
import { readTime } from '../shared/values/times';
import {
	dataOf,
	explainFor,
	isNotFound,
	validateData,
	type DeveloperOperation,
} from './developerApi';
import { EMAIL, identifierKey, PHONE, readIdentifiers, type Identifier } from './identifiers';

const TIMESTAMP: INodeProperties = {
	displayName: 'Timestamp',
	name: 'timestamp',
	type: 'dateTime',
	default: '',
	description:
		'When the attributes had these values. Without it: now. A time without a zone is one of the zone of the workflow.',
};
const UPSERT_FIELDS: INodeProperties = {
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options: [TIMESTAMP],
};

/** Attributes that identify the customer: they have fields of their own. */
const IDENTITY = ['email', 'phone_number'] as const;

/** The customer attributes of an item, as the API takes them. Problems are reported. */
export function readAttributes(item: Item, identifiers: readonly Identifier[]): IDataObject {
	const { options, report } = item;
	const given = checkAttributes(givenAttributes(item), options, report);
	const identity = Object.assign({}, ...identifiers) as Record<string, unknown>;
	// Without a phone number of the customer, phone_number is an attribute like any other.
	const isIdentity = (name: string) =>
		name === 'email' || (name === 'phone_number' && name in identity);
	const attributes: IDataObject = {};
	const nested: string[] = [];
	for (const [name, value] of Object.entries(given)) {
		if (isIdentity(name)) {
			if (isSameIdentity(value, identity[name])) continue;
			report.problem(
				`The attribute "${name}" is different from the field ${name === 'email' ? 'Email' : 'Phone'}`,
				'Remove the attribute, and map the value to the field.',
			);
		} else if (typeof value === 'object' && value !== null) nested.push(name);
		// The API has no null; empty text erases a value, too.
		else attributes[name] = value ?? '';
	}
	if (nested.length > 0) {
		report.problem(
			`Customer Attributes must be text, numbers, booleans or times, but these are lists or objects: ${joinList(nested)}`,
			'Map their single values to attributes of their own, or remove them.',
		);
	}
	return attributes;
}

/** Whether an attribute says the same as a field: addresses in any letter case, numbers with and without separators. */
const isSameIdentity = (attribute: JsonValue, field: unknown): boolean =>
	[attribute, field]
		.map((value) => (toText(value) ?? '').toLowerCase())
		.map((text) => (text.includes('@') ? text : text.replace(/\D/g, '')))
		.every((text, _index, [first]) => text !== '' && text === first);

/** Plans the request that reads something of a customer. Without a customer, its answer can also be an empty one. */
export function planReading(
	item: Item,
	identifiers: readonly Identifier[],
	request: Pick<OutgoingRequest, 'summary' | 'customer'> & {
		send(query: Record<string, string>): Promise<Response>;
	},
): Plan[] {
	const [asked = {}] = identifiers;
	const outgoing: OutgoingRequest = {
		account: item.account,
		payload: asked as IDataObject,
		customer: request.customer,
		summary: request.summary,
		async send() {
			const response = await request.send(asked as Record<string, string>);
			const isEmptyAnswer = item.options.ifNotFound === 'return' && isNotFound(response);
			return isEmptyAnswer ? { ...response, statusCode: 200, body: { data: NOTHING } } : response;
		},
	};
	return [planOf(item, outgoing)];
}

/** Stands for the data of a customer that Bluecore does not have. */
const NOTHING = {};

export const isNothing = (response: Response): boolean => dataOf(response) === NOTHING;

/** The identifiers as the output has them. */
export const summaryOf = (identifiers: readonly Identifier[]): IDataObject =>
	Object.assign({}, ...identifiers) as IDataObject;

export const NOT_FOUND_FIX =
	'Check the address or number, and Namespace in the credential. To go on with such items, set the option If Not Found to Return Empty.';

const idsOf = (data: Record<string, unknown>): IDataObject[] =>
	Array.isArray(data.ids)
		? (data.ids as unknown[]).filter(isObject).map((id) => id as IDataObject)
		: [];

function customerOutput({ summary }: OutgoingRequest, response: Response): IDataObject {
	const { email = null, phone_number: phone = null } = summary;
	if (isNothing(response)) return { found: false, email, phone_number: phone, attempts: undefined };
	const data = dataOf(response) ?? {};
	const ids = idsOf(data);
	return {
		found: true,
		...identityOf(summary, ids),
		ids,
		attributes: isObject(data.attributes) ? (data.attributes as IDataObject) : {},
		updated: (data.updated as string | undefined) ?? null,
	};
}

/** The identifier that was asked for, and one of the other kind if Bluecore has one; of several, if possible the item's own. */
function identityOf(summary: IDataObject, ids: readonly IDataObject[]): IDataObject {
	const asked = IDENTITY.find((name) => summary[name] !== undefined);
	const pairs = IDENTITY.map((name) => {
		const known = ids.flatMap((id) => toText(id[name]) || []);
		const given = toText(summary[name]) ?? '';
		const own = known.find((each) => each.toLowerCase() === given.toLowerCase());
		return [name, own ?? (name === asked ? given : (known.at(0) ?? null))];
	});
	return Object.fromEntries(pairs) as IDataObject;
}

const isCustomer = (data: Record<string, unknown>) => data === NOTHING || Array.isArray(data.ids);

export const getCustomer: DeveloperOperation = {
	label: 'Get',
	action: 'Get customer',
	description: 'Read what Bluecore knows about a customer. Changes nothing.',
	parameters: [EMAIL, PHONE],
	create: ({ api }) => ({
		endpoint: 'read',
		explain: explainFor('customers:read', (status) =>
			status === 404
				? { message: 'Bluecore does not know this customer', fix: NOT_FOUND_FIX }
				: undefined,
		),
		validateResponse: validateData('customer', false, isCustomer),
		output: customerOutput,
		plan(item) {
			const identifiers = readIdentifiers(item);
			return planReading(item, identifiers, {
				summary: summaryOf(identifiers),
				send: async (query) =>
					await api(item.account, { method: 'GET', path: ['customers'], query }),
			});
		},
	}),
};

export const upsertCustomer: DeveloperOperation = {
	label: 'Create or Update',
	action: 'Create or update customer',
	description:
		'Create a new customer, or update the current one if it already exists (upsert). Replaces the attributes that are given. New attributes and links of identifiers cannot be removed.',
	parameters: [EMAIL, PHONE, ...CUSTOMER_ATTRIBUTE_PARAMETERS, UPSERT_FIELDS],
	create({ api, customers, execution }) {
		return {
			endpoint: 'change',
			explain: explainFor('customers:write'),
			validateResponse: validateData('customer', true, isCustomer),
			output: customerOutput,
			plan(item) {
				const { account, report } = item;
				const before = report.problems.length;
				const identifiers = readIdentifiers(item);
				const attributes = readAttributes(item, identifiers);
				const [id = {}, ...links] = identifiers;
				const timestamp = readTime(
					fieldIn(item.field(UPSERT_FIELDS), TIMESTAMP),
					execution.getTimezone(),
				);
				const hasAttributes = Object.keys(attributes).length > 0;
				if (!hasAttributes && links.length === 0 && report.problems.length === before) {
					report.problem(
						'Customer Attributes must contain at least one attribute, unless both Email and Phone are given',
						'Add an attribute. Empty values count only if the option Send Empty Values is on.',
					);
				}
				const body: IDataObject = {
					id: id as IDataObject,
					...(links.length > 0 && { link_ids: links as IDataObject[] }),
					...(hasAttributes && { attributes }),
					...(timestamp !== '' && { timestamp }),
				};
				const request: OutgoingRequest = {
					account,
					customer: customers.join(account, identifiers.map(identifierKey)),
					summary: summaryOf(identifiers),
					payload: body,
					send: async (signal) =>
						await api(account, { method: 'POST', path: ['customers'], body }, signal),
				};
				return [planOf(item, request)];
			},
		};
	},
};
