import type { Shop } from '../shop';

/** Sources: the order of Medusa 2, whose amounts are in the currency, and of Medusa 1, whose amounts are in its smallest unit. */
export const medusa: Shop = {
	name: 'medusa',
	label: 'Medusa',
	recognizedBy: [
		['display_id', 'items', 'currency_code'],
		['display_id', 'items.0.unit_price'],
		['items.0.unit_price', 'currency_code'],
		['items.0.unit_price', 'region_id'],
	],
	notOrders: [
		{ form: { at: ['id'], like: /^cart_/ }, has: ['items'], is: 'a cart', isUnfinished: true },
		{
			form: { at: ['id'], like: /^order_/ },
			lacks: ['items', 'total', 'email'],
			is: 'an event of Medusa, which has only the ID of the order',
			advice:
				'Get the order with an HTTP Request node from /admin/orders/{id}?fields=+email,*items,*items.variant.',
		},
	],
	notPurchases: [
		{ at: 'status', is: ['canceled'], reason: 'Cancelled' },
		{ at: 'status', is: ['draft'], reason: 'Not placed yet' },
		{ at: 'is_draft_order', is: ['true'], reason: 'Not placed yet' },
		{ at: 'payment_status', is: ['canceled'], reason: 'Not paid' },
		{ at: 'payment_status', is: ['refunded'], reason: 'Refunded' },
	],
	notPaidYet: [
		{
			at: 'payment_status',
			is: ['not_paid', 'awaiting', 'authorized', 'partially_authorized', 'requires_action'],
		},
	],
	email: ['email', 'customer.email'],
	created: ['created_at'],
	completed: ['completed_at'],
	orderId: { number: ['display_id'], id: ['id'] },
	money: {
		total: ['total', 'summary.current_order_total'],
		currency: ['currency_code'],
		discounts: ['discount_total'],
		price: ['unit_price'],
	},
	minorUnits: {
		of: 'currency',
		form: { at: ['items.0.id', 'object'], like: /^(?:item_|order$|cart$)/ },
	},
	lines: {
		in: ['items'],
		name: ['product_title', 'title'],
		quantity: ['quantity', 'detail.quantity'],
		ids: {
			sku: ['variant_sku', 'variant.sku'],
			product: ['product_id', 'variant.product_id'],
			variant: ['variant_id', 'variant.id'],
		},
		notProducts: [
			{ at: 'is_giftcard', is: ['true'], called: 'a gift card' },
			{
				lacks: ['variant_sku', 'variant.sku', 'product_id', 'variant_id', 'variant.id'],
				called: 'a custom item',
			},
		],
	},
	customer: [
		{
			in: ['billing_address', 'shipping_address', 'customer'],
			attributes: {
				first_name: ['first_name'],
				last_name: ['last_name'],
				phone: ['phone'],
				city: ['city'],
				state: ['province'],
				zip: ['postal_code'],
				country: ['country_code'],
			},
		},
	],
};
