import type { INodeProperties } from 'n8n-workflow';

import type { Item } from '../shared/input/item';
import { showFor } from '../shared/input/showFor';
import { readText, refuseEmptyExpression, UNREADABLE, type Field } from '../shared/values/field';
import { isBlank, rowsIn, toText } from '../shared/values/value';
import { productsIn, withIds } from './products';

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
		const given = Object.entries(row).filter(([, value]) => !isBlank(value));
		const name = toText(row.name);
		if (name === undefined) {
			report.problem(`${label}: Name must be text`, 'Map a single value to Name.');
		}
		return {
			value: { ...Object.fromEntries(given), ...(name && { name }) },
			entered: enteredRows.at(index),
			explain,
			label,
			report,
		};
	});
}
