import type { Shop } from '../shop';

const GET_PRODUCTS =
	'Get the order with an HTTP Request node from /v2/orders/{id}?include=consignments.line_items: the answer has the products too. Or get /v2/orders/{id}/products, and put that list into the field products of the order.';

/** Sources: the orders of the REST API V2 and of the Storefront API. V3 has no order of its own, and a webhook has only the order's ID. */
export const bigcommerce: Shop = {
	name: 'bigcommerce',
	label: 'BigCommerce',
	recognizedBy: [
		['total_inc_tax', 'status_id'],
		['total_inc_tax', 'billing_address'],
		['orderAmount', 'lineItems'],
		['cart_amount', 'line_items'],
	],
	notOrders: [
		{
			has: ['scope', 'data.id', 'producer'],
			form: { at: ['scope'], like: /^store\/order\// },
			is: 'the call of a webhook of BigCommerce, which has only the ID of the order',
			advice: GET_PRODUCTS,
		},
		{
			has: ['scope', 'data.id', 'producer'],
			is: 'the call of a webhook of BigCommerce about something else than an order',
		},
		...['price_inc_tax', 'total_inc_tax'].map((field) => ({
			has: ['product_id', 'quantity', field],
			is: 'a product line of a BigCommerce order, not the order',
			advice: GET_PRODUCTS,
		})),
		{ has: ['cart_amount', 'line_items'], is: 'a cart', isUnfinished: true },
	],
	notPurchases: [
		{ at: 'payment_method', is: ['test payment gateway'], reason: 'Test order' },
		{ at: 'is_deleted', is: ['true'], reason: 'Deleted' },
		// 0 is a checkout that was started and not completed, 1 one whose payment is not finished.
		{ at: 'status_id', is: ['0'], reason: 'Not paid', isUnfinished: true },
		{ at: 'status_id', is: ['1', '6'], reason: 'Not paid' },
		{ at: 'status_id', is: ['5'], reason: 'Cancelled' },
		{ at: 'status_id', is: ['4'], reason: 'Refunded' },
		{ at: 'payment_status', is: ['void', 'void pending', 'declined'], reason: 'Not paid' },
		{ at: 'payment_status', is: ['refunded'], reason: 'Refunded' },
		// The Storefront API has the states as words.
		{ at: 'status', is: ['incomplete'], reason: 'Not paid', isUnfinished: true },
		{ at: 'status', is: ['pending', 'declined'], reason: 'Not paid' },
		{ at: 'status', is: ['cancelled'], reason: 'Cancelled' },
		{ at: 'status', is: ['refunded'], reason: 'Refunded' },
	],
	notPaidYet: [
		// 12 is an order whose payment somebody must look at.
		{ at: 'status_id', is: ['7', '12'] },
		{
			at: 'status',
			is: [
				...['awaiting payment', 'awaiting_payment'],
				...['manual verification required', 'manual_verification_required'],
			],
		},
		{ at: 'payment_status', is: ['authorized', 'pending', 'capture pending', 'held for review'] },
	],
	email: ['billing_address.email', 'billingAddress.email', 'email'],
	created: ['date_created', 'createdDate', 'created_time'],
	orderId: { number: ['orderId', 'id'], id: ['orderId', 'id'] },
	money: {
		total: ['total_inc_tax', 'orderAmount'],
		// The second is what prices were shown in, which can be another currency than that of the amounts.
		currency: ['default_currency_code', 'currency_code', 'currency.code'],
		discounts: ['discount_amount', 'coupon_discount', 'discountAmount'],
		price: ['price_inc_tax', 'base_price', 'salePrice', 'listPrice', 'sale_price', 'list_price'],
	},
	lines: {
		// They can be shipped, picked up or downloaded, and are in one list for each.
		in: ['products', 'consignments.*.line_items', 'lineItems.*', 'line_items.*'],
		name: ['name'],
		quantity: ['quantity'],
		ids: {
			sku: ['sku'],
			product: ['product_id', 'productId'],
			variant: ['variant_id', 'variantId'],
		},
		notProducts: [
			{ at: 'type', is: ['giftcertificate'], called: 'a gift certificate' },
			{ lacks: ['product_id', 'productId', 'sku'], called: 'a gift certificate or a custom item' },
		],
		parts: { id: 'id', parentId: ['parent_order_product_id'] },
		advice: `A BigCommerce order has only a link to its products. ${GET_PRODUCTS}`,
	},
	customer: [
		{
			in: ['billing_address', 'billingAddress'],
			attributes: {
				first_name: ['first_name', 'firstName'],
				last_name: ['last_name', 'lastName'],
				phone: ['phone'],
				city: ['city'],
				state: ['state', 'stateOrProvince'],
				zip: ['zip', 'postalCode'],
				country: ['country_iso2', 'countryCode', 'country'],
			},
		},
	],
};
