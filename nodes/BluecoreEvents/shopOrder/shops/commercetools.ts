import type { Shop } from '../shop';

/** Source: the HTTP API's order. Custom line items and shipping are not among its line items. */
export const commercetools: Shop = {
	name: 'commercetools',
	label: 'commercetools',
	recognizedBy: [['lineItems', 'totalPrice.centAmount', 'orderState']],
	notOrders: [
		{
			has: ['lineItems', 'totalPrice.centAmount'],
			lacks: ['orderState'],
			is: 'a cart',
		},
	],
	notPurchases: [
		{ at: 'orderState', is: ['cancelled'], reason: 'Cancelled' },
		{ at: 'paymentState', is: ['failed'], reason: 'Not paid' },
	],
	email: ['customerEmail', 'billingAddress.email'],
	orderId: ['orderNumber', 'id'],
	total: ['totalPrice'],
	currency: ['totalPrice.currencyCode'],
	discounts: ['discountOnTotalPrice.discountedAmount'],
	lines: {
		in: ['lineItems'],
		name: ['name'],
		price: ['price.value'],
		quantity: ['quantity'],
		// The ID of a variant is only unique within its product.
		ids: { sku: ['variant.sku'], product: ['productId'], variant: ['variant.key', 'variant.sku'] },
	},
	customer: [
		{
			in: ['billingAddress'],
			attributes: {
				first_name: ['firstName'],
				last_name: ['lastName'],
				phone: ['phone', 'mobile'],
				city: ['city'],
				state: ['state', 'region'],
				zip: ['postalCode'],
				country: ['country'],
			},
		},
	],
};
