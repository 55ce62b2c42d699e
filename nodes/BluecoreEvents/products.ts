import type { INodeProperties } from 'n8n-workflow';

import type { Item } from '../shared/input/item';
import { showFor } from '../shared/input/showFor';
import { numbered } from '../shared/messages/progress';
import {
	butInput,
	checkId,
	checkNumber,
	isExpression,
	NUMBER_RULES,
	readText,
	refuseEmptyExpression,
	UNREADABLE,
	type Field,
} from '../shared/values/field';
import { entriesIn, plainJson, type JsonValue } from '../shared/values/json';
import type { Report } from '../shared/values/report';
import { describeType, joinList, lettersOf, quoted } from '../shared/values/text';
import {
	groupBy,
	isBlank,
	isObject,
	rowsIn,
	toNumber,
	textOf,
	toText,
	valueAt,
	type Fields,
} from '../shared/values/value';

const PRODUCTS_INPUT: INodeProperties = {
	displayName: 'Products From',
	name: 'productsInput',
	type: 'options',
	noDataExpression: true,
	default: 'define',
	description: 'Where the products come from',
	options: [
		{ name: 'Fields Below', value: 'define', description: 'Fill in or map each product' },
		{
			name: 'A List From the Input',
			value: 'json',
			description: 'Products or their IDs from one field, such as the lines of an order',
		},
	],
};
const ROWS: INodeProperties = {
	displayName: 'Products',
	name: 'products',
	type: 'fixedCollection',
	required: true,
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add Product',
	default: {},
	hint: 'Use the product IDs from your Bluecore catalog. Bluecore does not find products by other IDs.',
	options: [
		{
			displayName: 'Product',
			name: 'product',
			values: [
				{
					displayName: 'ID',
					name: 'id',
					type: 'string',
					required: true,
					default: '',
					placeholder: 'e.g. SKU123',
					description: 'The ID of the product in your Bluecore catalog',
				},
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. Rain Jacket',
					description: 'The name of the product. Not sent if empty.',
				},
				{
					displayName: 'Price',
					name: 'price',
					type: 'number',
					typeOptions: { numberPrecision: 2 },
					default: '',
					placeholder: 'e.g. 39.90',
					description: 'The price of one piece. Not sent if empty.',
				},
				{
					displayName: 'Quantity',
					name: 'quantity',
					type: 'number',
					default: '',
					placeholder: 'e.g. 1',
					description: 'How many pieces. Not sent if empty.',
				},
			],
		},
	],
};
const JSON_LIST: INodeProperties = {
	displayName: 'Products (JSON)',
	name: 'productsJson',
	type: 'json',
	required: true,
	default: '',
	placeholder: 'e.g. [{ "sku": "SKU123", "price": 39.90, "quantity": 1 }]',
	hint: 'Use the product IDs from your Bluecore catalog. Bluecore does not find products by other IDs.',
	description:
		'An array of products, an array of product IDs, one product, or product IDs separated by commas. Drag the lines of an order in as they are.',
};
const ID_FIELD: INodeProperties = {
	displayName: 'Product ID Field',
	name: 'productIdField',
	type: 'string',
	default: '',
	placeholder: 'e.g. variant_id',
	description:
		'The name of the field in which each product has the ID that your Bluecore catalog has. If empty, the first one that has a value is used: product_id, sku or ID.',
};

/** The parameters for products. Their names are part of the public interface. */
export const PRODUCT_PARAMETERS: readonly INodeProperties[] = [
	PRODUCTS_INPUT,
	...showFor({ productsInput: ['define'] }, [ROWS]),
	...showFor({ productsInput: ['json'] }, [JSON_LIST, ID_FIELD]),
];

/** The products from the node's parameters, for `checkProduct`, and what keeps an expression from having some. Problems are reported. */
export function givenProducts(item: Item): Pick<Field, 'explain'> & { readonly entries: Field[] } {
	const { field } = item;
	const { value: input } = field(PRODUCTS_INPUT);
	if (input === UNREADABLE) return { entries: [] };
	if (input !== 'json') return { entries: productRows(item) };
	const idField = field(ID_FIELD);
	const name = readText(idField, 'optional');
	refuseEmptyExpression(idField, '');
	const list = field(JSON_LIST);
	return { entries: withIds(productsIn(list), name), explain: list.explain };
}

function productRows({ field, report }: Item): Field[] {
	const { value: collection, entered, explain } = field(ROWS);
	const enteredRows = rowsIn(entered, 'product');
	return rowsIn(collection, 'product').map((row, index) => {
		const label = `Product ${index + 1}`;
		const { name: given, ...others } = row;
		const filled = Object.entries(others).filter(([, value]) => !isBlank(value));
		const name = toText(given);
		if (name === undefined) {
			report.problem(`${label}: Name must be text`, 'Map a single value to Name.');
		}
		return {
			value: { ...Object.fromEntries(filled), ...(name && { name }) },
			entered: enteredRows.at(index),
			explain,
			label,
			report,
		};
	});
}

