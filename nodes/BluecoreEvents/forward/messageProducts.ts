import { isBlank, isObject, toNumber, toText } from '../../shared/values/coerce';
import type { Field } from '../../shared/values/field';
import { ABOVE_ZERO, ANY_NUMBER } from '../../shared/values/readField';
import { describeValue, isMissingId } from '../../shared/values/text';
import { productsIn } from '../products';

/** Fields that can have the ID of a product; the first one with a value is used. */
const PRODUCT_ID = ['product_id', 'sku', 'id', 'item_id'] as const;
/** Other spellings of the same names, such as `productId` and `SKU`. They are read if there is none of the above. */
const SPELLED_PRODUCT_ID = /^(?:product_?id|sku|id|item_?id)$/i;
/** GA4's names of fields of products. */
const RENAMED_FIELDS: Readonly<Record<string, string>> = {
	item_name: 'name',
	item_brand: 'brand',
	item_category: 'category',
	item_variant: 'variant',
};
/** Properties that describe the product if the message has no list of products. Sources: the e-commerce specs of Segment, RudderStack and GA4. */
const PRODUCT_PROPERTIES: ReadonlySet<string> = new Set([
	...PRODUCT_ID,
	...Object.entries(RENAMED_FIELDS).flat(),
	...['price', 'quantity', 'coupon', 'position', 'color', 'size', 'url', 'image_url', 'discount'],
]);
/** Values that a product may lack, and what they must be. */
const OPTIONAL_NUMBERS: Readonly<Record<string, typeof ANY_NUMBER>> = {
	price: ANY_NUMBER,
	quantity: ABOVE_ZERO,
};

/** The properties that describe one product; none if they have no ID of a product. */
export function describedProduct(
	properties: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
	const ids = idFields(properties);
	if (ids.length === 0) return undefined;
	const own = Object.entries(properties).filter(
		([name]) => PRODUCT_PROPERTIES.has(name) || ids.includes(name),
	);
	return Object.fromEntries(own);
}

const NO_ID =
	'Send each product with the ID that it has in your Bluecore catalog, as product_id, sku, id or item_id.';

/** The fields of a product that can have its ID, the first one first. */
function idFields(product: Readonly<Record<string, unknown>>): string[] {
	const usual = PRODUCT_ID.filter((name) => !isBlank(product[name]));
	if (usual.length > 0) return usual;
	return Object.keys(product).filter(
		(name) => SPELLED_PRODUCT_ID.test(name) && !isBlank(product[name]),
	);
}

/** The products in a field of a message. Those without an ID are left out if the event does not need them, else they are bad. */
export function messageProducts(field: Field, isNeeded: boolean): Field[] {
	return productsIn(field).flatMap((entry) => {
		const { value, label, report } = entry;
		if (isBlank(value)) return [];
		const product = isObject(value) ? readProduct(value, entry) : { id: value };
		const id = typeof product.id === 'object' ? '' : toText(product.id);
		if (!isNeeded && (isBlank(id) || isMissingId(id))) {
			report.warn(`${label} was left out because it has no ID`);
			return [];
		}
		return { ...entry, value: isObject(value) ? product : value, advice: NO_ID };
	});
}

/** A product with its ID under `id`, without a price or quantity that is blank or cannot be read. */
function readProduct(
	value: Readonly<Record<string, unknown>>,
	{ label, report }: Field,
): Record<string, unknown> {
	const fields: Record<string, unknown> = {};
	for (const [original, given] of Object.entries(value)) {
		const renamed = Object.hasOwn(RENAMED_FIELDS, original) ? RENAMED_FIELDS[original] : original;
		const name = renamed !== original && !isBlank(value[renamed]) ? original : renamed;
		if (Object.hasOwn(OPTIONAL_NUMBERS, name)) {
			if (isBlank(given)) continue;
			const { check, words } = OPTIONAL_NUMBERS[name];
			const number = toNumber(given);
			if (number === undefined || !check(number)) {
				report.warn(
					`${label}: ${name} was left out because it must be ${words}, but is ${describeValue(given)}`,
				);
				continue;
			}
		}
		fields[name] = given;
	}
	const ids = idFields(fields);
	const idField = ids.find((name) => !isMissingId(toText(fields[name]) ?? '')) ?? ids.at(0);
	if (idField === undefined) return fields;
	const { [idField]: id, ...others } = fields;
	return { ...others, id };
}
