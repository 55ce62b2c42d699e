import type { Shop } from '../shop';

const PEOPLE = ['billingPerson', 'shippingPerson'];

/** Source: the order of the REST API v3 of Ecwid by Lightspeed, which has no currency. */
export const ecwid: Shop = {
	name: 'ecwid',
	label: 'Ecwid',
	recognizedBy: [
		['items', 'paymentStatus', 'fulfillmentStatus'],
		['items', 'vendorOrderNumber'],
		['items', 'total', 'internalId'],
		['items', 'cartId', 'total'],
	],
	notOrders: [
		{
			has: ['eventType', 'entityId', 'storeId'],
			form: { at: ['eventType'], like: /order\./ },
			is: 'the call of a webhook of Ecwid, which has only the ID of the order',
			advice:
				'Get the order with an HTTP Request node from https://app.ecwid.com/api/v3/{storeId}/orders/{data.orderId}.',
		},
		{
			has: ['eventType', 'entityId', 'storeId'],
			is: 'the call of a webhook of Ecwid about something else than an order',
		},
		{ has: ['items', 'cartId'], lacks: ['paymentStatus'], is: 'a cart', isUnfinished: true },
	],
	notPurchases: [
		{ at: 'paymentStatus', is: ['incomplete'], reason: 'Not completed', isUnfinished: true },
		{ at: 'paymentStatus', is: ['cancelled'], reason: 'Cancelled' },
		{ at: 'paymentStatus', is: ['refunded'], reason: 'Refunded' },
	],
	notPaidYet: [{ at: 'paymentStatus', is: ['awaiting_payment'] }],
	email: ['email'],
	created: ['createDate', 'createTimestamp'],
	// The customer sees the ID, which the shop's owner can give a prefix.
	orderId: {
		number: ['id', 'vendorOrderNumber', 'orderNumber'],
		id: ['internalId', 'orderNumber'],
	},
	money: {
		total: ['total'],
		currency: ['currency'],
		discounts: ['discount', 'couponDiscount'],
		price: ['price'],
	},
	lines: {
		in: ['items'],
		name: ['name'],
		quantity: ['quantity'],
		// A product without combinations of options has no ID of one.
		ids: { sku: ['sku'], product: ['productId'], variant: ['combinationId', 'productId'] },
		notProducts: [{ at: 'isGiftCard', is: ['true'], called: 'a gift card' }],
	},
	customer: [
		{ in: PEOPLE, attributes: { first_name: ['firstName'], last_name: ['lastName'] } },
		{
			in: PEOPLE,
			attributes: {
				phone: ['phone'],
				city: ['city'],
				state: ['stateOrProvinceCode'],
				zip: ['postalCode'],
				country: ['countryCode'],
			},
		},
	],
};
