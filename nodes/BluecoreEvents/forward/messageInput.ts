import type { IDataObject } from 'n8n-workflow';

import { fixName } from '../../shared/attributes/attributeNames';
import type { ItemSource } from '../../shared/input/item';
import { list, quote, type Report } from '../../shared/values/report';
import { isBlank, isEmail, isObject, toText } from '../../shared/values/values';
import { reservedProperties } from '../buildEvent';
import type { EventDefinition } from '../catalogue';
import { firstValue, objectAt, valueAt, type TrackingMessage } from './trackingMessage';
import { VIEWED_PAGE } from './eventMapping';

/** Where in a message the fields of events stand, by the name of their parameter; first come first. */
const PATHS = {
	email: ['properties.email', 'traits.email', 'context.traits.email'],
	products: ['properties.products', 'properties.items'],
	searchTerm: ['properties.search_term', 'properties.query'],
	orderId: ['properties.order_id', 'properties.transaction_id'],
	total: ['properties.total', 'properties.revenue', 'properties.value'],
	client: ['context.app.version'],
	device: ['context.device.model'],
} as const satisfies Record<string, readonly string[]>;

const USER_ID = [
	'userId',
	'traits.userId',
	'traits.id',
	'context.traits.userId',
	'context.traits.id',
];
const ANONYMOUS_ID = ['anonymousId'];
/** Of `context.externalId`. */
const BLUECORE_ID_TYPE = 'bluecoreExternalId';

/** Where the ID of a product may stand, first come first. */
const PRODUCT_ID = ['product_id', 'sku', 'id', 'item_id'] as const;
/** Properties that describe the product when the message has no list of products. Sources: the e-commerce specs of Segment, RudderStack and GA4. */
const PRODUCT_PROPERTIES: ReadonlySet<string> = new Set([
	...PRODUCT_ID,
	...[
		'name',
		'brand',
		'category',
		'variant',
		'price',
		'quantity',
		'coupon',
		'position',
		'color',
		'size',
	],
	...['url', 'image_url', 'item_name', 'item_brand', 'item_category', 'item_variant', 'discount'],
]);

/** Traits under other names, each after its own is fixed. */
const RENAMED_TRAITS: Readonly<Record<string, string>> = {
	firstname: 'first_name',
	lastname: 'last_name',
};
/** Traits that say who the customer is, or what to do: no attributes. */
const IDENTITY_TRAITS: ReadonlySet<string> = new Set([
	...['email', 'id', 'userid', 'anonymousid', 'distinct_id', 'action'],
]);

/** A message as the checks see it, for one of the events that it means: its fields stand in for the node's parameters. */
export function messageSource(
	message: TrackingMessage,
	event: string,
	definition: EventDefinition,
	json: IDataObject,
	report: Report,
): ItemSource {
	const properties = objectAt(message, 'properties');
	const values = new Map<string, unknown>();
	/** Where each value was found, or looked for. */
	const places = new Map<string, readonly string[]>();
	/** Properties that need not be sent under their own name. */
	const used = new Set<string>(['email']);

	const fill = (name: string, paths: readonly string[]) => {
		const found = firstValue(message, paths);
		values.set(name, found?.value ?? '');
		places.set(name, found ? [found.path] : paths);
		if (found?.path.startsWith('properties.')) used.add(found.path.slice('properties.'.length));
	};
	const parameters = definition.fields.flatMap(({ field }) => field.parameters);
	for (const [name, paths] of Object.entries(PATHS)) {
		const isField = name === 'email' || name === 'client' || name === 'device';
		if (!isField && !parameters.some((parameter) => parameter.name === name)) continue;
		if (name !== 'products' || !definition.isCustom) fill(name, paths);
		// What else a custom event calls products or items is its own matter.
		else if (typeof properties.products === 'object') fill(name, ['properties.products']);
	}

	values.set('distinctId', distinctId(message, event, values.get('email')));
	places.set('distinctId', [
		`context.externalId of type ${BLUECORE_ID_TYPE}`,
		...USER_ID,
		...ANONYMOUS_ID,
	]);
	if (places.has('products')) {
		values.set('productsInput', 'json');
		values.set(
			'productsJson',
			products(event, definition, properties, values.get('products'), used),
		);
		places.set('productsJson', places.get('products') as readonly string[]);
	}
	values.set('eventName', event);
	values.set('customerAttributesInput', 'json');
	values.set('customerAttributesJson', traitsOf(message, report));
	values.set('additionalFields', {
		client: values.get('client'),
		device: values.get('device'),
		properties: {
			...otherProperties(properties, used, definition, report),
			...(event === VIEWED_PAGE && page(message, properties)),
		},
	});

	return {
		json,
		read: ({ name }) => values.get(name) ?? '',
		describe({ name, displayName }) {
			const label = displayName.replace(' (JSON)', '');
			const paths = places.get(name);
			return paths === undefined
				? { label, advice: `Look at ${label} in the message.` }
				: {
						label: `${label} (${anyOf(paths)})`,
						advice: `Have the message carry it as ${anyOf(paths)}, or keep such messages from coming here.`,
					};
		},
	};
}

/** Names for a sentence: `a, b or c`. */
const anyOf = (names: readonly string[]): string =>
	[names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' or ');

/** All IDs of a message that are no email address, each once. */
export function idsOf(message: TrackingMessage): string[] {
	const ids = [externalId(message), ...userAndAnonymousId(message)]
		.map((id) => toText(id) ?? '')
		.filter((id) => id !== '' && !isEmail(id));
	return [...new Set(ids)];
}

