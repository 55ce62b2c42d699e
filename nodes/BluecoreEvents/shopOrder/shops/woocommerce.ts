import type { Shop } from '../shop';

/** Sources: the REST API v3's order, which is also what the webhooks `order.…` send, and the legacy API's, which a webhook can have too. */
export const woocommerce: Shop = {
	name: 'woocommerce',
	label: 'WooCommerce',
	recognizedBy: [
		['line_items', 'billing'],
		['line_items', 'order_key'],
		['line_items', 'billing_address', 'payment_details'],
	],
	notOrders: [
		{
			has: ['line_items', 'billing_period'],
			is: 'a subscription; WooCommerce sends each of its orders itself',
		},
		{ has: ['refunded_by', 'amount'], is: 'a refund' },
		{
			has: ['webhook_id'],
			is: 'the call by which WooCommerce tests a new webhook; it has no order',
		},
	],
	notPurchases: [
		{
			at: 'status',
			is: ['pending', 'failed', 'checkout-draft', 'auto-draft', 'draft'],
			reason: 'Not paid',
		},
		{ at: 'status', is: ['cancelled', 'trash'], reason: 'Cancelled' },
		{ at: 'status', is: ['refunded'], reason: 'Refunded' },
	],
	email: ['billing.email', 'billing_address.email'],
	orderId: ['number', 'order_number', 'id'],
	total: ['total'],
	currency: ['currency'],
	discounts: ['discount_total', 'total_discount'],
	lines: {
		in: ['line_items'],
		name: ['name'],
		price: ['price'],
		quantity: ['quantity'],
		// A product without variations has 0 there, and products and variations share one series of IDs.
		ids: { sku: ['sku'], product: ['product_id'], variant: ['variation_id', 'product_id'] },
		parts: { id: 'id', parentId: ['bundled_by', 'composite_parent'] },
	},
	customer: [
		{
			in: ['billing', 'billing_address'],
			attributes: {
				first_name: ['first_name'],
				last_name: ['last_name'],
				phone: ['phone'],
				city: ['city'],
				state: ['state'],
				zip: ['postcode'],
				country: ['country'],
			},
		},
	],
};
