import { fixName, lettersOf } from '../../shared/attributes/attributeNames';
import type { GivenAttribute } from '../../shared/attributes/customerAttributes';
import type { ItemOptions } from '../../shared/options/nodeOptions';
import { isBlank, isObject, toNumber, toText } from '../../shared/values/coerce';
import type { Field } from '../../shared/values/field';
import type { JsonValue } from '../../shared/values/plainJson';
import { ABOVE_ZERO, ANY_NUMBER, type NumberRule } from '../../shared/values/readField';
import { isMissingId } from '../../shared/values/readId';
import type { Report } from '../../shared/values/report';
import { describeValue, joinList, quoted } from '../../shared/values/text';
import { reservedProperties } from '../buildEvent';
import type { EventDefinition } from '../catalogue';
import { products as productsField } from '../eventFields';
import type { EventInput } from '../eventInput';
import { ADDITIONAL_VALUES, VALUE_PARAMETERS, type ValueName } from '../eventParameters';
import { productsIn } from '../products';
import { VIEWED_PAGE } from './eventMapping';
import {
	DISTINCT_ID_PATHS,
	distinctIdOf,
	EMAIL_PATHS,
	isEmailName,
	warnOfUnused,
	type MessageIdentity,
} from './messageIdentity';
import { firstValue, isGiven, objectAt, type Found, type TrackingMessage } from './trackingMessage';

type Properties = Readonly<Record<string, JsonValue>>;

/** Paths in a message that can have the single values of events; the first one with a value is used. */
const VALUE_PATHS: Readonly<
	Record<Exclude<ValueName, 'email' | 'distinctId' | 'eventName'>, readonly string[]>
