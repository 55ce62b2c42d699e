import type { INodeProperties } from 'n8n-workflow';

import { labelOf, UNREADABLE, type ItemSource } from '../shared/input/item';
import { plainJson, type JsonValue } from '../shared/values/plainJson';
import { showFor } from '../shared/input/showFor';
import { quote, type Report } from '../shared/values/report';
import {
	ABOVE_ZERO,
	ANY_NUMBER,
	checkNumber,
	describeType,
	isBlank,
	isObject,
	parseJson,
	toText,
	type Need,
	type NumberRule,
} from '../shared/values/values';

type Product = { id: string; [field: string]: JsonValue };

const INPUT: INodeProperties = {
	displayName: 'Products From',
	name: 'productsInput',
	type: 'options',
	noDataExpression: true,
	default: 'define',
	description: 'Where the products come from',
	options: [
		{ name: 'Fields Below', value: 'define', description: 'Fill in or map each product' },
		{ name: 'JSON', value: 'json', description: 'A list of products from one field' },
	],
};
const ROWS: INodeProperties = {
	displayName: 'Products',
	name: 'products',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add Product',
	default: {},
	hint: 'The IDs must match your Bluecore product catalog; others are not resolved',
	options: [
		{
			displayName: 'Product',
			name: 'product',
			values: [
				{
					displayName: 'ID',
					name: 'id',
					type: 'string',
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
					description: 'The name of the product. Left out when empty.',
				},
				{
					displayName: 'Price',
					name: 'price',
					type: 'number',
					typeOptions: { numberPrecision: 2 },
					default: '',
					placeholder: 'e.g. 39.90',
					description: 'The price of one piece. Left out when empty.',
				},
				{
					displayName: 'Quantity',
					name: 'quantity',
					type: 'number',
					default: '',
					placeholder: 'e.g. 1',
					description: 'How many pieces. Left out when empty.',
				},
			],
		},
	],
};
const JSON_LIST: INodeProperties = {
	displayName: 'Products (JSON)',
	name: 'productsJson',
	type: 'json',
	default: '',
	placeholder: 'e.g. [{ "sku": "SKU123", "price": 39.90, "quantity": 1 }]',
	hint: 'The IDs must match your Bluecore product catalog; others are not resolved',
	description:
		'An array of products or of IDs, one product, or IDs separated by commas. Instead of an ID, a product may have a product_id or sku.',
};

/** The parameters by which products are given. Names are part of the public interface. */
export const PRODUCT_PARAMETERS: readonly INodeProperties[] = [
	INPUT,
	...showFor({ productsInput: ['define'] }, [ROWS]),
	...showFor({ productsInput: ['json'] }, [JSON_LIST]),
];

/** Fields that are numbers. */
const NUMBERS = ['price', 'quantity'];

/** Where a product's ID may stand, first come first. */
const ID_FIELDS = ['id', 'product_id', 'sku'] as const;

/** The products of one item. Each has an ID; prices and quantities are numbers. What does not fit is reported. */
export function readProducts(source: ItemSource, need: Need, report: Report): Product[] {
	const input = source.read(INPUT);
	if (input === UNREADABLE) return [];
	const { problems } = report;
	const before = problems.length;
	const products = input === 'json' ? jsonProducts(source, report) : rowProducts(source, report);
	if (products.length === 0 && need === 'required' && problems.length === before) {
		report.problem(
			`${labelOf(source, ROWS)} must hold at least one product`,
			'Add a product with its ID, or map a field that has products in it.',
		);
	}
	return products;
}

function rowProducts(source: ItemSource, report: Report): Product[] {
	const raw = source.read(ROWS);
	const rows = isObject(raw) && Array.isArray(raw.product) ? raw.product : [];
	return rows.filter(isObject).map((row, index) => {
		const label = `Product ${index + 1}`;
		const given = Object.entries(row).filter(([, value]) => !isBlank(value));
		const name = toText(row.name);
		if (name === undefined) {
			report.problem(`${label}: Name must be text`, 'Map a single value to Name.');
		}
		return checkProduct({ ...Object.fromEntries(given), ...(name && { name }) }, label, report);
	});
}

function jsonProducts(source: ItemSource, report: Report): Product[] {
	const label = labelOf(source, JSON_LIST);
	const raw = source.read(JSON_LIST);
	if (raw === UNREADABLE || isBlank(raw)) return [];
	let value: unknown = raw;
	if (typeof raw === 'string') {
		value = /^\s*[[{"]/.test(raw) ? parseJson(raw, label, report) : raw;
		if (value === undefined) return [];
	}
	if (typeof value === 'string') value = value.split(',').map(idFromText);
	const entries: unknown[] = Array.isArray(value) ? value : [value];
	return entries.map((entry, index) => {
		const place = Array.isArray(value) ? `${label}: product ${index + 1}` : label;
		if (typeof entry === 'string' || typeof entry === 'number') {
			return checkProduct({ id: entry }, place, report);
		}
		if (isObject(entry)) return checkProduct(entry, place, report);
		report.problem(
			`${place} must be a product or an ID, but is ${describeType(entry)}`,
			'Give each product as an object with an id, or as the ID alone.',
		);
		return { id: '' };
	});
}

function checkProduct(raw: Record<string, unknown>, label: string, report: Report): Product {
	const idField = ID_FIELDS.find((field) => !isBlank(raw[field])) ?? 'id';
	const id = idOf(raw[idField]);
	if (id === '') {
		report.problem(
			isBlank(raw[idField])
				? `${label} has no ID`
				: `${label} has an ID that is neither text nor a number: ${quote(describeType(raw[idField]))}`,
			'Give each product the ID that it has in your Bluecore catalog, as id, product_id or sku.',
		);
	}
	if (/^[^\s;|]+([;|][^\s;|]+)+$/.test(id)) {
		report.warn(
			`${label} has the ID ${quote(id)}: if these are several products, separate their IDs by commas`,
		);
	}
	const read: ReadonlySet<string> = new Set(['id', idField, ...NUMBERS]);
	const others = Object.fromEntries(
		Object.entries(raw).filter(
			([field, value]) => !read.has(field) || (value === undefined && field !== 'id'),
		),
	);
	return {
		id,
		...(plainJson(others, label, report) as Record<string, JsonValue> | undefined),
		...numberField('price', raw.price, `${label}: Price`, report, ANY_NUMBER),
		...numberField('quantity', raw.quantity, `${label}: Quantity`, report, ABOVE_ZERO),
	};
}

/** The field as a number, or no field where there is no value. */
function numberField(name: string, raw: unknown, label: string, report: Report, rule: NumberRule) {
	if (raw === undefined || raw === null) return {};
	const value = checkNumber(raw, label, report, rule);
	return value === undefined ? {} : { [name]: value };
}

/** One of the IDs in a text; words that expressions make of missing values are none. */
const idFromText = (text: string): string =>
	/^\s*(undefined|null|true|false|NaN)\s*$/.test(text) ? '' : text;

const idOf = (value: unknown): string =>
	typeof value === 'string' || typeof value === 'number' ? (toText(value) ?? '') : '';
