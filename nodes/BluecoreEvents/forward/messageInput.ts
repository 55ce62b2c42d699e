import type { GivenAttribute } from '../../shared/attributes/customerAttributes';
import type { ItemOptions } from '../../shared/options/nodeOptions';
import { NUMBER_RULES, type Field, type Need } from '../../shared/values/field';
import type { JsonValue } from '../../shared/values/json';
import type { Report } from '../../shared/values/report';
import { describeValue, isMissingId, quoted } from '../../shared/values/text';
import {
	firstValue,
	isBlank,
	isGiven,
	isObject,
	objectAt,
	toNumber,
	textOf,
	toText,
	type Fields,
	type Found,
} from '../../shared/values/value';
import { reservedProperties } from '../buildEvent';
import type { EventDefinition } from '../catalogue';
import { FIELDS, VALUE_PARAMETERS, type EventInput, type ValueName } from '../eventFields';
import { PRODUCT_NUMBERS, productFieldName, productsIn } from '../products';
import { SEARCH_TERM, VIEWED_PAGE } from './eventMapping';
import { IDENTITY_PATHS, isEmailName, type MessageIdentity } from './messageIdentity';
import type { TrackingMessage } from './trackingMessage';
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
const OLD_PATHS: ReadonlySet<string> = new Set(['properties.orderId', ...SEARCH_TERM.rare]);
/** Which values of a field can be used; of several, the first one that can. */
const IS_USABLE: Readonly<Partial<Record<ValueName, (value: unknown) => boolean>>> = {
	searchTerm: (value) => textOf(value) !== '',
	orderId: (value) => textOf(value) !== '' && !isMissingId(textOf(value)),
	total: (value) => NUMBER_RULES.atLeastZero.check(toNumber(value) ?? NaN),
};
const PRODUCT_PATHS = ['properties.products', 'properties.items'];

/** Paths that can have what is known of a page, besides the properties of the same names. */
const PAGE_PATHS = {
	url: ['properties.url', 'properties.page_location', 'context.page.url'],
	title: ['properties.title', 'properties.page_title', 'context.page.title'],
	name: ['properties.name', 'name'],
	category: ['properties.category', 'category'],
};
/** GA4's names of the URL and the title. */
const GA4_PAGE_PROPERTIES = ['page_location', 'page_title'];

/** The event input from a tracking message, for one of its events. The message is plain JSON. */
export class MessageInput implements EventInput {
	private readonly given: Properties;

	/** Properties that a field of the event has read. They are not sent again under their own name. */
	private readonly used: Set<string>;

	private traits?: GivenAttribute[];

	constructor(
		private readonly message: TrackingMessage,
		private readonly identity: MessageIdentity,
		private readonly event: string,
		private readonly definition: EventDefinition,
		readonly options: ItemOptions,
		readonly report: Report,
	) {
		this.given = objectAt(message, 'properties') as Properties;
		this.used = new Set(Object.keys(this.given).filter(isEmailName));
	}

	/** The input of an opt-out: the address, and nothing else that the message has. */
	static ofOptOut(identity: MessageIdentity, options: ItemOptions, report: Report): EventInput {
		return {
			options,
			report,
			value: (name) =>
				name === 'email'
					? identityField(name, identity.email ?? identity.noAddress, report)
					: { value: '', label: labelOf(name), report },
			products: () => ({ label: FIELDS.products.label, entries: [] }),
			attributes: () => [],
			properties: () => ({}),
		};
	}

	value(name: ValueName): Field {
		const { message, event, report } = this;
		switch (name) {
			case 'email':
				return this.findEmail();
			case 'distinctId':
				return identityField(name, this.identity.distinctIdOf(event), report);
			case 'eventName':
				return { value: event, label: labelOf(name), report };
			case 'searchTerm':
				return this.find(name, SEARCH_TERM.pathsIn(message));
			case 'client':
			case 'device':
				return withoutOther(this.find(name, VALUE_PATHS[name]));
			default:
				return this.find(name, VALUE_PATHS[name]);
		}
	}

	products(need: Need) {
		const list = this.findProducts();
		return { ...list, entries: messageProducts(list, need === 'required') };
	}

