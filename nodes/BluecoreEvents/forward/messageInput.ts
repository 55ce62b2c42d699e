import { fixName, lettersOf } from '../../shared/attributes/attributeNames';
import type { GivenAttribute } from '../../shared/attributes/customerAttributes';
import type { ItemOptions } from '../../shared/options/nodeOptions';
import { isBlank, isObject } from '../../shared/values/coerce';
import type { Field } from '../../shared/values/field';
import type { JsonValue } from '../../shared/values/plainJson';
import type { Report } from '../../shared/values/report';
import { joinList, quoted } from '../../shared/values/text';
import { reservedProperties } from '../buildEvent';
import type { EventDefinition } from '../catalogue';
import { products as productsField } from '../eventFields';
import type { EventInput } from '../eventInput';
import { VALUE_PARAMETERS, type ValueName } from '../eventParameters';
import { productsIn } from '../products';
import { VIEWED_PAGE } from './eventMapping';
import { DISTINCT_ID_PATHS, distinctIdOf, EMAIL_PATHS } from './messageIdentity';
import { firstValue, objectAt, type TrackingMessage } from './trackingMessage';

type Properties = Readonly<Record<string, JsonValue>>;

/** Paths in a message that can have the single values of events; the first one with a value is used. */
const VALUE_PATHS: Readonly<
	Record<Exclude<ValueName, 'distinctId' | 'eventName'>, readonly string[]>
> = {
	email: EMAIL_PATHS,
	searchTerm: ['properties.search_term', 'properties.query'],
	orderId: ['properties.order_id', 'properties.transaction_id'],
	total: ['properties.total', 'properties.revenue', 'properties.value'],
	client: ['context.app.version'],
	device: ['context.device.model'],
};
const PRODUCT_PATHS = ['properties.products', 'properties.items'];

/** Fields that can have the ID of a product; the first one with a value is used. */
const PRODUCT_ID = ['product_id', 'sku', 'id', 'item_id'] as const;
/** Properties that describe the product if the message has no list of products. Sources: the e-commerce specs of Segment, RudderStack and GA4. */
const PRODUCT_PROPERTIES: ReadonlySet<string> = new Set([
	...PRODUCT_ID,
	...['name', 'brand', 'category', 'variant', 'price', 'quantity', 'coupon', 'position', 'color'],
	...['size', 'url', 'image_url', 'discount'],
	...['item_name', 'item_brand', 'item_category', 'item_variant'],
]);

/** Traits that are sent under another name, by their letters. */
const RENAMED_TRAITS: Readonly<Record<string, string>> = {
	firstname: 'first_name',
	lastname: 'last_name',
};
/** Traits that identify the customer or say what to do, by their letters. They are not attributes. */
const IDENTITY_TRAITS: ReadonlySet<string> = new Set([
	...['email', 'id', 'userid', 'anonymousid', 'distinctid', 'action'],
]);

/** The event input from a tracking message, for one of its events. The message is plain JSON. */
export function messageInput(
	message: TrackingMessage,
	event: string,
	definition: EventDefinition,
	options: ItemOptions,
	report: Report,
): EventInput {
	const properties = objectAt(message, 'properties') as Properties;
	/** Properties that a field of the event has read. They are not sent again under their own name. */
	const used = new Set<string>(['email']);

	function find(label: string, paths: readonly string[]): Field {
		const found = firstValue(message, paths);
		if (found?.path.startsWith('properties.')) used.add(found.path.slice('properties.'.length));
		return described(found?.value ?? '', label, found ? [found.path] : paths);
	}
	function described(value: unknown, label: string, paths: readonly string[]): Field {
		const places = anyOf(paths);
		return {
			value,
			label: `${label} (${places})`,
			advice: `Send the message with ${places}, or filter such messages out before this node.`,
			report,
		};
	}
	function findProducts(): Field {
		const label = productsField.label;
		// A custom event may use these names for something else, so only a list or an object in `products` is read as products.
		const paths = definition.isCustom ? PRODUCT_PATHS.slice(0, 1) : PRODUCT_PATHS;
		if (definition.isCustom && typeof properties.products !== 'object') {
			return described('', label, paths);
		}
		const list = find(label, paths);
		if (!isBlank(list.value)) return list;
		const own = productEntries(event, definition, properties);
		for (const [name] of own) used.add(name);
		return { ...list, value: own.length === 0 ? '' : Object.fromEntries(own) };
	}

	const values = new Map<ValueName, Field>();
	const fieldValues = definition.fields.flatMap(({ field }) => field.reads ?? []);
	for (const name of ['email', 'client', 'device', ...fieldValues] as const) {
		const label = VALUE_PARAMETERS[name].displayName;
		if (name === 'eventName') values.set(name, { value: event, label, report });
		else if (name !== 'distinctId') values.set(name, find(label, VALUE_PATHS[name]));
	}
	const distinctId = distinctIdOf(message, event, !isBlank(values.get('email')?.value));
	const idLabel = VALUE_PARAMETERS.distinctId.displayName;
	values.set('distinctId', described(distinctId, idLabel, DISTINCT_ID_PATHS));
	const hasProducts = definition.fields.some(({ field }) => field === productsField);
	const products = hasProducts ? findProducts() : described('', productsField.label, PRODUCT_PATHS);

	return {
		options,
		report,
		value: (name) =>
			values.get(name) ?? { value: '', label: VALUE_PARAMETERS[name].displayName, report },
		products: () => ({ label: products.label, entries: productsIn(products).map(withId) }),
		attributes: () => traitsOf(message, report),
		properties: () => ({
			...otherProperties(properties, used, definition, report),
			...(event === VIEWED_PAGE && pageProperties(message, properties)),
		}),
	};
}

