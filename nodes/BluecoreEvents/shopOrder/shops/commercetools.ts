import type { Shop } from '../shop';

/** Source: the HTTP API's order. Custom line items and shipping are not among its line items. */
export const commercetools: Shop = {
	name: 'commercetools',
	label: 'commercetools',
	recognizedBy: [['lineItems', 'totalPrice.centAmount']],
	notOrders: [
		...[
			{ lacks: ['orderState', 'orderNumber', 'paymentState', 'shipmentState'] },
			{ lacks: ['orderState'], form: { at: ['type'], like: /^Cart$/ } },
		].map((mark) => ({
			...mark,
			has: ['lineItems', 'totalPrice.centAmount'],
			is: 'a cart',
			isUnfinished: true as const,
		})),
		{
			has: ['notificationType', 'resource.id'],
			lacks: ['order'],
			is: 'a message of commercetools, which has only the ID of the order',
			advice: 'Get the order with an HTTP Request node from /{projectKey}/orders/{resource.id}.',
		},
	],
	notPurchases: [
		{ at: 'orderState', is: ['cancelled'], reason: 'Cancelled' },
		{ at: 'paymentState', is: ['failed'], reason: 'Not paid' },
	],
	notPaidYet: [{ at: 'paymentState', is: ['pending', 'balancedue'] }],
	email: ['customerEmail', 'billingAddress.email'],
	// Only orders that are imported from another shop have the first one.
	created: ['completedAt', 'createdAt'],
	orderId: { number: ['orderNumber'], id: ['id'] },
	money: {
		// The total price has no taxes that come on top of the prices, as in the USA.
		total: ['taxedPrice.totalGross', 'totalPrice'],
		currency: ['totalPrice.currencyCode'],
		discounts: ['discountOnTotalPrice.discountedAmount'],
		// A product discount changes the price that the customer sees.
		price: ['price.discounted.value', 'price.value'],
	},
	lines: {
		in: ['lineItems'],
		name: ['name'],
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
