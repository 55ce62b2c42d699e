import type { Shop } from '../shop';

/** Exports write the states as the database has them: `wc-cancelled`. */
const states = (...names: string[]) => names.flatMap((name) => [name, `wc-${name}`]);

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
			has: ['action', 'arg'],
			is: 'the call of a webhook of WooCommerce with the topic Action, which has only the ID of the order',
			advice:
				'Give the webhook the topic Order created or Order updated, or get the order with an HTTP Request node from /wp-json/wc/v3/orders/{arg}.',
		},
		{
			has: ['webhook_id'],
			is: 'the call by which WooCommerce tests a new webhook; it has no order',
		},
	],
	notPurchases: [
		{ at: 'status', is: states('checkout-draft'), reason: 'Not completed', isUnfinished: true },
		{ at: 'status', is: states('pending', 'failed', 'auto-draft', 'draft'), reason: 'Not paid' },
		{ at: 'status', is: states('cancelled', 'trash'), reason: 'Cancelled' },
		{ at: 'status', is: states('refunded'), reason: 'Refunded' },
	],
	notPaidYet: [{ at: 'status', is: states('on-hold') }],
	email: ['billing.email', 'billing_address.email'],
	created: ['date_created_gmt', 'created_at', 'date_created'],
	orderId: { number: ['number', 'order_number'], id: ['id'] },
	money: {
		total: ['total'],
		currency: ['currency'],
		discounts: ['discount_total', 'total_discount'],
		price: ['price'],
	},
	lines: {
		in: ['line_items'],
		name: ['name'],
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
