import type { Shop } from '../shop';

/** Source: the order of the API of Nuvemshop (Tiendanube). */
export const nuvemshop: Shop = {
	name: 'nuvemshop',
	label: 'Nuvemshop (Tiendanube)',
	recognizedBy: [
		['products', 'payment_status', 'shipping_status'],
		['products', 'total', 'contact_email'],
		['products', 'total', 'store_id'],
		['products', 'abandoned_checkout_url'],
	],
	notOrders: [
		{
			has: ['products', 'abandoned_checkout_url'],
			is: 'a checkout; when it is completed, Nuvemshop has the order',
			isUnfinished: true,
		},
		{
			form: { at: ['number'], like: /^0$/ },
			is: 'a draft order; when it is confirmed, it gets a number',
		},
		{
			has: ['store_id', 'event', 'id'],
			lacks: ['products'],
			is: 'the call of a webhook of Nuvemshop, which has only the ID of the order',
			advice:
				'Get the order with an HTTP Request node from https://api.tiendanube.com/v1/{store_id}/orders/{id}.',
		},
	],
	notPurchases: [
		{ at: 'status', is: ['cancelled'], reason: 'Cancelled' },
		{ at: 'payment_status', is: ['voided', 'abandoned'], reason: 'Not paid' },
		{ at: 'payment_status', is: ['refunded'], reason: 'Refunded' },
	],
	notPaidYet: [{ at: 'payment_status', is: ['pending', 'authorized'] }],
	email: ['contact_email', 'customer.email'],
	created: ['created_at'],
	completed: ['completed_at'],
	orderId: { number: ['number'], id: ['id'] },
	money: { total: ['total'], currency: ['currency'], discounts: ['discount'], price: ['price'] },
	lines: {
		in: ['products'],
		name: ['name'],
		quantity: ['quantity'],
		ids: { sku: ['sku'], product: ['product_id'], variant: ['variant_id'] },
	},
	customer: [
		{
			in: ['shipping_address', 'customer.default_address'],
			attributes: {
				phone: ['phone'],
				city: ['city'],
				state: ['province'],
				zip: ['zipcode'],
				country: ['country'],
			},
		},
	],
};