/** Whom a message is about, as far as can be told without checks; null for nobody. */
export function identityOf(message: TrackingMessage): string | null {
	const email = firstValue(message, PATHS.email)?.value;
	const found = [externalId(message), email, ...userAndAnonymousId(message)].find(
		(id) => !isBlank(id),
	);
	return toText(found) || null;
}

/** The ID that an event goes out under, where it is not the email. */
function distinctId(message: TrackingMessage, event: string, email: unknown): unknown {
	const ids = [externalId(message), ...userAndAnonymousId(message)].filter((id) => !isBlank(id));
	if (event === 'identify') return ids.find((id) => !isEmail(toText(id) ?? '')) ?? '';
	const external = externalId(message);
	if (!isBlank(external)) return external;
	return isBlank(email) ? (ids.at(0) ?? '') : '';
}

const userAndAnonymousId = (message: TrackingMessage): unknown[] => [
	firstId(message, USER_ID),
	firstId(message, ANONYMOUS_ID),
];

/** What collectors send for want of an ID; all who have it would become one customer. */
const NO_IDS: ReadonlySet<unknown> = new Set([
	...['undefined', 'null', 'NaN', 'true', 'false', '0'],
	...[0, true, false, '00000000-0000-0000-0000-000000000000'],
]);

function firstId(message: TrackingMessage, paths: readonly string[]): unknown {
	const given = paths.map((path) => valueAt(message, path));
	return given.find((id) => !isBlank(id) && !NO_IDS.has(typeof id === 'string' ? id.trim() : id));
}

function externalId(message: TrackingMessage): unknown {
	const given = valueAt(message, 'context.externalId');
	const entries: unknown[] = Array.isArray(given) ? given : [given];
	return entries.filter(isObject).find(({ type }) => type === BLUECORE_ID_TYPE)?.id;
}

/** The list of products, or the product that the properties themselves describe. */
function products(
	event: string,
	definition: EventDefinition,
	properties: TrackingMessage,
	given: unknown,
	used: Set<string>,
): unknown {
	if (!isBlank(given)) {
		return Array.isArray(given) ? given.map(withId) : withId(given);
	}
	const isRequired = definition.fields.some(
		({ field, need }) => field.property === 'products' && need === 'required',
	);
	if (!isRequired || event === 'purchase') return '';
	const own = Object.entries(properties).filter(([name]) => PRODUCT_PROPERTIES.has(name));
	if (own.length === 0) return '';
	for (const [name] of own) used.add(name);
	return withId(Object.fromEntries(own));
}

/** A product with its ID under `id`. */
function withId(product: unknown): unknown {
	if (!isObject(product)) return product;
	const field = PRODUCT_ID.find((name) => !isBlank(product[name]));
	if (field === undefined) return product;
	const { [field]: id, ...others } = product;
	return { ...others, id };
}

/** The customer's attributes: what `traits` says goes before what `context.traits` says. */
function traitsOf(message: TrackingMessage, report: Report): Record<string, unknown> {
	const traits = namedTraits(objectAt(message, 'traits'), report);
	const names = new Set(Object.keys(traits).map(fixName));
	const others = Object.entries(namedTraits(objectAt(message, 'context.traits'), report)).filter(
		([name]) => !names.has(fixName(name)),
	);
	const all: Record<string, unknown> = { ...Object.fromEntries(others), ...traits };
	const gender = Object.keys(all).find((name) => fixName(name) === 'gender');
	const hasSex = Object.keys(all).some((name) => fixName(name) === 'sex');
	if (gender !== undefined && !isBlank(all[gender]) && !hasSex) all.sex = all[gender];
	return all;
}

function namedTraits(traits: TrackingMessage, report: Report): Record<string, unknown> {
	const named: Record<string, unknown> = {};
	for (const [name, value] of Object.entries(traits)) {
		const fixed = fixName(name);
		if (IDENTITY_TRAITS.has(fixed)) continue;
		const target = Object.hasOwn(RENAMED_TRAITS, fixed) ? RENAMED_TRAITS[fixed] : name;
		if (Object.hasOwn(named, target) && named[target] !== value) {
			report.problem(
				`Several traits would become the attribute ${quote(target)}, ${quote(name)} among them`,
				'Have only one of them sent.',
			);
		}
		named[target] = value;
	}
	return named;
}

/** Address and title of a page, which collectors also give in the context. */
function page(message: TrackingMessage, properties: TrackingMessage): Record<string, unknown> {
	const context = objectAt(message, 'context.page');
	return Object.fromEntries(
		['url', 'title']
			.filter((name) => isBlank(properties[name]) && !isBlank(context[name]))
			.map((name) => [name, context[name]]),
	);
}

/** The properties that are not used otherwise; those that Bluecore has for itself are left out. */
function otherProperties(
	properties: TrackingMessage,
	used: ReadonlySet<string>,
	definition: EventDefinition,
	report: Report,
): Record<string, unknown> {
	// Products go where they are checked, or nowhere; GA4 calls them items.
	const productNames = definition.isCustom ? ['products'] : ['products', 'items'];
	const reserved = new Set([...reservedProperties(definition), ...productNames]);
	const others = Object.entries(properties).filter(([name]) => !used.has(name));
	const isReserved = ([name]: [string, unknown]) => reserved.has(name);
	const left = others.filter(isReserved).map(([name]) => quote(name));
	if (left.length > 0) {
		report.warn(
			`Properties that this event cannot have under their name were left out: ${list(left)}`,
		);
	}
	return Object.fromEntries(others.filter((entry) => !isReserved(entry)));
}
