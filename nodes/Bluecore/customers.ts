import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { accountKey } from '../shared/account/account';
import {
	CUSTOMER_ATTRIBUTE_PARAMETERS,
	givenAttributes,
} from '../shared/attributes/attributeParameters';
import { ADD_ATTRIBUTE, checkAttributes } from '../shared/attributes/customerAttributes';
import type { Response } from '../shared/delivery/outcome';
import type { Item } from '../shared/input/item';
import { additionalFields } from '../shared/input/showFor';
import { dataOf, isNotFound } from '../shared/messages/answers';
import { planOf, type Operation, type OutgoingRequest } from '../shared/run/operation';
import { fieldIn } from '../shared/values/field';
import { joinList } from '../shared/values/text';
import { readTime } from '../shared/values/times';
import { isObject, rowsIn, textOf } from '../shared/values/value';
import { explainFor, validateData, type DeveloperOperation } from './developerApi';
import {
	IDENTIFIER_PARAMETERS,
	identifierKey,
	readIdentifiers,
	type Identifier,
} from './identifiers';

const TIMESTAMP: INodeProperties = {
	displayName: 'Timestamp',
	name: 'timestamp',
	type: 'dateTime',
	default: '',
	description:
		'When the attributes had these values. Without it: now. A time without a zone is one of the zone of the workflow.',
};
const UPSERT_FIELDS = additionalFields([TIMESTAMP]);

/** Attributes that identify the customer: they have fields of their own. */
const IDENTITY = ['email', 'phone_number'] as const;

/** The customer attributes of an item, as the API takes them. Problems are reported. */
export function readAttributes(item: Item, identifiers: readonly Identifier[]): IDataObject {
	const { options, report } = item;
	const identity = summaryOf(identifiers);
	// What the fields say already is not sent, so it needs no warning.
	const others = givenAttributes(item).filter(
		([name, value]) => !(name in identity && isSameIdentity(value, identity[name])),
	);
	const given = checkAttributes(others, options, report);
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
const isSameIdentity = (attribute: unknown, field: unknown): boolean =>
	[attribute, field]
		.map((value) => textOf(value).toLowerCase())
		.map((text) => (text.includes('@') ? text : text.replace(/\D/g, '')))
		.every((text, _index, [first]) => text !== '' && text === first);

const summaryOf = (identifiers: readonly Identifier[]): IDataObject =>
	Object.assign({}, ...identifiers) as IDataObject;

/** Stands for the data of a customer that Bluecore does not have. */
const NOTHING = {};

/** How something of a customer is read. */
interface Reading extends Pick<Operation, 'validateResponse' | 'output'> {
	readonly path: string;
	readonly scope: string;
	/** Whether only the first of two identifiers is asked for. */
	readonly isOfOne: boolean;
	/** What to say if Bluecore does not have it. */
	readonly missing: string;
	/** Whose it would have been, for the output without it. */
	notFound(summary: IDataObject): IDataObject;
}

/** Reads something of the customer of each item. What Bluecore does not have is an error, or an empty output. */
export const createReading =
	(reading: Reading): DeveloperOperation['create'] =>
	({ api }) => ({
		endpoint: 'read',
		isReadOnly: true,
		explain: explainFor(reading.scope, {
			404: () => ({
				message: reading.missing,
				fix: 'Check the address or number, and Namespace in the credential. To go on with such items, set the option If Not Found to Return Empty.',
			}),
		}),
		validateResponse: reading.validateResponse,
		output: (request, response) =>
			dataOf(response) === NOTHING
				? { found: false, ...reading.notFound(request.summary), attempts: undefined }
				: reading.output(request, response),
		plan(item) {
			const { account, options } = item;
			const identifiers = readIdentifiers(item);
			const [asked] = identifiers;
			const request: OutgoingRequest = {
				account,
				payload: { ...asked },
				summary: summaryOf(reading.isOfOne ? identifiers.slice(0, 1) : identifiers),
				async send() {
					const response = await api(account, { path: [reading.path], query: { ...asked } });
					return options.ifNotFound === 'return' && isNotFound(response)
						? { ...response, statusCode: 200, body: { data: NOTHING } }
						: response;
				},
			};
			return [planOf(item, request)];
		},
	});

function customerOutput({ summary }: OutgoingRequest, response: Response): IDataObject {
	const data = dataOf(response) ?? {};
	const ids = rowsIn(data, 'ids') as IDataObject[];
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
		const known = ids.flatMap((id) => textOf(id[name]) || []);
		const given = textOf(summary[name]);
		const own = known.find((each) => each.toLowerCase() === given.toLowerCase());
		return [name, own ?? (name === asked ? given : (known.at(0) ?? null))];
	});
	return Object.fromEntries(pairs) as IDataObject;
}

const isCustomer = (data: Record<string, unknown>) => data === NOTHING || Array.isArray(data.ids);

const getCustomer: DeveloperOperation = {
	label: 'Get',
	action: 'Get customer',
	description: 'Read what Bluecore knows about a customer. Changes nothing.',
	parameters: IDENTIFIER_PARAMETERS,
	create: createReading({
		path: 'customers',
		scope: 'customers:read',
		isOfOne: false,
		missing: 'Bluecore does not know this customer',
		validateResponse: validateData('customer', false, isCustomer),
		output: customerOutput,
		notFound: ({ email = null, phone_number = null }) => ({ email, phone_number }),
	}),
};

/** Warns of a phone number that the items of a run link to several addresses. */
function sharedPhones() {
	/** The first item that links each number, and its email. */
	const linked = new Map<string, { readonly index: number; readonly email: string }>();
	return ({ account, index, report }: Item, identifiers: readonly Identifier[]): void => {
		const [email, phone] = identifiers.map(identifierKey);
		if (identifiers.length < 2) return;
		const key = `${accountKey(account)} ${phone}`;
		const first = linked.get(key) ?? { index, email };
		linked.set(key, first);
		if (first.email === email) return;
		report.warn(
			`Phone is also that of item ${first.index}, which has another email: Bluecore takes both for one customer, and a link cannot be removed. Check that it is no placeholder`,
		);
	};
}

const upsertCustomer: DeveloperOperation = {
	label: 'Create or Update',
	action: 'Create or update customer',
	description:
		'Create a new customer, or update the current one if it already exists (upsert). Replaces the attributes that are given. New attributes and links of identifiers cannot be removed.',
	parameters: [...IDENTIFIER_PARAMETERS, ...CUSTOMER_ATTRIBUTE_PARAMETERS, UPSERT_FIELDS],
	create({ api, customers, execution }) {
		const warnOfShared = sharedPhones();
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
				warnOfShared(item, identifiers);
				const timestamp = readTime(
					fieldIn(item.field(UPSERT_FIELDS), TIMESTAMP),
					execution.getTimezone(),
				);
				const hasAttributes = Object.keys(attributes).length > 0;
				if (!hasAttributes && links.length === 0 && report.problems.length === before) {
					report.problem(
						'Customer Attributes must contain at least one attribute, unless both Email and Phone are given',
						ADD_ATTRIBUTE,
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
					send: async (signal) => await api(account, { path: ['customers'], body }, signal),
				};
				return [planOf(item, request)];
			},
		};
	},
};

export const customerOperations = { get: getCustomer, upsert: upsertCustomer };
