import type { Shop } from '../shop';

/** Sources: the REST API V1's order of Magento 2 and Adobe Commerce, and the order of Magento 1. */
export const magento: Shop = {
	name: 'magento',
	label: 'Magento (Adobe Commerce)',
	recognizedBy: [
		['increment_id', 'grand_total'],
		['items.0.qty_ordered', 'items.0.item_id'],
	],
	notOrders: [
		{ has: ['items_count', 'items_qty'], is: 'a cart' },
		{
			has: ['total.grand_total', 'items.0.product_sku'],
			is: 'an order of the GraphQL API of Magento, which has no email',
			advice: 'Get the order with an HTTP Request node from the REST API: /V1/orders/{order_id}.',
		},
		{
			has: ['increment_id', 'order_id', 'items'],
			is: 'an invoice, a shipment or a credit memo of Magento, not the order',
			advice: 'Get the order with an HTTP Request node from /V1/orders/{order_id}.',
		},
	],
	notPurchases: [
		{ at: 'state', is: ['canceled'], reason: 'Cancelled' },
		{ at: 'state', is: ['pending_payment'], reason: 'Not paid' },
		{ at: 'state', is: ['closed'], reason: 'Refunded' },
		{ at: 'status', is: ['canceled'], reason: 'Cancelled' },
		{ at: 'status', is: ['fraud'], reason: 'Suspected fraud' },
	],
	email: ['customer_email', 'billing_address.email'],
	orderId: ['increment_id'],
	total: ['grand_total'],
	currency: ['order_currency_code', 'base_currency_code'],
	discounts: ['discount_amount'],
	lines: {
		in: ['items', 'order_items'],
		name: ['name'],
		price: ['price'],
		quantity: ['qty_ordered'],
		ids: { sku: ['sku'], product: ['product_id'], variant: ['child.product_id', 'product_id'] },
		parts: { id: 'item_id', parentId: ['parent_item_id'], wholeIsSum: true },
	},
	customer: [
		{
			in: ['billing_address'],
			attributes: {
				first_name: ['firstname'],
				last_name: ['lastname'],
				phone: ['telephone'],
				city: ['city'],
				state: ['region_code', 'region'],
				zip: ['postcode'],
				country: ['country_id'],
			},
		},
	],
};