> = {
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

/** Values that a product may lack, and what they must be. */
const OPTIONAL_NUMBERS: Readonly<Record<string, NumberRule>> = {
	price: ANY_NUMBER,
	quantity: ABOVE_ZERO,
};

/** The event input from a tracking message, for one of its events. The message is plain JSON. */
export function messageInput(
	message: TrackingMessage,
	identity: MessageIdentity,
	event: string,
	definition: EventDefinition,
	options: ItemOptions,
	report: Report,
): EventInput {
	const properties = objectAt(message, 'properties') as Properties;
	/** Properties that a field of the event has read. They are not sent again under their own name. */
	const used = new Set(Object.keys(properties).filter(isEmailName));

	function find(label: string, paths: readonly string[]): Field {
		const found = firstValue(message, paths);
		if (found?.path.startsWith('properties.')) used.add(found.path.slice('properties.'.length));
		return described(found, label, paths, report);
	}
	function findEmail(): Field {
		const { noAddress, ids } = identity;
		warnOfUnused(identity, report);
		const isNeeded = definition.email === 'required' || ids.length === 0;
		if (noAddress && !isNeeded) {
			report.warn(
				`${noAddress.path} is not an email address (${quoted(noAddress.value)}), so the event was sent without an email`,
			);
		}
		return emailField(isNeeded ? identity : { ...identity, noAddress: undefined }, report);
	}
	/** A value that events may lack; one that is not text is left out. */
	function findOptional(label: string, paths: readonly string[]): Field {
		const field = find(label, paths);
		if (toText(field.value) !== undefined) return field;
		report.warn(`${field.label} was left out because it is ${describeValue(field.value)}`);
		return { ...field, value: '' };
	}
	function findProducts(): Field {
		const label = productsField.label;
		// A custom event may use these names for something else, so only a list or an object in `products` is read as products.
		const paths = definition.isCustom ? PRODUCT_PATHS.slice(0, 1) : PRODUCT_PATHS;
		if (definition.isCustom && typeof properties.products !== 'object') {
			return described(undefined, label, paths, report);
		}
		const list = find(label, paths);
		if (!isBlank(list.value)) return list;
		const own = productEntries(event, definition, properties);
		for (const [name] of own) used.add(name);
		return { ...list, value: own.length === 0 ? '' : Object.fromEntries(own) };
	}

	const values = new Map<ValueName, Field>();
	const fieldValues = definition.fields.flatMap(({ field }) => field.reads ?? []);
	for (const name of fieldValues) {
		const label = labelOf(name);
		if (name === 'eventName') values.set(name, { value: event, label, report });
		else if (name !== 'email' && name !== 'distinctId')
			values.set(name, find(label, VALUE_PATHS[name]));
	}
	for (const name of ADDITIONAL_VALUES) {
		values.set(name, findOptional(labelOf(name), VALUE_PATHS[name]));
	}
	values.set('email', findEmail());
	const id = distinctIdOf(identity, event);
	values.set('distinctId', described(id, labelOf('distinctId'), DISTINCT_ID_PATHS, report));
	const hasProducts = definition.fields.some(({ field }) => field === productsField);
	const products = hasProducts
		? findProducts()
		: described(undefined, productsField.label, PRODUCT_PATHS, report);

	return {
		options,
		report,
		value: (name) => values.get(name) ?? { value: '', label: labelOf(name), report },
		products: () => ({ label: products.label, entries: productsIn(products).map(readProduct) }),
		attributes: () => traitsOf(message, report),
		properties: () => ({
			...otherProperties(properties, used, definition, report),
			...(event === VIEWED_PAGE && pageProperties(message, properties)),
		}),
	};
}

/** The input of an opt-out: the address, and nothing else that the message has. */
export function optOutInput(
	identity: MessageIdentity,
	options: ItemOptions,
	report: Report,
): EventInput {
	return {
		options,
		report,
		value: (name) =>
			name === 'email' ? emailField(identity, report) : { value: '', label: labelOf(name), report },
		products: () => ({ label: productsField.label, entries: [] }),
		attributes: () => [],
		properties: () => ({}),
	};
}

const labelOf = (name: ValueName): string => VALUE_PARAMETERS[name].displayName;

const emailField = ({ email, noAddress }: MessageIdentity, report: Report): Field =>
	described(email ?? noAddress, labelOf('email'), EMAIL_PATHS, report);

/** A value with its place in the message; without a value, all places where it can be. */
function described(
	found: Found | undefined,
	label: string,
	paths: readonly string[],
	report: Report,
): Field {
	const places = anyOf(found ? [found.path] : paths);
	return {
		value: found?.value ?? '',
		label: `${label} (${places})`,
		advice: `Send the message with ${places}, or filter such messages out before this node.`,
		report,
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

/** A product with its ID under `id`, without a price or quantity that is blank or cannot be read. */
function readProduct(product: Field): Field {
	const { value, label, report } = product;
	if (!isObject(value)) return product;
	const fields = Object.entries(value).filter(([name, given]) => {
		if (!Object.hasOwn(OPTIONAL_NUMBERS, name)) return true;
		if (isBlank(given)) return false;
		const number = toNumber(given);
		const { check, words } = OPTIONAL_NUMBERS[name];
		if (number !== undefined && check(number)) return true;
		report.warn(
			`${label}: ${name} was left out because it must be ${words}, but is ${describeValue(given)}`,
		);
		return false;
	});
	const others = Object.fromEntries(fields);
	const given = PRODUCT_ID.filter((name) => !isBlank(others[name]));
	const idField = given.find((name) => !isMissingId(toText(others[name]) ?? '')) ?? given.at(0);
	if (idField === undefined) return { ...product, value: others };
	const { [idField]: id, ...rest } = others;
	return { ...product, value: { ...rest, id } };
}

/** The customer's attributes. `traits` takes precedence over `context.traits`. */
function traitsOf(message: TrackingMessage, report: Report): GivenAttribute[] {
	const all = namedTraits(objectAt(message, 'context.traits') as Properties, report);
	for (const [fixed, trait] of namedTraits(objectAt(message, 'traits') as Properties, report)) {
		if (!all.has(fixed) || !isBlank(trait[1])) all.set(fixed, trait);
	}
	const gender = all.get('gender')?.[1];
	if (!isBlank(gender) && isBlank(all.get('sex')?.[1])) all.set('sex', ['sex', gender]);
	return [...all.values()];
}

/** The traits that are attributes, by their fixed names. Of several spellings of a name, those that are blank count as absent. */
function namedTraits(traits: Properties, report: Report): Map<string, GivenAttribute> {
	const named = new Map<string, GivenAttribute>();
	for (const [original, value] of Object.entries(traits)) {
		const letters = lettersOf(original);
		if (IDENTITY_TRAITS.has(letters)) continue;
		const name = Object.hasOwn(RENAMED_TRAITS, letters) ? RENAMED_TRAITS[letters] : original;
		const key = fixName(name) || original;
		const [, other] = named.get(key) ?? [];
		if (!isBlank(other) && !isBlank(value) && JSON.stringify(other) !== JSON.stringify(value)) {
			report.problem(
				`Several traits would become the attribute ${quoted(key)}, including ${quoted(original)}`,
				'Send only one of them.',
			);
		}
		if (isBlank(other)) named.set(key, [name, value]);
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
	const left = others
		.filter((entry) => isReserved(entry) && isGiven(entry[1]))
		.map(([name]) => quoted(name));
	if (left.length > 0) {
		report.warn(
			`These properties were left out because this event cannot have properties of these names: ${joinList(left)}`,
		);
	}
	return Object.fromEntries(others.filter((entry) => !isReserved(entry)));
}
