import type { Shop } from '../shop';

const GET_ORDER = 'Get the order with an HTTP Request node from /V1/orders/{order_id}.';

/** Sources: the orders of the REST API V1 of Magento 2 and Adobe Commerce, of its GraphQL API, whose states are labels, and of Magento 1. */
export const magento: Shop = {
	name: 'magento',
	label: 'Magento (Adobe Commerce)',
	recognizedBy: [
		['increment_id', 'grand_total'],
		['increment_id', 'base_grand_total'],
		['increment_id', 'customer_email'],
		['increment_id', 'items.0.qty_ordered'],
		['number', 'total.grand_total'],
		['total.grand_total', 'items.0.product_sku'],
		['number', 'items.0.product_sku'],
		['items_count', 'items_qty'],
		['prices.grand_total', 'items.0.product.sku'],
		['items.0.qty_ordered', 'items.0.item_id'],
	],
	notOrders: [
		...[
			['items_count', 'items_qty'],
			['prices.grand_total', 'items.0.product.sku'],
		].map((has) => ({ has, is: 'a cart', isUnfinished: true as const })),
		...['total.grand_total', 'items.0.product_sku'].map((field) => ({
			has: [field],
			lacks: ['email', 'customer.email', 'customer_email'],
			is: 'an order of the GraphQL API of Magento, which has no email',
			advice:
				'Add email to the query: Magento has it in customer { email orders { … } }, and since version 2.4.7 in the order. Or get the order with an HTTP Request node from the REST API: /V1/orders/{order_id}.',
		})),
		{
			has: ['increment_id', 'order_id', 'items'],
			is: 'an invoice, a shipment or a credit memo of Magento, not the order',
			advice: GET_ORDER,
		},
	],
	// The GraphQL API has the labels of the states as `status`.
	notPurchases: ['state', 'status'].flatMap((at) => [
		{ at, is: ['canceled'], reason: 'Cancelled' },
		{ at, is: ['pending_payment', 'pending payment', 'pending_paypal'], reason: 'Not paid' },
		{ at, is: ['payment_review', 'payment review'], reason: 'Payment under review' },
		{ at, is: ['holded', 'on hold'], reason: 'On hold' },
		{ at, is: ['fraud', 'suspected fraud'], reason: 'Suspected fraud' },
		{ at, is: ['closed'], reason: 'Refunded' },
	]),
	// An invoice moves an order from `new` to `processing`.
	notPaidYet: [
		{ at: 'state', is: ['new'] },
		{ at: 'status', is: ['pending'] },
	],
	email: ['customer_email', 'email', 'customer.email', 'billing_address.email'],
	created: ['created_at', 'order_date'],
	orderId: { number: ['increment_id', 'number', 'order_number'], id: ['entity_id', 'id'] },
	money: {
		total: ['base_grand_total', 'total.base_grand_total'],
		currency: ['base_currency_code', 'total.base_grand_total.currency'],
		discounts: ['base_discount_amount'],
		price: ['base_price'],
	},
	customerMoney: {
		total: ['grand_total', 'total.grand_total'],
		currency: ['order_currency_code', 'total.grand_total.currency', 'prices.grand_total.currency'],
		discounts: ['discount_amount', 'total.discounts.amount'],
		price: ['price', 'product_sale_price', 'prices.price'],
	},
	lines: {
		in: ['items', 'order_items'],
		name: ['name', 'product_name', 'product.name'],
		quantity: ['qty_ordered', 'quantity_ordered', 'qty', 'quantity'],
		ids: {
			sku: ['sku', 'product_sku', 'product.sku'],
			product: ['product_id'],
			variant: ['child.product_id', 'product_id'],
		},
		notProducts: [{ at: 'product_type', is: ['giftcard'], called: 'a gift card' }],
		parts: { id: 'item_id', parentId: ['parent_item_id'], wholeIsSum: true, haveSkuOfWhole: true },
	},
	customer: [
		{
			in: ['billing_address'],
			attributes: {
				first_name: ['firstname'],
				last_name: ['lastname'],
				phone: ['telephone'],
				city: ['city'],
				state: ['region_code', 'region.region_code', 'region'],
				zip: ['postcode'],
				country: ['country_id', 'country_code'],
			},
		},
	],
};
