import type { ItemOptions } from '../../shared/options/nodeOptions';
import { isBlank, toNumber, toText } from '../../shared/values/coerce';
import type { Field } from '../../shared/values/field';
import type { JsonValue } from '../../shared/values/plainJson';
import { AT_LEAST_ZERO } from '../../shared/values/readField';
import { isMissingId } from '../../shared/values/readId';
import type { Report } from '../../shared/values/report';
import { describeValue, joinList, quoted } from '../../shared/values/text';
import { reservedProperties } from '../buildEvent';
import type { EventDefinition } from '../catalogue';
import { products as productsField } from '../eventFields';
import type { EventInput } from '../eventInput';
import { ADDITIONAL_VALUES, VALUE_PARAMETERS, type ValueName } from '../eventParameters';
import { RARE_SEARCH_TERM_PATHS, searchTermPaths, VIEWED_PAGE } from './eventMapping';
import {
	DISTINCT_ID_PATHS,
	distinctIdOf,
	EMAIL_PATHS,
	isEmailName,
	warnOfUnused,
	type MessageIdentity,
} from './messageIdentity';
import { describedProduct, messageProducts } from './messageProducts';
import { firstValue, isGiven, objectAt, type Found, type TrackingMessage } from './trackingMessage';
import { traitsOf } from './traits';

type Properties = Readonly<Record<string, JsonValue>>;

/** Paths in a message that can have the single values of events; the first one with a value is used. */
const VALUE_PATHS: Readonly<
	Record<Exclude<ValueName, 'email' | 'distinctId' | 'eventName' | 'searchTerm'>, readonly string[]>
> = {
	orderId: ['properties.order_id', 'properties.transaction_id', 'properties.orderId'],
	total: ['properties.total', 'properties.revenue', 'properties.value'],
	client: ['context.app.version'],
	device: ['context.device.model'],
};
/** Spellings of older specs, and of few collectors. They are read, but advice does not name them. */
const OLD_PATHS: ReadonlySet<string> = new Set(['properties.orderId', ...RARE_SEARCH_TERM_PATHS]);
/** Which values of a field can be used; of several, the first one that can. */
const IS_USABLE: Readonly<Partial<Record<ValueName, (value: unknown) => boolean>>> = {
	searchTerm: (value) => !isBlank(toText(value)),
	orderId: (value) => !isBlank(toText(value)) && !isMissingId(toText(value) ?? ''),
	total: (value) => AT_LEAST_ZERO.check(toNumber(value) ?? NaN),
};
const PRODUCT_PATHS = ['properties.products', 'properties.items'];
/** Where the ID of a product can be that the properties describe. */
const PRODUCT_ID_PATH = 'properties.product_id';

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

	function find(name: ValueName, paths: readonly string[]): Field {
		const isUsable = IS_USABLE[name];
		const found = (isUsable && firstValue(message, paths, isUsable)) ?? firstValue(message, paths);
		return use(found, labelOf(name), paths);
	}
	function use(found: Found | undefined, label: string, paths: readonly string[]): Field {
		if (found?.path.startsWith('properties.')) used.add(found.path.slice('properties.'.length));
		return described(found, label, paths, report);
	}
	function findEmail(): Field {
		const { noAddress, ids } = identity;
		warnOfUnused(identity, report);
		const isNeeded = definition.email === 'required' || ids.length === 0;
		if (noAddress && !isNeeded) {
			report.warn(
				`${noAddress.path} is not an email address (${quoted(noAddress.value)}), so it is not used as one`,
			);
		}
		return emailField(isNeeded ? identity : { ...identity, noAddress: undefined }, report);
	}
	/** A value that events may lack; one that is not text is left out. */
	function findOptional(name: (typeof ADDITIONAL_VALUES)[number]): Field {
		const field = find(name, VALUE_PATHS[name]);
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
		const list = firstValue(message, paths);
		// A purchase needs a list: its properties describe the order, not a product.
		if (list || definition.isCustom || event === 'purchase') return use(list, label, paths);
		const value = describedProduct(properties);
		for (const name of Object.keys(value ?? {})) used.add(name);
		return { ...described(undefined, label, [...paths, PRODUCT_ID_PATH], report), value };
	}

	const values = new Map<ValueName, Field>();
	const fieldValues = definition.fields.flatMap(({ field }) => field.reads ?? []);
	for (const name of fieldValues) {
		if (name === 'eventName') values.set(name, { value: event, label: labelOf(name), report });
		else if (name === 'searchTerm') values.set(name, find(name, searchTermPaths(message)));
		else values.set(name, find(name, VALUE_PATHS[name]));
	}
	for (const name of ADDITIONAL_VALUES) values.set(name, findOptional(name));
	values.set('email', findEmail());
	const id = distinctIdOf(identity, event);
	values.set('distinctId', described(id, labelOf('distinctId'), DISTINCT_ID_PATHS, report));
	const productsNeed = definition.fields.find(({ field }) => field === productsField)?.need;
	const products = productsNeed && findProducts();
	const pageProperties = event === VIEWED_PAGE ? pageOf(message) : {};
	if (event === VIEWED_PAGE) for (const name of GA4_PAGE_PROPERTIES) used.add(name);
	const attributes = traitsOf(message, options, report);

	return {
		options,
		report,
		value: (name) => values.get(name) ?? { value: '', label: labelOf(name), report },
		products: () => ({
			label: products?.label ?? productsField.label,
			advice: products?.advice,
			entries: products ? messageProducts(products, productsNeed === 'required') : [],
		}),
		attributes: () => attributes,
		properties: () => ({
			...otherProperties(properties, used, definition, report),
			...pageProperties,
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
	const places = anyOf(found ? [found.path] : paths.filter((path) => !OLD_PATHS.has(path)));
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

/** Paths that can have what is known of a page, besides the properties of the same names. */
const PAGE_PATHS = {
	url: ['properties.url', 'properties.page_location', 'context.page.url'],
	title: ['properties.title', 'properties.page_title', 'context.page.title'],
	name: ['properties.name', 'name'],
	category: ['properties.category', 'category'],
};
/** GA4's names of the URL and the title. */
const GA4_PAGE_PROPERTIES = ['page_location', 'page_title'];

/** The URL, title, name and category of a page. Collectors put them into the properties, the message itself or its context. */
const pageOf = (message: TrackingMessage): Properties =>
	Object.fromEntries(
		Object.entries(PAGE_PATHS).flatMap(([name, paths]) => {
			const found = firstValue(message, paths);
			return found ? [[name, found.value as JsonValue]] : [];
		}),
	);

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