/** Names for a sentence: `a, b or c`. */
const anyOf = (names: readonly string[]): string =>
	[names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' or ');

/** The product that the properties describe, for events that need a product. A purchase needs a list. */
function productEntries(event: string, { fields }: EventDefinition, properties: Properties) {
	const isRequired = fields.some(
		({ field, need }) => field === productsField && need === 'required',
	);
	if (!isRequired || event === 'purchase') return [];
	return Object.entries(properties).filter(([name]) => PRODUCT_PROPERTIES.has(name));
}

/** A product with its ID under `id`. */
function withId(product: Field): Field {
	const { value } = product;
	if (!isObject(value)) return product;
	const field = PRODUCT_ID.find((name) => !isBlank(value[name]));
	if (field === undefined) return product;
	const { [field]: id, ...others } = value;
	return { ...product, value: { ...others, id } };
}

/** The customer's attributes. `traits` takes precedence over `context.traits`. */
function traitsOf(message: TrackingMessage, report: Report): GivenAttribute[] {
	const traits = namedTraits(objectAt(message, 'traits') as Properties, report);
	const names = new Set([...traits.keys()].map(fixName));
	const contextTraits = namedTraits(objectAt(message, 'context.traits') as Properties, report);
	const all = new Map([
		...[...contextTraits].filter(([name]) => !names.has(fixName(name))),
		...traits,
	]);
	const nameOf = (fixed: string) => [...all.keys()].find((name) => fixName(name) === fixed);
	const gender = all.get(nameOf('gender') ?? '');
	if (!isBlank(gender) && nameOf('sex') === undefined) all.set('sex', gender);
	return [...all];
}

function namedTraits(traits: Properties, report: Report): Map<string, JsonValue> {
	const named = new Map<string, JsonValue>();
	for (const [name, value] of Object.entries(traits)) {
		const letters = lettersOf(name);
		if (IDENTITY_TRAITS.has(letters)) continue;
		const target = Object.hasOwn(RENAMED_TRAITS, letters) ? RENAMED_TRAITS[letters] : name;
		if (named.has(target) && named.get(target) !== value) {
			report.problem(
				`Several traits would become the attribute ${quoted(target)}, including ${quoted(name)}`,
				'Send only one of them.',
			);
		}
		named.set(target, value);
	}
	return named;
}

/** The URL and title of a page, if collectors give them in the context only. */
function pageProperties(message: TrackingMessage, properties: Properties): Properties {
	const page = objectAt(message, 'context.page') as Properties;
	return Object.fromEntries(
		['url', 'title']
			.filter((name) => isBlank(properties[name]) && !isBlank(page[name]))
			.map((name) => [name, page[name]]),
	);
}

/** The properties that no field has read; reserved ones are left out. */
function otherProperties(
	properties: Properties,
	used: ReadonlySet<string>,
	definition: EventDefinition,
	report: Report,
): Properties {
	// Products are sent only if they were checked. GA4 calls them items.
	const productNames = definition.isCustom ? ['products'] : ['products', 'items'];
	const reserved = new Set([...reservedProperties(definition), ...productNames]);
	const others = Object.entries(properties).filter(([name]) => !used.has(name));
	const isReserved = ([name]: readonly [string, unknown]) => reserved.has(name);
	const left = others.filter(isReserved).map(([name]) => quoted(name));
	if (left.length > 0) {
		report.warn(
			`These properties were left out because this event cannot have properties of these names: ${joinList(left)}`,
		);
	}
	return Object.fromEntries(others.filter((entry) => !isReserved(entry)));
}
