import type { Shop } from '../shop';

/** Source: the Commerce APIs' order, version 1.0. */
export const squarespace: Shop = {
	name: 'squarespace',
	label: 'Squarespace',
	recognizedBy: [
		['lineItems', 'grandTotal.value'],
		['lineItems', 'orderNumber', 'customerEmail', 'fulfillmentStatus'],
	],
	notOrders: [
		{
			has: ['websiteId', 'topic', 'data.orderId'],
			is: 'the call of a webhook of Squarespace, which has only the ID of the order',
			advice:
				'Get the order with an HTTP Request node from https://api.squarespace.com/1.0/commerce/orders/{data.orderId}.',
		},
	],
	notPurchases: [
		{ at: 'testmode', is: ['true'], reason: 'Test order' },
		{ at: 'fulfillmentStatus', is: ['canceled'], reason: 'Cancelled' },
		{ at: 'paymentState', is: ['failed', 'voided', 'canceled'], reason: 'Not paid' },
		{ at: 'paymentState', is: ['refunded'], reason: 'Refunded' },
	],
	notPaidYet: [{ at: 'paymentState', is: ['pending', 'authorized', 'unpaid', 'not_paid'] }],
	email: ['customerEmail'],
	created: ['createdOn'],
	orderId: { number: ['orderNumber'], id: ['id'] },
	money: {
		total: ['grandTotal'],
		currency: ['grandTotal.currency'],
		discounts: ['discountTotal'],
		price: ['unitPricePaid'],
	},
	lines: {
		in: ['lineItems'],
		name: ['productName'],
		quantity: ['quantity'],
		ids: { sku: ['sku'], product: ['productId'], variant: ['variantId'] },
		notProducts: [
			{ at: 'lineItemType', is: ['gift_card'], called: 'a gift card' },
			{ lacks: ['sku', 'productId', 'variantId'], called: 'a custom item' },
		],
	},
	customer: [
		{
			in: ['billingAddress', 'shippingAddress'],
			attributes: {
				first_name: ['firstName'],
				last_name: ['lastName'],
				phone: ['phone'],
				city: ['city'],
				state: ['state'],
				zip: ['postalCode'],
				country: ['countryCode'],
			},
		},
	],
};