	attributes(): GivenAttribute[] {
		return (this.traits ??= traitsOf(this.message, this.options, this.report));
	}

	/** The properties that no field has read, and those of a page. Reserved ones are left out. */
	properties(): Record<string, JsonValue> {
		const isPage = this.event === VIEWED_PAGE;
		const used = new Set([...this.used, ...(isPage ? GA4_PAGE_PROPERTIES : [])]);
		// Products are sent only if they were checked. GA4 calls them items.
		const productNames = this.definition.isCustom ? ['products'] : ['products', 'items'];
		const reserved = new Set([...reservedProperties(this.definition), ...productNames]);
		const others = Object.entries(this.given).filter(([name]) => !used.has(name));
		const left = others.filter(([name, value]) => reserved.has(name) && isGiven(value));
		this.report.warnOfEach(
			'These properties were left out because this event cannot have properties of these names: ',
			left.map(([name]) => quoted(name)),
		);
		const ofPage = Object.entries(isPage ? PAGE_PATHS : {}).flatMap(([name, paths]) => {
			const found = firstValue(this.message, paths);
			return found ? [[name, found.value as JsonValue] as const] : [];
		});
		return Object.fromEntries([...others.filter(([name]) => !reserved.has(name)), ...ofPage]);
	}

	private find(name: ValueName, paths: readonly string[]): Field {
		const { message, report } = this;
		const label = labelOf(name);
		const isUsable = IS_USABLE[name];
		const usable = isUsable && firstValue(message, paths, isUsable);
		// The first path is Bluecore's own name, which no other value can have.
		const own = firstValue(message, paths.slice(0, 1));
		if (own && usable && own.path !== usable.path) {
			this.use(own, label, paths);
			report.warn(
				`${label} was taken from ${usable.path}, because ${own.path} cannot be used: it is ${describeValue(own.value)}`,
			);
		}
		return this.use(usable ?? firstValue(message, paths), label, paths);
	}

	private use(found: Found | undefined, label: string, paths: readonly string[]): Field {
		if (found?.path.startsWith('properties.')) {
			this.used.add(found.path.slice('properties.'.length));
		}
		return described(found, label, paths, this.report);
	}

	private findEmail(): Field {
		const { identity, report } = this;
		const { email, noAddress, ids } = identity;
		identity.warnOfUnused(report);
		const isNeeded = this.definition.email === 'required' || ids.length === 0;
		if (noAddress && !isNeeded) {
			report.warn(
				`${noAddress.path} is not an email address (${quoted(noAddress.value)}), so it is not used as one`,
			);
		}
		return identityField('email', email ?? (isNeeded ? noAddress : undefined), report);
	}

	private findProducts(): Field {
		const { message, given, report } = this;
		const { isCustom } = this.definition;
		const { label } = FIELDS.products;
		// A custom event may use these names for something else, so only a list or an object in `products` is read as products.
		const paths = isCustom ? PRODUCT_PATHS.slice(0, 1) : PRODUCT_PATHS;
		const canHaveList = !isCustom || typeof given.products === 'object';
		const list = canHaveList ? firstValue(message, paths) : undefined;
		// A purchase needs a list: its properties describe the order, not a product.
		if (list || isCustom || this.event === 'purchase') return this.use(list, label, paths);
		const value = describedProduct(given);
		for (const name of Object.keys(value ?? {})) this.used.add(name);
		return { ...described(undefined, label, [...paths, 'properties.product_id'], report), value };
	}
}

/** A value that events may lack; one that is not text is left out. */
function withoutOther(field: Field): Field {
	if (toText(field.value) !== undefined) return field;
	field.report.warn(`${field.label} was left out because it is ${describeValue(field.value)}`);
	return { ...field, value: '' };
}

const labelOf = (name: ValueName): string => VALUE_PARAMETERS[name].displayName;

function identityField(
	name: keyof typeof IDENTITY_PATHS,
	found: Found | undefined,
	report: Report,
): Field {
	const { named, advised } = IDENTITY_PATHS[name];
	return described(found, labelOf(name), named, report, advised);
}

