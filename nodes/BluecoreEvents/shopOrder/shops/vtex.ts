import type { Shop } from '../shop';

const GET_VTEX_ORDER =
	'Get the order with an HTTP Request node from https://{account}.vtexcommercestable.com.br/api/oms/pvt/orders/{orderId}.';

/** Source: the Orders API's order (`/api/oms/pvt/orders/{orderId}`). Its amounts are hundredths, whatever the currency. */
export const vtex: Shop = {
	name: 'vtex',
	label: 'VTEX',
	recognizedBy: [
		['orderId', 'items', 'clientProfileData'],
		['orderId', 'items', 'sellerOrderId'],
		['orderFormId', 'items'],
	],
	notOrders: [
		{ has: ['orderFormId', 'items'], lacks: ['orderId'], is: 'a cart', isUnfinished: true },
		...[
			['OrderId', 'State', 'Origin'],
			['orderId', 'state', 'handle'],
		].map((has) => ({
			has,
			is: 'the call of a hook of VTEX, which has only the ID of the order',
			advice: GET_VTEX_ORDER,
		})),
		{
			has: ['orderId', 'clientName', 'totalValue'],
			is: 'an order in a list of VTEX, which has no email',
			advice: GET_VTEX_ORDER,
		},
	],
	notPurchases: [
		{
			at: 'status',
			is: ['canceled', 'cancel', 'cancellation-requested', 'request-cancel'],
			reason: 'Cancelled',
		},
		{ at: 'status', is: ['replaced'], reason: 'Replaced by another order' },
		{ at: 'status', is: ['payment-denied'], reason: 'Not paid' },
		{ at: 'status', is: ['incomplete', 'order-creation-error'], reason: 'Not placed yet' },
	],
	notPaidYet: [
		{
			at: 'status',
			is: ['payment-pending', 'order-created', 'on-order-completed', 'approve-payment'],
		},
	],
	email: ['clientProfileData.email'],
	emailAlias: /\bct\.vtex\.com(?:\.br)?$/i,
	created: ['creationDate'],
	orderId: { number: ['orderId'], id: ['orderId'] },
	money: {
		total: ['value'],
		currency: ['storePreferencesData.currencyCode'],
		discounts: ['totals.id=discounts.value', 'totalizers.id=discounts.value'],
		price: ['price'],
	},
	minorUnits: { of: 'hundredths' },
	lines: {
		in: ['items'],
		name: ['name'],
		quantity: ['quantity'],
		ids: { sku: ['refId'], product: ['productId'], variant: ['id'] },
	},
	customer: [
		{
			in: ['clientProfileData'],
			attributes: { first_name: ['firstName'], last_name: ['lastName'], phone: ['phone'] },
		},
		{
			in: ['shippingData.address', 'shippingData.selectedAddresses.0'],
			attributes: { city: ['city'], state: ['state'], zip: ['postalCode'], country: ['country'] },
		},
	],
};
