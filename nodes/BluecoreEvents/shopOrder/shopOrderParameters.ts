import type { INodeProperties } from 'n8n-workflow';

import type { Item } from '../../shared/input/item';
import { readChoice } from '../../shared/values/readField';
import { SHOPS } from './shops';

export const ORDER: INodeProperties = {
	displayName: 'Order',
	name: 'order',
	type: 'json',
	default: '={{ $json }}',
	hint: 'The whole order as the shop sends it. The output of a Webhook node can stay as it is.',
	description:
		'One order of a shop. Email, products, total and all else are found in it. Test orders, cancelled and old orders, and orders without an email are not sent; the output says why.',
};
const PLATFORM = {
	displayName: 'Shop System',
	name: 'platform',
	type: 'options',
	default: 'auto',
	description: 'The shop system that the order comes from',
	options: [
		{
			name: 'Detect Automatically',
			value: 'auto',
			description: 'The fields of the order tell which system it is',
		},
		...SHOPS.map(({ label, name }) => ({ name: label, value: name })),
	],
} as const satisfies INodeProperties;
const PRODUCT_ID_FROM = {
	displayName: 'Product ID From',
	name: 'productIdFrom',
	type: 'options',
	default: 'sku',
	hint: 'Choose the IDs that your Bluecore catalog has. Bluecore does not find products by other IDs.',
	description: 'Which ID of a product is sent',
	options: [
		{ name: 'Product ID', value: 'product', description: "The shop's ID of the product" },
		{ name: 'SKU', value: 'sku', description: 'The article number' },
		{
			name: 'Variant ID',
			value: 'variant',
			description: "The shop's ID of the variant, such as a size",
		},
	],
} as const satisfies INodeProperties;
const PRODUCTS_WITHOUT_ID = {
	displayName: 'Products Without ID',
	name: 'productsWithoutId',
	type: 'options',
	default: 'leaveOut',
	description: 'What to do if a product of the order does not have this ID',
	options: [
		{
			name: 'Leave Out',
			value: 'leaveOut',
			description: 'Send the other products. A warning in the output names those left out.',
		},
		{
			name: 'Refuse',
			value: 'refuse',
			description: 'Refuse the order. The node setting On Error decides what happens then.',
		},
	],
} as const satisfies INodeProperties;

const ORDER_ID_FROM = {
	displayName: 'Order ID From',
	name: 'orderIdFrom',
	type: 'options',
	default: 'number',
	hint: "Choose the form that Bluecore's website integration sends: an order in two forms counts twice",
	description: 'Which ID of the order is sent',
	options: [
		{ name: 'ID', value: 'id', description: "The shop's own ID of the order" },
		{
			name: 'Number',
			value: 'number',
			description: 'The number that the customer sees, without a # before it',
		},
	],
} as const satisfies INodeProperties;
export const UNFINISHED_ORDERS = {
	displayName: 'Unfinished Orders',
	name: 'unfinishedOrders',
	type: 'options',
	default: 'holdBack',
	description: 'What to do with carts, and with checkouts that are not completed',
	options: [
		{
			name: 'Add to Cart',
			value: 'addToCart',
			description: 'Record an add_to_cart for each product, if there is an email',
		},
		{
			name: 'Hold Back',
			value: 'holdBack',
			description: 'Do not send them. The output says what they are.',
		},
	],
} as const satisfies INodeProperties;

export const SHOP_ORDER_PARAMETERS: readonly INodeProperties[] = [
	ORDER,
	PLATFORM,
	PRODUCT_ID_FROM,
	PRODUCTS_WITHOUT_ID,
	ORDER_ID_FROM,
	UNFINISHED_ORDERS,
];

/** The parameters that say how orders are read. Problems are reported. */
export const readOrderSettings = ({ field }: Item) => ({
	platform: readChoice(field(PLATFORM), PLATFORM),
	idFrom: readChoice(field(PRODUCT_ID_FROM), PRODUCT_ID_FROM),
	withoutId: readChoice(field(PRODUCTS_WITHOUT_ID), PRODUCTS_WITHOUT_ID),
	orderIdFrom: readChoice(field(ORDER_ID_FROM), ORDER_ID_FROM),
	addsToCart: readChoice(field(UNFINISHED_ORDERS), UNFINISHED_ORDERS) === 'addToCart',
});