/** A value with its place in the message; without a value, all places where it can be. */
function described(
	found: Found | undefined,
	label: string,
	paths: readonly string[],
	report: Report,
	advised = paths,
): Field {
	const placesIn = (all: readonly string[]) =>
		anyOf(found ? [found.path] : all.filter((path) => !OLD_PATHS.has(path)));
	return {
		value: found?.value ?? '',
		label: `${label} (${placesIn(paths)})`,
		advice: `Send the message with ${placesIn(advised)}, or filter such messages out before this node.`,
		report,
	};
}

/** Names for a sentence: `a, b or c`. */
const anyOf = (names: readonly string[]): string =>
	[names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' or ');

/** Fields that can have the ID of a product; the first one with a value is used. */
const PRODUCT_ID = ['product_id', 'sku', 'id', 'item_id'] as const;
/** Other spellings of the same names, such as `productId` and `SKU`. They are read if there is none of the above. */
const SPELLED_PRODUCT_ID = /^(?:product_?id|sku|id|item_?id)$/i;
/** GA4's names of fields of products. */
const RENAMED_FIELDS = new Map<string, string>(
	['name', 'brand', 'category', 'variant'].map((name) => [`item_${name}`, name]),
);
/** Properties that describe the product of a message without a list. Sources: the e-commerce specs of Segment, RudderStack and GA4. */
const PRODUCT_PROPERTIES: ReadonlySet<string> = new Set([
	...PRODUCT_ID,
	...[...RENAMED_FIELDS].flat(),
	...['price', 'quantity', 'coupon', 'position', 'color', 'size', 'url', 'image_url', 'discount'],
]);

/** The properties that describe one product; none if they have no ID of a product. */
function describedProduct(properties: Fields): Fields | undefined {
	const ids = idFields(properties);
	if (ids.length === 0) return undefined;
	const own = Object.entries(properties).filter(
		([name]) => PRODUCT_PROPERTIES.has(name.toLowerCase()) || ids.includes(name),
	);
	return Object.fromEntries(own);
}

const NO_ID =
	'Send each product with the ID that it has in your Bluecore catalog, as product_id, sku, id or item_id.';

/** The fields of a product that can have its ID, the first one first. */
function idFields(product: Fields): string[] {
	const usual = PRODUCT_ID.filter((name) => !isBlank(product[name]));
	if (usual.length > 0) return usual;
	return Object.keys(product).filter(
		(name) => SPELLED_PRODUCT_ID.test(name) && !isBlank(product[name]),
	);
}

/** The products in a field of a message. Those without an ID are left out if the event does not need them, else they are bad. */
function messageProducts(field: Field, isNeeded: boolean): Field[] {
	return productsIn(field).flatMap((entry) => {
		const { value, label, report } = entry;
		if (isBlank(value)) return [];
		const product = isObject(value) ? readProduct(value, entry) : { id: value };
		const id = typeof product.id === 'object' ? '' : textOf(product.id);
		if (!isNeeded && (id === '' || isMissingId(id))) {
			report.warn(`${label} was left out because it has no ID`);
			return [];
		}
		return { ...entry, value: isObject(value) ? product : value, advice: NO_ID };
	});
}

/** A product with its ID under `id`, without a price or quantity that is blank or cannot be read. */
function readProduct(value: Fields, { label, report }: Field): Fields {
	const fields: Record<string, unknown> = {};
	for (const [original, given] of Object.entries(value)) {
		const renamed = RENAMED_FIELDS.get(original) ?? productFieldName(original, value);
		const name = renamed !== original && !isBlank(value[renamed]) ? original : renamed;
		const rule = PRODUCT_NUMBERS.get(name)?.rule;
		if (rule && isBlank(given)) continue;
		if (!rule || rule.check(toNumber(given) ?? NaN)) {
			fields[name] = given;
		} else {
			report.warn(
				`${label}: ${name} was left out because it must be ${rule.words}, but is ${describeValue(given)}`,
			);
		}
	}
	const ids = idFields(fields);
	const idField = ids.find((name) => !isMissingId(textOf(fields[name]))) ?? ids.at(0);
	if (idField === undefined) return fields;
	const { [idField]: id, ...others } = fields;
	return { ...others, id };
}