type Product = { id: string; [field: string]: JsonValue };

/** The fields of a product that are numbers. */
export const PRODUCT_NUMBERS = new Map([
	['price', { fieldLabel: 'Price', rule: NUMBER_RULES.any }],
	['quantity', { fieldLabel: 'Quantity', rule: NUMBER_RULES.aboveZero }],
]);

/** The name of a product's field: of a name, or a usable price or quantity, with capital letters, the one that Bluecore has. */
export function productFieldName(name: string, product: Fields): string {
	const usual = name.toLowerCase();
	const rule = PRODUCT_NUMBERS.get(usual)?.rule;
	const isUsable = usual === 'name' || rule?.check(toNumber(product[name]) ?? NaN) === true;
	return isUsable && !(usual in product) ? usual : name;
}

/** Fields that can have a product's ID, in this order: next to a product_id, the id is that of the order line in every shop system. */
const ID_FIELDS = ['product_id', 'sku', 'id'];
const NO_ID_FIELD =
	'Add the ID that the product has in your Bluecore catalog as product_id, sku or id, or name its field in Product ID Field';
const ORDER_LINES = ['line_items', 'lineItems'];

/** The products in a field: a list of products or of IDs, one product, JSON text of these, or IDs separated by commas. */
export function productsIn(field: Field): Field[] {
	const { label, report } = field;
	const entries = entriesIn(field);
	const isOne = isObject(field.value) || typeof field.value === 'boolean';
	const { entered, explain } = field;
	// In a text with several expressions, one of them may have had no value.
	const isMixed = isExpression(entered) && !/^=\s*\{\{.*\}\}\s*$/s.test(entered);
	return entries.map((value, index) => ({
		value,
		label: isOne ? label : `${label}: product ${index + 1}`,
		...(isMixed && { entered, explain }),
		report,
	}));
}

/**
 * The products with their ID under `id`. It comes from the field of this name, which may be a path such as `variant.id`, or if the
 * name is empty, from the first of `ID_FIELDS` that has a value. Warns if the others have other values.
 */
function withIds(products: readonly Field[], idField: string): Field[] {
	const differing = new Map<string, number[]>();
	const found = products.map((product, index) => {
		const { value, label, report } = product;
		if (!isObject(value)) return product;
		const lines = ORDER_LINES.find((name) => Array.isArray(value[name]));
		if (lines !== undefined) {
			report.problem(
				`${label} is a whole order, not a list of products`,
				`Map ${lines} of the order, or use the operation Record Shop Order.`,
			);
		}
		if (idField !== '') {
			const advice = `${quoted(idField)}, the field that Product ID Field names, has no value there. Name a field that has the ID of each product`;
			const id = Object.hasOwn(value, idField) ? value[idField] : valueAt(value, idField);
			return withId(product, value, idField, id, advice);
		}
		const given = ID_FIELDS.filter((name) => isGivenField(name, value));
		const [taken, ...rest] = given;
		const others = rest.filter((name) => textOf(value[name]) !== textOf(value[taken]));
		if (others.length > 0) {
			const text = `${taken}, and ${joinList(others, ' and ')} ${others.length > 1 ? 'have other values' : 'has another value'}`;
			differing.set(text, [...(differing.get(text) ?? []), index + 1]);
		}
		return withId(product, value, taken, value[taken], NO_ID_FIELD);
	});
	for (const [text, numbers] of differing) {
		products[0].report.warn(
			`Product IDs were taken from ${text} (${numbered('product', numbers)}). If your Bluecore catalog has another one, name its field in Product ID Field`,
		);
	}
	return found;
}

/** A product with this ID, which the field of this name had; with advice if it has none. */
function withId(
	product: Field,
	given: Fields,
	idField: string,
	id: unknown,
	advice: string,
): Field {
	const others = Object.entries(given)
		.filter(([name]) => name !== idField)
		.map(([name, value]) => [productFieldName(name, given), value] as const);
	const value = { ...Object.fromEntries(others), id: id ?? '' };
	return idOf(value.id) === ''
		? { ...product, value, advice: `${advice}${named(given)}.` }
		: { ...product, value };
}

/** Whether a field has the product's ID: a product_id of 0 stands for a deleted product, and next to a productId, the id is the line's. */
function isGivenField(name: string, product: Fields): boolean {
	if (isBlank(product[name])) return false;
	if (name === 'product_id') return textOf(product[name]) !== '0';
	const isOfLine =
		name === 'id' && Object.keys(product).some((other) => lettersOf(other) === 'productid');
	return !isOfLine || isGivenField('product_id', product);
}

/** The fields of a product that may be its ID, for advice. */
function named(product: Fields): string {
	const names = Object.keys(product).filter((name) => idOf(product[name]) !== '');
	return names.length > 0 ? ` (it has: ${joinList(names)})` : '';
}

/** One product in plain JSON; price and quantity are numbers. Problems are reported. */
export function checkProduct(field: Field): Product {
	const { value, label, report } = field;
	const product = typeof value === 'string' || typeof value === 'number' ? { id: value } : value;
	if (!isObject(product)) {
		report.problem(
			`${label} must be a product or an ID, but is ${describeType(value)}`,
			'Use an object with an id for each product, or only its ID.',
		);
		return { id: '' };
	}
	const id = checkProductId(product, field);
	if (/^[^\s;|]+([;|][^\s;|]+)+$/.test(id)) {
		report.warn(
			`${label} has the ID ${quoted(id)}: if these are several products, separate their IDs with commas`,
		);
	}
	const others = Object.entries(product).filter(
		([name, given]) => name !== 'id' && (given === undefined || !PRODUCT_NUMBERS.has(name)),
	);
	const plain = plainJson({ value: Object.fromEntries(others), label, report }) as
		Record<string, JsonValue> | undefined;
	const checked: Product = { id, ...plain };
	for (const [name, { fieldLabel, rule }] of PRODUCT_NUMBERS) {
		const given = product[name];
		if (isBlank(given)) continue;
		const number = checkNumber({ value: given, label: `${label}: ${fieldLabel}`, report }, rule);
		if (number !== undefined) checked[name] = number;
	}
	return checked;
}

/** The ID of a product; `''`, and reported, if it has none. */
function checkProductId(product: Record<string, unknown>, field: Field): string {
	const { label, entered, advice, report } = field;
	const id = idOf(product.id);
	const enteredId = isObject(entered) ? entered.id : entered;
	if (id === '' && isBlank(product.id) && isExpression(enteredId)) {
		report.problem(
			`${label} has no ID${butInput(field, enteredId)}`,
			'Check the fields that the expression reads: one has no value in this item. Filter out the items that have none.',
		);
	} else if (id === '') {
		report.problem(
			isBlank(product.id)
				? `${label} has no ID`
				: `${label} has an ID that is neither text nor a number: ${describeType(product.id)}`,
			advice ?? 'Add the ID that the product has in your Bluecore catalog.',
		);
	} else {
		const own = isObject(entered) ? entered.id : undefined;
		checkId(id, { value: product.id, entered: own, label: `${label}: ID`, report });
	}
	return id;
}

const idOf = (value: unknown): string =>
	typeof value === 'string' || typeof value === 'number' ? textOf(value) : '';

const MAX_PRODUCTS = 30;

/** The products of a purchase: those with the same ID become one, and of more than 30 the largest amounts stay. Both are reported. */
export function eachOnce(products: JsonValue, report: Report): Product[] {
	const byId = groupBy(products as Product[], ({ id }) => id);
	const repeated = byId.filter((same) => same.length > 1);
	const pricesOf = (same: readonly Product[]) => [
		...new Set(same.flatMap(({ price }) => price ?? [])),
	];
	const differing = repeated.filter((same) => pricesOf(same).length > 1);
	report.warnOfEach(
		'Bluecore takes each product of a purchase once, but some are there with several prices, of which the first is sent: ',
		differing.map((same) => `${same[0].id} (${pricesOf(same).join(', ')})`),
	);
	const uncounted = repeated.filter(
		(same) => quantityOf(same) === undefined && same.some(hasQuantity),
	);
	report.warnOfEach(
		'Bluecore takes each product of a purchase once, and these are sent without a quantity, because they are there several times, and not always with one: ',
		uncounted.map(([{ id }]) => id),
	);
	const merged = byId.map((same) => (same.length > 1 ? mergeProducts(same) : same[0]));
	if (merged.length <= MAX_PRODUCTS) return merged;
	const largest = [...merged].sort((one, other) => amountOf(other) - amountOf(one));
	const kept = new Set(largest.slice(0, MAX_PRODUCTS));
	report.warn(
		`Bluecore takes at most ${MAX_PRODUCTS} products in a purchase: ${merged.length - MAX_PRODUCTS} of ${merged.length} were left out, those with the smallest amounts (price × quantity)`,
	);
	return merged.filter((product) => kept.has(product));
}

const hasQuantity = ({ quantity }: Product): boolean => quantity !== undefined;

/** The sum of the quantities; undefined if one has none. */
const quantityOf = (same: readonly Product[]): number | undefined =>
	same.every(hasQuantity)
		? Number(same.reduce((sum, { quantity }) => sum + Number(quantity), 0).toPrecision(12))
		: undefined;

function mergeProducts(same: readonly Product[]): Product {
	const merged = Object.assign({}, ...same.toReversed()) as Product;
	const quantity = quantityOf(same);
	if (quantity === undefined) delete merged.quantity;
	else merged.quantity = quantity;
	return merged;
}

const amountOf = ({ price, quantity }: Product): number =>
	Number(price ?? 0) * Number(quantity ?? 1);
